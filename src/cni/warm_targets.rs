//! The four warm targets of the VPC CNI: how many addresses a node holds beyond those in use.

use crate::Mode;

/// Spare ENIs, each full of addresses.
pub const WARM_ENI: &str = "WARM_ENI_TARGET";
/// Spare /28 prefixes.
pub const WARM_PREFIX: &str = "WARM_PREFIX_TARGET";
/// Spare addresses.
pub const WARM_IP: &str = "WARM_IP_TARGET";
/// The smallest number of addresses that a node holds.
pub const MINIMUM_IP: &str = "MINIMUM_IP_TARGET";

/// The warm targets that the CNI runs with.
///
/// If one of the two targets that count addresses is above 0, the other two targets have no effect.
///
/// Source: the [configuration variables of the VPC CNI][1].
///
/// [1]: https://github.com/aws/amazon-vpc-cni-k8s#cni-configuration-variables
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WarmTargets {
    /// `WARM_ENI_TARGET`: spare ENIs, each full of addresses. It counts with secondary IPs.
    pub warm_eni: u32,
    /// `WARM_PREFIX_TARGET`: spare /28 prefixes. It counts with prefix delegation.
    pub warm_prefix: u32,
    /// `WARM_IP_TARGET`: spare addresses; 0 is off.
    pub warm_ip: u32,
    /// `MINIMUM_IP_TARGET`: the smallest number of addresses that a node holds, used ones included; 0 is off.
    pub minimum_ip: u32,
}

impl Default for WarmTargets {
    /// The targets of AWS's own manifest and of the EKS add-on: one spare ENI, or one spare prefix.
    fn default() -> Self {
        Self { warm_eni: 1, warm_prefix: 1, warm_ip: 0, minimum_ip: 0 }
    }
}

impl WarmTargets {
    /// The targets that the CNI uses if its `DaemonSet` does not set them. Without a `WARM_PREFIX_TARGET`
    /// there is no spare prefix. AWS's manifest sets that target.
    pub const UNSET: Self = Self { warm_eni: 1, warm_prefix: 0, warm_ip: 0, minimum_ip: 0 };

    /// True if the CNI counts spare addresses, and not spare ENIs or prefixes.
    #[must_use]
    pub fn count_addresses(&self) -> bool {
        self.warm_ip > 0 || self.minimum_ip > 0
    }

    /// The number of addresses at which the pool stops growing, even if more pods come; `None` if it does not
    /// stop.
    ///
    /// The pool stops if `MINIMUM_IP_TARGET` is set and `WARM_IP_TARGET` is not. Then the CNI fills the pool
    /// up to the minimum, which with prefixes is rounded up to a multiple of 16, and keeps no spare address.
    #[must_use]
    pub fn pool_cap(&self, mode: Mode) -> Option<u64> {
        let minimum = u64::from(self.minimum_ip);
        (self.warm_ip == 0 && minimum > 0).then(|| minimum.next_multiple_of(mode.addresses_per_slot()))
    }

    /// True if `aws-node` refuses to start with these targets while prefix delegation is on: `WARM_PREFIX_TARGET`,
    /// `WARM_IP_TARGET` and `MINIMUM_IP_TARGET` are all 0.
    #[must_use]
    pub fn are_refused_with_prefixes(&self) -> bool {
        self.warm_prefix == 0 && !self.count_addresses()
    }

    /// The variables that count in this mode, with their values. The targets in addresses win over the other
    /// two, and each of those counts in one mode only.
    #[must_use]
    pub fn in_effect(&self, mode: Mode) -> Vec<(&'static str, u32)> {
        let counts = |name: &str| match name {
            WARM_ENI => !self.count_addresses() && mode == Mode::SecondaryIp,
            WARM_PREFIX => !self.count_addresses() && mode == Mode::PrefixDelegation,
            _ => self.count_addresses(),
        };
        let variables = self.variables().into_iter().filter(|(name, _)| counts(name));
        variables.filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The variables that give the `DaemonSet` these targets, whatever it has now. Each one has its value, or
    /// `None` if it must be removed.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, Option<u32>); 4] {
        let or_off = |target| Some(target).filter(|&target| target > 0);
        [
            (WARM_IP, or_off(self.warm_ip)),
            (MINIMUM_IP, or_off(self.minimum_ip)),
            (WARM_PREFIX, Some(self.warm_prefix)),
            (WARM_ENI, Some(self.warm_eni)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(warm_prefix: u32, warm_ip: u32, minimum_ip: u32) -> WarmTargets {
        WarmTargets { warm_eni: 1, warm_prefix, warm_ip, minimum_ip }
    }

    #[test]
    fn a_minimum_alone_stops_the_pool() {
        use Mode::{PrefixDelegation, SecondaryIp};
        let wrong: Vec<_> = [
            (targets(1, 0, 0), SecondaryIp, None),
            (targets(1, 0, 20), SecondaryIp, Some(20)),
            (targets(1, 0, 20), PrefixDelegation, Some(32)),
            (targets(1, 0, 32), PrefixDelegation, Some(32)),
            (targets(1, 1, 20), PrefixDelegation, None),
            (targets(1, 5, 0), SecondaryIp, None),
            (targets(1, 0, u32::MAX), PrefixDelegation, Some(1 << 32)),
        ]
        .into_iter()
        .filter(|(targets, mode, stop)| targets.pool_cap(*mode) != *stop)
        .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn one_of_three_targets_is_wanted_with_prefixes() {
        for (targets, refused) in [
            (WarmTargets::UNSET, true),
            (WarmTargets::default(), false),
            (targets(1, 0, 0), false),
            (targets(0, 1, 0), false),
            (targets(0, 0, 1), false),
        ] {
            assert_eq!(targets.are_refused_with_prefixes(), refused, "{targets:?}");
        }
    }

    #[test]
    fn the_variables_set_or_remove_each_target() {
        let names = ["WARM_IP_TARGET", "MINIMUM_IP_TARGET", "WARM_PREFIX_TARGET", "WARM_ENI_TARGET"];
        for (targets, values) in [
            (targets(1, 5, 32), [Some(5), Some(32), Some(1), Some(1)]),
            (WarmTargets::default(), [None, None, Some(1), Some(1)]),
            (WarmTargets::UNSET, [None, None, Some(0), Some(1)]),
        ] {
            assert_eq!(targets.variables().map(|(name, _)| name), names);
            assert_eq!(targets.variables().map(|(_, value)| value), values);
        }
    }
}
