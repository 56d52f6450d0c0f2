//! `maxpods verify`: the verdicts, their reasons and remedies, and the exit codes.

mod duplicates;
mod exit_codes;
mod formats;
mod hostile;
mod input;
#[cfg(unix)]
pub mod kubectl;
pub mod memory;
mod properties;
mod subnets;
mod trunk_enis;
mod warm_targets;
mod windows;

use crate::support::cluster::*;
use crate::support::{Run, check_each, command, run, temp_file};
use serde_json::{Value, json};

fn verify(line: &str, input: &str) -> Run {
    run(command().arg("verify").args(line.split_whitespace()), input.as_bytes())
}

/// The exit code and the JSON of a run.
#[track_caller]
fn report(line: &str, items: &[Value]) -> (Option<i32>, Value) {
    let run = verify(&format!("-q -o json {line}"), &list(items));
    assert_eq!(run.stderr, "");
    (run.code, serde_json::from_str(&run.stdout).expect("JSON"))
}

#[track_caller]
fn only_node(line: &str, items: &[Value]) -> (Option<i32>, Value) {
    let (code, report) = report(line, items);
    assert_eq!(report["nodes"].as_array().map(Vec::len), Some(1));
    (code, report["nodes"][0].clone())
}

#[test]
fn verdicts() {
    let prefixes = "--cni-prefix-delegation-enabled";
    check_each(
        [
            ("the recommended value", "", node("n", "m5.large", "29"), 0, "ok"),
            ("one more than there are addresses for", "", node("n", "m5.large", "30"), 1, "over"),
            ("one less", "", node("n", "m5.large", "28"), 1, "under"),
            ("one less, forgiven", "--allow-under", node("n", "m5.large", "28"), 0, "under"),
            ("over is not forgiven", "--allow-under", node("n", "m5.large", "30"), 1, "over"),
            ("the ceiling", "", node("n", "c5.4xlarge", "110"), 0, "ok"),
            ("above the ceiling, within the network", "", node("n", "c5.4xlarge", "111"), 0, "ok"),
            ("all that the network allows", "", node("n", "c5.4xlarge", "234"), 0, "ok"),
            ("more than that", "", node("n", "c5.4xlarge", "235"), 1, "over"),
            ("below the ceiling", "", node("n", "c5.4xlarge", "109"), 1, "under"),
            ("an own ceiling", "--max-pods-ceiling 60", node("n", "c5.4xlarge", "60"), 0, "ok"),
            ("prefix delegation on", prefixes, node("n", "m5.large", "110"), 0, "ok"),
            ("prefix delegation on, maxPods still 29", prefixes, node("n", "m5.large", "29"), 1, "under"),
            ("a trunk ENI", "--reserved-enis 1", node("n", "m5.large", "29"), 1, "over"),
            ("more host-network pods", "--host-network-pods 5", node("n", "m5.large", "32"), 0, "ok"),
            ("a number in place of a string", "", node("n", "m5.large", 29), 0, "ok"),
            ("a quantity", "--cni-prefix-delegation-enabled", node("n", "m5.large", "11e1"), 0, "ok"),
            ("no pods at all", "", node("n", "m5.large", "0"), 1, "under"),
            ("nonsense", "", node("n", "m5.large", "many"), 1, "unknown"),
            ("a negative number", "", node("n", "m5.large", -1), 1, "unknown"),
            ("a list", "", node("n", "m5.large", json!([29])), 1, "unknown"),
            ("nothing", "", node("n", "m5.large", Value::Null), 1, "unknown"),
            ("a type that nobody knows", "", node("n", "x99.large", "29"), 1, "unknown"),
            ("a type in capitals", "", node("n", " M5.Large", "29"), 0, "ok"),
            ("Fargate", "", labelled(node("n", "m5.large", "1"), COMPUTE_TYPE, "fargate"), 0, "skipped"),
            ("Auto Mode", "", labelled(node("n", "m5.large", "1"), COMPUTE_TYPE, "auto"), 0, "skipped"),
            ("hybrid", "", labelled(node("n", "m5.large", "1"), COMPUTE_TYPE, "hybrid"), 0, "skipped"),
            (
                "another compute type",
                "",
                labelled(node("n", "m5.large", "1"), COMPUTE_TYPE, "ec2"),
                1,
                "under",
            ),
            (
                "the old label of the type",
                "",
                unlabelled(node("n", "m5.large", "29"), &[INSTANCE_TYPE]),
                0,
                "ok",
            ),
            ("an empty label of the type", "", node("n", "", "29"), 1, "unknown"),
            (
                "no label of the type",
                "",
                unlabelled(node("n", "m5.large", "29"), &[INSTANCE_TYPE, OLD_INSTANCE_TYPE]),
                1,
                "unknown",
            ),
        ],
        |(why, line, node, code, verdict)| {
            let (ended, node) = only_node(line, &[node]);
            assert_eq!((ended, node["verdict"].as_str()), (Some(code), Some(verdict)), "{why}");
            let explained = node.get("reason").is_some_and(|reason| !reason.as_str().unwrap().is_empty());
            let plain = verdict == "ok" && node["pods"] == node["recommended"];
            assert_ne!(explained, plain, "{why}: {node}");
        },
    );
}

