//! The used and the reserved addresses of a subnet.

use ipnet::Ipv4Net;

/// Addresses of a /28 block. A prefix takes one.
pub(super) const BLOCK: u64 = 16;
/// AWS keeps the first four addresses of every subnet, and the last one.
///
/// Source: [Subnet sizing](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
pub(super) const KEPT: u64 = 5;
const KEPT_IN_FIRST_BLOCK: u16 = 0b1111;
const KEPT_IN_LAST_BLOCK: u16 = 1 << 15;
/// A block with the bits of all its addresses set.
const WHOLE: u16 = u16::MAX;

/// The type of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reservation {
    /// EC2 takes prefixes from it, and no single addresses.
    Prefix,
    /// EC2 takes nothing from it by itself.
    Explicit,
}

/// The addresses of a subnet, a bit each and 16 of them a block. A list ends with the last block that has a bit set,
/// because most subnets of an account have none that is known.
#[derive(Debug, Clone)]
pub(super) struct AddressMap {
    subnet: Ipv4Net,
    used: Vec<u16>,
    reserved_for_prefixes: Vec<u16>,
    reserved_otherwise: Vec<u16>,
}

/// The free space of a subnet, now or with nothing used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Count {
    /// Wholly free blocks that can be prefixes, outside reservations.
    pub blocks: u64,
    /// Wholly free blocks that can be prefixes, in reservations of the type `prefix`.
    pub reserved_blocks: u64,
    /// Free addresses outside reservations.
    pub addresses: u64,
    /// Free addresses in reservations.
    pub reserved_addresses: u64,
    /// Addresses in reservations that AWS keeps.
    pub reserved_and_kept: u64,
}

impl AddressMap {
    /// A subnet of the sizes that AWS has, with nothing used.
    pub fn new(subnet: Ipv4Net) -> Self {
        Self { subnet, used: Vec::new(), reserved_for_prefixes: Vec::new(), reserved_otherwise: Vec::new() }
    }

    /// Marks a range of addresses as used; `false` where it is not in the subnet.
    #[must_use]
    pub fn take(&mut self, range: Ipv4Net) -> bool {
        mark(self.subnet, &mut self.used, range)
    }

    /// Marks a range of addresses as reserved; `false` if it is not in the subnet.
    #[must_use]
    pub fn reserve(&mut self, range: Ipv4Net, reservation: Reservation) -> bool {
        let blocks = match reservation {
            Reservation::Prefix => &mut self.reserved_for_prefixes,
            Reservation::Explicit => &mut self.reserved_otherwise,
        };
        mark(self.subnet, blocks, range)
    }

    /// The space that is free now.
    pub fn free(&self) -> Count {
        self.count(|used| used)
    }

    /// The space that would be free with nothing used.
    pub fn free_if_unused(&self) -> Count {
        self.count(|_| 0)
    }

    fn count(&self, used: impl Fn(u16) -> u16) -> Count {
        let blocks = 1 << 28_u8.saturating_sub(self.subnet.prefix_len());
        let mut count = Count::default();
        let block = |list: &[u16], at: usize| list.get(at).copied().unwrap_or(0);
        for at in 0..blocks {
            let for_prefixes = block(&self.reserved_for_prefixes, at);
            let otherwise = block(&self.reserved_otherwise, at);
            let block = block(&self.used, at);
            let last = blocks - 1;
            let kept_first = if at == 0 { KEPT_IN_FIRST_BLOCK } else { 0 };
            let kept_last = if at == last { KEPT_IN_LAST_BLOCK } else { 0 };
            // The blocks in which AWS keeps addresses give no prefixes.
            let kept = kept_first | kept_last;
            let taken = used(block) | kept;
            let reserved = for_prefixes | otherwise;
            count.blocks += u64::from(taken | reserved == 0);
            count.reserved_blocks += u64::from(taken | otherwise == 0 && for_prefixes == WHOLE);
            count.addresses += u64::from((taken | reserved).count_zeros());
            count.reserved_addresses += u64::from((!taken & reserved).count_ones());
            count.reserved_and_kept += u64::from((kept & reserved).count_ones());
        }
        count
    }
}

