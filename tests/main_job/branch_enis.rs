//! Security groups for pods: the trunk ENI, and pods with a branch ENI of their own.

use crate::support::cluster::*;
use crate::support::{check_each, command, run, words};
use maxpods::Catalog;
use maxpods::instance_type::branch_enis;
use serde_json::Value;

#[test]
fn numbers() {
    check_each(
        [
            ("m5.large --cni-pod-eni-enabled", 20),
            ("m5.large --cni-pod-eni-enabled --branch-eni-pods 9", 29),
            ("m5.large --cni-pod-eni-enabled --branch-eni-pods 0", 20),
            ("m5.large --cni-pod-eni-enabled=false", 29),
            ("m5.large --cni-pod-eni-enabled --cni-pod-eni-enabled=false", 29),
            ("c5.xlarge --cni-pod-eni-enabled", 44),
            ("c5.xlarge --cni-pod-eni-enabled --branch-eni-pods 18", 62),
            ("c5.4xlarge --cni-pod-eni-enabled", 110),
            ("c5.4xlarge --cni-pod-eni-enabled --show-max-allowed", 205),
            ("c5.4xlarge --cni-pod-eni-enabled --branch-eni-pods 54 --show-max-allowed", 259),
            ("c5.4xlarge --cni-pod-eni-enabled --branch-eni-pods 54", 110),
            ("m5.large --cni-pod-eni-enabled --cni-prefix-delegation-enabled --show-max-allowed", 290),
            // Other reserved ENIs are beside the trunk.
            ("m5.large --cni-pod-eni-enabled --reserved-enis 1", 11),
            ("m5.large --cni-pod-eni-enabled --cni-custom-networking-enabled", 11),
            ("m5.large --cni-pod-eni-enabled --cni-primary-eni-excluded", 11),
            ("m5.large --cni-pod-eni-enabled --cni-max-eni 2", 11),
        ],
        |(args, number)| {
            let run = words(&format!("--instance-type {args}"));
            assert_eq!((run.stdout, run.stderr), (format!("{number}\n"), String::new()), "{args}");
        },
    );
}

#[test]
fn what_cannot_be_is_a_warning() {
    check_each(
        [
            ("t3.medium --cni-pod-eni-enabled", 17, "this type cannot have a trunk ENI"),
            ("t3.medium --cni-pod-eni-enabled --branch-eni-pods 5", 17, "this type cannot have a trunk ENI"),
            (
                "hs1.8xlarge --cni-pod-eni-enabled --show-max-allowed",
                205,
                "it is not known here if this type can have a trunk ENI",
            ),
            (
                "hs1.8xlarge --cni-pod-eni-enabled --branch-eni-pods 5 --show-max-allowed",
                210,
                "it is not known here",
            ),
            (
                "m5.large --cni-pod-eni-enabled --branch-eni-pods 10",
                29,
                "10 pods with a branch ENI are more than the 9",
            ),
            // The trunk is never the primary ENI.
            ("m5.large --cni-pod-eni-enabled --cni-max-eni 1", 11, "there is no room for a trunk ENI"),
        ],
        |(args, number, warning)| {
            let run = words(&format!("--instance-type {args}"));
            assert_eq!((run.code, run.stdout), (Some(0), format!("{number}\n")), "{args}");
            assert!(run.stderr.starts_with("warning: ") && run.stderr.contains(warning), "{}", run.stderr);
            assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        },
    );
}

#[test]
fn the_daemonset_switches_it_on() {
    let on = aws_node(AWS_NODE_1_19, &[("ENABLE_POD_ENI", "true")]).to_string();
    let ask = |args: &str| {
        let args = format!("--instance-type m5.large --cni-from-daemonset - {args}");
        run(command().args(args.split_whitespace()), on.as_bytes()).answer()
    };
    assert_eq!(ask(""), "20\n");
    assert_eq!(ask("--branch-eni-pods 9"), "29\n");
    assert_eq!(ask("--cni-pod-eni-enabled=false"), "29\n");
}

