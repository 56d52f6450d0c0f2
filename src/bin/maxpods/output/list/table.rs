//! Columns, for people.

use std::fmt::Display;
use std::io::{self, Write};

use maxpods::formula::Trunk;
use maxpods::text::Escaped;

use super::{Format, Listing, in_one_line};
use crate::output::columns::{Columns, Known};

pub struct Table;

/// The last column is shown only if security groups for pods are on.
const HEADER: [&str; 7] = ["INSTANCE TYPE", "VCPUS", "ENIS", "IPV4/ENI", "MAX PODS", "ALLOWED", "BRANCH"];

impl Format<Listing> for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "columns, for people"
    }

    fn write(&self, listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
        match listing {
            Listing::Rules(rows) => {
                let count = if super::with_branch_enis(rows) { HEADER.len() } else { HEADER.len() - 1 };
                let mut columns = Columns::new(&HEADER[..count]);
                for row in rows {
                    let (t, b) = (&row.instance_type, &row.outcome);
                    let cells: [&dyn Display; HEADER.len()] = [
                        &Escaped(&t.name),
                        &Known(t.vcpus),
                        &b.enis,
                        &b.ipv4_per_eni,
                        &b.max_pods,
                        &b.allowed,
                        &Known(b.trunk.and_then(Trunk::branch_enis)),
                    ];
                    columns.row(&cells[..count]);
                }
                columns.write(out)
            }
            Listing::Expression(_, rows) => {
                let mut columns = Columns::new(&HEADER[..5]);
                for row in rows {
                    let t = &row.instance_type;
                    let max_pods: &dyn Display = match in_one_line(&row.outcome) {
                        Ok(evaluation) => &evaluation.max_pods,
                        Err(error) => &format!("error: {}", Escaped(&error)),
                    };
                    columns.row(&[&Escaped(&t.name), &Known(t.vcpus), &t.enis, &t.ipv4_per_eni, max_pods]);
                }
                columns.write(out)
            }
        }
    }
}
