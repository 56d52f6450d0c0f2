//! A stand-in for kubectl: its arguments, and each way in which it can end.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Stdio;

use super::*;
use crate::support::check_each;

const PRINT: &str = "cat \"$cluster\"";

#[test]
fn kubectl_is_asked_for_nodes_and_daemonsets() {
    let stand_in = StandIn::of_one_node("printf '%s\\n' \"$@\" >\"$here/args\"; cat \"$cluster\"", "29");
    check_each(
        [
            (&[][..], ""),
            (&["--context", "prod"], "--context=prod\n"),
            (
                &["--cluster", "c", "--kubeconfig", "a b", "--context=-x"],
                "--context=-x\n--kubeconfig=a b\n--cluster=c\n",
            ),
            (&["--cni-version", "1.19.2"], ""),
        ],
        |(args, handed_on)| {
            let run = stand_in.verify(args);
            assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
            assert!(run.stdout.ends_with("\n1 node: 1 ok, 0 over, 0 under, 0 unknown, 0 skipped\n"));
            assert_eq!(stand_in.wrote("args"), format!("get\nnodes,daemonsets\n-A\n-o\njson\n{handed_on}"));
        },
    );
    assert_eq!(StandIn::of_one_node(PRINT, "30").verify(&[]).code, Some(1));
}

#[test]
fn the_verdicts_are_those_of_the_same_text_on_stdin() {
    let items = [node("a", "m5.large", "30"), node("b", "x99.large", "1"), aws_node(AWS_NODE_1_19, &[])];
    let text = list(&items);
    let stand_in = StandIn::new(PRINT, &text);
    check_each(["table", "json", "csv", "markdown", "github"], |format| {
        let asked = stand_in.verify(&["-o", format]);
        let piped = super::super::verify(&format!("-o {format}"), &text);
        assert_eq!((asked.code, asked.stdout, asked.stderr), (piped.code, piped.stdout, piped.stderr));
    });
}

#[test]
fn where_kubectl_fails_nothing_is_said_of_the_nodes() {
    let right = |script: &str| StandIn::of_one_node(script, "29");
    let forbidden = "Error from server (Forbidden): nodes is forbidden";
    check_each(
        [
            ("nothing but an error", format!("echo '{forbidden}' >&2; exit 1"), forbidden),
            ("an error after all nodes", format!("{PRINT}; echo '{forbidden}' >&2; exit 1"), forbidden),
            ("an error among the nodes", "head -c 1000 \"$cluster\"; exit 3".into(), "exit status: 3"),
            ("killed", format!("{PRINT}; kill -9 $$"), "signal: 9"),
            ("nothing", "exit 1".into(), "exit status: 1"),
        ],
        |(why, script, says)| {
            let run = right(&script).verify(&["-o", "json"]);
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{why}: {run:?}");
            assert!(run.stderr.contains(says), "{why}: {run:?}");
            assert!(run.stderr.contains("kubectl' failed ("), "{why}: {run:?}");
            assert!(run.stderr.contains("so nothing was checked\n  help: "), "{why}: {run:?}");
        },
    );
}

#[test]
fn what_kubectl_says_is_passed_on() {
    let stand_in = StandIn::of_one_node("echo 'Warning: old API' >&2; cat \"$cluster\"", "29");
    let run = stand_in.verify(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), "Warning: old API\n"));
}

#[test]
fn other_output_than_kubectls_is_refused() {
    check_each(
        [
            (
                "echo",
                "",
                "line 1, column 1: not a Kubernetes object in JSON",
                "is the program that --kubectl",
            ),
            (PRINT, "{\"kind\":\"List\",\"items\":[]}", "there are no nodes in it", "--context NAME"),
            (PRINT, "{\"kind\":\"List\",", "line 1, column ", "is the program that --kubectl"),
            ("true", "", "there are no nodes: it is empty", "--context NAME"),
            (
                PRINT,
                r#"{"kind":"Node"}{"kind":"DaemonSet","metadata":{"name":"aws-node"}}"#,
                "the aws-node DaemonSet has no container aws-node",
                "--cni-from-daemonset FILE",
            ),
        ],
        |(script, cluster, says, help)| {
            let script = if script == "echo" { "echo NAME STATUS" } else { script };
            let error = StandIn::new(script, cluster).verify(&[]).error(2);
            assert!(error.starts_with("error: the output of '"), "{error}");
            assert!(error.contains(says) && error.contains(help), "{error}");
        },
    );
}

#[test]
fn a_program_that_cannot_be_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("no\u{1b}kubectl");
    check_each([missing.as_path(), folder.path()], |program| {
        let error = run(command().args(["verify", "--kubectl"]).arg(program), b"").error(2);
        assert!(error.starts_with("error: cannot run '"), "{error}");
        assert!(error.contains("  help: install kubectl or name it with --kubectl PROGRAM"), "{error}");
        assert!(!error.contains('\u{1b}'), "{error}");
    });
}

#[test]
fn kubectl_ends_where_its_text_is_refused() {
    let stand_in =
        StandIn::new("echo $$ >\"$here/pid\"; trap '' PIPE; while :; do echo x; done 2>/dev/null", "");
    // The message is about the text, and not about the signal that ended the stand-in.
    let error = stand_in.verify(&[]).error(2);
    assert!(error.contains("not a Kubernetes object in JSON"), "{error}");
    assert!(!is_running(stand_in.process()));
}

#[test]
fn a_signal_to_the_group_ends_both() {
    let stand_in = StandIn::new("echo $$ >\"$here/pid\"; exec sleep 600", "");
    let mut command = command();
    command.args(["verify", "--kubectl"]).arg(stand_in.program());
    // With Ctrl-C, a terminal sends a signal to all processes of the group. The signal here is SIGTERM, because
    // tests that run in the background of a script ignore SIGINT, and so would the two processes.
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null());
    let mut maxpods = command.spawn().expect("it starts");
    wait_until("the stand-in runs", || stand_in.wrote("pid").ends_with('\n'));
    let signalled =
        Command::new("kill").args(["-TERM", "--", &format!("-{}", maxpods.id())]).status().expect("kill");
    assert!(signalled.success());
    assert_eq!(maxpods.wait().expect("it ends").signal(), Some(15));
    wait_until("the stand-in ends", || !is_running(stand_in.process()));
}

#[test]
fn a_file_beside_an_option_for_kubectl_is_refused() {
    check_each(["--context", "--kubeconfig", "--cluster", "--kubectl"], |option| {
        for file in ["Cargo.toml", "-"] {
            let error = run(command().args(["verify", file, option, "x"]), b"").error(2);
            assert!(error.contains(&format!("'[FILE]' cannot be used with '{option} <")), "{error}");
        }
    });
}

#[test]
fn stdin_is_free_for_another_file() {
    let prefixes = pretty(&aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]));
    // The stand-in must not read it either.
    let stand_in = StandIn::of_one_node("cat >\"$here/stdin\"; cat \"$cluster\"", "110");
    let mut command = command();
    command.args(["verify", "--cni-from-daemonset", "-", "--kubectl"]).arg(stand_in.program());
    let run = run(&mut command, prefixes.as_bytes());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(stand_in.wrote("stdin"), "");
}
