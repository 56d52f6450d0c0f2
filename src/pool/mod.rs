//! The pool of addresses that the CNI keeps for pods: a node takes them from its subnets.
//!
//! Source: the address manager of the VPC CNI 1.23.1, [`pkg/ipamd/ipamd.go`][1]
//! (`isDatastorePoolTooLow`, `datastoreTargetState`, `getPrefixesNeeded`, `tryAssignCidrs`,
//! `tryAllocateENI`, `hasRoomForEni`). It looks at the pool every few seconds. Where the pool is too
//! low it makes one change: it fills an ENI that has a free slot, or else attaches another ENI.
//!
//! [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/ipamd/ipamd.go

mod compare;
mod error;
#[cfg(test)]
mod tests;

pub(crate) use compare::{Candidate, candidates};
pub use compare::{Compared, Fit, Origin, compare};
pub(crate) use error::MOST_ADDRESSES;
pub use error::{PoolError, PoolNote, notes};

use crate::cni::{ExcludedEnis, WarmTargets};
use crate::{InstanceType, Mode, Settings};

/// EC2 calls of a round that attaches an ENI: create it, attach it, and set its attributes.
const CALLS_OF_AN_ENI: u64 = 3;

/// The limits of the pool of one node, whatever its warm targets are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PoolLimits {
    /// How the CNI gives pods their addresses.
    pub mode: Mode,
    /// The number of slots of one ENI. A slot holds an address or a prefix.
    pub slots_per_eni: u64,
    /// ENIs that can be in the pool.
    pub enis: u64,
    /// The primary ENI gives pods nothing: they use subnets of their own with custom networking, or the node's own
    /// subnet is excluded.
    pub without_primary: bool,
    /// The node has a trunk ENI, which is beside the pool.
    pub trunk: bool,
    /// Pods with a branch ENI, which has an address of the subnet and is beside the pool.
    pub branch_eni_pods: u64,
    /// The number of addresses from which on the pool does not grow, because the kubelet takes no
    /// more pods; `None` for a CNI that does not know this limit.
    pub max_pods: Option<u64>,
}

/// The pool of one node once it has settled with its pods.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pool {
    /// Pods that need an address of the CNI.
    pub pods: u64,
    /// How the CNI gives them their addresses.
    pub mode: Mode,
    /// ENIs on the node, with the primary one and the trunk. Reserved ENIs are not counted.
    pub enis: u64,
    /// Slots in use on each ENI of the pool, the first attached first.
    pub per_eni: Vec<u64>,
    /// Addresses that the node holds for pods.
    pub held: u64,
    /// The addresses among these that no pod uses.
    pub warm: u64,
    /// Pods that get no address.
    pub unserved: u64,
    /// Addresses that are taken from the pods' subnet: those held, the own address of each ENI, and that of each
    /// branch ENI.
    pub subnet_addresses: u64,
    /// The addresses that are taken from the node's own subnet: that of the primary ENI. `None` if pods use that
    /// subnet, too.
    pub node_subnet_addresses: Option<u64>,
    /// The number of rounds that the pods wait for, at least 5 seconds each. The first one begins when the pods
    /// come to the settled node.
    pub rounds: u64,
    /// The number of EC2 calls that change something, from the start of the node on.
    pub calls: u64,
}

impl Pool {
    /// Prefixes that the node holds; `None` with secondary IPs.
    #[must_use]
    pub fn prefixes(&self) -> Option<u64> {
        (self.mode == Mode::PrefixDelegation).then(|| self.slots())
    }

    /// Slots in use on all ENIs of the pool.
    #[must_use]
    pub fn slots(&self) -> u64 {
        self.per_eni.iter().sum()
    }
}

impl PoolLimits {
    /// The limits of a node of this type with these settings, whose kubelet takes `max_pods` pods.
    ///
    /// Prefixes are counted on Nitro *and on bare metal*, as the CNI itself does it. The pod limit
    /// follows the reference script, which counts secondary IPs on bare metal.
    #[must_use]
    pub fn new(instance_type: &InstanceType, settings: &Settings, max_pods: u64) -> Self {
        let cni = &settings.cni;
        let breakdown = crate::max_pods(instance_type, settings);
        let prefixes = cni.prefix_delegation && can_have_prefixes(instance_type, settings);
        Self {
            mode: if prefixes { Mode::PrefixDelegation } else { Mode::SecondaryIp },
            slots_per_eni: breakdown.slots_per_eni(),
            enis: breakdown.enis,
            without_primary: cni.custom_networking || cni.excluded_enis == ExcludedEnis::Primary,
            trunk: breakdown.trunk.is_some_and(|trunk| trunk.enis() > 0),
            branch_eni_pods: breakdown.branch_eni_pods,
            max_pods: cni
                .version
                .as_ref()
                .is_none_or(crate::cni::CniVersion::stops_at_max_pods)
                .then_some(max_pods),
        }
    }

    /// The largest number of addresses that the pool can hold.
    #[must_use]
    pub fn addresses(&self) -> u64 {
        self.enis * self.slots_per_eni * self.mode.addresses_per_slot()
    }

