//! `maxpods verify`: every form that its input may have, and the errors about other input.

use crate::support::cluster::*;
use crate::support::{Run, check_each, command, run, temp_file};
use serde_json::{Value, json};

fn verify(line: &str, input: impl AsRef<[u8]>) -> Run {
    run(command().args(["verify", "-o", "csv"]).args(line.split_whitespace()), input.as_ref())
}

/// Two nodes: one is right, and the other is right with prefix delegation.
fn nodes() -> [Value; 2] {
    [node("a", "m5.large", "29"), node("b", "m5.large", "110")]
}

const HEADER: &str = "name,instance_type,pods,recommended,allowed,verdict,reason\n";
const WITHOUT_PREFIXES: &str = "a,m5.large,29,29,29,ok,\n\
     b,m5.large,110,29,29,over,more pods than addresses; right with prefix delegation\n";
const WITH_PREFIXES: &str = "a,m5.large,29,110,434,under,fewer than recommended; right without prefix \
     delegation\nb,m5.large,110,110,434,ok,\n";

fn without_kind(mut object: Value) -> Value {
    object.as_object_mut().unwrap().remove("kind");
    object.as_object_mut().unwrap().remove("apiVersion");
    object
}

/// The text of an object with its keys in this order.
fn in_order(object: &Value, keys: &[&str]) -> String {
    let fields: Vec<_> = keys.iter().map(|key| format!("{}: {}", json!(key), object[*key])).collect();
    format!("{{{}}}", fields.join(", "))
}

#[test]
fn every_form_of_the_input_gives_the_same_verdicts() {
    let [a, b] = nodes();
    let kindless = [without_kind(a.clone()), without_kind(b.clone())];
    let node_list = json!({"kind": "NodeList", "apiVersion": "v1", "items": kindless});
    let pod =
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": [1], "status": "x"});
    let other_daemonset =
        json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "kube-proxy"}, "spec": {}});
    let mut foreign = a.clone();
    foreign["apiVersion"] = "management.cattle.io/v3".into();
    let late_kind = |node: &Value| in_order(node, &["status", "spec", "metadata", "kind", "apiVersion"]);
    let list_of = |items: &str| format!("{{\"items\": [{items}], \"kind\": \"List\"}}");

    check_each(
        [
            ("a list", list(&[a.clone(), b.clone()])),
            ("a list in one line", serde_json::from_str::<Value>(&list(&nodes())).unwrap().to_string()),
            ("the list of the API, whose items tell no kind", node_list.to_string()),
            ("its kind after the items", in_order(&node_list, &["apiVersion", "items", "kind"])),
            ("single objects", pretty(&a) + &pretty(&b)),
            ("single objects without blanks between them", format!("{a}{b}")),
            ("one list each", list(std::slice::from_ref(&a)) + "\n\n" + &list(std::slice::from_ref(&b))),
            (
                "other objects among them",
                list(&[pod.clone(), a.clone(), other_daemonset, b.clone(), pod.clone()]),
            ),
            ("other documents among them", format!("{a}{pod}{b}")),
            ("other lists among them", format!("{{\"kind\":\"PodList\",\"items\":[{{\"spec\":1}}]}}{a}{b}")),
            ("another API's nodes", list(&[a.clone(), foreign, b.clone()])),
            ("objects that tell their kind last", late_kind(&a) + &late_kind(&b)),
            ("items that tell their kind last", list_of(&(late_kind(&a) + "," + &late_kind(&b)))),
            ("an empty list among them", format!("{a}{{\"kind\":\"NodeList\",\"items\":null}}{b}")),
            ("a byte order mark", format!("\u{feff}{a}{b}")),
            ("Windows line ends", list(&nodes()).replace('\n', "\r\n")),
            (
                "escapes in keys and values",
                format!("{a}{b}")
                    .replace("\"kind\"", "\"\\u006bind\"")
                    .replace("\"metadata\"", "\"meta\\u0064ata\"")
                    .replace("node.kubernetes.io/instance-type", "node.kubernetes.io\\/instance\\u002dtype")
                    .replace("m5.large", "\\u006d5.large"),
            ),
        ],
        |(why, input)| {
            let run = verify("-q", &input);
            assert_eq!(run.stderr, "", "{why}");
            assert_eq!((run.code, run.stdout), (Some(1), format!("{HEADER}{WITHOUT_PREFIXES}")), "{why}");
        },
    );
}

