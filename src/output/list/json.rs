//! An array of the main job's objects, one a line.

use std::io::{self, Write};

use super::{Answer, Format};
use crate::output::json::Object;

pub struct Json;

impl Format<[Answer]> for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "an array of the main job's objects, for programs"
    }

    fn write(&self, answers: &[Answer], out: &mut dyn Write) -> io::Result<()> {
        for (i, answer) in answers.iter().enumerate() {
            out.write_all(if i == 0 { b"[\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &Object::from(answer))?;
        }
        writeln!(out, "\n]")
    }
}
