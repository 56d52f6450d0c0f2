//! Columns, for people.

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
        writeln!(table, "INSTANCE TYPE\tVCPUS\tENIS\tIPV4/ENI\tMAX PODS\tALLOWED")?;
        for Answer { instance_type, breakdown } in answers {
            write!(table, "{}\t", Escaped(&instance_type.name))?;
            match instance_type.vcpus {
                Some(vcpus) => write!(table, "{vcpus}")?,
                None => write!(table, "-")?,
            }
            let b = breakdown;
            writeln!(table, "\t{}\t{}\t{}\t{}", b.enis, b.ipv4_per_eni, b.max_pods, b.allowed)?;
        }
        table.flush()
    }
}
