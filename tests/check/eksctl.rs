//! eksctl's `ClusterConfig`.

use super::{SINGLE, findings, indent, managed, report};
use crate::support::check_each;

/// A `ClusterConfig` with one self-managed node group of these fields.
fn self_managed(group: &str) -> String {
    managed(group).replace("managedNodeGroups", "nodeGroups")
}

#[test]
fn instance_types() {
    let types =
        |fields: &str| self_managed(&format!("maxPodsPerNode: 30\namiFamily: AmazonLinux2\n{fields}"));
    check_each(
        [
            ("one", types("instanceType: m5.large"), vec!["m5.large"]),
            ("a list", types("instanceTypes: [m5.large, t3.medium]"), vec!["m5.large", "t3.medium"]),
            (
                "mixed",
                types("instanceType: mixed\ninstancesDistribution: {instanceTypes: [m5.large, m5.xlarge]}"),
                vec!["m5.large"],
            ),
            ("none: eksctl's default", types("desiredCapacity: 2"), vec!["m5.large"]),
            ("in capitals", types("instanceType: M5.Large"), vec!["m5.large"]),
            ("the same twice", types("instanceTypes: [m5.large, m5.large]"), vec!["m5.large"]),
        ],
        |(_, input, expected)| {
            let (code, report) = report(SINGLE, input);
            let over = &report["findings"][0];
            assert_eq!((code, &over["rule"]), (Some(1), &"over-allowed".into()));
            assert_eq!(over["instanceTypes"], serde_json::json!(expected));
        },
    );
}

#[test]
fn types_that_the_file_does_not_tell() {
    for fields in ["instanceSelector: {vCPUs: 2}", "launchTemplate: {id: lt-1}"] {
        let input = self_managed(&format!("maxPodsPerNode: 29\n{fields}"));
        assert_eq!(findings(SINGLE, &input), (Some(0), vec!["note not-judged 5:19".into()]), "{fields}");
        assert_eq!(
            findings("--cni-prefix-delegation-enabled=false --instance-type t3.medium", &input).0,
            Some(1),
            "{fields}"
        );
    }
}

#[test]
fn the_add_on_says_how_the_cni_is_set() {
    let addon = |fields: &str| format!("addons:\n- name: vpc-cni\n{}", indent(2, fields));
    let group = |pods| {
        self_managed(&format!("amiFamily: Bottlerocket\ninstanceType: m5.large\nmaxPodsPerNode: {pods}"))
    };
    check_each(
        [
            ("YAML", addon("configurationValues: |-\n  env:\n    ENABLE_PREFIX_DELEGATION: \"true\""), 110),
            ("JSON", addon(r#"configurationValues: '{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}'"#), 110),
            ("a map", addon("configurationValues: {env: {ENABLE_PREFIX_DELEGATION: true}}"), 110),
            (
                "an older CNI",
                addon(
                    "version: 1.8.0\nconfigurationValues: '{\"env\":{\"ENABLE_PREFIX_DELEGATION\":\"true\"}}'",
                ),
                29,
            ),
            (
                "custom networking",
                addon("configurationValues: '{env: {AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: \"1\"}}'"),
                20,
            ),
            ("MAX_ENI", addon("configurationValues: '{env: {MAX_ENI: \"1\"}}'"), 11),
            ("nothing", addon("version: latest"), 29),
            (
                "another add-on",
                "addons: [{name: coredns, configurationValues: '{env: {MAX_ENI: \"1\"}}'}]\n".into(),
                29,
            ),
        ],
        |(_, addon, right)| {
            assert_eq!(findings(SINGLE, group(right) + &addon).1, [""; 0]);
            assert_ne!(findings(SINGLE, group(right - 1) + &addon).1, [""; 0]);
        },
    );
}

#[test]
fn ipv6_has_addresses_for_all() {
    let input = self_managed("amiFamily: Bottlerocket\ninstanceType: m5.large\nmaxPodsPerNode: 110");
    assert_eq!(findings(SINGLE, &input).0, Some(1));
    assert_eq!(findings(SINGLE, input + "kubernetesNetworkConfig: {ipFamily: IPv6}\n").1, [""; 0]);
}

#[test]
fn windows_has_its_own_rules() {
    let input = |pods| {
        self_managed(&format!(
            "amiFamily: WindowsServer2022FullContainer\ninstanceType: m5.large\nmaxPodsPerNode: {pods}"
        ))
    };
    assert_eq!(findings(SINGLE, input(9)).1, [""; 0]);
    // Pods beyond the addresses wait as Pending there, and nothing breaks.
    assert_eq!(findings(SINGLE, input(10)), (Some(0), vec![]));
    assert_eq!(findings(SINGLE, input(8)), (Some(0), vec!["note under-recommended 7:19".into()]));
    assert_eq!(findings("--cni-prefix-delegation-enabled", input(110)).1, [""; 0]);
}

#[test]
fn the_bootstrap_command() {
    let al2 = |arguments: &str| {
        self_managed(&format!(
            "amiFamily: AmazonLinux2\ninstanceType: m5.large\noverrideBootstrapCommand: |\n  #!/bin/bash\n  \
             /etc/eks/bootstrap.sh c \\\n    {arguments}\n"
        ))
    };
    let al2023 = |more: &str| {
        managed(&format!(
            "instanceType: m5.large\n{more}overrideBootstrapCommand: |\n  apiVersion: node.eks.aws/v1alpha1\n  \
             kind: NodeConfig\n  spec:\n    kubelet:\n      config:\n        maxPods: 30\n"
        ))
    };
    check_each(
        [
            (
                "a script",
                al2("--use-max-pods false --kubelet-extra-args --max-pods=30"),
                vec!["error over-allowed 10:49"],
            ),
            ("a script without a number", al2("--use-max-pods true"), vec![]),
            ("a NodeConfig", al2023(""), vec!["error over-allowed 12:20", "note number-overridden 12:20"]),
            (
                "a NodeConfig with an AMI",
                al2023("ami: ami-1\namiFamily: AmazonLinux2023\n"),
                vec!["error over-allowed 14:20"],
            ),
            (
                "the NodeConfig wins",
                al2023("maxPodsPerNode: 29\n"),
                vec![
                    "warning number-overridden 6:19",
                    "error over-allowed 13:20",
                    "note number-overridden 13:20",
                ],
            ),
            (
                "not in this managed group",
                al2("--use-max-pods false --kubelet-extra-args --max-pods=29")
                    .replace("nodeG", "managedNodeG"),
                vec!["error number-ignored 10:49"],
            ),
        ],
        |(_, input, expected)| assert_eq!(findings(SINGLE, input).1, expected),
    );
}

#[test]
fn a_number_of_zero_is_unset() {
    let run = super::check("", self_managed("instanceType: m5.large\nmaxPodsPerNode: 0"));
    assert_eq!((run.code, run.stderr.contains("nothing to check")), (Some(0), true), "{run:?}");
}
