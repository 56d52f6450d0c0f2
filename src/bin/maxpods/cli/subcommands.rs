//! The subcommands and their arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use glob::Pattern;

use super::deferred::Deferred;
use super::values::count;
use super::{Check, ClusterArgs, CniArgs, ExpressionArgs, InstanceTypesFile, LimitArgs, Plan, RulesArgs};
use crate::output::list::Listing;
use crate::output::verify::Report;
use crate::output::{self, Format};

/// The subcommands. The documentation of a variant is its help.
#[derive(Subcommand)]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub enum Command {
    /// Print every instance type and its number
    ///
    /// Print every instance type, or those that match a pattern, in family then size order. Each number is
    /// what `maxpods --instance-type TYPE` prints with the same options.
    List(Deferred<List>),

    /// Check that each node's pod limit fits its network
    ///
    /// Read what kubectl prints: nodes, and the CNI's settings where the aws-node DaemonSet is among them.
    /// Without FILE, and with a terminal as stdin or one of the options below Cluster, run kubectl to ask
    /// the cluster itself.
    ///
    /// The exit code is 0 if every node is right, 1 if a node is off, and 2 if nothing could be said.
    Verify(Deferred<Verify>),

    /// Check the numbers of pods in configuration before a node boots with it
    ///
    /// Read files from which nodes are made, find each number of pods in them, and compare it with what the
    /// network of the instance types allows. The content tells what a file is: an eksctl ClusterConfig,
    /// NodeConfig, user data, Karpenter's EC2NodeClass and NodePools, Bottlerocket's TOML, Terraform, a
    /// Terraform plan (terraform show -json), or the settings of the CNI. Other files are passed over.
    ///
    /// Settings that no file tells come from options, or from the nearest maxpods.toml.
    ///
    /// The exit code is 0 without errors, 1 if a number is wrong, and 2 if a file cannot be read.
    Check(Deferred<Check>),

    /// Plan the addresses of a cluster, or of nodes of one type: warm targets and subnets
    ///
    /// Show who holds the addresses of a cluster, what other warm targets of the CNI would give back, and how
    /// many more nodes its subnets hold. With --surge or --full, tell if the subnets hold that much more.
    /// Without CLUSTER, and with a terminal as stdin or one of the options below Cluster, run kubectl to ask
    /// the cluster itself. With --vpc, run the AWS CLI to ask for its subnets.
    ///
    /// With --instance-type, show how many addresses one node of this type takes, for several numbers of pods
    /// and warm targets. With --nodes, tell if subnets hold so many nodes, or how large the subnets must be.
    ///
    /// The exit code is 0 if every subnet that was asked about holds its nodes, 1 if one does not surely hold
    /// them or a pod gets no address, and 2 if nothing could be said.
    Plan(Deferred<Plan>),

    /// Print a completion script for your shell
    ///
    /// It completes options, formats and instance types.
    Completions(Deferred<Completions>),

    /// Print the man page, as roff
    Man,
}

impl Command {
    /// True if the command has the exit codes of a checker: 0 if everything is right, 1 if something is off, and
    /// 2 if it cannot check.
    pub fn is_checker(&self) -> bool {
        match self {
            Self::Verify(_) | Self::Check(_) | Self::Plan(_) => true,
            Self::List(_) | Self::Completions(_) | Self::Man => false,
        }
    }
}

#[derive(Args)]
pub struct List {
    /// Print only the types that match a shell-style pattern, such as 'm5.*' or '*.metal' [default:
    /// every type]
    #[arg(value_name = "PATTERN", value_parser = pattern)]
    pub patterns: Vec<Pattern>,

    /// Print only types of this architecture
    #[arg(long, value_name = "ARCH", value_parser = ["x86_64", "arm64"])]
    pub arch: Option<String>,

    /// Print only types that reach N pods
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("pods", 0..=u32::MAX, 110))]
    pub min_pods: Option<u32>,

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
        default_value = output::list::DEFAULT,
        value_parser = output::parser(output::list::FORMATS),
        help_heading = "Output"
    )]
    pub output: &'static dyn Format<Listing>,

    /// Print no warnings
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

#[derive(Args)]
#[command(after_help = "Examples: maxpods verify --context prod\n          \
    kubectl get nodes,daemonsets -A -o json | maxpods verify")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub struct Verify {
    /// Read the output of `kubectl get nodes,daemonsets -A -o json` from FILE [- for stdin; default:
    /// stdin, or the cluster itself if stdin is a terminal]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Accept nodes with fewer pods than recommended
    #[arg(long)]
    pub allow_under: bool,

    #[command(flatten)]
    pub cluster: ClusterArgs,

    #[command(flatten)]
    pub instance_types_file: InstanceTypesFile,

    #[command(flatten)]
    pub cni: CniArgs,

    /// Read the tags of the nodes' subnets from FILE, the output of `aws ec2 describe-subnets` [- for stdin]
    ///
    /// Without it, every subnet counts as one that gives pods addresses.
    #[arg(long, value_name = "FILE", conflicts_with = "cni_primary_eni_excluded", help_heading = "VPC CNI")]
    pub subnets_file: Option<PathBuf>,

    #[command(flatten)]
    pub limits: LimitArgs,

    /// Print in this format
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = output::verify::DEFAULT,
        value_parser = output::parser(output::verify::FORMATS),
        help_heading = "Output"
    )]
    pub output: &'static dyn Format<Report>,

    /// Print no warnings
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

#[derive(Args)]
pub struct Completions {
    /// Print the script for this shell
    pub shell: clap_complete::Shell,
}

/// Reads a pattern. Instance types have no folders, so `**` means the same as `*`.
fn pattern(text: &str) -> Result<Pattern, glob::PatternError> {
    let mut pattern = text.trim().to_ascii_lowercase();
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    Pattern::new(&pattern)
}
