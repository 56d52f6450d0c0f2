//! The XML of `JUnit`, which CI servers read.
//!
//! Source: [the schema of the Jenkins xUnit plugin][1]: what most readers take.
//!
//! [1]: https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd

use std::fmt;
use std::io::{self, Write};

use maxpods::check::{Finding, Level};
use maxpods::text::Escaped;

use super::{CheckAnswer, Format};
use crate::input;

pub struct JUnit;

impl Format<CheckAnswer> for JUnit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn about(&self) -> &'static str {
        "XML of JUnit, for CI servers"
    }

    /// A test case for each finding, and one for each file without findings.
    fn write(&self, report: &CheckAnswer, out: &mut dyn Write) -> io::Result<()> {
        let findings = &report.found.findings;
        let mut has_findings = vec![false; report.files.len()];
        for finding in findings {
            if let Some(has) = has_findings.get_mut(finding.place.file) {
                *has = true;
            }
        }
        let right: Vec<_> = report.files.iter().zip(has_findings).filter(|(_, has)| !has).collect();
        let failures = findings.iter().filter(|finding| fails(report, finding)).count();
        let counts = format!("tests=\"{}\" failures=\"{failures}\"", findings.len() + right.len());
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<testsuites name=\"maxpods\" {counts} errors=\"0\">")?;
        writeln!(out, "  <testsuite name=\"maxpods check\" {counts} errors=\"0\" skipped=\"0\" time=\"0\">")?;
        for (file, _) in right {
            let file = input::name(file);
            writeln!(out, "    <testcase classname=\"{}\" name=\"no findings\" time=\"0\"/>", Xml(&file))?;
        }
        for finding in findings {
            write_case(report, finding, out)?;
        }
        writeln!(out, "  </testsuite>\n</testsuites>")
    }
}

/// True if the finding counts as a failure: an error, or a warning with `--strict`.
fn fails(report: &CheckAnswer, finding: &Finding) -> bool {
    finding.level == Level::Error || report.strict && finding.level == Level::Warning
}

fn write_case(report: &CheckAnswer, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let file = report.file_name(finding);
    let (line, column) = (finding.place.mark.line, finding.place.mark.column);
    let (level, rule) = (finding.level, finding.rule);
    let text =
        format!("{file}:{line}:{column}: {level}[{rule}]: {}", CheckAnswer::message_with_help(finding));
    let name = format!("{rule}:{line}:{column}");
    writeln!(out, "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">", Xml(&file), Xml(&name))?;
    if fails(report, finding) {
        let message = Xml(&finding.message);
        writeln!(out, "      <failure type=\"{level}\" message=\"{message}\">{}</failure>", Xml(&text))?;
    } else {
        writeln!(out, "      <system-out>{}</system-out>", Xml(&text))?;
    }
    writeln!(out, "    </testcase>")
}

/// Text of XML, in an element or in an attribute with double quotes. Characters that XML does not allow are shown as
/// escapes, and so are those that could steer a terminal.
struct Xml<'a>(&'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\n' => f.write_str("&#10;")?,
                '\u{fffe}' | '\u{ffff}' => write!(f, "{}", c.escape_unicode())?,
                _ => write!(f, "{}", Escaped(c.encode_utf8(&mut [0; 4])))?,
            }
        }
        Ok(())
    }
}
