//! Properties: the rules against a second statement of them, and any input for the readers.

use std::num::NonZeroU32;

use crate::support::{cases, command, run};
use maxpods::cni::{CniSettings, ExcludedEnis};
use maxpods::formula::Warning;
use maxpods::{InstanceType, Mode, Os, Settings, max_pods};
use proptest::prelude::*;

prop_compose! {
    fn facts()(
        // 9 branch ENIs, no trunk, and not known.
        name in prop::sample::select(vec!["m5.large", "t3.medium", "x99.large"]),
        enis in 1..=u16::MAX,
        ipv4_per_eni in 1..=u16::MAX,
        small in any::<bool>(),
        hypervisor in prop_oneof![1 => Just(None), 1 => Just(Some("xen")), 3 => Just(Some("nitro"))],
        bare_metal in any::<bool>(),
        vcpus in prop_oneof![Just(None), (1..64u32).prop_map(Some), any::<u32>().prop_map(Some)],
    ) -> InstanceType {
        // Half of the types have limits of the size that EC2 has: some of them reach the ceiling.
        let (enis, ipv4_per_eni) = if small { (enis % 16 + 1, ipv4_per_eni % 50 + 1) } else { (enis, ipv4_per_eni) };
        let mut facts = InstanceType::new(name, enis, ipv4_per_eni);
        facts.hypervisor = hypervisor.map(Into::into);
        facts.bare_metal = bare_metal;
        facts.vcpus = vcpus;
        facts
    }
}

/// Mostly a small number, sometimes any number.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..8u32, 1 => any::<u32>()]
}

prop_compose! {
    fn settings()(
        version in prop::option::of((0..3u32, 0..12u32, any::<bool>())),
        prefix_delegation in any::<bool>(),
        custom_networking in any::<bool>(),
        max_eni in prop::option::of(number()),
        reserved_enis in number(),
        host_network_pods in prop::option::of(number()),
        os in prop_oneof![2 => Just(Os::Linux), 1 => Just(Os::Windows)],
        ceiling in prop::option::of(number()),
        show_max_allowed in any::<bool>(),
        pod_eni in any::<bool>(),
        branch_eni_pods in number(),
        excluded_enis in prop::sample::select(vec![
            ExcludedEnis::None, ExcludedEnis::Primary, ExcludedEnis::Further, ExcludedEnis::All,
        ]),
    ) -> Settings {
        let mut cni = CniSettings::default();
        cni.version = version.map(|(major, minor, v)| {
            let v = if v { "v" } else { "" };
            format!("{v}{major}.{minor}.0").parse().expect("a version")
        });
        cni.prefix_delegation = prefix_delegation;
        cni.custom_networking = custom_networking;
        cni.max_eni = max_eni.and_then(NonZeroU32::new);
        cni.pod_eni = pod_eni;
        cni.excluded_enis = excluded_enis;
        let mut settings = Settings::default();
        settings.cni = cni;
        settings.reserved_enis = reserved_enis;
        settings.branch_eni_pods = branch_eni_pods;
        settings.host_network_pods = host_network_pods;
        settings.os = os;
        settings.ceiling = ceiling.and_then(NonZeroU32::new);
        settings.show_max_allowed = show_max_allowed;
        settings
    }
}

/// Counts the addresses one by one, slot by slot and ENI by ENI, where the rules multiply. The numbers are signed
/// and wide, so that an overflow or a negative count would show.
fn count(facts: &InstanceType, settings: &Settings) -> (i128, i128) {
    if settings.os == Os::Windows {
        return count_on_windows(facts, settings);
    }
    let attached = match settings.cni.max_eni {
        Some(max) if i128::from(max.get()) < i128::from(facts.enis) => i128::from(max.get()),
        _ => i128::from(facts.enis),
    };
    let new_enough = settings.cni.version.as_ref().is_none_or(|version| {
        let text = version.to_string();
        let mut numbers =
            text.trim_start_matches('v').split('.').map(|n| n.parse::<u32>().expect("a number"));
        (numbers.next(), numbers.next()) >= (Some(1), Some(9))
    });
    let nitro = facts.hypervisor == Some("nitro".to_string());
    let per_slot = if settings.cni.prefix_delegation && nitro && new_enough { 16 } else { 1 };

    // The first address is the ENI's own.
    let slots = i128::try_from((1..=facts.ipv4_per_eni).skip(1).count()).expect("a small number");

    let mut allowed = i128::from(settings.host_network_pods.unwrap_or(2));
    let has_trunk = settings.cni.pod_eni && facts.name != "t3.medium" && attached > 1;
    let mut reserved = i128::from(settings.reserved_enis);
    // The primary ENI is the last that reserved ENIs take.
    for eni in (0..attached).rev() {
        let (is_primary, is_trunk) = (eni == 0, eni == 1 && has_trunk);
        let is_excluded = match settings.cni.excluded_enis {
            ExcludedEnis::All => true,
            _ if settings.cni.custom_networking => is_primary,
            ExcludedEnis::None => false,
            ExcludedEnis::Primary => is_primary,
            ExcludedEnis::Further => !is_primary,
        };
        if is_trunk {
            continue;
        }
        reserved -= 1;
        if reserved < 0 && !is_excluded {
            allowed += slots * per_slot;
        }
    }
    if has_trunk {
        let most = if facts.name == "m5.large" { 9 } else { i128::MAX };
        allowed += i128::from(settings.branch_eni_pods).min(most);
    }
    let ceiling = match settings.ceiling {
        Some(own) => i128::from(own.get()),
        None => match facts.vcpus {
            Some(31..) => 250,
            _ => 110,
        },
    };
    (allowed, if allowed < ceiling { allowed } else { ceiling })
}

