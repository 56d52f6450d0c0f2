//! Notes about a plan.

use std::fmt;

use super::PlannedNode;
use crate::Mode;
use crate::cluster::{Census, ClusterSettings};
use crate::pool::PoolNote;

/// Something to know about the plan of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanNote {
    /// There are no pods in the input.
    NoPods,
    /// This number of pods is on nodes that are not in the input.
    StrayPods(u64),
    /// The addresses of this number of nodes are in subnets of several VPCs.
    SeveralVpcs(u64),
    /// Custom networking is on, and no `ENIConfig` names the pods' subnet of this number of nodes.
    NoEniConfig(u64),
    /// Prefix delegation is on, and this number of nodes has secondary IPs all the same.
    WithoutPrefixes(u64),
    /// A note about the pool of a node.
    Pool(PoolNote),
}

impl fmt::Display for PlanNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPods => f.write_str("there are no pods in the input: every node counts as empty"),
            Self::StrayPods(1) => {
                f.write_str("1 pod is on a node that is not in the input: it is not counted")
            }
            Self::StrayPods(pods) => {
                write!(f, "{pods} pods are on nodes that are not in the input: they are not counted")
            }
            Self::SeveralVpcs(nodes) => write!(
                f,
                "the subnet of {} is not known: subnets of more than one VPC have the node's address",
                count(*nodes)
            ),
            Self::NoEniConfig(nodes) => write!(
                f,
                "custom networking is on, and no ENIConfig in the input names the pods' subnet of {}",
                count(*nodes)
            ),
            Self::WithoutPrefixes(nodes) => write!(
                f,
                "prefix delegation is on, and {} cannot have prefixes: the CNI falls back to secondary IPs (types that \
                 are not Nitro, or a CNI older than 1.9)",
                count(*nodes)
            ),
            Self::Pool(note) => note.fmt(f),
        }
    }
}

fn count(nodes: u64) -> String {
    format!("{nodes} node{}", if nodes == 1 { "" } else { "s" })
}

/// Adds the notes about the pods, and about the pools of the nodes.
pub fn add(to: &mut Vec<PlanNote>, census: &Census, settings: &ClusterSettings, nodes: &[PlannedNode]) {
    if census.pods == 0 {
        to.push(PlanNote::NoPods);
    }
    if census.stray_pods > 0 {
        to.push(PlanNote::StrayPods(census.stray_pods));
    }
    let without_prefixes = nodes.iter().filter(|node| node.limits.mode == Mode::SecondaryIp).count() as u64;
    if settings.common.cni.prefix_delegation && without_prefixes > 0 {
        to.push(PlanNote::WithoutPrefixes(without_prefixes));
    }
    let targets = settings.warm_targets;
    let with_prefixes = nodes.iter().filter(|node| node.limits.mode == Mode::PrefixDelegation);
    if let Some(node) = with_prefixes.max_by_key(|node| node.pods.with_address)
        && let Some(note) = PoolNote::scattered(&node.limits, &targets, node.pods.with_address)
    {
        to.push(PlanNote::Pool(note));
    }
    if let Some(version) = settings.common.cni.version.as_ref().filter(|version| !version.stops_at_max_pods())
    {
        to.push(PlanNote::Pool(PoolNote::NoLimitAtMaxPods(version.to_string())));
    }
}
