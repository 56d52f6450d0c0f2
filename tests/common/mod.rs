//! Running the real binary.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::io::Write;
use std::process::{Command, Stdio};

/// What came of one run.
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
}

pub fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_maxpods"))
}

/// Runs the binary with these words.
pub fn maxpods<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    run(command().args(args), b"")
}

/// Runs the binary with words that blanks separate.
pub fn words(line: &str) -> Run {
    maxpods(line.split_whitespace())
}

/// Runs a command with this on its stdin.
pub fn run(command: &mut Command, stdin: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut pipe = child.stdin.take().expect("stdin is piped");
    // A command that does not read its stdin closes it early, and rightly so.
    let _ = pipe.write_all(stdin);
    drop(pipe);
    let output = child.wait_with_output().expect("the binary ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}
