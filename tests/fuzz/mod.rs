//! Real input with faults in it, for every reader of text from outside. Each reader has a file here.
//!
//! Each property draws new mutants at every run. `MAXPODS_FUZZ=1000000 cargo test fuzz` tries a million
//! of each in this process, and ten thousand in processes of their own. With the variable
//! `CARGO_PROFILE_DEV_OPT_LEVEL=2` that is much faster, and overflows are still found.

mod cluster;
mod command_line;
mod config;
mod config_file;
mod daemonset;
mod expression;
mod facts;
mod imds;
mod run;
mod subnets;

use std::time::{Duration, Instant};

/// The longest that one mutant may take: it has at most a megabyte, and the machine may be busy with
/// other tests.
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls `read`, which must not take long, and returns its value.
#[track_caller]
fn in_time<T>(read: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = read();
    let took = start.elapsed();
    assert!(took < PATIENCE, "it took {took:?}");
    value
}

/// True if a place, counted from 1, is in the text or just behind one of its lines.
fn is_in(text: &[u8], line: usize, column: usize) -> bool {
    line > 0 && text.split(|&b| b == b'\n').nth(line - 1).is_some_and(|line| column <= line.len() + 1)
}
