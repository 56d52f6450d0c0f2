//! The exit codes of `maxpods verify`: 0 if every node is right, 1 if a node is off, 2 if nothing could be said.
//! CI must be able to tell a wrong cluster from a check that did not run.

use crate::support::cluster::{list, node};
use crate::support::{check_each, command, run};

#[test]
fn a_finding_and_a_failure_are_told_apart() {
    let right = list(&[node("n", "m5.large", "29")]);
    let off = list(&[node("n", "m5.large", "30")]);
    check_each(
        [
            ("a right cluster", "verify -q", right.as_str(), 0),
            ("a node that is off", "verify -q", &off, 1),
            ("no node", "verify", &list(&[]), 2),
            ("no input", "verify", "", 2),
            ("malformed input", "verify", "{", 2),
            ("no such file", "verify no/such/file", "", 2),
            ("a damaged file of another option", "verify --cni-from-daemonset -", "{}", 2),
            ("damaged facts", "verify --instance-types-file - Cargo.toml", "{}", 2),
            ("a wrong option", "verify --no-such-option", &right, 2),
        ],
        |(why, line, input, code)| {
            let run = run(command().args(line.split_whitespace()), input.as_bytes());
            assert_eq!(run.code, Some(code), "{why}: {run:?}");
            // A verdict is on stdout, and a failure is on stderr. There are never both.
            assert_eq!(run.stdout.is_empty(), code == 2, "{why}: {run:?}");
            assert_eq!(run.stderr.starts_with("error: "), code == 2, "{why}: {run:?}");
        },
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_verdict_that_cannot_be_written_is_no_verdict() {
    use std::fs::File;
    use std::process::Stdio;

    let input = crate::support::temp_file(list(&[node("n", "m5.large", "30")]));
    let full = File::options().write(true).open("/dev/full").expect("/dev/full");
    let output = command()
        .args(["verify", "-q"])
        .arg(input.path())
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("a run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.starts_with("error: cannot write the answer to stdout: "), "{stderr}");
}
