//! Every rule, fired and not fired.

use super::{SINGLE, findings, managed, node_config, report};
use crate::support::check_each;

const PREFIXES: &str = "--cni-prefix-delegation-enabled";

/// The type, and the CNI as it is set there: a number above what single addresses allow is an error.
const M5: &str = "--instance-type m5.large --cni-prefix-delegation-enabled=false";

fn bottlerocket(pods: &str) -> String {
    format!("[settings.kubernetes]\nmax-pods = {pods}\n")
}

fn script(arguments: &str) -> String {
    format!("#!/bin/bash\n/etc/eks/bootstrap.sh my-cluster {arguments}\n")
}

#[test]
fn number_of_pods() {
    check_each(
        [
            ("the recommended number", M5, bottlerocket("29"), 0, vec![]),
            ("one more", M5, bottlerocket("30"), 1, vec!["error over-allowed 2:12"]),
            ("one less", M5, bottlerocket("28"), 0, vec!["note under-recommended 2:12"]),
            ("half", M5, bottlerocket("15"), 0, vec!["note under-recommended 2:12"]),
            ("fewer than half", M5, bottlerocket("14"), 0, vec!["warning under-recommended 2:12"]),
            (
                "a note is none that --strict fails",
                "--strict --instance-type m5.large",
                bottlerocket("28"),
                0,
                vec!["note under-recommended 2:12"],
            ),
            (
                "fewer than half, strictly",
                "--strict --instance-type m5.large",
                bottlerocket("14"),
                1,
                vec!["warning under-recommended 2:12"],
            ),
            (
                "one more, of a trunk ENI",
                "--reserved-enis 1 --instance-type m5.large --cni-prefix-delegation-enabled=false",
                bottlerocket("29"),
                1,
                vec!["error over-allowed 2:12"],
            ),
            (
                "an own ceiling",
                "--max-pods-ceiling 20 --instance-type m5.large --cni-prefix-delegation-enabled=false",
                bottlerocket("20"),
                0,
                vec![],
            ),
            (
                "prefixes",
                "--cni-prefix-delegation-enabled --instance-type m5.large",
                bottlerocket("110"),
                0,
                vec![],
            ),
            (
                "all that prefixes allow",
                "--cni-prefix-delegation-enabled --instance-type m5.large",
                bottlerocket("434"),
                0,
                vec!["note above-recommended 2:12"],
            ),
            (
                "more than prefixes allow",
                "--cni-prefix-delegation-enabled --instance-type m5.large",
                bottlerocket("435"),
                1,
                vec!["error over-allowed 2:12"],
            ),
            ("the lowest type decides", "--instance-type m5.large,t3.large", bottlerocket("29"), 0, vec![]),
            (
                "also for the recommended number",
                "--instance-type m5.large,t3.large",
                bottlerocket("28"),
                0,
                vec!["note under-recommended 2:12"],
            ),
            (
                "a type that the number is too high for",
                "--instance-type m5.large,t3.medium --cni-prefix-delegation-enabled=false",
                bottlerocket("29"),
                1,
                vec!["error over-allowed 2:12"],
            ),
            ("no type is known", "", bottlerocket("29"), 0, vec!["note not-judged 2:12"]),
            ("a text", M5, bottlerocket("\"29\""), 1, vec!["error number-ignored 2:12"]),
            ("a template", M5, bottlerocket("\"${max_pods}\""), 0, vec!["note not-judged 2:12"]),
            ("a negative number", M5, bottlerocket("-1"), 1, vec!["error number-ignored 2:12"]),
        ],
        |(_, line, input, code, expected)| {
            assert_eq!(findings(line, input), (Some(code), expected.into_iter().map(Into::into).collect()));
        },
    );
}

#[test]
fn needs_prefixes() {
    let m5 = "--instance-type m5.large";
    check_each(
        [
            ("right without", "", "29", 0, vec![]),
            ("right with", "", "30", 0, vec!["warning needs-prefixes 2:12"]),
            ("right with, strictly", "--strict", "30", 1, vec!["warning needs-prefixes 2:12"]),
            ("however the CNI is set", "", "435", 1, vec!["error over-allowed 2:12"]),
            ("said to be on", "--cni-prefix-delegation-enabled", "110", 0, vec![]),
            ("said to be off", SINGLE, "110", 1, vec!["error over-allowed 2:12"]),
        ],
        |(_, options, pods, code, expected)| {
            let expected = expected.into_iter().map(Into::into).collect();
            assert_eq!(findings(&format!("{m5} {options}"), bottlerocket(pods)), (Some(code), expected));
        },
    );
    // One finding for a number: it must change for the smaller type anyway.
    assert_eq!(
        findings(
            "--instance-type t3.medium,m5.4xlarge --only over-allowed,needs-prefixes",
            bottlerocket("500")
        )
        .1,
        ["error over-allowed 2:12"]
    );
}

