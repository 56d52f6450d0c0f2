//! The formats of `maxpods verify`, also with names that are made to be taken for commands.

use super::{report, verify};
use crate::support::check_each;
use crate::support::cluster::*;
use serde_json::json;

#[test]
fn every_format_tells_the_same() {
    let items = [
        aws_node(AWS_NODE_1_19, &[("MAX_ENI", "2")]),
        node("a", "m5.large", "20"),
        node("b", "m5.large", "29"),
        node("b2", "m5.large", "29"),
        node("c, \"c\"", "c5.4xlarge", "17"),
        node("d", "x99.large", "1"),
        labelled(node("e", "m5.large", "1"), COMPUTE_TYPE, "fargate"),
    ];
    let input = list(&items);

    let run = verify("", &input);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.stderr, "");
    let table = "\
NAME                        INSTANCE TYPE  PODS  RECOMMENDED  ALLOWED  VERDICT  REASON
a                           m5.large       20    20           20       ok       -
b                           m5.large       29    20           20       over     more pods than addresses
b2                          m5.large       29    20           20       over     more pods than addresses
c\\u{2c}\\u{20}\\u{22}c\\u{22}  c5.4xlarge     17    60           60       under    fewer than recommended
d                           x99.large      1     -            -        unknown  \
instance type not in the table
e                           m5.large       1     -            -        skipped  Fargate: each pod has its own machine

m5.large: 2 nodes over: set max pods to 20, or pods will wait in ContainerCreating
c5.4xlarge: 1 node under: set max pods to 60
x99.large: 1 node unknown: give the type's facts with --instance-types-file

6 nodes: 1 ok, 2 over, 1 under, 1 unknown, 1 skipped
";
    assert_eq!(run.stdout, table);

    let run = verify("-o csv", &input);
    assert_eq!(run.code, Some(1));
    let csv = "\
name,instance_type,pods,recommended,allowed,verdict,reason
a,m5.large,20,20,20,ok,
b,m5.large,29,20,20,over,more pods than addresses
b2,m5.large,29,20,20,over,more pods than addresses
c\\u{2c}\\u{20}\\u{22}c\\u{22},c5.4xlarge,17,60,60,under,fewer than recommended
d,x99.large,1,,,unknown,instance type not in the table
e,m5.large,1,,,skipped,Fargate: each pod has its own machine
";
    assert_eq!(run.stdout, csv);

    let markdown = verify("-o markdown", &input);
    let expected = "\
**6 nodes: 1 ok, 2 over, 1 under, 1 unknown, 1 skipped**

- m5.large: 2 nodes over: set max pods to 20, or pods will wait in ContainerCreating
- c5.4xlarge: 1 node under: set max pods to 60
- x99.large: 1 node unknown: give the type's facts with --instance-types-file

| Node | Instance type | Pods | Recommended | Allowed | Verdict | Reason |
| --- | --- | ---: | ---: | ---: | --- | --- |
| a | m5.large | 20 | 20 | 20 | ok | - |
| b | m5.large | 29 | 20 | 20 | over | more pods than addresses |
| b2 | m5.large | 29 | 20 | 20 | over | more pods than addresses |
| c\\\\u\\{2c\\}\\\\u\\{20\\}\\\\u\\{22\\}c\\\\u\\{22\\} | c5.4xlarge | 17 | 60 | 60 | under | fewer than recommended |
| d | x99.large | 1 | - | - | unknown | instance type not in the table |
| e | m5.large | 1 | - | - | skipped | Fargate: each pod has its own machine |
";
    assert_eq!((markdown.code, markdown.stdout.as_str()), (Some(1), expected));

    let github = verify("-o github", &input);
    let expected = "\
::error title=node b over::m5.large: pods 29, recommended 20, allowed 20: more pods than addresses. \
Help: set max pods to 20, or pods will wait in ContainerCreating
::error title=node b2 over::m5.large: pods 29, recommended 20, allowed 20: more pods than addresses. \
Help: set max pods to 20, or pods will wait in ContainerCreating
::warning title=node c\\u{2c}\\u{20}\\u{22}c\\u{22} under::c5.4xlarge: pods 17, recommended 60, allowed 60: \
fewer than recommended. Help: set max pods to 60
::warning title=node d unknown::x99.large: pods 1, recommended -, allowed -: instance type not in the table. \
Help: give the type's facts with --instance-types-file
6 nodes: 1 ok, 2 over, 1 under, 1 unknown, 1 skipped
";
    assert_eq!((github.code, github.stdout.as_str()), (Some(1), expected));

    let (code, report) = report("", &items);
    assert_eq!(code, Some(1));
    let expected = json!({
        "nodes": [
            {"name": "a", "instanceType": "m5.large", "pods": 20, "recommended": 20, "allowed": 20, "verdict": "ok"},
            {"name": "b", "instanceType": "m5.large", "pods": 29, "recommended": 20, "allowed": 20, "verdict": "over",
             "reason": "more pods than addresses"},
            {"name": "b2", "instanceType": "m5.large", "pods": 29, "recommended": 20, "allowed": 20, "verdict": "over",
             "reason": "more pods than addresses"},
            {"name": "c, \"c\"", "instanceType": "c5.4xlarge", "pods": 17, "recommended": 60, "allowed": 60,
             "verdict": "under", "reason": "fewer than recommended"},
            {"name": "d", "instanceType": "x99.large", "pods": 1, "verdict": "unknown",
             "reason": "instance type not in the table"},
            {"name": "e", "instanceType": "m5.large", "pods": 1, "verdict": "skipped",
             "reason": "Fargate: each pod has its own machine"},
        ],
        "cni": {"version": "v1.19.2-eksbuild.1", "prefixDelegation": false, "customNetworking": false, "maxEni": 2,
            "podEni": false, "ipv6": false},
        "summary": {"ok": 1, "over": 2, "under": 1, "unknown": 1, "skipped": 1},
    });
    assert_eq!(report, expected);
}

