//! The CNI's settings from the `aws-node` `DaemonSet`, for the main job, `list` and `verify`.

use crate::support::cluster::*;
use crate::support::{Run, check_each, command, run, temp_file};
use serde_json::{Value, json};

/// The main job with these options, and with this `DaemonSet` on stdin.
fn ask(line: &str, daemonset: &Value) -> Run {
    run(
        command().args(["--cni-from-daemonset", "-"]).args(line.split_whitespace()),
        pretty(daemonset).as_bytes(),
    )
}

const CUSTOM: (&str, &str) = ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true");
const PREFIXES: (&str, &str) = ("ENABLE_PREFIX_DELEGATION", "true");
const MAX_ENI_2: (&str, &str) = ("MAX_ENI", "2");

const TOO_OLD: &str = "warning: prefix delegation is not used, secondary IPs are counted: \
                       VPC CNI v1.7.5-eksbuild.2 is older than 1.9\n";

#[test]
fn settings_of_every_generation_of_the_cni() {
    check_each(
        [
            (AWS_NODE_1_7, &[][..], "29", ""),
            (AWS_NODE_1_7, &[CUSTOM], "20", ""),
            (AWS_NODE_1_7, &[PREFIXES], "29", TOO_OLD),
            (AWS_NODE_1_7, &[MAX_ENI_2], "20", ""),
            (AWS_NODE_1_9, &[], "29", ""),
            (AWS_NODE_1_9, &[CUSTOM], "20", ""),
            (AWS_NODE_1_9, &[PREFIXES], "434", ""),
            (AWS_NODE_1_9, &[PREFIXES, CUSTOM], "290", ""),
            (AWS_NODE_1_12, &[], "29", ""),
            (AWS_NODE_1_12, &[PREFIXES, CUSTOM, MAX_ENI_2], "146", ""),
            (AWS_NODE_1_19, &[], "29", ""),
            (AWS_NODE_1_19, &[PREFIXES], "434", ""),
            (AWS_NODE_1_19, &[CUSTOM, MAX_ENI_2], "11", ""),
        ],
        |(fixture, variables, number, warning)| {
            let daemonset = aws_node(fixture, variables);
            let line = "--instance-type m5.large --show-max-allowed";
            let run = ask(line, &daemonset);
            assert_eq!(run.stderr, warning, "{variables:?}");
            assert_eq!(run.answer(), format!("{number}\n"), "{variables:?}");

            let in_list = json!({"kind": "List", "items": [node("n", "m5.large", "29"), daemonset]});
            assert_eq!(ask(line, &in_list).answer(), format!("{number}\n"), "{variables:?}");
        },
    );
}

#[test]
fn list_takes_the_settings_too() {
    let daemonset = pretty(&aws_node(AWS_NODE_1_19, &[PREFIXES, CUSTOM]));
    let args = ["list", "m5.large", "-o", "eni-max-pods", "--show-max-allowed", "--cni-from-daemonset", "-"];
    assert_eq!(run(command().args(args), daemonset.as_bytes()).answer(), "m5.large 290\n");
}

#[test]
fn verify_prefers_the_file_to_the_daemonset_in_its_input() {
    let file = temp_file(pretty(&aws_node(AWS_NODE_1_19, &[PREFIXES])));
    let input = list(&[node("n", "m5.large", "110"), aws_node(AWS_NODE_1_19, &[CUSTOM])]);
    let args = ["verify", "-o", "csv", "--cni-from-daemonset"];
    let answer = run(command().args(args).arg(file.path()), input.as_bytes()).answer();
    assert!(answer.contains("n,m5.large,110,110,434,ok,"), "{answer}");
}

#[test]
fn booleans_as_the_cni_reads_them() {
    check_each(
        [
            ("true", true, false),
            ("True", true, false),
            ("TRUE", true, false),
            ("1", true, false),
            ("t", true, false),
            ("T", true, false),
            ("tRUE", false, true),
            ("false", false, false),
            ("False", false, false),
            ("0", false, false),
            ("F", false, false),
            ("", false, false),
            ("yes", false, true),
            ("on", false, true),
            (" true", false, true),
            ("enabled\u{1b}", false, true),
        ],
        |(value, on, warns)| {
            let run = ask(
                "--instance-type m5.large",
                &aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", value)]),
            );
            assert_eq!(run.stdout, if on { "110\n" } else { "29\n" }, "{value}");
            assert_eq!(!run.stderr.is_empty(), warns, "{value}: {}", run.stderr);
            assert!(!warns || run.stderr.contains("ENABLE_PREFIX_DELEGATION is '"), "{}", run.stderr);
            assert!(!run.stderr.contains('\u{1b}'));
        },
    );
}

