//! The needs of nodes: of those that are there, beyond the addresses that they hold, and of those of a surge.

use std::collections::BTreeMap;

use super::pools::Pools;
use super::{Group, PlannedNode};
use crate::Mode;
use crate::pool::{Pool, PoolLimits};
use crate::subnets::Need;

/// A question to the subnets of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question {
    /// More nodes of each group and type in each subnet, as in an upgrade.
    pub surge: Option<Surge>,
    /// True if each node is to have as many pods as its kubelet takes.
    pub full: bool,
    /// Addresses to leave free in each subnet.
    pub spare: u64,
}

/// The number of nodes by which a group grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surge {
    /// This number.
    Nodes(u32),
    /// This percentage of the nodes that are there, rounded up.
    Percent(u32),
}

impl Surge {
    /// The number of more nodes for so many nodes that are there.
    #[must_use]
    pub fn of(self, nodes: u64) -> u64 {
        match self {
            Self::Nodes(more) => more.into(),
            Self::Percent(percent) => nodes.saturating_mul(percent.into()).div_ceil(100),
        }
    }
}

/// The need of one subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Demand {
    /// The part of `own` that can be in no other subnet, wherever ENIs go: the addresses of new nodes
    /// themselves, of their trunk ENIs and of their branch ENIs.
    pub fixed: Need,
    /// The need of the ENIs that are in this subnet, and of the primary ENIs of new nodes.
    pub own: Need,
    /// The need of further ENIs, which another subnet may serve.
    pub further: Need,
    /// True if a node of the subnet may attach another ENI than those that it has.
    pub may_attach: bool,
}

impl Demand {
    /// The whole need.
    pub fn whole(&self) -> Need {
        self.own + self.further
    }

    fn add(&mut self, other: &Self, times: u64) {
        self.fixed += other.fixed.of_nodes(times, 0);
        self.own += other.own.of_nodes(times, 0);
        self.further += other.further.of_nodes(times, 0);
        self.may_attach |= other.may_attach && times > 0;
    }
}

/// The needs of subnets, by their places.
#[derive(Debug, Clone, Default)]
pub struct Demands(pub BTreeMap<usize, Demand>);

impl Demands {
    pub fn of(&self, subnet: usize) -> Demand {
        self.0.get(&subnet).copied().unwrap_or_default()
    }

    pub fn add(&mut self, subnet: usize, demand: &Demand) {
        self.0.entry(subnet).or_default().add(demand, 1);
    }

    /// Adds the needs of several nodes that are alike.
    pub fn add_all(&mut self, others: &Self, times: u64) {
        for (&subnet, demand) in &others.0 {
            self.0.entry(subnet).or_default().add(demand, times);
        }
    }
}

/// The needs that a question asks about. Nodes whose subnets are not known have none here.
pub fn demands(nodes: &[PlannedNode], groups: &[Group], question: Question, pools: &mut Pools) -> Demands {
    let mut demands = Demands::default();
    let pods = |node: &PlannedNode| if question.full { node.pods_if_full() } else { node.pods.with_address };
    for node in nodes {
        if let Some(subnet) = node.pods_subnet {
            let wanted = pools.pool(&node.limits, pods(node));
            demands.add(subnet, &growth(node, &wanted));
        }
    }
    let Some(surge) = question.surge else { return demands };
    for group in groups {
        let Some(fullest) = group.fullest(nodes, pods) else { continue };
        let pool = pools.pool(&fullest.limits, pods(fullest));
        for (subnets, there) in in_subnets(group, nodes) {
            demands.add_all(&of_new_node(fullest, &pool, subnets), surge.of(there));
        }
    }
    demands
}

/// The subnets of a node: its own, if it is known, and that of its pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeSubnets {
    pub node: Option<usize>,
    pub pods: usize,
}

/// The number of nodes of a group in each subnet, with the subnet of their pods.
pub fn in_subnets(group: &Group, nodes: &[PlannedNode]) -> BTreeMap<NodeSubnets, u64> {
    let mut counts = BTreeMap::new();
    for node in group.nodes.iter().filter_map(|&place| nodes.get(place)) {
        if let Some(pods) = node.pods_subnet {
            *counts.entry(NodeSubnets { node: node.subnet, pods }).or_default() += 1;
        }
    }
    counts
}

/// The need of a node beyond the addresses that it holds now. Addresses that fit on the ENIs that it has come from
/// the subnet of these ENIs.
fn growth(node: &PlannedNode, wanted: &Pool) -> Demand {
    let limits = &node.limits;
    let (addresses, per_eni) = match &node.held {
        Some(held) => (held.addresses, &held.per_eni),
        None => (node.pool.held, &node.pool.per_eni),
    };
    let slots = wanted.held.saturating_sub(addresses).div_ceil(limits.mode.addresses_per_slot());
    let on_each = limits.slots_per_eni;
    let free: u64 = per_eni.iter().map(|&used| on_each.saturating_sub(used)).sum();
    // Slots on ENIs that are there, then slots on new ENIs.
    let in_place = slots.min(free);
    let further = slots - in_place;
    let enis = further.checked_div(on_each).map_or(0, |whole| whole + u64::from(further % on_each > 0));
    let (own, in_others) = if node.has_only_further_enis() { (0, in_place) } else { (in_place, 0) };
    Demand {
        fixed: Need::default(),
        own: of_slots(limits, own, 0),
        further: of_slots(limits, in_others + further, enis),
        may_attach: (per_eni.len() as u64).saturating_add(enis) < limits.enis,
    }
}

/// The needs of one more node like this one, with this pool, in these subnets: its own, and its pods'.
pub fn of_new_node(node: &PlannedNode, pool: &Pool, subnets: NodeSubnets) -> Demands {
    let limits = &node.limits;
    let trunk_and_branches = Need { blocks: 0, addresses: node.addresses_of_trunk_and_branches() };
    let mut demands = Demands::default();
    let primary_in_pool = pool.node_subnet_addresses.is_none() && !pool.per_eni.is_empty();
    let (first, rest) = match pool.per_eni.split_first() {
        Some((&first, rest)) if primary_in_pool => (of_slots(limits, first, 1), rest),
        _ => (Need::default(), &pool.per_eni[..]),
    };
    let enis = rest.len() as u64;
    let mut of_pool = Demand {
        fixed: trunk_and_branches,
        own: trunk_and_branches + first,
        further: of_slots(limits, rest.iter().sum(), enis),
        may_attach: (pool.per_eni.len() as u64) < limits.enis,
    };
    let primary = Need { blocks: 0, addresses: 1 };
    if primary_in_pool {
        of_pool.fixed += primary;
    } else if let Some(own) = subnets.node {
        demands.add(own, &Demand { fixed: primary, own: primary, ..Demand::default() });
    }
    demands.add(subnets.pods, &of_pool);
    demands
}

/// The need of so many slots, and of so many ENIs themselves.
fn of_slots(limits: &PoolLimits, slots: u64, enis: u64) -> Need {
    match limits.mode {
        Mode::SecondaryIp => Need { blocks: 0, addresses: slots + enis },
        Mode::PrefixDelegation => Need { blocks: slots, addresses: enis },
    }
}
