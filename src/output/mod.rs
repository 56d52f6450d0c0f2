//! The answer on stdout, a file a format. A new format is its file and its line in [`FORMATS`]
//! (and the `mod` that Rust wants): flags, help and README table follow from there.

mod explain;
mod json;
mod value;

use std::io::{self, Write};

use anyhow::Context;
use maxpods::{Breakdown, InstanceType};

/// Every format of the main job, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format] = &[&value::Value, &json::Json, &explain::Explain];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "value";

/// What there is to print: it knows the figures, not how they were come by.
pub struct Answer<'a> {
    pub instance_type: &'a InstanceType,
    pub breakdown: &'a Breakdown,
}

/// A way to print the answer.
pub trait Format: Sync {
    /// What `-o` calls it.
    fn name(&self) -> &'static str;

    /// One line for the help.
    fn about(&self) -> &'static str;

    /// Whether the answer itself shows the warnings, so that stderr need not.
    fn shows_warnings(&self) -> bool {
        false
    }

    /// Writes the answer, line break included.
    fn write(&self, answer: &Answer<'_>, out: &mut dyn Write) -> io::Result<()>;
}

pub fn find(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// Prints the answer on stdout.
///
/// # Errors
/// Where stdout does not take it.
pub fn print(format: &dyn Format, answer: &Answer<'_>) -> anyhow::Result<()> {
    // All of it in one write: what stdout gets is the whole answer or none of it.
    let mut text = Vec::new();
    format.write(answer, &mut text).context("cannot put the answer into words")?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&text).and_then(|()| stdout.flush()).map_err(failed)
}

/// stdout did not take the answer.
pub fn failed(error: io::Error) -> anyhow::Error {
    anyhow::Error::new(error).context("cannot write the answer to stdout")
}
