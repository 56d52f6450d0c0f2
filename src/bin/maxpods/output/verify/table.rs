//! For people: a row for each node, then the remedies for the nodes that are off, then a count of each verdict.

use std::io::{self, Write};

use super::{Format, Report, node_name, node_type};
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
            columns.row(&[
                &node_name(node),
                &node_type(node),
                &Known(node.pods.number()),
                &Known(judgement.recommended),
                &Known(judgement.allowed),
                &judgement.verdict.name(),
                &Known(judgement.reason.as_ref()),
            ]);
        }
        columns.write(out)?;

        let remedies = report.remedies();
        if !remedies.is_empty() {
            writeln!(out)?;
        }
        for remedy in &remedies {
            writeln!(out, "{remedy}")?;
        }
        writeln!(out, "\n{}", report.summary())
    }
}
