//! What the command does, a file a subcommand.

mod calculate;
mod completions;
mod list;
mod man;
mod verify;

use std::path::Path;

use maxpods::{AwsNode, Catalog, CniSettings, Dialect, Escaped, Expression, Warning, parse_instance_types};

use crate::cli::{Bounds, Cli, Cni, Command, ExpressionArgs, Facts};
use crate::diagnostics::{Exit, UsageError, warn};
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
        Some(Command::Verify(args)) => verify::run(args),
    }
}

/// Makes sure that stdin is read once, by one of the shared options or as the command's own file.
fn stdin_once(facts: &Facts, cni: &Cni, file: Option<&Path>) -> Result<(), UsageError> {
    input::stdin_once(&[
        ("FILE", file),
        ("--instance-types-file", facts.instance_types_file.as_deref()),
        ("--cni-from-daemonset", cni.cni_from_daemonset.as_deref()),
    ])
}

/// The known instance types, with those of the user's file.
fn catalog(facts: &Facts) -> anyhow::Result<Catalog> {
    let Some(file) = &facts.instance_types_file else {
        return Ok(Catalog::new());
    };
    Ok(Catalog::with(input::read_whole(file, parse_instance_types)?))
}

/// The settings of the CNI: as the flags give them, and for the others as its `DaemonSet` does where
/// the user names its file.
fn cni(args: &Cni, bounds: &Bounds, quiet: bool) -> anyhow::Result<CniSettings> {
    let file = args.cni_from_daemonset.as_deref();
    let aws_node = file.map(|file| input::read(file, AwsNode::read)).transpose()?;
    Ok(cni_over(aws_node, args, bounds, quiet))
}

/// The settings of a cluster's CNI, where they are known, with those of the flags over them. Warns of
/// what was not read there, unless a flag says it.
fn cni_over(aws_node: Option<AwsNode>, args: &Cni, bounds: &Bounds, quiet: bool) -> CniSettings {
    if args.cni_max_eni.is_some_and(|limit| limit.0.is_none()) {
        warn(quiet, "--cni-max-eni is empty and counts as not given, as with the reference script");
    }
    let Some(aws_node) = aws_node else {
        return args.settings();
    };
    let given = bounds.with(args.settings());
    for warning in &aws_node.warnings {
        warn(quiet || warning.is_settled_by(&given), warning);
    }
    args.over(aws_node.settings)
}

/// Warns of types: one line a warning, not one a type.
fn warn_of_types<'a>(quiet: bool, warnings: impl Iterator<Item = (&'a str, &'a Warning)>) {
    let mut seen: Vec<(&Warning, &str, Vec<&str>)> = Vec::new();
    for (name, warning) in warnings {
        match seen.iter_mut().find(|(known, ..)| *known == warning) {
            Some((.., others)) => others.push(name),
            None => seen.push((warning, name, Vec::new())),
        }
    }
    for (warning, first, others) in seen {
        let first = Escaped(first);
        match others.last() {
            None => warn(quiet, format!("{first}: {warning}")),
            Some(last) => {
                let count = 1 + others.len();
                warn(quiet, format!("{count} types ({first} to {}): {warning}", Escaped(last)));
            }
        }
    }
}

/// The max-pods expression, where one was given. `shown` is the dialect of an output format that
/// shows the expression itself.
fn expression(args: &ExpressionArgs, shown: Option<Dialect>) -> anyhow::Result<Option<Expression>> {
    let Some(text) = &args.expression else {
        return Ok(None);
    };
    let dialect = match (args.expression_dialect, shown) {
        (Some(asked), Some(shown)) if asked != shown => {
            return Err(UsageError {
                message: format!("-o {shown} shows an expression for {shown}, and not one for {asked}"),
                help: format!("leave --expression-dialect {asked} or -o {shown} out"),
            }
            .into());
        }
        (asked, shown) => asked.or(shown).unwrap_or_default(),
    };
    Ok(Some(Expression::compile(text, dialect)?))
}
