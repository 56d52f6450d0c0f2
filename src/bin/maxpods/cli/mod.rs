//! The command line. It is defined once: parsing, help, completions and the man page come from here.

mod check;
mod cluster;
mod deferred;
mod expression;
mod options;
mod plan;
mod subcommands;
mod values;

use std::env;
use std::ffi::OsStr;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser};
use maxpods::text::Shortened;

pub use check::Check;
pub use cluster::{ClusterArgs, is_kubectl_plugin};
pub use deferred::Deferred;
pub use expression::ExpressionArgs;
pub use options::{CniArgs, InstanceTypesFile, LimitArgs, RulesArgs};
pub use plan::{AwsArgs, Plan, SubnetArgs, WarmArgs};
pub use subcommands::{Command, Completions, List, Verify};
pub use values::MaxEni;

use crate::diagnostics::{Exit, Failure};
use crate::output::{self, Format, Group};

const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("MAXPODS_TABLE_TYPES"),
    " instance types, EC2 as of ",
    env!("MAXPODS_TABLE_DATE"),
    ")"
);

/// Tell how many pods fit on an EKS node, and why
///
/// Print the pod limit of a node, as max-pods-calculator.sh does. The limit follows from the ENIs of the
/// instance type, the IPv4 addresses per ENI, and the settings of the Amazon VPC CNI. No network,
/// credentials or files are needed.
#[derive(Parser)]
#[command(
    version = VERSION,
    // Scripts append overrides, so the last one counts.
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

impl Cli {
    /// The end of the process if the command has no answer.
    pub fn no_answer(&self) -> Exit {
        match &self.command {
            Some(command) if command.is_checker() => Exit::NothingSaid,
            _ => Exit::NoAnswer,
        }
    }
}

/// The main job.
#[derive(Args)]
pub struct Calculate {
    /// Set the instance type, such as m5.large, or those of a node group, such as m5.large,m5a.large
    ///
    /// For several types, the answer is the lowest of their numbers: the one that holds for all.
    #[arg(long, value_name = "TYPE", help_heading = "Instance type")]
    pub instance_type: Option<String>,

    /// Ask this node's instance metadata service (IMDS) for the instance type; wins over --instance-type
    #[arg(long, help_heading = "Instance type")]
    pub instance_type_from_imds: bool,

    #[command(flatten)]
    pub instance_types_file: InstanceTypesFile,

    #[command(flatten)]
    pub cni: CniArgs,

    #[command(flatten)]
    pub rules: RulesArgs,

    #[command(flatten)]
    pub expression: ExpressionArgs,

    /// Print in this format
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = output::DEFAULT,
        value_parser = output::parser(output::FORMATS),
        help_heading = "Output"
    )]
    pub output: &'static dyn Format<Group>,

    /// Add kubeReserved for that number of pods to the configuration formats
    ///
    /// The formats nodeadm, karpenter, bottlerocket, kubelet-args, bootstrap, launch-template and eksctl
    /// carry the reserve that nodeadm's formula gives.
    #[arg(long, help_heading = "Output")]
    pub kube_reserved: bool,

    /// Print no warnings
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// Reads the command line.
///
/// # Errors
/// [`Failure::CommandLine`] or [`Failure::Usage`] if the command line is wrong, or if it asks for help or for
/// the version.
pub fn parse() -> Result<Cli, Failure> {
    Cli::try_parse().map_err(|mut error| {
        make_safe(&mut error);
        stray_word(&error).unwrap_or(Failure::CommandLine(error))
    })
}

/// Shortens and escapes the words of the command line that are repeated in the error.
fn make_safe(error: &mut clap::Error) {
    let safe = |text: &str| Shortened(text).to_string();
    let words: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(safe(text)))),
            ContextValue::Strings(texts) => {
                Some((kind, ContextValue::Strings(texts.iter().map(|text| safe(text)).collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in words {
        error.insert(kind, value);
    }
}

/// A better message for a word that is neither an option nor a value nor a subcommand. Many users first try
/// `maxpods m5.large`, or an expression without quotes. clap takes such a word for a subcommand, and reports
/// a conflict with the options before it.
fn stray_word(error: &clap::Error) -> Option<Failure> {
    let kind = match error.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        _ => ContextKind::InvalidSubcommand,
    };
    let Some(ContextValue::String(word)) = error.get(kind) else { return None };
    let is_subcommand = |word: &OsStr| Cli::command().find_subcommand(word).is_some();
    let help = if word.starts_with('-') || is_subcommand(OsStr::new(word)) {
        return None;
    } else if env::args_os().any(|arg| is_expression(&arg)) {
        "put the whole expression in quotes, so that the shell passes it as one word".into()
    } else if word.contains('.') && !env::args_os().nth(1).is_some_and(|first| is_subcommand(&first)) {
        format!("give an instance type as --instance-type {word}")
    } else if error.kind() == ErrorKind::ArgumentConflict {
        "maxpods --help shows every option and subcommand".into()
    } else {
        // clap suggests similar words.
        return None;
    };
    Some(Failure::usage(format!("unexpected argument '{word}'"), help))
}

/// True if this word is the option `--expression`, with or without its value.
fn is_expression(word: &OsStr) -> bool {
    word == "--expression" || word.as_encoded_bytes().starts_with(b"--expression=")
}
