//! The subnets of a node, and the addresses that its ENIs hold.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use super::node::HeldByEnis;
use super::{PlanNote, Setup};
use crate::Settings;
use crate::cluster::{Census, Member};
use crate::cni::ExcludedEnis;
use crate::subnets::{Discovery, Interface, InterfaceRole, Subnets};

/// The place of a node in the network.
pub struct Location {
    pub subnet: Option<usize>,
    pub pods_subnet: Option<usize>,
    pub held: Option<HeldByEnis>,
}

/// Finds the locations of nodes.
pub struct Locations<'a> {
    census: &'a Census,
    setup: Setup<'a>,
    /// The network interfaces of each instance.
    interfaces: HashMap<&'a str, Vec<&'a Interface>>,
    /// The subnets by the first address, for nodes whose ENIs are not known.
    by_address: Vec<(u32, u32, usize)>,
    discovery: Discovery,
    /// The ENIs that give pods no addresses, by the subnet that decides it.
    excluded: HashMap<usize, ExcludedEnis>,
    /// Nodes whose address is in subnets of several VPCs.
    ambiguous: u64,
    /// Nodes without an `ENIConfig`, with custom networking.
    without_eni_config: u64,
}

impl<'a> Locations<'a> {
    pub fn new(census: &'a Census, setup: Setup<'a>) -> Self {
        let mut locations = Self {
            census,
            setup,
            interfaces: HashMap::new(),
            by_address: Vec::new(),
            discovery: setup.discovery(),
            excluded: HashMap::new(),
            ambiguous: 0,
            without_eni_config: 0,
        };
        let Some(subnets) = setup.subnets else { return locations };
        for interface in subnets.interfaces() {
            if let Some(instance) = interface.instance.as_deref() {
                locations.interfaces.entry(instance).or_default().push(interface);
            }
        }
        if !subnets.interfaces_are_known() {
            let range = |subnet: &crate::subnets::Subnet| {
                (subnet.cidr().network().to_bits(), subnet.cidr().broadcast().to_bits())
            };
            let ranges = subnets.iter().map(range).enumerate();
            locations.by_address = ranges.map(|(place, (first, last))| (first, last, place)).collect();
            locations.by_address.sort_unstable();
        }
        locations
    }

    /// The place of a node. It also changes the settings of the node that its subnet decides.
    pub fn find(&mut self, member: &Member, settings: &mut Settings) -> Location {
        let Some(subnets) = self.setup.subnets else {
            return Location { subnet: None, pods_subnet: None, held: None };
        };
        let own = member.instance_id.as_deref().and_then(|id| self.interfaces.get(id));
        let subnet = match own {
            Some(interfaces) => {
                interfaces.iter().find(|interface| interface.is_primary).and_then(|primary| primary.subnet)
            }
            None => member.node.internal_ip.and_then(|address| self.by_address(address)),
        };
        let pods_subnet =
            if settings.cni.custom_networking { self.of_eni_config(member, subnets) } else { subnet };
        if let Some(place) = pods_subnet {
            settings.cni.excluded_enis = self.excluded_enis(subnets, place);
        }
        let own = member.instance_id.as_deref().and_then(|id| self.interfaces.get(id));
        let held = own.map(|interfaces| held(interfaces, settings));
        Location { subnet, pods_subnet, held }
    }

    /// The subnet with this address; `None` if several VPCs have one.
    fn by_address(&mut self, address: Ipv4Addr) -> Option<usize> {
        let address = address.to_bits();
        // Subnets have at most 2^16 addresses, so only those that begin within that distance can hold it.
        let end = self.by_address.partition_point(|&(first, ..)| first <= address);
        let near = self.by_address[..end].iter().rev().take_while(|&&(first, ..)| address - first < 1 << 16);
        let mut found = near.filter(|&&(_, last, _)| address <= last).map(|&(.., place)| place);
        let first = found.next()?;
        if found.next().is_none() {
            return Some(first);
        }
        self.ambiguous += 1;
        None
    }

    /// The ENIs that give pods no addresses if the node, or its `ENIConfig`, is in this subnet.
    fn excluded_enis(&mut self, subnets: &Subnets, place: usize) -> ExcludedEnis {
        let discovery = &self.discovery;
        *self.excluded.entry(place).or_insert_with(|| {
            let own = subnets.iter().nth(place);
            own.map(|own| subnets.serving(own, discovery).excluded).unwrap_or_default()
        })
    }

    fn of_eni_config(&mut self, member: &Member, subnets: &Subnets) -> Option<usize> {
        let pool = self.setup.pool;
        let id = self.census.eni_config_subnet(member, &pool.eni_config_annotation, &pool.eni_config_label);
        self.without_eni_config += u64::from(id.is_none());
        subnets.place(id?)
    }

    pub fn add_notes(self, notes: &mut Vec<PlanNote>) {
        if self.ambiguous > 0 {
            notes.push(PlanNote::SeveralVpcs(self.ambiguous));
        }
        if self.without_eni_config > 0 {
            notes.push(PlanNote::NoEniConfig(self.without_eni_config));
        }
    }
}

/// The addresses that these ENIs of a node hold for pods.
fn held(interfaces: &[&Interface], settings: &Settings) -> HeldByEnis {
    let of_pods = || interfaces.iter().filter(|interface| interface.role == InterfaceRole::Pods);
    let excluded = matches!(settings.cni.excluded_enis, ExcludedEnis::Primary | ExcludedEnis::All);
    let without_primary = settings.cni.custom_networking || excluded;
    let in_pool = of_pods().filter(|interface| !(interface.is_primary && without_primary));
    HeldByEnis {
        addresses: of_pods().map(|interface| interface.addresses_for_pods()).sum(),
        per_eni: in_pool.map(|interface| interface.slots()).collect(),
    }
}
