//! `maxpods verify` on input that is made to cost time or memory.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::verify;
use serde_json::json;

fn cluster(nodes: impl Iterator<Item = (String, String)>) -> String {
    let mut text = String::new();
    for (name, instance_type) in nodes {
        let labels = json!({"node.kubernetes.io/instance-type": instance_type});
        let node = json!({
            "kind": "Node", "metadata": {"name": name, "labels": labels}, "status": {"capacity": {"pods": "29"}},
        });
        writeln!(text, "{node}").expect("a String");
    }
    text
}

/// Each unknown type used to be compared with all names of the table. Then 10,000 of them took minutes in a debug
/// build.
#[test]
fn an_unknown_type_costs_a_look_up() {
    let input = cluster((0..10_000).map(|i| (format!("n{i}"), format!("c6i.x{i}large"))));
    let start = Instant::now();
    let run = verify("-q", &input);
    assert!(run.stdout.ends_with("\n10000 nodes: 0 ok, 0 over, 0 under, 10000 unknown, 0 skipped\n"));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// Every row used to be padded to the longest name.
#[test]
fn one_long_name_makes_one_long_row() {
    let long = "n".repeat(1_000_000);
    let nodes = (0..1000).map(|i| (if i == 500 { long.clone() } else { format!("n{i}") }, "m5.large".into()));
    let input = cluster(nodes);
    let run = verify("-q", &input);
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.len() < 2 * input.len(), "{} bytes from {}", run.stdout.len(), input.len());
}
