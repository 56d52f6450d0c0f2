//! The addresses of a whole cluster: which nodes hold them, what other warm targets would change, and whether
//! the subnets hold more nodes.
//!
//! A node's pool is the one of [`pool`](crate::pool), and the verdict on a subnet is the one of
//! [`subnets`](crate::subnets). This room adds them up over nodes of many types, groups and zones.

mod compare;
mod demand;
mod drain;
mod group;
mod node;
mod note;
mod place;
mod pools;
mod subnet;
#[cfg(test)]
mod tests;
mod zone;

use std::collections::BTreeMap;

use super::{Census, ClusterSettings};
use crate::cni::PoolSettings;
use crate::pool::PoolError;
use crate::subnets::{Discovery, Subnets};
use crate::{Catalog, Error, Mode};

pub use compare::ComparedTargets;
pub use demand::{Question, Surge};
pub use drain::Drain;
pub use group::Group;
pub use node::{HeldByEnis, LeftOut, PlannedNode};
pub use note::PlanNote;
pub use subnet::{Answer, Room, Short, SubnetPlan};

use node::Planner;
use pools::Pools;

/// The settings of a cluster's plan, beside the nodes themselves.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The known instance types.
    pub catalog: &'a Catalog,
    /// The settings of the nodes.
    pub settings: &'a ClusterSettings,
    /// The settings of the CNI's pool, and of the subnets that it chooses.
    pub pool: &'a PoolSettings,
    /// The subnets, if they are known.
    pub subnets: Option<&'a Subnets>,
    /// The question to the subnets, if there is one.
    pub question: Option<Question>,
}

impl Setup<'_> {
    /// The way in which the CNI chooses subnets. With custom networking it only looks if a subnet is excluded.
    fn discovery(&self) -> Discovery {
        Discovery::new(&self.settings.common.cni, self.pool)
    }
}

/// The addresses of a cluster.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ClusterPlan {
    /// Prefix delegation if it is on and at least one of the nodes can have it.
    pub mode: Mode,
    /// The nodes that are counted, in the order of the input.
    pub nodes: Vec<PlannedNode>,
    /// The groups of nodes, in the order of their names and types.
    pub groups: Vec<Group>,
    /// Warm targets beside others. The first are those that are set now.
    pub compared: Vec<ComparedTargets>,
    /// The subnets, in the order in which they were given.
    pub subnets: Vec<SubnetPlan>,
    /// The nodes that break blocks, those that break the most first.
    pub drain: Vec<Drain>,
    /// The number of nodes that are not counted, by the reason.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// Nodes of the plan whose subnet or ENIs are not known although subnets were given. Their needs are in no
    /// verdict.
    pub unplaced: u64,
    /// Notes about the plan.
    pub notes: Vec<PlanNote>,
}

impl ClusterPlan {
    /// Plans the addresses of the nodes in this census.
    ///
    /// # Errors
    /// - [`Error::Pool`] if no pool of such a cluster can be computed.
    /// - [`Error::NothingToPlan`] if not one node is counted.
    /// - [`Error::Subnets`] if the free addresses of a subnet are not known.
    pub fn new(census: &Census, setup: Setup<'_>) -> Result<Self, Error> {
        let Setup { settings, subnets, question, .. } = setup;
        PoolError::check(&settings.common, setup.pool, 0)?;
        let mut pools = Pools::new(settings.warm_targets);
        let planner = Planner::new(census, setup, &mut pools);
        let Planner { nodes, left_out, mut notes, .. } = planner;
        if nodes.is_empty() {
            return Err(Error::NothingToPlan { left_out });
        }
        let has_prefixes = |node: &PlannedNode| node.limits.mode == Mode::PrefixDelegation;
        let mode = if nodes.iter().any(has_prefixes) { Mode::PrefixDelegation } else { Mode::SecondaryIp };
        let groups = group::groups(&nodes);
        let compared = compare::compare(&nodes, mode, &settings.warm_targets);
        let of_subnets = match subnets {
            Some(subnets) => {
                let discovery = setup.discovery();
                let discovery = Some(&discovery).filter(|_| !settings.common.cni.custom_networking);
                subnet::plans(&nodes, &groups, subnets, discovery, question, &mut pools)?
            }
            None => Vec::new(),
        };
        let drain = match subnets {
            Some(subnets) if mode == Mode::PrefixDelegation => drain::drain(&nodes, subnets),
            _ => Vec::new(),
        };
        let is_unplaced = |node: &&PlannedNode| {
            subnets.is_some_and(|subnets| !node.is_placed(subnets.interfaces_are_known()))
        };
        let unplaced = nodes.iter().filter(is_unplaced).count() as u64;
        note::add(&mut notes, census, settings, &nodes);
        Ok(Self { mode, nodes, groups, compared, subnets: of_subnets, drain, left_out, unplaced, notes })
    }

    /// True if each pod has an address, and each subnet that was asked about surely holds its nodes.
    #[must_use]
    pub fn is_right(&self) -> bool {
        let served = self.nodes.iter().all(|node| node.pool.unserved == 0);
        served && self.subnets.iter().all(SubnetPlan::is_right)
    }
}
