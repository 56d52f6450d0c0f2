//! Asks the cluster itself, with kubectl.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow};
use maxpods::Error;

use crate::advice::{self, InputKind};
use crate::cli::ClusterArgs;
use crate::diagnostics::Failure;
use crate::input;
use crate::program;

/// A question to kubectl, and what to say if there is no answer.
pub struct Question {
    /// The objects, as words of `kubectl get`.
    pub objects: &'static [&'static str],
    /// The words for an answer that was not given, such as `nothing was checked`.
    pub undone: &'static str,
    /// Advice if kubectl cannot be run.
    pub not_run: &'static str,
    /// Advice if kubectl fails. Its own message says why.
    pub failed: &'static str,
    /// The source of an error in its output.
    pub source: InputKind,
}

/// Runs `kubectl get … -o json` and reads its output as a stream. The messages of kubectl go to our stderr. When
/// this returns, kubectl has ended.
///
/// # Errors
/// If kubectl cannot be run or fails, or `parse` refuses what it prints.
pub fn read<T>(
    args: &ClusterArgs,
    question: &Question,
    parse: impl FnOnce(&mut dyn Read) -> Result<T, Error>,
) -> Result<T, Failure> {
    let name = input::path_text(Path::new(args.program()));
    let mut child = command(args, question)?
        .spawn()
        .with_context(|| format!("cannot run '{name}'"))
        .map_err(|error| Failure::NoAnswer { error, help: Some(question.not_run.into()) })?;
    let mut output = Output { pipe: child.stdout.take(), ended: false };
    let parsed = parse(&mut output);
    let ended = output.ended;
    drop(output);
    if !ended {
        // The text was refused before its end, and nobody reads the rest. This fails if kubectl has just ended
        // by itself, which is as good.
        let _ = child.kill();
    }
    let status = child.wait().with_context(|| format!("cannot wait for '{name}'"))?;
    if ended && !status.success() {
        let error = anyhow!("'{name}' failed ({status}), so {}", question.undone);
        return Err(Failure::NoAnswer { error, help: Some(question.failed.into()) });
    }
    parsed.map_err(|error| {
        let help = advice::for_error(&error, question.source);
        Failure::NoAnswer {
            error: anyhow::Error::new(error).context(format!("the output of '{name}'")),
            help,
        }
    })
}

fn command(args: &ClusterArgs, question: &Question) -> Result<Command, Failure> {
    let words = ["get"].iter().chain(question.objects).chain(&["-o", "json"]);
    let arguments: Vec<_> = words.map(OsString::from).chain(args.for_kubectl()).collect();
    let mut command = program::command(args.program(), &arguments)?;
    // A login plugin of kubectl may ask for a password at the terminal. Other input belongs to the caller,
    // such as a loop of a script that reads it.
    let stdin = if io::stdin().is_terminal() { Stdio::inherit() } else { Stdio::null() };
    command.stdin(stdin).stdout(Stdio::piped());
    Ok(command)
}

/// The output of kubectl.
struct Output<R> {
    pipe: Option<R>,
    /// True if the end of it was seen.
    ended: bool,
}

impl<R: Read> Read for Output<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.pipe {
            Some(pipe) => pipe.read(buffer)?,
            None => 0,
        };
        self.ended |= count == 0 && !buffer.is_empty();
        Ok(count)
    }
}
