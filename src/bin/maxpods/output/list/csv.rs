//! Comma-separated values with a header, for spreadsheets.

use std::io::{self, Write};

use maxpods::Breakdown;
use maxpods::expression::Evaluation;
use maxpods::formula::Trunk;

use super::{Answer, Format, Listing, in_one_line};

pub struct Csv;

impl Format<Listing> for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "comma-separated values with a header"
    }

    fn write(&self, listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
        match listing {
            Listing::Rules(rows) => rules(rows, out),
            Listing::Expression(_, rows) => expression(rows, out),
        }
    }
}

fn rules(rows: &[Answer<Breakdown>], out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let mut header =
        vec!["instance_type", "vcpus", "enis", "ipv4_per_eni", "mode", "max_pods", "allowed", "recommended"];
    let with_branch_enis = super::with_branch_enis(rows);
    if with_branch_enis {
        header.push("branch_enis");
    }
    csv.write_record(header)?;
    for Answer { instance_type, outcome: b } in rows {
        let row = (
            &instance_type.name,
            instance_type.vcpus,
            b.enis,
            b.ipv4_per_eni,
            b.mode.name(),
            b.max_pods,
            b.allowed.pods(),
            b.recommended,
        );
        if with_branch_enis {
            csv.serialize((row, b.trunk.and_then(Trunk::branch_enis)))?;
        } else {
            csv.serialize(row)?;
        }
    }
    csv.flush()
}

fn expression(rows: &[Answer<Result<Evaluation, maxpods::Error>>], out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["instance_type", "vcpus", "enis", "ipv4_per_eni", "max_pods", "error"])?;
    for Answer { instance_type: t, outcome: result } in rows {
        let outcome = in_one_line(result);
        csv.serialize((
            &t.name,
            t.vcpus,
            t.enis,
            t.ipv4_per_eni,
            outcome.as_ref().ok().map(|evaluation| evaluation.max_pods),
            outcome.err(),
        ))?;
    }
    csv.flush()
}
