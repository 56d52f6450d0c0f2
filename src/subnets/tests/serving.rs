//! Subnets that serve pods, by their tags. The numbers of lines are those of `pkg/awsutils/awsutils.go` of the VPC CNI
//! 1.23.1.

use super::*;
use crate::cni::{CniSettings, ExcludedEnis, PoolSettings};

const ROLE: &str = "kubernetes.io/role/cni";
const OURS: &str = "cni.networking.k8s.aws/cluster/ours";
const THEIRS: &str = "cni.networking.k8s.aws/cluster/theirs";

/// The way of a CNI of this version, with discovery on or off.
fn discovery(version: &str, is_on: bool, cluster_name: Option<&str>) -> Discovery {
    let cni = CniSettings { version: version.parse().ok(), ..CniSettings::default() };
    let cluster_name = cluster_name.map(Into::into);
    Discovery::new(&cni, &PoolSettings { subnet_discovery: is_on, cluster_name, ..PoolSettings::default() })
}

/// A line of the source, tags, and the answers: an ENI may be created in the node's own subnet, and in another one,
/// and an ENI in the subnet is excluded.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], (bool, bool, bool));

fn check(discovery: &Discovery, cases: &[Case<'_>]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(why, tags, expected)| {
            let tags = SubnetTags::new(tags.iter().copied());
            let found =
                (discovery.serves(&tags, true), discovery.serves(&tags, false), discovery.excludes(&tags));
            (why, expected, found)
        })
        .filter(|(_, expected, found)| *expected != found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn tags_as_the_cni_reads_them() {
    check(
        &discovery("1.23.1", true, Some("ours")),
        &[
            ("1265, 2593: the value 0", &[(ROLE, "0")], (false, false, true)),
            (
                "1265, 2593: the value 0, with the cluster's tag",
                &[(ROLE, "0"), (OURS, "x")],
                (false, false, true),
            ),
            ("1272, 2589: no tag", &[("Name", "a")], (true, false, false)),
            ("1271, 2589: an empty value is no tag", &[(ROLE, "")], (true, false, false)),
            ("1272, 2589: only the tag of another cluster", &[(THEIRS, "shared")], (true, false, false)),
            ("1305: no tag of a cluster", &[(ROLE, "1")], (true, true, false)),
            ("1305: any other value", &[(ROLE, "yes")], (true, true, false)),
            ("1305: 00 is not 0", &[(ROLE, "00")], (true, true, false)),
            (
                "1305: the tag of this cluster, whatever its value",
                &[(ROLE, "1"), (OURS, "no")],
                (true, true, false),
            ),
            ("1305: tags of both clusters", &[(THEIRS, ""), (ROLE, "1"), (OURS, "")], (true, true, false)),
            (
                "1308, 2598: the tag of another cluster",
                &[(ROLE, "1"), (THEIRS, "shared")],
                (false, false, true),
            ),
            (
                "1324: a key of another prefix",
                &[(ROLE, "1"), ("kubernetes.io/cluster/theirs", "shared")],
                (true, true, false),
            ),
            ("1314: the first of two values", &[(ROLE, "0"), (ROLE, "1")], (false, false, true)),
        ],
    );
}

#[test]
fn without_a_cluster_name_the_tags_of_clusters_do_not_count() {
    check(
        &discovery("1.23.1", true, None),
        &[("1299", &[(ROLE, "1"), (THEIRS, "shared")], (true, true, false))],
    );
}

#[test]
fn without_discovery_only_the_own_subnet_serves() {
    check(
        &discovery("1.23.1", false, Some("ours")),
        &[
            ("1205: excluded", &[(ROLE, "0")], (false, false, true)),
            ("1211", &[], (true, false, false)),
            ("1211: a tag", &[(ROLE, "1")], (true, false, false)),
            ("1205: the tag of another cluster", &[(ROLE, "1"), (THEIRS, "")], (false, false, true)),
        ],
    );
}

#[test]
fn older_releases() {
    // `validTag` in 1.21.1, line 1072.
    let only_the_key: &[Case<'_>] = &[
        ("0", &[(ROLE, "0")], (true, true, false)),
        ("an empty value", &[(ROLE, "")], (true, true, false)),
        ("no tag", &[], (true, false, false)),
        ("the tag of another cluster", &[(ROLE, "1"), (THEIRS, "")], (true, true, false)),
    ];
    check(&discovery("1.21.2", true, Some("ours")), only_the_key);
    check(&discovery("1.18.0", true, Some("ours")), only_the_key);
    // Before 1.18 there is no discovery at all.
    check(&discovery("1.17.1", true, None), &[("1", &[(ROLE, "1")], (true, false, false))]);
    // `clusterTagKeyPrefix` in 1.22.0, line 71.
    let theirs_in_1_22_0: &[(&str, &str)] = &[(ROLE, "1"), ("kubernetes.io/cluster/theirs", "shared")];
    check(
        &discovery("1.22.0", true, Some("ours")),
        &[("another prefix", theirs_in_1_22_0, (false, false, true))],
    );
    check(
        &discovery("1.22.1", true, Some("ours")),
        &[("the new prefix", theirs_in_1_22_0, (true, true, false))],
    );
}

/// Subnets of two zones and two VPCs, with this value of the tag in the first.
fn subnets(role_of_own: Option<&str>, role_of_neighbour: Option<&str>) -> Subnets {
    let subnet = |id: &str, vpc: &str, zone: &str, cidr: &str, role: Option<&str>| {
        let tags = role.map(|role| json!([{"Key": ROLE, "Value": role}]));
        json!({"SubnetId": id, "VpcId": vpc, "AvailabilityZone": zone, "CidrBlock": cidr, "Tags": tags})
    };
    parse(&[
        subnet("own", "vpc-1", "a", "10.0.0.0/24", role_of_own),
        subnet("neighbour", "vpc-1", "a", "10.0.1.0/24", role_of_neighbour),
        subnet("other-zone", "vpc-1", "b", "10.0.2.0/24", Some("1")),
        subnet("other-vpc", "vpc-2", "a", "10.0.3.0/24", Some("1")),
    ])
    .unwrap()
}

#[test]
fn subnets_of_a_node() {
    use ExcludedEnis::{All, Further, None as Nothing, Primary};
    let cases: [(_, _, _, _, _, &[&str]); 9] = [
        (None, None, true, false, Nothing, &["own"]),
        (None, Some("1"), true, false, Nothing, &["own", "neighbour"]),
        (None, Some("1"), false, false, Nothing, &["own"]),
        (Some("0"), Some("1"), true, false, Primary, &["neighbour"]),
        (Some("0"), None, true, false, All, &[]),
        (Some("0"), Some("1"), false, false, Further, &[]),
        (None, Some("1"), true, true, Nothing, &["own"]),
        (Some("0"), Some("1"), true, true, All, &[]),
        (Some("0"), Some("1"), false, true, Nothing, &["own"]),
    ];
    for (own, neighbour, is_on, custom_networking, excluded, serving) in cases {
        let subnets = subnets(own, neighbour);
        let cni = CniSettings { custom_networking, ..CniSettings::default() };
        let discovery =
            Discovery::new(&cni, &PoolSettings { subnet_discovery: is_on, ..PoolSettings::default() });
        let Held::In(of_node) = subnets.holding("10.0.0.7".parse().unwrap()) else { panic!("no subnet") };
        let found = subnets.serving(of_node, &discovery);
        let names: Vec<_> = found.subnets.iter().map(|subnet| subnet.name()).collect();
        let why = format!("{own:?} {neighbour:?} {is_on} {custom_networking}");
        assert_eq!(
            (found.excluded, names.iter().map(String::as_str).collect()),
            (excluded, serving.to_vec()),
            "{why}"
        );
    }
}

#[test]
fn the_subnet_of_an_address() {
    let two_vpcs = |second: &str| {
        parse(&[
            json!({"SubnetId": "a", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}),
            json!({"SubnetId": "b", "VpcId": "vpc-2", "CidrBlock": second}),
        ])
        .unwrap()
    };
    let found = |subnets: &Subnets, address: &str| match subnets.holding(address.parse().unwrap()) {
        Held::Nowhere => "nowhere".to_owned(),
        Held::In(subnet) => subnet.name(),
        Held::InSeveral => "in several".to_owned(),
    };
    assert_eq!(found(&two_vpcs("10.0.1.0/24"), "10.0.1.255"), "b");
    assert_eq!(found(&two_vpcs("10.0.1.0/24"), "10.0.2.0"), "nowhere");
    assert_eq!(found(&two_vpcs("10.0.0.0/25"), "10.0.0.1"), "in several");
    assert_eq!(found(&two_vpcs("10.0.0.0/25"), "10.0.0.200"), "a");
}
