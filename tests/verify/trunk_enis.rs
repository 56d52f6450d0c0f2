//! Trunk ENIs in `maxpods verify`: each node says whether it has one.

use super::{only_node, report, verify};
use crate::support::check_each;
use crate::support::cluster::*;
use serde_json::{Value, json};

/// A node with a trunk ENI that can have this number of branch ENIs.
fn with_trunk(name: &str, pods: &str, branch_enis: impl Into<Value>) -> Value {
    let mut node = node(name, "m5.large", pods);
    node["status"]["capacity"]["vpc.amazonaws.com/pod-eni"] = branch_enis.into();
    node
}

#[test]
fn verdicts() {
    check_each(
        [
            ("one ENI fewer", "", with_trunk("n", "20", "9"), "ok", 20, Value::Null),
            (
                "room for branch ENIs",
                "",
                with_trunk("n", "29", "9"),
                "ok",
                20,
                json!("needs branch ENIs for 9 pods"),
            ),
            ("a single pod", "", with_trunk("n", "21", "9"), "ok", 20, json!("needs branch ENIs for 1 pod")),
            ("one too many", "", with_trunk("n", "30", "9"), "over", 20, json!("more pods than addresses")),
            ("fewer", "", with_trunk("n", "19", "9"), "under", 20, json!("fewer than recommended")),
            (
                "the operator knows better",
                "--reserved-enis 0",
                with_trunk("n", "29", "9"),
                "ok",
                29,
                Value::Null,
            ),
            (
                "also of the branch ENIs",
                "--reserved-enis 2",
                with_trunk("n", "20", "9"),
                "ok",
                11,
                json!("needs branch ENIs for 9 pods"),
            ),
            ("no trunk ENI", "", with_trunk("n", "29", "0"), "ok", 29, Value::Null),
            ("nonsense", "", with_trunk("n", "29", "x"), "ok", 29, Value::Null),
            ("a number", "", with_trunk("n", "29", 9), "ok", 20, json!("needs branch ENIs for 9 pods")),
        ],
        |(why, line, node, verdict, allowed, reason)| {
            let (code, node) = only_node(line, &[node]);
            assert_eq!(code, Some(i32::from(verdict != "ok")), "{why}");
            let found = (&node["verdict"], &node["allowed"], &node["reason"]);
            assert_eq!(found, (&json!(verdict), &json!(allowed), &reason), "{why}");
        },
    );
}

#[test]
fn two_nodes_of_one_type_may_differ() {
    let items = [with_trunk("a", "20", "9"), node("b", "m5.large", "29"), with_trunk("c", "20", "9")];
    let (code, report) = report("", &items);
    assert_eq!(code, Some(0));
    let allowed: Vec<_> =
        report["nodes"].as_array().expect("nodes").iter().map(|node| &node["allowed"]).collect();
    assert_eq!(allowed, [20, 29, 20]);
}

#[test]
fn the_daemonsets_word_on_trunk_enis_is_not_needed() {
    let daemonset = aws_node(AWS_NODE_1_19, &[("ENABLE_POD_ENI", "true")]);
    let run = verify("", &list(&[daemonset, with_trunk("n", "20", "9")]));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

/// A node without a trunk ENI, although security groups for pods are on and its type can have one.
#[test]
fn a_missing_trunk_is_a_warning() {
    let daemonset = || aws_node(AWS_NODE_1_19, &[("ENABLE_POD_ENI", "true")]);
    let of_type = |name: &str, instance_type: &str, pods: &str| node(name, instance_type, pods);
    check_each(
        [
            (vec![with_trunk("n", "20", "9")], ""),
            (
                vec![of_type("n", "m5.large", "29")],
                "the node 'n' has no trunk ENI, although its type can have one",
            ),
            (vec![with_trunk("n", "29", "0")], "the node 'n' has no trunk ENI"),
            (
                vec![of_type("a", "M5.Large", "29"), of_type("b", "c5.xlarge", "58")],
                "types can have one: 'a', 'b'.",
            ),
            (
                ["a", "b", "c", "d", "e"].map(|name| of_type(name, "m5.large", "29")).into(),
                "'a', 'b', 'c', 2 more.",
            ),
            // The type cannot have one, or nobody knows, or the rules do not apply.
            (vec![of_type("n", "t3.medium", "17")], ""),
            (vec![of_type("n", "hs1.8xlarge", "110")], ""),
            (vec![labelled(of_type("n", "m5.large", "1"), COMPUTE_TYPE, "fargate")], ""),
        ],
        |(mut items, warning)| {
            items.push(daemonset());
            let run = verify("", &list(&items));
            assert_eq!(run.code, Some(0), "{run:?}");
            assert_eq!(run.stderr.is_empty(), warning.is_empty(), "{}", run.stderr);
            assert!(run.stderr.contains(warning), "{}", run.stderr);
            assert_eq!(verify("--reserved-enis 0 --allow-under", &list(&items)).stderr, "");
        },
    );
    let run = verify("--cni-pod-eni-enabled", &list(&[node("n", "m5.large", "29")]));
    assert!(run.stderr.contains("The usual cause: all ENIs were attached before"), "{}", run.stderr);
}
