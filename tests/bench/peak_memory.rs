//! Measures the largest amount of memory that a command takes.

use std::fs;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

/// The result of a run.
pub struct Run {
    pub stdout: String,
    /// The largest amount of resident memory in KiB; `None` if the system does not tell it.
    pub peak_kib: Option<u64>,
}

/// Runs a command that reads all of its stdin, and then prints more than a pipe can hold (64 KiB). While the
/// command waits for its output to be read, the system can still tell how much memory it took.
pub fn run(
    command: &mut Command,
    feed: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send,
) -> io::Result<Run> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let mut stdout = child.stdout.take().expect("stdout is piped");
    let mut text = vec![0; 1];
    let peak_kib = thread::scope(|scope| {
        let feeder = scope.spawn(move || feed(&mut stdin));
        stdout.read_exact(&mut text)?;
        let peak_kib = peak(child.id());
        stdout.read_to_end(&mut text)?;
        feeder.join().expect("the feeder ends")?;
        io::Result::Ok(peak_kib)
    })?;
    child.wait()?;
    Ok(Run { stdout: String::from_utf8(text).expect("UTF-8"), peak_kib })
}

fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
