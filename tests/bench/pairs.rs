//! Compares two commands that are run in turn.

use std::fmt;
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The result of the comparison, in medians.
pub struct Comparison {
    ours: Duration,
    theirs: Duration,
    /// Our time divided by their time, for each pair.
    ratio: f64,
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} ({:.3?} / {:.3?})", self.ratio, self.ours, self.theirs)
    }
}

/// Runs each command `rounds` times, after a few runs that do not count.
pub fn compare(
    rounds: usize,
    ours: impl Fn() -> Command,
    theirs: impl Fn() -> Command,
) -> io::Result<Comparison> {
    let warm_up = (rounds / 20).max(1);
    let mut pairs = Vec::new();
    for round in 0..rounds + warm_up {
        // Each command is as often the first of a pair as the other.
        let pair = if round % 2 == 0 {
            let first = time(ours())?;
            (first, time(theirs())?)
        } else {
            let first = time(theirs())?;
            (time(ours())?, first)
        };
        if round >= warm_up {
            pairs.push(pair);
        }
    }
    let median_of = |f: fn(&(Duration, Duration)) -> f64| {
        let mut values: Vec<f64> = pairs.iter().map(f).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Ok(Comparison {
        ours: Duration::from_secs_f64(median_of(|(ours, _)| ours.as_secs_f64())),
        theirs: Duration::from_secs_f64(median_of(|(_, theirs)| theirs.as_secs_f64())),
        ratio: median_of(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64()),
    })
}

fn time(mut command: Command) -> io::Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    assert!(status.success(), "{command:?}");
    Ok(time)
}
