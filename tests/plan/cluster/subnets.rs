//! The subnets of a cluster: the places of nodes, what is needed, and the verdicts.

use super::*;
use crate::support::check_each;

fn subnets_of(answer: &Value) -> &Vec<Value> {
    answer["subnets"].as_array().expect("subnets")
}

/// The needs and the verdicts of all subnets.
fn needs(answer: &Value) -> Vec<Value> {
    subnets_of(answer)
        .iter()
        .map(|s| json!([s["needed"]["blocks"], s["needed"]["addresses"], s["verdict"]]))
        .collect()
}

/// `nodes` nodes of m5.large in each of these subnets, with so many pods each, and their ENIs: a prefix for each 16
/// pods, and the spare one.
fn zones(subnets: &[(&str, &str)], nodes: u64, pods_each: u64, cni: Value) -> (String, Vec<Value>) {
    let (mut items, mut enis) = (vec![cni], Vec::new());
    for (zone, (id, network)) in (0..).zip(subnets) {
        for i in 0..nodes {
            let number = zone * 100 + i;
            // The ENIs' own addresses stand in the last block, which gives no prefixes.
            let own = format!("{network}.{}", 241 + i);
            items.push(member(number, "m5.large", 110, &own));
            items.extend(pods(pods_each, number));
            let blocks = pods_each.div_ceil(16) + 1;
            let prefixes: Vec<_> =
                (0..blocks).map(|b| format!("{network}.{}/28", 16 * (1 + i * blocks + b))).collect();
            let prefixes: Vec<_> = prefixes.iter().map(String::as_str).collect();
            enis.push(eni(number, 0, id, &own, &[], &prefixes));
        }
    }
    (list(&items), enis)
}

#[test]
fn a_surge_needs_whole_nodes_and_what_is_there_only_the_difference() {
    let (text, enis) = zones(&[("subnet-a", "10.0.0")], 2, 20, with_prefixes());
    let files = Files::new(&[subnet("subnet-a", "10.0.0.0/24", "a")], Some(&enis));
    check_each(
        [
            // Three prefixes each are held, as the model wants it: a new node needs three blocks and an address.
            ("--surge 0", json!([[0, 0, "fits"]]), 0),
            ("--surge 1", json!([[3, 1, "fits"]]), 0),
            ("--surge 2", json!([[6, 2, "fits"]]), 0),
            ("--surge 10%", json!([[3, 1, "fits"]]), 0),
            ("--surge 100%", json!([[6, 2, "fits"]]), 0),
            ("--surge 3", json!([[9, 3, "does-not-fit"]]), 1),
            // Seven pods more each than fill three prefixes, which is a fourth block each... 110 pods need 7 blocks.
            ("--full", json!([[8, 0, "fits"]]), 0),
            ("--full --surge 1", json!([[15, 1, "does-not-fit"]]), 1),
            ("--spare 3", json!([[0, 3, "fits"]]), 0),
            ("--spare 9", json!([[0, 9, "fits"]]), 0),
            ("--surge 2 --spare 9", json!([[6, 11, "depends"]]), 1),
        ],
        |(line, expected, code)| {
            let (answer, ended) = json_of(&format!("{} {line}", files.options()), &text);
            assert_eq!((json!(needs(&answer)), ended), (expected, Some(code)));
        },
    );
    // Without a question there is no verdict.
    let (answer, code) = json_of(&files.options(), &text);
    assert_eq!((answer["subnets"][0].get("verdict"), code), (None, Some(0)));
}

#[test]
fn what_is_short_is_told() {
    let (text, enis) = zones(&[("subnet-a", "10.0.0")], 2, 20, with_prefixes());
    let files = Files::new(&[subnet("subnet-a", "10.0.0.0/24", "a")], Some(&enis));
    let (answer, _) = json_of(&format!("{} --surge 3", files.options()), &text);
    // Nine blocks and three addresses, which may break three more: of eight free ones.
    assert_eq!(answer["subnets"][0]["short"], json!({"blocks": 4}));
    let table = plan(&format!("-q {} --surge 3", files.options()), &text).stdout;
    assert!(table.contains("\nSUBNET    BLOCKS  ADDRESSES  VERDICT       SHORT OF\n"), "{table}");
    assert!(table.contains("\nsubnet-a  9       3          does-not-fit  4 free blocks\n"), "{table}");
}

