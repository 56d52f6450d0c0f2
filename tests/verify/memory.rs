//! `maxpods verify` reads through a cluster of any size: memory grows with the number of nodes, and
//! not with what they weigh.

#[path = "../bench/generate.rs"]
mod generate;
#[path = "../bench/peak_memory.rs"]
mod peak_memory;

use crate::support::command;

#[test]
fn two_thousand_nodes_from_a_pipe_take_little_memory() {
    let run = peak_memory::run(command().args(["verify", "-q"]), |stdin| generate::nodes(2000, stdin))
        .expect("it runs");
    assert!(
        run.stdout.ends_with("\n2000 nodes: 2000 ok, 0 over, 0 under, 0 unknown, 0 skipped\n"),
        "{}",
        &run.stdout[run.stdout.len().saturating_sub(500)..]
    );
    // The input is 33 MB.
    let peak_kib = run.peak_kib;
    assert!(peak_kib.is_none_or(|peak| (500..16 << 10).contains(&peak)), "{peak_kib:?}");
}
