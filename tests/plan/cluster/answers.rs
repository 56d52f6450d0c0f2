//! The warm targets that are compared for a whole cluster.

use super::*;
use crate::support::check_each;

/// The nodes of these types with these pods, and the CNI.
fn cluster(nodes: &[(&str, u64)], cni: Value) -> String {
    let mut items = Vec::new();
    for (number, (instance_type, count)) in (1..).zip(nodes) {
        items.push(member(number, instance_type, 110, "10.0.0.10"));
        items.extend(pods(*count, number));
    }
    items.push(cni);
    list(&items)
}

fn why(answer: &Value) -> Vec<String> {
    let rows = answer["compared"].as_array().expect("rows");
    rows.iter().map(|row| row["why"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn the_median_and_nine_nodes_of_ten_decide_what_fits() {
    let of = |pods: &[u64]| pods.iter().map(|&pods| ("m5.large", pods)).collect::<Vec<_>>();
    let median = |pods: u64| format!("fits {pods} pods (the median node): ");
    let nine = |pods: u64| format!("fits {pods} pods (9 nodes of 10 have no more)");
    let both = |pods: u64| {
        format!("fits {pods} pods (the median node); fits {pods} pods (9 nodes of 10 have no more)")
    };
    check_each(
        [
            (of(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 50]), vec![median(5), nine(9)]),
            (of(&[20, 20, 20]), vec![both(20)]),
            (of(&[0, 0, 40]), vec![nine(40)]),
            (of(&[0, 0, 0]), vec![]),
            (of(&[7, 30]), vec![median(7), nine(30)]),
        ],
        |(nodes, expected)| {
            let (answer, _) = json_of("", &cluster(&nodes, with_prefixes()));
            let rows = why(&answer);
            let fits: Vec<_> = rows.iter().filter(|why| why.contains("fits")).collect();
            assert_eq!(fits.len(), expected.len(), "{rows:?}");
            for (row, expected) in fits.iter().zip(&expected) {
                assert!(row.starts_with(expected.as_str()), "{row} {expected}");
            }
        },
    );
}

#[test]
fn rows_of_both_modes() {
    let nodes = [("m5.large", 20), ("m4.large", 5), ("c5.xlarge", 30)];
    let (answer, _) = json_of("", &cluster(&nodes, with_prefixes()));
    let rows = answer["compared"].as_array().expect("rows");
    let told: Vec<_> = rows
        .iter()
        .map(|row| json!([row["mode"], row["settings"]["warmIpTarget"], row["settings"]["minimumIpTarget"]]))
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["prefix-delegation", null, null],
            ["secondary-ip", null, null],
            ["prefix-delegation", 12, 32],
            ["prefix-delegation", 2, 32],
            ["prefix-delegation", 5, null],
        ])
    );
    assert!(rows[1]["command"].as_str().unwrap().contains("ENABLE_PREFIX_DELEGATION=false"));
    assert_eq!(rows[4]["why"], "follows the pods of each node");
    // The Xen node has secondary IPs in every row: 2 ENIs of 9 addresses at most.
    assert_eq!(answer["nodes"][1]["held"], 18);
    assert_eq!(answer["compared"][4]["held"], 32 + 10 + 48);

    // With secondary IPs, prefixes are a row if a node can have them.
    let secondary = aws_node(AWS_NODE_1_19, &[]);
    let (answer, _) = json_of("", &cluster(&nodes, secondary.clone()));
    assert_eq!(why(&answer)[..2], ["now; default for secondary IPs", "default for prefixes"]);
    let (answer, _) = json_of("", &cluster(&[("m4.large", 5)], secondary.clone()));
    assert_eq!(why(&answer).len(), 2);
    let (answer, _) = json_of("--cni-version 1.8", &cluster(&nodes, secondary));
    assert!(answer["compared"].as_array().unwrap().iter().all(|row| row["mode"] == "secondary-ip"));
}

#[test]
fn a_large_minimum_wastes_addresses_on_small_nodes() {
    // A target that fits a large node costs each small one as many addresses.
    let mut nodes = vec![("m5.24xlarge", 100)];
    nodes.extend([("m5.large", 10); 9]);
    let line = "--cni-minimum-ip-target 112 --cni-warm-ip-target 12";
    let (answer, _) = json_of(line, &cluster(&nodes, with_prefixes()));
    assert_eq!((&answer["compared"][0]["held"], &answer["compared"][0]["warm"]), (&json!(1120), &json!(930)));
    let follows = answer["compared"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&follows["held"], &follows["warm"]), (&json!(112 + 9 * 16), &json!(66)));
}

#[test]
fn several_spare_prefixes_and_an_old_cni_are_told() {
    let mut nodes = vec![("m5.large", 20)];
    nodes.push(("m4.large", 5));
    let text = cluster(&nodes, with_prefixes());
    let stderr = plan("--cni-warm-prefix-target 3 --cni-version 1.16.0", &text).stderr;
    for says in [
        "warning: WARM_PREFIX_TARGET is 3: pods land in random prefixes, so a node with 20 pods may come to hold up to 7",
        "warning: VPC CNI 1.16.0 is older than 1.16.3",
        "warning: prefix delegation is on, and 1 node cannot have prefixes: the CNI falls back to secondary IPs",
    ] {
        assert!(stderr.contains(says), "{stderr}");
    }
}