#[test]
fn the_fullest_node_of_the_group_is_the_measure() {
    // One node with 40 pods, and one with 4: a new node may get 40.
    let cni = with_prefixes();
    let items = [
        &[member(1, "m5.large", 110, "10.0.0.10"), member(2, "m5.large", 110, "10.0.0.11"), cni][..],
        &pods(40, 1),
        &pods(4, 2),
    ]
    .concat();
    let files = Files::new(&[subnet("subnet-a", "10.0.0.0/24", "a")], Some(&[]));
    let (answer, _) = json_of(&format!("{} --surge 1", files.options()), &list(&items));
    assert_eq!(answer["unplacedNodes"], 2, "no ENI of them is known");
    let room = |answer: &Value| answer["subnets"][0]["room"].clone();
    assert_eq!(room(&answer), json!([]));

    let enis = [
        eni(
            1,
            0,
            "subnet-a",
            "10.0.0.241",
            &[],
            &["10.0.0.16/28", "10.0.0.32/28", "10.0.0.48/28", "10.0.0.64/28"],
        ),
        eni(2, 0, "subnet-a", "10.0.0.242", &[], &["10.0.0.80/28", "10.0.0.96/28"]),
    ];
    let files = Files::new(&[subnet("subnet-a", "10.0.0.0/24", "a")], Some(&enis));
    let (answer, _) = json_of(&format!("{} --surge 1", files.options()), &list(&items));
    assert_eq!(needs(&answer), [json!([4, 1, "fits"])]);
    assert_eq!(room(&answer)[0]["nodes"], 1);
    assert_eq!(room(&answer)[0]["pods"], 40);
}

#[test]
fn without_interfaces_the_address_of_the_node_tells_its_subnet() {
    let at = |number, address| member(number, "m5.large", 110, address);
    let items =
        [&[at(1, "10.0.0.10"), at(2, "10.0.1.10"), at(3, "192.168.0.1"), with_prefixes()][..], &pods(3, 1)]
            .concat();
    let with_count = |mut subnet: Value, free: u64| {
        subnet["AvailableIpAddressCount"] = free.into();
        subnet
    };
    let a = || with_count(subnet("subnet-a", "10.0.0.0/24", "a"), 200);
    let b = || with_count(subnet("subnet-b", "10.0.1.0/24", "b"), 200);
    let files = Files::new(&[a(), b()], None);
    let (answer, code) = json_of(&format!("{} --surge 1", files.options()), &list(&items));
    let places: Vec<_> =
        answer["nodes"].as_array().unwrap().iter().map(|node| node["subnet"].clone()).collect();
    assert_eq!(json!(places), json!(["subnet-a", "subnet-b", null]));
    assert_eq!((&answer["unplacedNodes"], code), (&json!(1), Some(1)));
    assert_eq!(answer["nodes"][0].get("heldNow"), None);
    // Only the count of free addresses is known, so a prefix may find no block.
    assert_eq!(needs(&answer), [json!([2, 1, "depends"]), json!([2, 1, "depends"])]);
    assert_eq!(answer["subnets"][0].get("brokenBlocks"), None);

    // Another VPC has the same addresses.
    let mut other = b();
    other["SubnetId"] = "subnet-c".into();
    other["VpcId"] = "vpc-2".into();
    let files = Files::new(&[a(), b(), other], None);
    let run = plan(&format!("-o json {}", files.options()), &list(&items));
    let says =
        "warning: the subnet of 1 node is not known: subnets of more than one VPC have the node's address\n";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    let answer: Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!((&answer["nodes"][1].get("subnet"), &answer["unplacedNodes"]), (&None, &json!(2)));
}

#[test]
fn held_now_is_what_the_enis_have() {
    let items = [&[member(1, "m5.large", 110, "10.0.0.20"), with_prefixes()][..], &pods(3, 1)].concat();
    let kind = |mut eni: Value, kind: &str| {
        eni["InterfaceType"] = kind.into();
        eni
    };
    let mut unmanaged = eni(1, 3, "subnet-a", "10.0.0.22", &["10.0.0.23"], &[]);
    unmanaged["TagSet"] = json!([{"Key": "node.k8s.amazonaws.com/no_manage", "Value": "true"}]);
    let mut managed = eni(1, 4, "subnet-b", "10.0.1.22", &["10.0.1.23"], &["10.0.1.32/28"]);
    managed["TagSet"] = json!([{"Key": "node.k8s.amazonaws.com/no_manage", "Value": "false"}]);
    let mut branch = eni(1, 5, "subnet-a", "10.0.0.26", &[], &[]);
    branch["Description"] = "aws-k8s-branch-eni".into();
    let mut elsewhere = eni(2, 0, "subnet-a", "10.0.0.28", &["10.0.0.29"], &[]);
    elsewhere["Attachment"]["InstanceId"] = "i-other".into();
    let enis = [
        eni(1, 0, "subnet-a", "10.0.0.20", &["10.0.0.21"], &["10.0.0.64/28"]),
        kind(eni(1, 1, "subnet-a", "10.0.0.24", &["10.0.0.25"], &[]), "trunk"),
        kind(eni(1, 2, "subnet-a", "10.0.0.27", &[], &[]), "efa-only"),
        unmanaged,
        managed,
        branch,
        elsewhere,
    ];
    // The second subnet is not given, and the ENI there counts all the same.
    let files = Files::new(&[subnet("subnet-a", "10.0.0.0/24", "a")], Some(&enis));
    let (answer, _) = json_of(&files.options(), &list(&items));
    assert_eq!(answer["nodes"][0]["heldNow"], 1 + 16 + 1 + 16);
    assert_eq!(
        answer["subnets"][0]["holders"],
        json!({"pools": 17, "enis": 1, "trunkAndBranchEnis": 3, "other": 5})
    );
}

