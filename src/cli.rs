//! The command line, defined once: parsing, `-h` and `--help` all come from here.

mod count;
mod expression;
mod options;
mod quick;
mod subcommands;

use std::env;
use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser};
use maxpods::Escaped;

pub use expression::ExpressionArgs;
pub use options::{Bounds, Cni, Facts, Limits};
pub use subcommands::{Command, Completions, List, Verify};

use crate::output::{self, Answer, Format};

const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("MAXPODS_TABLE_TYPES"),
    " instance types, EC2 as of ",
    env!("MAXPODS_TABLE_DATE"),
    ")"
);

/// How many pods fit on an EKS node, and why
///
/// Prints the node's pod limit as max-pods-calculator.sh does: from the instance type's ENIs and
/// IPv4 addresses per ENI and the settings of the Amazon VPC CNI. It needs no network, no
/// credentials and no files.
#[derive(Parser)]
#[command(
    version = VERSION,
    // Scripts append overrides: the last one counts.
    args_override_self = true,
    args_conflicts_with_subcommands = true,
    max_term_width = 100,
    after_help = "Example: maxpods --instance-type m5.large --cni-prefix-delegation-enabled"
)]
pub struct Cli {
    #[command(flatten)]
    pub calculate: Calculate,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The main job.
#[derive(Args)]
pub struct Calculate {
    /// Instance type, such as m5.large
    #[arg(long, value_name = "TYPE", help_heading = "Instance type")]
    pub instance_type: Option<String>,

    /// Ask this node's instance metadata service (IMDS); wins over --instance-type
    #[arg(long, help_heading = "Instance type")]
    pub instance_type_from_imds: bool,

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
        default_value = output::DEFAULT,
        value_parser = output::parser(output::FORMATS),
        help_heading = "Output"
    )]
    pub output: &'static dyn Format<Answer>,

    /// No warnings
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// Reads the command line.
///
/// # Errors
/// [`clap::Error`] where the command line is wrong, and where it asks for help or the version.
pub fn parse() -> anyhow::Result<Cli> {
    if let Some(calculate) = quick::parse(env::args_os().skip(1)) {
        return Ok(Cli { calculate, command: None });
    }
    Cli::try_parse().map_err(|error| {
        // clap repeats the words of the command line as they are. The same error for the escaped words
        // is safe to show.
        let escaped = env::args_os().map(|arg| OsString::from(Escaped(&arg.to_string_lossy()).to_string()));
        with_hint(Cli::try_parse_from(escaped).err().unwrap_or(error)).into()
    })
}

/// `maxpods m5.large` is what many try first, and an expression without quotes.
fn with_hint(mut error: clap::Error) -> clap::Error {
    // Only for UnknownArgument is InvalidArg the stray word; for other kinds it names an option.
    let unknown = (error.kind() == ErrorKind::UnknownArgument).then_some(ContextKind::InvalidArg);
    let mut kinds = [unknown, Some(ContextKind::InvalidSubcommand)].into_iter().flatten();
    let stray = kinds.find_map(|kind| error.get(kind));
    if let Some(ContextValue::String(word)) = stray
        && !word.starts_with('-')
    {
        let hint = if env::args_os().any(|arg| is_expression(&arg)) {
            "an expression is one word to the shell where it stands in quotes".to_owned()
        } else if word.contains('.') {
            format!("an instance type is given as --instance-type {word}")
        } else {
            return error;
        };
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint.into()]));
    }
    error
}

/// Whether this word gives an expression, or says that the next one does.
fn is_expression(word: &OsStr) -> bool {
    word == "--expression" || word.as_encoded_bytes().starts_with(b"--expression=")
}
