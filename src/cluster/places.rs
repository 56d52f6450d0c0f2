//! The subnets of nodes, found by the addresses of the nodes.

use super::Node;
use crate::cni::ExcludedEnis;
use crate::subnets::{Discovery, Held, Subnets};

/// The subnets in which nodes are.
#[derive(Debug)]
pub(super) struct Places<'a> {
    subnets: &'a Subnets,
    discovery: Discovery,
    /// The number of nodes whose subnets are known, and of the others.
    known: usize,
    unknown: usize,
}

impl<'a> Places<'a> {
    pub fn new(subnets: &'a Subnets, discovery: Discovery) -> Self {
        Self { subnets, discovery, known: 0, unknown: 0 }
    }

    /// The ENIs of a node that give pods no addresses because of the tags of subnets. There are none if the subnet of
    /// the node is not known.
    pub fn excluded_enis(&mut self, node: &Node) -> ExcludedEnis {
        let Some(Held::In(own)) = node.internal_ip.map(|address| self.subnets.holding(address)) else {
            self.unknown += 1;
            return ExcludedEnis::None;
        };
        self.known += 1;
        // With custom networking the subnet of the ENIConfig decides, and it is not known here.
        if self.discovery.is_for_custom_networking() {
            return ExcludedEnis::None;
        }
        self.subnets.serving(own, &self.discovery).excluded
    }

    pub fn counts(&self) -> (usize, usize) {
        (self.known, self.unknown)
    }
}
