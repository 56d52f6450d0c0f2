//! Random clusters against a statement of the pool of its own, made from the rules of the CNI and not from the code.

use proptest::prelude::*;

use super::*;
use crate::support::cases;

/// The types of these clusters: ENIs, addresses of an ENI, and whether they can have prefixes.
const TYPES: [(&str, u64, u64, bool); 6] = [
    ("m5.large", 3, 10, true),
    ("c5.xlarge", 4, 15, true),
    ("t3.medium", 3, 6, true),
    ("m4.large", 2, 10, false),
    ("m5.metal", 15, 50, true),
    ("c5.4xlarge", 8, 30, true),
];

#[derive(Debug, Clone)]
struct Plain {
    instance_type: usize,
    group: &'static str,
    max_pods: u64,
    pods: u64,
    on_host_network: u64,
    branch_pods: u64,
    has_trunk: bool,
}

#[derive(Debug, Clone, Copy)]
struct Cni {
    prefixes: bool,
    custom_networking: bool,
    warm_eni: u64,
    warm_prefix: u64,
    warm_ip: u64,
    minimum_ip: u64,
}

/// The pool of one node: held, warm, unserved, addresses of the pods' subnet, calls, rounds.
type Figures = [u64; 6];

/// The pool of a node, step by step.
fn pool(node: &Plain, cni: Cni) -> Figures {
    let (_, enis, addresses, can_have_prefixes) = TYPES[node.instance_type];
    let prefixes = cni.prefixes && can_have_prefixes;
    let unit = if prefixes { 16 } else { 1 };
    let slots = addresses - 1;
    let room = (enis - u64::from(cni.custom_networking)).saturating_sub(u64::from(node.has_trunk));
    let mut held: Vec<u64> = if cni.custom_networking || room == 0 { vec![] } else { vec![0] };
    let (mut calls, mut rounds) = (0, 0);
    for pods in [0, node.pods] {
        rounds = 0;
        loop {
            let total = unit * held.iter().sum::<u64>();
            let used = pods.min(total);
            let free = total - used;
            if total >= node.max_pods {
                break;
            }
            let need = if cni.warm_ip > 0 || cni.minimum_ip > 0 {
                let short = cni.warm_ip.saturating_sub(free).max(cni.minimum_ip.saturating_sub(total));
                if short == 0 {
                    break;
                }
                short.div_ceil(unit)
            } else if prefixes {
                if free >= 16 * cni.warm_prefix && !(cni.warm_prefix == 0 && free == 0) {
                    break;
                }
                let spare = held.iter().sum::<u64>() - used.div_ceil(16);
                cni.warm_prefix.saturating_sub(spare).max(1)
            } else {
                if free >= slots * cni.warm_eni && !(cni.warm_eni == 0 && free == 0) {
                    break;
                }
                slots
            };
            if let Some(eni) = held.iter_mut().find(|eni| **eni < slots) {
                *eni += need.min(slots - *eni);
                calls += 1;
            } else if (held.len() as u64) < room {
                held.push(need.min(slots));
                calls += 3;
            } else {
                break;
            }
            rounds += 1;
        }
    }
    let total = unit * held.iter().sum::<u64>();
    let others = u64::from(node.has_trunk) + node.branch_pods;
    let subnet = total + held.len() as u64 + others;
    [total, total.saturating_sub(node.pods), node.pods.saturating_sub(total), subnet, calls, rounds]
}

prop_compose! {
    fn any_node()(
        instance_type in 0..TYPES.len(),
        group in prop::sample::select(vec!["a", "b", "c"]),
        max_pods in 1..300u64,
        share in 0..=100u64,
        on_host_network in 0..4u64,
        branch_pods in 0..3u64,
        has_trunk in prop::bool::weighted(0.2),
    ) -> Plain {
        let pods = max_pods.min(60) * share / 100;
        let branch_pods = if has_trunk { branch_pods } else { 0 };
        Plain { instance_type, group, max_pods, pods, on_host_network, branch_pods, has_trunk }
    }
}

prop_compose! {
    fn any_cni()(
        prefixes in any::<bool>(),
        custom_networking in prop::bool::weighted(0.2),
        warm_eni in 0..3u64,
        warm_prefix in 1..3u64,
        warm_ip in prop_oneof![2 => Just(0), 1 => 1..30u64],
        minimum_ip in prop_oneof![2 => Just(0), 1 => 1..60u64],
    ) -> Cni {
        Cni { prefixes, custom_networking, warm_eni, warm_prefix, warm_ip, minimum_ip }
    }
}

