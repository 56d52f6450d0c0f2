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

/// The addresses of a subnet.
///
/// Only the ranges that are used or reserved are kept: most subnets of an account are nearly empty, and a bit for
/// each address of a /16 would take a hundred times the memory of its description. The blocks are made from the
/// ranges when they are asked for.
#[derive(Debug, Clone)]
pub(super) struct AddressMap {
    subnet: Ipv4Net,
    taken: Vec<Taken>,
    reserved: Vec<Reserved>,
}

/// A range of addresses that a network interface takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    range: Range,
    /// True if it is the address of the interface itself, and not one for a pod.
    pub is_own: bool,
    /// The interface, by its number.
    pub owner: u32,
}

#[derive(Debug, Clone, Copy)]
struct Reserved {
    range: Range,
    reservation: Reservation,
}

/// A range in a subnet. A subnet has at most as many addresses as 16 bits count.
#[derive(Debug, Clone, Copy)]
struct Range {
    offset: u16,
    prefix_len: u8,
}

/// A /28 block of a subnet, with a bit for each of its addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Addresses that are taken one by one.
    pub singles: u16,
    /// Addresses that are taken as parts of prefixes.
    pub in_prefixes: u16,
    /// Addresses that AWS keeps.
    pub kept: u16,
    /// Addresses in reservations of the type `prefix`.
    pub reserved_for_prefixes: u16,
    /// Addresses in other reservations.
    pub reserved_otherwise: u16,
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
        Self { subnet, taken: Vec::new(), reserved: Vec::new() }
    }

    /// Marks a range of addresses as used by this interface; `false` where it is not in the subnet.
    #[must_use]
    pub fn take(&mut self, range: Ipv4Net, is_own: bool, owner: u32) -> bool {
        let range = self.range(range);
        self.taken.extend(range.map(|range| Taken { range, is_own, owner }));
        range.is_some()
    }

    /// Marks a range of addresses as reserved; `false` if it is not in the subnet.
    #[must_use]
    pub fn reserve(&mut self, range: Ipv4Net, reservation: Reservation) -> bool {
        let range = self.range(range);
        self.reserved.extend(range.map(|range| Reserved { range, reservation }));
        range.is_some()
    }

    fn range(&self, range: Ipv4Net) -> Option<Range> {
        let offset = range.network().to_bits().checked_sub(self.subnet.network().to_bits());
        let offset = u16::try_from(offset?).ok()?;
        self.subnet.contains(&range).then_some(Range { offset, prefix_len: range.prefix_len() })
    }

    /// Every range that is taken.
    pub fn taken(&self) -> &[Taken] {
        &self.taken
    }

    /// The blocks of the subnet, in the order of their addresses.
    pub fn blocks(&self) -> Vec<Block> {
        self.blocks_with(&self.taken)
    }

    /// The space that is free now.
    pub fn free(&self) -> Count {
        self.count(&self.taken)
    }

    /// The space that would be free with nothing used.
    pub fn free_if_unused(&self) -> Count {
        self.count(&[])
    }

    fn blocks_with(&self, taken: &[Taken]) -> Vec<Block> {
        let mut blocks = vec![Block::default(); 1 << 28_u8.saturating_sub(self.subnet.prefix_len())];
        if let Some(first) = blocks.first_mut() {
            first.kept |= KEPT_IN_FIRST_BLOCK;
        }
        if let Some(last) = blocks.last_mut() {
            last.kept |= KEPT_IN_LAST_BLOCK;
        }
        for Taken { range, .. } in taken {
            let is_single = range.is_single();
            range.mark(
                &mut blocks,
                |block| if is_single { &mut block.singles } else { &mut block.in_prefixes },
            );
        }
        for Reserved { range, reservation } in &self.reserved {
            range.mark(&mut blocks, |block| match reservation {
                Reservation::Prefix => &mut block.reserved_for_prefixes,
                Reservation::Explicit => &mut block.reserved_otherwise,
            });
        }
        blocks
    }

    fn count(&self, taken: &[Taken]) -> Count {
        if taken.is_empty() && self.reserved.is_empty() {
            let addresses = 1_u64 << 32_u8.saturating_sub(self.subnet.prefix_len());
            let blocks = (addresses / BLOCK).saturating_sub(2);
            return Count { blocks, addresses: addresses.saturating_sub(KEPT), ..Count::default() };
        }
        let mut count = Count::default();
        for block in self.blocks_with(taken) {
            let taken = block.taken() | block.kept;
            let reserved = block.reserved_for_prefixes | block.reserved_otherwise;
            count.blocks += u64::from(taken | reserved == 0);
            count.reserved_blocks +=
                u64::from(taken | block.reserved_otherwise == 0 && block.reserved_for_prefixes == WHOLE);
            count.addresses += u64::from((taken | reserved).count_zeros());
            count.reserved_addresses += u64::from((!taken & reserved).count_ones());
            count.reserved_and_kept += u64::from((block.kept & reserved).count_ones());
        }
        count
    }
}

impl Taken {
    /// True if it is one address, and not a prefix.
    pub fn is_single(&self) -> bool {
        self.range.is_single()
    }

    /// The number of addresses.
    pub fn addresses(&self) -> u64 {
        1 << 32_u8.saturating_sub(self.range.prefix_len)
    }

    /// The place of its first block in the subnet.
    pub fn block(&self) -> usize {
        usize::from(self.range.offset / 16)
    }
}

impl Block {
    /// Addresses that are taken, one by one or in prefixes.
    pub fn taken(self) -> u16 {
        self.singles | self.in_prefixes
    }
}

impl Range {
    fn is_single(self) -> bool {
        self.prefix_len == 32
    }

    /// Sets the bits of the range.
    fn mark(self, blocks: &mut [Block], bits_of: impl Fn(&mut Block) -> &mut u16) {
        let first = usize::from(self.offset / 16);
        if self.prefix_len <= 28 {
            let count = 1 << (28 - self.prefix_len);
            for block in blocks.iter_mut().skip(first).take(count) {
                *bits_of(block) = WHOLE;
            }
        } else if let Some(block) = blocks.get_mut(first) {
            let addresses = 1_u32 << (32 - self.prefix_len);
            let bits = (1_u32 << addresses) - 1;
            // At most 8 addresses from a multiple of 8 on, so all bits are within the lower 16.
            *bits_of(block) |= u16::try_from(bits << (self.offset % 16)).unwrap_or(WHOLE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn free(subnet: &str, used: &[&str], prefix: &[&str], explicit: &[&str]) -> [u64; 4] {
        let mut map = AddressMap::new(net(subnet));
        assert!(used.iter().all(|range| map.take(net(range), false, 0)));
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
            (free("10.0.0.0/16", &["10.0.1.1/32"], &[], &[]), [4093, 0, 65530, 0]),
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
        assert!(!map.take(net("10.0.0.255/32"), false, 0));
        assert!(!map.take(net("10.0.2.0/32"), false, 0));
        assert!(!map.take(net("10.0.0.0/16"), false, 0));
        assert!(!map.reserve(net("10.0.2.0/28"), Reservation::Prefix));
        assert_eq!(map.free(), map.free_if_unused());
        assert!(map.take(net("10.0.1.100/32"), false, 0));
        assert_eq!((map.free().addresses, map.free_if_unused().addresses), (250, 251));
    }
}
