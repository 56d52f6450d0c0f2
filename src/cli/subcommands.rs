//! The subcommands and their arguments.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches, Subcommand};
use glob::Pattern;

use super::count::count;
use super::{Bounds, Cni, ExpressionArgs, Facts, Limits};
use crate::output::list::Listing;
use crate::output::verify::Report;
use crate::output::{self, Format};

/// The subcommands.
pub enum Command {
    List(List),
    Verify(Verify),
    Completions(Completions),
    Man,
}

/// Each subcommand's name, and its line in the help.
const LIST: (&str, &str) = ("list", "Every instance type and its number");
const VERIFY: (&str, &str) = ("verify", "Whether a cluster's nodes have the right number");
const COMPLETIONS: (&str, &str) = ("completions", "Completions for your shell");
const MAN: (&str, &str) = ("man", "The man page, as roff");

/// By hand, where a derive would define the options of every subcommand at each start: `defer` does
/// so for the one that is called, and the main job pays for none.
impl Subcommand for Command {
    fn augment_subcommands(cmd: clap::Command) -> clap::Command {
        let subcommand = |(name, about)| clap::Command::new(name).about(about);
        cmd.disable_help_subcommand(true)
            .subcommand(subcommand(LIST).defer(List::augment_args))
            .subcommand(subcommand(VERIFY).defer(Verify::augment_args))
            .subcommand(subcommand(COMPLETIONS).defer(Completions::augment_args))
            .subcommand(subcommand(MAN))
    }

    fn augment_subcommands_for_update(cmd: clap::Command) -> clap::Command {
        Self::augment_subcommands(cmd)
    }

    fn has_subcommand(name: &str) -> bool {
        [LIST, VERIFY, COMPLETIONS, MAN].iter().any(|(known, _)| *known == name)
    }
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        match matches.subcommand() {
            Some(("list", matches)) => List::from_arg_matches(matches).map(Self::List),
            Some(("verify", matches)) => Verify::from_arg_matches(matches).map(Self::Verify),
            Some(("completions", matches)) => Completions::from_arg_matches(matches).map(Self::Completions),
            Some(("man", _)) => Ok(Self::Man),
            _ => Err(clap::Error::new(ErrorKind::MissingSubcommand)),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Every instance type and its number
///
/// Every instance type, or those that match a pattern, in family then size order. Each number is
/// what `maxpods --instance-type TYPE` prints with the same options.
#[derive(Args)]
pub struct List {
    /// Shell-style patterns, such as 'm5*' or '*.metal' [default: every type]
    #[arg(value_name = "PATTERN", value_parser = pattern)]
    pub patterns: Vec<Pattern>,

    /// Only types that reach so many pods
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("pods", 0..=u64::MAX, 110))]
    pub min_pods: Option<u64>,

    #[command(flatten)]
    pub facts: Facts,

    #[command(flatten)]
    pub cni: Cni,

    #[command(flatten)]
    pub limits: Limits,

    #[command(flatten)]
    pub expression: ExpressionArgs,

    /// What to print
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = output::list::DEFAULT,
        value_parser = output::parser(output::list::FORMATS),
        help_heading = "Output"
    )]
    pub output: &'static dyn Format<Listing>,

    /// No warnings
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// Whether a cluster's nodes have the right number
///
/// Holds the pod limit of each node against what its network allows. Reads what kubectl prints:
/// nodes, and the CNI's settings where the aws-node DaemonSet is among them. Exit code 1 says that
/// a node is off.
#[derive(Args)]
#[command(after_help = "Example: kubectl get nodes,daemonsets -A -o json | maxpods verify")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub struct Verify {
    /// Output of `kubectl get nodes,daemonsets -A -o json` [default: stdin]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Nodes with fewer pods than recommended are no failure
    #[arg(long)]
    pub allow_under: bool,

    #[command(flatten)]
    pub facts: Facts,

    #[command(flatten)]
    pub cni: Cni,

    #[command(flatten)]
    pub bounds: Bounds,

    /// What to print
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = output::verify::DEFAULT,
        value_parser = output::parser(output::verify::FORMATS),
        help_heading = "Output"
    )]
    pub output: &'static dyn Format<Report>,

    /// No warnings
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// Completions for your shell
///
/// Prints a script for the shell to read. It completes options, formats and instance types.
#[derive(Args)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

fn pattern(text: &str) -> Result<Pattern, glob::PatternError> {
    Pattern::new(&text.trim().to_ascii_lowercase())
}
