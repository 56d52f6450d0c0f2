//! Comma-separated values with a header, for spreadsheets: a row for each number of pods.

use std::io::{self, Write};

use super::{Format, Plan};

pub struct Csv;

impl Format<Plan> for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "comma-separated values with a header: the pools"
    }

    fn write(&self, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record([
            "pods",
            "enis",
            "prefixes",
            "held",
            "warm",
            "unserved",
            "subnet_addresses",
            "rounds",
            "calls",
        ])?;
        for pool in &plan.pools {
            csv.serialize((
                pool.pods,
                pool.enis,
                pool.prefixes(),
                pool.held,
                pool.warm,
                pool.unserved,
                pool.subnet_addresses,
                pool.rounds,
                pool.calls,
            ))?;
        }
        csv.flush()
    }
}
