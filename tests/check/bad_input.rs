//! Input that is malformed, or made to do harm: an error with its place, or the right answer, and soon.

use std::time::{Duration, Instant};

use super::{check, findings, managed, node_config};
use crate::support::check_each;

const M5: &str = "--instance-type m5.large --cni-prefix-delegation-enabled=false";

/// The lines that make a text one of a kind that is read here. Without them it is nobody's fault.
const CLUSTER: &str = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n";

/// Malformed YAML and JSON, and what is said of each behind the two lines of [`CLUSTER`].
fn malformed() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let deep = |text: &str| format!("a: {}", text.repeat(100_000));
    let level = |n: usize| [format!("a{n}: &a{n} ["), format!("*a{},", n - 1).repeat(9), "]\n".into()];
    let bomb: String = (1..30).flat_map(level).collect();
    vec![
        ("flow YAML that does not end", b"a: [b\n".to_vec(), "line "),
        ("a tab", b"a:\n\tb: 1\n".to_vec(), "line 4, column 1: "),
        (
            "a key twice",
            b"a:\n  b: 1\n  c: 2\n  b: 3\n".to_vec(),
            "line 6, column 3: the key 'b' is there twice",
        ),
        ("an unknown alias", b"a: *b\n".to_vec(), "line 3, column 4: "),
        ("an alias in its own anchor", b"a: &a [*a]\n".to_vec(), "line 3, column 8: "),
        ("a merge of a text", b"a:\n  <<: b\n".to_vec(), "line 4, column 7: a merge key"),
        ("100,000 brackets", deep("[").into_bytes(), "line 3, column "),
        ("100,000 braces", deep("{a: ").into_bytes(), "line 3, column "),
        (
            "100,000 list items in each other",
            format!("a:\n{}", "- ".repeat(100_000)).into_bytes(),
            "nested deeper than",
        ),
        (
            "aliases of aliases",
            format!("a0: &a0 [1]\n{bomb}").into_bytes(),
            " values, aliases counted in full",
        ),
        ("no UTF-8", b"a: b\nc: \xff\n".to_vec(), "line 4, column 4: this is no text"),
    ]
}

#[track_caller]
fn is_refused(input: &[u8], says: &str) {
    let start = Instant::now();
    let run = check(M5, input);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.starts_with("error: stdin: line ") && run.stderr.contains(says), "{}", run.stderr);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn malformed_files_of_these_kinds_are_told_with_their_place() {
    check_each(malformed(), |(_, input, says)| is_refused(&[CLUSTER.as_bytes(), &input].concat(), says));
    let cluster = r#"{"apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig","#;
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0];
    check_each(
        [
            ("JSON that ends too soon", format!("{cluster}\n\"a\": 1,\n").into_bytes(), "line "),
            (
                "a key of JSON twice",
                format!("{cluster} \"x\": {{\"a\": 1, \"a\": 2}}}}").into_bytes(),
                "the key 'a' is there twice",
            ),
            (
                "100,000 brackets of JSON",
                format!("{cluster} \"x\": {}", "[".repeat(100_000)).into_bytes(),
                "line 1, column ",
            ),
            (
                "a list within lists",
                format!("{cluster} \"x\": {}", r#"{"kind":"List","items":["#.repeat(16_000)).into_bytes(),
                "line 1, column ",
            ),
            ("damaged gzip", gzip.to_vec(), "the gzip data is damaged"),
            ("TOML", b"[settings.kubernetes]\nmax-pods =\n".to_vec(), "line 2, column "),
            (
                "a TOML key twice",
                b"[settings.kubernetes]\nmax-pods = 1\nmax-pods = 2\n".to_vec(),
                "line 3, column ",
            ),
            (
                "a plan of another shape",
                br#"{"planned_values": {"root_module": {"resources": 1}}}"#.to_vec(),
                "line 1, column ",
            ),
        ],
        |(_, input, says)| is_refused(&input, says),
    );
}

#[test]
fn malformed_files_of_other_kinds_are_passed_over() {
    let others = [
        ("100,000 brackets of JSON", "[".repeat(100_000).into_bytes(), ""),
        ("lists within lists", r#"{"kind":"List","items":["#.repeat(16_000).into_bytes(), ""),
        ("JSON with comments", b"// a comment\n{\"a\": 1, // another\n}\n".to_vec(), ""),
        (
            "a Deployment with a key twice",
            b"apiVersion: apps/v1\nkind: Deployment\nspec: {}\nspec: {}\n".to_vec(),
            "",
        ),
        ("a Helm template", b"{{- if .Values.a }}\nkind: Pod\n{{ end }}\n".to_vec(), ""),
        ("TOML of something else", b"[package\nname = 1\n".to_vec(), ""),
        ("binary", b"\x7fELF\0\0\xff".to_vec(), ""),
    ];
    check_each(malformed().into_iter().chain(others), |(_, input, _)| {
        let start = Instant::now();
        let run = check("--strict", input);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stderr.starts_with("warning: nothing to check"), "{run:?}");
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    });
}

