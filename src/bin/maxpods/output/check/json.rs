//! One object, a line for each finding, for programs.

use std::io::{self, Write};

use maxpods::check::{Finding, Level};
use serde::Serialize;

use super::{CheckAnswer, Format};
use crate::output::json_text;

pub struct Json;

impl Format<CheckAnswer> for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "one object with every finding, for programs"
    }

    fn write(&self, report: &CheckAnswer, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"findings\":[")?;
        for (i, finding) in report.found.findings.iter().enumerate() {
            out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
            json_text::write(&Row::new(report, finding), out)?;
        }
        out.write_all(b"\n],\"summary\":")?;
        json_text::write(&Summary::new(report), out)?;
        out.write_all(b"}\n")
    }
}

/// A value that does not apply is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    file: String,
    line: usize,
    column: usize,
    level: &'static str,
    rule: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    instance_types: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_pods: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recommended: Option<u64>,
}

impl<'a> Row<'a> {
    fn new(report: &'a CheckAnswer, finding: &'a Finding) -> Self {
        Self {
            file: report.plain_name(finding),
            line: finding.place.mark.line,
            column: finding.place.mark.column,
            level: finding.level.name(),
            rule: finding.rule.id,
            message: &finding.message,
            help: CheckAnswer::help(finding),
            instance_types: finding.instance_types.iter().map(|name| &**name).collect(),
            max_pods: finding.max_pods,
            allowed: finding.allowed,
            recommended: finding.recommended,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    files: usize,
    documents: usize,
    ignored_documents: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl Summary {
    fn new(report: &CheckAnswer) -> Self {
        Self {
            files: report.found.files,
            documents: report.found.documents,
            ignored_documents: report.found.ignored_documents,
            errors: report.count(Level::Error),
            warnings: report.count(Level::Warning),
            notes: report.count(Level::Note),
        }
    }
}
