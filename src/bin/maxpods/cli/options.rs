//! Options that several commands share, and the library's settings that they stand for.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use maxpods::cni::{CniSettings, CniVersion, ExcludedEnis};
use maxpods::{Os, Settings};

use super::values::{MaxEni, count, max_eni};

/// The option that gives facts of instance types.
#[derive(Args)]
pub struct InstanceTypesFile {
    /// Read instance types from FILE, the output of `aws ec2 describe-instance-types` [- for stdin]
    ///
    /// Use it for types that are newer than the embedded table. If both have a type, the file wins.
    #[arg(long = "instance-types-file", value_name = "FILE", help_heading = "Instance type")]
    pub path: Option<PathBuf>,
}

/// The settings of the VPC CNI.
#[derive(Args, Default)]
#[command(next_help_heading = "VPC CNI")]
#[allow(clippy::struct_field_names, reason = "each field is named after its flag")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub struct CniArgs {
    /// Set the version of the VPC CNI, such as 1.19.2 [default: the newest]
    #[arg(long, value_name = "VERSION", allow_hyphen_values = true)]
    pub cni_version: Option<CniVersion>,

    /// Assume custom networking: pods use the subnets of an ENIConfig, and the primary ENI gives them no
    /// addresses
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true
    )]
    pub cni_custom_networking_enabled: Option<bool>,

    /// Assume prefix delegation: /28 prefixes in place of single addresses (Nitro instances, VPC CNI 1.9 or
    /// newer)
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true
    )]
    pub cni_prefix_delegation_enabled: Option<bool>,

    /// Limit the ENIs that the CNI attaches (its MAX_ENI) [default: all that the type has]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = max_eni)]
    pub cni_max_eni: Option<MaxEni>,

    /// Assume security groups for pods (ENABLE_POD_ENI): a trunk ENI takes the place of an ENI on each node whose
    /// type can have one
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true
    )]
    pub cni_pod_eni_enabled: Option<bool>,

    /// Assume that the node's own subnet has the tag kubernetes.io/role/cni=0: the primary ENI gives pods no
    /// addresses (VPC CNI 1.22 or newer)
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true
    )]
    pub cni_primary_eni_excluded: Option<bool>,

    /// Assume that pods have addresses of this family [default: ipv4]
    ///
    /// In an IPv6 cluster the network does not limit pods: only the recommended ceiling does.
    #[arg(long, value_name = "FAMILY", value_parser = ["ipv4", "ipv6"])]
    pub ip_family: Option<String>,

    /// Read the CNI's settings from FILE, the aws-node DaemonSet as JSON [- for stdin]
    ///
    /// Make the file with `kubectl get daemonset aws-node -n kube-system -o json`. The other options win
    /// over the file.
    #[arg(long, value_name = "FILE")]
    pub cni_from_daemonset: Option<PathBuf>,
}

/// The options of the rules in the main job and in `list`.
#[derive(Args)]
#[command(next_help_heading = "Limits")]
pub struct RulesArgs {
    /// Apply the rules for nodes of this operating system
    #[arg(long, value_name = "OS", default_value = Os::default().name(), value_parser = os(), help_heading = "Instance type")]
    pub os: Os,

    /// Print what the network allows, without the recommended ceiling
    #[arg(long, conflicts_with = "max_pods_ceiling")]
    pub show_max_allowed: bool,

    /// Count N pods with security groups of their own, which have a branch ENI each and need no other address
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("pods", 0..=u32::MAX, 9))]
    pub branch_eni_pods: Option<u32>,

    #[command(flatten)]
    pub limits: LimitArgs,
}

/// The limits that all commands share.
#[derive(Args, Default)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Set your own ceiling [default: 110, or 250 for types with more than 30 vCPUs]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("pods", 1..=u32::MAX, 110))]
    pub max_pods_ceiling: Option<u32>,

    /// Set the number of pods on the host's network, which need no address [default: 2 for the CNI and
    /// kube-proxy, or 0 on Windows]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("pods", 0..=u32::MAX, 2))]
    pub host_network_pods: Option<u32>,

    /// Leave out N ENIs that give pods no addresses, such as EFA-only ENIs, beside the trunk ENI of
    /// --cni-pod-eni-enabled [default: 0; in verify, 1 on each node that has a trunk ENI]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("ENIs", 0..=u32::MAX, 1))]
    pub reserved_enis: Option<u32>,
}

impl RulesArgs {
    /// The settings of the rules: these options, and the CNI's settings.
    pub fn settings(&self, cni: CniSettings) -> Settings {
        let mut settings = self.limits.settings(cni);
        settings.os = self.os;
        settings.show_max_allowed = self.show_max_allowed;
        settings.branch_eni_pods = self.branch_eni_pods.unwrap_or_default();
        settings
    }
}

impl LimitArgs {
    /// The settings of the rules: these options, and the CNI's settings.
    pub fn settings(&self, cni: CniSettings) -> Settings {
        let mut settings = Settings::default();
        settings.cni = cni;
        settings.reserved_enis = self.reserved_enis.unwrap_or_default();
        settings.host_network_pods = self.host_network_pods;
        settings.ceiling = self.max_pods_ceiling.and_then(NonZeroU32::new);
        settings
    }
}

impl CniArgs {
    /// True if one of the CNI's settings is given as an option, and not only in a file.
    pub fn any_given(&self) -> bool {
        self.cni_version.is_some()
            || self.cni_custom_networking_enabled.is_some()
            || self.cni_prefix_delegation_enabled.is_some()
            || self.max_eni().is_some()
            || self.cni_pod_eni_enabled.is_some()
            || self.cni_primary_eni_excluded.is_some()
            || self.ip_family.is_some()
    }

    /// `--ip-family`: true for IPv6.
    pub fn ipv6(&self) -> Option<bool> {
        self.ip_family.as_ref().map(|family| family == "ipv6")
    }

    /// `--cni-max-eni`, unless its value is empty.
    pub fn max_eni(&self) -> Option<NonZeroU32> {
        self.cni_max_eni.and_then(|MaxEni(limit)| limit)
    }

    /// Replaces the settings in `cni` for which an option is given.
    pub fn apply_to(&self, mut cni: CniSettings) -> CniSettings {
        if self.cni_version.is_some() {
            cni.version.clone_from(&self.cni_version);
        }
        if let Some(on) = self.cni_custom_networking_enabled {
            cni.custom_networking = on;
        }
        if let Some(on) = self.cni_prefix_delegation_enabled {
            cni.prefix_delegation = on;
        }
        if let Some(limit) = self.max_eni() {
            cni.max_eni = Some(limit);
        }
        if let Some(on) = self.cni_pod_eni_enabled {
            cni.pod_eni = on;
        }
        if let Some(is_excluded) = self.cni_primary_eni_excluded {
            cni.excluded_enis = if is_excluded { ExcludedEnis::Primary } else { ExcludedEnis::None };
        }
        if let Some(ipv6) = self.ipv6() {
            cni.ipv6 = ipv6;
        }
        cni
    }
}

fn os() -> impl TypedValueParser<Value = Os> {
    PossibleValuesParser::new(Os::ALL.map(Os::name))
        .try_map(|name| Os::ALL.into_iter().find(|os| os.name() == name).ok_or("no such operating system"))
}
