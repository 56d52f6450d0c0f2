//! A line for each finding, with the line of the file that it is about.

use std::io::{self, Write};

use maxpods::check::{Finding, Level};
use maxpods::excerpt::Excerpt;

use super::{CheckAnswer, Format};

/// The most characters of a line that are shown: a Terraform plan is a single line.
const WIDTH: usize = 100;

pub struct Text;

impl Format<CheckAnswer> for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn about(&self) -> &'static str {
        "a line for each finding, with the line of the file and what to do"
    }

    fn write(&self, report: &CheckAnswer, out: &mut dyn Write) -> io::Result<()> {
        for finding in &report.found.findings {
            let (line, column) = (finding.place.mark.line, finding.place.mark.column);
            let file = report.file_name(finding);
            let (level, rule) = (finding.level, finding.rule);
            writeln!(out, "{file}:{line}:{column}: {level}[{rule}]: {}", finding.message)?;
            excerpt(finding, out)?;
            for help in CheckAnswer::help(finding).iter().flat_map(|help| help.lines()) {
                writeln!(out, "  help: {help}")?;
            }
            writeln!(out)?;
        }
        summary(report, out)
    }
}

/// The line of the file, with a caret under the place.
fn excerpt(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    // One character more tells that the line goes on.
    let (line, column) = finding.near(WIDTH + 1);
    let excerpt = Excerpt::new(line, column, WIDTH);
    if excerpt.is_blank() { Ok(()) } else { writeln!(out, "{excerpt}") }
}

/// The line that ends the report.
pub fn summary(report: &CheckAnswer, out: &mut dyn Write) -> io::Result<()> {
    let found = &report.found;
    let counted =
        |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    write!(
        out,
        "{}, {} checked",
        counted(found.files, "file", "files"),
        counted(found.documents, "document", "documents")
    )?;
    if found.ignored_documents > 0 {
        write!(out, ", {} of other kinds passed over", found.ignored_documents)?;
    }
    if report.excluded > 0 {
        write!(out, ", {} excluded by maxpods.toml", counted(report.excluded, "file", "files"))?;
    }
    writeln!(
        out,
        ": {}, {}, {}",
        counted(report.count(Level::Error), "error", "errors"),
        counted(report.count(Level::Warning), "warning", "warnings"),
        counted(report.count(Level::Note), "note", "notes")
    )
}
