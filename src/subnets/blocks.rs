//! The /28 blocks of a subnet, for its map and for the nodes that break them.

use super::map::Block;
use super::{Interface, Subnet};

/// The state of a /28 block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockState {
    /// Nothing in it is used: it can be a prefix.
    Free,
    /// Some of its addresses are taken one by one, so it cannot be a prefix.
    Broken,
    /// All of its addresses are taken one by one.
    Full,
    /// It is a prefix.
    Prefix,
    /// AWS keeps addresses of it: the first and the last block of a subnet give no prefixes.
    Kept,
    /// It is free and reserved, wholly or in part.
    Reserved,
}

impl BlockState {
    /// Every state, in the order in which a legend names them.
    pub const ALL: [Self; 6] =
        [Self::Free, Self::Broken, Self::Prefix, Self::Full, Self::Kept, Self::Reserved];

    fn of(block: Block) -> Self {
        if block.in_prefixes != 0 {
            Self::Prefix
        } else if block.kept != 0 {
            Self::Kept
        } else if block.singles == u16::MAX {
            Self::Full
        } else if block.singles != 0 {
            Self::Broken
        } else if (block.reserved_for_prefixes | block.reserved_otherwise) != 0 {
            Self::Reserved
        } else {
            Self::Free
        }
    }
}

impl Subnet {
    /// The state of each /28 block, in the order of the addresses, as the network interfaces show it.
    #[must_use]
    pub fn blocks(&self) -> Vec<BlockState> {
        self.map.blocks().into_iter().map(BlockState::of).collect()
    }

    /// Blocks whose single addresses all belong to interfaces of one instance, and which could be a prefix
    /// without them: the instance of each block, by the numbers of `interfaces`. A block with an address of
    /// a branch ENI belongs to nobody, because its pod has to move, not its node.
    pub(super) fn blocks_of_one_instance<'a>(&self, interfaces: &'a [Interface]) -> Vec<&'a str> {
        #[derive(Clone, Copy)]
        enum Owner<'a> {
            Nobody,
            One(&'a str),
            Several,
        }
        if self.map.taken().is_empty() {
            return Vec::new();
        }
        let blocks = self.map.blocks();
        let mut owners = vec![Owner::Nobody; blocks.len()];
        for taken in self.map.taken().iter().filter(|taken| taken.is_single()) {
            let Some(owner) = owners.get_mut(taken.block()) else { continue };
            let interface = usize::try_from(taken.owner).ok().and_then(|number| interfaces.get(number));
            let instance = interface.and_then(Interface::movable_instance);
            *owner = match (*owner, instance) {
                (Owner::Nobody, Some(instance)) => Owner::One(instance),
                (Owner::One(one), Some(instance)) if one == instance => Owner::One(one),
                _ => Owner::Several,
            };
        }
        let can_be_prefix =
            |block: &Block| block.in_prefixes == 0 && block.kept == 0 && block.reserved_otherwise == 0;
        let owned = blocks.iter().zip(owners).filter(|(block, _)| can_be_prefix(block));
        owned
            .filter_map(|(_, owner)| if let Owner::One(instance) = owner { Some(instance) } else { None })
            .collect()
    }
}
