//! Workflow commands of GitHub Actions, which become annotations of the lines.

use std::io::{self, Write};

use maxpods::check::Level;
use maxpods::text::Escaped;

use super::{CheckAnswer, Format};
use crate::output::workflow_command::{data, property};

pub struct GitHub;

impl Format<CheckAnswer> for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn about(&self) -> &'static str {
        "annotations of GitHub Actions"
    }

    fn is_workflow_commands(&self) -> bool {
        true
    }

    fn write(&self, report: &CheckAnswer, out: &mut dyn Write) -> io::Result<()> {
        for finding in &report.found.findings {
            let command = match finding.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "notice",
            };
            let (line, column) = (finding.place.mark.line, finding.place.mark.column);
            let file = report.plain_name(finding);
            let file = without_controls(&file);
            let title = format!("maxpods: {}", finding.rule);
            let message = CheckAnswer::message_with_help(finding);
            let (file, title, message) = (property(&file), property(&title), data(&message));
            writeln!(out, "::{command} file={file},line={line},col={column},title={title}::{message}")?;
        }
        super::text::summary(report, out)
    }
}

/// A name without characters that could steer a terminal. Line breaks stay: a property has escapes for them.
fn without_controls(name: &str) -> String {
    name.split_inclusive(['\r', '\n'])
        .map(|part| match part.strip_suffix(['\r', '\n']) {
            Some(text) => format!("{}{}", Escaped(text), &part[text.len()..]),
            None => Escaped(part).to_string(),
        })
        .collect()
}
