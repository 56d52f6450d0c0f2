//! Advice: what to do about a cause that the library names. Faults of the command line itself are told where they are
//! found.

mod check;
mod plan;

use maxpods::Error;
use maxpods::cluster::{Judgement, Reason};
use maxpods::cni::variable;
use maxpods::cni::{AwsNodeWarning, ExcludedEnis};
use maxpods::expression::ExpressionErrorKind;
use maxpods::imds::{self, Cause};
use maxpods::pool::PoolError;
use maxpods::subnets::{Subnet, SubnetError, Verdict};
use maxpods::text::{ByteOrder, EncodingError, Escaped, Shortened};

pub use check::{NOTHING_TO_CHECK, for_finding, for_malformed};
pub use plan::*;

/// The command that prints the nodes and the CNI's settings.
const KUBECTL_GET_CLUSTER: &str = "kubectl get nodes,daemonsets -A -o json";
/// The command that prints the nodes, the pods and the CNI's settings.
const KUBECTL_GET_PODS: &str = "kubectl get nodes,pods,daemonsets -A -o json";
/// The command that prints the CNI's settings.
const KUBECTL_GET_AWS_NODE: &str = "kubectl get daemonset aws-node -n kube-system -o json";
/// How to get an answer without IMDS.
const WITHOUT_IMDS: &str = "give --instance-type TYPE in place of --instance-type-from-imds";

/// The source of the input in which the library found an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// The command line and the environment.
    CommandLine,
    /// The file of `--instance-types-file`.
    InstanceTypesFile,
    /// The file of `--cni-from-daemonset`.
    DaemonSetFile,
    /// The nodes of a cluster, for `verify`.
    Cluster,
    /// The output of the kubectl that `verify` runs.
    Kubectl,
    /// The nodes and pods of a cluster, for `plan`.
    ClusterForPlan,
    /// The output of the kubectl that `plan` runs.
    KubectlForPlan,
    /// The subnets that the AWS CLI describes.
    AwsSubnets,
    /// The file of `--subnets-file`.
    SubnetsFile,
    /// The file of `--network-interfaces-file`.
    NetworkInterfacesFile,
    /// The file of `--cidr-reservations-file`.
    CidrReservationsFile,
    /// The files of `check`.
    Check,
}

impl InputKind {
    /// The largest input from this source that is read, in bytes. EC2's answers about the instance types of all
    /// regions are about 10 MB together. An account may have very many network interfaces, of about 3 KB each.
    pub fn most_bytes(self) -> u64 {
        match self {
            Self::NetworkInterfacesFile => 2 << 30,
            _ => 128 << 20,
        }
    }
}

impl InputKind {
    /// True if it gives the objects of a cluster.
    fn is_cluster(self) -> bool {
        matches!(self, Self::Kubectl | Self::Cluster | Self::KubectlForPlan | Self::ClusterForPlan)
    }
}

