//! A line at the terminal that shows progress while a large input is read.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Most clusters are read before this, and then no line is shown.
const FIRST: Duration = Duration::from_millis(500);
/// Most folders are.
const FIRST_FILES: Duration = Duration::from_secs(1);
/// The time between two numbers.
const INTERVAL: Duration = Duration::from_millis(100);
/// The columns that are cleared: more than any line takes, and fewer than a terminal has.
const COLUMNS: usize = 70;
/// The columns of a bar.
const BAR: usize = 20;

/// Shows how much is read so far on stderr, if that is a terminal. The line is cleared when the value is dropped.
pub struct Progress {
    numbers: Arc<Numbers>,
    /// The thread that shows the line. It ends when the sender is dropped.
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Two numbers: nodes and pods, or the files that are read and all files.
#[derive(Default)]
struct Numbers(AtomicUsize, AtomicUsize);

impl Numbers {
    fn get(&self) -> (usize, usize) {
        (self.0.load(Ordering::Relaxed), self.1.load(Ordering::Relaxed))
    }
}

impl Progress {
    /// The nodes and pods of a cluster.
    pub fn start(quiet: bool) -> Self {
        Self::new(quiet, Numbers::default(), FIRST, line)
    }

    /// A bar for this many files.
    pub fn of_files(quiet: bool, all: usize) -> Self {
        Self::new(quiet, Numbers(0.into(), all.into()), FIRST_FILES, bar)
    }

    fn new(quiet: bool, numbers: Numbers, first: Duration, line: fn((usize, usize)) -> String) -> Self {
        let numbers = Arc::new(numbers);
        let is_shown = !quiet && io::stderr().is_terminal();
        let shown = if is_shown { show(Arc::clone(&numbers), first, line) } else { None };
        Self { numbers, shown }
    }

    /// Tells the number of nodes read so far.
    pub fn nodes(&self, count: usize) {
        self.numbers.0.store(count, Ordering::Relaxed);
    }

    /// Tells the number of pods read so far.
    pub fn pods(&self, count: usize) {
        self.numbers.1.store(count, Ordering::Relaxed);
    }

    /// Tells that one more file is read.
    pub fn file(&self) {
        self.numbers.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.shown.take() {
            drop(stop);
            // A panic of that thread would not change the answer.
            let _ = thread.join();
        }
    }
}

/// Starts the thread that shows the line. Nothing is shown if the system has no thread to spare.
fn show(
    numbers: Arc<Numbers>,
    first: Duration,
    line: fn((usize, usize)) -> String,
) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (stop, stopped) = mpsc::channel();
    let thread = thread::Builder::new().spawn(move || {
        // Nothing is shown before the first node, because a login plugin of kubectl may still be asking for a
        // password on the same line.
        let before = (0, numbers.get().1);
        let mut shown = before;
        let mut wait = first;
        while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            let count = numbers.get();
            if count != shown {
                print(&(cleared() + &line(count)));
            }
            (shown, wait) = (count, INTERVAL);
        }
        if shown != before {
            print(&cleared());
        }
    });
    thread.ok().map(|thread| (stop, thread))
}

fn line((nodes, pods): (usize, usize)) -> String {
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    match pods {
        0 => format!("{} read", count(nodes, "node")),
        pods => format!("{} and {} read", count(nodes, "node"), count(pods, "pod")),
    }
}

fn bar((read, all): (usize, usize)) -> String {
    let full = (BAR * read).checked_div(all).unwrap_or(BAR).min(BAR);
    format!("[{}{}] {read} of {all} files read", "#".repeat(full), "-".repeat(BAR - full))
}

/// Goes to the start of the line and clears it, with blanks: some consoles of Windows show escape sequences as text.
fn cleared() -> String {
    format!("\r{:COLUMNS$}\r", "")
}

/// If stderr does not take it, there is nobody to tell.
fn print(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_takes_the_place_of_the_one_before() {
        assert_eq!(cleared(), format!("\r{}\r", " ".repeat(70)));
        assert_eq!(line((1, 0)), "1 node read");
        assert_eq!(line((1200, 0)), "1200 nodes read");
        assert_eq!(line((1200, 1)), "1200 nodes and 1 pod read");
        assert_eq!(bar((0, 3)), "[--------------------] 0 of 3 files read");
        assert_eq!(bar((1, 3)), "[######--------------] 1 of 3 files read");
        assert_eq!(bar((3, 3)), "[####################] 3 of 3 files read");
        assert!(bar((9_999_999, 9_999_999)).len() < COLUMNS);
    }
}
