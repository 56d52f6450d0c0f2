//! The formats of `maxpods check`, a file for each; a new one is its file and its line here.

mod fingerprints;
mod github;
mod gitlab;
mod json;
mod junit;
pub mod rules;
mod sarif;
mod text;

use std::path::{Path, PathBuf};

use maxpods::check::{self, Finding, Level};

use super::Format;
use super::file_uri::forward_slashes;
use crate::{advice, input};

/// Every format of `check`, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<CheckAnswer>] =
    &[&text::Text, &json::Json, &github::GitHub, &sarif::Sarif, &gitlab::GitLab, &junit::JUnit];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "text";

/// The findings, and the names of the files that they are in.
pub struct CheckAnswer {
    /// Each file that was read, as the command line leads to it.
    pub files: Vec<PathBuf>,
    /// The number of files that `maxpods.toml` excludes.
    pub excluded: usize,
    /// The findings.
    pub found: check::Report,
    /// True if every file could be read.
    pub complete: bool,
    /// True if warnings fail the run, as errors do.
    pub strict: bool,
}

impl CheckAnswer {
    /// The number of findings of this level.
    pub fn count(&self, level: Level) -> usize {
        self.found.count(level)
    }

    /// The file that a finding is in.
    fn file(&self, finding: &Finding) -> &Path {
        self.files.get(finding.place.file).map_or(Path::new(""), PathBuf::as_path)
    }

    /// The name of the file that a finding is in, for people.
    fn file_name(&self, finding: &Finding) -> String {
        input::name(self.file(finding))
    }

    /// The name of the file that a finding is in, for programs: with forward slashes on Windows too.
    fn plain_name(&self, finding: &Finding) -> String {
        let file = self.file(finding);
        if input::is_stdin(file) {
            "stdin".into()
        } else {
            forward_slashes(&file.to_string_lossy()).into_owned()
        }
    }

    /// The message of a finding, with a line for each remedy.
    fn message_with_help(finding: &Finding) -> String {
        let mut message = finding.message.clone();
        for help in Self::help(finding).iter().flat_map(|help| help.lines()) {
            message += "\nhelp: ";
            message += help;
        }
        message
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
