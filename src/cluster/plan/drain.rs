//! The nodes whose single addresses stand alone in blocks.

use std::collections::{BTreeMap, HashMap};

use super::PlannedNode;
use crate::subnets::Subnets;

/// A node that alone has single addresses in some blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drain {
    /// The place of the node in the plan.
    pub node: usize,
    /// The blocks that are whole again once its instance has ended.
    pub blocks: u64,
}

/// These nodes, those with the most blocks first, and equals in the order of their names.
pub fn drain(nodes: &[PlannedNode], subnets: &Subnets) -> Vec<Drain> {
    let mut blocks: BTreeMap<&str, u64> = BTreeMap::new();
    for instance in subnets.blocks_of_one_instance() {
        *blocks.entry(instance).or_default() += 1;
    }
    let instances: HashMap<&str, usize> =
        (0..).zip(nodes).filter_map(|(place, node)| Some((node.instance_id.as_deref()?, place))).collect();
    let known = blocks.into_iter().filter_map(|(instance, blocks)| Some((*instances.get(instance)?, blocks)));
    let mut drain: Vec<_> = known.map(|(node, blocks)| Drain { node, blocks }).collect();
    let name = |drain: &Drain| nodes.get(drain.node).map(|node| node.name.as_str());
    drain.sort_by(|a, b| b.blocks.cmp(&a.blocks).then_with(|| name(a).cmp(&name(b))));
    drain
}
