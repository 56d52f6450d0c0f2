//! Options that several commands share, and the settings they make.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use maxpods::{CniSettings, CniVersion, HOST_NETWORK_PODS, Settings};

use super::count::count;

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
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = count("pods", 1..=u32::MAX, 110))]
    pub max_pods_ceiling: Option<u32>,

    /// Pods on the host's network, which need no address: the CNI and kube-proxy are 2
    #[arg(long, value_name = "N", allow_hyphen_values = true, default_value_t = HOST_NETWORK_PODS, value_parser = count("pods", 0..=u32::MAX, HOST_NETWORK_PODS))]
    pub host_network_pods: u32,

    /// ENIs that give pods no addresses: the trunk of security groups for pods, EFA-only ones
    #[arg(long, value_name = "N", allow_hyphen_values = true, default_value_t = 0, value_parser = count("ENIs", 0..=u32::MAX, 1))]
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
        if let Some(MaxEni(Some(limit))) = self.cni_max_eni {
            cni.max_eni = Some(limit);
        }
        cni
    }
}

/// A value of `--cni-max-eni`; an empty one counts as not given.
#[derive(Clone, Copy)]
pub struct MaxEni(pub Option<NonZeroU32>);

/// The reference script takes an empty value for none given, and its callers write
/// `--cni-max-eni "$MAX_ENI"` with a variable that may be empty.
pub(super) fn max_eni(text: &str) -> Result<MaxEni, &'static str> {
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
