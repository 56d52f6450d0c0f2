//! The nodes that are counted: their limits, their pods, and the addresses that they hold.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::rc::Rc;

use super::place::{Location, Locations};
use super::pools::Pools;
use super::{PlanNote, Setup};
use crate::cluster::{Census, Member, PodCounts, Skip};
use crate::pool::{MOST_ADDRESSES, Pool, PoolLimits};
use crate::quantity::Quantity;
use crate::{InstanceType, Os, Settings};

/// A node of the plan.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PlannedNode {
    /// Its name; empty if it has none.
    pub name: String,
    /// The `NodePool` or node group that it belongs to.
    pub group: Option<String>,
    /// Its instance type, as EC2 spells it.
    pub instance_type: Rc<str>,
    /// The pods on it.
    pub pods: PodCounts,
    /// Pods that its kubelet takes.
    pub max_pods: u64,
    /// True if it has a trunk ENI.
    pub has_trunk_eni: bool,
    /// The limits of its pool.
    pub limits: PoolLimits,
    /// Its pool, as the warm targets that are set want it.
    pub pool: Rc<Pool>,
    /// The place of its subnet in the list of subnets, if that is known.
    pub subnet: Option<usize>,
    /// The place of its pods' subnet, which is another one with custom networking.
    pub pods_subnet: Option<usize>,
    /// The addresses that its ENIs hold, if its ENIs are known.
    pub held: Option<HeldByEnis>,
    /// The id of its instance.
    pub(super) instance_id: Option<String>,
    /// The limits of its pool with prefix delegation switched on, or off if it is on.
    pub(super) other_limits: PoolLimits,
}

/// The addresses that the ENIs of a node hold for pods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldByEnis {
    /// Secondary addresses, and 16 of each prefix.
    pub addresses: u64,
    /// Slots in use on each ENI of the pool.
    pub per_eni: Vec<u64>,
}

impl PlannedNode {
    /// Addresses of the trunk ENI and of the branch ENIs of the node.
    pub(super) fn addresses_of_trunk_and_branches(&self) -> u64 {
        u64::from(self.has_trunk_eni) + self.pods.with_branch_eni
    }

    /// True if all ENIs of its pool are in other subnets than its own, because its own is excluded.
    pub(super) fn has_only_further_enis(&self) -> bool {
        self.limits.without_primary && self.subnet == self.pods_subnet
    }

    /// Pods that need an address of the CNI if the node has as many pods as its kubelet takes.
    pub(super) fn pods_if_full(&self) -> u64 {
        let others = self.pods.on_host_network + self.pods.with_branch_eni;
        self.max_pods.saturating_sub(others).max(self.pods.with_address)
    }

    /// True if the subnet that its pods' addresses come from is known, and its ENIs if those of the subnets are known.
    pub(super) fn is_placed(&self, interfaces_are_known: bool) -> bool {
        self.pods_subnet.is_some() && (self.held.is_some() || !interfaces_are_known)
    }
}

/// The reason why a node is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// The rules do not apply to the node.
    Skipped(Skip),
    /// The VPC resource controller gives Windows pods their addresses.
    Windows,
    /// The type is not in the table.
    UnknownType,
    /// The node has no label that tells its type.
    NoInstanceType,
    /// The kubelet does not say how many pods the node takes.
    NoMaxPods,
    /// The kubelet takes more pods than any subnet has addresses.
    LargerThanSubnet,
}

impl LeftOut {
    /// True if the node would be counted if more were known about it.
    #[must_use]
    pub fn is_a_gap(self) -> bool {
        !matches!(self, Self::Skipped(_) | Self::Windows)
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skipped(skip) => skip.fmt(f),
            Self::Windows => f.write_str("Windows: the VPC resource controller gives pods their addresses"),
            Self::UnknownType => f.write_str("instance type not in the table"),
            Self::NoInstanceType => f.write_str("no label node.kubernetes.io/instance-type"),
            Self::NoMaxPods => f.write_str("no number of pods in .status.capacity.pods"),
            Self::LargerThanSubnet => f.write_str("max pods larger than any subnet"),
        }
    }
}

/// An instance type that nodes have.
#[derive(Clone)]
struct Known {
    facts: Rc<InstanceType>,
    name: Rc<str>,
}

/// Makes the nodes of a plan.
pub struct Planner<'a> {
    setup: Setup<'a>,
    /// The types, by the names that the nodes give; `None` for a type that is not in the table.
    types: HashMap<&'a str, Option<Known>>,
    pub nodes: Vec<PlannedNode>,
    pub left_out: BTreeMap<LeftOut, u64>,
    pub notes: Vec<PlanNote>,
}

impl<'a> Planner<'a> {
    pub fn new(census: &'a Census, setup: Setup<'a>, pools: &mut Pools) -> Self {
        let mut planner = Self {
            setup,
            types: HashMap::new(),
            nodes: Vec::with_capacity(census.members.len()),
            left_out: BTreeMap::new(),
            notes: Vec::new(),
        };
        let mut locations = Locations::new(census, setup);
        for member in &census.members {
            match planner.node(member, &mut locations, pools) {
                Ok(node) => planner.nodes.push(node),
                Err(why) => *planner.left_out.entry(why).or_default() += 1,
            }
        }
        locations.add_notes(&mut planner.notes);
        planner
    }

    fn node(
        &mut self,
        member: &'a Member,
        locations: &mut Locations<'_>,
        pools: &mut Pools,
    ) -> Result<PlannedNode, LeftOut> {
        let node = &member.node;
        if let Some(skip) = node.skip {
            return Err(LeftOut::Skipped(skip));
        }
        if node.os == Os::Windows {
            return Err(LeftOut::Windows);
        }
        let label = node.instance_type.as_deref().ok_or(LeftOut::NoInstanceType)?;
        let catalog = self.setup.catalog;
        let known = self.types.entry(label).or_insert_with(|| {
            let facts = catalog.get(label)?;
            let name = facts.name.as_str().into();
            Some(Known { facts: facts.into(), name })
        });
        let Known { facts, name } = known.clone().ok_or(LeftOut::UnknownType)?;
        let Quantity::Number(max_pods) = node.pods else { return Err(LeftOut::NoMaxPods) };
        if max_pods > MOST_ADDRESSES {
            return Err(LeftOut::LargerThanSubnet);
        }
        let mut settings = self.setup.settings.of(node);
        let Location { subnet, pods_subnet, held } = locations.find(member, &mut settings);
        let has_trunk_eni = node.branch_enis() > 0;
        let limits = |settings: &Settings| PoolLimits {
            trunk: has_trunk_eni,
            branch_eni_pods: member.pods.with_branch_eni,
            ..PoolLimits::new(&facts, settings, max_pods)
        };
        let own_limits = limits(&settings);
        settings.cni.prefix_delegation = !settings.cni.prefix_delegation;
        Ok(PlannedNode {
            name: node.name.clone(),
            group: member.group.clone(),
            instance_type: name,
            pods: member.pods,
            max_pods,
            has_trunk_eni,
            limits: own_limits,
            pool: pools.pool(&own_limits, member.pods.with_address),
            subnet,
            pods_subnet,
            held,
            instance_id: member.instance_id.clone(),
            other_limits: limits(&settings),
        })
    }
}