#[test]
fn prefixes_of_earlier_peaks_are_not_needed_again() {
    let items = [&[member(1, "m5.large", 110, "10.0.0.241"), with_prefixes()][..], &pods(3, 1)].concat();
    let prefixes: Vec<_> = (1..=6).map(|b| format!("10.0.0.{}/28", b * 16)).collect();
    let prefixes: Vec<_> = prefixes.iter().map(String::as_str).collect();
    let enis = [eni(1, 0, "subnet-a", "10.0.0.241", &[], &prefixes)];
    let files = Files::new(&[subnet("subnet-a", "10.0.0.0/24", "a")], Some(&enis));
    let (answer, _) = json_of(&format!("{} --full", files.options()), &list(&items));
    // The model wants two prefixes now, and 7 for 110 pods: one more than the six that are there.
    assert_eq!(json!([answer["nodes"][0]["held"], answer["nodes"][0]["heldNow"]]), json!([32, 96]));
    assert_eq!(needs(&answer), [json!([1, 0, "fits"])]);
}

/// The CNI with custom networking and prefixes.
fn with_custom_networking(more: &[(&str, &str)]) -> Value {
    let on = [("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true")];
    aws_node(AWS_NODE_1_19, &[&PREFIXES[..], &on, more].concat())
}

fn eni_config(name: &str, subnet: &str) -> Value {
    json!({"apiVersion": "crd.k8s.amazonaws.com/v1alpha1", "kind": "ENIConfig", "metadata": {"name": name},
        "spec": {"subnet": subnet, "securityGroups": ["sg-1"]}})
}

#[test]
fn with_custom_networking_pods_are_in_the_subnet_of_the_eni_config() {
    let zone = |number, address, zone: &str| {
        labelled(member(number, "m5.large", 110, address), "topology.kubernetes.io/zone", zone)
    };
    let nodes = || vec![zone(1, "10.0.0.10", "a"), zone(2, "10.0.1.10", "b")];
    let subnets = [
        subnet("subnet-a", "10.0.0.0/28", "a"),
        subnet("subnet-b", "10.0.1.0/28", "b"),
        subnet("pods-a", "100.64.0.0/24", "a"),
        subnet("pods-b", "100.64.1.0/24", "b"),
    ];
    let enis = [eni(1, 0, "subnet-a", "10.0.0.10", &[], &[]), eni(2, 0, "subnet-b", "10.0.1.10", &[], &[])];
    let files = Files::new(&subnets, Some(&enis));
    let line = format!("{} --surge 1", files.options());
    let by_label = with_custom_networking(&[("ENI_CONFIG_LABEL_DEF", "topology.kubernetes.io/zone")]);
    let configs = [eni_config("a", "pods-a"), eni_config("b", "pods-b"), eni_config("default", "pods-a")];

    let items = [&nodes()[..], &pods(20, 1), &configs, &[by_label]].concat();
    let (answer, _) = json_of(&line, &list(&items));
    // The primary ENI of the new node in its own subnet; the rest with the pods: three blocks and an ENI. What is there
    // has no pool yet, and so needs one.
    assert_eq!(answer["compared"][0]["nodeSubnetAddresses"], 2);
    assert_eq!(
        needs(&answer),
        [json!([0, 1, "fits"]), json!([0, 1, "fits"]), json!([6, 2, "fits"]), json!([4, 2, "fits"])]
    );
    assert_eq!(answer["unplacedNodes"], 0);

    // By default, an annotation or a label of its own names it; else it is `default`.
    let mut annotated = nodes();
    annotated[1]["metadata"]["annotations"]["k8s.amazonaws.com/eniConfig"] = "b".into();
    let items = [&annotated[..], &pods(20, 1), &configs, &[with_custom_networking(&[])]].concat();
    assert_eq!(json_of(&line, &list(&items)).0["subnets"], answer["subnets"]);

    // The nodes' own subnets need not be given.
    let files_of_pods = Files::new(&subnets[2..], Some(&enis));
    let (only_pods, _) = json_of(&format!("{} --surge 1", files_of_pods.options()), &list(&items));
    assert_eq!(needs(&only_pods), [json!([6, 2, "fits"]), json!([4, 2, "fits"])]);
    assert_eq!(only_pods["unplacedNodes"], 0);

    // Nobody names the subnet.
    let items = [&nodes()[..], &pods(20, 1), &[with_custom_networking(&[])]].concat();
    let run = plan(&format!("-o json {line}"), &list(&items));
    let says = "warning: custom networking is on, and no ENIConfig in the input names the pods' subnet of 2 nodes. Add \
                them: kubectl get eniconfigs -o json\n";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    let answer: Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!(answer["unplacedNodes"], 2);
}

