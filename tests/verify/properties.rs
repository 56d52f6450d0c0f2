//! A property of `maxpods verify`: its verdicts are those of a second, plain statement of the rules.

use crate::support::cases;
use crate::support::cluster::{INSTANCE_TYPE, list};
use maxpods::cluster::{Cluster, ClusterSettings, Judge, Verdict};
use maxpods::{Catalog, Settings, max_pods};
use proptest::prelude::*;
use serde_json::json;

fn settings() -> impl Strategy<Value = Settings> {
    (any::<bool>(), any::<bool>(), prop::option::of(1..300u32)).prop_map(|(prefixes, custom, ceiling)| {
        let mut settings = Settings::default();
        settings.cni.prefix_delegation = prefixes;
        settings.cni.custom_networking = custom;
        settings.ceiling = ceiling.and_then(std::num::NonZeroU32::new);
        settings
    })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn the_verdict_is_the_place_between_recommended_and_allowed(
        instance_type in prop::sample::select(vec!["m5.large", "t2.micro", "c5.4xlarge", "m5.24xlarge", "i3.metal"]),
        pods in prop_oneof![0..60u64, 0..9000u64, any::<u64>()],
        branch_enis in prop_oneof![Just(0), 0..120u64, any::<u64>()],
        reserved_enis in prop::option::of(0..3u32),
        settings in settings(),
    ) {
        let json = list(&[json!({"kind": "Node", "metadata": {"labels": {INSTANCE_TYPE: instance_type}},
            "status": {"capacity": {"pods": pods.to_string(), "vpc.amazonaws.com/pod-eni": branch_enis.to_string()}}})]);
        let cluster = Cluster::read(json.as_bytes()).expect("a cluster");
        let catalog = Catalog::new();
        let mut shared = ClusterSettings::default();
        shared.reserved_enis = reserved_enis;
        shared.common = settings.clone();
        let judgement = Judge::new(&catalog, &shared).judge(&cluster.nodes[0]);

        let mut own = settings;
        own.reserved_enis = reserved_enis.unwrap_or(u32::from(branch_enis > 0));
        let right = max_pods(&catalog.find(instance_type).expect("a type"), &own);
        let allowed = right.allowed.pods().expect("a limit");
        let expected = match pods {
            pods if pods > allowed.saturating_add(branch_enis) => Verdict::Over,
            pods if pods < right.recommended => Verdict::Under,
            _ => Verdict::Ok,
        };
        prop_assert_eq!(judgement.verdict, expected);
        prop_assert_eq!((judgement.recommended, judgement.allowed), (Some(right.recommended), Some(allowed)));
    }

    #[test]
    fn a_windows_node_is_judged_by_its_addresses_whatever_its_type(
        instance_type in prop::sample::select(vec!["m5.large", "t2.micro", "x99.large"]),
        pods in prop_oneof![0..200u64, any::<u64>()],
        addresses in prop_oneof![0..200u64, any::<u64>()],
        settings in settings(),
    ) {
        let labels = json!({INSTANCE_TYPE: instance_type, "kubernetes.io/os": "windows"});
        let json = list(&[json!({"kind": "Node", "metadata": {"labels": labels}, "status": {"capacity":
            {"pods": pods.to_string(), "vpc.amazonaws.com/PrivateIPv4Address": addresses.to_string()}}})]);
        let cluster = Cluster::read(json.as_bytes()).expect("a cluster");
        let catalog = Catalog::new();
        let mut shared = ClusterSettings::default();
        let ceiling = settings.ceiling.map_or(110, |own| own.get().into());
        shared.common = settings;
        let judgement = Judge::new(&catalog, &shared).judge(&cluster.nodes[0]);
        let expected = match pods {
            _ if addresses == 0 => Verdict::Over,
            pods if pods < addresses.min(ceiling) => Verdict::Under,
            _ => Verdict::Ok,
        };
        prop_assert_eq!((judgement.verdict, judgement.allowed), (expected, Some(addresses)));
    }
}
