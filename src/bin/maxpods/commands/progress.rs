//! A line at the terminal that shows progress while a large cluster is read.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Most clusters are read before this, and then no line is shown.
const FIRST: Duration = Duration::from_millis(500);
/// The time between two numbers.
const INTERVAL: Duration = Duration::from_millis(100);
/// The columns that are cleared: more than any numbers of nodes and pods take, and fewer than a terminal has.
const COLUMNS: usize = 70;

/// Shows the numbers of nodes and pods read so far on stderr, if that is a terminal. The line is cleared when
/// the value is dropped.
pub struct Progress {
    read: Arc<Numbers>,
    /// The thread that shows the line. It ends when the sender is dropped.
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Default)]
struct Numbers {
    nodes: AtomicUsize,
    pods: AtomicUsize,
}

impl Numbers {
    fn get(&self) -> (usize, usize) {
        (self.nodes.load(Ordering::Relaxed), self.pods.load(Ordering::Relaxed))
    }
}

impl Progress {
    pub fn start(quiet: bool) -> Self {
        let read = Arc::new(Numbers::default());
        let shown = if quiet || !io::stderr().is_terminal() { None } else { show(Arc::clone(&read)) };
        Self { read, shown }
    }

    /// Tells the number of nodes read so far.
    pub fn nodes(&self, count: usize) {
        self.read.nodes.store(count, Ordering::Relaxed);
    }

    /// Tells the number of pods read so far.
    pub fn pods(&self, count: usize) {
        self.read.pods.store(count, Ordering::Relaxed);
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
fn show(read: Arc<Numbers>) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (stop, stopped) = mpsc::channel();
    let thread = thread::Builder::new().spawn(move || {
        // Nothing is shown before the first node, because a login plugin of kubectl may still be asking for a
        // password on the same line.
        let mut shown = (0, 0);
        let mut wait = FIRST;
        while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            let count = read.get();
            if count != shown {
                print(&line(count));
            }
            (shown, wait) = (count, INTERVAL);
        }
        if shown > (0, 0) {
            print(&cleared());
        }
    });
    thread.ok().map(|thread| (stop, thread))
}

fn line((nodes, pods): (usize, usize)) -> String {
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    match pods {
        0 => format!("{}{} read", cleared(), count(nodes, "node")),
        pods => format!("{}{} and {} read", cleared(), count(nodes, "node"), count(pods, "pod")),
    }
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
        let blanks = " ".repeat(COLUMNS);
        assert_eq!(line((1, 0)), format!("\r{blanks}\r1 node read"));
        assert_eq!(line((1200, 0)), format!("\r{blanks}\r1200 nodes read"));
        assert_eq!(line((1200, 1)), format!("\r{blanks}\r1200 nodes and 1 pod read"));
        assert!(2 * usize::MAX.to_string().len() + " nodes and  pods read".len() < COLUMNS);
    }
}
