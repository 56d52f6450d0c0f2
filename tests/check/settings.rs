//! The settings of the CNI: those of the files count, and then the options.

use super::{SINGLE, findings, node_config};
use crate::support::cluster::{AWS_NODE_1_7, AWS_NODE_1_19, aws_node};
use crate::support::{maxpods, temp_file};

fn bottlerocket(pods: u32) -> String {
    format!("[settings.kubernetes]\nmax-pods = {pods}\n")
}

/// The exit code of a check of two files with these options.
fn code(options: &[&str], daemonset: &str, pods: u32) -> Option<i32> {
    let (daemonset, settings) = (temp_file(daemonset), temp_file(bottlerocket(pods)));
    let files = [settings.path().to_str().unwrap(), daemonset.path().to_str().unwrap()];
    let words = ["check", "-q", "--strict", "--instance-type", "m5.large"];
    maxpods(words.iter().chain(&files).chain(options)).code
}

#[test]
fn the_daemonset_among_the_files_counts_for_all() {
    let prefixes = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]).to_string();
    assert_eq!(code(&[], &prefixes, 110), Some(0));
    assert_eq!(code(&[], &prefixes, 29), Some(1));
    let old = aws_node(AWS_NODE_1_7, &[("ENABLE_PREFIX_DELEGATION", "true")]).to_string();
    assert_eq!(code(&[], &old, 110), Some(1));
}

#[test]
fn options_say_what_no_file_does() {
    let without = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "false")]).to_string();
    assert_eq!(code(&["--cni-prefix-delegation-enabled"], &without, 29), Some(0));
    assert_eq!(
        findings("--cni-prefix-delegation-enabled --instance-type m5.large", bottlerocket(110)).1,
        [""; 0]
    );
    assert_eq!(
        findings("--cni-custom-networking-enabled --instance-type m5.large", bottlerocket(20)).1,
        [""; 0]
    );
    assert_eq!(findings("--cni-max-eni 2 --instance-type m5.large", bottlerocket(20)).1, [""; 0]);
}

#[test]
fn the_daemonset_may_also_be_yaml_or_an_option() {
    let yaml = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: aws-node, namespace: kube-system}\nspec:\n  \
                template:\n    spec:\n      containers:\n      - name: aws-node\n        image: x/amazon-k8s-cni:v1.19.0\n        \
                env: [{name: ENABLE_PREFIX_DELEGATION, value: \"true\"}]\n";
    assert_eq!(code(&[], yaml, 110), Some(0));
    let json = temp_file(aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]).to_string());
    let option = format!("--instance-type m5.large --cni-from-daemonset {}", json.path().display());
    assert_eq!(findings(&option, bottlerocket(110)).1, [""; 0]);
}

#[test]
fn two_daemonsets_that_differ() {
    let one = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]).to_string();
    let other = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "false")]).to_string();
    // It is not known which of them is meant, so the number is not judged.
    for pods in [29, 500] {
        let input =
            format!("{one}\n---\n{other}\n---\n{}", node_config(&format!("config: {{maxPods: {pods}}}")));
        let (code, found) = findings("--instance-type m5.large", input);
        assert_eq!((code, found.len()), (Some(0), 1), "{found:?}");
        assert!(found[0].starts_with("note not-judged "), "{found:?}");
    }
    assert_eq!(code(&[], &format!("{one}\n---\n{one}"), 110), Some(0));
}

#[test]
fn types_of_ones_own() {
    let file = temp_file(
        r#"[{"InstanceType":"x99.large","Hypervisor":"nitro","VCpuInfo":{"DefaultVCpus":2},"NetworkInfo":{"Ipv4AddressesPerInterface":4,"DefaultNetworkCardIndex":0,"NetworkCards":[{"NetworkCardIndex":0,"MaximumNetworkInterfaces":2}]}}]"#,
    );
    let line = format!("{SINGLE} --instance-type x99.large --instance-types-file {}", file.path().display());
    assert_eq!(findings(&line, bottlerocket(8)).1, [""; 0]);
    assert_eq!(findings(&line, bottlerocket(9)).1, ["error over-allowed 2:12"]);
}

#[test]
fn the_daemonset_does_not_give_windows_nodes_prefixes() {
    let prefixes = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]).to_string();
    let windows = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups:\n- name: w\n  instanceType: m5.large\n  \
                   amiFamily: WindowsServer2022FullContainer\n  maxPodsPerNode: 9\n";
    assert_eq!(findings("", format!("{windows}---\n{prefixes}\n")), (Some(0), vec![]));
    let option = "--cni-prefix-delegation-enabled";
    assert_eq!(findings(option, windows).1, ["warning under-recommended 7:19"]);
}
