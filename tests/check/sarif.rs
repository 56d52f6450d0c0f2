//! SARIF: the output is read by types that have the schema's required properties, its names, and no
//! others.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{SINGLE, check, managed};
use crate::support::{maxpods, temp_file};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    #[serde(rename = "$schema")]
    schema: String,
    version: String,
    runs: Vec<Run>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: Vec<Invocation>,
    column_kind: String,
    results: Vec<Outcome>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Driver {
    name: String,
    version: String,
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Rule {
    id: String,
    short_description: Message,
    full_description: Message,
    help: Message,
    help_uri: String,
    default_configuration: Configuration,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Configuration {
    level: Level,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Level {
    Note,
    Warning,
    Error,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Outcome {
    rule_id: String,
    rule_index: usize,
    level: Level,
    message: Message,
    partial_fingerprints: BTreeMap<String, String>,
    locations: Vec<Location>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
}

#[track_caller]
fn read(text: &str) -> Run {
    let log: Log = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!((log.version.as_str(), log.runs.len()), ("2.1.0", 1));
    assert!(log.schema.ends_with("sarif-2.1.0.json"), "{}", log.schema);
    log.runs.into_iter().next().expect("one run")
}

#[test]
fn findings_and_their_rules() {
    let input = managed("instanceTypes: [t3.medium, m5.4xlarge, x99.large]\nmaxPodsPerNode: 100");
    let run = read(&check(&format!("{SINGLE} -o sarif"), input).stdout);
    assert_eq!(run.tool.driver.name, "maxpods");
    assert_eq!(run.tool.driver.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(run.column_kind, "unicodeCodePoints");
    assert!(run.invocations[0].execution_successful);
    assert!(run.results.len() >= 3, "{run:?}");
    for result in &run.results {
        let rule = &run.tool.driver.rules[result.rule_index];
        assert_eq!(rule.id, result.rule_id);
        assert!(!result.message.text.is_empty() && !rule.short_description.text.is_empty());
        assert!(rule.full_description.text.starts_with(&rule.short_description.text));
        assert!(!rule.help.text.is_empty(), "{rule:?}");
        assert!(
            rule.help_uri.starts_with("https://")
                && rule.help_uri.ends_with(&format!("check-rules.md#{}", rule.id))
        );
        assert_eq!(result.partial_fingerprints["maxpods/v1"].len(), 32);
        let place = &result.locations[0].physical_location;
        assert_eq!(place.artifact_location.uri, "stdin");
        assert_eq!((place.region.start_line, place.region.start_column), (6, 19), "{result:?}");
    }
    let over = run.results.iter().find(|result| result.rule_id == "over-allowed").expect("over-allowed");
    assert_eq!(over.level, Level::Error);
}

#[test]
fn the_rules_are_those_of_the_contract() {
    let run = read(&check("-o sarif", "").stdout);
    let rules: Vec<_> = run
        .tool
        .driver
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), &rule.default_configuration.level))
        .collect();
    let (error, warning, note) = (&Level::Error, &Level::Warning, &Level::Note);
    assert_eq!(
        rules,
        [
            ("over-allowed", error),
            ("needs-prefixes", warning),
            ("no-prefixes", error),
            ("above-recommended", note),
            ("under-recommended", note),
            ("number-ignored", error),
            ("number-overridden", warning),
            ("kubelet-default", error),
            ("bootstrap-max-pods", note),
            ("expression", error),
            ("unreleased", note),
            ("reserved-memory", warning),
            ("reserve-too-small", note),
            ("not-a-script", warning),
            ("needs-branch-enis", note),
            ("no-ipv6", error),
            ("mixed-types", note),
            ("not-judged", note),
            ("unused-ignore", note),
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_no_success() {
    let file = temp_file("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\na: [");
    let run = maxpods(["check".as_ref(), "-o".as_ref(), "sarif".as_ref(), file.path().as_os_str()]);
    assert_eq!(run.code, Some(2));
    assert!(!read(&run.stdout).invocations[0].execution_successful);
}