#[test]
fn no_prefixes() {
    let old = "--cni-version 1.8.0 --cni-prefix-delegation-enabled --instance-type m5.large";
    check_each(
        [
            ("Xen", format!("{PREFIXES} --instance-type m4.large"), "110", vec!["error no-prefixes 2:12"]),
            ("Nitro", format!("{PREFIXES} --instance-type m5.large"), "110", vec![]),
            (
                "Xen, whatever is said of prefixes",
                "--instance-type m4.large".into(),
                "110",
                vec!["error no-prefixes 2:12"],
            ),
            ("an old CNI", old.into(), "110", vec!["error no-prefixes 2:12"]),
            ("too many even with prefixes", old.into(), "500", vec!["error over-allowed 2:12"]),
            (
                "no prefixes asked for",
                "--instance-type m4.large --cni-prefix-delegation-enabled=false".into(),
                "110",
                vec!["error over-allowed 2:12"],
            ),
            // EC2 reports no hypervisor for bare metal, and the CNI uses prefixes there.
            (
                "bare metal",
                format!("{PREFIXES} --instance-type m5.metal"),
                "800",
                vec!["note above-recommended 2:12"],
            ),
        ],
        |(_, line, pods, expected)| {
            let found = findings(&line, bottlerocket(pods)).1;
            assert_eq!(found, expected);
        },
    );
}

#[test]
fn number_ignored() {
    let user_data = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: TYPE\n\n\
                     apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config:\n      maxPods: 29\n--b--\n";
    let bottlerocket =
        "amiFamily: Bottlerocket\nbottlerocket:\n  settings:\n    kubernetes:\n      max-pods: 29";
    let ami = "ami: ami-1\namiFamily: AmazonLinux2023\nmaxPodsPerNode: 29";
    check_each(
        [
            ("nodeadm's own content type", user_data.replace("TYPE", "application/node.eks.aws"), vec![]),
            ("another one", user_data.replace("TYPE", "text/plain"), vec!["error number-ignored 12:16"]),
            (
                "eksctl takes Bottlerocket's number elsewhere in a self-managed group",
                managed(bottlerocket).replace("managedN", "n"),
                vec!["error number-ignored 9:19"],
            ),
            ("and there in a managed one", managed(bottlerocket), vec![]),
            ("eksctl takes no number beside an AMI", managed(ami), vec!["error number-ignored 7:19"]),
            (
                "a launch template",
                managed("launchTemplate: {id: lt-1}\nmaxPodsPerNode: 29"),
                vec!["error number-ignored 6:19"],
            ),
            (
                "managed groups have no kubeletExtraConfig",
                managed("kubeletExtraConfig: {maxPods: 29}"),
                vec!["error number-ignored 5:33"],
            ),
            (
                "a self-managed group has",
                managed("instanceType: m5.large\nkubeletExtraConfig: {maxPods: 29}").replace("managedN", "n"),
                vec![],
            ),
        ],
        |(_, input, expected)| assert_eq!(findings(M5, input).1, expected),
    );
}

#[test]
fn number_overridden() {
    let beside = |number: &str| {
        node_config(&format!(
            "maxPodsExpression: max_pods\nconfig:\n  maxPods: {number}\n  kubeReserved: {{cpu: 1m}}"
        ))
    };
    check_each(
        [
            (
                "another number",
                beside("20"),
                vec!["warning number-overridden 5:24", "note under-recommended 7:16"],
            ),
            ("the same number", beside("29"), vec![]),
            (
                "eksctl, managed, AL2023",
                managed("instanceType: m5.large\nmaxPodsPerNode: 29"),
                vec!["note number-overridden 6:19"],
            ),
            (
                "eksctl, managed, Bottlerocket",
                managed("amiFamily: Bottlerocket\ninstanceType: m5.large\nmaxPodsPerNode: 29"),
                vec![],
            ),
            (
                "eksctl, self-managed",
                managed("instanceType: m5.large\nmaxPodsPerNode: 29").replace("managedN", "n"),
                vec![],
            ),
        ],
        |(_, input, expected)| assert_eq!(findings(M5, input).1, expected),
    );
}

#[test]
fn bootstrap_max_pods() {
    let extra = "--kubelet-extra-args '--max-pods=29'";
    check_each(
        [
            ("without", script(extra), vec!["note bootstrap-max-pods 2:56"]),
            ("with", script(&format!("--use-max-pods false {extra}")), vec![]),
            ("behind", script(&format!("{extra} --use-max-pods false")), vec![]),
            (
                "with the other value",
                script(&format!("--use-max-pods true {extra}")),
                vec!["note bootstrap-max-pods 2:76"],
            ),
            ("by variable", script(extra).replace("/etc", "export USE_MAX_PODS=false\n/etc"), vec![]),
            ("no number", script("--use-max-pods true"), vec![]),
            ("over several lines", script(&format!("\\\n  --use-max-pods false \\\n  {extra}")), vec![]),
        ],
        |(_, input, expected)| assert_eq!(findings(M5, input).1, expected),
    );
}

