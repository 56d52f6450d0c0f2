//! Karpenter evaluates an expression on every instance type, so the main job tries it there.

use serde_json::Value;
use yaml_rust2::YamlLoader;

use crate::support::{Run, check_each, maxpods};

fn karpenter(words: &[&str]) -> Run {
    maxpods([&["--instance-type", "m5.large", "--expression-dialect", "karpenter"], words].concat())
}

/// How many types `list` shows as failed, and of how many.
fn failed(expression: &str) -> (usize, usize) {
    let listed =
        maxpods(["list", "-o", "json", "--expression-dialect", "karpenter", "--expression", expression]);
    let rows: Vec<Value> = serde_json::from_str(&listed.stdout).expect("JSON");
    (rows.iter().filter(|row| row.get("error").is_some()).count(), rows.len())
}

#[test]
fn a_failure_on_another_type_is_a_warning() {
    check_each(
        [
            ("max_pods - 10", "19", "a1.medium (the result is -2; karpenter takes 0 to 2147483647)"),
            ("{'m5.large': 20}[instance_type]", "20", "a1.medium (this map has no key \"a1.medium\")"),
            ("max_pods / (default_enis - 4)", "", "a1.medium (the result is"),
            ("100 / (default_enis - 4) + 200", "100", "a1.xlarge (100 / 0 divides by zero)"),
            (
                "instance_type == 'm5.large' ? 7 : int(double('0x' + instance_type))",
                "7",
                "a1.medium (maxpods does not cover hexadecimal doubles of CEL: this expression may be right, and \
                 cannot be tried here)",
            ),
        ],
        |(expression, pods, first)| {
            if pods.is_empty() {
                // If the expression fails for the type itself, there is no number.
                karpenter(&["--expression", expression]).error(1);
                return;
            }
            let (failed, all) = failed(expression);
            let warning = format!(
                "warning: Karpenter evaluates an expression on every instance type, and one failure makes the \
                 whole EC2NodeClass not ready: this one fails for {failed} of {all} types, first for {first}"
            );
            let run = karpenter(&["--expression", expression]);
            assert!(run.stderr.starts_with(&warning) && run.stderr.lines().count() == 1, "{}", run.stderr);
            assert_eq!(run.answer(), format!("{pods}\n"));
            // The number of one type is right all the same, in every format that shows it.
            let json = karpenter(&["--expression", expression, "-o", "json"]);
            assert!(json.stderr.starts_with(&warning), "{}", json.stderr);
            let quiet = karpenter(&["--expression", expression, "-q"]);
            assert_eq!(quiet.stderr, "");
            assert_eq!(quiet.answer(), format!("{pods}\n"));

            let error = karpenter(&["--expression", expression, "-o", "karpenter", "-q"]).error(1);
            assert!(error.starts_with(&warning.replacen("warning", "error", 1)), "{error}");
            assert!(error.contains("\n  help: maxpods list --expression-dialect karpenter "), "{error}");
        },
    );
}

#[test]
fn an_expression_that_holds_on_every_type_is_shown() {
    check_each(
        [
            "min(110, max_pods)",
            // The table does not know the vCPUs of every type, and EC2 tells Karpenter.
            "min(110, vcpus * 10) + memory_mib / 1000000",
            "instance_type in {'m5.large': 20} ? {'m5.large': 20}[instance_type] : max_pods",
            "instance_type.matches('^(m5|c5)[.]') ? 58 : 110",
            "0.0 / 0.0 < 1.0 ? 1 : 2",
        ],
        |expression| {
            let run = karpenter(&["--expression", expression, "-o", "karpenter"]);
            assert_eq!(run.stderr, "", "{expression}");
            let yaml = YamlLoader::load_from_str(&run.answer()).expect("YAML");
            assert_eq!(yaml[0]["spec"]["kubelet"]["maxPods"].as_str(), Some(expression));
        },
    );
}

#[test]
fn nodeadm_evaluates_it_on_its_own_type_alone() {
    check_each(["nodeadm", "nodeadm-next"], |dialect| {
        for format in ["value", "nodeadm"] {
            let words = ["--expression", "max_pods - 10", "--expression-dialect", dialect, "-o", format];
            let run = maxpods([&["--instance-type", "m5.large"], &words[..]].concat());
            assert_eq!(run.stderr, "");
            run.answer();
        }
    });
}
