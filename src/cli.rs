//! The command line, defined once: parsing, `-h` and `--help` all come from here.

mod expression;
mod quick;

use std::env;
use std::ffi::OsString;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand};
use glob::Pattern;
use maxpods::{CniSettings, CniVersion, Escaped, Settings};

pub use expression::ExpressionArgs;

use crate::diagnostics::{Exit, report};
use crate::output::list::Listing;
use crate::output::verify::Report;
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
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
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

/// Where the facts of the instance types come from.
#[derive(Args)]
pub struct Facts {
    /// Take instance types from `aws ec2 describe-instance-types` output [- for stdin]
    ///
    /// For types newer than the embedded table. They win over the embedded ones for the types that
    /// the file names.
    #[arg(long, value_name = "FILE", help_heading = "Instance type")]
    pub instance_types_file: Option<PathBuf>,
}

/// The settings of the VPC CNI.
#[derive(Args)]
#[command(next_help_heading = "VPC CNI")]
#[allow(clippy::struct_field_names, reason = "each field is named after its flag")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub struct Cni {
    /// Version of the VPC CNI, such as 1.19.2 [default: the newest]
    #[arg(long, value_name = "VERSION", allow_hyphen_values = true)]
    pub cni_version: Option<CniVersion>,

    /// Pods use the subnets of an ENIConfig: the primary ENI gives them no addresses
    #[arg(long)]
    pub cni_custom_networking_enabled: bool,

    /// /28 prefixes in place of single addresses (Nitro instances, VPC CNI 1.9 or newer)
    #[arg(long)]
    pub cni_prefix_delegation_enabled: bool,

    /// At most so many ENIs are attached: the CNI's MAX_ENI [default: all the type has]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = max_eni)]
    pub cni_max_eni: Option<MaxEni>,

    /// Take the CNI's settings from the aws-node DaemonSet in this JSON [- for stdin]
    ///
    /// From `kubectl get daemonset aws-node -n kube-system -o json`. The other options win over it.
    #[arg(long, value_name = "FILE")]
    pub cni_from_daemonset: Option<PathBuf>,
}

/// What bounds the number besides the CNI.
#[derive(Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Print what the network allows, without the recommended ceiling
    #[arg(long, conflicts_with = "max_pods_ceiling")]
    pub show_max_allowed: bool,

    #[command(flatten)]
    pub bounds: Bounds,
}

/// What bounds the number besides the CNI, wherever there is a recommended one.
#[derive(Args)]
#[command(next_help_heading = "Limits")]
pub struct Bounds {
    /// Your own ceiling in place of 110 (250 above 30 vCPUs)
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_pods_ceiling: Option<u32>,

    /// Pods on the host's network, which need no address: the CNI and kube-proxy are 2
    #[arg(long, value_name = "N", allow_hyphen_values = true, default_value_t = maxpods::HOST_NETWORK_PODS)]
    pub host_network_pods: u32,

    /// ENIs that give pods no addresses: the trunk of security groups for pods, EFA-only ones
    #[arg(long, value_name = "N", allow_hyphen_values = true, default_value_t = 0)]
    pub reserved_enis: u32,
}

impl Limits {
    /// The settings that these and the CNI's own make together.
    pub fn with(&self, cni: CniSettings) -> Settings {
        let mut settings = self.bounds.with(cni);
        settings.show_max_allowed = self.show_max_allowed;
        settings
    }
}

impl Bounds {
    /// The settings that these and the CNI's own make together.
    pub fn with(&self, cni: CniSettings) -> Settings {
        let mut settings = Settings::default();
        settings.cni = cni;
        settings.reserved_enis = self.reserved_enis;
        settings.host_network_pods = self.host_network_pods;
        settings.ceiling = self.max_pods_ceiling.and_then(NonZeroU32::new);
        settings
    }
}

impl Cni {
    /// The settings as the flags give them.
    pub fn settings(&self) -> CniSettings {
        self.over(CniSettings::default())
    }

    /// The settings as the flags give them, and as these are where no flag was given.
    pub fn over(&self, mut cni: CniSettings) -> CniSettings {
        if self.cni_version.is_some() {
            cni.version.clone_from(&self.cni_version);
        }
        cni.custom_networking |= self.cni_custom_networking_enabled;
        cni.prefix_delegation |= self.cni_prefix_delegation_enabled;
        if let Some(MaxEni(limit)) = self.cni_max_eni {
            cni.max_eni = limit;
        }
        cni
    }
}

/// A value of `--cni-max-eni`; an empty one is no limit.
#[derive(Clone, Copy)]
pub struct MaxEni(pub Option<NonZeroU32>);

/// The reference script takes an empty value for none given, and its callers write
/// `--cni-max-eni "$MAX_ENI"` with a variable that may be empty.
fn max_eni(text: &str) -> Result<MaxEni, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(MaxEni(None));
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("not a whole number of ENIs; give 1 or more");
    }
    // No node has more ENIs than that, so a larger limit limits nothing either.
    let limit = text.parse().unwrap_or(u32::MAX);
    NonZeroU32::new(limit).map(|n| MaxEni(Some(n))).ok_or("a node has at least 1 ENI; give 1 or more")
}

fn pattern(text: &str) -> Result<Pattern, glob::PatternError> {
    Pattern::new(&text.trim().to_ascii_lowercase())
}

/// Reads the command line. Help and version are printed here.
///
/// # Errors
/// [`clap::Error`] where the command line is wrong.
pub fn parse() -> anyhow::Result<Cli> {
    if let Some(calculate) = quick::parse(env::args_os().skip(1)) {
        return Ok(Cli { calculate, command: None });
    }
    let error = match Cli::try_parse() {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let printed = output::print_text(error.render().to_string().as_bytes());
        let exit = printed.map_or_else(|error| report(&error), |()| Exit::Success);
        process::exit(exit as i32);
    }
    // clap repeats the words of the command line as they are. The same error for the escaped words
    // is safe to show.
    let escaped = env::args_os().map(|arg| OsString::from(Escaped(&arg.to_string_lossy()).to_string()));
    let error = Cli::try_parse_from(escaped).err().unwrap_or(error);
    Err(with_hint(error).into())
}

/// `maxpods m5.large` is what many try first, and an expression without quotes.
fn with_hint(mut error: clap::Error) -> clap::Error {
    let stray =
        [ContextKind::InvalidArg, ContextKind::InvalidSubcommand].iter().find_map(|&kind| error.get(kind));
    if let Some(ContextValue::String(word)) = stray
        && !word.starts_with('-')
    {
        let hint = if env::args_os().any(|arg| arg == "--expression") {
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
