//! What the command does, a file a subcommand.

mod calculate;

use anyhow::Context;
use maxpods::{Catalog, parse_instance_types};

use crate::cli::{Cli, Facts};
use crate::diagnostics::Exit;
use crate::input;

/// Runs what the command line asks for.
///
/// # Errors
/// Where there is no answer; nothing was printed on stdout then.
pub fn run(cli: &Cli) -> anyhow::Result<Exit> {
    calculate::run(&cli.calculate)
}

/// The known instance types, with those of the user's file.
fn catalog(facts: &Facts) -> anyhow::Result<Catalog> {
    let Some(file) = &facts.instance_types_file else {
        return Ok(Catalog::new());
    };
    let json = input::read(file)?;
    let own = parse_instance_types(&json).with_context(|| input::name(file))?;
    Ok(Catalog::with(own))
}
