//! Runs the binary with environment variables that the test sets.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{command, in_no_account};

/// The longest time that a run may take.
const LIMIT: Duration = Duration::from_millis(10_500);

#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

/// Runs `maxpods --instance-type-from-imds` with these arguments and variables. Variables of the machine that
/// would have an effect are removed.
pub fn maxpods<V: AsRef<str>>(variables: &[(&str, V)], args: &[&str]) -> Outcome {
    run(command(), variables, args)
}

/// The same as [`maxpods`], for a command that starts the binary in its own way.
pub fn run<V: AsRef<str>>(mut command: Command, variables: &[(&str, V)], args: &[&str]) -> Outcome {
    in_no_account(&mut command).envs(variables.iter().map(|(name, value)| (name, value.as_ref())));
    command.arg("--instance-type-from-imds").args(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());

    let mut child = command.spawn().expect("the binary starts");
    // The process runs from here on. The time that a busy machine needs to start it does not count.
    let started = Instant::now();
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        let (mut out, mut err) = (String::new(), String::new());
        let read = stdout.read_to_string(&mut out).and_then(|_| stderr.read_to_string(&mut err));
        // Only the end of the process closes both.
        let took = started.elapsed();
        let _ = ended.send(read.map(|_| (out, err, took)));
    });
    let Ok(read) = end.recv_timeout(2 * LIMIT) else {
        child.kill().expect("the binary can be killed");
        panic!("still running after {:?}", started.elapsed());
    };
    let (stdout, stderr, took) = read.expect("what it says is UTF-8");
    let code = child.wait().expect("the binary can be waited for").code();
    Outcome { code, stdout, stderr, took }
}

impl Outcome {
    /// The run printed this answer and nothing else.
    #[track_caller]
    pub fn answers(&self, stdout: &str) {
        assert_eq!(
            (self.code, self.stdout.as_str(), self.stderr.as_str()),
            (Some(0), stdout, ""),
            "{self:#?}"
        );
    }

    /// The run printed no answer, but one error with these words in it, and a help that names another way.
    #[track_caller]
    pub fn fails_with(&self, words: &[&str]) {
        assert_eq!((self.code, self.stdout.as_str()), (Some(1), ""), "{self:#?}");
        let lines: Vec<_> = self.stderr.lines().collect();
        let [error, help] = lines[..] else { panic!("an error and its help, nothing else: {self:#?}") };
        assert!(error.starts_with("error: "), "{self:#?}");
        assert!(help.starts_with("  help: ") && help.contains("--instance-type TYPE"), "{self:#?}");
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in {self:#?}");
        }
        assert!(!self.stderr.chars().any(|c| c.is_control() && c != '\n'), "{self:#?}");
        assert!(self.took < LIMIT, "{self:#?}");
    }
}
