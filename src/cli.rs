//! The command line, defined once: parsing, `-h` and `--help` all come from here.

mod count;
mod expression;
mod options;
mod quick;
mod subcommands;

use std::env;
use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand as _};
use maxpods::Escaped;

pub use expression::ExpressionArgs;
pub use options::{Bounds, Cni, Facts, Limits};
pub use subcommands::{Command, Completions, List, Verify};

use crate::diagnostics::UsageError;
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
        let error = Cli::try_parse_from(escaped).err().unwrap_or(error);
        stray_word(&error).map_or_else(|| error.into(), Into::into)
    })
}

/// A word that belongs to nothing: `maxpods m5.large` is what many try first, and an expression without
/// quotes. clap takes the word for a subcommand, and the options before it for what is wrong.
fn stray_word(error: &clap::Error) -> Option<UsageError> {
    let kind = match error.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        _ => ContextKind::InvalidSubcommand,
    };
    let Some(ContextValue::String(word)) = error.get(kind) else { return None };
    let help = if word.starts_with('-') || Command::has_subcommand(word) {
        return None;
    } else if env::args_os().any(|arg| is_expression(&arg)) {
        "an expression is one word to the shell where it stands in quotes".into()
    } else if word.contains('.') {
        format!("an instance type is given as --instance-type {word}")
    } else if error.kind() == ErrorKind::ArgumentConflict {
        "maxpods --help shows every option and subcommand".into()
    } else {
        // clap names what is alike.
        return None;
    };
    Some(UsageError { message: format!("unexpected argument '{word}'"), help })
}

/// Whether this word gives an expression, or says that the next one does.
fn is_expression(word: &OsStr) -> bool {
    word == "--expression" || word.as_encoded_bytes().starts_with(b"--expression=")
}