fn text(nodes: &[Plain], cni: Cni) -> String {
    let mut items = Vec::new();
    for (number, plain) in (1..).zip(nodes) {
        let mut node = member(number, TYPES[plain.instance_type].0, plain.max_pods, "10.0.0.10");
        node = labelled(node, "eks.amazonaws.com/nodegroup", plain.group);
        if plain.has_trunk {
            node["status"]["capacity"]["vpc.amazonaws.com/pod-eni"] = "9".into();
        }
        items.push(node);
        for i in 0..plain.pods + plain.on_host_network + plain.branch_pods {
            let mut pod = pod(&format!("p{number}-{i}"), number);
            if i < plain.on_host_network {
                pod["spec"]["hostNetwork"] = true.into();
            } else if i < plain.on_host_network + plain.branch_pods {
                pod["metadata"]["annotations"] = json!({"vpc.amazonaws.com/pod-eni": "[]"});
            }
            items.push(pod);
        }
    }
    let number = |number: u64| number.to_string();
    let targets = [cni.warm_eni, cni.warm_prefix, cni.warm_ip, cni.minimum_ip].map(number);
    let on = |on| if on { "true" } else { "false" };
    items.push(aws_node(
        AWS_NODE_1_19,
        &[
            ("ENABLE_PREFIX_DELEGATION", on(cni.prefixes)),
            ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", on(cni.custom_networking)),
            ("WARM_ENI_TARGET", &targets[0]),
            ("WARM_PREFIX_TARGET", &targets[1]),
            ("WARM_IP_TARGET", &targets[2]),
            ("MINIMUM_IP_TARGET", &targets[3]),
        ],
    ));
    list(&items)
}

fn figures(value: &Value, last: &str) -> Vec<u64> {
    let names = ["held", "warm", "unserved", "subnetAddresses"];
    let mut figures: Vec<_> = names.iter().map(|name| value[name].as_u64().expect("a number")).collect();
    if !last.is_empty() {
        figures.extend([value["calls"].as_u64().expect("calls"), value[last].as_u64().expect("rounds")]);
    }
    figures
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_cluster_is_the_sum_of_its_nodes(nodes in prop::collection::vec(any_node(), 1..12), cni in any_cni()) {
        let (answer, code) = json_of("", &text(&nodes, cni));
        let pools: Vec<_> = nodes.iter().map(|node| pool(node, cni)).collect();
        for ((told, node), pool) in answer["nodes"].as_array().unwrap().iter().zip(&nodes).zip(&pools) {
            prop_assert_eq!(&figures(told, "")[..], &pool[..4], "{:?}", node);
            prop_assert_eq!((&told["pods"], &told["branchPods"]), (&json!(node.pods), &json!(node.branch_pods)));
        }
        let sum = |pools: &[Figures]| -> Vec<u64> {
            let sums = (0..5).map(|i| pools.iter().map(|pool| pool[i]).sum());
            sums.chain([pools.iter().map(|pool| pool[5]).max().unwrap_or_default()]).collect()
        };
        let rows = answer["compared"].as_array().unwrap();
        prop_assert_eq!(figures(&rows[0], "mostRounds"), sum(&pools));
        // Every other row is the sum with its own targets, too.
        for row in rows {
            let target = |name: &str| row["settings"][name].as_u64().unwrap_or_default();
            let own = Cni {
                prefixes: row["mode"] == "prefix-delegation",
                warm_eni: target("warmEniTarget"),
                warm_prefix: target("warmPrefixTarget"),
                warm_ip: target("warmIpTarget"),
                minimum_ip: target("minimumIpTarget"),
                ..cni
            };
            let pools: Vec<_> = nodes.iter().map(|node| pool(node, own)).collect();
            prop_assert_eq!(figures(row, "mostRounds"), sum(&pools), "{}", row);
        }
        for group in answer["groups"].as_array().unwrap() {
            let own: Vec<_> = nodes.iter().zip(&pools).filter(|(node, _)| {
                group["group"] == node.group && group["instanceType"] == TYPES[node.instance_type].0
            }).collect();
            let pools: Vec<_> = own.iter().map(|(_, pool)| **pool).collect();
            prop_assert_eq!(figures(group, ""), &sum(&pools)[..4]);
            prop_assert_eq!(&group["nodes"], &json!(own.len()));
            prop_assert_eq!(&group["mostPods"], &json!(own.iter().map(|(node, _)| node.pods).max()));
        }
        let counted: u64 = answer["groups"].as_array().unwrap().iter().map(|g| g["nodes"].as_u64().unwrap()).sum();
        prop_assert_eq!(counted, nodes.len() as u64);
        prop_assert_eq!(code, Some(i32::from(pools.iter().any(|pool| pool[2] > 0))));
    }
}
