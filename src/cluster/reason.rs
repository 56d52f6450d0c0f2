//! The reasons for the verdicts on nodes.

use std::fmt;

use super::Skip;
use super::name::NoNumber;
use crate::cni::ExcludedEnis;

/// The reason for the verdict on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// More than recommended, and not more than allowed.
    AboveRecommended,
    /// More than recommended on an IPv6 cluster, where the network is no limit.
    Ipv6,
    /// More than the network has addresses for. This number of pods needs branch ENIs, and the node has room for
    /// these ENIs.
    BranchEnis(u64),
    /// More than the network has addresses for. With these other settings it would be right.
    TooFewAddresses(Option<OtherSettings>),
    /// More than the network has addresses for, because of the tags of subnets.
    Excluded(ExcludedEnis),
    /// Fewer than recommended. With these other settings it would be right.
    Unused(Option<OtherSettings>),
    /// A Windows node takes more pods than it has addresses for. The scheduler knows the number of
    /// addresses, so pods beyond it are not sent to the node.
    WindowsPending,
    /// A Windows node that offers no address to pods.
    NoWindowsAddresses,
    /// The type is not in the table.
    UnknownType,
    /// The node has no label that tells its type.
    NoInstanceType,
    /// The node does not say how many pods it takes.
    NoPods,
    /// The node reports this text in place of a number of pods.
    PodsNotNumber(String),
    /// The rules do not apply to the node.
    Skipped(Skip),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |f: &mut fmt::Formatter<'_>, other: &Option<OtherSettings>| match other {
            Some(other) => write!(f, "; right {other}"),
            None => Ok(()),
        };
        match self {
            Self::AboveRecommended => f.write_str("above the recommended value, within the allowed one"),
            Self::Ipv6 => {
                f.write_str("above the recommended value; the network is no limit on an IPv6 cluster")
            }
            Self::BranchEnis(1) => f.write_str("needs branch ENIs for 1 pod"),
            Self::BranchEnis(pods) => write!(f, "needs branch ENIs for {pods} pods"),
            Self::TooFewAddresses(other) => {
                f.write_str("more pods than addresses")?;
                with(f, other)
            }
            Self::Excluded(ExcludedEnis::All) => f.write_str(
                "no pod gets an address: no subnet of the node's VPC and zone serves pods, by the tag \
                 kubernetes.io/role/cni",
            ),
            Self::Excluded(ExcludedEnis::Further) => f.write_str(
                "more pods than addresses: the node's own subnet is excluded, and without subnet discovery it gets no \
                 further ENI",
            ),
            Self::Excluded(_) => f.write_str(
                "more pods than addresses: the node's own subnet is excluded, and its primary ENI gives pods none",
            ),
            Self::Unused(other) => {
                f.write_str("fewer than recommended")?;
                with(f, other)
            }
            Self::WindowsPending => f.write_str("more pods than addresses: pods beyond wait as Pending"),
            Self::NoWindowsAddresses => {
                f.write_str("no pod gets an address: the node has no vpc.amazonaws.com/PrivateIPv4Address")
            }
            Self::UnknownType => f.write_str("instance type not in the table"),
            Self::NoInstanceType => f.write_str("no label node.kubernetes.io/instance-type"),
            Self::NoPods => f.write_str("no .status.capacity.pods: the kubelet has not said it yet"),
            Self::PodsNotNumber(text) => {
                write!(f, ".status.capacity.pods is no number of pods: '{}'", NoNumber(text))
            }
            Self::Skipped(skip) => skip.fmt(f),
        }
    }
}

/// Settings of the CNI, other than the cluster's, with which a node's pod limit would be right. The usual
/// cause of a wrong limit is that the CNI's settings changed and the limit did not, or the other way
/// round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OtherSettings {
    /// Custom networking would have to be on or off, and the rest as it is.
    CustomNetworking(bool),
    /// Prefix delegation would have to be on or off, and the rest as it is.
    PrefixDelegation(bool),
    /// Both would have to be different.
    Both {
        /// True if prefix delegation would have to be on.
        prefix_delegation: bool,
        /// True if custom networking would have to be on.
        custom_networking: bool,
    },
}

impl fmt::Display for OtherSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |on| if on { "with" } else { "without" };
        match *self {
            Self::CustomNetworking(on) => write!(f, "{} custom networking", word(on)),
            Self::PrefixDelegation(on) => write!(f, "{} prefix delegation", word(on)),
            Self::Both { prefix_delegation: prefixes, custom_networking: custom } => {
                write!(f, "{} prefix delegation and {} custom networking", word(prefixes), word(custom))
            }
        }
    }
}
