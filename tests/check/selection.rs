//! The choice of rules, their explanations, and the exit code.

use super::{check, findings};
use crate::support::{check_each, words};

const OVER: &str = "[settings.kubernetes]\nmax-pods = 500\n";
/// A file with an error and two notes.
const TYPES: &str = "--instance-type t3.medium,m5.4xlarge --cni-prefix-delegation-enabled=false";

#[test]
fn rules_are_left_out_or_chosen() {
    let all = findings(TYPES, OVER);
    assert_eq!(all, (Some(1), vec!["error over-allowed 2:12".into(), "note mixed-types 2:12".into()]));
    check_each(
        [
            ("--ignore mixed-types", Some(1), vec!["error over-allowed 2:12"]),
            ("--ignore over-allowed", Some(0), vec!["note mixed-types 2:12"]),
            ("--ignore over-allowed,mixed-types", Some(0), vec![]),
            ("--ignore over-allowed --ignore mixed-types", Some(0), vec![]),
            ("--only over-allowed", Some(1), vec!["error over-allowed 2:12"]),
            ("--only mixed-types,not-judged", Some(0), vec!["note mixed-types 2:12"]),
            ("--only mixed-types --ignore mixed-types", Some(0), vec![]),
        ],
        |(options, code, expected)| {
            assert_eq!(
                findings(&format!("{TYPES} {options}"), OVER),
                (code, expected.into_iter().map(Into::into).collect())
            );
        },
    );
}

#[test]
fn comments_silence_findings_of_their_line_or_the_next() {
    let line = "max-pods = 500";
    check_each(
        [
            (format!("{line} # maxpods: ignore"), vec![]),
            (format!("# maxpods: ignore\n{line}"), vec![]),
            (format!("{line} # maxpods: ignore[mixed-types, over-allowed] for a reason"), vec![]),
            (format!("{line} # maxpods: ignore[mixed-types]"), vec!["error over-allowed 2:12"]),
            (
                format!("{line} # maxpods: ignore[mixed-types,over-allowed,expression]"),
                vec!["note unused-ignore 2:18"],
            ),
            (
                format!("# maxpods: ignore\n\n{line}"),
                vec!["note unused-ignore 2:3", "error over-allowed 4:12", "note mixed-types 4:12"],
            ),
        ],
        |(text, expected)| {
            let input = format!("[settings.kubernetes]\n{text}\n");
            assert_eq!(findings(TYPES, &input).1, expected);
        },
    );
}

/// A comment about a rule that is left out in this run still has its use in others.
#[test]
fn a_comment_about_a_rule_that_is_left_out_is_not_unused() {
    let input = "[settings.kubernetes]\nmax-pods = 500 # maxpods: ignore[mixed-types]\n";
    assert_eq!(findings(&format!("{TYPES} --ignore mixed-types"), input).1, ["error over-allowed 2:12"]);
    assert_eq!(findings(&format!("{TYPES} --only over-allowed"), input).1, ["error over-allowed 2:12"]);
    let unused = "[settings.kubernetes]\nmax-pods = 500 # maxpods: ignore[expression]\n";
    assert_eq!(findings(&format!("{TYPES} --only unused-ignore"), unused).1, ["note unused-ignore 2:18"]);
    assert_eq!(
        findings(&format!("{TYPES} --ignore unused-ignore,mixed-types"), unused).1,
        ["error over-allowed 2:12"]
    );
}

#[test]
fn the_rules_are_listed_and_each_is_explained() {
    let list = words("check --rules").answer();
    let mut lines = list.lines();
    assert!(lines.next().unwrap().starts_with("RULE "));
    let rules: Vec<_> = lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect();
    assert!(rules.len() >= 19 && rules.contains(&"unused-ignore".into()), "{rules:?}");
    check_each(rules, |rule| {
        let text = words(&format!("check --explain {rule}")).answer();
        assert!(text.starts_with(&format!("{rule}\nLevel: ")), "{text}");
        for part in ["\nWhy it matters\n  ", "\nHow to mend it\n  ", "\nExample\n  "] {
            assert!(text.contains(part), "{text}");
        }
        assert!(text.ends_with(&format!("check-rules.md#{rule}\n")), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 160), "{text}");
    });
}

#[test]
fn how_it_ends() {
    let under = OVER.replace("500", "3");
    check_each(
        [
            ("an error", TYPES, OVER, Some(1)),
            ("a warning", TYPES, &under, Some(0)),
            ("a warning, strictly", "--strict --instance-type m5.large", &under, Some(1)),
            ("a note, strictly", "--strict", OVER, Some(0)),
            ("an error, for information", "--exit-zero --instance-type m5.large", OVER, Some(0)),
            ("a warning, for information", "--exit-zero --strict --instance-type m5.large", &under, Some(0)),
            ("no answer is none for any", "--exit-zero", "[settings.kubernetes]\nmax-pods = [\n", Some(2)),
        ],
        |(_, line, input, code)| assert_eq!(check(line, input).code, code),
    );
}

#[test]
fn wrong_command_lines() {
    check_each(
        [
            ("check --rules .", "cannot be used with"),
            ("check --explain", "--explain"),
            ("check --explain over-allow", "a similar value exists: 'over-allowed'"),
            ("check - --ignore mixed-type", "a similar value exists: 'mixed-types'"),
            ("check - --only all", "possible values: over-allowed"),
            ("check - --cni calico", "possible values: vpc, other"),
            ("check --config-schema --rules", "cannot be used with"),
        ],
        |(line, says)| {
            let error = words(line).error(2);
            assert!(error.contains(says), "{error}");
        },
    );
}

#[test]
fn another_cni_has_addresses_for_all() {
    assert_eq!(findings("--instance-type m5.large --cni other", OVER), (Some(0), vec![]));
    assert_eq!(findings("--instance-type m5.large --cni vpc", OVER).0, Some(1));
}
