//! Subnets from which a node's pods get addresses, by their tags.
//!
//! Source: `isSubnetValidForENICreation`, `IsSubnetExcluded`, `ValidSubnetTagsMatchingClusterName` and `createENI` in
//! [`pkg/awsutils/awsutils.go`][1] of the VPC CNI 1.23.1, and `excludedENIBasedOnSubnetTags` and `hasRoomForEni` in
//! its [`pkg/ipamd/ipamd.go`][2].
//!
//! [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/awsutils/awsutils.go
//! [2]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/ipamd/ipamd.go

use std::net::Ipv4Addr;

use super::read::Ec2Tag;
use super::{Subnet, Subnets};
use crate::cni::{CLUSTER_TAG_PREFIX, CniSettings, CniVersion, ExcludedEnis, PoolSettings};

/// The tag that says if a subnet gives pods addresses.
const ROLE: &str = "kubernetes.io/role/cni";
/// The value of that tag that excludes a subnet.
const EXCLUDED: &str = "0";

/// The tags of a subnet that the CNI reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubnetTags {
    /// The value of `kubernetes.io/role/cni`; `None` if the subnet does not have the tag.
    role: Option<String>,
    /// The keys of the tags that may name a cluster.
    clusters: Vec<String>,
}

impl SubnetTags {
    /// The tags that count among these pairs of key and value.
    #[must_use]
    pub fn new<'a>(tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut own = Self::default();
        for (key, value) in tags {
            if key == ROLE {
                own.role.get_or_insert_with(|| value.into());
            } else if key.contains("/cluster/") {
                own.clusters.push(key.into());
            }
        }
        own
    }

    pub(super) fn of<'a>(tags: impl Iterator<Item = Ec2Tag<'a>>) -> Self {
        let tags: Vec<_> = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect();
        Self::new(tags.iter().map(|(key, value)| (&**key, &**value)))
    }
}

/// The way in which the CNI of a cluster chooses subnets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// True if further ENIs may be in other subnets than the node's own.
    is_on: bool,
    /// True if tags can exclude subnets.
    excludes: bool,
    cluster_name: Option<String>,
    cluster_tag_prefix: &'static str,
    custom_networking: bool,
}

impl Discovery {
    /// The way of a CNI with these settings.
    #[must_use]
    pub fn new(cni: &CniSettings, pool: &PoolSettings) -> Self {
        let version = cni.version.as_ref();
        Self {
            is_on: pool.subnet_discovery && version.is_none_or(CniVersion::has_subnet_discovery),
            excludes: version.is_none_or(CniVersion::has_subnet_exclusion),
            cluster_name: pool.cluster_name.clone(),
            cluster_tag_prefix: version.map_or(CLUSTER_TAG_PREFIX, CniVersion::cluster_tag_prefix),
            custom_networking: cni.custom_networking,
        }
    }

    /// True if the subnet of an `ENIConfig` decides, and not the node's own.
    pub(crate) fn is_for_custom_networking(&self) -> bool {
        self.custom_networking
    }

    /// True if the CNI may create an ENI in a subnet with these tags. `is_own` is true for the subnet of the
    /// node's primary ENI.
    #[must_use]
    pub fn serves(&self, tags: &SubnetTags, is_own: bool) -> bool {
        if !self.excludes {
            // Releases before 1.22 look for the tag, and not at its value (`validTag`).
            return is_own || (self.is_on && tags.role.is_some());
        }
        match tags.role.as_deref().unwrap_or_default() {
            EXCLUDED => false,
            "" => is_own,
            _ => (is_own || self.is_on) && self.is_for_cluster(tags),
        }
    }

    /// True if an ENI in a subnet with these tags gives pods no addresses, although it is attached.
    #[must_use]
    pub fn excludes(&self, tags: &SubnetTags) -> bool {
        match tags.role.as_deref().unwrap_or_default() {
            "" => false,
            EXCLUDED => self.excludes,
            _ => self.excludes && !self.is_for_cluster(tags),
        }
    }

    /// True if the tags of the subnet name this cluster, or no cluster at all.
    fn is_for_cluster(&self, tags: &SubnetTags) -> bool {
        let Some(name) = &self.cluster_name else { return true };
        let mut names =
            tags.clusters.iter().filter_map(|key| key.strip_prefix(self.cluster_tag_prefix)).peekable();
        names.peek().is_none() || names.any(|other| other == name)
    }
}

/// The subnet that holds an address.
#[derive(Debug, Clone, Copy)]
pub enum Held<'a> {
    /// No subnet.
    Nowhere,
    /// This subnet.
    In(&'a Subnet),
    /// Several subnets, which are in different VPCs.
    InSeveral,
}

/// The subnets from which the pods of a node get addresses.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Serving<'a> {
    /// The ENIs that give pods no addresses because of the tags of their subnets.
    pub excluded: ExcludedEnis,
    /// The subnets of the node's VPC and zone in which the CNI may create further ENIs, in the order in which they
    /// were given. With custom networking it is the subnet of the `ENIConfig`, or none.
    pub subnets: Vec<&'a Subnet>,
}

impl Subnet {
    /// Its availability zone, such as `eu-west-1a`; `None` if it is not known.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }

    /// The id of its VPC; `None` if it is not known.
    #[must_use]
    pub fn vpc(&self) -> Option<&str> {
        self.vpc.as_deref()
    }

    /// Its tags, as far as the CNI reads them.
    #[must_use]
    pub fn tags(&self) -> &SubnetTags {
        &self.tags
    }
}

impl Subnets {
    /// The subnet that holds this address.
    #[must_use]
    pub fn holding(&self, address: Ipv4Addr) -> Held<'_> {
        let mut holding = self.list.iter().filter(|subnet| subnet.cidr.contains(&address));
        match (holding.next(), holding.next()) {
            (None, _) => Held::Nowhere,
            (Some(subnet), None) => Held::In(subnet),
            (Some(_), Some(_)) => Held::InSeveral,
        }
    }

    /// The subnets from which the pods of a node get addresses, if the node's primary ENI is in the subnet `own`.
    /// With custom networking, `own` is the subnet of the node's `ENIConfig`.
    #[must_use]
    pub fn serving<'a>(&'a self, own: &'a Subnet, discovery: &Discovery) -> Serving<'a> {
        // Only with discovery does an attached ENI in an excluded subnet give pods nothing (`setupENI`).
        let is_excluded = discovery.is_on && discovery.excludes(&own.tags);
        if discovery.custom_networking {
            return if is_excluded {
                Serving { excluded: ExcludedEnis::All, subnets: Vec::new() }
            } else {
                Serving { excluded: ExcludedEnis::None, subnets: vec![own] }
            };
        }
        let in_reach = |subnet: &&Subnet| {
            let is_own = subnet.cidr == own.cidr && subnet.id == own.id && subnet.vpc == own.vpc;
            let is_neighbour = subnet.vpc == own.vpc && subnet.zone == own.zone;
            (is_own || is_neighbour) && discovery.serves(&subnet.tags, is_own)
        };
        let subnets: Vec<_> = self.list.iter().filter(in_reach).collect();
        let excluded = match (is_excluded, subnets.is_empty()) {
            (false, false) => ExcludedEnis::None,
            (false, true) => ExcludedEnis::Further,
            (true, false) => ExcludedEnis::Primary,
            (true, true) => ExcludedEnis::All,
        };
        Serving { excluded, subnets }
    }
}
