//! For `check`: YAML, JSON, TOML and expressions.

use super::{
    Make, NODE_CONFIG, aliases_of_aliases, chain_of_aliases, lines, list, list_in_list, nested, numbered,
};

pub const YAML_INPUTS: &[(&str, Make)] = &[
    ("YAML: a chain of aliases", |bytes| chain_of_aliases(NODE_CONFIG, bytes)),
    ("YAML: aliases of aliases", |_| aliases_of_aliases(NODE_CONFIG)),
    ("YAML: a million values in 4 KB", |_| {
        format!(
            "{NODE_CONFIG}a: &a [{}]\nb: &b [{}]\nc: [{}]\n",
            "1,".repeat(100),
            "*a,".repeat(100),
            "*b,".repeat(100)
        )
        .into_bytes()
    }),
    ("YAML: merge keys", |bytes| {
        let map: String = (0..bytes / 20).map(|i| format!("k{i}: v, ")).collect();
        format!("{NODE_CONFIG}a: &a {{{map}}}\nb:\n{}", "- <<: *a\n".repeat(bytes / 18)).into_bytes()
    }),
    ("YAML: merge keys in one map", |bytes| {
        let map: String = (0..100).map(|i| format!("k{i}: v, ")).collect();
        nested(&format!("{NODE_CONFIG}a: &a {{{map}}}\nb:\n"), "  <<: *a\n", bytes)
    }),
    ("YAML: NodeConfigs", |bytes| {
        nested("", &format!("{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}}\n---\n"), bytes)
    }),
    ("YAML: documents of other kinds", |bytes| nested(NODE_CONFIG, "---\na: b\n", bytes)),
    ("YAML: documents of which one is broken", |bytes| {
        nested(&format!("{NODE_CONFIG}---\na: [\n"), &format!("---\n{NODE_CONFIG}"), bytes)
    }),
    ("YAML: broken documents", |bytes| nested("", &format!("{NODE_CONFIG}a: [\n---\n"), bytes)),
    ("YAML: keys of one map", |bytes| {
        lines(&format!("{NODE_CONFIG}spec:\n"), bytes, |i| format!("  k{i}: v"))
    }),
    ("YAML: one key many times", |bytes| nested(&format!("{NODE_CONFIG}spec:\n"), "  k: v\n", bytes)),
    ("YAML: brackets", |bytes| nested(&format!("{NODE_CONFIG}a: "), "[", bytes)),
    ("YAML: braces", |bytes| nested(&format!("{NODE_CONFIG}a: "), "{a: ", bytes)),
    ("YAML: dashes", |bytes| nested(&format!("{NODE_CONFIG}a:\n"), "- ", bytes)),
    ("YAML: question marks", |bytes| nested(&format!("{NODE_CONFIG}a:\n"), "? ", bytes)),
    ("YAML: anchors", |bytes| nested(&format!("{NODE_CONFIG}a:\n"), "- &a b\n", bytes)),
    ("YAML: tags", |bytes| nested(NODE_CONFIG, "!a ", bytes)),
    ("YAML: one long text", |bytes| nested(&format!("{NODE_CONFIG}a: "), "x", bytes)),
    ("YAML: one long text in quotes", |bytes| nested(&format!("{NODE_CONFIG}a: \""), "x\n  ", bytes)),
    ("YAML: line breaks", |bytes| nested(NODE_CONFIG, "\n", bytes)),
    ("YAML: a block of blank lines", |bytes| nested(&format!("{NODE_CONFIG}a: |\n"), "  \n", bytes)),
    ("YAML: a deeper line each time", |bytes| {
        let levels = (2 * bytes).isqrt();
        let lines: String = (0..levels).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        format!("{NODE_CONFIG}{lines}").into_bytes()
    }),
    ("YAML: colons", |bytes| nested(&format!("{NODE_CONFIG}a: "), "a: ", bytes)),
    ("YAML: comments that silence nothing", |bytes| {
        nested(
            &format!("{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}}\n"),
            "# maxpods: ignore\n",
            bytes,
        )
    }),
    ("YAML: findings with comments", |bytes| {
        nested(
            "",
            &format!("{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}} # maxpods: ignore\n---\n"),
            bytes,
        )
    }),
];

const JSON_NODE_CONFIG: &str = r#"{"apiVersion":"node.eks.aws/v1alpha1","kind":"NodeConfig","spec":{"kubelet":{"config":{"maxPods":500}}}"#;