#[test]
fn max_eni_as_the_cni_reads_it() {
    check_each(
        [
            ("2", "20", false),
            ("+2", "20", false),
            ("3", "29", false),
            ("99999999999", "29", false),
            ("0", "29", false),
            ("-1", "29", false),
            ("", "29", false),
            ("two", "29", true),
            ("2.0", "29", true),
            (" 2", "29", true),
            ("99999999999999999999", "29", true),
        ],
        |(value, number, warns)| {
            let run = ask("--instance-type m5.large", &aws_node(AWS_NODE_1_19, &[("MAX_ENI", value)]));
            assert_eq!(run.stdout, format!("{number}\n"), "{value}");
            assert_eq!(!run.stderr.is_empty(), warns, "{value}: {}", run.stderr);
        },
    );
}

#[test]
fn versions_from_the_image() {
    let set = |image: Value| {
        let mut daemonset = aws_node(AWS_NODE_1_19, &[PREFIXES]);
        container(&mut daemonset)["image"] = image;
        ask("--instance-type m5.large", &daemonset)
    };
    let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    check_each(
        [
            ("602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.19.2-eksbuild.1", "110", ""),
            ("public.ecr.aws/eks/amazon-k8s-cni:1.9.0", "110", ""),
            ("registry.example:5000/mirror/amazon-k8s-cni:v1.8.0", "29", "VPC CNI v1.8.0 is older than 1.9"),
            ("amazon-k8s-cni:v1.8.0", "29", "older than 1.9"),
            (&format!("mirror/amazon-k8s-cni:v1.8.0@{digest}"), "29", "older than 1.9"),
            (&format!("mirror:5000/amazon-k8s-cni@{digest}"), "110", "does not tell the CNI's version"),
            ("mirror:5000/amazon-k8s-cni", "110", "does not tell the CNI's version"),
            ("mirror/amazon-k8s-cni:latest", "110", "does not tell the CNI's version"),
            ("\u{1b}[2J", "110", "the image '\\u{1b}[2J' does not tell"),
        ],
        |(image, number, warns)| {
            let run = set(image.into());
            assert_eq!(run.stdout, format!("{number}\n"), "{image}");
            assert_eq!(run.stderr.is_empty(), warns.is_empty(), "{image}: {}", run.stderr);
            assert!(run.stderr.contains(warns), "{image}: {}", run.stderr);
        },
    );
    assert!(set(Value::Null).stderr.contains("the image '' does not tell"));
}

#[test]
fn a_setting_that_is_not_counted_is_a_warning() {
    check_each(
        [
            (("ENABLE_POD_ENI", "$(POD_ENI)"), "if it is true, give --cni-pod-eni-enabled", "29"),
            (("ENABLE_IPv6", "$(IPV6)"), "if it is true, give --ip-family ipv6", "29"),
            (
                ("ENABLE_PREFIX_DELEGATION", "$(PREFIXES)"),
                "ENABLE_PREFIX_DELEGATION is set by a reference",
                "29",
            ),
        ],
        |(variables, says, number)| {
            let run = ask("--instance-type m5.large", &aws_node(AWS_NODE_1_19, &[variables]));
            assert!(run.stderr.starts_with("warning: aws-node DaemonSet: "), "{}", run.stderr);
            assert!(run.stderr.contains(says), "{}", run.stderr);
            assert_eq!(run.answer(), format!("{number}\n"));
            let quiet = ask("--instance-type m5.large -q", &aws_node(AWS_NODE_1_19, &[variables]));
            assert_eq!(quiet.stderr, "");
        },
    );

    let mut daemonset = aws_node(AWS_NODE_1_19, &[]);
    env(&mut daemonset).retain(|variable| variable["name"] != "MAX_ENI");
    env(&mut daemonset)
        .push(json!({"name": "MAX_ENI", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "y"}}}));
    container(&mut daemonset)["envFrom"] = json!([{"configMapRef": {"name": "x"}}]);
    let run = ask("--instance-type m5.large", &daemonset);
    assert!(run.stderr.contains("if it is set, give --cni-max-eni\n"), "{}", run.stderr);
    assert!(run.stderr.contains("envFrom"), "{}", run.stderr);
    assert_eq!(run.answer(), "29\n");

    // A list without sources holds no variables.
    let mut daemonset = aws_node(AWS_NODE_1_19, &[]);
    container(&mut daemonset)["envFrom"] = json!([]);
    assert_eq!(ask("--instance-type m5.large", &daemonset).stderr, "");
}

#[test]
fn there_is_no_warning_about_a_setting_that_an_option_gives() {
    let mut daemonset = aws_node(
        AWS_NODE_1_19,
        &[
            ("ENABLE_PREFIX_DELEGATION", "yes"),
            ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "yes"),
            ("MAX_ENI", "x"),
            ("ENABLE_POD_ENI", "yes"),
        ],
    );
    container(&mut daemonset)["image"] = "cni".into();
    let line = "--instance-type m5.large --cni-prefix-delegation-enabled --cni-custom-networking-enabled \
                --cni-max-eni 3 --cni-version 1.19 --reserved-enis 1";
    assert_eq!(ask("--instance-type m5.large", &daemonset).stderr.lines().count(), 5);
    assert_eq!(ask(line, &daemonset).stderr, "");
}

