//! Makes any number of subnets and network interfaces, as the AWS CLI prints them. Each run makes the same bytes.

use std::io::{self, Write};

use serde_json::{Value, json};

/// The interfaces of a subnet of /20. Each has a prefix and an address of its own, in different blocks.
pub const INTERFACES_EACH: usize = 100;
const BLOCKS_OF_A_SUBNET: usize = 256;

/// Writes `aws ec2 describe-subnets` with `count` subnets of /20.
pub fn subnets(count: usize, out: &mut dyn Write) -> io::Result<()> {
    let subnet = |i| {
        json!({
            "AvailabilityZone": "eu-central-1a", "AvailabilityZoneId": "euc1-az2", "State": "available",
            "AvailableIpAddressCount": 4091 - INTERFACES_EACH * 17, "CidrBlock": format!("{}/20", address(i, 0)),
            "DefaultForAz": false, "MapPublicIpOnLaunch": false, "OwnerId": "111122223333",
            "Ipv6CidrBlockAssociationSet": [], "Ipv6Native": false, "SubnetId": format!("subnet-{i:017x}"),
            "Tags": [{"Key": "Name", "Value": format!("private-{i}")}], "VpcId": "vpc-0123456789abcdef0",
        })
    };
    list("Subnets", (0..count).map(subnet), out)
}

/// Writes `aws ec2 describe-network-interfaces` of `subnets` subnets, with about 2 KB for each interface.
pub fn interfaces(subnets: usize, out: &mut dyn Write) -> io::Result<()> {
    let interface = |number: usize| {
        let (subnet, i) = (number / INTERFACES_EACH, number % INTERFACES_EACH);
        let own = address(subnet, (1 + 2 * i) * 16 + 5);
        let prefix = format!("{}/28", address(subnet, (2 + 2 * i) % BLOCKS_OF_A_SUBNET * 16));
        let instance = format!("i-{number:017x}");
        let dns = format!("ip-{}.eu-central-1.compute.internal", own.replace('.', "-"));
        json!({
            "Attachment": {
                "AttachTime": "2026-11-01T10:00:00+00:00", "AttachmentId": format!("eni-attach-{number:017x}"),
                "DeleteOnTermination": true, "DeviceIndex": 1, "InstanceId": instance,
                "InstanceOwnerId": "111122223333", "NetworkCardIndex": 0, "Status": "attached"
            },
            "AvailabilityZone": "eu-central-1a", "Description": format!("aws-K8S-{instance}"),
            "Groups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "eks-cluster-sg-production"}],
            "InterfaceType": "interface", "Ipv4Prefixes": [{"Ipv4Prefix": prefix}], "Ipv6Addresses": [],
            "MacAddress": "02:aa:bb:cc:dd:ee", "NetworkInterfaceId": format!("eni-{number:017x}"),
            "OwnerId": "111122223333", "PrivateDnsName": dns, "PrivateIpAddress": own,
            "PrivateIpAddresses": [{"Primary": true, "PrivateDnsName": dns, "PrivateIpAddress": own}],
            "RequesterManaged": false, "SourceDestCheck": true, "Status": "in-use",
            "SubnetId": format!("subnet-{subnet:017x}"),
            "TagSet": [
                {"Key": "cluster.k8s.amazonaws.com/name", "Value": "production"},
                {"Key": "node.k8s.amazonaws.com/createdAt", "Value": "2026-11-01T10:00:00Z"},
                {"Key": "node.k8s.amazonaws.com/instance_id", "Value": instance}
            ],
            "VpcId": "vpc-0123456789abcdef0"
        })
    };
    list("NetworkInterfaces", (0..subnets * INTERFACES_EACH).map(interface), out)
}

/// An address of a subnet. The subnets follow one another from 10.0.0.0 on.
fn address(subnet: usize, offset: usize) -> String {
    let number = subnet * BLOCKS_OF_A_SUBNET * 16 + offset;
    format!("10.{}.{}.{}", number >> 16, number >> 8 & 255, number & 255)
}

/// Writes a page, indented by four blanks as the AWS CLI indents it.
fn list(key: &str, items: impl Iterator<Item = Value>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\n    \"{key}\": [")?;
    for (i, item) in items.enumerate() {
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        let mut text = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
        serde::Serialize::serialize(&item, &mut serializer)?;
        let text = String::from_utf8_lossy(&text).replace('\n', "\n        ");
        write!(out, "{}\n        {text}", if i == 0 { "" } else { "," })?;
    }
    out.write_all(b"\n    ]\n}\n")
}
