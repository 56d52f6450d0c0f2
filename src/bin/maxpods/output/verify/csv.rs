//! Comma-separated values with a header, for spreadsheets.

use std::io::{self, Write};

use maxpods::cluster::{NodeName, TypeLabel};

use super::{Format, Report};

pub struct Csv;

impl Format<Report> for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "comma-separated values with a header"
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["name", "instance_type", "pods", "recommended", "allowed", "verdict", "reason"])?;
        for (node, judgement) in report.checks() {
            csv.serialize((
                NodeName(&node.name).to_string(),
                node.instance_type.as_deref().map(|name| TypeLabel(name).to_string()),
                node.pods.number(),
                judgement.recommended,
                judgement.allowed,
                judgement.verdict.name(),
                judgement.reason.as_ref().map(ToString::to_string),
            ))?;
        }
        csv.flush()
    }
}
