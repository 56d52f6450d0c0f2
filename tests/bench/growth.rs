//! The growth of time and memory with the input, for each reader and for input that is made to do harm: `cargo bench
//! --bench growth`. A part of a name as an argument chooses the inputs, and the end of an argument for cargo is `--`.
//!
//! The rule: a command takes at most 100 MB of memory and four times the size of its input, and at most 1.5 s for a
//! megabyte, on any stack of 1 MiB or more: it has that stack here.

#![allow(clippy::cast_precision_loss, reason = "sizes that people read")]

mod hostile;
mod measured;

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use hostile::Hostile;

/// The size of the inputs, except for those that do harm with less.
const BYTES: usize = 1_000_000;

fn main() -> io::Result<()> {
    // `cargo test` only has to show that the benchmark compiles.
    if !std::env::args().any(|arg| arg == "--bench") {
        return Ok(());
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth");
    fs::create_dir_all(&folder)?;
    println!("{:<64} {:>9} {:>8} {:>8} {:>5}", "reader: input", "bytes", "seconds", "MB", "exit");
    let mut broken = 0;
    for input in hostile::all() {
        if wanted.is_empty() || wanted.iter().any(|part| input.name.contains(part.as_str())) {
            broken += u32::from(!holds(&input, &folder)?);
        }
    }
    assert_eq!(broken, 0, "so many inputs break the rule");
    Ok(())
}

/// Prints the row of an input; true if the rule holds.
fn holds(input: &Hostile, folder: &Path) -> io::Result<bool> {
    let bytes = (input.make)(BYTES.min(input.most));
    let path = folder.join(input.file);
    fs::write(&path, &bytes)?;
    let run = || {
        let mut command = measured::in_small_stack(env!("CARGO_BIN_EXE_maxpods"));
        command.args(
            input.args.split(' ').map(|arg| if arg == "FILE" { path.as_os_str() } else { arg.as_ref() }),
        );
        measured::run(&mut command, Duration::from_secs(20))
    };
    let mut measured = run()?;
    let megabytes = (bytes.len() as f64 / 1e6).max(1.0);
    let most_seconds = 1.5 * megabytes;
    let most_kib = (100_000_000 + 4 * bytes.len() as u64) / 1024;
    // A busy machine may be slow once.
    for _ in 0..2 {
        if measured.seconds > most_seconds {
            let again = run()?;
            measured.seconds = measured.seconds.min(again.seconds);
        }
    }
    let peak = measured.peak_kib.unwrap_or(0);
    let is_orderly = matches!(measured.code, Some(0..=2));
    let holds = is_orderly && measured.seconds <= most_seconds && peak <= most_kib;
    println!(
        "{:<64} {:>9} {:>8.3} {:>8.1} {:>5}{}",
        input.name,
        bytes.len(),
        measured.seconds,
        peak as f64 * 1024.0 / 1e6,
        measured.code.map_or("-".into(), |code| code.to_string()),
        if holds { "" } else { "  BROKEN" }
    );
    fs::remove_file(&path)?;
    Ok(holds)
}
