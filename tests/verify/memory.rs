//! The memory of `maxpods verify` grows with the number of nodes, and not with the size of their JSON.

#[path = "../bench/generate.rs"]
pub mod generate;
#[path = "../bench/peak_memory.rs"]
pub mod peak_memory;

use crate::support::command;

#[test]
fn two_thousand_nodes_from_a_pipe_take_little_memory() {
    let peak_kib = |nodes: usize| {
        let run = peak_memory::run(command().args(["verify", "-q"]), |stdin| generate::nodes(nodes, stdin))
            .expect("it runs");
        assert!(
            run.stdout
                .ends_with(&format!("\n{nodes} nodes: {nodes} ok, 0 over, 0 under, 0 unknown, 0 skipped\n")),
            "{}",
            &run.stdout[run.stdout.len().saturating_sub(500)..]
        );
        run.peak_kib
    };
    // The input is 16 and 33 MB. The debug binary itself is in the peak, so the growth tells more.
    if let (Some(half), Some(whole)) = (peak_kib(1000), peak_kib(2000)) {
        assert!((500..20 << 10).contains(&whole), "{whole} KiB");
        assert!(whole.saturating_sub(half) < 1 << 10, "from {half} to {whole} KiB");
    }
}
