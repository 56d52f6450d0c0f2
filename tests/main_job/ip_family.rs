//! IPv6 clusters, where the network does not limit pods.

use crate::support::cluster::*;
use crate::support::{check_each, command, run, words};
use maxpods::Catalog;
use serde_json::Value;

#[test]
fn the_number_is_the_ceiling() {
    check_each(
        [
            ("r6gd.medium", 110),
            ("m5.large", 110),
            ("m5.8xlarge", 250),
            ("m5.metal", 250),
            ("m5.large --cni-max-eni 1 --reserved-enis 5 --cni-prefix-delegation-enabled=false", 110),
            ("m5.large --cni-version 1.10.0 --host-network-pods 9", 110),
            ("m5.metal --cni-version 1.11.0", 250),
            ("m5.large --max-pods-ceiling 300", 300),
            ("m5.large,m5.8xlarge", 110),
            ("m5.large --cni-primary-eni-excluded", 110),
            ("m5.large --cni-pod-eni-enabled --branch-eni-pods 9", 110),
        ],
        |(args, number)| {
            let run = words(&format!("--ip-family ipv6 --instance-type {args}"));
            assert_eq!((run.stdout, run.stderr), (format!("{number}\n"), String::new()), "{args}");
        },
    );
    assert_eq!(words("--ip-family ipv6 --ip-family ipv4 --instance-type m5.large").answer(), "29\n");
}

#[test]
fn where_pods_cannot_have_ipv6_is_an_error() {
    check_each(
        [
            (
                "m4.large",
                "m4.large cannot run in an IPv6 cluster: the VPC CNI supports IPv6 on Nitro instances only",
            ),
            ("m5.large,m4.large", "m4.large cannot run in an IPv6 cluster"),
            ("m5.large --cni-version 1.9.3", "with VPC CNI 1.9.3: IPv6 needs 1.10 or newer"),
            (
                "m5.metal --cni-version v1.10.4-eksbuild.1",
                "with VPC CNI v1.10.4-eksbuild.1: IPv6 needs 1.11 or newer",
            ),
        ],
        |(args, says)| {
            let error = words(&format!("--ip-family ipv6 --instance-type {args}")).error(1);
            assert!(error.contains(says) && error.contains("\n  help: "), "{error}");
        },
    );
}

#[test]
fn usage_errors() {
    check_each(
        [
            ("--show-max-allowed", "the network does not limit pods there"),
            ("--cni-custom-networking-enabled", "custom networking does not go with IPv6"),
            ("--os windows", "EKS supports IPv6 for Linux nodes only"),
            ("--expression max_pods", "cannot be used with"),
        ],
        |(args, says)| {
            let error = words(&format!("--instance-type m5.large --ip-family ipv6 {args}")).error(2);
            assert!(error.contains(says), "{error}");
            assert!(words(&format!("list --ip-family ipv6 {args}")).error(2).contains(says));
        },
    );
    assert!(words("--instance-type m5.large --ip-family ipv5").error(2).contains("ipv4"));
    assert!(
        words("plan --instance-type m5.large --ip-family ipv6")
            .error(2)
            .contains("no pool of IPv4 addresses")
    );
}

#[test]
fn json_and_explain_say_that_there_is_no_limit() {
    let text = words("--instance-type m5.large --ip-family ipv6 -o json").answer();
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((object.get("allowed"), &object["ipFamily"]), (None, &"ipv6".into()));
    assert_eq!(
        (&object["maxPods"], &object["recommended"], &object["ceiling"]),
        (&110.into(), &110.into(), &110.into())
    );
    let explain = words("--instance-type m5.large --ip-family ipv6 -o explain").answer();
    assert!(explain.contains("allowed            not limited by the network"), "{explain}");
    assert!(!explain.contains("ENIs  "), "{explain}");
    let text = words("--instance-type m5.large -o json").answer();
    assert!(!text.contains("ipFamily"), "{text}");
}

/// Every type either reaches its ceiling or is named as one that cannot run there.
#[test]
fn every_type() {
    let run = words("list --ip-family ipv6 -o json");
    let listed: Vec<Value> = serde_json::from_str(&run.stdout).expect("JSON");
    let types = Catalog::new().types();
    let able: Vec<_> = types.iter().filter(|t| t.is_nitro() || t.bare_metal).collect();
    assert_eq!(listed.len(), able.len());
    for (object, able) in listed.iter().zip(&able) {
        assert_eq!(object["instanceType"], able.name.as_str());
        let ceiling = if able.vcpus.is_some_and(|vcpus| vcpus > 30) { 250 } else { 110 };
        assert_eq!((&object["maxPods"], object.get("allowed")), (&ceiling.into(), None), "{}", able.name);
    }
    let left_out = types.len() - able.len();
    assert!(run.stderr.contains(&format!("{left_out} types are left out")), "{}", run.stderr);

    let table = words("list r6gd.medium m4.large --ip-family ipv6");
    assert!(
        table.stdout.lines().nth(1).is_some_and(|line| line.ends_with("110       -")),
        "{}",
        table.stdout
    );
    assert!(table.stderr.contains("left out: m4.large cannot run in an IPv6 cluster"), "{}", table.stderr);
    assert!(words("list m4.large --ip-family ipv6").error(1).contains("m4.large cannot run"));
}

#[test]
fn the_daemonset_says_it_too() {
    let prefixes = ("ENABLE_PREFIX_DELEGATION", "true");
    let ipv6 = ("ENABLE_IPv6", "true");
    let no_ipv4 = ("ENABLE_IPv4", "false");
    let custom = ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true");
    check_each(
        [
            ("", &[ipv6, no_ipv4, prefixes][..], "110\n", &[][..]),
            ("--ip-family ipv4", &[ipv6, no_ipv4, prefixes], "110\n", &[]),
            ("--ip-family ipv4 --cni-prefix-delegation-enabled=false", &[ipv6, no_ipv4], "29\n", &[]),
            ("--ip-family ipv6", &[], "110\n", &[]),
            ("", &[ipv6, no_ipv4], "110\n", &["prefix delegation is not"]),
            ("--cni-prefix-delegation-enabled", &[ipv6, no_ipv4], "110\n", &[]),
            ("", &[ipv6, prefixes], "110\n", &["and so is IPv4 (ENABLE_IPv4)"]),
            ("", &[ipv6, no_ipv4, prefixes, custom], "110\n", &["and so is custom networking"]),
            (
                "",
                &[ipv6, custom],
                "110\n",
                &["is not (ENABLE_PREFIX", "custom networking", "IPv4 (ENABLE_IPv4)"],
            ),
        ],
        |(args, variables, number, warnings)| {
            let daemonset = aws_node(AWS_NODE_1_19, variables).to_string();
            let args = format!("--instance-type m5.large --cni-from-daemonset - {args}");
            let run = run(command().args(args.split_whitespace()), daemonset.as_bytes());
            assert_eq!((run.code, run.stdout.as_str()), (Some(0), number), "{}", run.stderr);
            assert_eq!(
                run.stderr.matches("aws-node refuses to start").count(),
                warnings.len(),
                "{}",
                run.stderr
            );
            for warning in warnings {
                assert!(run.stderr.contains(warning), "{}", run.stderr);
            }
        },
    );
    let daemonset = aws_node(AWS_NODE_1_19, &[ipv6, no_ipv4, prefixes]).to_string();
    for option in ["--show-max-allowed", "--os windows"] {
        let args = format!("--instance-type m5.large --cni-from-daemonset - {option}");
        run(command().args(args.split_whitespace()), daemonset.as_bytes()).error(2);
    }
}