/// Sets the bits of a range; `false` where it is not in the subnet.
fn mark(subnet: Ipv4Net, blocks: &mut Vec<u16>, range: Ipv4Net) -> bool {
    if !subnet.contains(&range) {
        return false;
    }
    let offset = range.network().to_bits() - subnet.network().to_bits();
    let first = (offset / 16) as usize;
    let end = first + (1 << 28_u8.saturating_sub(range.prefix_len()));
    if blocks.len() < end {
        blocks.resize(end, 0);
    }
    if range.prefix_len() <= 28 {
        let count = 1 << (28 - range.prefix_len());
        for block in blocks.iter_mut().skip(first).take(count) {
            *block = WHOLE;
        }
    } else if let Some(block) = blocks.get_mut(first) {
        let addresses = 1_u32 << (32 - range.prefix_len());
        let bits = (1_u32 << addresses) - 1;
        // At most 8 addresses from a multiple of 8 on, so all bits are within the lower 16.
        *block |= u16::try_from(bits << (offset % 16)).unwrap_or(WHOLE);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn free(subnet: &str, used: &[&str], prefix: &[&str], explicit: &[&str]) -> [u64; 4] {
        let mut map = AddressMap::new(net(subnet));
        assert!(used.iter().all(|range| map.take(net(range))));
        assert!(prefix.iter().all(|range| map.reserve(net(range), Reservation::Prefix)));
        assert!(explicit.iter().all(|range| map.reserve(net(range), Reservation::Explicit)));
        let Count { blocks, reserved_blocks, addresses, reserved_addresses, .. } = map.free();
        [blocks, reserved_blocks, addresses, reserved_addresses]
    }

    #[test]
    fn free_blocks_and_addresses() {
        let wrong: Vec<_> = [
            (free("10.0.0.0/24", &[], &[], &[]), [14, 0, 251, 0]),
            (free("10.0.0.0/28", &[], &[], &[]), [0, 0, 11, 0]),
            (free("10.0.0.0/27", &[], &[], &[]), [0, 0, 27, 0]),
            (free("10.0.0.0/16", &[], &[], &[]), [4094, 0, 65531, 0]),
            (free("10.0.0.0/24", &["10.0.0.77/32"], &[], &[]), [13, 0, 250, 0]),
            (free("10.0.0.0/24", &["10.0.0.77/32", "10.0.0.64/28"], &[], &[]), [13, 0, 235, 0]),
            (free("10.0.0.0/24", &["10.0.0.4/32", "10.0.0.254/32"], &[], &[]), [14, 0, 249, 0]),
            // AWS keeps these addresses anyway.
            (free("10.0.0.0/24", &["10.0.0.3/32", "10.0.0.255/32"], &[], &[]), [14, 0, 251, 0]),
            (free("10.0.0.0/24", &[], &["10.0.0.128/25"], &[]), [7, 7, 124, 127]),
            (free("10.0.0.0/24", &["10.0.0.200/32"], &["10.0.0.128/25"], &[]), [7, 6, 124, 126]),
            (free("10.0.0.0/24", &[], &[], &["10.0.0.128/25"]), [7, 0, 124, 127]),
            // A reservation of less than a block gives no prefix, and leaves its block to addresses.
            (free("10.0.0.0/24", &[], &["10.0.0.64/29"], &[]), [13, 0, 243, 8]),
            (free("10.0.0.0/24", &[], &[], &["10.0.0.72/29", "10.0.0.64/32"]), [13, 0, 242, 9]),
            (free("10.0.0.0/24", &["10.0.0.0/24"], &[], &[]), [0, 0, 0, 0]),
        ]
        .into_iter()
        .enumerate()
        .filter(|(_, (free, expected))| free != expected)
        .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn ranges_outside_the_subnet_are_refused() {
        let mut map = AddressMap::new(net("10.0.1.0/24"));
        assert!(!map.take(net("10.0.0.255/32")));
        assert!(!map.take(net("10.0.2.0/32")));
        assert!(!map.take(net("10.0.0.0/16")));
        assert!(!map.reserve(net("10.0.2.0/28"), Reservation::Prefix));
        assert_eq!(map.free(), map.free_if_unused());
        assert!(map.take(net("10.0.1.100/32")));
        assert_eq!((map.free().addresses, map.free_if_unused().addresses), (250, 251));
    }
}
