//! The settings of each node: those of the whole cluster, and those that the node itself reports.

use std::fmt;

use super::Node;
use crate::cni::WarmTargets;
use crate::cni::variable::{MINIMUM_IP, WARM_IP};
use crate::formula::Warning;
use crate::pool::PoolError;
use crate::{InstanceType, Settings, max_pods};

/// How the nodes of a cluster are set up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterSettings {
    /// The settings that all nodes share. Its fields `os` and `reserved_enis` have no effect: each node has its
    /// own operating system, and its own trunk ENI or none.
    pub common: Settings,
    /// The number of ENIs that give pods no addresses, for every node; `None` for 1 on each node that has a
    /// trunk ENI, and 0 on the others.
    pub reserved_enis: Option<u32>,
    /// The warm targets of the CNI; the default if they are not known.
    pub warm_targets: WarmTargets,
}

/// The numbers of pods that a node should have.
pub(super) struct Limits {
    pub recommended: u64,
    pub allowed: u64,
    pub warnings: Vec<Warning>,
}

impl ClusterSettings {
    /// The settings of this node.
    ///
    /// The VPC resource controller attaches a trunk ENI to a node for security groups for pods, and the
    /// CNI gives pods no addresses of that ENI.
    #[must_use]
    pub fn of(&self, node: &Node) -> Settings {
        let mut settings = self.common.clone();
        settings.os = node.os;
        settings.reserved_enis = self.reserved_enis.unwrap_or_else(|| u32::from(node.branch_enis() > 0));
        settings
    }

    /// The numbers for a Linux node of this type with these settings.
    pub(super) fn limits(&self, instance_type: &InstanceType, settings: &Settings) -> Limits {
        let breakdown = max_pods(instance_type, settings);
        // The CNI keeps no pool of addresses on IPv6.
        let stop = self.warm_targets.stop_at(breakdown.mode).filter(|_| !settings.cni.ipv6);
        let allowed = match stop {
            Some(addresses) => breakdown.allowed.min(addresses + breakdown.host_network_pods),
            None => breakdown.allowed,
        };
        Limits { recommended: breakdown.recommended.min(allowed), allowed, warnings: breakdown.warnings }
    }

    /// Warnings about the settings.
    #[must_use]
    pub fn warnings(&self) -> Vec<ClusterWarning> {
        if self.common.cni.ipv6 {
            return Vec::new();
        }
        let mut warnings = Vec::new();
        if self.common.cni.prefix_delegation && self.warm_targets.are_refused_with_prefixes() {
            warnings.push(ClusterWarning::NoTarget);
        }
        if self.warm_targets.stop_at(crate::Mode::SecondaryIp).is_some() {
            warnings.push(ClusterWarning::StopsAtMinimum(self.warm_targets.minimum_ip));
        }
        warnings
    }
}

/// A warning about the settings of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClusterWarning {
    /// Prefix delegation is on, and no warm target asks for a prefix.
    NoTarget,
    /// `MINIMUM_IP_TARGET` has this value, and `WARM_IP_TARGET` is not set: the CNI keeps no more addresses.
    StopsAtMinimum(u32),
}

impl fmt::Display for ClusterWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTarget => PoolError::NoTarget.fmt(f),
            Self::StopsAtMinimum(minimum) => write!(
                f,
                "{MINIMUM_IP} is {minimum} and {WARM_IP} is not set: the CNI keeps no more than {minimum} \
                 addresses on a node (with prefixes: the next multiple of 16), which limits the pods there"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Os;
    use crate::quantity::Quantity;

    fn node(os: Os, branch_enis: Quantity) -> Node {
        Node {
            name: "n".into(),
            instance_type: None,
            os,
            pods: Quantity::Missing,
            branch_enis,
            windows_addresses: Quantity::Missing,
            skip: None,
        }
    }

    #[test]
    fn a_trunk_eni_is_the_nodes_own() {
        let cases = [
            (Os::Linux, Quantity::Number(9), None, 1),
            (Os::Linux, Quantity::Number(0), None, 0),
            (Os::Linux, Quantity::Missing, None, 0),
            (Os::Linux, Quantity::Nonsense("x".into()), None, 0),
            (Os::Linux, Quantity::Number(9), Some(0), 0),
            (Os::Linux, Quantity::Number(9), Some(2), 2),
            (Os::Linux, Quantity::Missing, Some(1), 1),
            (Os::Windows, Quantity::Number(9), None, 0),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .filter(|(os, branch_enis, given, reserved)| {
                let cluster = ClusterSettings { reserved_enis: *given, ..ClusterSettings::default() };
                let settings = cluster.of(&node(*os, branch_enis.clone()));
                (settings.os, settings.reserved_enis) != (*os, *reserved)
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn a_minimum_alone_bounds_what_a_node_can_hold() {
        let mut m5_large = InstanceType::new("m5.large", 3, 10);
        m5_large.hypervisor = Some("nitro".into());
        m5_large.vcpus = Some(2);
        // Prefix delegation, IPv6, WARM_IP_TARGET, MINIMUM_IP_TARGET; allowed and recommended.
        let cases = [
            (false, false, 0, 0, (29, 29)),
            (false, false, 0, 10, (12, 12)),
            (false, false, 1, 10, (29, 29)),
            (false, false, 0, 100, (29, 29)),
            (true, false, 0, 20, (34, 34)),
            (true, false, 0, 200, (210, 110)),
            (true, false, 5, 20, (434, 110)),
            (true, true, 0, 20, (434, 110)),
            (false, false, 0, u32::MAX, (29, 29)),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .filter(|&(prefixes, ipv6, warm_ip, minimum_ip, expected)| {
                let mut cluster = ClusterSettings::default();
                cluster.common.cni.prefix_delegation = prefixes;
                cluster.common.cni.ipv6 = ipv6;
                cluster.warm_targets.warm_ip = warm_ip;
                cluster.warm_targets.minimum_ip = minimum_ip;
                let limits = cluster.limits(&m5_large, &cluster.common);
                let warned = matches!(cluster.warnings()[..], [ClusterWarning::StopsAtMinimum(_)]);
                (limits.allowed, limits.recommended) != expected
                    || warned != (warm_ip == 0 && minimum_ip > 0 && !ipv6)
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn targets_with_which_aws_node_refuses_to_start_are_told() {
        for (prefixes, ipv6, warm_targets, warns) in [
            (true, false, WarmTargets::UNSET, true),
            (false, false, WarmTargets::UNSET, false),
            (true, true, WarmTargets::UNSET, false),
            (true, false, WarmTargets::default(), false),
        ] {
            let mut cluster = ClusterSettings { warm_targets, ..ClusterSettings::default() };
            cluster.common.cni.prefix_delegation = prefixes;
            cluster.common.cni.ipv6 = ipv6;
            let warned = cluster.warnings() == [ClusterWarning::NoTarget];
            assert_eq!(warned, warns, "{prefixes} {ipv6} {warm_targets:?}");
        }
    }
}
