//! Workflow commands of GitHub Actions, which become annotations of the lines.

use std::io::{self, Write};

use maxpods::check::Level;

use super::{Format, Report};
use crate::output::file_uri::forward_slashes;
use crate::output::workflow_command::{data, property};

pub struct GitHub;

impl Format<Report> for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn about(&self) -> &'static str {
        "annotations of GitHub Actions"
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for finding in &report.found.findings {
            let command = match finding.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "notice",
            };
            let (line, column) = (finding.place.mark.line, finding.place.mark.column);
            let file = forward_slashes(&report.plain_name(finding)).into_owned();
            let title = format!("maxpods: {}", finding.rule);
            let mut message = finding.message.clone();
            for help in Report::help(finding).iter().flat_map(|help| help.lines()) {
                message += "\nhelp: ";
                message += help;
            }
            let (file, title, message) = (property(&file), property(&title), data(&message));
            writeln!(out, "::{command} file={file},line={line},col={column},title={title}::{message}")?;
        }
        super::text::summary(report, out)
    }
}
