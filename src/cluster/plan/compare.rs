//! Other warm targets, and their cost for all nodes of the cluster.

use super::PlannedNode;
use super::pools::Pools;
use crate::Mode;
use crate::cni::WarmTargets;
use crate::pool::{Candidate, Fit, Origin, candidates};

/// Warm targets, and the sums of the pools that they make on the nodes with the pods that they have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ComparedTargets {
    /// Their origin. Targets with two origins are one row.
    pub origins: Vec<Origin>,
    /// The targets.
    pub targets: WarmTargets,
    /// Prefix delegation or secondary IPs. With prefixes, nodes that cannot have them fall back to secondary
    /// IPs, as the CNI does.
    pub mode: Mode,
    /// Addresses that the nodes hold for pods.
    pub held: u64,
    /// Those of them that no pod uses.
    pub warm: u64,
    /// Pods that get no address.
    pub unserved: u64,
    /// Addresses taken from the pods' subnets.
    pub subnet_addresses: u64,
    /// Addresses taken from the nodes' own subnets, if the pods have others.
    pub node_subnet_addresses: Option<u64>,
    /// EC2 calls that change something, from the nodes' start on.
    pub calls: u64,
    /// The most rounds that the pods of a node wait for.
    pub most_rounds: u64,
}

/// The targets that are set now, beside others.
pub fn compare(nodes: &[PlannedNode], mode: Mode, now: &WarmTargets) -> Vec<ComparedTargets> {
    let mut pods: Vec<u64> = nodes.iter().map(|node| node.pods.with_address).collect();
    pods.sort_unstable();
    let fits = [(Fit::MedianNode, nearest_rank(&pods, 50)), (Fit::NineOfTen, nearest_rank(&pods, 90))];
    let other_is_possible = nodes.iter().any(|node| {
        let of_mode = if mode == Mode::PrefixDelegation { node.limits.mode } else { node.other_limits.mode };
        of_mode == Mode::PrefixDelegation
    });
    let mut rows = candidates(mode, now, other_is_possible, &fits);
    if mode == Mode::PrefixDelegation {
        let follows = WarmTargets { warm_ip: 5, ..WarmTargets::default() };
        Candidate { origins: vec![Origin::FollowsPods], mode, targets: follows }.add_to(&mut rows);
    }
    rows.into_iter().map(|row| sums(nodes, mode, row)).collect()
}

/// The sums with these targets. `now` is the mode that the nodes have now.
fn sums(
    nodes: &[PlannedNode],
    now: Mode,
    Candidate { origins, targets, mode }: Candidate,
) -> ComparedTargets {
    let mut pools = Pools::new(targets);
    let mut sums = ComparedTargets {
        origins,
        targets,
        mode,
        held: 0,
        warm: 0,
        unserved: 0,
        subnet_addresses: 0,
        node_subnet_addresses: None,
        calls: 0,
        most_rounds: 0,
    };
    for node in nodes {
        let limits = if mode == now { &node.limits } else { &node.other_limits };
        let pool = pools.pool(limits, node.pods.with_address);
        sums.held += pool.held;
        sums.warm += pool.warm;
        sums.unserved += pool.unserved;
        sums.subnet_addresses += pool.subnet_addresses;
        if let Some(addresses) = pool.node_subnet_addresses {
            *sums.node_subnet_addresses.get_or_insert(0) += addresses;
        }
        sums.calls += pool.calls;
        sums.most_rounds = sums.most_rounds.max(pool.rounds);
    }
    sums
}

/// The number that `percent` of the sorted numbers do not exceed, by the nearest rank.
fn nearest_rank(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest_rank;

    #[test]
    fn the_nearest_rank_is_one_of_the_numbers() {
        let ten: Vec<u64> = (1..=10).collect();
        for (sorted, percent, expected) in [
            (&[][..], 50, 0),
            (&[7], 50, 7),
            (&[7], 90, 7),
            (&[1, 9], 50, 1),
            (&[1, 5, 9], 50, 5),
            (&ten, 50, 5),
            (&ten, 90, 9),
            (&ten[..9], 90, 9),
        ] {
            assert_eq!(nearest_rank(sorted, percent), expected, "{sorted:?} {percent}");
        }
    }
}