/// Advice about an error in the input from this source.
pub fn for_error(error: &Error, source: InputKind) -> Option<String> {
    let advice = match error {
        Error::UnknownInstanceType { name, nearest } => unknown_instance_type(name, nearest),
        Error::InstanceTypes { .. } | Error::NoInstanceTypes { .. } => {
            "it should be the output of: aws ec2 describe-instance-types --instance-types TYPE --output json"
                .into()
        }
        Error::NoIpv6OnType { .. } => "give a type of the Nitro system, or --ip-family ipv4".into(),
        Error::NoIpv6InCni { .. } => "give a newer --cni-version, or --ip-family ipv4".into(),
        Error::Contradiction { .. } => "keep the description that is right and remove the other".into(),
        Error::TooManyPods { .. } => {
            "lower --host-network-pods, or leave out --show-max-allowed and --max-pods-ceiling".into()
        }
        Error::ExpressionFailed { error, .. } if error.kind() == ExpressionErrorKind::UnknownFact => {
            "the table does not have it: give the type's facts with --instance-types-file".into()
        }
        Error::InvalidExpression { error, .. }
        | Error::ExpressionNotCovered { error, .. }
        | Error::ExpressionFailed { error, .. } => error.help()?.into(),
        Error::ImdsDisabled => format!("unset {}, or {WITHOUT_IMDS}", imds::DISABLED),
        Error::ImdsEndpoint { variable, .. } => format!(
            "unset {variable} to use the default endpoint, or write it like {}; or {WITHOUT_IMDS}",
            endpoint_example(variable)
        ),
        Error::Imds(error) => imds_error(error),
        Error::NoNodes { .. } if matches!(source, InputKind::Kubectl | InputKind::KubectlForPlan) => {
            "is it the right cluster? kubectl config current-context shows which one kubectl asks; another is \
             given with --context NAME"
                .into()
        }
        Error::Kubernetes { .. } if matches!(source, InputKind::Kubectl | InputKind::KubectlForPlan) => {
            "is the program that --kubectl names a kubectl?".into()
        }
        Error::NoAwsNodeContainer | Error::AwsNodeContradiction
            if source.is_cluster() =>
        {
            format!("give the CNI's settings with --cni-from-daemonset FILE, the output of: {KUBECTL_GET_AWS_NODE}")
        }
        Error::Kubernetes { .. } | Error::NoNodes { .. } if source == InputKind::ClusterForPlan => {
            format!("it should be the whole output of: {KUBECTL_GET_PODS}")
        }
        Error::NothingToPlan { .. } => {
            "give facts of types with --instance-types-file; nodes that run Windows, Fargate or EKS Auto Mode, and \
             hybrid nodes, hold no addresses of the VPC CNI"
                .into()
        }
        Error::Kubernetes { .. } | Error::NoNodes { .. } if source == InputKind::Cluster => {
            format!("it should be the whole output of: {KUBECTL_GET_CLUSTER}")
        }
        Error::Kubernetes { .. }
        | Error::NoNodes { .. }
        | Error::NoAwsNode { .. }
        | Error::NoAwsNodeContainer
        | Error::AwsNodeContradiction => format!("it should be the output of: {KUBECTL_GET_AWS_NODE}"),
        Error::Encoding(error) | Error::Subnets(SubnetError::Encoding(error)) => encoding(*error)?.into(),
        Error::Pool(error) => pool(error)?.into(),
        Error::Subnets(error) => subnets(error, source)?,
        _ => return None,
    };
    Some(advice)
}

/// Advice about text in an encoding that is not read.
pub fn encoding(error: EncodingError) -> Option<&'static str> {
    Some(match error {
        EncodingError::Unmarked(ByteOrder::LittleEndian) => {
            "make UTF-8 of it: iconv -f UTF-16LE -t UTF-8 FILE >NEW, or in PowerShell: Get-Content -Encoding Unicode \
             FILE | Set-Content -Encoding utf8 NEW"
        }
        EncodingError::Unmarked(ByteOrder::BigEndian) => {
            "make UTF-8 of it: iconv -f UTF-16BE -t UTF-8 FILE >NEW, or in PowerShell: Get-Content -Encoding \
             BigEndianUnicode FILE | Set-Content -Encoding utf8 NEW"
        }
        EncodingError::Utf32 => "save it as UTF-8",
        EncodingError::Utf16 { .. } => {
            "write the file again: it was cut off, or text in another encoding was added to it"
        }
        _ => return None,
    })
}

fn pool(error: &PoolError) -> Option<&'static str> {
    Some(match error {
        PoolError::Windows => "leave out --os windows",
        PoolError::NoTarget => "give --cni-warm-prefix-target 1, which is the default of AWS's manifest",
        PoolError::LargerThanSubnet { .. } => "give the number that the kubelet has with --max-pods",
        PoolError::TooManyPods { .. } => {
            "give fewer --pods, or raise --max-pods or --max-pods-ceiling if the kubelet takes more"
        }
        _ => return None,
    })
}