#[test]
fn expressions() {
    let expression = |text: &str| node_config(&format!("maxPodsExpression: '{text}'"));
    check_each(
        [
            ("the classic number", expression("max_pods"), vec![]),
            ("does not compile", expression("max_pods +"), vec!["error expression 5:24"]),
            ("mixes types", expression("max_pods * 1.5"), vec!["error expression 5:24"]),
            (
                "a part of CEL that is not covered",
                expression("[1, 2].map(x, x).size()"),
                vec!["note not-judged 5:24"],
            ),
            ("a variable of Karpenter's", expression("vcpus * 10"), vec!["error expression 5:24"]),
            ("fails on this type", expression("100 / (max_pods - 29)"), vec!["error expression 5:24"]),
            ("too many", expression("max_pods + 1"), vec!["error over-allowed 5:24"]),
            ("too few", expression("max_pods - 1"), vec!["note under-recommended 5:24"]),
            ("filled in later", expression("${expression}"), vec!["note not-judged 5:24"]),
        ],
        |(_, input, expected)| assert_eq!(findings(M5, input).1, expected),
    );
}

#[test]
fn reserved_memory() {
    let reserved = |memory: &str| node_config(&format!("config:\n  kubeReserved:\n    memory: {memory}"));
    let nano = "--instance-type t3.nano --cni-prefix-delegation-enabled";
    check_each(
        [
            // 8192 MiB
            ("half", "--instance-type m5.large", reserved("4Gi"), vec![]),
            (
                "more than half",
                "--instance-type m5.large",
                reserved("4097Mi"),
                vec!["warning reserved-memory 7:17"],
            ),
            ("all", "--instance-type m5.large", reserved("8Gi"), vec!["error reserved-memory 7:17"]),
            // 11 x 34 + 255 = 629 of 512 MiB
            (
                "nodeadm computes it",
                nano,
                node_config("maxPodsExpression: '34'"),
                vec!["error reserved-memory 5:24"],
            ),
            // 11 x 4 + 255 = 299 of 1024 MiB
            (
                "nodeadm computes less",
                "--instance-type t3.micro",
                node_config("maxPodsExpression: max_pods"),
                vec![],
            ),
            ("a number decides no reserve", nano, bottlerocket("34"), vec![]),
        ],
        |(_, line, input, expected)| assert_eq!(findings(line, input).1, expected),
    );
}

#[test]
fn reserve_too_small() {
    let config = |config: &str| node_config(&format!("config: {{{config}}}"));
    let line = "--instance-type m5.large --cni-prefix-delegation-enabled";
    check_each(
        [
            ("above the classic number", config("maxPods: 110"), vec!["note reserve-too-small 5:23"]),
            ("with a reserve", config("maxPods: 110, kubeReserved: {memory: 1465Mi}"), vec![]),
            (
                "with an expression that makes it",
                node_config("maxPodsExpression: '110'\nconfig:\n  maxPods: 110"),
                vec![],
            ),
            ("Bottlerocket computes its own", bottlerocket("110"), vec![]),
        ],
        |(_, input, expected)| assert_eq!(findings(line, input).1, expected),
    );
    assert_eq!(findings(M5, config("maxPods: 29")).1, [""; 0]);
    let (_, report) = report(line, config("maxPods: 110"));
    let help = report["findings"][0]["help"].as_str().unwrap();
    assert!(help.ends_with("kubeReserved: {cpu: 70m, memory: 1465Mi, ephemeral-storage: 1Gi}"), "{help}");
}

#[test]
fn mixed_types() {
    for (types, expected) in [
        // 29 and 58: not more than half apart
        ("m5.large,m5.xlarge", vec![]),
        // 29 and 234 (110 recommended)
        ("m5.large,m5.4xlarge", vec!["note mixed-types 2:12"]),
    ] {
        assert_eq!(findings(&format!("--instance-type {types}"), bottlerocket("29")).1, expected, "{types}");
    }
}

#[test]
fn not_judged_names_what_is_unknown() {
    let input = managed("instanceTypes: [m5.large, x99.large]\nmaxPodsPerNode: 29");
    let (code, report) = report("", input);
    let row = &report["findings"].as_array().unwrap().iter().find(|row| row["rule"] == "not-judged").unwrap();
    assert_eq!(
        (code, &row["instanceTypes"][0], &row["level"]),
        (Some(0), &"x99.large".into(), &"note".into())
    );
    assert!(row["help"].as_str().unwrap().contains("--instance-types-file"));
}

#[test]
fn the_figures_of_a_finding() {
    let (_, report) = report(
        "--instance-type m5.large,t3.medium --cni-prefix-delegation-enabled=false",
        bottlerocket("100"),
    );
    let row = &report["findings"][0];
    assert_eq!(row["rule"], "over-allowed");
    assert_eq!(row["instanceTypes"], serde_json::json!(["m5.large", "t3.medium"]));
    assert_eq!(
        (&row["maxPods"], &row["allowed"], &row["recommended"]),
        (&100.into(), &17.into(), &17.into())
    );
    assert_eq!(row["file"], "stdin");
    assert!(row["help"].as_str().unwrap().starts_with("max-pods = 17"), "{row}");
}
