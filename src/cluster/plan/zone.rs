//! The subnets of a VPC in one zone. With subnet discovery, a further ENI of a node may be in any of those that
//! serve.
//!
//! Source: `getVpcSubnets` and `isSubnetValidForENICreation` in the CNI's [`pkg/awsutils/awsutils.go`][1]. A new
//! ENI goes to the subnet with the most free addresses.
//!
//! [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/awsutils/awsutils.go

use std::collections::{HashMap, HashSet};

use super::demand::{Demand, Demands};
use crate::subnets::{Discovery, Free, Need, Subnet, Subnets, Verdict};

/// The nodes for whose further ENIs a subnet serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    /// No nodes.
    None,
    /// Those that are in the subnet themselves.
    Own,
    /// All nodes of its VPC and zone.
    All,
}

impl Serves {
    fn of(subnet: &Subnet, discovery: &Discovery) -> Self {
        match (discovery.serves(subnet.tags(), true), discovery.serves(subnet.tags(), false)) {
            (_, true) => Self::All,
            (true, false) => Self::Own,
            (false, false) => Self::None,
        }
    }
}

/// The free space of the subnets, and which of them may take the ENIs of which nodes.
pub struct Zones {
    /// The free space of each subnet.
    pub free: Vec<Free>,
    /// For each subnet, the nodes whose further ENIs it may take.
    serves: Vec<Serves>,
    /// The zone of each subnet.
    zone_of: Vec<usize>,
    /// The free space of the subnets of each zone that serve for others; `None` if no subnet does.
    shared: Vec<Option<Free>>,
}

/// Sums of the needs in a zone.
#[derive(Debug, Clone, Copy, Default)]
struct InZone {
    /// The needs of the subnets that serve for others, without further ENIs.
    own_of_shared: Need,
    /// The need of all further ENIs.
    further: Need,
}

impl Zones {
    /// The zones of these subnets. `discovery` is `None` with custom networking, where each `ENIConfig` names one
    /// subnet.
    pub fn new(subnets: &Subnets, free: Vec<Free>, discovery: Option<&Discovery>) -> Self {
        let serves = |subnet| discovery.map_or(Serves::Own, |discovery| Serves::of(subnet, discovery));
        let serves: Vec<_> = subnets.iter().map(serves).collect();
        let mut numbers = HashMap::new();
        let mut zone_of = Vec::with_capacity(free.len());
        let mut shared: Vec<Option<Free>> = Vec::new();
        for (place, subnet) in subnets.iter().enumerate() {
            // A subnet whose zone is not known is a zone of its own.
            let key = (subnet.vpc(), subnet.zone(), if subnet.zone().is_none() { place } else { 0 });
            let zone = *numbers.entry(key).or_insert(shared.len());
            if zone == shared.len() {
                shared.push(None);
            }
            if let (Some(Serves::All), Some(own), Some(sum)) =
                (serves.get(place), free.get(place), shared.get_mut(zone))
            {
                *sum = Some(sum.map_or(*own, |sum| sum + *own));
            }
            zone_of.push(zone);
        }
        Self { free, serves, zone_of, shared }
    }

    /// The verdict on each of these subnets with the needs of all.
    pub fn verdicts(&self, demands: &Demands, subnets: impl IntoIterator<Item = usize>) -> Vec<Verdict> {
        let mut sums: HashMap<usize, InZone> = HashMap::new();
        for (&subnet, demand) in &demands.0 {
            let Some(&zone) = self.zone_of.get(subnet) else { continue };
            let sum = sums.entry(zone).or_default();
            sum.further += demand.further;
            if self.serves.get(subnet) == Some(&Serves::All) {
                sum.own_of_shared += demand.own;
            }
        }
        subnets.into_iter().filter_map(|subnet| self.verdict(demands, &sums, subnet)).collect()
    }

    fn verdict(&self, demands: &Demands, sums: &HashMap<usize, InZone>, subnet: usize) -> Option<Verdict> {
        let demand = demands.of(subnet);
        let free = self.free.get(subnet)?;
        let (serves, zone) = (*self.serves.get(subnet)?, *self.zone_of.get(subnet)?);
        let Some(shared) = *self.shared.get(zone)? else {
            // If no other subnet serves, all of the need is the subnet's own.
            return Some(Verdict::on(demand.whole(), free));
        };
        let sum = sums.get(&zone).copied().unwrap_or_default();
        let (own_of_all, free_for_further) = match serves {
            Serves::Own => (sum.own_of_shared + demand.own, shared + *free),
            Serves::All | Serves::None => (sum.own_of_shared, shared),
        };
        // Further ENIs of all nodes of the zone may go to the subnets that serve for all.
        let at_worst = Verdict::on(own_of_all + sum.further, &free_for_further);
        let at_best = Verdict::on(own_of_all + demand.further, &free_for_further);
        Some(both(&demand, free, at_worst, at_best))
    }

    /// True if every subnet surely holds its need.
    pub fn all_fit(&self, demands: &Demands) -> bool {
        let places: HashSet<_> = demands.0.keys().copied().collect();
        self.verdicts(demands, places).iter().all(|verdict| *verdict == Verdict::Fits)
    }
}

/// The verdict on a subnet whose further ENIs may go to others. It fits only if the subnet and its zone both surely
/// hold their needs.
fn both(demand: &Demand, free: &Free, at_worst: Verdict, at_best: Verdict) -> Verdict {
    let own = Verdict::on(demand.own, free);
    if own == Verdict::Fits && at_worst == Verdict::Fits {
        return Verdict::Fits;
    }
    let stuck = own == Verdict::DoesNotFit && !demand.may_attach;
    if at_best == Verdict::DoesNotFit || stuck || Verdict::on(demand.fixed, free) == Verdict::DoesNotFit {
        return Verdict::DoesNotFit;
    }
    Verdict::Depends
}