#[test]
fn a_node_without_capacity_or_status_is_unknown() {
    check_each(["capacity", "status"], |field| {
        let mut node = node("n", "m5.large", "29");
        let parent = if field == "status" { &mut node } else { &mut node["status"] };
        parent.as_object_mut().unwrap().remove(field);
        let (code, node) = only_node("", &[node]);
        let expected = json!({"name": "n", "instanceType": "m5.large", "recommended": 29, "allowed": 29,
            "verdict": "unknown", "reason": node["reason"]});
        assert_eq!((code, &node), (Some(1), &expected));
        assert!(node["reason"].as_str().unwrap().contains(".status.capacity.pods"));
    });
}

#[test]
fn reasons_name_the_setting_that_was_forgotten() {
    let custom = [("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true")];
    let prefixes = [("ENABLE_PREFIX_DELEGATION", "true")];
    check_each(
        [
            (&custom[..], "29", "more pods than addresses; right without custom networking"),
            (&prefixes[..], "29", "fewer than recommended; right without prefix delegation"),
            (&[][..], "110", "more pods than addresses; right with prefix delegation"),
            (&[][..], "20", "fewer than recommended; right with custom networking"),
            (
                &prefixes[..],
                "20",
                "fewer than recommended; right without prefix delegation and with custom networking",
            ),
            (&[][..], "58", "more pods than addresses"),
        ],
        |(settings, pods, reason)| {
            let (_, node) = only_node("", &[node("n", "m5.large", pods), aws_node(AWS_NODE_1_19, settings)]);
            assert_eq!(node["reason"], reason);
        },
    );
}

#[test]
fn the_network_is_no_limit_on_ipv6() {
    let ipv6 = |pods: &str| {
        let daemonset = aws_node(AWS_NODE_1_19, &[("ENABLE_IPv6", "true")]);
        let (code, node) = only_node("", &[node("n", "m5.large", pods), daemonset]);
        (code, node["verdict"].clone(), node.get("reason").map(Value::to_string).unwrap_or_default())
    };
    let (code, verdict, reason) = ipv6("111");
    assert_eq!((code, verdict), (Some(0), json!("ok")));
    assert!(reason.contains("IPv6"), "{reason}");
    assert_eq!(ipv6("110"), (Some(0), json!("ok"), String::new()));
    assert_eq!(ipv6("109").1, json!("under"));
    // The option wins over the DaemonSet.
    let items = [node("n", "m5.large", "29"), aws_node(AWS_NODE_1_19, &[("ENABLE_IPv6", "true")])];
    assert_eq!(only_node("--ip-family ipv4", &items).1["allowed"], json!(29));
    let items = [node("n", "m5.large", "110"), aws_node(AWS_NODE_1_19, &[])];
    let (code, node) = only_node("--ip-family ipv6", &items);
    assert_eq!((code, &node["recommended"], node.get("allowed")), (Some(0), &json!(110), None));
}

