//! Runs a command and measures its time and its memory, however it ends.

use std::fs;
use std::io;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The result of a run.
#[derive(Debug)]
pub struct Measured {
    /// `None` if a signal ended it, or if it was stopped because it took too long.
    pub code: Option<i32>,
    /// Processor time where the system tells it while the command runs, because other programs do not change it; else
    /// the time that passed.
    pub seconds: f64,
    /// The largest amount of resident memory in KiB, as it was a moment before the end; `None` if the system does not
    /// tell it.
    pub peak_kib: Option<u64>,
}

/// The program in a shell that gives it a stack of 1 MiB. Windows gives every program that much.
pub fn in_small_stack(program: &str) -> Command {
    if cfg!(windows) {
        return Command::new(program);
    }
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "ulimit -s 1024; exec \"$@\"", "sh", program]);
    shell
}

/// Runs a command without input and output, and stops it after this time.
pub fn run(command: &mut Command, patience: Duration) -> io::Result<Measured> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let (mut peak_kib, mut used) = (None, None);
    let status = loop {
        peak_kib = peak(&child).max(peak_kib);
        used = processor_seconds(&child).or(used);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > patience {
            child.kill()?;
        }
        thread::sleep(Duration::from_millis(1));
    };
    let seconds = used.unwrap_or_else(|| start.elapsed().as_secs_f64());
    Ok(Measured { code: status.code(), seconds, peak_kib })
}

fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// The processor time that a process has used so far. Linux counts it in hundredths of a second, after the name in
/// parentheses and 11 other fields.
fn processor_seconds(child: &Child) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).map(|field| field.parse::<f64>().ok());
    Some((fields.next()?? + fields.next()??) / 100.0)
}
