//! The AWS CLI's JSON about subnets, their network interfaces and their reservations.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::aws::Listed;

/// An item of `aws ec2 describe-subnets`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a subnet as EC2 describes it")]
pub(super) struct Ec2Subnet {
    pub subnet_id: Option<String>,
    pub vpc_id: Option<String>,
    pub availability_zone: Option<String>,
    pub cidr_block: Option<String>,
    pub tags: Option<Vec<Ec2Tag>>,
    pub available_ip_address_count: Option<u64>,
    ipv6_native: Option<bool>,
    ipv6_cidr_block_association_set: Option<Vec<IgnoredAny>>,
}

/// A tag of a subnet.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a tag as EC2 describes it")]
pub(super) struct Ec2Tag {
    pub key: Option<String>,
    pub value: Option<String>,
}

impl Ec2Subnet {
    /// True if the subnet has no IPv4 addresses.
    pub fn has_ipv6_alone(&self) -> bool {
        let has_ipv6 = self.ipv6_cidr_block_association_set.as_ref().is_some_and(|set| !set.is_empty());
        self.ipv6_native == Some(true) || (has_ipv6 && self.cidr_block.is_none())
    }
}

impl Listed for Ec2Subnet {
    const KEY: &'static str = "Subnets";
}

/// An item of `aws ec2 describe-network-interfaces`. An account may have very many, so most fields are
/// skipped, and the ids are borrowed from the text.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a network interface as EC2 describes it")]
pub(super) struct Ec2Interface<'a> {
    #[serde(borrow, default)]
    pub network_interface_id: Cow<'a, str>,
    #[serde(borrow, default)]
    pub subnet_id: Cow<'a, str>,
    pub private_ip_address: Option<Ipv4Addr>,
    pub private_ip_addresses: Option<Vec<Ec2PrivateAddress>>,
    pub ipv4_prefixes: Option<Vec<Ec2Prefix>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a private address as EC2 describes it")]
pub(super) struct Ec2PrivateAddress {
    pub private_ip_address: Option<Ipv4Addr>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a prefix as EC2 describes it")]
pub(super) struct Ec2Prefix {
    pub ipv4_prefix: Option<Ipv4Net>,
}

impl Listed for Ec2Interface<'_> {
    const KEY: &'static str = "NetworkInterfaces";
}

impl Ec2Interface<'_> {
    /// Every range of addresses that the interface takes; some may be there twice.
    pub fn ranges(&self) -> impl Iterator<Item = Ipv4Net> {
        let secondary = self.private_ip_addresses.iter().flatten().filter_map(|a| a.private_ip_address);
        let addresses = self.private_ip_address.into_iter().chain(secondary);
        let prefixes = self.ipv4_prefixes.iter().flatten().filter_map(|prefix| prefix.ipv4_prefix);
        addresses.map(Ipv4Net::from).chain(prefixes)
    }
}

/// An item of `aws ec2 get-subnet-cidr-reservations`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a reservation as EC2 describes it")]
pub(super) struct Ec2Reservation {
    pub subnet_cidr_reservation_id: Option<String>,
    pub subnet_id: Option<String>,
    pub cidr: Option<String>,
    pub reservation_type: Option<String>,
}

/// The IPv6 reservations stand under a key of their own, and are not read.
impl Listed for Ec2Reservation {
    const KEY: &'static str = "SubnetIpv4CidrReservations";
}
