//! Input that is made to take much time, memory or stack: each was found to do so once. The benchmark `growth` gives the
//! readers more of it.
//!
//! The limits are those of the debug build on a busy machine: the rule for users is in the benchmark.

#[path = "../bench/hostile/mod.rs"]
mod hostile;
#[path = "../bench/measured.rs"]
mod measured;

use std::time::Duration;

use crate::support::{Run, check_each, in_no_account, run};

/// The size of the inputs that do little harm with less.
const BYTES: usize = 5_000;

/// Parts of the names of those that are decoded to many megabytes: the benchmark alone has them.
const LARGE: [&str; 4] = ["gzip", "compressed", "MIME: 60 parts", "many megabytes"];

/// The longest that any of them may take, in seconds of processor time.
const SECONDS: f64 = 8.0;

/// The most memory that any of them may take: the rule's 100 MB, and what the debug build has beside it.
const MOST_KIB: u64 = 150 << 10;

/// Runs the binary on a stack of 1 MiB, which is what Windows gives the first thread.
fn on_small_stack(args: &[&str], input: &[u8]) -> Run {
    let mut command = measured::in_small_stack(env!("CARGO_BIN_EXE_maxpods"));
    run(in_no_account(&mut command).args(args), input)
}

#[test]
fn every_reader_answers_hostile_input_soon_and_with_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let quick = hostile::all().filter(|input| !LARGE.iter().any(|part| input.name.contains(part)));
    check_each(quick.map(|input| (input.name, input)), |(_, input)| {
        let bytes = (input.make)(BYTES.min(input.most));
        let path = folder.path().join(input.file);
        std::fs::write(&path, &bytes).expect("the file is written");
        // Without optimisation, the parser of Terraform's language alone needs more than that stack.
        let mut command = if input.name.starts_with("HCL") {
            crate::support::command()
        } else {
            measured::in_small_stack(env!("CARGO_BIN_EXE_maxpods"))
        };
        let args =
            input.args.split(' ').map(|arg| if arg == "FILE" { path.as_os_str() } else { arg.as_ref() });
        let run = measured::run(in_no_account(&mut command).args(args), Duration::from_secs(60));
        let run = run.expect("it runs");
        assert!(matches!(run.code, Some(0..=2)), "{run:?}");
        assert!(run.seconds < SECONDS, "{run:?}");
        assert!(run.peak_kib.is_none_or(|peak| peak < MOST_KIB + 4 * (bytes.len() as u64 >> 10)), "{run:?}");
    });
}

#[test]
fn what_is_nested_too_deeply_is_refused_on_a_small_stack() {
    let aws_node =
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: aws-node, namespace: kube-system}\n";
    let cluster = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n";
    let chain: Vec<_> = (0..2000).map(|i| format!("a{0}: &a{0} [*a{i}]\n", i + 1)).collect();
    let chain = chain.concat();
    let list = r#"{"kind":"List","items":["#.repeat(16_000);
    let claimed = format!(r#"{{"apiVersion":"eksctl.io/v1alpha5","kind":"ClusterConfig","x":{list}"#);
    check_each(
        [
            ("a chain of aliases in a DaemonSet", format!("{aws_node}a0: &a0 x\n{chain}")),
            ("a chain of aliases in a ClusterConfig", format!("{cluster}a0: &a0 x\n{chain}")),
            ("lists in lists", claimed),
        ],
        |(_, input)| {
            let error = on_small_stack(&["check", "-q", "-"], input.as_bytes()).error_of_file();
            assert!(error.contains("nested deeper") || error.contains("recursion"), "{error}");
        },
    );
}

impl Run {
    /// The error about a file that cannot be read, beside a report without findings.
    #[track_caller]
    fn error_of_file(self) -> String {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert!(self.stderr.starts_with("error: stdin: line "), "{self:?}");
        self.stderr
    }
}

