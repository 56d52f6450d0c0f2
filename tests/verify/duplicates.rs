//! Objects that are in the input of `maxpods verify` more than once.

use super::{report, verify};
use crate::support::cluster::*;
use crate::support::{check_each, command, run, temp_file};
use serde_json::{Value, json};

#[test]
fn the_same_object_counts_once() {
    let [a, b] = [node("a", "m5.large", "29"), node("b", "m5.large", "30")];
    let both = list(&[a.clone(), b.clone()]);
    let twice = verify("-q", &format!("{both}{both}"));
    assert_eq!((twice.code, &twice.stdout), (Some(1), &verify("-q", &both).stdout));

    // The second list has the same nodes, and they differ only in fields that have no effect here.
    let mut newer = a.clone();
    newer["metadata"]["resourceVersion"] = "2".into();
    let (_, report) = report("", &[a, b, newer]);
    assert_eq!(report["summary"], json!({"ok": 1, "over": 1, "under": 0, "unknown": 0, "skipped": 0}));
}

#[test]
fn nodes_with_different_values_are_told() {
    let says = |items: &[Value]| {
        let daemonset = aws_node(AWS_NODE_1_19, &[]);
        verify("", &list(&[&[daemonset], items].concat())).stderr
    };
    let n = |name: &str, pods: &str| node(name, "m5.large", pods);
    let nameless = |pods: &str| {
        let mut node = n("", pods);
        node["metadata"].as_object_mut().expect("metadata").remove("name");
        node
    };
    check_each(
        [
            (vec![n("n", "29"), n("n", "29")], ""),
            (vec![n("n", "29"), n("m", "28")], ""),
            (
                vec![n("n", "29"), n("n", "28"), n("n", "29")],
                "warning: the node 'n' is there more than once, with different values\n",
            ),
            (
                vec![n("m", "29"), n("::x", "29"), n("m", "28"), n("::x", "28")],
                "warning: nodes are there more than once, with different values: 'm', '\\u{3a}\\u{3a}x'\n",
            ),
            (
                ["28", "29"]
                    .iter()
                    .flat_map(|pods| ["a", "b", "c", "d", "e"].map(|name| n(name, pods)))
                    .collect(),
                "warning: nodes are there more than once, with different values: 'a', 'b', 'c', 2 more\n",
            ),
            // Nodes without a name may be different nodes.
            (vec![nameless("29"), nameless("28"), nameless("29")], ""),
        ],
        |(items, warning)| assert_eq!(says(&items), warning),
    );
    let (_, report) = report("", &[nameless("29"), nameless("29")]);
    assert_eq!(report["summary"]["ok"], 2);
}

#[test]
fn a_daemonset_of_the_users_own_takes_the_place_of_the_inputs() {
    let good = temp_file(pretty(&aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")])));
    let no_container =
        json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "aws-node"}});
    let other = aws_node(AWS_NODE_1_19, &[("MAX_ENI", "1")]);
    check_each(
        [
            ("no container", vec![no_container.clone()]),
            ("two that contradict", vec![aws_node(AWS_NODE_1_19, &[]), other]),
            ("both", vec![aws_node(AWS_NODE_1_19, &[]), no_container]),
        ],
        |(why, daemonsets)| {
            let input = list(&[&daemonsets[..], &[node("n", "m5.large", "110")]].concat());
            let mut command = command();
            command.args(["verify", "--cni-from-daemonset"]).arg(good.path());
            let run = run(&mut command, input.as_bytes());
            assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{why}");
            // Without that option, it is not known which settings count.
            verify("", &input).error(2);
        },
    );
}
