//! `maxpods plan` reads through a cluster of any size: memory grows with the number of nodes and pods, and not
//! with what they weigh.

use crate::support::command;
use crate::verify::memory::{generate, peak_memory};

#[test]
fn pods_from_a_pipe_take_little_memory() {
    let peak_kib = |nodes: usize| {
        let mut command = command();
        command.args(["plan", "-q", "-o", "json"]);
        let run = peak_memory::run(&mut command, |stdin| generate::nodes_with_pods(nodes, 20, stdin))
            .expect("it runs");
        // One node of seven runs Windows and is not counted.
        assert_eq!(run.stdout.matches("{\"name\":\"ip-10-").count(), nodes - nodes / 7);
        run.peak_kib
    };
    // The input is 45 and 90 MB. The debug binary itself is in the peak, so the growth tells more.
    if let (Some(half), Some(whole)) = (peak_kib(400), peak_kib(800)) {
        assert!((500..24 << 10).contains(&whole), "{whole} KiB");
        assert!(whole.saturating_sub(half) < 4 << 10, "from {half} to {whole} KiB");
    }
}
