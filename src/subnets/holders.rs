//! The holders of the addresses of a subnet.

use super::{InterfaceRole, Subnets};

/// Addresses of a subnet that are taken, by their holders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holders {
    /// Addresses that the nodes hold for their pods: secondary ones, and those of prefixes.
    pub pools: u64,
    /// The nodes' ENIs themselves: an address each.
    pub enis: u64,
    /// The nodes' trunk ENIs, and branch ENIs.
    pub trunk_and_branch_enis: u64,
    /// Anything else: load balancers, endpoints, other instances, ENIs that the CNI does not manage.
    pub other: u64,
}

impl Subnets {
    /// The holders of the addresses in the subnet at this place, as the network interfaces show them. `is_node`
    /// tells if an instance is one of the nodes.
    #[must_use]
    pub fn holders(&self, place: usize, is_node: impl Fn(&str) -> bool) -> Holders {
        let mut holders = Holders::default();
        for taken in self.list.get(place).into_iter().flat_map(|subnet| subnet.map.taken()) {
            let interface = usize::try_from(taken.owner).ok().and_then(|number| self.interfaces.get(number));
            let of_node =
                interface.is_some_and(|interface| interface.instance.as_deref().is_some_and(&is_node));
            let holder = match interface.map(|interface| interface.role) {
                Some(InterfaceRole::Branch) => &mut holders.trunk_and_branch_enis,
                Some(InterfaceRole::Trunk) if of_node => &mut holders.trunk_and_branch_enis,
                Some(InterfaceRole::Pods) if of_node && taken.is_own => &mut holders.enis,
                Some(InterfaceRole::Pods) if of_node => &mut holders.pools,
                _ => &mut holders.other,
            };
            *holder += taken.addresses();
        }
        holders
    }
}
