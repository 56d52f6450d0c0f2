//! Subnets, and the verdict on whether they hold a group of nodes.
//!
//! A prefix takes a wholly free /28 block, and a single address takes any free address. So free space is
//! counted in blocks and in addresses. EC2 chooses the places of single addresses, and nobody knows them
//! before.
//!
//! Source: AWS on [subnet sizes][1], [prefixes][2] and [reservations][3].
//!
//! [1]: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
//! [2]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html
//! [3]: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html

mod blocks;
mod error;
mod holders;
mod interface;
mod map;
mod read;
mod serving;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::HashMap;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

pub use blocks::BlockState;
pub use error::SubnetError;
pub use holders::Holders;
pub use interface::{Interface, InterfaceRole};
pub use serving::{Discovery, Held, Serving, SubnetTags};
pub use verdict::{Between, Free, Need, Verdict, share, smallest};

use crate::aws;
use crate::text::to_utf8;
use map::{AddressMap, BLOCK, Reservation};
use read::{Ec2Interface, Ec2Reservation, Ec2Subnet};

/// Subnets of a node group, in the order in which they were given.
#[derive(Debug, Clone)]
pub struct Subnets {
    list: Vec<Subnet>,
    /// The index in `list` of each subnet that has an id.
    by_id: HashMap<String, usize>,
    /// True if all network interfaces in the subnets are known, as in empty subnets, which have none.
    interfaces_known: bool,
    /// The network interfaces, by their numbers.
    interfaces: Vec<Interface>,
}

/// One subnet with IPv4 addresses.
#[derive(Debug, Clone)]
pub struct Subnet {
    id: Option<String>,
    vpc: Option<String>,
    zone: Option<String>,
    tags: SubnetTags,
    cidr: Ipv4Net,
    /// The number of free addresses that EC2 counts.
    available: Option<u64>,
    map: AddressMap,
}

impl Subnet {
    /// The subnet's id, or its CIDR if no id is known.
    #[must_use]
    pub fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.cidr.to_string())
    }

    /// Its addresses.
    #[must_use]
    pub fn cidr(&self) -> Ipv4Net {
        self.cidr
    }

    fn new(id: Option<String>, cidr: Ipv4Net) -> Result<Self, SubnetError> {
        if cidr.trunc() != cidr {
            return Err(SubnetError::HostBits { subnet: id, cidr });
        }
        if !(16..=28).contains(&cidr.prefix_len()) {
            return Err(SubnetError::Size { subnet: id, cidr });
        }
        Ok(Self {
            id,
            vpc: None,
            zone: None,
            tags: SubnetTags::default(),
            cidr,
            available: None,
            map: AddressMap::new(cidr),
        })
    }

    fn of(subnet: Ec2Subnet<'_>) -> Result<Self, SubnetError> {
        let cidr = subnet.cidr_block.unwrap_or_default();
        let name = subnet.subnet_id.clone().unwrap_or_else(|| cidr.clone());
        if cidr.is_empty() {
            return Err(SubnetError::Missing { subnet: name, field: "CidrBlock" });
        }
        let parsed = parse_cidr(&cidr, subnet.subnet_id.as_deref())?;
        let mut known = Self::new(subnet.subnet_id, parsed)?;
        known.vpc = subnet.vpc_id;
        known.zone = subnet.availability_zone;
        known.tags = SubnetTags::of(subnet.tags.into_iter().flatten());
        known.available = subnet.available_ip_address_count;
        Ok(known)
    }

    /// The number of addresses that EC2 counts as free, and the number that the network interfaces leave free, if
    /// the two contradict each other. Then interfaces are missing, or the two answers are of different times.
    ///
    /// AWS does not document whether EC2 counts the free addresses of reservations. So three counts are
    /// accepted: with these addresses; without the free addresses of reservations; and without the whole
    /// reservations, in which AWS may keep addresses too.
    fn contradiction(&self) -> Option<(u64, u64)> {
        let free = self.map.free();
        let with_reserved = free.addresses + free.reserved_addresses;
        let right = [with_reserved, free.addresses, free.addresses.saturating_sub(free.reserved_and_kept)];
        let available = self.available?;
        (!right.contains(&available)).then_some((available, with_reserved))
    }

    /// The free space that the network interfaces leave. Used addresses that the interfaces do not show
    /// can be anywhere.
    fn free_by_interfaces(&self) -> Free {
        let free = self.map.free();
        let (counted, left) = self.contradiction().unwrap_or((u64::MAX, u64::MAX));
        let unseen = left.saturating_sub(counted);
        let or_fewer = |number: u64| Between { least: number.saturating_sub(unseen), most: number };
        let addresses = or_fewer(free.addresses);
        Free {
            blocks: or_fewer(free.blocks),
            reserved_blocks: or_fewer(free.reserved_blocks),
            addresses: Between { most: addresses.most.min(counted), ..addresses },
        }
    }

    /// The free space according to EC2's count alone. The count does not tell where the free addresses are.
    fn free_by_count(&self) -> Result<Free, SubnetError> {
        let field = "AvailableIpAddressCount";
        let counted = self.available.ok_or_else(|| SubnetError::Missing { subnet: self.name(), field })?;
        let unused = self.map.free_if_unused();
        let most = counted.min(unused.addresses);
        Ok(Free {
            blocks: Between { least: 0, most: unused.blocks.min(most / BLOCK) },
            reserved_blocks: Between { least: 0, most: unused.reserved_blocks },
            addresses: Between { least: counted.saturating_sub(unused.reserved_addresses).min(most), most },
        })
    }
}

