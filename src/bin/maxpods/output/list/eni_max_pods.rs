//! `TYPE N` lines, the form of the `eni-max-pods.txt` that AWS ships with the AMI.

use std::io::{self, Write};

use maxpods::text::Escaped;

use super::{Format, Listing, in_one_line};

pub struct EniMaxPods;

impl Format<Listing> for EniMaxPods {
    fn name(&self) -> &'static str {
        "eni-max-pods"
    }

    fn about(&self) -> &'static str {
        "lines of type and number, as in AWS's eni-max-pods.txt"
    }

    fn write(&self, listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
        match listing {
            Listing::Rules(rows) => rows.iter().try_for_each(|row| {
                writeln!(out, "{} {}", Escaped(&row.instance_type.name), row.outcome.max_pods)
            }),
            Listing::Expression(_, rows) => rows.iter().try_for_each(|row| {
                let name = Escaped(&row.instance_type.name);
                match in_one_line(&row.outcome) {
                    Ok(evaluation) => writeln!(out, "{name} {}", evaluation.max_pods),
                    // Readers of this format skip comments.
                    Err(error) => writeln!(out, "# {name}: {}", Escaped(&error)),
                }
            }),
        }
    }
}
