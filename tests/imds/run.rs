//! Runs the binary in an environment of the test's own.

use std::env;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that anything may take.
const LIMIT: Duration = Duration::from_millis(10_500);

#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

/// `maxpods --instance-type-from-imds` and these arguments, with these variables and none of the
/// machine's own that bear on it.
pub fn maxpods<V: AsRef<str>>(variables: &[(&str, V)], args: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maxpods"));
    for (name, _) in env::vars_os() {
        let upper = name.to_string_lossy().to_uppercase();
        if upper.starts_with("AWS_") || upper.starts_with("IMDS_") || upper.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command.envs(variables.iter().map(|(name, value)| (name, value.as_ref())));
    command.arg("--instance-type-from-imds").args(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());

    let started = Instant::now();
    let mut child = command.spawn().expect("the binary starts");
    let status = loop {
        match child.try_wait().expect("the binary can be waited for") {
            Some(status) => break status,
            None if started.elapsed() > 2 * LIMIT => {
                child.kill().expect("the binary can be killed");
                panic!("still running after {:?}", started.elapsed());
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    let took = started.elapsed();
    let mut outcome = Outcome { code: status.code(), stdout: String::new(), stderr: String::new(), took };
    child.stdout.take().unwrap().read_to_string(&mut outcome.stdout).expect("stdout is UTF-8");
    child.stderr.take().unwrap().read_to_string(&mut outcome.stderr).expect("stderr is UTF-8");
    outcome
}

impl Outcome {
    /// The answer and nothing else.
    #[track_caller]
    pub fn answers(&self, stdout: &str) {
        assert_eq!(
            (self.code, self.stdout.as_str(), self.stderr.as_str()),
            (Some(0), stdout, ""),
            "{self:#?}"
        );
    }

    /// No answer, one error with these words in it, and a help that shows the way out.
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
