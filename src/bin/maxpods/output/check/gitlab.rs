//! Code Quality of GitLab, which shows findings in merge requests.
//!
//! Source: [Code Quality report format][1].
//!
//! [1]: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format

use std::io::{self, Write};

use maxpods::check::{Finding, Level};
use serde::Serialize;

use super::fingerprints::fingerprints;
use super::{CheckAnswer, Format};
use crate::output::json_text;

pub struct GitLab;

impl Format<CheckAnswer> for GitLab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn about(&self) -> &'static str {
        "Code Quality of GitLab"
    }

    fn write(&self, report: &CheckAnswer, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")?;
        let findings = report.found.findings.iter().zip(fingerprints(report));
        for (i, (finding, fingerprint)) in findings.enumerate() {
            out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
            json_text::write(&Issue::new(report, finding, fingerprint), out)?;
        }
        out.write_all(b"\n]\n")
    }
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

impl Issue {
    fn new(report: &CheckAnswer, finding: &Finding, fingerprint: String) -> Self {
        let severity = match finding.level {
            Level::Error => "major",
            Level::Warning => "minor",
            Level::Note => "info",
        };
        Self {
            description: CheckAnswer::message_with_help(finding),
            check_name: finding.rule.id,
            fingerprint,
            severity,
            location: Location {
                path: report.plain_name(finding),
                lines: Lines { begin: finding.place.mark.line },
            },
        }
    }
}