#[test]
fn unusual_yaml_is_read_rightly() {
    let over = |place: &str| vec![format!("error over-allowed {place}")];
    let merged = managed("instanceType: m5.large\n<<: *defaults").replace(
        "managedNodeGroups",
        "x: &defaults {maxPodsPerNode: 30, amiFamily: Bottlerocket}\nmanagedNodeGroups",
    );
    check_each(
        [
            ("an alias", node_config("x: &n 30\nconfig: {maxPods: *n}"), over("5:8")),
            ("a merge key", merged.clone(), over("3:31")),
            ("what the map has itself wins", merged.replace("<<: *defaults", "maxPodsPerNode: 29\n  <<: *defaults"), vec![]),
            ("hexadecimal", node_config("config: {maxPods: 0x1e}"), over("5:23")),
            ("a float without a fraction", node_config("config: {maxPods: 3e1}"), over("5:23")),
            ("several documents", format!("a: b\n---\n{}...\n---\nc: d\n", node_config("config: {maxPods: 30}")), over("7:23")),
            ("Windows line ends", node_config("config: {maxPods: 30}").replace('\n', "\r\n"), over("5:23")),
            ("a comment that is no ASCII", format!("# é 数 😀\n{}", node_config("config: {maxPods: 30} # é")), over("6:23")),
            ("flow style", "{apiVersion: node.eks.aws/v1alpha1, kind: NodeConfig, spec: {kubelet: {config: {maxPods: 30}}}}".into(), over("1:90")),
            ("JSON", r#"{"apiVersion":"node.eks.aws/v1alpha1","kind":"NodeConfig","spec":{"kubelet":{"config":{"maxPods":30}}}}"#.into(), over("1:98")),
            ("JSON with tabs", "{\n\t\"apiVersion\":\"node.eks.aws/v1alpha1\",\n\t\"kind\":\"NodeConfig\",\n\t\"spec\":{\"kubelet\":{\"config\":{\"maxPods\":30}}}}".into(), over("4:41")),
        ],
        |(_, input, expected)| assert_eq!(findings(M5, input).1, expected),
    );
}

#[test]
fn numbers_that_are_none() {
    for number in
        ["-5", "1.5", "1e-3", "ten", "'30'", "[30]", "true", "99999999999999999999999999999999999999999999"]
    {
        let (code, found) = findings(M5, node_config(&format!("config: {{maxPods: {number}}}")));
        assert_eq!((code, found), (Some(1), vec!["error number-ignored 5:23".to_owned()]), "{number}");
    }
    for number in ["${max_pods}", "'{{ max_pods }}'", "<number>"] {
        let (code, found) =
            findings(M5, node_config(&format!("config: {{maxPods: \"{}\"}}", number.trim_matches('\''))));
        assert_eq!((code, found), (Some(0), vec!["note not-judged 5:23".to_owned()]), "{number}");
    }
}

#[test]
fn wrong_shapes_say_nothing() {
    for text in [
        "kind: ClusterConfig\napiVersion: eksctl.io/v1alpha5\nmanagedNodeGroups: 1\nnodeGroups: {a: b}\naddons: x\n",
        "kind: NodeConfig\napiVersion: node.eks.aws/v1alpha1\nspec: []\n",
        "kind: EC2NodeClass\napiVersion: karpenter.k8s.aws/v1\nspec: {kubelet: 1, userData: [2]}\n",
        "kind: NodePool\napiVersion: karpenter.sh/v1\nspec: {template: {spec: {requirements: {a: b}}}}\n",
        "kind: [NodeConfig]\napiVersion: {a: b}\n",
        r#"{"kind": 1, "apiVersion": [], "items": 3}"#,
        r#"{"kind": "List", "items": [1, null, {"kind": "NodePool", "apiVersion": "karpenter.sh/v1"}]}"#,
        r#"{"planned_values": null, "resource_changes": null}"#,
        r#"{"planned_values": {}, "configuration": {}, "resource_changes": []}"#,
    ] {
        let run = check(M5, text);
        assert_eq!(run.code, Some(0), "{text}: {run:?}");
    }
}

#[test]
fn large_files_take_their_time_and_no_more() {
    let line = "- {a: 1, b: [x, y], c: \"text\"}\n";
    let start = Instant::now();
    assert_eq!(check(M5, format!("items:\n{}", line.repeat(30_000))).code, Some(0));
    let documents = "---\nkind: Pod\napiVersion: v1\nmetadata: {name: a}\n".repeat(20_000);
    assert_eq!(findings(M5, documents + "---\n" + &node_config("config: {maxPods: 30}")).0, Some(1));
    let resource = r#"{"address":"a.b","type":"a","name":"b","values":{"tags":{"a":"b"},"list":[1,2,3]}},"#
        .repeat(30_000);
    let plan = format!(
        r#"{{"planned_values":{{"root_module":{{"resources":[{}]}}}}}}"#,
        resource.trim_end_matches(',')
    );
    assert_eq!(check(M5, plan).code, Some(0));
    // Without optimisation, on a machine that does other things too.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}
