//! What the command does, a file a subcommand.

mod calculate;
mod completions;
mod list;
mod man;

use anyhow::Context;
use maxpods::{Catalog, CniSettings, parse_instance_types};

use crate::cli::{Cli, Cni, Command, Facts};
use crate::diagnostics::{Exit, warn};
use crate::input;

/// Runs what the command line asks for.
///
/// # Errors
/// Where there is no answer; nothing was printed on stdout then.
pub fn run(cli: &Cli) -> anyhow::Result<Exit> {
    match &cli.command {
        None => calculate::run(&cli.calculate),
        Some(Command::List(args)) => list::run(args),
        Some(Command::Completions(args)) => completions::run(args),
        Some(Command::Man) => man::run(),
    }
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

/// The settings of the CNI.
fn cni(args: &Cni, quiet: bool) -> CniSettings {
    if args.cni_max_eni.is_some_and(|limit| limit.0.is_none()) {
        warn(quiet, "--cni-max-eni is empty: no limit is taken, as the reference script does");
    }
    args.settings()
}
