//! The arguments of `maxpods plan`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args};
use maxpods::cluster::plan::Surge;
use maxpods::cni::WarmTargets;
use maxpods::formula::MOST_PODS;
use maxpods::text::whole_number;

use super::values::count;
use super::{ClusterArgs, CniArgs, InstanceTypesFile, RulesArgs};
use crate::output::plan::Answer;
use crate::output::{self, Format};

#[derive(Args)]
#[command(
    after_help = "Examples: maxpods plan --context prod --vpc vpc-0123456789abcdef0 --surge 10%\n          \
                  kubectl get nodes,pods,daemonsets -A -o json | maxpods plan\n          \
                  maxpods plan --instance-type m5.large --cni-prefix-delegation-enabled --pods 27 --nodes 20 \
                  --subnet 10.0.0.0/24"
)]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub struct Plan {
    /// Read the output of `kubectl get nodes,pods,daemonsets -A -o json` from CLUSTER [- for stdin; default:
    /// stdin, or the cluster itself if stdin is a terminal]
    #[arg(value_name = "CLUSTER", id = "file")]
    pub file: Option<PathBuf>,

    #[command(flatten)]
    pub cluster: ClusterArgs,

    /// Plan for nodes of this instance type, such as m5.large, and not for a cluster
    #[arg(long, value_name = "TYPE", help_heading = "Instance type")]
    pub instance_type: Option<String>,

    #[command(flatten)]
    pub instance_types_file: InstanceTypesFile,

    #[command(flatten)]
    pub cni: CniArgs,

    #[command(flatten)]
    pub warm: WarmArgs,

    #[command(flatten)]
    pub rules: RulesArgs,

    /// Set max pods as the kubelet has it, in place of the number that the rules give (with --instance-type)
    #[arg(
        long,
        value_name = "N",
        allow_hyphen_values = true,
        conflicts_with_all = ["max_pods_ceiling", "show_max_allowed"],
        value_parser = count("pods", 1..=u32::try_from(MOST_PODS).unwrap_or(u32::MAX), 110),
        help_heading = "Limits"
    )]
    pub max_pods: Option<u32>,

    /// Plan for nodes with N pods that need an address (with --instance-type); several numbers with commas
    /// between them [default: 0, a quarter, a half, three quarters and all of a full node]
    #[arg(
        long,
        value_name = "N",
        allow_hyphen_values = true,
        action = ArgAction::Set,
        value_delimiter = ',',
        value_parser = count("pods", 0..=u32::MAX, 27),
        help_heading = "Nodes and subnets"
    )]
    pub pods: Option<Vec<u32>>,

    #[command(flatten)]
    pub subnets: SubnetArgs,

    #[command(flatten)]
    pub aws: AwsArgs,

    /// Print in this format
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = output::plan::DEFAULT,
        value_parser = output::parser(output::plan::FORMATS),
        help_heading = "Output"
    )]
    pub output: &'static dyn Format<Answer>,

    /// Print no warnings
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
}

/// The warm targets of the CNI.
#[derive(Args)]
#[command(next_help_heading = "VPC CNI")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
#[allow(clippy::struct_field_names, reason = "each field is named after its flag")]
pub struct WarmArgs {
    /// Set WARM_ENI_TARGET, the spare ENIs with secondary IPs [default: 1]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("ENIs", 0..=u32::MAX, 1))]
    pub cni_warm_eni_target: Option<u32>,

    /// Set WARM_PREFIX_TARGET, the spare prefixes [default: 1; 0 where --cni-from-daemonset does not set
    /// it]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("prefixes", 0..=u32::MAX, 1))]
    pub cni_warm_prefix_target: Option<u32>,

    /// Set WARM_IP_TARGET, the spare addresses; wins over the two above [default: 0, off]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("addresses", 0..=u32::MAX, 5))]
    pub cni_warm_ip_target: Option<u32>,

    /// Set MINIMUM_IP_TARGET, the least addresses of a node, used ones included [default: 0, off]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("addresses", 0..=u32::MAX, 32))]
    pub cni_minimum_ip_target: Option<u32>,
}

