//! Subnets as people and the AWS CLI give them, and the verdicts.

mod placement;
mod serving;

use serde_json::{Value, json};

use super::*;

fn subnet(id: &str, cidr: &str, available: u64) -> Value {
    json!({"SubnetId": id, "VpcId": "vpc-1", "CidrBlock": cidr, "AvailableIpAddressCount": available})
}

fn parse(subnets: &[Value]) -> Result<Subnets, SubnetError> {
    Subnets::parse(json!({ "Subnets": subnets }).to_string().as_bytes())
}

/// An interface with these addresses and prefixes.
fn interface(subnet: &str, ranges: &[&str]) -> Value {
    let (prefixes, addresses): (Vec<&&str>, Vec<&&str>) =
        ranges.iter().partition(|range| range.contains('/'));
    json!({
        "NetworkInterfaceId": "eni-1",
        "SubnetId": subnet,
        "PrivateIpAddress": addresses.first(),
        "PrivateIpAddresses": addresses.iter().map(|a| json!({"PrivateIpAddress": a})).collect::<Vec<_>>(),
        "Ipv4Prefixes": prefixes.iter().map(|p| json!({"Ipv4Prefix": p})).collect::<Vec<_>>(),
    })
}

fn error(subnets: Result<Subnets, SubnetError>) -> String {
    subnets.map_or_else(|error| error.to_string(), |subnets| format!("{:?}", subnets.iter().count()))
}