#[test]
fn what_is_to_be_done_is_said_once_a_type_and_verdict() {
    let silent = |name, pods: Value| node(name, "m5.large", pods);
    let items = [
        silent("a", Value::Null),
        silent("b", json!("many")),
        silent("c", json!(-1)),
        silent("d", json!(29)),
    ];
    let table = verify("-q", &list(&items)).stdout;
    let advice: Vec<_> = table.lines().filter(|line| line.starts_with("m5.large: ")).collect();
    assert_eq!(
        advice,
        ["m5.large: 3 nodes unknown: find out why the kubelet does not report how many pods the node takes"]
    );
    // The verdicts stand in one column, even if reasons are long.
    let columns: Vec<_> =
        table.lines().take(5).map(|line| line.find("unknown").or(line.find("ok"))).collect();
    assert_eq!(columns[1..], [columns[1]; 4]);
}

#[test]
fn types_of_the_users_own_file_count() {
    let facts = r#"[{"InstanceType":"x99.large","Hypervisor":"nitro","VCpuInfo":{"DefaultVCpus":2},
        "NetworkInfo":{"Ipv4AddressesPerInterface":5,"DefaultNetworkCardIndex":0,
        "NetworkCards":[{"NetworkCardIndex":0,"MaximumNetworkInterfaces":2}]}}]"#;
    let file = temp_file(facts);
    let line = format!("--instance-types-file {}", file.path().display());
    assert_eq!(only_node(&line, &[node("n", "x99.large", "10")]).0, Some(0));
}

#[test]
fn warnings_of_the_types_are_given_once() {
    let nodes: Vec<_> = (0..5).map(|i| node(&i.to_string(), "t2.medium", "17")).collect();
    let run = verify("--cni-prefix-delegation-enabled", &list(&nodes));
    let warning = "warning: t2.medium: prefix delegation is not used, secondary IPs are counted: \
                   the hypervisor is xen, not nitro\n";
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), warning));
    let run = verify("--cni-prefix-delegation-enabled -q", &list(&nodes));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_warning_of_several_types_names_them_in_order_of_size() {
    let types = ["t2.xlarge", "T2.medium", "t2.micro", "t2.medium", "m4.16xlarge"];
    let items: Vec<_> = types.into_iter().map(|name| node(name, name, "4")).collect();
    let run = verify("--cni-prefix-delegation-enabled", &list(&items));
    let warning = "warning: 4 types (m4.16xlarge to t2.xlarge): prefix delegation is not used, secondary \
                   IPs are counted: the hypervisor is xen, not nitro\n";
    assert_eq!(run.stderr, warning);
}

#[test]
fn a_reader_that_leaves_early_does_not_change_how_it_ends() {
    use std::io::Write;
    use std::process::Stdio;

    check_each([("29", 0), ("30", 1)], |(pods, code)| {
        let mut command = command();
        command.args(["verify", "-q"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let input = list(&[node("n", "m5.large", pods)]);
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(code), &b""[..]));
    });
}

#[test]
fn that_the_cnis_settings_are_assumed_is_told() {
    let input = list(&[node("n", "m5.large", "29")]);
    let assumed = |line: &str| verify(line, &input).stderr.contains("there is no aws-node DaemonSet");
    assert!(assumed(""));
    check_each(["-q", "--cni-prefix-delegation-enabled", "--cni-version 1.19", "--cni-max-eni 3"], |line| {
        assert!(!assumed(line), "{line}");
    });
}
