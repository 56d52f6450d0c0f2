//! The remedies: a file is right once the remedy is in it.

use serde_json::Value;

use super::{SINGLE, findings, managed, node_config, report};
use crate::support::check_each;

/// The help of the first finding of a rule.
#[track_caller]
fn help(report: &Value, rule: &str) -> String {
    let rows = report["findings"].as_array().expect("a list of findings");
    let row = rows.iter().find(|row| row["rule"] == rule).unwrap_or_else(|| panic!("no {rule}: {report}"));
    row["help"].as_str().expect("help").to_owned()
}

#[test]
fn the_number_that_fits() {
    let class = "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec:\n  kubelet:\n    LINE\n";
    let group = managed("amiFamily: Bottlerocket\ninstanceTypes: [m5.large, t3.medium]\nLINE");
    let script = "#!/bin/bash\n/etc/eks/bootstrap.sh c LINE\n".to_owned();
    check_each(
        [
            ("eksctl", group, "maxPodsPerNode: 100"),
            ("nodeadm", node_config("config:\n  LINE"), "maxPods: 100"),
            ("Karpenter", class.into(), "maxPods: 100"),
            ("Bottlerocket", "[settings.kubernetes]\nLINE\n".into(), "max-pods = 100"),
            ("bootstrap.sh", script, "--use-max-pods false --kubelet-extra-args '--max-pods=100'"),
        ],
        |(_, document, line)| {
            let options = &format!("{SINGLE} --instance-type m5.large,t3.medium");
            let help = help(&report(options, document.replace("LINE", line)).1, "over-allowed");
            let remedy = help.lines().next().expect("a first part");
            assert_eq!(findings(options, document.replace("LINE", remedy)), (Some(0), vec![]), "{remedy}");
        },
    );
}

#[test]
fn the_expression_for_each_type() {
    let node_config = node_config("LINE\nconfig:\n  LINE");
    for settings in [
        "",
        "--cni-custom-networking-enabled",
        "--cni-prefix-delegation-enabled",
        "--cni-prefix-delegation-enabled --cni-custom-networking-enabled",
        "--host-network-pods 4",
        "--max-pods-ceiling 40",
    ] {
        let options = format!("--instance-type t3.medium,m5.2xlarge,m5.24xlarge {settings}");
        let config_with = |line: &str| {
            let place = if line.starts_with("maxPodsExpression") { "    LINE\n" } else { "      LINE\n" };
            let kept = node_config.replace(place, &place.replace("LINE", line));
            kept.lines()
                .filter(|text| text.trim() != "LINE")
                .map(|text| text.to_owned() + "\n")
                .collect::<String>()
        };
        // Three types that differ by more than half, whatever the settings.
        let help = help(&report(&options, config_with("maxPods: 5")).1, "mixed-types");
        let (_, expression) = help.split_once("each type: ").expect("an expression");
        let (code, found) = findings(&options, config_with(expression));
        let wrong: Vec<_> = found.iter().filter(|finding| !finding.starts_with("note")).collect();
        assert_eq!((code, wrong), (Some(0), vec![]), "{settings}: {expression}");
    }
}

/// Only releases to come take an expression, so the help names none.
#[test]
fn karpenter_gets_no_expression() {
    let class = "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec:\n  kubelet:\n    maxPods: 17\n";
    let options = "--instance-type t3.medium,m5.2xlarge,m5.24xlarge";
    let help = help(&report(options, class).1, "mixed-types");
    assert!(!help.contains("max_pods") && !help.contains("default_enis"), "{help}");
}

#[test]
fn the_reserve() {
    let options = "--instance-type m5.large --cni-prefix-delegation-enabled";
    let help = help(&report(options, node_config("config:\n  maxPods: 110")).1, "reserve-too-small");
    let (_, reserve) = help.split_once("beside maxPods: ").expect("a line");
    assert_eq!(findings(options, node_config(&format!("config:\n  maxPods: 110\n  {reserve}"))).1, [""; 0]);
}