#[test]
fn cidrs_that_cannot_be_subnets_are_named() {
    let wrong: Vec<_> = [
        (&["10.0.0.0/24", " 10.0.1.0/28 "][..], "2"),
        (&[], "there are no subnets: it is empty"),
        (&["10.0.0.0"], "'10.0.0.0' is not an IPv4 CIDR such as 10.0.0.0/24"),
        (&[""], "'' is not an IPv4 CIDR such as 10.0.0.0/24"),
        (&["10.0.0.0/33"], "'10.0.0.0/33' is not an IPv4 CIDR such as 10.0.0.0/24"),
        (&["\u{1b}[2J"], "'\\u{1b}[2J' is not an IPv4 CIDR such as 10.0.0.0/24"),
        (&["2600::/64"], "'2600::/64' is an IPv6 CIDR: the pool of a node has IPv4 addresses alone"),
        (&["10.0.0.9/24"], "10.0.0.9/24 has host bits set: the subnet would be 10.0.0.0/24"),
        (&["10.0.0.0/15"], "10.0.0.0/15 cannot be a subnet: AWS has subnets from /16 to /28"),
        (&["10.0.0.0/29"], "10.0.0.0/29 cannot be a subnet: AWS has subnets from /16 to /28"),
        (&["0.0.0.0/0"], "0.0.0.0/0 cannot be a subnet: AWS has subnets from /16 to /28"),
        (&["10.1.0.0/24", "10.0.0.0/16", "10.0.7.0/24"], "the subnets 10.0.0.0/16 and 10.0.7.0/24 overlap"),
        (&["10.0.0.0/24", "10.0.1.0/24", "10.0.0.0/24"], "the subnet 10.0.0.0/24 is there more than once"),
    ]
    .into_iter()
    .map(|(cidrs, says)| (cidrs, says, error(Subnets::empty(cidrs.iter().copied()))))
    .filter(|(_, says, error)| says != error)
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn descriptions_that_cannot_be_used_are_named() {
    let without = |field: &str| {
        let mut described = subnet("subnet-a", "10.0.0.0/24", 251);
        described[field].take();
        described
    };
    let other_vpc = json!({"SubnetId": "subnet-b", "VpcId": "vpc-2", "CidrBlock": "10.0.0.0/24"});
    let one = subnet("subnet-a", "10.0.0.0/24", 251);
    let ipv6_alone = json!({"SubnetId": "subnet-6", "Ipv6Native": true, "AvailableIpAddressCount": 0});
    let ipv6_set = json!({"SubnetId": "subnet-6", "Ipv6CidrBlockAssociationSet": [{}]});
    let wrong: Vec<_> = [
        (vec![one.clone()], "1"),
        (vec![one.clone(), ipv6_alone.clone(), ipv6_set.clone()], "1"),
        (vec![one.clone(), other_vpc], "2"),
        (vec![], "there are no subnets in it"),
        (vec![ipv6_alone, ipv6_set], "there are no subnets with IPv4 addresses in it"),
        (vec![without("CidrBlock")], "subnet-a: the field CidrBlock is missing"),
        (vec![subnet("subnet-a", "x", 1)], "subnet-a: 'x' is not an IPv4 CIDR such as 10.0.0.0/24"),
        (
            vec![subnet("subnet-a", "10.0.0.0/8", 1)],
            "subnet-a: 10.0.0.0/8 cannot be a subnet: AWS has subnets from /16 to /28",
        ),
        (
            vec![subnet("subnet-a", "10.0.0.1/24", 1)],
            "subnet-a: 10.0.0.1/24 has host bits set: the subnet would be 10.0.0.0/24",
        ),
        (vec![one.clone(), one.clone()], "the subnet subnet-a is there more than once"),
        (vec![one, subnet("subnet-b", "10.0.0.64/26", 1)], "the subnets subnet-a and subnet-b overlap"),
    ]
    .into_iter()
    .map(|(described, says)| (says, error(parse(&described))))
    .filter(|(says, error)| says != error)
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(error(Subnets::parse(b" ")), "there are no subnets: it is empty");
    assert!(error(Subnets::parse(b"{\"Subnets\":\n[1]}")).starts_with("line 2, column 2: invalid type"));
    assert!(parse(&[without("AvailableIpAddressCount")]).unwrap().judge(1, Need::default(), 0).is_err());
}

/// The free blocks, reserved blocks and addresses, each at least and at most.
fn free(subnets: &Subnets) -> Vec<[(u64, u64); 3]> {
    let verdicts = subnets.judge(0, Need::default(), 0).unwrap();
    let between = |between: Between| (between.least, between.most);
    verdicts.iter().map(|v| [v.free.blocks, v.free.reserved_blocks, v.free.addresses].map(between)).collect()
}

#[test]
fn interfaces_and_reservations_are_counted() {
    let mut subnets =
        parse(&[subnet("subnet-a", "10.0.0.0/24", 233), subnet("subnet-b", "10.0.1.0/24", 251)]).unwrap();
    // The count alone: any of the addresses may be in use.
    assert_eq!(free(&subnets), [[(0, 14), (0, 0), (233, 233)], [(0, 14), (0, 0), (251, 251)]]);

    let page = |interfaces: &[Value]| json!({ "NetworkInterfaces": interfaces }).to_string();
    let pages = page(&[interface("subnet-a", &["10.0.0.20", "10.0.0.21", "10.0.0.32/28"])])
        + &page(&[interface("subnet-other", &["192.168.0.1"]), interface("subnet-a", &[])]);
    subnets.add_interfaces(pages.as_bytes()).unwrap();
    assert_eq!(free(&subnets), [[(12, 12), (0, 0), (233, 233)], [(14, 14), (0, 0), (251, 251)]]);
    assert_eq!(subnets.contradictions().count(), 0);

    let reservation = |subnet: &str, cidr: &str, kind: &str| json!({"SubnetId": subnet, "Cidr": cidr, "ReservationType": kind});
    let answer = json!({
        "SubnetIpv4CidrReservations": [
            reservation("subnet-a", "10.0.0.128/26", "prefix"),
            reservation("subnet-a", "10.0.0.192/28", "explicit"),
        ],
        "SubnetIpv6CidrReservations": [reservation("subnet-a", "2600::/80", "prefix")],
    });
    let other =
        json!([reservation("subnet-b", "2600::/80", "prefix"), reservation("subnet-x", "x", "prefix")]);
    subnets.add_reservations(format!("{answer}\n{other}").as_bytes()).unwrap();
    assert_eq!(free(&subnets), [[(7, 7), (4, 4), (153, 153)], [(14, 14), (0, 0), (251, 251)]]);
    assert_eq!(subnets.contradictions().count(), 0);
}

#[test]
fn addresses_that_no_interface_shows_can_be_anywhere() {
    let mut subnets = parse(&[subnet("subnet-a", "10.0.0.0/24", 240)]).unwrap();
    subnets.add_interfaces(b"[]").unwrap();
    assert_eq!(free(&subnets), [[(3, 14), (0, 0), (240, 240)]]);
    let contradictions: Vec<_> =
        subnets.contradictions().map(|(subnet, counted, left)| (subnet.name(), counted, left)).collect();
    assert_eq!(contradictions, [("subnet-a".into(), 240, 251)]);
}

#[test]
fn addresses_outside_their_subnet_are_named() {
    let mut subnets = parse(&[subnet("subnet-a", "10.0.0.0/24", 251)]).unwrap();
    let interfaces = json!([interface("subnet-a", &["10.0.1.7"])]).to_string();
    let told = subnets.add_interfaces(interfaces.as_bytes()).unwrap_err().to_string();
    assert_eq!(told, "eni-1 has 10.0.1.7/32, which is not in its subnet subnet-a");
    let told = |cidr: &str| {
        let reservations = json!([{"SubnetId": "subnet-a", "Cidr": cidr, "ReservationType": "prefix"}]);
        subnets.clone().add_reservations(reservations.to_string().as_bytes()).unwrap_err().to_string()
    };
    assert_eq!(told("10.0.0.0/20"), "a reservation has 10.0.0.0/20, which is not in its subnet subnet-a");
    assert_eq!(told("x"), "subnet-a: 'x' is not an IPv4 CIDR such as 10.0.0.0/24");
    let told = subnets.add_interfaces(b"[{\"PrivateIpAddress\": \"10.0.0\"}]").unwrap_err().to_string();
    assert!(told.starts_with("line 1, column "), "{told}");
}

#[test]
fn nodes_are_spread_evenly() {
    let shares = |nodes, subnets| (0..subnets).map(|place| share(nodes, subnets, place)).collect::<Vec<_>>();
    assert_eq!(shares(20, 3), [7, 7, 6]);
    assert_eq!(shares(2, 3), [1, 1, 0]);
    assert_eq!(shares(6, 2), [3, 3]);
    assert_eq!(share(5, 0, 0), 0);
}

/// Nodes with three prefixes on one ENI, as m5.large has them with 27 pods.
const NODE: Need = Need { blocks: 3, addresses: 1 };

#[test]
fn a_24_holds_three_such_nodes_and_not_five() {
    let subnets = Subnets::empty(["10.0.0.0/24"]).unwrap();
    let verdict = |nodes, spare| subnets.judge(nodes, NODE, spare).unwrap()[0].verdict;
    assert_eq!(verdict(3, 0), Verdict::Fits);
    assert_eq!(verdict(3, 2), Verdict::Fits);
    // Two single addresses more may break a block each, and with 12 blocks needed 2 can be spared.
    assert_eq!(verdict(4, 0), Verdict::Depends);
    assert_eq!(verdict(5, 0), Verdict::DoesNotFit);
    assert_eq!(verdict(u64::MAX, u64::MAX), Verdict::DoesNotFit);
    assert_eq!(verdict(0, 0), Verdict::Fits);
}

#[test]
fn the_smallest_subnets() {
    let ip = Need { blocks: 0, addresses: 10 };
    let wrong: Vec<_> = [
        (smallest(NODE, 5, 1, 0), Some(23)),
        (smallest(NODE, 5, 2, 0), Some(24)),
        (smallest(NODE, 20, 1, 0), Some(21)),
        (smallest(NODE, 20, 3, 0), Some(23)),
        (smallest(NODE, 1023, 1, 0), Some(16)),
        (smallest(NODE, 1024, 1, 0), None),
        (smallest(NODE, 1, 1, 0), Some(25)),
        (smallest(ip, 1, 1, 0), Some(28)),
        (smallest(ip, 1, 1, 1), Some(28)),
        (smallest(ip, 1, 1, 2), Some(27)),
        (smallest(ip, 6553, 1, 1), Some(16)),
        (smallest(ip, 6553, 1, 2), None),
        (smallest(ip, 0, 3, 0), Some(28)),
    ]
    .into_iter()
    .enumerate()
    .filter(|(_, (length, expected))| length != expected)
    .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn an_empty_subnet_is_the_same_either_way() {
    for length in 16..=28 {
        let cidr = format!("10.0.0.0/{length}");
        let subnets = Subnets::empty([&*cidr]).unwrap();
        assert_eq!(subnets.judge(1, NODE, 0).unwrap()[0].free, Free::of_empty(length), "{cidr}");
    }
}
