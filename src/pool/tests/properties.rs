//! The pool of any node with any targets, and the closed forms of some.

use proptest::prelude::*;

use super::{P, S, eni, ip, targets};
use crate::cni::WarmTargets;
use crate::pool::PoolLimits;
use crate::pool::compare::{Fit, fitted};

prop_compose! {
    /// Limits of the size that EC2 has.
    fn any_limits()(
        prefixes in any::<bool>(),
        slots_per_eni in 1..50u64,
        enis in 1..16u64,
        without_primary in any::<bool>(),
        max_pods in prop::option::of(0..800u64),
    ) -> PoolLimits {
        let mode = if prefixes { P } else { S };
        PoolLimits { mode, slots_per_eni, enis, without_primary, trunk: false, branch_eni_pods: 0, max_pods }
    }
}

/// A target: often 0, mostly small, sometimes any number.
fn target() -> impl Strategy<Value = u32> {
    prop_oneof![2 => Just(0), 4 => 0..6u32, 2 => 0..400u32, 1 => any::<u32>()]
}

fn any_targets() -> impl Strategy<Value = WarmTargets> {
    (target(), target(), target(), target())
        .prop_map(|(eni, prefix, ip, minimum)| targets(eni, prefix, ip, minimum))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_pool_holds_more_than_fits_or_fewer_than_pods(
        limits in any_limits(), targets in any_targets(), pods in 0..900u64,
    ) {
        let pool = limits.pool(&targets, pods);
        prop_assert!(pool.slots() <= limits.enis * limits.slots_per_eni);
        prop_assert!(pool.per_eni.len() as u64 <= limits.enis);
        prop_assert!(pool.per_eni.iter().all(|&slots| slots <= limits.slots_per_eni));
        prop_assert!(pool.held >= pods || pool.unserved == pods - pool.held);
        prop_assert_eq!(pool.held, pool.slots() * limits.mode.addresses_per_slot());
        prop_assert_eq!(pool.held + pool.unserved, pods + pool.warm);
        prop_assert_eq!(pool.subnet_addresses, pool.held + pool.per_eni.len() as u64);
        // The default targets serve every pod that there are addresses for.
        let most = limits.addresses().min(limits.max_pods.unwrap_or(u64::MAX));
        prop_assert!(limits.pool(&WarmTargets::default(), pods.min(most)).unserved == 0);
    }

    #[test]
    fn whole_enis_have_a_closed_form(
        limits in any_limits(), warm in 0..20u32, pods in 0..700u64,
    ) {
        let limits = PoolLimits { mode: S, without_primary: false, ..limits };
        let (slots, most) = (limits.slots_per_eni, limits.max_pods.unwrap_or(u64::MAX));
        let pods = pods.min(most);
        let wanted = if warm == 0 { pods / slots + 1 } else { u64::from(warm) + pods.div_ceil(slots) };
        let enis = wanted.min(limits.enis).min(most.div_ceil(slots)).max(1);
        let pool = limits.pool(&eni(warm), pods);
        prop_assert_eq!(pool.enis, enis);
        // A kubelet that takes no pods leaves the primary ENI empty.
        prop_assert_eq!(pool.held, if most == 0 { 0 } else { enis * slots });
    }

    #[test]
    fn counted_addresses_have_a_closed_form(
        limits in any_limits(), warm in 0..100u32, minimum in 0..300u32, pods in 0..700u64,
    ) {
        prop_assume!(warm > 0 || minimum > 0);
        let limits = PoolLimits { max_pods: None, ..limits };
        let unit = limits.mode.addresses_per_slot();
        let wanted = match (warm, pods + u64::from(warm)) {
            (0, _) => u64::from(minimum),
            (_, with_warm) => with_warm.max(minimum.into()),
        };
        let slots = wanted.div_ceil(unit).min(limits.enis * limits.slots_per_eni);
        prop_assert_eq!(limits.pool(&ip(warm, minimum), pods).slots(), slots);
    }

    #[test]
    fn targets_that_fit_serve_the_pods(limits in any_limits(), pods in 1..700u64) {
        let (targets, _) = fitted(limits.mode, pods, Fit::OneNode).unwrap();
        let limits = PoolLimits { max_pods: None, ..limits };
        let pool = limits.pool(&targets, pods);
        prop_assert_eq!(pool.unserved, pods.saturating_sub(limits.addresses()));
        let spare = if limits.mode == P { 16 } else { pods.div_ceil(5) };
        prop_assert!(pool.warm <= spare);
        // The settled node holds them before the pods come: no pod waits.
        prop_assert_eq!(pool.rounds, 0);
    }
}
