//! `check` finds nothing wrong in the output of the main job.

use std::path::Path;

use maxpods::check::{Assumed, Checker, Level};
use maxpods::{Catalog, InstanceType, Mode, Settings, max_pods};

use crate::support::{check_each, command, maxpods, run};

/// Settings of the main job that `check` takes too.
const SETTINGS: [&str; 9] = [
    "",
    "--cni-prefix-delegation-enabled",
    "--cni-custom-networking-enabled",
    "--cni-prefix-delegation-enabled --cni-custom-networking-enabled",
    "--cni-version 1.8.0 --cni-prefix-delegation-enabled",
    "--cni-max-eni 2",
    "--max-pods-ceiling 17",
    "--host-network-pods 5",
    "--reserved-enis 1",
];

/// Types of many kinds: small and large, Xen, bare metal, several network cards.
const TYPES: [&str; 8] = [
    "t3.nano",
    "t2.medium",
    "m5.large",
    "m5.metal",
    "c5.18xlarge",
    "p5.48xlarge",
    "m4.large",
    "u-6tb1.metal",
];

/// The output of the main job in a format.
fn printed(instance_type: &str, format: &str, settings: &str) -> String {
    let words = ["--quiet", "--instance-type", instance_type, "--output", format];
    maxpods(words.into_iter().chain(settings.split_whitespace())).answer()
}

/// Checks what was printed with the settings that it was printed with.
#[track_caller]
fn assert_right(text: &str, instance_type: &str, settings: &str) {
    let mut command = command();
    command
        .args(["check", "--strict", "-q", "--instance-type", instance_type])
        .args(settings.split_whitespace());
    let checked = run(command.arg("-"), text.as_bytes());
    assert_eq!(checked.code, Some(0), "{text}\n{checked:?}");
}

#[test]
fn every_format_is_right_with_every_setting() {
    let rows = SETTINGS.iter().flat_map(|settings| TYPES.iter().map(move |name| (*settings, *name)));
    // The files of one run are checked in one run: a process costs more than a check.
    check_each(rows, |(settings, name)| {
        let formats =
            ["eksctl", "nodeadm", "karpenter", "bottlerocket"].map(|format| printed(name, format, settings));
        let files: Vec<_> = formats.iter().map(crate::support::temp_file).collect();
        let mut command = command();
        command.args(["check", "--strict", "-q", "--instance-type", name]).args(settings.split_whitespace());
        let checked = run(command.args(files.iter().map(tempfile::NamedTempFile::path)), b"");
        assert_eq!(checked.code, Some(0), "{checked:?}");
        assert!(checked.stdout.contains("4 files, 4 documents checked: 0 errors, 0 warnings"), "{checked:?}");
    });
}

#[test]
fn one_line_formats_are_right_where_they_belong() {
    for settings in SETTINGS {
        let arguments = printed("m5.large", "bootstrap", settings);
        assert_right(&format!("#!/bin/bash\n/etc/eks/bootstrap.sh c {arguments}"), "m5.large", settings);
        let flag = printed("m5.large", "kubelet-args", settings);
        let config =
            "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    flags:\n    - ";
        assert_right(&format!("{config}{flag}"), "m5.large", settings);
    }
    // Printed as they are, they are no file of any kind.
    for format in
        ["value", "json", "explain", "kubelet-args", "bootstrap", "launch-template", "eksctl-command"]
    {
        assert_right(&printed("m5.large", format, ""), "m5.large", "");
    }
}

#[test]
fn other_options_of_the_main_job() {
    check_each(
        [
            ("--show-max-allowed", "m5.4xlarge"),
            ("--show-max-allowed --cni-prefix-delegation-enabled", "m5.large"),
            ("--kube-reserved", "m5.large"),
            ("--kube-reserved --cni-prefix-delegation-enabled", "m5.large"),
        ],
        |(options, name)| {
            let settings = options.replace("--show-max-allowed", "").replace("--kube-reserved", "");
            for format in ["eksctl", "nodeadm", "karpenter", "bottlerocket"] {
                assert_right(&printed(name, format, options), name, &settings);
            }
        },
    );
    for (expression, format) in
        [("max_pods > 110 ? 110 : max_pods", "nodeadm"), ("min(max_pods, 110)", "karpenter")]
    {
        let words = ["--quiet", "--instance-type", "m5.large", "-o", format, "--expression", expression];
        assert_right(&maxpods(words).answer(), "m5.large", "");
    }
    assert_right(&printed("m5.large", "eksctl", "--os windows"), "m5.large", "");
}

#[test]
fn several_types_are_right_together() {
    for format in ["eksctl", "nodeadm", "karpenter", "bottlerocket"] {
        assert_right(
            &printed("m5.large,m5a.large,c5.xlarge", format, ""),
            "m5.large,m5a.large,c5.xlarge",
            "",
        );
    }
}

/// Every type of the table, in the words that the binary prints for one.
#[test]
fn every_type_is_right() {
    let example = printed("m5.large", "eksctl", "");
    let (head, group) = example.split_once("managedNodeGroups:\n").expect("a node group");
    let document = |instance_type: &InstanceType, pods: u64| {
        group
            .replace("m5.large", &instance_type.name)
            .replace("maxPodsPerNode: 29", &format!("maxPodsPerNode: {pods}"))
    };
    let catalog = Catalog::new();
    for mode in [Mode::SecondaryIp, Mode::PrefixDelegation] {
        let mut settings = Settings::default();
        settings.cni.prefix_delegation = mode == Mode::PrefixDelegation;
        let mut text = format!("{head}managedNodeGroups:\n");
        let types = catalog.types();
        for instance_type in &types {
            text += &document(instance_type, max_pods(instance_type, &settings).max_pods);
        }
        let mut assumed = Assumed::default();
        assumed.settings = settings;
        assumed.says_prefixes = true;
        let mut checker = Checker::new();
        checker.add(Path::new("/a/cluster.yaml"), text.as_bytes(), assumed.into());
        let report = checker.check(&catalog);
        assert_eq!((report.numbers, report.malformed.len()), (types.len(), 0));
        let wrong: Vec<_> = report.findings.iter().filter(|finding| finding.level != Level::Note).collect();
        assert!(wrong.is_empty(), "{} of {}: {:?}", wrong.len(), types.len(), wrong.first());
        // Each number was judged.
        assert!(!report.findings.iter().any(|finding| finding.rule.id == "not-judged"));
    }
}
