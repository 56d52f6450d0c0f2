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
    pub seconds: f64,
    /// The largest amount of resident memory in KiB, as it was a moment before the end; `None` if the system does not
    /// tell it.
    pub peak_kib: Option<u64>,
    pub stderr: String,
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
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command.spawn()?;
    let mut pipe = child.stderr.take().expect("stderr is piped");
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        io::Read::read_to_end(&mut pipe, &mut text).map(|_| String::from_utf8_lossy(&text).into_owned())
    });
    let mut peak_kib = None;
    let status = loop {
        peak_kib = peak(&child).max(peak_kib);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > patience {
            child.kill()?;
        }
        thread::sleep(Duration::from_millis(1));
    };
    let seconds = start.elapsed().as_secs_f64();
    let stderr = reader.join().expect("the reader ends")?;
    Ok(Measured { code: status.code(), seconds, peak_kib, stderr })
}

fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