#[test]
fn one_text_that_many_groups_share_is_told_once() {
    let script = "#!/bin/bash\\n/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n";
    let cluster = format!(
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nx: &s \"{script}\"\nnodeGroups:\n{}",
        "- {amiFamily: AmazonLinux2, ami: a, instanceType: m5.large, overrideBootstrapCommand: *s}\n"
            .repeat(50)
    );
    let (code, found) = crate::check::findings(crate::check::SINGLE, cluster);
    assert_eq!(
        (code, found),
        (Some(1), vec!["error over-allowed 3:4".to_owned(), "note bootstrap-max-pods 3:4".into()])
    );
}

#[test]
fn user_data_with_many_parts_is_not_read_for_each_that_shares_it() {
    let script = "/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n".repeat(100);
    let cluster = format!(
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nx: &s \"#!/bin/bash\\n{script}\"\nnodeGroups:\n{}",
        "- {amiFamily: AmazonLinux2, ami: a, overrideBootstrapCommand: *s}\n".repeat(500)
    );
    let error = on_small_stack(&["check", "-q", "-"], cluster.as_bytes()).error_of_file();
    assert!(error.contains("so many share it, that it is not read again"), "{error}");
}

#[test]
fn an_expression_for_karpenter_that_begins_with_a_sign_is_one() {
    let class = |number: &str| {
        format!(
            "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {{name: a}}\nspec: {{kubelet: {{maxPods: {number}}}}}\n"
        )
    };
    for number in ["-2 + max_pods", "'-2 + max_pods'", "'29'"] {
        let (_, found) = crate::check::findings("--instance-type m5.large", class(number));
        assert!(!found.iter().any(|row| row.contains("number-ignored")), "{number}: {found:?}");
    }
    // The answer of the main job for Karpenter is taken.
    let printed = crate::support::maxpods([
        "--instance-type",
        "m5.large",
        "--expression=-2 + max_pods",
        "-o",
        "karpenter",
    ]);
    let (code, found) = crate::check::findings("--instance-type m5.large", printed.answer());
    assert!(code == Some(0) && !found.iter().any(|row| row.contains("number-ignored")), "{found:?}");
}

#[test]
fn numbers_are_those_of_gos_yaml() {
    let config = |number: &str| crate::check::node_config(&format!("config: {{maxPods: {number}}}"));
    check_each(
        [
            ("0110", "error over-allowed"),
            ("035", ""),
            ("29.0", ""),
            ("2.9e1", ""),
            ("30.0", "error over-allowed"),
            ("9999999999", "error number-ignored"),
            ("29.5", "error number-ignored"),
            ("0", "error kubelet-default"),
        ],
        |(number, expected)| {
            let line = format!("--instance-type m5.large {}", crate::check::SINGLE);
            let (_, found) = crate::check::findings(&line, config(number));
            let first = found.first().map_or("", |row| row.rsplit_once(' ').expect("a place").0);
            assert_eq!(first, expected, "{found:?}");
        },
    );
}

#[test]
fn the_order_of_files_changes_no_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let class = "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec: {kubelet: {maxPods: 500}}\n";
    let pool = |name: &str, family: &str| {
        format!(
            "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{nodeClassRef: {{name: a}}, requirements: [{{key: karpenter.k8s.aws/instance-family, operator: In, values: [{family}]}}]}}}}}}\n"
        )
    };
    for (name, text) in
        [("c.yaml", class.to_owned()), ("p.yaml", pool("p", "m5")), ("q.yaml", pool("q", "c5"))]
    {
        std::fs::write(folder.path().join(name), text).expect("the file is written");
    }
    let report = |order: [&str; 3]| {
        let files = order.map(|name| folder.path().join(name));
        let args = ["check", "-q", "-o", "json", crate::check::SINGLE].map(Into::into);
        let run =
            crate::support::maxpods(args.into_iter().chain(files.map(std::path::PathBuf::into_os_string)));
        let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        report["summary"].clone()
    };
    let first = report(["c.yaml", "p.yaml", "q.yaml"]);
    assert_eq!(first["errors"], 1, "{first}");
    assert_eq!(first, report(["q.yaml", "p.yaml", "c.yaml"]));
    assert_eq!(first, report(["p.yaml", "c.yaml", "q.yaml"]));
}
