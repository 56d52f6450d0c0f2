//! The verdict on a subnet: does it hold the nodes?

use std::ops::{Add, AddAssign};

use super::map::{BLOCK, KEPT};
use crate::Mode;
use crate::pool::Pool;

/// The blocks and addresses that nodes need in a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Need {
    /// The number of /28 blocks, one for each prefix.
    pub blocks: u64,
    /// Single addresses: those of the ENIs themselves, and with secondary IPs those of the pods.
    pub addresses: u64,
}

impl Need {
    /// The need of one node with this pool in its pods' subnet.
    #[must_use]
    pub fn of(pool: &Pool) -> Self {
        match pool.mode {
            Mode::SecondaryIp => Self { blocks: 0, addresses: pool.subnet_addresses },
            Mode::PrefixDelegation => {
                Self { blocks: pool.slots(), addresses: pool.subnet_addresses - pool.held }
            }
        }
    }

    /// The need of `nodes` nodes, with `spare` addresses to leave free.
    #[must_use]
    pub fn of_nodes(self, nodes: u64, spare: u64) -> Self {
        Self {
            blocks: self.blocks.saturating_mul(nodes),
            addresses: self.addresses.saturating_mul(nodes).saturating_add(spare),
        }
    }
}

impl Add for Need {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            blocks: self.blocks.saturating_add(other.blocks),
            addresses: self.addresses.saturating_add(other.addresses),
        }
    }
}

impl AddAssign for Need {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// A number that is known, or known to be between two others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Between {
    /// It is no less than this.
    pub least: u64,
    /// It is no more than this.
    pub most: u64,
}

impl Between {
    /// A number that is known.
    #[must_use]
    pub fn exactly(number: u64) -> Self {
        Self { least: number, most: number }
    }

    /// True if the number is known.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.least == self.most
    }
}

/// The free blocks and addresses of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Free {
    /// Wholly free /28 blocks that can be prefixes, outside reservations.
    pub blocks: Between,
    /// Wholly free /28 blocks that can be prefixes, in reservations of the type `prefix`.
    pub reserved_blocks: Between,
    /// Free addresses outside reservations, those in free blocks included.
    pub addresses: Between,
}

impl Free {
    /// The free blocks and addresses of an empty subnet with a CIDR of this length, from 16 to 28.
    #[must_use]
    pub fn of_empty(prefix_len: u8) -> Self {
        let addresses = 1_u64 << 32_u8.saturating_sub(prefix_len).min(32);
        // The first block and the last one, in which AWS keeps addresses, give no prefixes.
        let blocks = (addresses / BLOCK).saturating_sub(2);
        Self {
            blocks: Between::exactly(blocks),
            reserved_blocks: Between::exactly(0),
            addresses: Between::exactly(addresses.saturating_sub(KEPT)),
        }
    }
}

impl Add for Between {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { least: self.least + other.least, most: self.most + other.most }
    }
}

impl Add for Free {
    type Output = Self;

    /// The free space of two subnets together.
    fn add(self, other: Self) -> Self {
        Self {
            blocks: self.blocks + other.blocks,
            reserved_blocks: self.reserved_blocks + other.reserved_blocks,
            addresses: self.addresses + other.addresses,
        }
    }
}

/// The answer to the question whether a subnet holds its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It does, wherever EC2 places the single addresses.
    Fits,
    /// It does if EC2 places single addresses where they break few blocks.
    Depends,
    /// It does not, wherever EC2 places them.
    DoesNotFit,
}

impl Verdict {
    /// `fits`, `depends` or `does-not-fit`, as the output formats name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Depends => "depends",
            Self::DoesNotFit => "does-not-fit",
        }
    }

    /// The verdict on a subnet with this need and these free blocks and addresses.
    ///
    /// EC2 places single addresses anywhere outside reservations. At worst each of them breaks
    /// another free block. At best they fill addresses outside free blocks first. Prefixes come from
    /// reservations of the type `prefix` as long as these have free blocks.
    #[must_use]
    pub fn on(need: Need, free: &Free) -> Self {
        let Need { blocks, addresses } = need;
        let placed_anywhere = blocks.saturating_add(addresses) <= free.blocks.least;
        let apart = blocks <= free.reserved_blocks.least && addresses <= free.addresses.least;
        if placed_anywhere || apart {
            return Self::Fits;
        }
        let outside_blocks = free.addresses.most.saturating_sub(BLOCK * free.blocks.most);
        let broken = addresses.saturating_sub(outside_blocks).div_ceil(BLOCK);
        let unreserved = blocks.saturating_sub(free.reserved_blocks.most);
        if unreserved.saturating_add(broken) > free.blocks.most {
            return Self::DoesNotFit;
        }
        Self::Depends
    }
}

/// The number of nodes in the subnet at this place, from 0. Nodes are spread evenly and the first subnets
/// take the odd ones, as an auto scaling group does it.
#[must_use]
pub fn share(nodes: u64, subnets: u64, place: u64) -> u64 {
    nodes.checked_div(subnets).map_or(0, |each| each + u64::from(place < nodes % subnets))
}

/// The CIDR length of the smallest empty subnets that hold these nodes wherever EC2 places addresses.
/// All `subnets` of them have one size. `None` if subnets of /16 are too small.
///
/// `node` is the need of one node, and `spare` the number of addresses to leave free in each subnet.
#[must_use]
pub fn smallest(node: Need, nodes: u64, subnets: u64, spare: u64) -> Option<u8> {
    // The first subnet has the most nodes.
    let need = node.of_nodes(share(nodes, subnets, 0), spare);
    (16..=28).rev().find(|&length| Verdict::on(need, &Free::of_empty(length)) == Verdict::Fits)
}
