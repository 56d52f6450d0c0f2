//! The settings of each node: those of the whole cluster, and those that the node itself reports.

use std::fmt;

use super::Node;
use crate::cni::WarmTargets;
use crate::cni::variable::{MINIMUM_IP, WARM_IP};
use crate::instance_type::{branch_enis, normalise};
use crate::pool::PoolError;
use crate::{InstanceType, Limits, Os, Settings};

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
        // The node itself says if it has a trunk ENI, so the facts of its type are not asked.
        settings.cni.pod_eni = false;
        settings
    }

    /// True if this node has no trunk ENI although security groups for pods are on and its type can have one. With
    /// `reserved_enis` the operator says how many ENIs give pods no addresses, and it is false.
    ///
    /// The usual cause is that all its ENIs were attached before. The CNI asks for a trunk only where there is room:
    /// `tryEnableSecurityGroupsForPods` in its [`pkg/ipamd/ipamd.go`][1].
    ///
    /// [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/ipamd/ipamd.go
    #[must_use]
    pub fn misses_trunk(&self, node: &Node) -> bool {
        let can_have_trunk = |name: &String| branch_enis(&normalise(name)).is_some_and(|most| most > 0);
        self.common.cni.pod_eni
            && self.reserved_enis.is_none()
            && node.skip.is_none()
            && node.os == Os::Linux
            && node.branch_enis() == 0
            && node.instance_type.as_ref().is_some_and(can_have_trunk)
    }

    /// The limits of a node of this type with these settings.
    pub(super) fn limits(&self, instance_type: &InstanceType, settings: &Settings) -> Limits {
        Limits::new(instance_type, settings, &self.warm_targets)
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
        if self.warm_targets.pool_cap(crate::Mode::SecondaryIp).is_some() {
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
    use crate::quantity::Quantity;

    fn node(os: Os, branch_enis: Quantity) -> Node {
        Node {
            name: "n".into(),
            instance_type: None,
            os,
            pods: Quantity::Missing,
            branch_enis,
            windows_addresses: Quantity::Missing,
            internal_ip: None,
            skip: None,
        }
    }

    #[test]
    fn a_trunk_eni_is_the_nodes_own() {
        let cases = [
            (Os::Linux, Quantity::Number(9), None, 1),
            (Os::Linux, Quantity::Number(0), None, 0),
            (Os::Linux, Quantity::Missing, None, 0),
            (Os::Linux, Quantity::Nonsense(Box::new("x".into())), None, 0),
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
    fn a_minimum_alone_is_told() {
        for (ipv6, warm_ip, minimum_ip, warns) in
            [(false, 0, 0, false), (false, 0, 10, true), (false, 1, 10, false), (true, 0, 10, false)]
        {
            let mut cluster = ClusterSettings::default();
            cluster.common.cni.ipv6 = ipv6;
            cluster.warm_targets.warm_ip = warm_ip;
            cluster.warm_targets.minimum_ip = minimum_ip;
            let warned = cluster.warnings() == [ClusterWarning::StopsAtMinimum(10)];
            assert_eq!(warned, warns, "{ipv6} {warm_ip} {minimum_ip}");
        }
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
