//! Columns, then what to do about the nodes that are off, then a count of each verdict, for people.

use std::io::{self, Write};

use maxpods::{NodeName, TypeLabel};

use super::{Format, Report};
use crate::output::columns::{Columns, Known};

pub struct Table;

impl Format<Report> for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "columns, what to do, and a summary, for people"
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut columns =
            Columns::new(&["NAME", "INSTANCE TYPE", "PODS", "RECOMMENDED", "ALLOWED", "VERDICT", "REASON"]);
        for (node, judgement) in &report.checks {
            let name = Some(node.name.as_str()).filter(|name| !name.is_empty());
            columns.row(&[
                &Known(name.map(NodeName)),
                &Known(node.instance_type.as_deref().map(TypeLabel)),
                &Known(node.pods.number()),
                &Known(judgement.recommended),
                &Known(judgement.allowed),
                &judgement.verdict.name(),
                &Known(judgement.reason.as_ref()),
            ]);
        }
        columns.write(out)?;

        let groups = report.groups();
        if !groups.is_empty() {
            writeln!(out)?;
        }
        for group in &groups {
            writeln!(out, "{group}")?;
        }
        writeln!(out, "\n{}", report.summary())
    }
}