fn subnets(error: &SubnetError, source: InputKind) -> Option<String> {
    let command = match source {
        InputKind::AwsSubnets => match error {
            SubnetError::NoSubnets { .. } => {
                return Some("is it the VPC of the cluster, in this region and account? --region and --profile choose them".into());
            }
            _ => "aws ec2 describe-subnets --output json",
        },
        InputKind::SubnetsFile => "aws ec2 describe-subnets --subnet-ids ID ... --output json",
        InputKind::NetworkInterfacesFile => "aws ec2 describe-network-interfaces --output json",
        InputKind::CidrReservationsFile => {
            "aws ec2 get-subnet-cidr-reservations --subnet-id ID --output json"
        }
        _ => {
            return match error {
                SubnetError::Missing { .. } => {
                    Some("describe the subnets without --query, or add --network-interfaces-file".into())
                }
                SubnetError::Repeated(_) | SubnetError::Overlap(..) => {
                    Some("the subnets of a VPC have no addresses in common: give each once".into())
                }
                SubnetError::Ipv6(_) => Some("give the IPv4 CIDR of the subnet".into()),
                _ => None,
            };
        }
    };
    Some(match error {
        SubnetError::Repeated(_) | SubnetError::Overlap(..) => {
            "keep the subnets of the node group, each once".into()
        }
        SubnetError::Outside { .. } => "the files are of different subnets, or of different times".into(),
        _ => format!("it should be the output of: {command}"),
    })
}

/// A subnet for which EC2's count of free addresses contradicts the network interfaces.
pub fn interfaces_contradict_count(subnet: &Subnet, counted: u64, left: u64) -> String {
    format!(
        "{}: EC2 counts {counted} free addresses, and the network interfaces leave {left}: the file does not \
         show all interfaces of the subnet, or is of another time. Make both files anew, with all interfaces of the subnet",
        Escaped(&subnet.name())
    )
}

fn unknown_instance_type(name: &str, nearest: &[String]) -> String {
    let known = match nearest {
        [] => String::new(),
        nearest => format!("did you mean {}? ", nearest.join(", ")),
    };
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    let short = (1..=Shortened::MOST_CHARACTERS).contains(&name.len());
    let name = if plain && short { name } else { "TYPE" };
    format!(
        "{known}For a type newer than this table, give its facts: \
         aws ec2 describe-instance-types --instance-types {name} | \
         maxpods --instance-types-file - --instance-type {name}"
    )
}

/// A correct value of the variable, as an example.
fn endpoint_example(variable: &str) -> &'static str {
    match variable {
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE" => "IPv6",
        "IMDS_ENDPOINT" => "169.254.169.254:80",
        _ => "http://169.254.169.254",
    }
}

fn imds_error(error: &imds::ImdsError) -> String {
    let cause = match error.cause() {
        Cause::NoConnection => {
            "only EC2 instances have IMDS; on an EC2 instance, a firewall or a network policy may block it"
        }
        Cause::NoThread => {
            "raise the limit on processes and threads (ulimit -u), or write the host as an IP address"
        }
        Cause::TokenLost => {
            "in a container, the token does not arrive if the instance's HttpPutResponseHopLimit is 1; raise \
             it: aws ec2 modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2"
        }
        Cause::Slow => "IMDS was slow; run maxpods again",
        Cause::Forbidden => {
            "IMDS is switched off for the instance (HttpEndpoint=disabled), or a proxy or a firewall refuses \
             the request; to switch IMDS on: aws ec2 modify-instance-metadata-options --instance-id ID \
             --http-endpoint enabled"
        }
        Cause::TokenRefused => {
            "the token was not accepted; a proxy or a mock may stand between this node and IMDS"
        }
        Cause::ServerError => "the service itself reports an error; run maxpods again",
        _ => "the server at this address is not IMDSv2",
    };
    let variable = error.endpoint().variable().map(|name| format!("; check {name}")).unwrap_or_default();
    format!("{cause}{variable}. Or {WITHOUT_IMDS}")
}

/// Advice about a warning of the `aws-node` `DaemonSet`. It is printed behind the warning.
pub fn for_aws_node(warning: &AwsNodeWarning) -> Option<String> {
    let advice = match warning {
        AwsNodeWarning::ElsewhereSet(name) => match *name {
            variable::PREFIX_DELEGATION => "if it is true, give --cni-prefix-delegation-enabled",
            variable::CUSTOM_NETWORKING => "if it is true, give --cni-custom-networking-enabled",
            variable::MAX_ENI => "if it is set, give --cni-max-eni",
            variable::POD_ENI => "if it is true, give --cni-pod-eni-enabled",
            variable::IPV6 => "if it is true, give --ip-family ipv6",
            variable::WARM_ENI => "if it is set, give --cni-warm-eni-target",
            variable::WARM_PREFIX => "if it is set, give --cni-warm-prefix-target",
            variable::WARM_IP => "if it is set, give --cni-warm-ip-target",
            variable::MINIMUM_IP => "if it is set, give --cni-minimum-ip-target",
            _ => return None,
        },
        AwsNodeWarning::EnvFrom => {
            "if they hold a setting that changes the limit, give it with the --cni-... options"
        }
        AwsNodeWarning::NoVersion(_) => "give it with --cni-version",
        _ => return None,
    };
    Some(advice.into())
}