#[test]
fn what_is_forgiven_is_no_annotation() {
    let input = list(&[node("a", "m5.large", "28"), node("b", "m5.large", "29")]);
    let run = verify("-q -o github --allow-under", &input);
    assert_eq!(run.answer(), "2 nodes: 1 ok, 0 over, 1 under, 0 unknown, 0 skipped\n");
}

/// Names that a terminal, the log of a CI system, a spreadsheet or Markdown takes for something else.
const EVIL: [&str; 12] = [
    "\u{1b}]0;x\u{7}\u{202e}\u{61c}\n\t\u{7f}\u{9b}31m",
    "::error::pwned",
    "x\n::error::pwned",
    "\r\n##[error]pwned",
    "%0A::error::pwned,title=x",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "a|b`c<img src=x>[x](http://evil)",
    "**b** _i_ www.evil.com @user #1",
];

#[test]
fn no_name_is_taken_for_a_command() {
    // Known types are among them, because their reasons repeat the text in place of a number of pods.
    let items: Vec<_> =
        EVIL.iter().flat_map(|evil| [evil, "m5.large"].map(|name| node(evil, name, *evil))).collect();
    let input = list(&items);
    check_each(["table", "csv", "json", "markdown", "github"], |format| {
        let run = verify(&format!("-o {format}"), &input);
        assert_eq!(run.code, Some(1));
        let steers = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{61c}');
        for line in run.stdout.lines().chain(run.stderr.lines()) {
            assert!(!line.chars().any(steers), "{line:?}");
            // JSON has the names as they are, but no line of it begins with one.
            assert!(format == "json" || !line.contains("##["), "{line:?}");
            let commands = usize::from(format == "github" && line.starts_with("::warning title=node "));
            assert!(format == "json" || line.matches("::").count() == 2 * commands, "{line:?}");
            assert!(!line.starts_with(['#', '=', '@']), "{line:?}");
        }
    });

    let csv = verify("-o csv", &input).stdout;
    let mut csv = csv::Reader::from_reader(csv.as_bytes());
    for record in csv.records() {
        let record = record.expect("CSV");
        assert_eq!(record.len(), 7);
        assert!(!record.iter().any(|cell| cell.starts_with(['=', '+', '@', '-', '\t', '\r'])), "{record:?}");
    }

    // Every row of a table in Markdown has the same number of cells.
    let markdown = verify("-o markdown", &input).stdout;
    let rows: Vec<_> = markdown.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 2 + 2 * EVIL.len());
    for row in rows {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 8, "{row}");
        let bare = ["`", "<", "[", "]", "*", "_", "@", "#"];
        let plain = bare.iter().fold(row.to_owned(), |row, c| row.replace(&format!("\\{c}"), ""));
        assert!(!bare.iter().any(|c| plain.contains(c)), "{row}");
        assert!(!row.contains("://") && !row.contains("www."), "{row}");
    }

    // A parser gets each name as it is.
    let (_, report) = report("", &items);
    let names: Vec<_> = report["nodes"].as_array().expect("nodes").iter().map(|node| &node["name"]).collect();
    assert_eq!(names, EVIL.iter().flat_map(|evil| [evil, evil]).collect::<Vec<_>>());
}

#[test]
fn a_node_without_a_name_is_a_dash() {
    let mut nameless = node("n", "m5.large", "30");
    nameless["metadata"].as_object_mut().expect("metadata").remove("name");
    let input = list(&[nameless]);
    check_each(
        [
            ("table", "\n-     m5.large"),
            ("csv", "\n,m5.large"),
            ("json", "{\"name\":\"\","),
            ("markdown", "\n| - | m5.large |"),
            ("github", "::error title=node - over::"),
        ],
        |(format, shown)| {
            let run = verify(&format!("-q -o {format}"), &input);
            assert!(run.stdout.contains(shown), "{}", run.stdout);
        },
    );
}
