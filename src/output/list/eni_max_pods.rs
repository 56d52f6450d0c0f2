//! `TYPE N` lines, the form of the `eni-max-pods.txt` that AWS ships with the AMI.

use std::io::{self, Write};

use maxpods::Escaped;

use super::{Answer, Format};

pub struct EniMaxPods;

impl Format<[Answer]> for EniMaxPods {
    fn name(&self) -> &'static str {
        "eni-max-pods"
    }

    fn about(&self) -> &'static str {
        "lines of type and number, as in AWS's eni-max-pods.txt"
    }

    fn write(&self, answers: &[Answer], out: &mut dyn Write) -> io::Result<()> {
        answers.iter().try_for_each(|answer| {
            writeln!(out, "{} {}", Escaped(&answer.instance_type.name), answer.max_pods())
        })
    }
}
