//! The limits of a node: how many pods its network allows and how many are recommended, with the CNI's settings
//! *and* its warm targets.
//!
//! `Limits::allowed` counts the warm targets, and `Breakdown::allowed` does not. Everything that judges a Linux node
//! uses `Limits`.

use crate::cni::WarmTargets;
use crate::instance_type::NITRO;
use crate::{Allowed, Breakdown, InstanceType, Mode, Os, Settings, max_pods};

/// The limits of a node of one type.
///
/// ```
/// use maxpods::cni::WarmTargets;
/// use maxpods::{Allowed, Catalog, Limits, Settings};
///
/// let m5_large = Catalog::new().find("m5.large")?;
/// let minimum_alone = WarmTargets { minimum_ip: 10, ..WarmTargets::default() };
/// let limits = Limits::new(&m5_large, &Settings::default(), &minimum_alone);
/// assert_eq!(limits.breakdown.allowed, Allowed::Pods(29)); // the addresses of the ENIs
/// assert_eq!(limits.allowed, Allowed::Pods(12)); // 10 addresses, and 2 pods on the host's network
/// # Ok::<(), maxpods::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The figures of the formula, which knows no warm targets.
    pub breakdown: Breakdown,
    /// The number of pods that the node has addresses for, plus the host-network pods and those with a branch ENI.
    pub allowed: Allowed,
    /// The recommended number: the lower one of `allowed` and the ceiling.
    pub recommended: u64,
    /// The number of addresses at which `MINIMUM_IP_TARGET` stops the pool, if the node's ENIs could hold more.
    pub pool_cap: Option<u64>,
}

impl Limits {
    /// The limits of a node of this type with these settings and warm targets.
    #[must_use]
    pub fn new(instance_type: &InstanceType, settings: &Settings, targets: &WarmTargets) -> Self {
        let breakdown = max_pods(instance_type, settings);
        let pool_cap = match breakdown.os {
            Os::Linux => breakdown.pool_cap(targets),
            // The VPC resource controller gives Windows pods their addresses, with warm targets of its own.
            Os::Windows => None,
        };
        let allowed = match pool_cap {
            Some(addresses) => {
                Allowed::Pods(addresses + breakdown.host_network_pods + breakdown.branch_eni_pods)
            }
            None => breakdown.allowed,
        };
        let recommended = allowed.capped_at(breakdown.ceiling);
        Self { breakdown, allowed, recommended, pool_cap }
    }

    /// The limits that the node would have with prefixes, if its type and its CNI had them.
    #[must_use]
    pub fn with_prefixes(instance_type: &InstanceType, settings: &Settings, targets: &WarmTargets) -> Self {
        let mut on = settings.clone();
        on.cni.prefix_delegation = true;
        on.cni.version = None;
        let able = InstanceType { hypervisor: Some(NITRO.into()), ..instance_type.clone() };
        Self::new(&able, &on, targets)
    }
}

impl Breakdown {
    /// The number of addresses at which the pool of the node stops with these warm targets; `None` if nothing
    /// stops it before its ENIs are full. On IPv6 the CNI keeps no pool.
    fn pool_cap(&self, targets: &WarmTargets) -> Option<u64> {
        let addresses = self.enis * self.slots_per_eni() * self.mode.addresses_per_slot();
        (self.allowed != Allowed::Unlimited).then(|| pool_cap(targets, self.mode, addresses)).flatten()
    }
}

