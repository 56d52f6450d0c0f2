//! `verify --subnets-file`: nodes whose subnets are excluded by their tags.

use super::verify;
use crate::support::cluster::*;
use crate::support::{check_each, temp_file};
use serde_json::{Value, json};

const ROLE: &str = "kubernetes.io/role/cni";

/// A node with 29 pods and this address.
fn node_at(address: &str) -> Value {
    let mut node = node("n", "m5.large", "29");
    node["status"]["addresses"] = json!([
        {"type": "Hostname", "address": "10.0.9.9"},
        {"type": "InternalIP", "address": "2001:db8::1"},
        {"type": "InternalIP", "address": address},
    ]);
    node
}

/// The subnet 10.0.0.0/24 with these tags, and two others of its VPC: 10.0.1.0/24 in its zone, and 10.0.2.0/24 in
/// another zone.
fn subnets(own: &[(&str, &str)], neighbour: &[(&str, &str)]) -> String {
    let subnet = |id: &str, zone: &str, cidr: &str, tags: &[(&str, &str)]| {
        let tags: Vec<_> = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        json!({"SubnetId": id, "VpcId": "vpc-1", "AvailabilityZone": zone, "CidrBlock": cidr, "Tags": tags})
    };
    json!({"Subnets": [
        subnet("subnet-a", "a", "10.0.0.0/24", own),
        subnet("subnet-b", "a", "10.0.1.0/24", neighbour),
        subnet("subnet-c", "b", "10.0.2.0/24", &[(ROLE, "1")]),
    ]})
    .to_string()
}

/// The `aws-node` `DaemonSet` of this version of the CNI, with these variables.
fn of_version(version: &str, variables: &[(&str, &str)]) -> Value {
    let daemonset = aws_node(AWS_NODE_1_19, variables).to_string();
    let image = "amazon-k8s-cni:v1.19.2-eksbuild.1";
    assert!(daemonset.contains(image), "the image of the fixture");
    serde_json::from_str(&daemonset.replace(image, &format!("amazon-k8s-cni:v{version}"))).expect("JSON")
}

#[test]
fn verdicts() {
    let newest: &[_] = &[];
    let discovery_off: &[_] = &[("ENABLE_SUBNET_DISCOVERY", "false")];
    let custom: &[_] = &[("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true")];
    let ours = [(ROLE, "1"), ("cni.networking.k8s.aws/cluster/example", "shared")];
    let theirs = [(ROLE, "1"), ("cni.networking.k8s.aws/cluster/theirs", "shared")];
    let (excluded, serves): (&[_], &[_]) = (&[(ROLE, "0")], &[(ROLE, "1")]);
    check_each(
        [
            ("nothing excluded", "1.23.1", newest, &[][..], &[][..], "ok", 29, ""),
            (
                "the primary ENI",
                "1.23.1",
                newest,
                excluded,
                serves,
                "over",
                20,
                "its primary ENI gives pods none",
            ),
            (
                "no subnet serves",
                "1.23.1",
                newest,
                excluded,
                &[],
                "over",
                2,
                "no subnet of the node's VPC and zone",
            ),
            ("before 1.22", "1.21.2", newest, excluded, serves, "ok", 29, ""),
            ("discovery is off", "1.23.1", discovery_off, excluded, serves, "over", 11, "no further ENI"),
            ("for this cluster", "1.23.1", newest, &ours, serves, "ok", 29, ""),
            ("for another cluster", "1.23.1", newest, &theirs, serves, "over", 20, "is excluded"),
            ("an empty value", "1.23.1", newest, &[(ROLE, "")], serves, "ok", 29, ""),
            (
                "with custom networking",
                "1.23.1",
                custom,
                excluded,
                serves,
                "over",
                20,
                "more pods than addresses",
            ),
        ],
        |(why, version, variables, own, neighbour, verdict, allowed, reason)| {
            let daemonset = of_version(version, variables);
            let file = temp_file(subnets(own, neighbour));
            let line = format!("-q -o json --subnets-file {}", file.path().display());
            let run = verify(&line, &list(&[daemonset, node_at("10.0.0.7")]));
            let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
            let node = &report["nodes"][0];
            assert_eq!((&node["verdict"], &node["allowed"]), (&json!(verdict), &json!(allowed)), "{why}");
            assert!(node["reason"].as_str().unwrap_or_default().contains(reason), "{why}: {node}");
            assert_eq!(run.code, Some(i32::from(verdict != "ok")), "{why}");
        },
    );
}

#[test]
fn the_advice_names_the_number_or_the_tag() {
    let daemonset = of_version("1.23.1", &[]);
    for (neighbour, advice) in [
        (&[(ROLE, "1")][..], "set max pods to 20"),
        (&[], "tag a subnet of the node's VPC and zone with kubernetes.io/role/cni=1"),
    ] {
        let file = temp_file(subnets(&[(ROLE, "0")], neighbour));
        let line = format!("--subnets-file {}", file.path().display());
        let run = verify(&line, &list(&[daemonset.clone(), node_at("10.0.0.7")]));
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stdout.contains(advice), "{}", run.stdout);
    }
}

#[test]
fn nodes_outside_the_subnets_are_a_warning() {
    let file = temp_file(subnets(&[(ROLE, "0")], &[(ROLE, "1")]));
    let line = format!("--cni-version 1.23.1 --subnets-file {}", file.path().display());
    let outside = verify(&line, &list(&[node_at("10.1.0.7")]));
    assert_eq!(outside.code, Some(0));
    assert!(
        outside.stderr.contains("no node has an address in exactly one of the subnets"),
        "{}",
        outside.stderr
    );

    let mut without_address = node("m", "m5.large", "29");
    without_address["status"]["addresses"] = Value::Null;
    let some = verify(&line, &list(&[node_at("10.0.0.7"), without_address]));
    assert_eq!(some.code, Some(1));
    assert!(some.stderr.contains("of 2 nodes, 1 have no address in exactly one"), "{}", some.stderr);
}

#[test]
fn bad_input() {
    let items = list(&[node_at("10.0.0.7")]);
    let file = temp_file("{}");
    let path = file.path().display();
    let error = verify(&format!("--subnets-file {path}"), &items).error(2);
    assert!(error.contains("aws ec2 describe-subnets"), "{error}");
    let both = verify("--subnets-file - -", &items).error(2);
    assert!(both.contains("both to read stdin"), "{both}");
    let both = verify(&format!("--subnets-file {path} --cni-primary-eni-excluded"), &items).error(2);
    assert!(both.contains("cannot be used with"), "{both}");
}
