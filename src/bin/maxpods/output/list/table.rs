//! Columns, for people.

use std::fmt::Display;
use std::io::{self, Write};

use maxpods::text::Escaped;

use super::{Format, Listing, in_one_line};
use crate::output::columns::{Columns, Known};

pub struct Table;

const HEADER: [&str; 6] = ["INSTANCE TYPE", "VCPUS", "ENIS", "IPV4/ENI", "MAX PODS", "ALLOWED"];

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
                let mut columns = Columns::new(&HEADER);
                for row in rows {
                    let (t, b) = (&row.instance_type, &row.outcome);
                    columns.row(&[
                        &Escaped(&t.name),
                        &Known(t.vcpus),
                        &b.enis,
                        &b.ipv4_per_eni,
                        &b.max_pods,
                        &b.allowed,
                    ]);
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
