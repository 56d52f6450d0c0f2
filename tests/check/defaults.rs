//! Numbers that are 0 or not given, and places in encoded texts.

use base64::Engine;

use super::{SINGLE, check, findings, node_config};
use crate::support::check_each;

#[test]
fn a_number_of_0_is_the_kubelets_default_for_each_reader() {
    let cases = [
        ("Bottlerocket", "[settings.kubernetes]\nmax-pods = 0\n".to_owned()),
        ("nodeadm", node_config("config: {maxPods: 0}")),
        (
            "kubeletExtraConfig",
            "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups:\n\
             - {name: a, instanceType: m5.large, kubeletExtraConfig: {maxPods: 0}}\n"
                .to_owned(),
        ),
    ];
    check_each(cases, |(_, text)| {
        let (code, found) = findings(&format!("--instance-type m5.large {SINGLE}"), &text);
        assert_eq!(code, Some(1));
        assert!(found.iter().any(|finding| finding.starts_with("error kubelet-default ")), "{found:?}");
        assert!(!found.iter().any(|finding| finding.contains("over-allowed")), "{found:?}");
    });
}

#[test]
fn the_line_of_an_encoded_text_is_told_once() {
    let script =
        "#!/bin/bash\n/etc/eks/bootstrap.sh a --use-max-pods false --kubelet-extra-args '--max-pods=500'\n";
    let encoded = base64::engine::general_purpose::STANDARD.encode(script);
    let run = check("--instance-type m5.large", encoded);
    assert_eq!(run.stdout.matches("(line 2 of the text encoded here)").count(), 1, "{}", run.stdout);
}
