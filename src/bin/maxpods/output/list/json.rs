//! An array of the main job's objects, one a line.

use std::io::{self, Write};

use serde::Serialize;

use super::{Format, Listing, in_one_line};
use crate::output::json::{ExpressionObject, RulesObject};
use crate::output::json_text;

pub struct Json;

impl Format<Listing> for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "an array of the main job's objects, for programs"
    }

    fn write(&self, listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
        match listing {
            Listing::Rules(rows) => {
                array(rows.iter().map(|row| RulesObject::new(&row.instance_type, &row.outcome)), out)
            }
            Listing::Expression(expression, rows) => {
                let outcomes: Vec<_> = rows.iter().map(|row| in_one_line(&row.outcome)).collect();
                let objects = rows.iter().zip(&outcomes).map(|(row, outcome)| {
                    let outcome = outcome.as_ref().map(|evaluation| *evaluation).map_err(String::as_str);
                    ExpressionObject::new(&row.instance_type, expression, outcome)
                });
                array(objects, out)
            }
        }
    }
}

fn array(objects: impl Iterator<Item = impl Serialize>, out: &mut dyn Write) -> io::Result<()> {
    for (i, object) in objects.enumerate() {
        out.write_all(if i == 0 { b"[\n" } else { b",\n" })?;
        json_text::write(&object, out)?;
    }
    writeln!(out, "\n]")
}
