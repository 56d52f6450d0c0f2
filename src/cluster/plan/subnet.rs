//! The subnets of a cluster: their free space, the holders of the rest, and the room for more nodes.

use std::collections::{BTreeMap, HashSet};

use super::demand::{Demand, Demands, NodeSubnets, demands, in_subnets, of_new_node};
use super::pools::Pools;
use super::zone::Zones;
use super::{Group, PlannedNode, Question};
use crate::pool::Pool;
use crate::subnets::{BlockState, Discovery, Free, Holders, Need, SubnetError, Subnets, Verdict};

/// One subnet of the cluster.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SubnetPlan {
    /// The nodes of the plan in it.
    pub nodes: u64,
    /// The free blocks and addresses.
    pub free: Free,
    /// Blocks of which some addresses are taken one by one; `None` if the network interfaces are not known.
    pub broken_blocks: Option<u64>,
    /// The holders of its addresses; `None` if the network interfaces are not known.
    pub holders: Option<Holders>,
    /// For each group that has nodes in it, alone: how many more of them it surely holds.
    pub room: Vec<Room>,
    /// The answer, if there is a question.
    pub answer: Option<Answer>,
}

/// The room for one group in a subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Room {
    /// The place of the group in the plan.
    pub group: usize,
    /// The pods of each node: as many as on the fullest node of the group.
    pub pods: u64,
    /// The number of nodes.
    pub nodes: u64,
}

/// The answer to a question about one subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The need.
    pub needed: Need,
    /// The verdict.
    pub verdict: Verdict,
    /// The blocks or addresses that are missing to surely hold the need.
    pub short: Option<Short>,
}

/// The blocks or addresses that a subnet lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {
    /// Wholly free /28 blocks: each single address may break one.
    Blocks(u64),
    /// Free addresses.
    Addresses(u64),
}

impl Short {
    fn of(needed: Need, free: &Free) -> Option<Self> {
        let (short, less) = match needed.blocks {
            0 => (Self::Addresses as fn(u64) -> Self, needed.addresses.saturating_sub(free.addresses.least)),
            blocks => {
                let all = blocks.saturating_add(needed.addresses);
                (Self::Blocks as fn(u64) -> Self, all.saturating_sub(free.blocks.least))
            }
        };
        (less > 0).then(|| short(less))
    }
}

impl SubnetPlan {
    /// True if it surely holds what it was asked about.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.answer.is_none_or(|answer| answer.verdict == Verdict::Fits)
    }
}

/// The plans of all subnets.
pub fn plans(
    nodes: &[PlannedNode],
    groups: &[Group],
    subnets: &Subnets,
    discovery: Option<&Discovery>,
    question: Option<Question>,
    pools: &mut Pools,
) -> Result<Vec<SubnetPlan>, SubnetError> {
    let free = subnets.iter().map(|subnet| subnets.free(subnet)).collect::<Result<Vec<_>, _>>()?;
    let zones = Zones::new(subnets, free, discovery);
    let spare = question.map_or(0, |question| question.spare);
    let mut room = rooms(nodes, groups, &zones, spare);
    let answers = question.map(|question| answers(nodes, groups, question, &zones, pools));

    let mut counts = vec![0; zones.free.len()];
    for place in nodes.iter().filter_map(|node| node.subnet) {
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    let known = subnets.interfaces_are_known();
    let instances: HashSet<&str> = nodes.iter().filter_map(|node| node.instance_id.as_deref()).collect();
    let plan = |(place, subnet): (usize, &crate::subnets::Subnet)| {
        let broken = || subnet.blocks().into_iter().filter(|&state| state == BlockState::Broken).count();
        Some(SubnetPlan {
            nodes: *counts.get(place)?,
            free: *zones.free.get(place)?,
            broken_blocks: known.then(|| broken() as u64),
            holders: known.then(|| subnets.holders(place, |instance| instances.contains(instance))),
            room: room.remove(&place).unwrap_or_default(),
            answer: answers.as_ref().and_then(|answers| answers.get(place).copied()),
        })
    };
    Ok(subnets.iter().enumerate().filter_map(plan).collect())
}

/// The answer about each subnet.
fn answers(
    nodes: &[PlannedNode],
    groups: &[Group],
    question: Question,
    zones: &Zones,
    pools: &mut Pools,
) -> Vec<Answer> {
    let mut demands = demands(nodes, groups, question, pools);
    let all = 0..zones.free.len();
    if question.spare > 0 {
        for place in all.clone() {
            demands.add(place, &spare(question.spare));
        }
    }
    let verdicts = zones.verdicts(&demands, all);
    let answer = |(place, (verdict, free))| {
        let needed = demands.of(place).whole();
        let short = Short::of(needed, free).filter(|_| verdict != Verdict::Fits);
        Answer { needed, verdict, short }
    };
    verdicts.into_iter().zip(&zones.free).enumerate().map(answer).collect()
}

fn spare(addresses: u64) -> Demand {
    let spare = Need { blocks: 0, addresses };
    Demand { fixed: spare, own: spare, ..Demand::default() }
}

/// For each subnet, the room for each group that has nodes there.
fn rooms(nodes: &[PlannedNode], groups: &[Group], zones: &Zones, spare: u64) -> BTreeMap<usize, Vec<Room>> {
    let mut rooms: BTreeMap<usize, Vec<Room>> = BTreeMap::new();
    let pods = |node: &PlannedNode| node.pods.with_address;
    for (place, group) in groups.iter().enumerate() {
        let Some(fullest) = group.fullest(nodes, pods) else { continue };
        for (subnets, _) in in_subnets(group, nodes) {
            let own = rooms.entry(subnets.node.unwrap_or(subnets.pods)).or_default();
            // Nodes of one subnet may have pods in several: the first of them counts.
            if own.last().is_none_or(|room| room.group != place) {
                let nodes = room(fullest, &fullest.pool, subnets, zones, spare);
                own.push(Room { group: place, pods: pods(fullest), nodes });
            }
        }
    }
    rooms
}

/// The largest number of nodes like this one that the subnets surely hold.
fn room(node: &PlannedNode, pool: &Pool, subnets: NodeSubnets, zones: &Zones, spared: u64) -> u64 {
    let one = of_new_node(node, pool, subnets);
    let fits = |nodes: u64| {
        let mut demands = Demands::default();
        demands.add_all(&one, nodes);
        for &place in one.0.keys() {
            demands.add(place, &spare(spared));
        }
        zones.all_fit(&demands)
    };
    // Each node takes an address, so no more nodes fit than there are addresses.
    let (mut fitting, mut beyond) = (0, 1 << 17);
    while beyond - fitting > 1 {
        let middle = fitting + (beyond - fitting) / 2;
        if fits(middle) {
            fitting = middle;
        } else {
            beyond = middle;
        }
    }
    fitting
}
