//! Shared by the tests: running the real binary, tables of cases, properties, temporary files.

pub mod cluster;
pub mod moto;
pub mod mutate;
mod rows;

pub use rows::check_each;

use std::io::Write;
use std::process::{Command, Stdio};

use maxpods::text::Escaped;
use proptest::test_runner::{Config, FileFailurePersistence};
use tempfile::NamedTempFile;

/// The length of a long argument or variable. Windows starts no process with a command line, or a variable, of more
/// than 32,767 characters.
pub const LONG: usize = if cfg!(windows) { 30_000 } else { 100_000 };

/// The result of a run.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The answer of a run that must succeed.
    #[track_caller]
    pub fn answer(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// The error of a run that must fail with this code and print nothing.
    #[track_caller]
    pub fn error(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{self:?}");
        assert!(self.stderr.starts_with("error: "), "{self:?}");
        self.stderr
    }

    /// True if it ended as a run may end, whatever it was given: with an answer, or with an error and
    /// nothing on stdout, and with nothing that harms a terminal.
    pub fn is_orderly(&self) -> bool {
        let is_error = self.stderr.lines().any(|line| line.starts_with("error: "));
        // `list --expression` prints the rows that it has, and says that others failed.
        let some_rows = self.stderr.contains("error: the expression fails for ")
            && self.stderr.contains(" instance types\n");
        let ends_well = match self.code {
            Some(0) => !self.stdout.is_empty() && !is_error,
            Some(1 | 2) => some_rows || self.stdout.is_empty() == is_error,
            _ => false,
        };
        // Completion scripts are indented by tabs.
        ends_well
            && !self.stderr.contains("panicked")
            && is_harmless(&self.stderr)
            && is_harmless(&self.stdout.replace('\t', " "))
    }
}

/// True if this may be shown: nothing in it steers a terminal or hides text.
pub fn is_harmless(text: &str) -> bool {
    !text.chars().any(|c| c != '\n' && Escaped::steers(c))
}

pub fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_maxpods"))
}

/// Removes the machine's variables for AWS and for proxies, which would have an effect on requests.
pub fn in_no_account(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let upper = name.to_string_lossy().to_uppercase();
        if upper.starts_with("AWS_") || upper.starts_with("IMDS_") || upper.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the binary with these arguments.
pub fn maxpods<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    run(command().args(args), b"")
}

/// Runs the binary with the words of this line, which are separated by blanks.
pub fn words(line: &str) -> Run {
    maxpods(line.split_whitespace())
}

/// Runs a command with this input on its stdin.
pub fn run(command: &mut Command, stdin: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut pipe = child.stdin.take().expect("stdin is piped");
    // An error means that the command closed its stdin without reading it, which it may do.
    let _ = pipe.write_all(stdin);
    drop(pipe);
    let output = child.wait_with_output().expect("the binary ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The configuration of a property that is tested with this number of cases.
///
/// Every run draws new cases. A failure names the file below `tests/regressions` in which its seed
/// is kept: the next run of the same test tries that seed first.
pub fn cases(cases: u32) -> Config {
    let kept = FileFailurePersistence::SourceParallel("tests/regressions");
    Config { cases, failure_persistence: Some(Box::new(kept)), ..Config::default() }
}

/// A file with this content, which is removed when the value is dropped.
pub fn temp_file(content: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(content.as_ref()).expect("the temporary file takes its content");
    file
}