/// The verdict on one subnet with its share of the nodes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SubnetVerdict<'a> {
    /// The subnet.
    pub subnet: &'a Subnet,
    /// Nodes that are placed in it.
    pub nodes: u64,
    /// The need of these nodes.
    pub needed: Need,
    /// The free blocks and addresses.
    pub free: Free,
    /// The verdict.
    pub verdict: Verdict,
}

impl Subnets {
    /// Empty subnets with these CIDRs.
    ///
    /// # Errors
    /// If a text is not an IPv4 CIDR of a size that AWS has, or subnets overlap.
    pub fn empty<'a>(cidrs: impl IntoIterator<Item = &'a str>) -> Result<Self, SubnetError> {
        let subnets: Result<Vec<_>, _> =
            cidrs.into_iter().map(|text| Subnet::new(None, parse_cidr(text, None)?)).collect();
        Self::new(subnets?, true, SubnetError::NoSubnets { empty: true, ipv6_only: false })
    }

    /// Subnets from the output of `aws ec2 describe-subnets`. Subnets with only IPv6 addresses are passed over.
    ///
    /// # Errors
    /// If the text is not such output, subnets overlap, or there is none.
    pub fn parse(json: &[u8]) -> Result<Self, SubnetError> {
        let json = &*to_utf8(json)?;
        let mut described = false;
        let mut subnets = Vec::new();
        aws::each(json, |subnet: Ec2Subnet| {
            described = true;
            if !subnet.has_ipv6_alone() {
                subnets.push(Subnet::of(subnet)?);
            }
            Ok::<_, SubnetError>(())
        })?;
        let none = SubnetError::NoSubnets { empty: aws::is_blank(json), ipv6_only: described };
        Self::new(subnets, false, none)
    }

    fn new(subnets: Vec<Subnet>, interfaces_known: bool, none: SubnetError) -> Result<Self, SubnetError> {
        if subnets.is_empty() {
            return Err(none);
        }
        let mut by_id = HashMap::new();
        for (place, subnet) in subnets.iter().enumerate() {
            if let Some(id) = &subnet.id
                && by_id.insert(id.clone(), place).is_some()
            {
                return Err(SubnetError::Repeated(id.clone()));
            }
        }
        without_overlap(&subnets)?;
        Ok(Self { list: subnets, by_id, interfaces_known, interfaces: Vec::new() })
    }

    /// Adds what `aws ec2 describe-network-interfaces` prints: which addresses are used. Interfaces in
    /// other subnets are passed over.
    ///
    /// # Errors
    /// If the text is empty or not such output, or an interface has an address outside its subnet.
    pub fn add_interfaces(&mut self, json: &[u8]) -> Result<(), SubnetError> {
        let json = &*to_utf8(json)?;
        if aws::is_blank(json) {
            return Err(SubnetError::Empty);
        }
        aws::each(json, |interface: Ec2Interface| {
            let place = self.by_id.get(&*interface.subnet_id).copied();
            let known = Interface::new(&interface, place);
            let Some(subnet) = place.and_then(|place| self.list.get_mut(place)) else {
                // A node may have an ENI in a subnet that was not given.
                if known.instance.is_some() {
                    self.interfaces.push(known);
                }
                return Ok(());
            };
            let number = u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX);
            self.interfaces.push(known);
            for (range, is_own) in interface.ranges() {
                if !subnet.map.take(range, is_own, number) {
                    let owner = interface.network_interface_id.to_string();
                    return Err(SubnetError::Outside { owner, range, subnet: subnet.name() });
                }
            }
            Ok(())
        })?;
        self.interfaces_known = true;
        Ok(())
    }

    /// Adds what `aws ec2 get-subnet-cidr-reservations` prints, for one subnet or for several after
    /// one another. Reservations of other subnets, and of IPv6 addresses, are passed over.
    ///
    /// # Errors
    /// If the text is not such output, or a reservation lies outside its subnet.
    pub fn add_reservations(&mut self, json: &[u8]) -> Result<(), SubnetError> {
        let json = &*to_utf8(json)?;
        aws::each(json, |reservation: Ec2Reservation| {
            let place = reservation.subnet_id.and_then(|id| self.by_id.get(&id));
            let Some(subnet) = place.and_then(|&place| self.list.get_mut(place)) else { return Ok(()) };
            let text = reservation.cidr.unwrap_or_default();
            let range = match text.parse() {
                Ok(IpNet::V6(_)) => return Ok(()),
                _ => cidr(&text),
            };
            let Some(range) = range else {
                return Err(SubnetError::NotCidr { subnet: Some(subnet.name()), text });
            };
            let kind = match reservation.reservation_type.as_deref() {
                Some("prefix") => Reservation::Prefix,
                _ => Reservation::Explicit,
            };
            if !subnet.map.reserve(range.trunc(), kind) {
                let owner = reservation.subnet_cidr_reservation_id.unwrap_or_else(|| "a reservation".into());
                return Err(SubnetError::Outside { owner, range, subnet: subnet.name() });
            }
            Ok(())
        })
    }

    /// The verdict on each subnet for its share of `nodes` nodes, with this need each and `spare` addresses
    /// to leave free in each subnet.
    ///
    /// # Errors
    /// If neither the count of free addresses nor the network interfaces of a subnet are known.
    pub fn judge(&self, nodes: u64, node: Need, spare: u64) -> Result<Vec<SubnetVerdict<'_>>, SubnetError> {
        let subnets = self.list.len() as u64;
        let mut verdicts = Vec::new();
        for (place, subnet) in (0..).zip(&self.list) {
            let nodes = share(nodes, subnets, place);
            let needed = node.of_nodes(nodes, spare);
            let free = self.free(subnet)?;
            verdicts.push(SubnetVerdict { subnet, nodes, needed, free, verdict: Verdict::on(needed, &free) });
        }
        Ok(verdicts)
    }

    /// The free space of one of these subnets.
    ///
    /// # Errors
    /// If neither the count of free addresses nor the network interfaces of the subnet are known.
    pub fn free(&self, subnet: &Subnet) -> Result<Free, SubnetError> {
        if self.interfaces_known { Ok(subnet.free_by_interfaces()) } else { subnet.free_by_count() }
    }

    /// True if the network interfaces in the subnets are known.
    #[must_use]
    pub fn interfaces_are_known(&self) -> bool {
        self.interfaces_known
    }

    /// The place of the subnet with this id in the list.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Subnets for which EC2's count of free addresses contradicts the network interfaces: EC2's
    /// count, and the number that the interfaces leave free.
    pub fn contradictions(&self) -> impl Iterator<Item = (&Subnet, u64, u64)> {
        let known = self.list.iter().filter(|_| self.interfaces_known);
        known.filter_map(|subnet| subnet.contradiction().map(|(counted, left)| (subnet, counted, left)))
    }

    /// The subnets, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Subnet> {
        self.list.iter()
    }
}

