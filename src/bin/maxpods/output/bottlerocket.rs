//! Bottlerocket's settings, as user data.

use std::io::{self, Write};

use super::{Answer, Format};

pub struct Bottlerocket;

impl Format<Answer> for Bottlerocket {
    fn name(&self) -> &'static str {
        "bottlerocket"
    }

    fn about(&self) -> &'static str {
        "TOML user data for Bottlerocket"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "[settings.kubernetes]\nmax-pods = {}", answer.max_pods())
    }
}
