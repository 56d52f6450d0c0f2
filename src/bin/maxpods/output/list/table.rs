//! Columns, for people.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use maxpods::{Breakdown, Escaped, Evaluation, InstanceType};
use tabwriter::TabWriter;

use super::{Answer, Format, Listing, outcome};

pub struct Table;

impl Format<Listing> for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "columns, for people"
    }

    fn write(&self, listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
        match listing {
            Listing::Rules(rows) => rules(rows, out),
            Listing::Expression(_, rows) => expression(rows, out),
        }
    }
}

fn rules(rows: &[Answer<Breakdown>], out: &mut dyn Write) -> io::Result<()> {
    write_rows("INSTANCE TYPE\tVCPUS\tENIS\tIPV4/ENI\tMAX PODS\tALLOWED", rows, out, |b, t, row| {
        begin(row, t, b.enis, b.ipv4_per_eni)?;
        writeln!(row, "{}\t{}", b.max_pods, b.allowed)
    })
}

fn expression(rows: &[Answer<Result<Evaluation, maxpods::Error>>], out: &mut dyn Write) -> io::Result<()> {
    write_rows("INSTANCE TYPE\tVCPUS\tENIS\tIPV4/ENI\tMAX PODS", rows, out, |result, t, row| {
        begin(row, t, t.enis.into(), t.ipv4_per_eni.into())?;
        match outcome(result) {
            Ok(evaluation) => writeln!(row, "{}", evaluation.max_pods),
            Err(error) => writeln!(row, "error: {}", Escaped(&error)),
        }
    })
}

/// The cells that every row begins with.
fn begin(row: &mut String, t: &InstanceType, enis: u64, ipv4_per_eni: u64) -> fmt::Result {
    write!(row, "{}\t", Escaped(&t.name))?;
    match t.vcpus {
        Some(vcpus) => write!(row, "{vcpus}")?,
        None => row.push('-'),
    }
    write!(row, "\t{enis}\t{ipv4_per_eni}\t")
}

fn write_rows<T>(
    header: &str,
    rows: &[Answer<T>],
    out: &mut dyn Write,
    cells: impl Fn(&T, &InstanceType, &mut String) -> fmt::Result,
) -> io::Result<()> {
    let mut table = TabWriter::new(out);
    writeln!(table, "{header}")?;
    // The writer handles each piece of text separately, so a whole row at once is faster.
    let mut row = String::new();
    for Answer { instance_type, outcome } in rows {
        row.clear();
        cells(outcome, instance_type, &mut row).map_err(io::Error::other)?;
        table.write_all(row.as_bytes())?;
    }
    table.flush()
}
