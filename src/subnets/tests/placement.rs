//! The verdicts against a search of every way in which EC2 can place addresses.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::super::verdict::Verdict;
use super::*;

/// The state of a subnet while addresses are placed in it, one after another.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Left {
    whole_blocks: u64,
    reserved_blocks: u64,
    /// Free addresses outside whole blocks.
    addresses: u64,
    blocks_to_place: u64,
    addresses_to_place: u64,
}

impl Left {
    /// Every next state: EC2 places a block or a single address. Prefixes come from reservations as
    /// long as there are free blocks in them.
    fn next(self) -> Vec<Self> {
        let mut next = Vec::new();
        if self.blocks_to_place > 0 {
            let blocks_to_place = self.blocks_to_place - 1;
            if self.reserved_blocks > 0 {
                next.push(Self { reserved_blocks: self.reserved_blocks - 1, blocks_to_place, ..self });
            } else if self.whole_blocks > 0 {
                next.push(Self { whole_blocks: self.whole_blocks - 1, blocks_to_place, ..self });
            }
        }
        if self.addresses_to_place > 0 {
            let left = Self { addresses_to_place: self.addresses_to_place - 1, ..self };
            if self.addresses > 0 {
                next.push(Self { addresses: self.addresses - 1, ..left });
            }
            if self.whole_blocks > 0 {
                let (whole_blocks, addresses) = (self.whole_blocks - 1, self.addresses + 15);
                next.push(Self { whole_blocks, addresses, ..left });
            }
        }
        next
    }

    /// Two answers: do some orders and places succeed, and do some fail?
    fn outcomes(self, known: &mut HashMap<Self, (bool, bool)>) -> (bool, bool) {
        if self.blocks_to_place == 0 && self.addresses_to_place == 0 {
            return (true, false);
        }
        if let Some(&outcomes) = known.get(&self) {
            return outcomes;
        }
        let next = self.next();
        let mut outcomes = (false, next.is_empty());
        // If one kind of address has no place left, it is a failure, even if the other kind has a place.
        let no_block = self.blocks_to_place > 0 && self.whole_blocks + self.reserved_blocks == 0;
        let no_address = self.addresses_to_place > 0 && self.whole_blocks + self.addresses == 0;
        if no_block || no_address {
            outcomes = (false, true);
        } else {
            for left in next {
                let (succeeds, fails) = left.outcomes(known);
                outcomes = (outcomes.0 | succeeds, outcomes.1 | fails);
            }
        }
        known.insert(self, outcomes);
        outcomes
    }

    fn verdict(self) -> Verdict {
        match self.outcomes(&mut HashMap::new()) {
            (true, false) => Verdict::Fits,
            (true, true) => Verdict::Depends,
            (false, _) => Verdict::DoesNotFit,
        }
    }
}

/// A small subnet: its length, its used addresses, and its reservations. A reservation has a length, and is for
/// prefixes or not.
#[derive(Debug, Clone)]
struct Small {
    length: u8,
    used: BTreeSet<u8>,
    reserved: Vec<(u8, u8, bool)>,
}

prop_compose! {
    fn small()(length in 25..=28_u8)(
        length in Just(length),
        used in prop::collection::btree_set(0..(1_u16 << (32 - length)), 0..12),
        reserved in prop::collection::vec((any::<u8>(), 26..=32_u8, any::<bool>()), 0..3),
    ) -> Small {
        let size = 1_u16 << (32 - length);
        let reserved = reserved
            .into_iter()
            .filter(|(_, of, _)| *of >= length)
            .map(|(at, of, prefix)| {
                let at = (u16::from(at) % size) >> (32 - of) << (32 - of);
                (u8::try_from(at).unwrap(), of, prefix)
            })
            .collect();
        Small { length, used: used.into_iter().map(|at| u8::try_from(at).unwrap()).collect(), reserved }
    }
}

