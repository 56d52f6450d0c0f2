//! The formats of a cluster's plan.

use super::*;
use crate::support::check_each;

/// Two groups, the ENIs of one node, and a subnet.
fn cluster() -> (String, Files) {
    let second = labelled(member(2, "c5.xlarge", 58, "10.0.0.40"), "karpenter.sh/nodepool", "spot");
    let first = member(1, "m5.large", 110, "10.0.0.20");
    let items = [&[first, second, with_prefixes()][..], &pods(20, 1), &pods(3, 2)].concat();
    let enis = [
        eni(1, 0, "subnet-a", "10.0.0.20", &[], &["10.0.0.64/28", "10.0.0.80/28"]),
        eni(2, 0, "subnet-a", "10.0.0.40", &[], &["10.0.0.96/28"]),
    ];
    (list(&items), Files::new(&[subnet("subnet-a", "10.0.0.0/24", "eu-west-1a")], Some(&enis)))
}

#[test]
fn json_has_every_figure() {
    let (text, files) = cluster();
    let (answer, code) = json_of(&format!("{} --surge 1", files.options()), &text);
    assert_eq!(code, Some(0));
    assert_eq!(
        answer["nodes"],
        json!([
            {"name": "n1", "group": "workers", "instanceType": "m5.large", "subnet": "subnet-a", "pods": 20,
             "branchPods": 0, "held": 48, "warm": 28, "unserved": 0, "subnetAddresses": 49, "heldNow": 32},
            {"name": "n2", "group": "spot", "instanceType": "c5.xlarge", "subnet": "subnet-a", "pods": 3,
             "branchPods": 0, "held": 32, "warm": 29, "unserved": 0, "subnetAddresses": 33, "heldNow": 16},
        ])
    );
    assert_eq!(
        answer["groups"][0],
        json!({"group": "spot", "instanceType": "c5.xlarge", "nodes": 1, "pods": 3, "mostPods": 3,
            "branchPods": 0, "held": 32, "warm": 29, "unserved": 0, "subnetAddresses": 33, "heldNow": 16})
    );
    let now = &answer["compared"][0];
    assert_eq!(
        json!([
            now["mode"],
            now["held"],
            now["warm"],
            now["subnetAddresses"],
            now["mostRounds"],
            now["calls"]
        ]),
        json!(["prefix-delegation", 80, 57, 82, 2, 5])
    );
    // The two nodes that are there lack a block each. The new nodes need three and two, and an address each.
    assert_eq!(
        answer["subnets"],
        json!([{
            "subnet": "subnet-a", "cidr": "10.0.0.0/24", "zone": "eu-west-1a", "nodes": 2,
            "free": {"blocks": 9, "addresses": 201}, "brokenBlocks": 2,
            "holders": {"pools": 48, "enis": 2, "trunkAndBranchEnis": 0, "other": 0},
            "room": [
                {"group": "spot", "instanceType": "c5.xlarge", "pods": 3, "nodes": 3},
                {"group": "workers", "instanceType": "m5.large", "pods": 20, "nodes": 2},
            ],
            "needed": {"blocks": 7, "addresses": 2}, "verdict": "fits"
        }])
    );
}

#[test]
fn csv_has_the_groups() {
    let (text, files) = cluster();
    let answer = plan(&format!("-q -o csv {}", files.options()), &text).answer();
    assert_eq!(
        answer,
        "group,instance_type,nodes,pods,most_pods,branch_pods,held,warm,unserved,subnet_addresses,held_now\n\
         spot,c5.xlarge,1,3,3,0,32,29,0,33,16\nworkers,m5.large,1,20,20,0,48,28,0,49,32\n"
    );
    let answer = super::super::plan("--instance-type m5.large --pods 3,10 -o csv").answer();
    assert_eq!(
        answer,
        "pods,enis,prefixes,held,warm,unserved,subnet_addresses,rounds,calls\n3,2,,18,15,0,20,1,4\n10,3,,27,17,0,30,2,7\n"
    );
}

#[test]
fn the_table_for_people() {
    let (text, files) = cluster();
    let answer = plan(&format!("-q {}", files.options()), &text).answer();
    for says in [
        "2 nodes and 23 pods that need an address, with prefixes, WARM_PREFIX_TARGET=1:\n\
         GROUP    INSTANCE TYPE  NODES  PODS  MOST  HELD  WARM  SUBNET  HELD NOW\n\
         spot     c5.xlarge      1      3     3     32    29    33      16\n\
         workers  m5.large       1      20    20    48    28    49      32\n\
         all                     2      23    20    80    57    82      48\n",
        "\nWarm targets compared, for all nodes with the pods that they have:\n",
        "never a block that a pod still uses.\n",
        "\n# 1: now; default for prefixes\nkubectl set env daemonset aws-node -n kube-system WARM_IP_TARGET- ",
        "\nSubnets:\nSUBNET    CIDR         ZONE        NODES  ADDRESSES FREE  BLOCKS FREE  BROKEN  POOLS  ENIS  ",
        "\nRoom for one group alone, each node with as many pods as the group's fullest:\n",
        "\nNODE  GROUP             BLOCKS\nn1    workers m5.large  1\nn2    spot c5.xlarge    1\n",
    ] {
        assert!(answer.contains(says), "{says}\n{answer}");
    }
}

#[test]
fn the_picture_has_a_bar_for_each_setting_and_a_map_for_each_subnet() {
    let (text, _) = cluster();
    check_each([1, 2, 20, 100], |count| {
        let subnets: Vec<_> = (0..count)
            .map(|i| subnet(&format!("subnet-{i}"), &format!("10.{i}.0.0/2{}", i % 5), "eu-west-1a"))
            .collect();
        let enis = [eni(1, 0, "subnet-0", "10.0.0.20", &[], &["10.0.0.64/28"])];
        let files = Files::new(&subnets, Some(&enis));
        let svg = plan(&format!("-q -o svg {}", files.options()), &text).answer();
        let document = roxmltree::Document::parse(&svg).expect("XML");
        let texts: Vec<_> = document
            .descendants()
            .filter(|node| node.has_tag_name("text"))
            .filter_map(|node| node.text())
            .collect();
        let compared = json_of("", &text).0["compared"].as_array().unwrap().len();
        let bars = texts.iter().filter(|text| text.contains("_TARGET=")).count();
        assert_eq!(bars, compared);
        // If there are a hundred subnets, only those with nodes are drawn.
        let drawn = texts.iter().filter(|text| text.starts_with("subnet-")).count();
        assert_eq!(drawn, if count > 60 { 1 } else { count });
        // Every shape is inside the picture.
        let number =
            |node: &roxmltree::Node, name| node.attribute(name).map_or(0, |n| n.parse::<u64>().unwrap());
        let root = document.root_element();
        let (width, height) = (number(&root, "width"), number(&root, "height"));
        for shape in document.descendants().filter(|node| node.has_tag_name("rect")) {
            assert!(number(&shape, "x") + number(&shape, "width") <= width, "{shape:?}");
            assert!(number(&shape, "y") + number(&shape, "height") <= height, "{shape:?}");
        }
    });
}

#[test]
fn the_picture_is_the_same_each_time() {
    let (text, files) = cluster();
    let line = format!("-q -o svg {}", files.options());
    assert_eq!(plan(&line, &text).answer(), plan(&line, &text).answer());
}
