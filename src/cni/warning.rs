//! Warnings about the CNI's settings, as its environment gives them.

use std::fmt;

use super::variable::{IPV6, MANAGE_UNTAGGED, MAX_ENI, NO_PROVISIONING};
use crate::text::Shortened;

/// Something in the `aws-node` `DaemonSet` that could not be read, or that has an effect on the pod limit and
/// is not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AwsNodeWarning {
    /// The value of this variable is not in the `DaemonSet`: `valueFrom`, or a reference to another.
    ElsewhereSet(&'static str),
    /// The container takes variables from a `ConfigMap` or `Secret` with `envFrom`.
    EnvFrom,
    /// The value of this variable is no boolean to the CNI, which reads it as `false`. `TRue` is none, either.
    NotBoolean(&'static str, String),
    /// The value of `MAX_ENI` is no number to the CNI, which reads it as no limit.
    NotNumber(String),
    /// `ENABLE_IPv6` without prefix delegation: `aws-node` refuses to start.
    Ipv6WithoutPrefixes,
    /// `ENABLE_IPv6` with custom networking: `aws-node` refuses to start.
    Ipv6WithCustomNetworking,
    /// `ENABLE_IPv6` with `ENABLE_IPv4`: `aws-node` refuses to start.
    Ipv6WithIpv4,
    /// The image names no version of the CNI; the newest is assumed.
    NoVersion(String),
    /// The value of this warm target is not a whole number of 0 or more. The CNI uses the default.
    NotTarget(&'static str, String),
    /// `DISABLE_NETWORK_RESOURCE_PROVISIONING`: the CNI attaches no ENIs and asks for no addresses.
    NoProvisioning,
    /// `MANAGE_UNTAGGED_ENI` is false: the CNI leaves ENIs alone that it did not create.
    UntaggedEnis,
}

impl AwsNodeWarning {
    /// The variable that the warning is about, such as `MAX_ENI`; `None` if it is about the image or about all
    /// variables.
    #[must_use]
    pub fn variable(&self) -> Option<&'static str> {
        match self {
            Self::ElsewhereSet(name) | Self::NotBoolean(name, _) | Self::NotTarget(name, _) => Some(name),
            Self::NotNumber(_) => Some(MAX_ENI),
            Self::Ipv6WithoutPrefixes | Self::Ipv6WithCustomNetworking | Self::Ipv6WithIpv4 => Some(IPV6),
            Self::NoProvisioning => Some(NO_PROVISIONING),
            Self::UntaggedEnis => Some(MANAGE_UNTAGGED),
            Self::NoVersion(_) | Self::EnvFrom => None,
        }
    }
}

impl fmt::Display for AwsNodeWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("aws-node DaemonSet: ")?;
        match self {
            Self::ElsewhereSet(name) => {
                write!(f, "{name} is set by a reference, which cannot be followed here: it counts as not set")
            }
            Self::EnvFrom => f.write_str("variables from envFrom cannot be read here: they count as not set"),
            Self::NotBoolean(name, value) => {
                write!(f, "{name} is '{}', which is no boolean: the CNI reads it as false", Shortened(value))
            }
            Self::NotNumber(value) => {
                write!(
                    f,
                    "{MAX_ENI} is '{}', which is no number: the CNI reads it as no limit",
                    Shortened(value)
                )
            }
            Self::Ipv6WithoutPrefixes => f.write_str(
                "IPv6 is on (ENABLE_IPv6) and prefix delegation is not (ENABLE_PREFIX_DELEGATION): aws-node refuses \
                 to start",
            ),
            Self::Ipv6WithCustomNetworking => f.write_str(
                "IPv6 is on (ENABLE_IPv6) and so is custom networking (AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG): aws-node \
                 refuses to start",
            ),
            Self::Ipv6WithIpv4 => f.write_str(
                "IPv6 is on (ENABLE_IPv6) and so is IPv4 (ENABLE_IPv4): aws-node refuses to start",
            ),
            Self::NoVersion(image) => write!(
                f,
                "the image '{}' does not tell the CNI's version: the newest is assumed",
                Shortened(image)
            ),
            Self::NotTarget(name, value) => write!(
                f,
                "{name} is '{}', which is no whole number of 0 or more: the CNI takes the default of {name}",
                Shortened(value)
            ),
            Self::NoProvisioning => f.write_str(
                "DISABLE_NETWORK_RESOURCE_PROVISIONING is on: the CNI attaches no ENIs and no addresses itself, \
                 and a node has those that something else attaches",
            ),
            Self::UntaggedEnis => f.write_str(
                "MANAGE_UNTAGGED_ENI is false: the CNI gives pods no addresses of ENIs that it did not create, \
                 and those ENIs are not counted here",
            ),
        }
    }
}
