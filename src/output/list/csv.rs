//! Comma-separated values with a header, for spreadsheets.

use std::io::{self, Write};

use super::{Answer, Format};

pub struct Csv;

impl Format<[Answer]> for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "comma-separated values with a header"
    }

    fn write(&self, answers: &[Answer], out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        let header =
            ["instance_type", "vcpus", "enis", "ipv4_per_eni", "mode", "max_pods", "allowed", "recommended"];
        csv.write_record(header)?;
        for Answer { instance_type, breakdown: b } in answers {
            csv.serialize((
                &instance_type.name,
                instance_type.vcpus,
                b.enis,
                b.ipv4_per_eni,
                b.mode.name(),
                b.max_pods,
                b.allowed,
                b.recommended,
            ))?;
        }
        csv.flush()
    }
}