#[test]
fn explicit_options_win() {
    let on = aws_node(AWS_NODE_1_19, &[PREFIXES, MAX_ENI_2]);
    let off = aws_node(AWS_NODE_1_19, &[]);
    check_each(
        [
            ("--cni-max-eni 1", &on, "146"),
            ("--cni-max-eni 3", &on, "434"),
            ("--cni-version 1.8 -q", &on, "20"),
            ("--cni-custom-networking-enabled", &on, "146"),
            ("--cni-prefix-delegation-enabled", &off, "434"),
            ("--reserved-enis 1", &off, "20"),
        ],
        |(line, daemonset, number)| {
            let run = ask(&format!("--instance-type m5.large --show-max-allowed {line}"), daemonset);
            assert_eq!(run.answer(), format!("{number}\n"), "{line}");
        },
    );
}

/// A script that writes `--cni-max-eni "$MAX_ENI"` gives an empty value if the variable is not set.
#[test]
fn an_empty_max_eni_counts_as_not_given() {
    let empty = "warning: --cni-max-eni is empty and counts as not given, as with the reference script\n";
    let limited = aws_node(AWS_NODE_1_19, &[MAX_ENI_2]);
    let run = ask("--instance-type m5.large --cni-max-eni=", &limited);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("20\n", empty));
    assert_eq!(ask("--instance-type m5.large --cni-max-eni= -q", &limited).stderr, "");

    let unread = aws_node(AWS_NODE_1_19, &[("MAX_ENI", "two")]);
    let run = ask("--instance-type m5.large --cni-max-eni=", &unread);
    assert!(run.stderr.contains("MAX_ENI is 'two', which is no number"), "{}", run.stderr);
    assert_eq!(run.answer(), "29\n");

    let input = list(&[limited, node("n", "m5.large", "20")]);
    let run = run_verify(&["--cni-max-eni="], &input);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), empty));
}

/// A warning about `ENABLE_POD_ENI` ends when an option gives the value, or the number of ENIs.
#[test]
fn the_warning_about_pod_eni_ends_when_its_option_is_given() {
    let mut referred = aws_node(AWS_NODE_1_19, &[]);
    env(&mut referred).retain(|variable| variable["name"] != "ENABLE_POD_ENI");
    env(&mut referred)
        .push(json!({"name": "ENABLE_POD_ENI", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "y"}}}));
    check_each(
        [
            aws_node(AWS_NODE_1_19, &[("ENABLE_POD_ENI", "tRUE")]),
            aws_node(AWS_NODE_1_19, &[("ENABLE_POD_ENI", "on")]),
            referred,
        ],
        |daemonset| {
            for other in ["", " --cni-prefix-delegation-enabled --cni-max-eni 3 --cni-version 1.19"] {
                let run = ask(&format!("--instance-type m5.large{other}"), &daemonset);
                assert_eq!(run.stderr.matches("ENABLE_POD_ENI").count(), 1, "{}", run.stderr);
            }
            for (option, number) in [
                ("--reserved-enis 1", "20\n"),
                ("--cni-pod-eni-enabled", "20\n"),
                ("--cni-pod-eni-enabled=false", "29\n"),
                ("--cni-pod-eni-enabled --reserved-enis 1", "11\n"),
            ] {
                let run = ask(&format!("--instance-type m5.large {option}"), &daemonset);
                assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (number, ""), "{option}");
            }

            let input = list(&[daemonset, node("n", "m5.large", "20")]);
            let run = run_verify(&["--reserved-enis", "1"], &input);
            assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
            // Each node tells `verify` itself whether it has a trunk ENI.
            assert_eq!(run_verify(&[], &input).stderr, "");
        },
    );
}

fn run_verify(args: &[&str], input: &str) -> Run {
    run(command().arg("verify").args(args), input.as_bytes())
}

#[test]
fn of_two_variables_with_one_name_the_last_counts() {
    let mut daemonset = aws_node(AWS_NODE_1_19, &[PREFIXES]);
    env(&mut daemonset).push(json!({"name": "ENABLE_PREFIX_DELEGATION", "value": "false"}));
    assert_eq!(ask("--instance-type m5.large", &daemonset).answer(), "29\n");
}

#[test]
fn json_without_an_aws_node_daemonset_is_an_error() {
    let mut no_container = aws_node(AWS_NODE_1_19, &[]);
    container(&mut no_container)["name"] = "other".into();
    check_each(
        [
            (list(&[]), "stdin: there is no aws-node DaemonSet in it"),
            (list(&[node("n", "m5.large", "29")]), "stdin: there is no aws-node DaemonSet in it"),
            (String::new(), "stdin: there is no aws-node DaemonSet: it is empty"),
            ("{".into(), "stdin: line 1, column 2: the text ends too soon"),
            (pretty(&no_container), "stdin: the aws-node DaemonSet has no container aws-node"),
        ],
        |(input, says)| {
            let args = ["--instance-type", "m5.large", "--cni-from-daemonset", "-"];
            let error = run(command().args(args), input.as_bytes()).error(1);
            assert!(error.contains(says), "{error}");
            assert!(error.contains("\n  help: "), "{error}");
        },
    );
}
