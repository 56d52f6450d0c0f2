//! Asks for the subnets of a VPC, with the AWS CLI.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, anyhow};
use maxpods::subnets::{SubnetError, Subnets};

use crate::advice::{self, InputKind};
use crate::cli::AwsArgs;
use crate::diagnostics::{Failure, pass_on};
use crate::input;
use crate::program;

/// The most of the AWS CLI's own messages that is kept.
const MOST_MESSAGES: u64 = 64 << 10;

/// The AWS CLI, with the options that are handed on to it.
pub struct Aws<'a> {
    program: &'a OsStr,
    options: Vec<OsString>,
}

impl<'a> Aws<'a> {
    pub fn new(args: &'a AwsArgs) -> Self {
        let option = |name: &str, value: &Option<OsString>| {
            let mut word = OsString::from(name);
            word.push(value.as_ref()?);
            Some(word)
        };
        let options = [option("--region=", &args.region), option("--profile=", &args.profile)];
        let program = args.aws.as_deref().unwrap_or(OsStr::new("aws"));
        Self { program, options: options.into_iter().flatten().collect() }
    }

    /// The subnets of this VPC, with their network interfaces.
    ///
    /// # Errors
    /// If the AWS CLI fails, or its answer cannot be used.
    pub fn subnets(&self, vpc: &str) -> Result<Subnets, Failure> {
        let filter = format!("Name=vpc-id,Values={vpc}");
        let filters = ["--filters", &filter];
        let mut subnets = self.ask("describe-subnets", &filters, InputKind::AwsSubnets, Subnets::parse)?;
        self.ask("describe-network-interfaces", &filters, InputKind::NetworkInterfacesFile, |json| {
            subnets.add_interfaces(json)
        })?;
        Ok(subnets)
    }

    /// Adds the reservations in the subnet with this id.
    ///
    /// # Errors
    /// If the AWS CLI fails, or its answer cannot be used.
    pub fn add_reservations(&self, subnets: &mut Subnets, id: &str) -> Result<(), Failure> {
        self.ask(
            "get-subnet-cidr-reservations",
            &["--subnet-id", id],
            InputKind::CidrReservationsFile,
            |json| subnets.add_reservations(json),
        )
    }

    /// Runs `aws ec2 …`, and reads its answer once it has ended well.
    fn ask<T>(
        &self,
        what: &str,
        words: &[&str],
        source: InputKind,
        parse: impl FnOnce(&[u8]) -> Result<T, SubnetError>,
    ) -> Result<T, Failure> {
        let name = format!("{} ec2 {what}", input::path_text(Path::new(self.program)));
        let no_answer = |error, help: &str| Failure::NoAnswer { error, help: Some(help.into()) };
        let mut child = self
            .command(what, words)?
            .spawn()
            .with_context(|| format!("cannot run '{name}'"))
            .map_err(|error| no_answer(error, advice::NO_AWS))?;
        let (read, messages) = outputs(&mut child, source.most_bytes());
        if !matches!(read, Ok(Output::Whole(_))) {
            // Nobody reads the rest. This fails if the program has just ended by itself, which is as good.
            let _ = child.kill();
        }
        let status = child.wait().with_context(|| format!("cannot wait for '{name}'"))?;
        let json = match read.with_context(|| format!("cannot read the output of '{name}'"))? {
            Output::Whole(json) => json,
            Output::NotJson => {
                return Err(no_answer(
                    anyhow!("the output of '{name}' is not JSON: it does not begin with '{{'"),
                    advice::NOT_THE_AWS_CLI,
                ));
            }
            Output::TooLarge => {
                return Err(anyhow!(
                    "the output of '{name}' is larger than {} MiB, so it is not EC2's answer",
                    source.most_bytes() >> 20
                )
                .into());
            }
        };
        if !status.success() {
            pass_on(&messages);
            let error = anyhow!("'{name}' failed ({status}), so nothing was planned");
            return Err(no_answer(error, advice::AWS_FAILED));
        }
        if json.trim_ascii().is_empty() {
            return Err(no_answer(anyhow!("'{name}' printed nothing"), advice::NOT_THE_AWS_CLI));
        }
        parse(&json).map_err(|error| {
            let error = maxpods::Error::from(error);
            let help = advice::for_error(&error, source);
            let error = anyhow::Error::new(error).context(format!("the output of '{name}'"));
            Failure::NoAnswer { error, help }
        })
    }

    fn command(&self, what: &str, words: &[&str]) -> Result<Command, Failure> {
        // The output is JSON whatever the configuration says.
        let own = ["ec2", what].into_iter().chain(words.iter().copied()).map(OsString::from);
        let json = ["--output", "json"].map(OsString::from);
        let arguments: Vec<_> = own.chain(self.options.iter().cloned()).chain(json).collect();
        let mut command = program::command(self.program, &arguments)?;
        // A pager would wait for keys.
        command.env("AWS_PAGER", "");
        // A profile may ask for the code of a second factor at the terminal.
        let stdin = if io::stdin().is_terminal() { Stdio::inherit() } else { Stdio::null() };
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(command)
    }
}

/// The part of an answer that was read.
enum Output {
    Whole(Vec<u8>),
    NotJson,
    TooLarge,
}

/// The answer of the program, and the beginning of its messages.
fn outputs(child: &mut Child, most_bytes: u64) -> (io::Result<Output>, String) {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        // Both are read at once, since a program whose stderr is full stands still.
        let messages = scope.spawn(|| {
            let mut text = Vec::new();
            if let Some(mut stderr) = stderr {
                let _ = (&mut stderr).take(MOST_MESSAGES).read_to_end(&mut text);
                let _ = io::copy(&mut stderr, &mut io::sink());
            }
            text
        });
        let read = stdout.map_or(Ok(Output::Whole(Vec::new())), |stdout| read(stdout, most_bytes));
        if !matches!(read, Ok(Output::Whole(_))) {
            let _ = child.kill();
        }
        // A panic of that thread would not change the answer.
        let messages = messages.join().unwrap_or_default();
        (read, String::from_utf8_lossy(&messages).into_owned())
    })
}

/// Reads a text that must begin as JSON does. Another one is refused at once, because its end may never come.
fn read(mut stdout: impl Read, most_bytes: u64) -> io::Result<Output> {
    let mut json = Vec::new();
    let mut part = vec![0; 64 << 10];
    loop {
        let count = match stdout.read(&mut part) {
            Ok(0) => return Ok(Output::Whole(json)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        json.extend_from_slice(part.get(..count).unwrap_or_default());
        if json.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
            return Ok(Output::NotJson);
        }
        if json.len() as u64 > most_bytes {
            return Ok(Output::TooLarge);
        }
    }
}