    /// Most addresses that the pool holds with these warm targets, however many pods come.
    #[must_use]
    pub fn most_addresses(&self, targets: &WarmTargets) -> u64 {
        let addresses = self.addresses();
        crate::limits::pool_cap(targets, self.mode, addresses).unwrap_or(addresses)
    }

    /// The pool with these warm targets, after the node has settled without pods and `pods` have come.
    ///
    /// `pods` counts the pods that need an address, so none on the host's network.
    #[must_use]
    pub fn pool(&self, targets: &WarmTargets, pods: u64) -> Pool {
        let mut filling = Filling::new(self, targets);
        filling.settle(0);
        let rounds_before = filling.rounds;
        filling.settle(pods);

        let held = filling.slots * filling.unit;
        let pool_enis = filling.per_eni.len() as u64;
        let trunk = u64::from(self.trunk);
        Pool {
            pods,
            mode: self.mode,
            // Every node has its primary ENI, even if no ENI gives pods addresses.
            enis: (pool_enis + u64::from(self.without_primary)).max(1) + trunk,
            held,
            warm: held.saturating_sub(pods),
            unserved: pods.saturating_sub(held),
            subnet_addresses: held + pool_enis + trunk + self.branch_eni_pods,
            node_subnet_addresses: self.without_primary.then_some(1),
            rounds: filling.rounds - rounds_before,
            calls: filling.calls,
            per_eni: filling.per_eni,
        }
    }
}

/// True if the CNI can use prefixes on nodes of this type.
fn can_have_prefixes(instance_type: &InstanceType, settings: &Settings) -> bool {
    let new_enough = settings.cni.version.as_ref().is_none_or(crate::cni::CniVersion::has_prefix_delegation);
    new_enough && (instance_type.is_nitro() || instance_type.bare_metal)
}

/// A pool that is being filled. The names and the order of the steps are those of the source.
struct Filling<'a> {
    limits: &'a PoolLimits,
    targets: &'a WarmTargets,
    /// Addresses of a slot.
    unit: u64,
    per_eni: Vec<u64>,
    /// The sum of `per_eni`.
    slots: u64,
    rounds: u64,
    calls: u64,
}

impl<'a> Filling<'a> {
    fn new(limits: &'a PoolLimits, targets: &'a WarmTargets) -> Self {
        // Without the primary ENI the pool has no ENI until one is attached in the pods' subnet.
        let starts_with_primary = !limits.without_primary && limits.enis > 0;
        let per_eni = if starts_with_primary { vec![0] } else { Vec::new() };
        let unit = limits.mode.addresses_per_slot();
        Self { limits, targets, unit, per_eni, slots: 0, rounds: 0, calls: 0 }
    }

    /// Makes rounds until the targets are met with this number of pods, or there is no room.
    fn settle(&mut self, pods: u64) {
        while let Some(need) = self.need(pods) {
            if !self.take(need) {
                return;
            }
            self.rounds += 1;
        }
    }

    /// The number of slots that a round asks for; `None` if the pool is not too low.
    fn need(&self, pods: u64) -> Option<u64> {
        let targets = self.targets;
        let total = self.slots * self.unit;
        let used = pods.min(total);
        let free = total - used;
        if self.limits.max_pods.is_some_and(|max_pods| total >= max_pods) {
            return None;
        }
        if targets.count_addresses() {
            let short_of_warm = u64::from(targets.warm_ip).saturating_sub(free);
            let short_of_minimum = u64::from(targets.minimum_ip).saturating_sub(total);
            let short = short_of_warm.max(short_of_minimum);
            return (short > 0).then(|| short.div_ceil(self.unit));
        }
        let (target, of_one, need) = match self.limits.mode {
            Mode::PrefixDelegation => {
                let warm_prefix = u64::from(targets.warm_prefix);
                let free_prefixes = self.slots - used.div_ceil(self.unit);
                (warm_prefix, self.unit, warm_prefix.saturating_sub(free_prefixes).max(1))
            }
            Mode::SecondaryIp => {
                let slots_per_eni = self.limits.slots_per_eni;
                (u64::from(targets.warm_eni), slots_per_eni, slots_per_eni)
            }
        };
        let too_low = free < of_one * target || (target == 0 && free == 0);
        too_low.then_some(need)
    }

    /// Fills an ENI that has a free slot, or attaches another one. Returns false if there is no room.
    fn take(&mut self, need: u64) -> bool {
        let slots_per_eni = self.limits.slots_per_eni;
        let may_attach = (self.per_eni.len() as u64) < self.limits.enis && slots_per_eni > 0;
        // ENIs are filled in order, so the last one alone can have a free slot.
        let taken = match self.per_eni.last_mut() {
            Some(last) if *last < slots_per_eni => {
                let taken = need.min(slots_per_eni - *last);
                *last += taken;
                self.calls += 1;
                taken
            }
            _ if may_attach => {
                let taken = need.min(slots_per_eni);
                self.per_eni.push(taken);
                self.calls += CALLS_OF_AN_ENI;
                taken
            }
            _ => return false,
        };
        self.slots += taken;
        true
    }
}
