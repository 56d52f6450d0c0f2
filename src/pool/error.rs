//! The causes for which there is no answer about a pool, and notes about the answer.

use std::fmt;

use super::{PoolLimits, can_have_prefixes};
use crate::cni::{PoolSettings, WarmTargets};
use crate::{InstanceType, Mode, Os, Settings};

/// Addresses for use in a subnet of /16. AWS has no larger ones, and keeps five addresses of each.
pub(crate) const MOST_ADDRESSES: u64 = (1 << 16) - 5;

/// The cause for which the pool of a node cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// The node runs Windows.
    #[error(
        "on Windows nodes the VPC resource controller gives pods their addresses, with warm targets of its own: \
         the pool of a Linux node is all that can be planned"
    )]
    Windows,
    /// `ENABLE_IPv6` is on.
    #[error(
        "IPv6 is on: each node has one /80 prefix of IPv6 addresses and holds no pool of IPv4 \
         addresses, so there is nothing to plan"
    )]
    Ipv6,
    /// `ENABLE_MULTI_NIC` is on.
    #[error(
        "pods have an interface on each network card (ENABLE_MULTI_NIC): the CNI keeps a pool for each card, \
         with other rules, and those are not known here"
    )]
    MultiNic,
    /// Prefix delegation is on, and no target asks for a prefix.
    #[error(
        "prefix delegation is on and WARM_PREFIX_TARGET, WARM_IP_TARGET and MINIMUM_IP_TARGET are all 0 or \
         not set: aws-node refuses to start"
    )]
    NoTarget,
    /// The kubelet takes more pods than any subnet has addresses.
    #[error("max pods {max_pods} is more than the {MOST_ADDRESSES} addresses of a /16, the largest subnet")]
    LargerThanSubnet {
        /// Pods that the kubelet takes.
        max_pods: u64,
    },
    /// More pods than the kubelet takes.
    #[error(
        "{pods} pods that need an address are more than the node takes: at most {most} of its {max_pods} pods need one"
    )]
    TooManyPods {
        /// Pods asked for.
        pods: u64,
        /// The most that can be asked for.
        most: u64,
        /// Pods that the kubelet takes, those on the host's network included.
        max_pods: u64,
    },
}

impl PoolError {
    /// Makes sure that the pool of a node with these settings can be computed. `max_pods` is the number of
    /// pods that its kubelet takes.
    ///
    /// # Errors
    /// All but [`PoolError::TooManyPods`].
    pub fn check(settings: &Settings, pool: &PoolSettings, max_pods: u64) -> Result<(), Self> {
        if settings.os == Os::Windows {
            return Err(Self::Windows);
        }
        if settings.cni.ipv6 {
            return Err(Self::Ipv6);
        }
        if pool.multi_nic {
            return Err(Self::MultiNic);
        }
        // aws-node looks at its variables before it knows the instance type.
        if settings.cni.prefix_delegation && pool.warm_targets.are_refused_with_prefixes() {
            return Err(Self::NoTarget);
        }
        if max_pods > MOST_ADDRESSES {
            return Err(Self::LargerThanSubnet { max_pods });
        }
        Ok(())
    }

    /// Makes sure that the kubelet takes this number of pods beside those on the host's network.
    ///
    /// # Errors
    /// [`PoolError::TooManyPods`].
    pub fn check_pods(pods: u64, max_pods: u64, settings: &Settings) -> Result<(), Self> {
        let most = settings.pods_with_address(max_pods);
        if pods > most { Err(Self::TooManyPods { pods, most, max_pods }) } else { Ok(()) }
    }
}

/// Something to know about the pool of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolNote {
    /// `WARM_PREFIX_TARGET` asks for several spare prefixes. Pods land in random prefixes, so the node may hold
    /// more prefixes than the pods need.
    Scattered {
        /// `WARM_PREFIX_TARGET`.
        target: u32,
        /// Pods on the node.
        pods: u64,
        /// Prefixes that the node may come to hold.
        prefixes: u64,
    },
    /// `MINIMUM_IP_TARGET` without `WARM_IP_TARGET`: the pool stops at this number of addresses.
    StopsAtMinimum(u64),
    /// The CNI fills the pool beyond the kubelet's pod limit: its version.
    NoLimitAtMaxPods(String),
    /// The CNI uses prefixes on bare metal, where the pod limit counts secondary IPs.
    PrefixesOnBareMetal,
}

impl fmt::Display for PoolNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scattered { target, pods, prefixes } => write!(
                f,
                "WARM_PREFIX_TARGET is {target}: pods land in random prefixes, so a node with {pods} pods may come \
                 to hold up to {prefixes} prefixes"
            ),
            Self::StopsAtMinimum(addresses) => write!(
                f,
                "MINIMUM_IP_TARGET is set without WARM_IP_TARGET: a node stops at {addresses} addresses, and pods \
                 beyond get none"
            ),
            Self::NoLimitAtMaxPods(version) => write!(
                f,
                "VPC CNI {} is older than 1.16.3: it keeps spare addresses beyond max pods too",
                crate::text::Shortened(version)
            ),
            Self::PrefixesOnBareMetal => f.write_str(
                "the CNI uses prefixes on this bare-metal type: they are counted here, while max pods is the \
                 number for secondary IPs, as in max-pods-calculator.sh",
            ),
        }
    }
}

impl PoolNote {
    /// The note that pods land in random prefixes, if several spare ones are wanted.
    pub(crate) fn scattered(limits: &PoolLimits, targets: &WarmTargets, pods: u64) -> Option<Self> {
        let target = targets.warm_prefix;
        if limits.mode != Mode::PrefixDelegation || targets.count_addresses() || target < 2 {
            return None;
        }
        let most = pods.div_ceil(16) + 2 * u64::from(target) - 1;
        Some(Self::Scattered { target, pods, prefixes: most.min(limits.enis * limits.slots_per_eni) })
    }
}

/// The notes about the pool of a node of this type, with these targets and this number of pods.
#[must_use]
pub fn notes(
    instance_type: &InstanceType,
    settings: &Settings,
    limits: &PoolLimits,
    targets: &WarmTargets,
    pods: u64,
) -> Vec<PoolNote> {
    let mut notes = Vec::new();
    let prefixes = limits.mode == Mode::PrefixDelegation;
    if prefixes && !instance_type.is_nitro() && can_have_prefixes(instance_type, settings) {
        notes.push(PoolNote::PrefixesOnBareMetal);
    }
    notes.extend(PoolNote::scattered(limits, targets, pods));
    if targets.pool_cap(limits.mode).is_some() {
        notes.push(PoolNote::StopsAtMinimum(limits.most_addresses(targets)));
    }
    if let (None, Some(version)) = (limits.max_pods, &settings.cni.version) {
        notes.push(PoolNote::NoLimitAtMaxPods(version.to_string()));
    }
    notes
}