/// The number of addresses at which a pool stops that could hold `addresses`; `None` if it does not stop
/// before.
pub(crate) fn pool_cap(targets: &WarmTargets, mode: Mode, addresses: u64) -> Option<u64> {
    targets.pool_cap(mode).filter(|&cap| cap < addresses)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::*;
    use crate::Catalog;
    use crate::cluster::{Cluster, ClusterSettings, Judge, Verdict};
    use crate::cni::ExcludedEnis;
    use crate::pool::PoolLimits;

    fn m5_large() -> InstanceType {
        let mut m5_large = InstanceType::new("m5.large", 3, 10);
        m5_large.hypervisor = Some("nitro".into());
        m5_large.vcpus = Some(2);
        m5_large
    }

    #[test]
    fn a_minimum_alone_bounds_what_a_node_can_hold() {
        // Prefix delegation, WARM_IP_TARGET, MINIMUM_IP_TARGET; allowed, recommended, and where the pool stops.
        let cases = [
            (false, 0, 0, (29, 29), None),
            (false, 0, 10, (12, 12), Some(10)),
            (false, 1, 10, (29, 29), None),
            (false, 0, 26, (28, 28), Some(26)),
            (false, 0, 27, (29, 29), None),
            (false, 0, 100, (29, 29), None),
            (true, 0, 20, (34, 34), Some(32)),
            (true, 0, 200, (210, 110), Some(208)),
            (true, 5, 20, (434, 110), None),
            (false, 0, u32::MAX, (29, 29), None),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .filter(|&(prefixes, warm_ip, minimum_ip, (allowed, recommended), pool_cap)| {
                let mut settings = Settings::default();
                settings.cni.prefix_delegation = prefixes;
                let targets = WarmTargets { warm_ip, minimum_ip, ..WarmTargets::default() };
                let limits = Limits::new(&m5_large(), &settings, &targets);
                (limits.allowed, limits.recommended, limits.pool_cap)
                    != (Allowed::Pods(allowed), recommended, pool_cap)
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn warm_targets_do_not_concern_windows() {
        let settings = Settings { os: Os::Windows, ..Settings::default() };
        let targets = WarmTargets { minimum_ip: 5, ..WarmTargets::default() };
        assert_eq!(Limits::new(&m5_large(), &settings, &targets).allowed, Allowed::Pods(9));
    }

    prop_compose! {
        /// Settings of any kind for a node whose type has prefixes or not.
        fn any_settings()(
            prefix_delegation in any::<bool>(),
            custom_networking in any::<bool>(),
            max_eni in prop::option::of(1..6u32),
            reserved_enis in 0..3u32,
            host_network_pods in prop::option::of(0..10u32),
            pod_eni in any::<bool>(),
            branch_eni_pods in 0..20u32,
            excluded_enis in prop::sample::select(vec![
                ExcludedEnis::None, ExcludedEnis::Primary, ExcludedEnis::Further, ExcludedEnis::All,
            ]),
        ) -> Settings {
            let mut settings =
                Settings { reserved_enis, host_network_pods, branch_eni_pods, ..Settings::default() };
            settings.cni.pod_eni = pod_eni;
            settings.cni.excluded_enis = excluded_enis;
            settings.cni.prefix_delegation = prefix_delegation;
            settings.cni.custom_networking = custom_networking;
            settings.cni.max_eni = max_eni.and_then(NonZeroU32::new);
            settings
        }
    }

    /// Mostly small, sometimes anything, often off.
    fn target() -> impl Strategy<Value = u32> {
        prop_oneof![3 => Just(0), 3 => 0..6u32, 2 => 0..400u32, 1 => any::<u32>()]
    }

    fn any_targets() -> impl Strategy<Value = WarmTargets> {
        (target(), target(), target(), target()).prop_map(|(warm_eni, warm_prefix, warm_ip, minimum_ip)| {
            WarmTargets { warm_eni, warm_prefix, warm_ip, minimum_ip }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

        /// The verdicts on nodes and the plans of their pools agree with the limits.
        #[test]
        fn verdicts_and_pools_agree_with_the_limits(
            enis in 1..16u16, ipv4_per_eni in 1..51u16, nitro in any::<bool>(),
            settings in any_settings(), targets in any_targets(),
        ) {
            let mut of_node = InstanceType::new("x1.large", enis, ipv4_per_eni);
            of_node.hypervisor = Some(if nitro { "nitro" } else { "xen" }.into());
            of_node.vcpus = Some(2);
            let limits = Limits::new(&of_node, &settings, &targets);
            let allowed = limits.allowed.pods().unwrap();

            // The kubelet takes so many pods that its own number stops nothing.
            let endless = 1 << 40;
            let pool_limits = PoolLimits::new(&of_node, &settings, endless);
            let pool = pool_limits.pool(&targets, endless);
            let beside = settings.host_network_pods() + limits.breakdown.branch_eni_pods;
            prop_assert_eq!(pool.held + beside, allowed);
            prop_assert_eq!(pool_limits.most_addresses(&targets), pool.held);

            // A node tells its trunk itself, and the judge finds its subnets: these are no settings of a cluster.
            let mut settings = settings;
            settings.cni.pod_eni = false;
            settings.cni.excluded_enis = ExcludedEnis::None;
            let limits = Limits::new(&of_node, &settings, &targets);
            let allowed = limits.allowed.pods().unwrap();
            let reserved_enis = Some(settings.reserved_enis);
            let cluster = ClusterSettings { common: settings, reserved_enis, warm_targets: targets };
            let catalog = Catalog::with(vec![of_node]);
            let mut judge = Judge::new(&catalog, &cluster);
            let mut verdict = |pods: u64| {
                let node = format!(
                    r#"{{"kind":"Node","metadata":{{"name":"n","labels":{{"node.kubernetes.io/instance-type":
                    "x1.large"}}}},"status":{{"capacity":{{"pods":"{pods}"}}}}}}"#
                );
                judge.judge(&Cluster::read(node.as_bytes()).unwrap().nodes[0])
            };
            prop_assert_eq!(verdict(allowed).allowed, Some(allowed));
            prop_assert_eq!(verdict(allowed).verdict, Verdict::Ok);
            prop_assert_eq!(verdict(allowed + 1).verdict, Verdict::Over);
            prop_assert_eq!(verdict(limits.recommended).recommended, Some(limits.recommended));
            prop_assert_eq!(verdict(limits.recommended).verdict, Verdict::Ok);
        }
    }
}
