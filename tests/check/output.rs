//! The formats, the summary, and the exit codes.

use super::{SINGLE, check, report};
use crate::support::{check_each, maxpods, temp_file};

const OVER: &str = "[settings.kubernetes]\n\tmax-pods = 30 # é\n";
/// The type, and the CNI as it is set there: a number above what single addresses allow is an error.
const M5: &str = "--instance-type m5.large --cni-prefix-delegation-enabled=false";

#[test]
fn text_shows_the_line_and_what_to_do() {
    let run = check(M5, OVER);
    let expected = "stdin:2:13: error[over-allowed]: 30 pods are more than the network has addresses for on m5.large (29); \
                    the number that fits is 29\n     max-pods = 30 # \\u{e9}\n                ^\n  help: max-pods = 29 # é\n  help: or, for \
                    this number, switch prefixes on: kubectl set env daemonset aws-node -n kube-system ENABLE_PREFIX_DELEGATION=true \
                    WARM_PREFIX_TARGET=1\n\n1 file, 1 document checked: 1 error, 0 warnings, 0 notes\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(1), expected, ""));
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let settings = format!(
        "settings.kubernetes = {{ cluster-name = \"{}\", max-pods = 30, a = \"{}\" }}\n",
        "x".repeat(500),
        "y".repeat(500)
    );
    let run = check(M5, settings);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[1].starts_with("    ...") && lines[1].ends_with("...") && lines[1].chars().count() < 111,
        "{lines:?}"
    );
    let caret = lines[2].chars().position(|c| c == '^').unwrap();
    assert!(lines[1].chars().skip(caret).collect::<String>().starts_with("30,"), "{lines:?}");
}

#[test]
fn nothing_in_a_file_steers_the_terminal() {
    let input = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups:\n- name: \"a\\e[2J\u{202e}\"\n  maxPodsPerNode: \
                 \"\\e]0;x\\a\"\n  instanceType: \"x\\e[1m\"\n";
    for format in ["text", "json", "github", "sarif", "gitlab", "junit"] {
        let run = check(&format!("-o {format}"), input);
        let steers = |c: char| c != '\n' && maxpods::text::Escaped::steers(c);
        assert!(!run.stdout.contains(steers) && !run.stderr.contains(steers), "{run:?}");
        assert_eq!(run.code, Some(1), "{run:?}");
    }
}

#[test]
fn github_annotations() {
    let run = check(&format!("{M5} -o github"), OVER);
    assert!(
        run.stdout
            .starts_with("::error file=stdin,line=2,col=13,title=maxpods%3A over-allowed::30 pods are more"),
        "{run:?}"
    );
    assert!(run.stdout.contains("%0Ahelp: max-pods = 29 # é%0Ahelp: or, for"), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 2);
    assert!(check("-o github", OVER).stdout.starts_with("::notice "));
    assert!(check(&format!("{M5} -o github"), OVER.replace("30", "14")).stdout.starts_with("::warning "));
}

#[test]
fn json_has_what_the_contract_says() {
    let (_, report) = report(M5, OVER);
    let finding = report["findings"][0].as_object().unwrap();
    let keys: Vec<_> = finding.keys().map(String::as_str).collect();
    for key in [
        "file",
        "line",
        "column",
        "level",
        "rule",
        "message",
        "help",
        "instanceTypes",
        "maxPods",
        "allowed",
        "recommended",
    ] {
        assert!(keys.contains(&key), "{key}: {keys:?}");
    }
    assert_eq!(
        report["summary"],
        serde_json::json!({"files": 1, "documents": 1, "ignoredDocuments": 0, "errors": 1, "warnings": 0, "notes": 0})
    );
    // Fields that do not apply are left out.
    let (_, report) = super::report("", OVER);
    assert!(report["findings"][0].get("allowed").is_none(), "{report}");
}

#[test]
fn files_that_hold_nothing_to_check() {
    for (text, ignored) in [
        ("", 0),
        ("\n---\n\n", 0),
        ("a: b\n---\nkind: Pod\n", 2),
        ("{\"a\": 1}", 1),
        ("[package]\nname = 'x'\n", 1),
    ] {
        let run = check("", text);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stderr.starts_with("warning: nothing to check"), "{run:?}");
        assert_eq!(run.stdout.contains("passed over"), ignored > 0, "{run:?}");
        assert_eq!(check("-q", text).stderr, "");
        assert_eq!(report("", text).1["summary"]["ignoredDocuments"], ignored, "{text}");
    }
    let terraform = "# c\nresource \"aws_launch_template\" \"a\" {\n  name = \"x\"\n}\n";
    assert_eq!(report("", terraform).0, Some(0));
}

#[test]
fn other_files_are_still_checked() {
    let (wrong, broken) =
        (temp_file(OVER), temp_file("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\na: [\n"));
    let missing = broken.path().with_extension("missing");
    let run = maxpods(
        ["check", SINGLE, "--instance-type", "m5.large"]
            .iter()
            .map(|word| std::path::Path::new(*word))
            .chain([missing.as_path(), broken.path(), wrong.path()]),
    );
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stdout.contains("error[over-allowed]"), "{run:?}");
    assert!(run.stderr.contains(&format!("cannot read '{}'", missing.display())), "{run:?}");
    assert!(run.stderr.contains(&format!("{}: line ", broken.path().display())), "{run:?}");
}

#[test]
fn wrong_command_lines() {
    check_each(
        [
            (vec!["check"], "<PATH>"),
            (vec!["check", "-", "--instance-type", "m5.large,"], "--instance-type"),
            (vec!["check", "-", "--instance-type", "m5.largee"], "unknown instance type 'm5.largee'"),
            (vec!["check", "-", "-"], "stdin"),
            (vec!["check", "-", "--instance-types-file", "-"], "stdin"),
            (vec!["check", "-", "-o", "xml"], "xml"),
        ],
        |(words, says)| {
            let error = maxpods(words).error(2);
            assert!(error.contains(says), "{error}");
        },
    );
}
