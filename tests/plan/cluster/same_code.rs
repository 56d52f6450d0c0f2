//! A cluster of one type whose nodes have equal pods gives the figures of the plan for one type.

use proptest::prelude::*;

use super::*;
use crate::support::{cases, command, run};

proptest! {
    #![proptest_config(cases(30))]

    #[test]
    fn equal_nodes_have_the_figures_of_one_type(
        instance_type in prop::sample::select(vec!["m5.large", "c5.xlarge", "t3.medium", "m4.large", "m5.metal"]),
        nodes in 1..6u64,
        max_pods in 5..120u64,
        share in 0..=100u64,
        prefixes in any::<bool>(),
        custom in any::<bool>(),
        warm_ip in prop_oneof![Just(0), 1..20u64],
        minimum_ip in prop_oneof![Just(0), 1..40u64],
    ) {
        // The kubelet's number has two pods on the host's network in it.
        let pods_each = (max_pods - 2) * share / 100;
        let cni = format!(
            "--cni-prefix-delegation-enabled={prefixes} --cni-custom-networking-enabled={custom} \
             --cni-warm-ip-target {warm_ip} --cni-minimum-ip-target {minimum_ip}"
        );
        let line = format!("plan -q -o json --instance-type {instance_type} --max-pods {max_pods} --pods {pods_each} {cni}");
        let one: Value = serde_json::from_str(&run(command().args(line.split_whitespace()), b"").answer()).unwrap();
        let mut items: Vec<_> = (1..=nodes).map(|n| member(n, instance_type, max_pods, "10.0.0.10")).collect();
        items.extend((1..=nodes).flat_map(|n| pods(pods_each, n)));
        let (cluster, _) = json_of(&cni, &list(&items));

        // The rows that fit are for the median node and for nine of ten, which are the same node here.
        let rows = cluster["compared"].as_array().unwrap();
        for row in one["compared"].as_array().unwrap() {
            let same = |other: &&Value| (&other["mode"], &other["settings"], &other["command"]) == (&row["mode"], &row["settings"], &row["command"]);
            let sums = rows.iter().find(same);
            prop_assert!(sums.is_some(), "{row}\n{}", cluster["compared"]);
            let (sums, pool) = (sums.unwrap(), &row["pool"]);
            for name in ["held", "warm", "unserved", "subnetAddresses", "nodeSubnetAddresses", "calls"] {
                let times = pool.get(name).map(|figure| json!(figure.as_u64().unwrap() * nodes));
                prop_assert_eq!(sums.get(name), times.as_ref(), "{} of {}", name, row);
            }
            prop_assert_eq!(&sums["mostRounds"], &pool["rounds"]);
        }
        prop_assert_eq!(&rows[0]["settings"], &one["settings"]);
    }

    /// New nodes of one group in one empty subnet have the verdict of the same number of nodes of one type.
    #[test]
    fn a_surge_has_the_verdict_of_nodes_of_one_type(
        surge in 1..12u64,
        pods_each in 0..60u64,
        prefixes in any::<bool>(),
        length in 22..27u64,
        spare in 0..20u64,
    ) {
        let cni = format!("--cni-prefix-delegation-enabled={prefixes}");
        let line = format!(
            "plan -q -o json --instance-type c5.xlarge --max-pods 110 --pods {pods_each} {cni} --nodes {surge} --spare {spare} \
             --subnet 10.0.0.0/{length}"
        );
        let one = run(command().args(line.split_whitespace()), b"");
        let one: Value = serde_json::from_str(&one.stdout).unwrap();
        // The node that is there holds what it needs, in another subnet than the one that is asked about... in the same one
        // its ENI is in AWS's own last block, and its addresses are in a reservation of no other use.
        let mut items = vec![member(1, "c5.xlarge", 110, "10.0.0.10")];
        items.extend(pods(pods_each, 1));
        let mut held = eni(1, 0, "subnet-a", "10.0.0.10", &[], &[]);
        held["PrivateIpAddress"] = Value::Null;
        held["PrivateIpAddresses"] = json!([]);
        let enough = eni(1, 1, "elsewhere", "10.9.0.1", &[], &["10.9.0.16/28", "10.9.0.32/28", "10.9.0.48/28",
            "10.9.0.64/28", "10.9.0.80/28", "10.9.0.96/28"]);
        let files = Files::new(&[subnet("subnet-a", &format!("10.0.0.0/{length}"), "a")], Some(&[held, enough]));
        let (cluster, _) = json_of(&format!("{cni} {} --surge {surge} --spare {spare}", files.options()), &list(&items));
        for name in ["free", "needed", "verdict"] {
            prop_assert_eq!(&cluster["subnets"][0][name], &one["subnets"][0][name], "{}", name);
        }
    }
}
