//! SARIF 2.1.0, which code scanning services take.
//!
//! Source: [Static Analysis Results Interchange Format (SARIF) Version 2.1.0][1].
//!
//! [1]: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

use std::io::{self, Write};

use maxpods::check::{Finding, RULES};
use serde::Serialize;

use super::fingerprints::fingerprints;
use super::rules::{page, plain};
use super::{CheckAnswer, Format};
use crate::output::file_uri::file_uri;
use crate::output::json_text;

pub struct Sarif;

impl Format<CheckAnswer> for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn about(&self) -> &'static str {
        "SARIF 2.1.0, for code scanning services"
    }

    fn write(&self, report: &CheckAnswer, out: &mut dyn Write) -> io::Result<()> {
        json_text::write(&Log::new(report), out)?;
        out.write_all(b"\n")
    }
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<RuleDescription>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleDescription {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
    help_uri: String,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    partial_fingerprints: Fingerprints,
    locations: [Location; 1],
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "maxpods/v1")]
    own: String,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
}

impl Log {
    fn new(report: &CheckAnswer) -> Self {
        let rules = RULES.iter().map(|rule| RuleDescription {
            id: rule.id,
            short_description: Message { text: plain(rule.summary) },
            full_description: Message { text: plain(&format!("{} {}", rule.summary, rule.why)) },
            help: Message { text: plain(rule.remedy) },
            help_uri: page(rule),
            default_configuration: Configuration { level: rule.level.name() },
        });
        let driver = Driver { name: "maxpods", version: env!("CARGO_PKG_VERSION"), rules: rules.collect() };
        let findings = report.found.findings.iter().zip(fingerprints(report));
        let run = Run {
            tool: Tool { driver },
            invocations: [Invocation { execution_successful: report.complete }],
            column_kind: "unicodeCodePoints",
            results: findings.map(|(finding, own)| Outcome::new(report, finding, own)).collect(),
        };
        Self { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
    }
}

impl Outcome {
    fn new(report: &CheckAnswer, finding: &Finding, own: String) -> Self {
        Self {
            rule_id: finding.rule.id,
            rule_index: RULES.iter().position(|rule| rule.id == finding.rule.id),
            level: finding.level.name(),
            message: Message { text: CheckAnswer::message_with_help(finding) },
            partial_fingerprints: Fingerprints { own },
            locations: [Location {
                physical_location: PhysicalLocation {
                    artifact_location: ArtifactLocation { uri: file_uri(&report.plain_name(finding)) },
                    region: Region {
                        start_line: finding.place.mark.line,
                        start_column: finding.place.mark.column,
                    },
                },
            }],
        }
    }
}