/// The same for Windows, where the primary ENI's addresses are all there is.
fn count_on_windows(facts: &InstanceType, settings: &Settings) -> (i128, i128) {
    let prefixes = facts.hypervisor.as_deref() == Some("nitro") || facts.bare_metal;
    let mut allowed = i128::from(settings.host_network_pods.unwrap_or(0));
    for _ in (1..=facts.ipv4_per_eni).skip(1) {
        allowed += if settings.cni.prefix_delegation && prefixes { 16 } else { 1 };
    }
    let ceiling = settings.ceiling.map_or(110, |own| i128::from(own.get()));
    (allowed, if allowed < ceiling { allowed } else { ceiling })
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn the_rule_stated_a_second_way(facts in facts(), settings in settings()) {
        let b = max_pods(&facts, &settings);
        let (allowed, recommended) = count(&facts, &settings);
        prop_assert_eq!(b.allowed.pods().map(i128::from), Some(allowed));
        prop_assert_eq!(i128::from(b.recommended), recommended);
        prop_assert_eq!(b.max_pods, if settings.show_max_allowed { b.allowed.pods().unwrap() } else { b.recommended });
        // Every figure that is shown must lead to the one that is shown for the answer.
        let addresses = b.enis * b.slots_per_eni() * b.mode.addresses_per_slot();
        prop_assert_eq!(addresses + b.host_network_pods + b.branch_eni_pods, b.allowed.pods().unwrap());
        prop_assert_eq!(b.allowed.capped_at(b.ceiling), b.recommended);
        let asked_in_vain = settings.cni.prefix_delegation && b.mode == Mode::SecondaryIp;
        let told_why = b.warnings.iter().any(|warning| matches!(
            warning,
            Warning::CniTooOld(_) | Warning::NotNitro(_) | Warning::BareMetal | Warning::UnknownHypervisor
        ));
        prop_assert_eq!(told_why, asked_in_vain, "{:?}", b.warnings);
    }
}

/// JSON of all shapes, with the fields that matter among its keys.
fn json() -> impl Strategy<Value = String> {
    let keys = prop::sample::select(vec![
        "InstanceTypes",
        "InstanceType",
        "NetworkInfo",
        "NetworkCards",
        "NetworkCardIndex",
        "DefaultNetworkCardIndex",
        "MaximumNetworkInterfaces",
        "Ipv4AddressesPerInterface",
        "VCpuInfo",
        "DefaultVCpus",
        "Hypervisor",
        "x",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        (0..4u8).prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("JSON has no such numbers", |n| n.is_finite()).prop_map(|n| n.to_string()),
        ".{0,8}".prop_map(|s| serde_json::to_string(&s).expect("a string")),
        Just("\"m5.large\"".to_owned()),
    ];
    leaf.prop_recursive(6, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((keys.clone(), inner), 0..6).prop_map(|fields| {
                let fields: Vec<_> = fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

/// A complete description of a type, in which one figure may have any value.
fn nearly_right() -> impl Strategy<Value = String> {
    (json(), 0..4usize).prop_map(|(odd, place)| {
        let mut figures = ["3".to_owned(), "10".into(), "0".into(), "\"nitro\"".into()];
        figures[place] = odd;
        let [enis, ipv4, card, hypervisor] = figures;
        format!(
            r#"{{"InstanceTypes":[{{"InstanceType":"x1.large","Hypervisor":{hypervisor},"NetworkInfo":{{
            "Ipv4AddressesPerInterface":{ipv4},"DefaultNetworkCardIndex":{card},
            "NetworkCards":[{{"NetworkCardIndex":0,"MaximumNetworkInterfaces":{enis}}}]}}}}]}}"#
        )
    })
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_json_is_answered_in_order(json in prop_oneof![json(), nearly_right()]) {
        let args = ["--instance-types-file", "-", "--instance-type", "x1.large", "-o", "json"];
        let run = run(command().args(args), json.as_bytes());
        prop_assert!(run.is_orderly(), "{}: {:?}", json, run);
    }
}
