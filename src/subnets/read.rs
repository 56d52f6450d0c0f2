//! The AWS CLI's JSON about subnets, their network interfaces and their reservations.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny};

use super::cidr;
use crate::aws::Listed;

/// An item of `aws ec2 describe-subnets`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a subnet as EC2 describes it")]
pub(super) struct Ec2Subnet<'a> {
    pub subnet_id: Option<String>,
    pub vpc_id: Option<String>,
    pub availability_zone: Option<String>,
    pub cidr_block: Option<String>,
    #[serde(borrow)]
    pub tags: Option<Vec<Ec2Tag<'a>>>,
    pub available_ip_address_count: Option<u64>,
    ipv6_native: Option<bool>,
    ipv6_cidr_block_association_set: Option<Vec<IgnoredAny>>,
}

impl Ec2Subnet<'_> {
    /// True if the subnet has no IPv4 addresses.
    pub fn has_ipv6_alone(&self) -> bool {
        let has_ipv6 = self.ipv6_cidr_block_association_set.as_ref().is_some_and(|set| !set.is_empty());
        self.ipv6_native == Some(true) || (has_ipv6 && self.cidr_block.is_none())
    }
}

impl Listed for Ec2Subnet<'_> {
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
    #[serde(borrow)]
    pub attachment: Option<Ec2Attachment<'a>>,
    #[serde(borrow)]
    pub interface_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub description: Option<Cow<'a, str>>,
    #[serde(borrow)]
    tag_set: Option<Vec<Ec2Tag<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a private address as EC2 describes it")]
pub(super) struct Ec2PrivateAddress {
    pub primary: Option<bool>,
    pub private_ip_address: Option<Ipv4Addr>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a prefix as EC2 describes it")]
pub(super) struct Ec2Prefix {
    #[serde(default, deserialize_with = "prefix")]
    pub ipv4_prefix: Option<Ipv4Net>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an attachment as EC2 describes it")]
pub(super) struct Ec2Attachment<'a> {
    pub device_index: Option<u64>,
    pub network_card_index: Option<u64>,
    #[serde(borrow)]
    pub instance_id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a tag as EC2 describes it")]
pub(super) struct Ec2Tag<'a> {
    #[serde(borrow)]
    pub key: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub value: Option<Cow<'a, str>>,
}

/// Reads a prefix. Its address must be the first of its range.
fn prefix<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Ipv4Net>, D::Error> {
    let Some(text) = Option::<Cow<'de, str>>::deserialize(deserializer)? else { return Ok(None) };
    let text = crate::text::Shortened(&text);
    match cidr(text.0) {
        Some(prefix) if prefix.trunc() == prefix => Ok(Some(prefix)),
        Some(prefix) => Err(D::Error::custom(format!(
            "the prefix {prefix} has host bits set: it would be {}",
            prefix.trunc()
        ))),
        None => Err(D::Error::custom(format!("'{text}' is not a prefix such as 10.0.0.16/28"))),
    }
}

impl Listed for Ec2Interface<'_> {
    const KEY: &'static str = "NetworkInterfaces";
}

impl Ec2Interface<'_> {
    /// Every range of addresses that the interface takes, and true for its own primary address.
    pub fn ranges(&self) -> impl Iterator<Item = (Ipv4Net, bool)> {
        let own = self.private_ip_address;
        let listed = || self.private_ip_addresses.iter().flatten();
        let is_own = move |address: &Ec2PrivateAddress| match address.primary {
            Some(is_primary) => is_primary,
            None => address.private_ip_address == own,
        };
        // EC2 gives the primary address twice.
        let alone = own.filter(|own| !listed().any(|address| address.private_ip_address == Some(*own)));
        let addresses = listed().filter_map(move |a| Some((a.private_ip_address?.into(), is_own(a))));
        let prefixes = self.ipv4_prefixes.iter().flatten().filter_map(|prefix| prefix.ipv4_prefix);
        let prefixes = prefixes.map(|prefix| (prefix, false));
        alone.map(|own| (own.into(), true)).into_iter().chain(addresses).chain(prefixes)
    }

    /// True if a tag tells the CNI to leave the interface alone.
    pub fn is_unmanaged(&self) -> bool {
        self.tag_set.iter().flatten().any(|tag| {
            tag.key.as_deref() == Some("node.k8s.amazonaws.com/no_manage")
                && tag.value.as_deref() == Some("true")
        })
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
