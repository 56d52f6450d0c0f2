//! The number alone, as the reference script prints it.

use std::io::{self, Write};

use super::{Answer, Format};

pub struct Value;

impl Format<Answer> for Value {
    fn name(&self) -> &'static str {
        "value"
    }

    fn about(&self) -> &'static str {
        "the number alone, for scripts"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", answer.max_pods())
    }
}
