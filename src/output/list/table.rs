//! Columns, for people.

use std::fmt::Write as _;
use std::io::{self, Write};

use maxpods::Escaped;
use tabwriter::TabWriter;

use super::{Answer, Format};

pub struct Table;

impl Format<[Answer]> for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "columns, for people"
    }

    fn write(&self, answers: &[Answer], out: &mut dyn Write) -> io::Result<()> {
        let mut table = TabWriter::new(out);
        // A row at once: the writer looks at each piece of text anew.
        let mut row = String::from("INSTANCE TYPE\tVCPUS\tENIS\tIPV4/ENI\tMAX PODS\tALLOWED\n");
        for Answer { instance_type, breakdown: b } in answers {
            table.write_all(row.as_bytes())?;
            row.clear();
            let name = Escaped(&instance_type.name);
            // Writing to a String does not fail.
            let _ = match instance_type.vcpus {
                Some(vcpus) => write!(row, "{name}\t{vcpus}\t"),
                None => write!(row, "{name}\t-\t"),
            };
            let _ = writeln!(row, "{}\t{}\t{}\t{}", b.enis, b.ipv4_per_eni, b.max_pods, b.allowed);
        }
        table.write_all(row.as_bytes())?;
        table.flush()
    }
}