/// Reads an IPv4 CIDR. Blanks around it are ignored.
fn parse_cidr(text: &str, subnet: Option<&str>) -> Result<Ipv4Net, SubnetError> {
    let text = text.trim();
    match text.parse() {
        Ok(IpNet::V6(_)) => Err(SubnetError::Ipv6(text.into())),
        _ => cidr(text)
            .ok_or_else(|| SubnetError::NotCidr { subnet: subnet.map(Into::into), text: text.into() }),
    }
}

/// Reads an IPv4 CIDR. Numbers with leading zeros are refused: some programs read them as octal, so that
/// `010.0.0.0` may be 8.0.0.0.
fn cidr(text: &str) -> Option<Ipv4Net> {
    let (address, length) = text.split_once('/')?;
    let is_plain =
        length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    let length = length.parse().ok().filter(|_| is_plain)?;
    Ipv4Net::new(address.parse::<Ipv4Addr>().ok()?, length).ok()
}

/// Subnets of one VPC must have no addresses in common; those of different VPCs may.
fn without_overlap(subnets: &[Subnet]) -> Result<(), SubnetError> {
    let mut sorted: Vec<_> = subnets.iter().collect();
    sorted.sort_by_key(|subnet| (&subnet.vpc, subnet.cidr.network(), subnet.cidr.prefix_len()));
    // Two CIDRs have no address in common, or one of them contains the other. So in this order it is enough to
    // compare neighbours.
    let overlap = sorted.windows(2).find_map(|pair| match pair {
        [a, b] if a.vpc == b.vpc && a.cidr.contains(&b.cidr) => Some((a, b)),
        _ => None,
    });
    let Some((a, b)) = overlap else { return Ok(()) };
    if a.name() == b.name() {
        return Err(SubnetError::Repeated(a.name()));
    }
    Err(SubnetError::Overlap(a.name(), b.name()))
}
