//! For people: a row for each node, then the remedies for the nodes that are off, then a count of each verdict.

use std::fmt::Display;
use std::io::{self, Write};

use maxpods::cluster::{Judgement, Node};

use super::{Format, Report, node_name, node_type};
use crate::output::columns::{Known, Widths};

pub struct Table;

const HEADER: [&str; 7] = ["NAME", "INSTANCE TYPE", "PODS", "RECOMMENDED", "ALLOWED", "VERDICT", "REASON"];

/// Hands the cells of a row to `take`.
fn with_cells<T>(node: &Node, judgement: &Judgement, take: impl FnOnce(&[&dyn Display]) -> T) -> T {
    take(&[
        &node_name(node),
        &node_type(node),
        &Known(node.pods.number()),
        &Known(judgement.recommended),
        &Known(judgement.allowed),
        &judgement.verdict.name(),
        &Known(judgement.reason.as_ref()),
    ])
}

impl Format<Report> for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "columns, what to do, and a summary, for people"
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        // A cluster may have very many nodes, so the text of the rows is made twice and not kept.
        let mut columns = Widths::new(&HEADER);
        for (node, judgement) in report.checks() {
            with_cells(node, judgement, |cells| columns.fit(cells));
        }
        columns.write(&HEADER.each_ref().map(|name| name as &dyn Display), out)?;
        for (node, judgement) in report.checks() {
            with_cells(node, judgement, |cells| columns.write(cells, out))?;
        }

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
