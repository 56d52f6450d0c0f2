//! A property of `maxpods verify`: the verdict stated a second way.

use crate::support::cases;
use crate::support::cluster::{INSTANCE_TYPE, list};
use maxpods::{Catalog, Cluster, ClusterSettings, Judge, Settings, Verdict, max_pods};
use proptest::prelude::*;
use serde_json::json;

fn settings() -> impl Strategy<Value = Settings> {
    (any::<bool>(), any::<bool>(), 0..3u32, prop::option::of(1..300u32)).prop_map(
        |(prefixes, custom, reserved_enis, ceiling)| {
            let mut settings = Settings::default();
            settings.cni.prefix_delegation = prefixes;
            settings.cni.custom_networking = custom;
            settings.reserved_enis = reserved_enis;
            settings.ceiling = ceiling.and_then(std::num::NonZeroU32::new);
            settings
        },
    )
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn the_verdict_is_the_place_between_recommended_and_allowed(
        instance_type in prop::sample::select(vec!["m5.large", "t2.micro", "c5.4xlarge", "m5.24xlarge", "i3.metal"]),
        pods in prop_oneof![0..60u64, 0..9000u64, any::<u64>()],
        settings in settings(),
    ) {
        let json = list(&[json!({"kind": "Node", "metadata": {"labels": {INSTANCE_TYPE: instance_type}},
            "status": {"capacity": {"pods": pods.to_string()}}})]);
        let cluster = Cluster::read(json.as_bytes()).expect("a cluster");
        let catalog = Catalog::new();
        let mut shared = ClusterSettings::default();
        shared.reserved_enis = Some(settings.reserved_enis);
        shared.common = settings.clone();
        let judgement = Judge::new(&catalog, &shared).judge(&cluster.nodes[0]);
        let right = max_pods(&catalog.find(instance_type).expect("a type"), &settings);
        let expected = match pods {
            pods if pods > right.allowed => Verdict::Over,
            pods if pods < right.recommended => Verdict::Under,
            _ => Verdict::Ok,
        };
        prop_assert_eq!(judgement.verdict, expected);
        prop_assert_eq!((judgement.recommended, judgement.allowed), (Some(right.recommended), Some(right.allowed)));
    }
}
