//! `maxpods check`: what it finds in configuration, what it says of it, and how it ends.

mod bad_input;
mod ci_formats;
mod config_file;
mod defaults;
mod eksctl;
mod folders;
mod hcl;
mod injection;
mod karpenter;
mod not_ours;
mod other_cni;
mod output;
mod own;
mod remedies;
mod round_trip;
mod rules;
mod rules_page;
mod sarif;
mod selection;
mod settings;
mod terraform;
mod user_data;

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, command, run};

/// The CNI as it is set in many of these tests: a number above what single addresses allow is an error there, and not a
/// question.
pub const SINGLE: &str = "--cni-prefix-delegation-enabled=false";

/// Checks a text, which is stdin.
pub fn check(line: &str, input: impl AsRef<[u8]>) -> Run {
    run(command().arg("check").args(line.split_whitespace()).arg("-"), input.as_ref())
}

/// The exit code, and each finding as `level rule line:column`, in the order of the report.
#[track_caller]
pub fn findings(line: &str, input: impl AsRef<[u8]>) -> (Option<i32>, Vec<String>) {
    let (code, report) = report(line, input);
    let rows = report["findings"].as_array().expect("a list of findings").iter().map(|row| {
        let text = |key: &str| row[key].as_str().expect("a text").to_owned();
        format!("{} {} {}:{}", text("level"), text("rule"), row["line"], row["column"])
    });
    (code, rows.collect())
}

/// The exit code and the JSON of a run.
#[track_caller]
pub fn report(line: &str, input: impl AsRef<[u8]>) -> (Option<i32>, Value) {
    let run = check(&format!("-q -o json {line}"), input);
    (run.code, serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}")))
}

/// A folder with these files.
pub fn tree<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(path, content).expect("the file is written");
    }
    folder
}

/// Checks in a folder. The names of files have forward slashes in what is printed.
pub fn check_in(folder: &Path, words: &[&str]) -> Run {
    let mut run = run(command().current_dir(folder).arg("check").args(words), b"");
    if cfg!(windows) {
        run.stdout = run.stdout.replace('\\', "/");
        run.stderr = run.stderr.replace('\\', "/");
    }
    run
}

/// Each finding of a check in a folder as `level rule`, in the order of the report.
#[track_caller]
pub fn findings_in(folder: &Path, words: &[&str]) -> Vec<String> {
    let run = check_in(folder, &[&["-q", "-o", "json"], words].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let rows = report["findings"].as_array().expect("a list of findings");
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    rows.iter().map(|row| format!("{} {}", text(row, "level"), text(row, "rule"))).collect()
}

/// A `NodeConfig` with this under `spec.kubelet`, indented by two.
pub fn node_config(kubelet: &str) -> String {
    format!("apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n{}", indent(4, kubelet))
}

/// A `ClusterConfig` with one managed node group of these fields.
pub fn managed(group: &str) -> String {
    format!(
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmanagedNodeGroups:\n- name: a\n{}",
        indent(2, group)
    )
}

/// The text with every line moved to the right.
pub fn indent(by: usize, text: &str) -> String {
    text.lines().flat_map(|line| [" ".repeat(by), line.into(), "\n".into()]).collect()
}
