//! The Amazon VPC CNI: its version, its settings, the environment that gives them, and the `DaemonSet` that has
//! all of them.

mod daemonset;
mod environment;
mod pool_settings;
mod version;
mod warm_targets;
mod warning;

use std::num::NonZeroU32;

/// The names of the CNI's environment variables.
pub mod variable {
    pub use super::environment::{
        CUSTOM_NETWORKING, IPV6, MANAGE_UNTAGGED, MAX_ENI, MULTI_NIC, NO_PROVISIONING, POD_ENI,
        PREFIX_DELEGATION,
    };
    pub use super::warm_targets::{MINIMUM_IP, WARM_ENI, WARM_IP, WARM_PREFIX};
}

pub use daemonset::AwsNode;
pub(crate) use daemonset::{AWS_NODE, DaemonSetSpec, NAMESPACE};
pub use environment::Environment;
pub use pool_settings::PoolSettings;
pub use version::{CniVersion, InvalidCniVersion};
pub use warm_targets::WarmTargets;
pub use warning::AwsNodeWarning;

/// The settings of the VPC CNI that have an effect on the pod limit. They are environment variables of the
/// `aws-node` `DaemonSet`. The default is the newest CNI with nothing switched on.
///
/// Source: the [configuration variables of the VPC CNI][1].
///
/// [1]: https://github.com/aws/amazon-vpc-cni-k8s#cni-configuration-variables
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CniSettings {
    /// Its version; `None` means the newest.
    pub version: Option<CniVersion>,
    /// `ENABLE_PREFIX_DELEGATION`: /28 prefixes in place of single addresses.
    pub prefix_delegation: bool,
    /// `AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG`: pods use the subnets of an `ENIConfig`, and the
    /// primary ENI gives pods no addresses.
    pub custom_networking: bool,
    /// `MAX_ENI`: the largest number of ENIs that the CNI attaches; `None` for all that the type has.
    pub max_eni: Option<NonZeroU32>,
    /// `ENABLE_IPv6`: pods have IPv6 addresses, so IPv4 addresses do not limit them. The rules ignore this
    /// setting and count IPv4 addresses. A caller that judges a node has to take account of it.
    pub ipv6: bool,
}