/// The subnet with the tag of the CNI's role.
fn tagged(mut subnet: Value, role: &str) -> Value {
    subnet["Tags"] = json!([{"Key": "kubernetes.io/role/cni", "Value": role}]);
    subnet
}

#[test]
fn further_enis_may_be_in_other_subnets_of_the_zone() {
    // m5.large with secondary IPs: each ENI has nine addresses, and 20 pods want three of them.
    let cni = |variables: &[(&str, &str)]| {
        let mut cni = aws_node(AWS_NODE_1_19, variables);
        container(&mut cni)["image"] = "x/amazon-k8s-cni:v1.22.1".into();
        cni
    };
    let cluster =
        |cni: Value| list(&[&[member(1, "m5.large", 29, "10.0.0.10"), cni][..], &pods(20, 1)].concat());
    let secondary =
        |network: &str, from: u64| (0..9).map(|i| format!("{network}.{}", from + i)).collect::<Vec<_>>();
    let on = |device, id: &str, own: &str, addresses: &[String]| {
        eni(1, device, id, own, &addresses.iter().map(String::as_str).collect::<Vec<_>>(), &[])
    };
    let enis = [
        on(0, "subnet-a", "10.0.0.10", &secondary("10.0.0", 11)),
        on(1, "subnet-a", "10.0.0.20", &secondary("10.0.0", 21)),
        on(2, "subnet-a", "10.0.0.30", &secondary("10.0.0", 31)),
    ];
    let own = || subnet("subnet-a", "10.0.0.0/26", "a");
    let large = |role: &str, zone: &str| tagged(subnet("subnet-l", "10.0.4.0/22", zone), role);
    // The own subnet has 29 addresses left. A new node needs 10 there, and 20 for further ENIs.
    check_each(
        [
            ("nothing else", own(), subnet("subnet-l", "10.0.4.0/22", "a"), &[][..], "does-not-fit", 0),
            ("another serves", own(), large("1", "a"), &[], "fits", 0),
            ("another zone", own(), large("1", "b"), &[], "does-not-fit", 0),
            ("excluded", own(), large("0", "a"), &[], "does-not-fit", 0),
            ("an empty tag", own(), large("", "a"), &[], "does-not-fit", 0),
            (
                "discovery is off",
                own(),
                large("1", "a"),
                &[("ENABLE_SUBNET_DISCOVERY", "false")],
                "does-not-fit",
                0,
            ),
            // The own subnet is excluded: two other ENIs have 18 addresses, and the new node takes one here.
            ("the own one is excluded", tagged(own(), "0"), large("1", "a"), &[], "fits", 2),
            ("nothing serves at all", tagged(own(), "0"), large("0", "a"), &[], "fits", 20),
        ],
        |(why, own, other, variables, verdict, unserved)| {
            let files = Files::new(&[own, other], Some(&enis));
            let (answer, _) = json_of(&format!("{} --surge 1", files.options()), &cluster(cni(variables)));
            assert_eq!(
                (&answer["subnets"][0]["verdict"], &answer["nodes"][0]["unserved"]),
                (&json!(verdict), &json!(unserved)),
                "{why}: {}",
                answer["subnets"]
            );
        },
    );
    // Two new nodes need 20 addresses and 40: the own subnet holds the first, and another one must hold the rest.
    let files = Files::new(&[own(), tagged(subnet("subnet-s", "10.0.4.0/28", "a"), "1")], Some(&enis));
    let verdict = |line: &str| {
        json_of(&format!("{} {line}", files.options()), &cluster(cni(&[]))).0["subnets"][0]["verdict"].clone()
    };
    assert_eq!(verdict("--surge 1"), "fits");
    assert_eq!(verdict("--surge 2"), "does-not-fit", "the zone has 29 and 11 addresses");
    // Three new nodes need 30 addresses here, which has 29; further ENIs find room elsewhere.
    let files = Files::new(&[own(), tagged(subnet("subnet-l", "10.0.4.0/22", "a"), "1")], Some(&enis));
    let verdict = |line: &str| {
        json_of(&format!("{} {line}", files.options()), &cluster(cni(&[]))).0["subnets"][0]["verdict"].clone()
    };
    assert_eq!(verdict("--surge 2"), "fits");
    assert_eq!(verdict("--surge 3"), "does-not-fit", "the nodes have all their ENIs");
    assert_eq!(verdict("--surge 30"), "does-not-fit", "the nodes' own addresses are too many");
}