#[test]
fn usage_errors() {
    check_each(
        [
            ("--branch-eni-pods 3", "--branch-eni-pods needs security groups for pods, and they are off"),
            ("--branch-eni-pods 3 --cni-pod-eni-enabled=false", "--branch-eni-pods needs security groups"),
            ("--branch-eni-pods -1 --cni-pod-eni-enabled", "not a whole number of pods"),
            ("--cni-pod-eni-enabled --os windows", "--cni-pod-eni-enabled has no effect on Windows nodes"),
            ("--branch-eni-pods 3 --os windows", "--branch-eni-pods has no effect on Windows nodes"),
            ("--cni-pod-eni-enabled --expression max_pods", "cannot be used with"),
            ("--branch-eni-pods 3 --expression max_pods", "cannot be used with"),
        ],
        |(args, says)| {
            let error = words(&format!("--instance-type m5.large {args}")).error(2);
            assert!(error.contains(says), "{error}");
            assert!(words(&format!("list m5.large {args}")).error(2).contains(says));
        },
    );
    assert!(words("plan --instance-type m5.large --branch-eni-pods 3").error(2).contains("they are off"));
}

#[test]
fn json_and_explain_show_them() {
    let json = |args: &str| -> Value {
        let text = words(&format!("--instance-type {args} -q -o json")).answer();
        serde_json::from_str(&text).expect("JSON")
    };
    let object = json("m5.large --cni-pod-eni-enabled --branch-eni-pods 12");
    assert_eq!((&object["branchEnis"], &object["branchEniPods"]), (&9.into(), &9.into()));
    assert_eq!((&object["enis"], &object["allowed"]), (&2.into(), &29.into()));
    assert_eq!(json("t3.medium --cni-pod-eni-enabled")["branchEnis"], 0);
    for args in ["m5.large", "hs1.8xlarge --cni-pod-eni-enabled"] {
        assert_eq!(json(args).get("branchEnis"), None, "{args}");
    }

    let explain =
        words("--instance-type c5.xlarge --cni-pod-eni-enabled --branch-eni-pods 18 -o explain").answer();
    for line in [
        "ENIs               3: the type has 4; 1 less for the trunk ENI of security groups for pods",
        "trunk ENI          1: ",
        "branch ENIs        18: ",
        "branch ENI pods    18: ",
        "allowed            3 * (15 - 1) + 2 + 18 = 62: ",
    ] {
        assert!(explain.lines().any(|found| found.starts_with(line)), "{line}\n{explain}");
    }
}

#[test]
fn list_shows_them_with_the_option() {
    let listed = |args: &str| words(&format!("list m5.large hs1.8xlarge t3.medium -q {args}")).answer();
    assert_eq!(
        listed("--cni-pod-eni-enabled"),
        "INSTANCE TYPE  VCPUS  ENIS  IPV4/ENI  MAX PODS  ALLOWED  BRANCH\n\
         hs1.8xlarge    17     7     30        110       205      -\n\
         m5.large       2      2     10        20        20       9\n\
         t3.medium      2      3     6         17        17       0\n"
    );
    let csv = listed("--cni-pod-eni-enabled -o csv");
    let lines: Vec<_> = csv.lines().collect();
    assert!(lines[0].ends_with(",recommended,branch_enis"), "{csv}");
    assert!(
        lines[1].ends_with(",110,") && lines[2].ends_with(",20,9") && lines[3].ends_with(",17,0"),
        "{csv}"
    );
    assert!(!listed("").contains("BRANCH") && !listed("-o csv").contains("branch_enis"));
}

/// Each type that can have a trunk has exactly one ENI fewer, and other types have none fewer.
#[test]
fn every_type() {
    let json = |args: &str| -> Vec<Value> {
        serde_json::from_str(&words(&format!("list -q -o json {args}")).answer()).expect("JSON")
    };
    let (without, with) = (json(""), json("--cni-pod-eni-enabled"));
    assert_eq!(without.len(), Catalog::embedded_names().len());
    let mut with_trunk = 0;
    for (without, with) in without.iter().zip(&with) {
        let name = without["instanceType"].as_str().expect("a name");
        let enis = |object: &Value| object["enis"].as_u64().expect("a number");
        let branch_enis = branch_enis(name);
        with_trunk += usize::from(branch_enis.is_some_and(|most| most > 0));
        let fewer = u64::from(branch_enis != Some(0)).min(enis(without) - 1);
        assert_eq!(enis(with), enis(without) - fewer, "{name}");
    }
    // A renewed table keeps the types that it has.
    assert!(with_trunk >= 1298, "{with_trunk}");
}
