//! Network interfaces: who holds which addresses of a subnet.

use super::Subnets;
use super::read::Ec2Interface;

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interface {
    /// The place of its subnet in the list of subnets; `None` if that subnet was not given.
    pub subnet: Option<usize>,
    /// The id of the EC2 instance that it is attached to.
    pub instance: Option<Box<str>>,
    /// Its role.
    pub role: InterfaceRole,
    /// True if it is the primary interface of its instance: device index 0 on network card 0.
    pub is_primary: bool,
    /// Secondary addresses. Its own primary address is not among them.
    pub secondary_addresses: u64,
    /// Prefixes.
    pub prefixes: u64,
}

/// The role of a network interface on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InterfaceRole {
    /// The CNI may give pods its addresses.
    Pods,
    /// The trunk ENI of security groups for pods.
    Trunk,
    /// The branch ENI of one pod.
    Branch,
    /// An EFA-only ENI, or one with the tag `node.k8s.amazonaws.com/no_manage`.
    Other,
}

impl Interface {
    /// Addresses that it holds for pods: the secondary ones, and 16 of each prefix.
    #[must_use]
    pub fn addresses_for_pods(&self) -> u64 {
        self.secondary_addresses + 16 * self.prefixes
    }

    /// Slots that it has in use, for addresses or for prefixes.
    #[must_use]
    pub fn slots(&self) -> u64 {
        self.secondary_addresses + self.prefixes
    }

    /// The instance whose end frees the addresses of this interface.
    pub(super) fn movable_instance(&self) -> Option<&str> {
        self.instance.as_deref().filter(|_| self.role != InterfaceRole::Branch)
    }

    pub(super) fn new(interface: &Ec2Interface<'_>, subnet: Option<usize>) -> Self {
        let attachment = interface.attachment.as_ref();
        let index = |index: Option<u64>| index.unwrap_or_default();
        let is_primary = attachment.is_some_and(|attachment| {
            index(attachment.device_index) == 0 && index(attachment.network_card_index) == 0
        });
        let own = interface.private_ip_address;
        let all = interface.private_ip_addresses.iter().flatten();
        let secondary = all.filter(|address| match address.primary {
            Some(is_primary) => !is_primary,
            None => address.private_ip_address != own,
        });
        Self {
            subnet,
            instance: attachment.and_then(|attachment| attachment.instance_id.as_deref().map(Into::into)),
            role: Self::role_of(interface, is_primary),
            is_primary,
            secondary_addresses: secondary.count() as u64,
            prefixes: interface.ipv4_prefixes.as_ref().map_or(0, |prefixes| prefixes.len() as u64),
        }
    }

    /// Source of the tag: `setUnmanagedENIs` in the CNI's [`pkg/ipamd/ipamd.go`][1]. The CNI always uses the
    /// primary ENI.
    ///
    /// [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/ipamd/ipamd.go
    fn role_of(interface: &Ec2Interface<'_>, is_primary: bool) -> InterfaceRole {
        let described =
            |prefix| interface.description.as_deref().is_some_and(|text| text.starts_with(prefix));
        match interface.interface_type.as_deref() {
            Some("branch") => InterfaceRole::Branch,
            Some("trunk") => InterfaceRole::Trunk,
            Some("efa-only") => InterfaceRole::Other,
            _ if described("aws-k8s-branch-eni") => InterfaceRole::Branch,
            _ if described("aws-k8s-trunk-eni") => InterfaceRole::Trunk,
            _ if interface.is_unmanaged() && !is_primary => InterfaceRole::Other,
            _ => InterfaceRole::Pods,
        }
    }
}

impl Subnets {
    /// The network interfaces, in the order of the input, also those in other subnets than these.
    #[must_use]
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// Blocks that become whole if one instance ends: the id of that instance for each of them.
    pub fn blocks_of_one_instance(&self) -> impl Iterator<Item = &str> {
        self.list.iter().flat_map(|subnet| subnet.blocks_of_one_instance(&self.interfaces))
    }
}