impl Small {
    /// The subnet as the AWS CLI prints it, and all that is in it.
    fn subnets(&self) -> Subnets {
        let cidr = format!("10.0.0.0/{}", self.length);
        let mut described = subnet("subnet-a", &cidr, 0);
        described["AvailableIpAddressCount"].take();
        let mut subnets = parse(&[described]).unwrap();
        let interfaces: Vec<_> =
            self.used.iter().map(|at| interface("subnet-a", &[&format!("10.0.0.{at}")])).collect();
        subnets.add_interfaces(json!(interfaces).to_string().as_bytes()).unwrap();
        let reservation = |&(at, length, prefix): &(u8, u8, bool)| {
            let kind = if prefix { "prefix" } else { "explicit" };
            json!({"SubnetId": "subnet-a", "Cidr": format!("10.0.0.{at}/{length}"), "ReservationType": kind})
        };
        let reservations: Vec<_> = self.reserved.iter().map(reservation).collect();
        subnets.add_reservations(json!(reservations).to_string().as_bytes()).unwrap();
        subnets
    }

    /// The same, counted address by address.
    fn left(&self, need: Need) -> Left {
        let size = 1_u16 << (32 - self.length);
        let is_reserved = |at: u16, prefix: bool| {
            self.reserved.iter().any(|&(first, length, for_prefixes)| {
                let first = u16::from(first);
                for_prefixes == prefix && at >= first && at < first + (1 << (32 - length))
            })
        };
        let is_used =
            |at: u16| at < 4 || at == size - 1 || self.used.iter().any(|&used| u16::from(used) == at);
        let (mut whole_blocks, mut reserved_blocks, mut addresses) = (0, 0, 0);
        for first in (0..size).step_by(16) {
            let block = || first..first + 16;
            let free = |at: &u16| !is_used(*at) && !is_reserved(*at, true) && !is_reserved(*at, false);
            if block().all(|at| free(&at)) {
                whole_blocks += 1;
            } else {
                addresses += block().filter(free).count() as u64;
                let for_prefixes = |at| !is_used(at) && is_reserved(at, true) && !is_reserved(at, false);
                reserved_blocks += u64::from(block().all(for_prefixes));
            }
        }
        Left {
            whole_blocks,
            reserved_blocks,
            addresses,
            blocks_to_place: need.blocks,
            addresses_to_place: need.addresses,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn the_verdict_is_that_of_every_placement(small in small(), blocks in 0..9_u64, addresses in 0..60_u64) {
        let need = Need { blocks, addresses };
        let left = small.left(need);
        let subnets = small.subnets();
        let judged = subnets.judge(1, need, 0).unwrap();
        let verdict = judged[0].verdict;
        let searched = left.verdict();
        // There are more prefixes than the reservations hold. EC2 decides which of them come from there, so
        // the verdict is careful.
        let careful = blocks > left.reserved_blocks && left.reserved_blocks > 0;
        prop_assert!(
            verdict == searched || (careful && (verdict, searched) == (Verdict::Depends, Verdict::Fits)),
            "{verdict:?} {searched:?} {:?}", judged[0].free
        );
    }

    #[test]
    fn the_count_alone_never_contradicts_the_interfaces(
        small in small(), blocks in 0..9_u64, addresses in 0..60_u64, with_reserved in any::<bool>(),
    ) {
        let need = Need { blocks, addresses };
        let known = small.subnets();
        let free = known.list[0].map.free();
        let counted = free.addresses + if with_reserved { free.reserved_addresses } else { 0 };
        let mut by_count = known.clone();
        by_count.interfaces_known = false;
        by_count.list[0].available = Some(counted);
        let by_count = by_count.judge(1, need, 0).unwrap()[0].verdict;
        let by_interfaces = known.judge(1, need, 0).unwrap()[0].verdict;
        prop_assert!(by_count == by_interfaces || by_count == Verdict::Depends, "{by_count:?} {by_interfaces:?}");

        let mut both = known.clone();
        both.list[0].available = Some(counted);
        prop_assert_eq!(both.judge(1, need, 0).unwrap()[0].verdict, by_interfaces);
        prop_assert_eq!(both.contradictions().count(), 0);
    }
}
