//! The /28 blocks of subnets, against a plain reading of the network interfaces.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use maxpods::subnets::{BlockState, Subnets};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::support::cases;

/// The addresses and prefixes that one interface takes, by their numbers in the subnet.
#[derive(Debug, Clone)]
struct Taken {
    /// The node, or 0 for something else.
    node: u64,
    is_branch: bool,
    singles: BTreeSet<u32>,
    blocks: BTreeSet<u32>,
}

prop_compose! {
    fn interface()(
        node in 0..5u64,
        is_branch in prop::bool::weighted(0.1),
        singles in prop::collection::btree_set(4..255u32, 1..6),
        run in prop::option::weighted(0.2, 1..15u32),
        blocks in prop::collection::btree_set(1..15u32, 0..3),
    ) -> Taken {
        let mut singles = singles;
        // Sometimes a whole block, address by address.
        singles.extend(run.into_iter().flat_map(|block| block * 16..block * 16 + 16));
        Taken { node, is_branch, singles, blocks }
    }
}

fn text(address: u32) -> String {
    format!("10.0.0.{address}")
}

fn json(number: usize, taken: &Taken) -> Value {
    let singles: Vec<_> = taken.singles.iter().map(|address| text(*address)).collect();
    let blocks: Vec<_> = taken.blocks.iter().map(|block| format!("{}/28", text(block * 16))).collect();
    let secondary: Vec<_> = singles[1..].iter().map(String::as_str).collect();
    let blocks: Vec<_> = blocks.iter().map(String::as_str).collect();
    let mut eni = eni(taken.node, number as u64, "subnet-a", &singles[0], &secondary, &blocks);
    if taken.node == 0 {
        eni.as_object_mut().unwrap().remove("Attachment");
    }
    if taken.is_branch {
        eni["InterfaceType"] = "branch".into();
    }
    eni
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn blocks_and_the_nodes_that_break_them(
        all in prop::collection::vec(interface(), 0..12),
        reserved in prop::option::of(1..15u32),
    ) {
        // Two interfaces never have one address: those before win.
        let mut used = BTreeSet::new();
        let mut interfaces: Vec<Taken> = Vec::new();
        for mut taken in all {
            taken.singles.retain(|address| used.insert(*address));
            taken.blocks.retain(|block| (0..16).all(|i| !used.contains(&(block * 16 + i))));
            used.extend(taken.blocks.iter().flat_map(|block| block * 16..block * 16 + 16));
            if taken.singles.is_empty() {
                for block in &taken.blocks {
                    used.retain(|address| address / 16 != *block);
                }
            } else {
                interfaces.push(taken);
            }
        }
        let enis: Vec<_> = interfaces.iter().enumerate().map(|(i, taken)| json(i, taken)).collect();
        let reservation = reserved.map(|block| json!({"SubnetId": "subnet-a", "ReservationType": "prefix",
            "Cidr": format!("{}/28", text(block * 16))}));

        // Block by block, from the interfaces alone.
        let mut states = Vec::new();
        let mut drain: BTreeMap<u64, u64> = BTreeMap::new();
        for block in 0..16_u32 {
            let mut owners: Vec<(u64, bool)> = Vec::new();
            let mut is_prefix = false;
            for taken in &interfaces {
                is_prefix |= taken.blocks.contains(&block);
                let inside = taken.singles.iter().filter(|address| **address / 16 == block).count();
                owners.extend(std::iter::repeat_n((taken.node, taken.is_branch), inside));
            }
            let is_kept = block == 0 || block == 15;
            states.push(match owners.len() {
                _ if is_prefix => BlockState::Prefix,
                _ if is_kept => BlockState::Kept,
                16 => BlockState::Full,
                0 if reserved == Some(block) => BlockState::Reserved,
                0 => BlockState::Free,
                _ => BlockState::Broken,
            });
            let one = owners.first().filter(|(node, _)| *node > 0);
            let alone = owners.iter().all(|owner| Some(owner) == one && !owner.1);
            if let Some((node, _)) = one.filter(|_| alone && !is_kept && !is_prefix) {
                *drain.entry(*node).or_default() += 1;
            }
        }

        let mut subnets = Subnets::parse(json!([subnet("subnet-a", "10.0.0.0/24", "a")]).to_string().as_bytes()).unwrap();
        subnets.add_interfaces(json!(enis).to_string().as_bytes()).unwrap();
        if let Some(reservation) = &reservation {
            subnets.add_reservations(json!([reservation]).to_string().as_bytes()).unwrap();
        }
        prop_assert_eq!(subnets.iter().next().unwrap().blocks(), states.clone());
        let mut found: HashMap<&str, u64> = HashMap::new();
        for instance in subnets.blocks_of_one_instance() {
            *found.entry(instance).or_default() += 1;
        }
        let expected: HashMap<_, _> = drain.iter().map(|(node, blocks)| (instance(*node), *blocks)).collect();
        let found: HashMap<_, _> = found.into_iter().map(|(instance, blocks)| (instance.to_owned(), blocks)).collect();
        prop_assert_eq!(found, expected);
        // The free blocks that a verdict counts are those of the map.
        let free = subnets.free(subnets.iter().next().unwrap()).unwrap();
        let count = |wanted| states.iter().filter(|state| **state == wanted).count() as u64;
        prop_assert_eq!(free.blocks.most, count(BlockState::Free));
        prop_assert_eq!(free.reserved_blocks.most, count(BlockState::Reserved));
    }
}

#[test]
fn nodes_that_break_the_most_blocks_come_first() {
    let nodes: Vec<_> = (1..=7).map(|number| member(number, "m5.large", 110, "10.0.0.10")).collect();
    let items = [&nodes[..], &pods(1, 1), &[with_prefixes()]].concat();
    let mut branch = eni(6, 1, "subnet-a", "10.0.0.130", &[], &[]);
    branch["Description"] = "aws-k8s-branch-eni".into();
    let enis = [
        eni(1, 0, "subnet-a", "10.0.0.17", &[], &[]),
        // Node 2 breaks two blocks, and one more together with a load balancer.
        eni(2, 0, "subnet-a", "10.0.0.33", &["10.0.0.49", "10.0.0.65"], &[]),
        json!({"NetworkInterfaceId": "eni-lb", "SubnetId": "subnet-a", "PrivateIpAddress": "10.0.0.66"}),
        // Nodes 3 and 4 share one.
        eni(3, 0, "subnet-a", "10.0.0.81", &[], &[]),
        eni(4, 0, "subnet-a", "10.0.0.82", &[], &[]),
        // In AWS's own blocks, an address breaks nothing.
        eni(5, 0, "subnet-a", "10.0.0.5", &["10.0.0.250"], &[]),
        // A branch ENI moves with its pod.
        eni(6, 0, "subnet-a", "10.0.0.129", &[], &[]),
        branch,
        eni(7, 0, "subnet-a", "10.0.0.145", &[], &["10.0.0.160/28"]),
    ];
    let files = Files::new(&[subnet("subnet-a", "10.0.0.0/24", "a")], Some(&enis));
    let (answer, _) = json_of(&files.options(), &list(&items));
    assert_eq!(
        answer["drain"],
        json!([{"node": "n2", "blocks": 2}, {"node": "n1", "blocks": 1}, {"node": "n7", "blocks": 1}])
    );
    assert_eq!(answer["subnets"][0]["brokenBlocks"], 7);
    // Single addresses break nothing where nobody uses prefixes.
    let (answer, _) =
        json_of(&format!("{} --cni-prefix-delegation-enabled=false", files.options()), &list(&items));
    assert_eq!(answer["drain"], json!([]));
}
