//! Running the real binary with little memory and little time.

use std::process::Command;

use proptest::test_runner::Config;

use crate::support::mutate::fuzz;
use crate::support::{self, Run, command, in_no_account};

/// The configuration of a property that starts a process for each case. A process is a hundred times as slow as a
/// call, so the property has a hundredth of the cases.
pub fn fuzz_processes(usual: u32) -> Config {
    let config = fuzz(100 * usual);
    Config { cases: (config.cases / 100).max(1), ..config }
}

/// Runs the binary. On Linux it has 512 MiB of memory and 20 s of processor time, and is ended when it wants
/// more: other systems have no shell that limits both. It finds no other program and no metadata service.
pub fn maxpods(args: &[&str], stdin: &[u8]) -> Run {
    let mut command = if cfg!(target_os = "linux") { limited() } else { command() };
    in_no_account(command.args(args)).env("AWS_EC2_METADATA_DISABLED", "true").env("PATH", "");
    support::run(&mut command, stdin)
}

/// The binary in a shell that limits its memory and its processor time.
fn limited() -> Command {
    let mut shell = Command::new("/bin/sh");
    let limit = "ulimit -v 524288; ulimit -t 20; exec \"$@\"";
    shell.args(["-c", limit, "sh", env!("CARGO_BIN_EXE_maxpods")]);
    shell
}
