//! Groups of nodes: those of one `NodePool` or node group, of one instance type.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::PlannedNode;

/// The nodes of a group that have the same instance type, and their sums.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The name of the `NodePool` or node group; `None` for nodes without one.
    pub name: Option<String>,
    /// The instance type.
    pub instance_type: Rc<str>,
    /// The places of its nodes in the plan.
    pub nodes: Vec<usize>,
    /// Pods that need an address of the CNI.
    pub pods: u64,
    /// The most such pods on one of its nodes.
    pub most_pods: u64,
    /// Pods that have a branch ENI.
    pub branch_pods: u64,
    /// Addresses that the nodes hold, as the warm targets want it.
    pub held: u64,
    /// Those of them that no pod uses.
    pub warm: u64,
    /// Pods that get no address.
    pub unserved: u64,
    /// Addresses taken from the pods' subnets.
    pub subnet_addresses: u64,
    /// Addresses that the ENIs of the nodes hold; `None` if the ENIs of a node are not known.
    pub held_now: Option<u64>,
}

/// The groups of these nodes, in the order of their names and types. Nodes without a group come first.
pub fn groups(nodes: &[PlannedNode]) -> Vec<Group> {
    let mut groups: BTreeMap<(Option<&str>, &str), Group> = BTreeMap::new();
    for (place, node) in nodes.iter().enumerate() {
        let group = groups.entry((node.group.as_deref(), &*node.instance_type)).or_insert_with(|| Group {
            name: node.group.clone(),
            instance_type: Rc::clone(&node.instance_type),
            nodes: Vec::new(),
            pods: 0,
            most_pods: 0,
            branch_pods: 0,
            held: 0,
            warm: 0,
            unserved: 0,
            subnet_addresses: 0,
            held_now: Some(0),
        });
        group.nodes.push(place);
        group.pods += node.pods.with_address;
        group.most_pods = group.most_pods.max(node.pods.with_address);
        group.branch_pods += node.pods.with_branch_eni;
        group.held += node.pool.held;
        group.warm += node.pool.warm;
        group.unserved += node.pool.unserved;
        group.subnet_addresses += node.pool.subnet_addresses;
        group.held_now = group.held_now.zip(node.held.as_ref()).map(|(sum, held)| sum + held.addresses);
    }
    groups.into_values().collect()
}

impl Group {
    /// The sums of this group and another one. The name, the type and the nodes are those of this one.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.pods += other.pods;
        self.most_pods = self.most_pods.max(other.most_pods);
        self.branch_pods += other.branch_pods;
        self.held += other.held;
        self.warm += other.warm;
        self.unserved += other.unserved;
        self.subnet_addresses += other.subnet_addresses;
        self.held_now = self.held_now.zip(other.held_now).map(|(own, other)| own + other);
        self
    }

    /// The node with the most pods by this count, and the first of them.
    pub(super) fn fullest<'a>(
        &self,
        nodes: &'a [PlannedNode],
        pods: impl Fn(&PlannedNode) -> u64,
    ) -> Option<&'a PlannedNode> {
        let own = self.nodes.iter().filter_map(|&place| nodes.get(place));
        // `max_by_key` gives the last of equals.
        own.rev().max_by_key(|node| (pods(node), node.pods.with_branch_eni))
    }
}