#[test]
fn the_daemonset_may_stand_anywhere() {
    let [a, b] = nodes();
    let ds = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]);
    check_each(
        [
            ("first", list(&[ds.clone(), a.clone(), b.clone()])),
            ("last", list(&[a.clone(), b.clone(), ds.clone()])),
            ("between", list(&[a.clone(), ds.clone(), b.clone()])),
            ("a document before", format!("{ds}{}", list(&nodes()))),
            ("a document after", format!("{}{ds}", list(&nodes()))),
            ("twice alike", list(&[ds.clone(), a.clone(), b.clone(), ds.clone()])),
            (
                "in a list of the API",
                format!(
                    "{}{}",
                    json!({"items": [without_kind(ds.clone())], "kind": "DaemonSetList"}),
                    list(&[a.clone(), b.clone()])
                ),
            ),
        ],
        |(why, input)| {
            let run = verify("", &input);
            assert_eq!(run.stderr, "", "{why}");
            assert_eq!((run.code, run.stdout), (Some(1), format!("{HEADER}{WITH_PREFIXES}")), "{why}");
        },
    );
}

#[test]
fn a_daemonset_of_its_name_in_another_namespace_is_not_the_cni() {
    let [a, b] = nodes();
    let ds = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]);
    let elsewhere = |mut ds: Value| {
        ds["metadata"]["namespace"] = "other".into();
        ds
    };
    let mut no_namespace = ds.clone();
    no_namespace["metadata"].as_object_mut().unwrap().remove("namespace").unwrap();
    let other_settings = elsewhere(aws_node(AWS_NODE_1_19, &[("MAX_ENI", "1")]));
    let no_container =
        elsewhere(json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "aws-node"}}));
    check_each(
        [
            ("before", [other_settings.clone(), ds.clone()]),
            ("after", [ds.clone(), other_settings.clone()]),
            ("without the container", [no_container, ds.clone()]),
            ("the CNI's tells no namespace", [other_settings.clone(), no_namespace]),
        ],
        |(why, daemonsets)| {
            let run = verify("", list(&[&daemonsets[..], &[a.clone(), b.clone()]].concat()));
            assert_eq!(run.stderr, "", "{why}");
            assert_eq!((run.code, run.stdout), (Some(1), format!("{HEADER}{WITH_PREFIXES}")), "{why}");
        },
    );

    let assumed = verify("", list(&[elsewhere(ds), a, b]));
    assert!(assumed.stderr.contains("there is no aws-node DaemonSet in the input"), "{}", assumed.stderr);
    assert_eq!(assumed.stdout, format!("{HEADER}{WITHOUT_PREFIXES}"));

    let args = ["--instance-type", "m5.large", "--cni-from-daemonset", "-"];
    let error = run(command().args(args), pretty(&other_settings).as_bytes()).error(1);
    assert!(error.contains("stdin: there is no aws-node DaemonSet in it"), "{error}");
    assert!(error.contains("-n kube-system"), "{error}");
}

/// A custom resource may have the kind of an object of Kubernetes itself.
#[test]
fn objects_of_other_api_groups_are_ignored() {
    let [a, b] = nodes();
    let in_another_group = |mut object: Value| {
        object["apiVersion"] = "example.com/v1".into();
        object
    };
    let ds = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]);
    let other_node = in_another_group(node("other", "m5.large", "1"));
    let other_settings = in_another_group(aws_node(AWS_NODE_1_19, &[("MAX_ENI", "1")]));
    let run = verify("", list(&[other_node, a, b, other_settings, ds]));
    assert_eq!(run.stderr, "");
    assert_eq!((run.code, run.stdout), (Some(1), format!("{HEADER}{WITH_PREFIXES}")));
}

#[test]
fn a_file_is_read_as_stdin_is() {
    let file = temp_file(list(&nodes()));
    assert_eq!(
        verify(&format!("-q {}", file.path().display()), "").stdout,
        format!("{HEADER}{WITHOUT_PREFIXES}")
    );
    assert_eq!(verify("-q -", list(&nodes())).stdout, format!("{HEADER}{WITHOUT_PREFIXES}"));
}

