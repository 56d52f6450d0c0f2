//! Running the real binary with little memory and little time.

use std::process::Command;

use proptest::test_runner::Config;

use super::is_harmless;
use crate::support::mutate::fuzz;
use crate::support::{self, Run, in_no_account};

/// The configuration of a property that starts a process for each case. A process is a hundred times as slow as a
/// call, so the property has a hundredth of the cases.
pub fn fuzz_processes(usual: u32) -> Config {
    let config = fuzz(100 * usual);
    Config { cases: (config.cases / 100).max(1), ..config }
}

/// Runs the binary. Where the shell can limit them, it has 512 MiB of memory and 20 s of processor
/// time, and is ended when it wants more. It finds no other program and no metadata service.
pub fn maxpods(args: &[&str], stdin: &[u8]) -> Run {
    let limited = "ulimit -v 524288; ulimit -t 20; exec \"$@\"";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", limited, "sh", env!("CARGO_BIN_EXE_maxpods")]).args(args);
    in_no_account(&mut command).env("AWS_EC2_METADATA_DISABLED", "true").env("PATH", "");
    support::run(&mut command, stdin)
}

impl Run {
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
