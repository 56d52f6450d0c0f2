//! Windows nodes in `maxpods verify`: they are judged by the addresses that the VPC resource controller gives
//! them.

use super::{only_node, verify};
use crate::support::check_each;
use crate::support::cluster::*;
use serde_json::{Value, json};

const OS: &str = "kubernetes.io/os";
const ADDRESSES: &str = "vpc.amazonaws.com/PrivateIPv4Address";

/// A Windows node with this number of addresses.
fn windows(instance_type: &str, pods: impl Into<Value>, addresses: impl Into<Value>) -> Value {
    let mut node = labelled(node("w", instance_type, pods), OS, "windows");
    node["status"]["capacity"][ADDRESSES] = addresses.into();
    node
}

#[test]
fn verdicts() {
    let prefixes = "--cni-prefix-delegation-enabled";
    let number = |n: u64| json!(n);
    check_each(
        [
            ("the number of addresses", "", windows("m5.large", "9", "9"), "ok", number(9), number(9)),
            ("with prefixes", "", windows("m5.large", "110", "144"), "ok", number(110), number(144)),
            ("above the ceiling", "", windows("m5.large", "120", "144"), "ok", number(110), number(144)),
            (
                "fewer than recommended",
                "",
                windows("m5.large", "9", "144"),
                "under",
                number(110),
                number(144),
            ),
            ("more pods than addresses", "", windows("m5.large", "110", "9"), "ok", number(9), number(9)),
            (
                "an own ceiling",
                "--max-pods-ceiling 60",
                windows("m5.large", "60", "144"),
                "ok",
                number(60),
                number(144),
            ),
            (
                "the CNI's settings have no effect",
                prefixes,
                windows("m5.large", "9", "9"),
                "ok",
                number(9),
                number(9),
            ),
            ("nor has MAX_ENI", "--cni-max-eni 1", windows("m5.large", "9", "9"), "ok", number(9), number(9)),
            (
                "nor have reserved ENIs",
                "--reserved-enis 3",
                windows("m5.large", "9", "9"),
                "ok",
                number(9),
                number(9),
            ),
            (
                "host-network pods",
                "--host-network-pods 3",
                windows("m5.large", "12", "9"),
                "ok",
                number(12),
                number(12),
            ),
            ("an unknown type", "", windows("x99.large", "9", "9"), "ok", number(9), number(9)),
            ("an unknown type, under", "", windows("x99.large", "8", "9"), "under", number(9), number(9)),
            ("no address", "", windows("m5.large", "9", "0"), "over", number(9), number(0)),
            ("no resource", "", windows("m5.large", "9", Value::Null), "over", number(9), number(0)),
            ("nonsense", "", windows("m5.large", "9", "many"), "over", number(9), number(0)),
            (
                "no resource, unknown type",
                "",
                windows("x99.large", "9", Value::Null),
                "over",
                Value::Null,
                number(0),
            ),
            ("no number of pods", "", windows("m5.large", Value::Null, "9"), "unknown", number(9), number(9)),
            (
                "no number of pods either",
                "",
                windows("m5.large", "x", Value::Null),
                "unknown",
                number(9),
                number(0),
            ),
        ],
        |(why, line, node, verdict, recommended, allowed)| {
            let (code, node) = only_node(line, &[node]);
            assert_eq!(code, Some(i32::from(verdict != "ok")), "{why}");
            let found = (&node["verdict"], &node["recommended"], &node["allowed"]);
            assert_eq!(found, (&json!(verdict), &recommended, &allowed), "{why}");
        },
    );
}

#[test]
fn a_windows_node_is_told_by_either_label() {
    let mut old = unlabelled(windows("m5.large", "9", "9"), &[OS]);
    old["metadata"]["labels"]["beta.kubernetes.io/os"] = "windows".into();
    let mut no_type = windows("m5.large", "9", "9");
    no_type = unlabelled(no_type, &[INSTANCE_TYPE, OLD_INSTANCE_TYPE]);
    let linux = labelled(node("l", "m5.large", "29"), OS, "linux");
    check_each([("the old label", old), ("no type", no_type), ("Linux", linux)], |(why, node)| {
        assert_eq!(only_node("", &[node]).0, Some(0), "{why}");
    });
    let skipped = labelled(windows("m5.large", "9", "9"), COMPUTE_TYPE, "hybrid");
    assert_eq!(only_node("", &[skipped]).1["verdict"], "skipped");
}

#[test]
fn reasons_and_what_to_do() {
    check_each(
        [
            (windows("m5.large", "110", "9"), "more pods than addresses: pods beyond wait as Pending", ""),
            (
                windows("m5.large", "9", Value::Null),
                "no pod gets an address: the node has no vpc.amazonaws.com/PrivateIPv4Address",
                "set enable-windows-ipam to \"true\" in the ConfigMap amazon-vpc-cni",
            ),
            (windows("m5.large", "9", "144"), "fewer than recommended", "set max pods to 110"),
        ],
        |(node, reason, help)| {
            assert_eq!(only_node("", std::slice::from_ref(&node)).1["reason"], reason);
            let table = verify("-q", &list(&[node])).stdout;
            assert!(table.contains(help), "{table}");
        },
    );
}

/// The facts of the type have no effect if the node says how many addresses it has.
#[test]
fn no_warning_about_the_type() {
    let mixed = [windows("t2.medium", "5", "5"), node("l", "m5.large", "110")];
    let run = verify("--cni-prefix-delegation-enabled", &list(&mixed));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}
