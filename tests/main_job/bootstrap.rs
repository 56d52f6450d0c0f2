//! The formats for AL2's `bootstrap.sh`. A shell passes them to a script that reads its arguments as
//! `bootstrap.sh` does.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tempfile::TempDir;

use crate::readme::block;
use crate::support::check_each;

/// Reads arguments as `bootstrap.sh` does: it takes the word after an option as the option's value, and every
/// other word as the cluster's name. Then it prints what it was given.
const BOOTSTRAP: &str = r#"#!/bin/bash
set -o errexit -o nounset
use_max_pods=true extra= positional=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --use-max-pods) use_max_pods=$2; shift 2 ;;
        --kubelet-extra-args) extra=$2; shift 2 ;;
        *) positional+=("$1"); shift ;;
    esac
done
printf 'cluster %s; --use-max-pods %s; kubelet: %s\n' "${positional[*]}" "$use_max_pods" "$extra"
"#;

/// Runs a line of user data. Returns what the stand-in for `bootstrap.sh` prints.
fn boot(line: &str) -> String {
    let folder = TempDir::new().expect("a temporary folder");
    let bootstrap = folder.path().join("bootstrap.sh");
    std::fs::write(&bootstrap, BOOTSTRAP).expect("a script");
    std::fs::set_permissions(&bootstrap, std::fs::Permissions::from_mode(0o755)).expect("our own file");
    let line = line
        .replace("/etc/eks/bootstrap.sh", "./bootstrap.sh")
        .replace("maxpods --instance-type", &format!("'{}' --instance-type", env!("CARGO_BIN_EXE_maxpods")));
    let output = Command::new("bash").args(["-c", &line]).current_dir(&folder).output().expect("bash");
    assert!(output.status.success(), "{line}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_number_reaches_the_kubelet() {
    let example = block("/etc/eks/bootstrap.sh my-cluster");
    check_each(
        [
            example.as_str(),
            // A person pastes the arguments; `eval` does the same.
            r#"eval "./bootstrap.sh my-cluster $(maxpods --instance-type m5.24xlarge -o bootstrap --max-pods-ceiling 110)""#,
            r#"eval "./bootstrap.sh my-cluster --use-max-pods false $(maxpods --instance-type m5.24xlarge -o launch-template --max-pods-ceiling 110)""#,
        ],
        |line| {
            let booted = "cluster my-cluster; --use-max-pods false; kubelet: --max-pods=110\n";
            assert_eq!(boot(line), booted, "{line}");
        },
    );
}

/// The guide says why this form is wrong.
#[test]
fn a_shell_does_not_interpret_quotes_that_come_out_of_a_command_substitution() {
    assert_eq!(
        boot("./bootstrap.sh my-cluster $(maxpods --instance-type m5.large -o bootstrap)"),
        "cluster my-cluster; --use-max-pods false; kubelet: '--max-pods=29'\n"
    );
}
