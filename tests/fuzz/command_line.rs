//! The command line itself.

use super::in_time;
use super::run::{fuzz_processes, maxpods};
use crate::support::mutate::mutated;
use proptest::prelude::*;

/// Command lines that people and scripts write. Blanks separate their words.
const LINES: &[&str] = &[
    "--instance-type m5.large --cni-version v1.19.2-eksbuild.1 --cni-prefix-delegation-enabled",
    "--instance-type=M5.large --cni-max-eni=2 --cni-custom-networking-enabled --show-max-allowed",
    "--instance-type c5a.metal --host-network-pods 4 --reserved-enis 1 --max-pods-ceiling 50 -o explain",
    "--instance-type i3.metal -q --cni-prefix-delegation-enabled=true -o json",
    "--instance-type m5.large --os windows --cni-prefix-delegation-enabled -o eksctl",
    "--instance-type m5.large --expression min(max_pods,110) --expression-dialect karpenter -o karpenter",
    "list m5.* *.metal --min-pods 20 -o csv --cni-version 1.8",
    "list c5?.large --expression max_pods/(default_enis-4) -o json",
    "verify - -q --allow-under -o csv --reserved-enis 1",
    "--instance-type m5.large --cni-pod-eni-enabled --branch-eni-pods 9 --cni-primary-eni-excluded -o json",
    "list m5.* --ip-family ipv6 -o csv",
    "completions bash",
    "man",
    "--version",
    "help list",
];

const WORDS: &[&str] = &[
    "--instance-type",
    "--instance-type=",
    "m5.large,c5.large",
    "--cni-max-eni",
    "-1",
    "+1",
    "4294967296",
    "--",
    "-",
    "-o",
    "-ojson",
    "--output=nodeadm",
    "--quiet=true",
    "list",
    "verify",
    "--instance-types-file",
    "--cni-from-daemonset",
    "no/such",
    "[",
    "**",
    "--expression",
    "-h",
    "--cni-version",
    "1",
    "v1.9",
    "x\u{202e}y",
    "数",
    "a\nerror: b",
];

proptest! {
    #![proptest_config(fuzz_processes(100))]

    #[test]
    fn a_damaged_command_line_is_answered_in_order(damaged in mutated(LINES, WORDS)) {
        let line = damaged.argument();
        let args: Vec<_> = line.split(' ').collect();
        let run = in_time(|| maxpods(&args, include_bytes!("../fixtures/cluster/list.json")));
        prop_assert!(run.is_orderly(), "{:?} {:?}", args, run);
    }
}
