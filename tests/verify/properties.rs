//! A property of `maxpods verify`: the verdict stated a second way.

use crate::support::cases;
use crate::support::cluster::{INSTANCE_TYPE, list};
use maxpods::{Catalog, Cluster, Judge, Settings, Verdict, max_pods};
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
        let judgement = Judge::new(&catalog, &settings).judge(&cluster.nodes[0]).expect("a verdict");
        let right = max_pods(&catalog.find(instance_type).expect("a type"), &settings);
        let expected = match pods {
            pods if pods > right.allowed => Verdict::Over,
            pods if pods < right.recommended => Verdict::Under,
            _ => Verdict::Ok,
        };
        prop_assert_eq!(judgement.verdict, expected);
        prop_assert_eq!((judgement.recommended, judgement.allowed), (Some(right.recommended), Some(right.allowed)));
    }
<<<<<<< HEAD
=======

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Cluster::read(bytes.as_slice()).is_err());
    }

    #[test]
    fn a_damaged_cluster_is_read_or_refused(
        at in any::<prop::sample::Index>(),
        len in 0..40usize,
        with in prop::collection::vec(prop::sample::select(b"{}[]\":,\\ 0-e\xff\x00akindNode".to_vec()), 0..6),
    ) {
        let mut bytes = small_cluster();
        let start = at.index(bytes.len());
        let end = (start + len).min(bytes.len());
        bytes.splice(start..end, with);
        if let Ok(cluster) = Cluster::read(bytes.as_slice()) {
            prop_assert!(!cluster.nodes.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_binary_succeeds_only_where_every_node_is_right(
        at in any::<prop::sample::Index>(),
        with in prop::collection::vec(prop::sample::select(b"{}[]\":,\\ 0-e\xff\x001kindNode".to_vec()), 1..4),
    ) {
        let mut bytes = small_cluster();
        let start = at.index(bytes.len());
        bytes.splice(start..=start, with);
        let run = run(command().args(["verify", "-o", "csv"]), &bytes);
        match run.code {
            Some(0) => {
                prop_assert!(run.stdout.lines().count() >= 2, "{run:?}");
                prop_assert!(run.stdout.lines().skip(1).all(|line| line.contains(",ok,")), "{run:?}");
            }
            Some(1) => prop_assert!(!run.stdout.is_empty() && !run.stderr.contains("error: "), "{run:?}"),
            Some(2) => prop_assert!(run.stdout.is_empty() && run.stderr.contains("error: "), "{run:?}"),
            _ => prop_assert!(false, "{run:?}"),
        }
    }
>>>>>>> b725850 (Checkers end with 1 for a finding and 2 where nothing could be said)
}