#[test]
fn what_is_no_cluster_is_an_error() {
    let two = |other: &str| {
        list(&[
            node("a", "m5.large", "29"),
            aws_node(AWS_NODE_1_19, &[]),
            aws_node(AWS_NODE_1_19, &[("MAX_ENI", other)]),
        ])
    };
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    check_each([
        (String::new(), "stdin: there are no nodes: it is empty"),
        (" \n\t".into(), "stdin: there are no nodes: it is empty"),
        (list(&[]), "stdin: there are no nodes in it"),
        (list(&[aws_node(AWS_NODE_1_19, &[])]), "stdin: there are no nodes in it"),
        (r#"{"kind":"Pod","items":7}"#.into(), "stdin: there are no nodes in it"),
        (r#"{"kind":"Status","message":"Unauthorized"}"#.into(), "stdin: there are no nodes in it"),
        ("{}".into(), "stdin: line 1, column 3: not a Kubernetes object in JSON: the object has no \"kind\""),
        ("[]".into(), "stdin: line 1, column 1: not a Kubernetes object in JSON"),
        ("29".into(), "line 1, column 1: not a Kubernetes object in JSON"),
        ("null".into(), "line 1, column 1: not a Kubernetes object in JSON"),
        ("apiVersion: v1\nkind: Node\n".into(), "line 1, column 1: not a Kubernetes object in JSON"),
        (r#"{"InstanceTypes":[]}"#.into(), "has no \"kind\""),
        (r#"{"type":"ADDED","object":{"kind":"Node"}}"#.into(), "has no \"kind\""),
        ("{\n \"kind\": 7}".into(), "line 2, column 10: invalid type: integer `7`, expected a string"),
        (r#"{"kind":"List","items":[7]}"#.into(), "invalid type: integer `7`, expected a Kubernetes object"),
        (r#"{"kind":"List","items":[{}]}"#.into(), "an item of the list has no \"kind\""),
        (r#"{"items":[{}],"kind":"List"}"#.into(), "an item of the list has no \"kind\""),
        (r#"{"kind":"Node","kind":"Node"}"#.into(), "duplicate field `kind`"),
        (r#"{"kind":"List","items":[],"items":[]}"#.into(), "duplicate field `items`"),
        (r#"{"kind":"NodeList","items":[{"metadata":{},"metadata":{}}]}"#.into(), "duplicate field `metadata`"),
        (
            r#"{"kind":"NodeList","items":[{"metadata":{"labels":{"kubernetes.io/os":"a","kubernetes.io/os":"b"}}}]}"#
                .into(),
            "duplicate field `kubernetes.io/os`",
        ),
        (r#"{"kind":"Node","metadata":"x"}"#.into(), "invalid type: string \"x\", expected the metadata of an object"),
        (r#"{"kind":"Node",}"#.into(), "line 1, column 16: expected a key in double quotes"),
        (r#"{"kind" "Node"}"#.into(), "line 1, column 9: expected ':'"),
        (r#"{"kind":"Node" "a":1}"#.into(), "line 1, column 16: expected ','"),
        (r#"{"kind":"List","items":[{"kind":"Pod"} 1]}"#.into(), "expected ']'"),
        (r#"{"kind":"Pod"} x"#.into(), "line 1, column 16: not a Kubernetes object in JSON"),
        (r#"{"kind":"Pod"}}"#.into(), "line 1, column 15: not a Kubernetes object in JSON"),
        (r#"{"kind":"Node","spec":01}"#.into(), "invalid number"),
        (format!(r#"{{"kind":"Node","metadata":{}}}"#, nested(100_000)), "invalid type: sequence"),
        (format!(r#"{{"kind":"Pod","metadata":{{"labels":{}}}}}"#, nested(100_000)), "invalid type: sequence"),
        (format!(r#"{{"kind":"Pod","spec":{}}}"#, nested(100_000)), "there are no nodes in it"),
        (two("3"), "stdin: the aws-node DaemonSet is there twice, with different settings"),
        (
            list(&[node("a", "m5.large", "29"), json!({"kind": "DaemonSet", "metadata": {"name": "aws-node"}})]),
            "stdin: the aws-node DaemonSet has no container aws-node",
        ),
    ], |(input, says)| {
        let error = verify("", &input).error(2);
        let shown = &input[..input.len().min(200)];
        assert!(error.contains(says), "{shown}\n{error}");
        assert!(error.contains("\n  help: "), "{error}");
    });
}

#[test]
fn bytes_that_are_no_text_are_an_error() {
    check_each(
        [
            &b"\xff\xfe{\0}\0"[..],
            b"{\"kind\":\"N\xffde\"}",
            b"{\"\xff\":1}",
            b"{\"kind\":\"Node\",\"metadata\":{\"name\":\"\xed\xa0\x80\"}}",
            b"{\"kind\":\"Node\",\"metadata\":{\"name\":\"\\ud800\"}}",
            b"\0",
        ],
        |input| {
            let error = verify("", input).error(2);
            assert!(error.contains("line 1, column "), "{error}");
        },
    );
}

#[test]
fn truncated_input_is_an_error_wherever_it_is_cut_off() {
    let text = list(&[
        aws_node(AWS_NODE_1_19, &[]),
        node("a", "m5.large", "29"),
        node("b", "m5.large", "29"),
        aws_node(AWS_NODE_1_19, &[]),
    ]);
    assert_eq!(verify("", &text).code, Some(0));
    let end = text.trim_end().len();
    check_each((1..end).step_by(1000).chain(end - 10..end), |cut| {
        let error = verify("", &text[..cut]).error(2);
        let line = text[..cut].matches('\n').count() + 1;
        assert!(error.starts_with(&format!("error: stdin: line {line}, column ")), "{cut}: {error}");
    });
}

#[test]
fn an_object_larger_than_any_is_refused_before_memory_is_gone() {
    let input = format!(r#"{{"kind":"Node","spec":"{}"#, "x".repeat(40 << 20));
    let error = verify("", input).error(2);
    assert!(error.contains("line 1, column 23: an object of more than 32 MiB"), "{error}");
}

#[test]
fn stdin_is_read_once() {
    check_each(
        [
            "verify --instance-types-file -",
            "verify - --cni-from-daemonset -",
            "verify x.json --instance-types-file - --cni-from-daemonset -",
            "--instance-type m5.large --instance-types-file - --cni-from-daemonset -",
            "list --instance-types-file - --cni-from-daemonset -",
        ],
        |line| {
            let error = run(command().args(line.split_whitespace()), b"").error(2);
            assert!(error.contains("are both to read stdin\n  help: "), "{error}");
        },
    );
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let directory = env!("CARGO_TARGET_TMPDIR");
    check_each(["", "--cni-from-daemonset ", "--instance-types-file "], |option| {
        for (path, shown) in
            [("no/such\u{1b}file", "no/such\\u{1b}file"), (directory, directory), ("no/such", "no/such")]
        {
            let error = verify(&format!("{option}{path}"), list(&nodes())).error(2);
            assert!(error.starts_with(&format!("error: cannot read '{shown}': ")), "{error}");
        }
    });
    #[cfg(target_os = "linux")]
    check_each(["", "--cni-from-daemonset -", "--instance-types-file -"], |option| {
        let mut command = command();
        command.arg("verify").args(option.split_whitespace());
        if !option.is_empty() {
            command.arg("no/such");
        }
        let directory = std::fs::File::open(directory).unwrap();
        let output = command.stdin(directory).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.starts_with("error: cannot read stdin: Is a directory"), "{error}");
    });
}

/// The second word is one file too many. It has a dot, but it is not taken for an instance type.
#[test]
fn a_second_file_is_not_taken_for_an_instance_type() {
    let error = verify("a.json b.json", "").error(2);
    assert!(error.starts_with("error: unexpected argument 'b.json' found"), "{error}");
    assert!(!error.contains("--instance-type"), "{error}");
}

#[test]
fn options_that_do_not_apply_are_refused() {
    check_each(
        ["--show-max-allowed", "-o value", "--instance-type m5.large", "a b", "--max-pods-ceiling 0"],
        |line| {
            verify(line, "").error(2);
        },
    );
}
