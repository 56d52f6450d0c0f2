//! The formats of GitLab and of `JUnit`, read back as their readers read them.

use std::collections::HashSet;

use serde::Deserialize;

use super::{check, check_in, managed, tree};

/// An entry of GitLab's report. Its `severity` has two more values, which are not used here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: Severity,
    location: Location,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Info,
    Minor,
    Major,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    begin: usize,
}

/// Two groups with the same wrong number, and a note on each.
const GROUPS: &str = "amiFamily: Bottlerocket\ninstanceTypes: [t3.medium, m5.4xlarge]\nmaxPodsPerNode: 500\n";

fn two_groups() -> String {
    let one = managed(GROUPS);
    let group = one.split_once("managedNodeGroups:\n").unwrap().1;
    format!("{one}{}", group.replace("name: a", "name: b"))
}

fn gitlab(input: &str) -> Vec<Issue> {
    let run = check("-o gitlab", input);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

#[test]
fn gitlab_reads_each_finding() {
    let issues = gitlab(&two_groups());
    let rows: Vec<_> =
        issues.iter().map(|one| (one.check_name.as_str(), &one.severity, one.location.lines.begin)).collect();
    assert_eq!(
        rows,
        [
            ("over-allowed", &Severity::Major, 7),
            ("mixed-types", &Severity::Info, 7),
            ("over-allowed", &Severity::Major, 11),
            ("mixed-types", &Severity::Info, 11),
        ]
    );
    assert!(
        issues.iter().all(|one| one.location.path == "stdin" && one.description.contains("\nhelp: ")),
        "{issues:?}"
    );
    assert_eq!(gitlab("").len(), 0);
    let folder = tree([("x/a.yaml", &*two_groups())]);
    let run = check_in(folder.path(), &["-o", "gitlab", "./x"]);
    let issues: Vec<Issue> = serde_json::from_str(&run.stdout).unwrap();
    assert!(run.code == Some(1) && issues.iter().all(|one| one.location.path == "x/a.yaml"), "{run:?}");
}

#[test]
fn fingerprints_are_of_their_own_and_stay() {
    let of = |input: &str| gitlab(input).into_iter().map(|one| one.fingerprint).collect::<Vec<_>>();
    let two = two_groups();
    let marks = of(&two);
    assert_eq!(marks.iter().collect::<HashSet<_>>().len(), 4, "{marks:?}");
    assert!(
        marks.iter().all(|mark| mark.len() == 32 && mark.bytes().all(|byte| byte.is_ascii_hexdigit())),
        "{marks:?}"
    );
    // A line above, or a group less behind, changes nothing.
    assert_eq!(of(&format!("# a comment\n\n{two}")), marks);
    assert_eq!(of(&managed(GROUPS)), marks[..2]);
    // They are the same in each version, or services would show every finding as a new one.
    assert_eq!(marks[0], "312e9352de02f80da6363862fb2d1c10");
    // Another number is another finding.
    assert!(of(&two.replace("500", "501")).iter().all(|mark| !marks.contains(mark)));
}

/// Windows has no files with such names.
#[cfg(unix)]
#[test]
fn junit_is_xml_with_a_case_for_each_finding() {
    let note = "[settings.kubernetes]\nmax-pods = 29\n";
    let folder = tree([
        ("a <&\"'>\u{1}.yaml", &*two_groups()),
        ("b.toml", note),
        ("c.yaml", "a: b\n"),
        ("d.yaml", &managed("amiFamily: Bottlerocket\ninstanceType: m5.large\nmaxPodsPerNode: 5\n")),
    ]);
    for (options, failures) in
        [(&["-q", "-o", "junit", "."][..], 2), (&["-q", "-o", "junit", "--strict", "."], 3)]
    {
        let run = check_in(folder.path(), options);
        assert_eq!(run.code, Some(1), "{run:?}");
        let document =
            roxmltree::Document::parse(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
        let all =
            |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).collect::<Vec<_>>();
        let (suites, suite, cases) = (all("testsuites"), all("testsuite"), all("testcase"));
        assert_eq!((suites.len(), suite.len(), cases.len()), (1, 1, 7), "{run:?}");
        assert_eq!(document.root_element(), suites[0]);
        for counted in [suites[0], suite[0]] {
            let count = |name: &str| counted.attribute(name).unwrap().parse::<usize>().unwrap();
            assert_eq!((count("tests"), count("failures"), count("errors")), (7, failures, 0));
        }
        assert_eq!(all("failure").len(), failures);
        for failure in all("failure") {
            assert!(["error", "warning"].contains(&failure.attribute("type").unwrap()));
            let (text, message) = (failure.text().unwrap(), failure.attribute("message").unwrap());
            assert!(text.contains(message) && text.contains("\nhelp: "), "{text}");
        }
        let odd = cases.iter().find(|case| case.attribute("name") == Some("over-allowed:7:19")).unwrap();
        assert_eq!(odd.attribute("classname"), Some("a <&\"'>\\u{1}.yaml"));
        let right =
            cases.iter().filter(|case| !case.has_children()).map(|case| case.attribute("classname").unwrap());
        assert_eq!(right.collect::<Vec<_>>(), ["c.yaml"]);
    }
}
