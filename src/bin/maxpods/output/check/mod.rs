//! The formats of `maxpods check`, a file for each; a new one is its file and its line here.

mod github;
mod json;
mod sarif;
mod text;

use maxpods::check::{self, Finding, Level};

use super::Format;
use crate::advice;

/// Every format of `check`, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<Report>] = &[&text::Text, &json::Json, &github::GitHub, &sarif::Sarif];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "text";

/// The findings, and the names of the files that they are in.
pub struct Report {
    /// The name of each file that was read, as the command line has it.
    pub files: Vec<String>,
    /// The findings.
    pub found: check::Report,
    /// True if every file could be read.
    pub complete: bool,
}

impl Report {
    /// The number of findings of this level.
    pub fn count(&self, level: Level) -> usize {
        self.found.count(level)
    }

    /// The name of the file that a finding is in.
    fn file(&self, finding: &Finding) -> &str {
        self.files.get(finding.place.file).map_or("", String::as_str)
    }

    /// Advice about a finding: one line, or two where there is a remedy in the file and another outside of it. A line
    /// that may be pasted into the file stands alone.
    fn help(finding: &Finding) -> Option<String> {
        match (&finding.help, advice::for_finding(finding)) {
            (Some(help), Some(advice)) => Some(format!("{help}\nor, {advice}")),
            (help, advice) => help.clone().or(advice),
        }
    }
}
