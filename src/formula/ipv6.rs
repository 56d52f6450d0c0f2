//! The rules for Linux nodes of an IPv6 cluster.
//!
//! The CNI gives the primary ENI a /80 prefix of IPv6 addresses, more than any node has pods for. So the network is
//! no limit, and ENIs, `MAX_ENI`, prefixes and reserved ENIs change nothing.
//!
//! Sources: `isConfigValid` and `assignIPv6Prefix` in the VPC CNI's [`pkg/ipamd/ipamd.go`][1], and AWS on [IPv6 addresses
//! for clusters][2].
//!
//! [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/ipamd/ipamd.go
//! [2]: https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html

use super::{Allowed, Breakdown, Mode, Settings, Step, Warning, linux};
use crate::cni::CniSettings;
use crate::{Error, InstanceType};

pub(super) fn max_pods(instance_type: &InstanceType, settings: &Settings) -> Breakdown {
    let mut breakdown = linux::max_pods(instance_type, settings);
    // The CNI supports IPv6 with prefixes only.
    breakdown.mode = Mode::PrefixDelegation;
    breakdown.allowed = Allowed::Unlimited;
    breakdown.recommended = breakdown.ceiling;
    breakdown.max_pods = breakdown.ceiling;
    let still_counts = |warning: &Warning| matches!(warning, Warning::UnknownVcpus | Warning::NoTrunk);
    breakdown.warnings.retain(still_counts);
    breakdown
}

pub(super) fn steps(b: &Breakdown) -> Vec<Step> {
    let mut steps = vec![
        Step::new("IP family", &"ipv6", "the primary ENI has a /80 prefix of IPv6 addresses for pods"),
        Step::new("allowed", &"not limited by the network", "ENIs and their IPv4 addresses do not count"),
    ];
    steps.extend(b.last_steps());
    steps
}

/// Makes sure that nodes of this type can be in an IPv6 cluster with this CNI.
///
/// # Errors
/// - [`Error::NoIpv6OnType`] if the type is neither Nitro nor bare metal.
/// - [`Error::NoIpv6InCni`] if the CNI is older than 1.10, or than 1.11 on bare metal.
pub fn require_ipv6(instance_type: &InstanceType, cni: &CniSettings) -> Result<(), Error> {
    let bare_metal = instance_type.bare_metal;
    if !instance_type.is_nitro() && !bare_metal {
        return Err(Error::NoIpv6OnType { instance_type: instance_type.name.clone() });
    }
    match &cni.version {
        Some(version) if !version.has_ipv6(bare_metal) => Err(Error::NoIpv6InCni {
            instance_type: instance_type.name.clone(),
            version: version.to_string(),
            needed: if bare_metal { "1.11" } else { "1.10" },
        }),
        _ => Ok(()),
    }
}