pub const JSON_INPUTS: &[(&str, Make)] = &[
    ("JSON: lists in lists", list_in_list),
    ("JSON: lists in lists around a NodeConfig", |bytes| {
        let levels = (bytes / 40).min(150);
        let mut text = r#"{"apiVersion":"v1","kind":"List","items":["#.repeat(levels);
        let items = list("", &format!("{JSON_NODE_CONFIG}}}"), bytes, "");
        text.push_str(&String::from_utf8(items).expect("UTF-8"));
        text.push_str(&"]}".repeat(levels));
        text.into_bytes()
    }),
    ("JSON: lists of one list each, 190 deep", |bytes| {
        let item = format!("{}{}", "[".repeat(190), "]".repeat(190));
        list(&format!("{JSON_NODE_CONFIG},\"a\":["), &item, bytes, "]}")
    }),
    ("JSON: one value, 190 deep", |bytes| {
        let text = "x".repeat(bytes);
        format!("{JSON_NODE_CONFIG},\"a\":{}\"{text}\"{}}}", "[".repeat(190), "]".repeat(190)).into_bytes()
    }),
    ("JSON: documents", |bytes| nested("", &format!("{JSON_NODE_CONFIG}}}\n"), bytes)),
    ("JSON: documents on one line", |bytes| nested("", &format!("{JSON_NODE_CONFIG}}}"), bytes)),
    ("JSON: small documents", |bytes| nested("", "{}", bytes)),
    ("JSON: a list of NodeConfigs", |bytes| {
        list(r#"{"apiVersion":"v1","kind":"List","items":["#, &format!("{JSON_NODE_CONFIG}}}"), bytes, "]}")
    }),
    ("JSON: keys of one object", |bytes| {
        numbered(&format!("{JSON_NODE_CONFIG},\"a\":{{"), bytes, "}}", |i| format!(r#""k{i}":1"#))
    }),
    ("JSON: small values", |bytes| list(&format!("{JSON_NODE_CONFIG},\"a\":["), "1", bytes, "]}")),
    ("JSON: empty objects", |bytes| list(&format!("{JSON_NODE_CONFIG},\"a\":["), "{}", bytes, "]}")),
    ("JSON: brackets", |bytes| nested(&format!("{JSON_NODE_CONFIG},\"a\":"), "[", bytes)),
    ("JSON: braces", |bytes| nested("", "{\"a\":", bytes)),
    ("JSON: a text of escapes", |bytes| {
        format!("{JSON_NODE_CONFIG},\"a\":\"{}\"}}", "\\u00e9".repeat(bytes / 6)).into_bytes()
    }),
    ("JSON: broken at its end", |bytes| list(&format!("{JSON_NODE_CONFIG},\"a\":["), "{}", bytes, "")),
];

const TOML: &str = "[settings.kubernetes]\nmax-pods = 500\n";

pub const TOML_INPUTS: &[(&str, Make)] = &[
    ("TOML: keys", |bytes| lines(TOML, bytes, |i| format!("k{i} = 1"))),
    ("TOML: tables", |bytes| lines(TOML, bytes, |i| format!("[t{i}]"))),
    ("TOML: dots", |bytes| nested(&format!("{TOML}a"), ".a", bytes)),
    ("TOML: dots in a header", |bytes| nested(&format!("{TOML}[a"), ".a", bytes)),
    ("TOML: many deep keys", |bytes| lines(TOML, bytes, |i| format!("{}k{i} = 1", "a.".repeat(70)))),
    ("TOML: brackets", |bytes| nested(&format!("{TOML}a = "), "[", bytes)),
    ("TOML: braces", |bytes| nested(&format!("{TOML}a = "), "{a=", bytes)),
    ("TOML: lists of tables", |bytes| nested(TOML, "[[a]]\n", bytes)),
    ("TOML: one key many times", |bytes| nested(TOML, "a = 1\n", bytes)),
    ("TOML: a long text", |bytes| nested(&format!("{TOML}a = \""), "x", bytes)),
    ("TOML: small values", |bytes| list(&format!("{TOML}a = ["), "1", bytes, "]\n")),
];

pub const EXPRESSION_INPUTS: &[(&str, Make)] = &[
    ("expression: sums", |bytes| expression(&nested("max_pods", " + 1", bytes))),
    ("expression: parentheses", |bytes| expression(&nested("", "(", bytes))),
    ("expression: conditions", |bytes| expression(&nested("", "true ? 1 : ", bytes))),
    ("expression: minus signs", |bytes| expression(&nested("", "-", bytes))),
    ("expression: not", |bytes| expression(&nested("", "!", bytes))),
    ("expression: or", |bytes| expression(&nested("true", " || true", bytes))),
    ("expression: lists", |bytes| expression(&nested("", "[", bytes))),
    ("expression: a long name", |bytes| expression(&nested("", "a", bytes))),
    ("expression: a long number", |bytes| expression(&nested("", "1", bytes))),
    ("expression: a long text", |bytes| expression(&[&nested("size(\"", "a", bytes)[..], b"\")"].concat())),
    ("expression: selections", |bytes| expression(&nested("a", ".b", bytes))),
    ("expression: one in thousands of groups", |bytes| {
        let text = String::from_utf8(nested("max_pods", " + 1", bytes / 10)).expect("UTF-8");
        let head = format!("apiVersion: v1\nkind: List\nx: &e \"{text}\"\nitems:\n");
        nested(
            &head,
            "- {apiVersion: node.eks.aws/v1alpha1, kind: NodeConfig, spec: {kubelet: {maxPodsExpression: *e}}}\n",
            bytes * 9 / 10,
        )
    }),
    ("expression: one of 90 KB in thousands of classes", |bytes| {
        let text = String::from_utf8(nested("max_pods", " + 1", bytes / 11)).expect("UTF-8");
        let head = format!("apiVersion: v1\nkind: List\nx: &e \"{text}\"\nitems:\n");
        nested(
            &head,
            "- {apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: a}, spec: {kubelet: {maxPods: *e}}}\n",
            bytes * 9 / 10,
        )
    }),
    ("expression: one that fails in thousands of groups", |bytes| {
        nested(
            "",
            &format!("---\n{NODE_CONFIG}spec: {{kubelet: {{maxPodsExpression: 'max_pods / 0'}}}}\n"),
            bytes,
        )
    }),
];

fn expression(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    format!("{NODE_CONFIG}spec:\n  kubelet:\n    maxPodsExpression: '{text}'\n").into_bytes()
}
