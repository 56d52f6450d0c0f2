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
        CLUSTER_NAME, CUSTOM_NETWORKING, ENI_CONFIG_ANNOTATION, ENI_CONFIG_LABEL, IPV4, IPV6,
        MANAGE_UNTAGGED, MAX_ENI, MULTI_NIC, NO_PROVISIONING, POD_ENI, PREFIX_DELEGATION, SUBNET_DISCOVERY,
    };
    pub use super::warm_targets::{MINIMUM_IP, WARM_ENI, WARM_IP, WARM_PREFIX};
}

pub use daemonset::AwsNode;
pub(crate) use daemonset::{AWS_NODE, DaemonSetSpec, NAMESPACE};
pub use environment::Environment;
pub use pool_settings::PoolSettings;
pub(crate) use version::CLUSTER_TAG_PREFIX;
pub use version::{CniVersion, InvalidCniVersion};
pub use warm_targets::WarmTargets;
pub use warning::AwsNodeWarning;

/// The settings of the VPC CNI that have an effect on the pod limit. They are environment variables of the
/// `aws-node` `DaemonSet`. The default is the newest CNI with nothing switched on.
///
/// Source: the [configuration variables of the VPC CNI][1].
///
/// [1]: https://github.com/aws/amazon-vpc-cni-k8s#cni-configuration-variables
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "each one is a variable of the CNI")]
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
    /// `ENABLE_POD_ENI`: security groups for pods, with a trunk ENI on each node whose type can have one.
    pub pod_eni: bool,
    /// The ENIs that give pods no addresses because of the tags of their subnets.
    pub excluded_enis: ExcludedEnis,
    /// `ENABLE_IPv6`: pods have IPv6 addresses, and the network does not limit them.
    pub ipv6: bool,
}

/// The ENIs that give pods no addresses because of the tag `kubernetes.io/role/cni` of their subnets.
///
/// [`Subnets::serving`](crate::subnets::Subnets::serving) finds it out for a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ExcludedEnis {
    /// Every ENI gives pods addresses.
    #[default]
    None,
    /// The node's own subnet is excluded: the primary ENI gives pods nothing, and further ENIs are in other
    /// subnets. It has no effect with custom networking, which leaves out the primary ENI anyway.
    Primary,
    /// The node's own subnet is excluded and the CNI knows no other subnet, because subnet discovery is off: the
    /// primary ENI gives pods addresses, and no further ENI is created.
    Further,
    /// No subnet gives pods addresses.
    All,
}