/// The nodes, and the subnets that are to hold them.
#[derive(Args)]
#[command(next_help_heading = "Nodes and subnets")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub struct SubnetArgs {
    /// Spread N nodes with the largest number of --pods evenly over the subnets (with --instance-type);
    /// without subnets, print the smallest that hold them
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("nodes", 1..=u32::MAX, 20))]
    pub nodes: Option<u32>,

    /// Place the nodes in these empty subnets; several CIDRs with commas between them
    #[arg(
        long,
        value_name = "CIDR",
        action = ArgAction::Set,
        value_delimiter = ',',
        requires = "nodes",
        conflicts_with = "subnets_file"
    )]
    pub subnet: Option<Vec<String>>,

    /// Ask if the subnets hold N more nodes, or N% more, of each group and type in each subnet, as in an
    /// upgrade
    #[arg(long, value_name = "N|N%", allow_hyphen_values = true, value_parser = surge)]
    pub surge: Option<Surge>,

    /// Ask if the subnets hold the nodes when each has as many pods as its kubelet takes
    #[arg(long)]
    pub full: bool,

    /// Read the subnets from FILE, the output of `aws ec2 describe-subnets` [- for stdin]
    #[arg(long, value_name = "FILE")]
    pub subnets_file: Option<PathBuf>,

    /// Read which addresses of the subnets are used from FILE, the output of `aws ec2
    /// describe-network-interfaces` [- for stdin]
    #[arg(long, value_name = "FILE", requires = "subnets_file")]
    pub network_interfaces_file: Option<PathBuf>,

    /// Read the reservations in the subnets from FILE, the output of `aws ec2
    /// get-subnet-cidr-reservations` for each subnet [- for stdin]
    #[arg(long, value_name = "FILE", requires = "subnets_file")]
    pub cidr_reservations_file: Option<PathBuf>,

    /// Leave N addresses free in each subnet [default: 0]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("addresses", 0..=u32::MAX, 10))]
    pub spare: Option<u32>,
}

/// The AWS CLI, which describes the subnets of a cluster.
#[derive(Args)]
#[command(next_help_heading = "Nodes and subnets")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub struct AwsArgs {
    /// Ask for the subnets of this VPC, with the AWS CLI
    #[arg(
        long,
        value_name = "VPC",
        value_parser = vpc,
        conflicts_with_all = ["subnets_file", "network_interfaces_file", "cidr_reservations_file"]
    )]
    pub vpc: Option<String>,

    /// Ask in this region
    #[arg(long, value_name = "NAME", requires = "vpc")]
    pub region: Option<OsString>,

    /// Ask with this profile of the AWS CLI
    #[arg(long, value_name = "NAME", requires = "vpc")]
    pub profile: Option<OsString>,

    /// Ask with PROGRAM in place of aws
    #[arg(long, value_name = "PROGRAM", requires = "vpc")]
    pub aws: Option<OsString>,
}

/// Reads a number of nodes, or a percentage.
fn surge(text: &str) -> Result<Surge, &'static str> {
    let text = text.trim();
    let (digits, is_percentage) = match text.strip_suffix('%') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let number =
        whole_number(digits).filter(|_| !digits.ends_with(' ')).and_then(|number| u32::try_from(number).ok());
    match number {
        Some(percent) if is_percentage => Ok(Surge::Percent(percent)),
        Some(nodes) => Ok(Surge::Nodes(nodes)),
        None => Err("not a number of nodes or a percentage; give one, such as 2 or 10%"),
    }
}

/// Reads the id of a VPC. It becomes a part of a filter of the AWS CLI.
fn vpc(text: &str) -> Result<String, &'static str> {
    let id = text.trim();
    let rest = id.strip_prefix("vpc-").filter(|rest| !rest.is_empty());
    if rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        Ok(id.into())
    } else {
        Err("not the id of a VPC; give one, such as vpc-0123456789abcdef0")
    }
}

impl WarmArgs {
    /// The targets as the options give them, and as `targets` has them where no option is given.
    pub fn apply_to(&self, targets: WarmTargets) -> WarmTargets {
        WarmTargets {
            warm_eni: self.cni_warm_eni_target.unwrap_or(targets.warm_eni),
            warm_prefix: self.cni_warm_prefix_target.unwrap_or(targets.warm_prefix),
            warm_ip: self.cni_warm_ip_target.unwrap_or(targets.warm_ip),
            minimum_ip: self.cni_minimum_ip_target.unwrap_or(targets.minimum_ip),
        }
    }
}