/// The warning of `verify` if its input does not contain the CNI's settings.
pub const NO_CNI_SETTINGS: &str = "there is no aws-node DaemonSet in the input: secondary IPs without custom \
     networking are assumed. Add it (kubectl get nodes,daemonsets -A -o json) or give the settings with \
     the --cni-... options";

/// The warning of `verify` if no node is in one of the given subnets.
pub const NO_NODE_IN_SUBNETS: &str = "no node has an address in exactly one of the subnets of --subnets-file: the \
     verdicts are those without the file";

/// The warning of `verify` about subnets of a cluster with custom networking.
pub const SUBNETS_OF_ENI_CONFIGS: &str = "with custom networking the subnets of the ENIConfigs give pods addresses, and \
     they are not known here: --subnets-file changes nothing";

/// Advice about a pattern that is the name of a family of instance types.
pub fn for_family(family: &str) -> String {
    format!("write '{family}.*' for all types of the family")
}

/// Advice if kubectl cannot be run.
pub const NO_KUBECTL: &str = "install kubectl or name it with --kubectl PROGRAM, or give its output: kubectl get \
     nodes,daemonsets -A -o json | maxpods verify";

/// Advice if a program is a batch file that would change its arguments.
pub const BATCH_FILE: &str = "give a name without such a character, or the path of the program itself (.exe) in place of \
     the batch file";

/// Advice if kubectl fails. Its own message says why.
pub const KUBECTL_FAILED: &str = "a message above is kubectl's own. If you may list nodes and no DaemonSets, give the \
     settings yourself: kubectl get nodes -o json | maxpods verify, with the --cni-... options";

/// Advice about a node whose number is wrong.
pub fn for_node(judgement: &Judgement) -> String {
    match (&judgement.reason, judgement.recommended) {
        (Some(Reason::Excluded(ExcludedEnis::All)), _) => {
            "tag a subnet of the node's VPC and zone with kubernetes.io/role/cni=1, and its own subnet with 0 or not \
             at all"
                .into()
        }
        (Some(Reason::TooFewAddresses(_) | Reason::Excluded(_)), Some(number)) => {
            format!("set max pods to {number}, or pods will wait in ContainerCreating")
        }
        (Some(Reason::Unused(_)), Some(number)) => format!("set max pods to {number}"),
        (Some(Reason::NoWindowsAddresses), _) => {
            "switch on Windows support: set enable-windows-ipam to \"true\" in the ConfigMap amazon-vpc-cni of \
             kube-system"
                .into()
        }
        (Some(Reason::UnknownType), _) => "give the type's facts with --instance-types-file".into(),
        (Some(Reason::NoInstanceType), _) => {
            "find out why the label node.kubernetes.io/instance-type is missing".into()
        }
        _ => "find out why the kubelet does not report how many pods the node takes".into(),
    }
}

/// Advice about a subnet that may not hold its nodes.
pub fn for_subnet(verdict: Verdict, blocks: bool) -> &'static str {
    match (verdict, blocks) {
        (Verdict::Fits, _) => "nothing to do",
        (Verdict::Depends, _) => {
            "enough is free only if EC2 places single addresses well, and each may break a free /28 block. \
             Reserve blocks for prefixes (aws ec2 create-subnet-cidr-reservation --reservation-type prefix) or \
             give a larger subnet"
        }
        (Verdict::DoesNotFit, true) => {
            "a prefix takes a wholly free /28 block, and the first and the last block of a subnet give none. \
             Give larger or more subnets, fewer nodes, or lower targets"
        }
        (Verdict::DoesNotFit, false) => "give larger or more subnets, fewer nodes, or lower targets",
    }
}
