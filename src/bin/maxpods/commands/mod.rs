//! The commands, a file for each.

mod calculate;
mod check;
mod cluster;
mod completions;
mod expression;
mod inputs;
mod kubectl;
mod list;
mod man;
mod plan;
mod progress;
mod verify;

use std::collections::HashMap;

use maxpods::formula::Warning;
use maxpods::text::Escaped;

use crate::cli::{Cli, Command, Deferred};
use crate::diagnostics::{Exit, Failure, warn};

/// Runs what the command line asks for.
///
/// # Errors
/// If there is no answer. Nothing was printed on stdout then.
pub fn run(cli: &Cli) -> Result<Exit, Failure> {
    match &cli.command {
        None => calculate::run(&cli.calculate),
        Some(Command::List(Deferred(args))) => list::run(args),
        Some(Command::Completions(Deferred(args))) => completions::run(args),
        Some(Command::Man) => man::run(),
        Some(Command::Verify(Deferred(args))) => verify::run(args),
        Some(Command::Plan(Deferred(args))) => plan::run(args),
        Some(Command::Check(Deferred(args))) => check::run(args),
    }
}

/// Prints warnings about instance types: one line for each warning, with the types that it concerns.
fn warn_of_types<'a>(quiet: bool, warnings: impl Iterator<Item = (&'a str, &'a Warning)>) {
    struct Concerned<'a> {
        warning: &'a Warning,
        first: &'a str,
        last: &'a str,
        types: usize,
    }
    let mut all: Vec<Concerned<'a>> = Vec::new();
    let mut places: HashMap<&Warning, usize> = HashMap::new();
    for (name, warning) in warnings {
        let place = *places.entry(warning).or_insert(all.len());
        match all.get_mut(place) {
            Some(concerned) => {
                concerned.last = name;
                concerned.types += 1;
            }
            None => all.push(Concerned { warning, first: name, last: name, types: 1 }),
        }
    }
    for Concerned { warning, first, last, types } in all {
        let (first, last) = (Escaped(first), Escaped(last));
        match types {
            1 => warn(quiet, format!("{first}: {warning}")),
            _ => warn(quiet, format!("{types} types ({first} to {last}): {warning}")),
        }
    }
}
