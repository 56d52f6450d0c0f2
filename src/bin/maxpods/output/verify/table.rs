//! Columns, then what to do about the nodes that are off, then a count of each verdict, for people.

use std::collections::HashMap;
use std::fmt::Display;
use std::io::{self, Write};

use maxpods::{Escaped, Verdict};

use super::{Format, Report};
use crate::advice;
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
            let name = if node.name.is_empty() { "-" } else { &node.name };
            columns.row(&[
                &Escaped(name),
                &Escaped(node.instance_type.as_deref().unwrap_or("-")),
                &Known(node.pods.number()),
                &Known(judgement.recommended),
                &Known(judgement.allowed),
                &judgement.verdict.name(),
                &Known(judgement.reason.as_ref()),
            ]);
        }
        columns.write(out)?;

        let groups = groups(report);
        if !groups.is_empty() {
            writeln!(out)?;
        }
        for group in &groups {
            group.write(out)?;
        }

        write!(out, "\n{}: ", nodes(report.checks.len()))?;
        for (i, verdict) in Verdict::ALL.into_iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(out, "{comma}{} {}", report.count(verdict), verdict.name())?;
        }
        writeln!(out)
    }
}

fn nodes(count: usize) -> impl Display {
    format!("{count} node{}", if count == 1 { "" } else { "s" })
}

/// Nodes that are off in the same way: one type, one verdict and one advice.
struct Group<'a> {
    instance_type: Option<&'a str>,
    verdict: Verdict,
    advice: String,
    count: usize,
}

/// In the order of their first nodes.
fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places = HashMap::new();
    for (node, judgement) in &report.checks {
        let verdict = judgement.verdict;
        if matches!(verdict, Verdict::Ok | Verdict::Skipped) {
            continue;
        }
        let (instance_type, advice) = (node.instance_type.as_deref(), advice::for_node(judgement));
        let place = *places.entry((instance_type, verdict, advice.clone())).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.count += 1,
            None => groups.push(Group { instance_type, verdict, advice, count: 1 }),
        }
    }
    groups
}

impl Group<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(name) = self.instance_type {
            write!(out, "{}: ", Escaped(name))?;
        }
        writeln!(out, "{} {}: {}", nodes(self.count), self.verdict.name(), self.advice)
    }
}
