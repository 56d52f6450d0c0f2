//! Subnets, network interfaces and reservations, as the AWS CLI prints them.

use super::{in_time, is_in};
use crate::support::is_harmless;
use crate::support::mutate::{Mutant, fuzz, mutated};
use maxpods::cni::{CniSettings, ExcludedEnis, PoolSettings};
use maxpods::subnets::{Discovery, Free, Need, SubnetError, Subnets};
use proptest::prelude::*;

const SUBNETS: &str = r#"{
    "Subnets": [
        {"SubnetId": "subnet-a", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "AvailableIpAddressCount": 200,
         "AvailabilityZone": "a", "Tags": [{"Key": "kubernetes.io/role/cni", "Value": "0"}]},
        {"SubnetId": "subnet-b", "VpcId": "vpc-1", "CidrBlock": "10.0.16.0/20", "AvailableIpAddressCount": 4000},
        {"SubnetId": "subnet-c", "VpcId": "vpc-2", "CidrBlock": "10.0.0.0/28", "Ipv6Native": false,
         "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/64"}]}
    ]
}"#;

const INTERFACES: &str = r#"{
    "NetworkInterfaces": [
        {"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-a", "PrivateIpAddress": "10.0.0.4",
         "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.4"}, {"PrivateIpAddress": "10.0.0.5"}],
         "Ipv4Prefixes": [{"Ipv4Prefix": "10.0.0.32/28"}]},
        {"NetworkInterfaceId": "eni-2", "SubnetId": "subnet-b", "PrivateIpAddress": "10.0.16.255"}
    ]
}"#;

const RESERVATIONS: &str = r#"{
    "SubnetIpv4CidrReservations": [
        {"SubnetCidrReservationId": "scr-1", "SubnetId": "subnet-a", "Cidr": "10.0.0.64/26", "ReservationType": "prefix"},
        {"SubnetCidrReservationId": "scr-2", "SubnetId": "subnet-b", "Cidr": "10.0.17.0/28", "ReservationType": "explicit"}
    ],
    "SubnetIpv6CidrReservations": []
}"#;

fn damaged(original: &str) -> impl Strategy<Value = Mutant> + use<> {
    let words = &[
        "\"10.0.0.0/8\"",
        "\"10.0.0.1/24\"",
        "\"255.255.255.255\"",
        "\"0.0.0.0/0\"",
        "\"::/0\"",
        "\"10.0.0.0/33\"",
        "\"subnet-a\"",
    ];
    mutated(&[original], words)
}

/// True if this error may be shown. If it names a place, that place must be in the text.
fn is_told_well(error: &SubnetError, text: &[u8]) -> bool {
    let place = match error {
        SubnetError::Json { line, column, .. } => is_in(text, *line, *column),
        _ => true,
    };
    place && is_harmless(&error.to_string())
}

proptest! {
    #![proptest_config(fuzz(1000))]

    #[test]
    fn damaged_subnets_are_judged_or_refused(damaged in damaged(SUBNETS)) {
        match in_time(|| Subnets::parse(&damaged.bytes)) {
            Ok(subnets) => {
                prop_assert!(subnets.iter().all(|subnet| (16..=28).contains(&subnet.cidr().prefix_len())));
                let discovery = Discovery::new(&CniSettings::default(), &PoolSettings::default());
                for own in subnets.iter() {
                    let serving = subnets.serving(own, &discovery);
                    // Only subnets of the same VPC and zone serve, and the own subnet unless it is excluded.
                    prop_assert!(serving.subnets.iter().all(|other| (other.vpc(), other.zone()) == (own.vpc(), own.zone())));
                    prop_assert_eq!(serving.subnets.is_empty(), serving.excluded == ExcludedEnis::All);
                }
                if let Ok(verdicts) = in_time(|| subnets.judge(u64::MAX, Need { blocks: 3, addresses: 40 }, 5)) {
                    prop_assert_eq!(verdicts.len(), subnets.iter().count());
                }
            }
            Err(error) => prop_assert!(is_told_well(&error, &damaged.bytes), "{:?}", error),
        }
    }

    #[test]
    fn damaged_interfaces_and_reservations_are_counted_or_refused(
        interfaces in damaged(INTERFACES),
        reservations in damaged(RESERVATIONS),
    ) {
        let mut subnets = Subnets::parse(SUBNETS.as_bytes()).expect("the original is right");
        if let Err(error) = in_time(|| subnets.add_interfaces(&interfaces.bytes)) {
            prop_assert!(is_told_well(&error, &interfaces.bytes), "{:?}", error);
        }
        if let Err(error) = in_time(|| subnets.add_reservations(&reservations.bytes)) {
            prop_assert!(is_told_well(&error, &reservations.bytes), "{:?}", error);
        }
        for verdict in in_time(|| subnets.judge(7, Need { blocks: 3, addresses: 40 }, 0)).into_iter().flatten() {
            let size = 1_u64 << (32 - verdict.subnet.cidr().prefix_len());
            let Free { blocks, reserved_blocks, addresses, .. } = verdict.free;
            prop_assert!(addresses.least <= addresses.most && addresses.most <= size - 5, "{:?}", verdict);
            prop_assert!(blocks.least <= blocks.most && reserved_blocks.least <= reserved_blocks.most, "{:?}", verdict);
            prop_assert!((blocks.most + reserved_blocks.most) * 16 <= size, "{:?}", verdict);
        }
    }
}
