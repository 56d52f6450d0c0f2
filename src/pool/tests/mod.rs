//! The pool against the CNI's own tables and published figures, and what bounds it.

mod properties;
mod tables;

use std::num::NonZeroU32;

use super::*;
use crate::cni::{CniVersion, PoolSettings};
use crate::{Catalog, Os};
use Mode::{PrefixDelegation as P, SecondaryIp as S};

const fn targets(warm_eni: u32, warm_prefix: u32, warm_ip: u32, minimum_ip: u32) -> WarmTargets {
    WarmTargets { warm_eni, warm_prefix, warm_ip, minimum_ip }
}

const fn eni(target: u32) -> WarmTargets {
    targets(target, 0, 0, 0)
}

const fn prefix(target: u32) -> WarmTargets {
    targets(1, target, 0, 0)
}

const fn ip(warm: u32, minimum: u32) -> WarmTargets {
    targets(1, 1, warm, minimum)
}

/// The limits of an embedded type, with no pod limit in reach.
fn limits(name: &str, mode: Mode) -> PoolLimits {
    let mut settings = Settings::default();
    settings.cni.prefix_delegation = mode == P;
    PoolLimits::new(&Catalog::new().find(name).unwrap(), &settings, u64::MAX)
}

#[test]
fn figures_that_aws_and_others_have_published() {
    let subnet = |name, mode, targets, pods| limits(name, mode).pool(&targets, pods).subnet_addresses;
    assert_eq!([1, 1, 0].map(|pods| subnet("c5.large", S, eni(1), pods)), [20, 20, 10]);
    let held = |name, mode, targets, pods| limits(name, mode).pool(&targets, pods).held;
    assert_eq!([1, 1, 0].map(|pods| held("c5.large", S, eni(1), pods)), [18, 18, 9]);
    assert_eq!(held("m5.4xlarge", S, ip(2, 30), 30), 32);
    assert_eq!(held("m5.4xlarge", S, ip(30, 0), 30), 60);
    assert_eq!([0, 1].map(|pods| held("m5.large", P, ip(16, 0), pods)), [16, 32]);
}

/// An m5.large with these targets and pods: the addresses held, the ENIs, the rounds and the calls.
#[test]
fn rounds_and_calls_are_counted() {
    let figures = |mode, targets, pods| {
        let pool = limits("m5.large", mode).pool(&targets, pods);
        (pool.held, pool.enis, pool.rounds, pool.calls)
    };
    let wrong: Vec<_> = [
        // The primary ENI is filled before pods come; each further ENI is three calls.
        (S, eni(1), 0, (9, 1, 0, 1)),
        (S, eni(1), 1, (18, 2, 1, 4)),
        (S, eni(1), 27, (27, 3, 2, 7)),
        (S, eni(0), 9, (18, 2, 1, 4)),
        (P, prefix(1), 0, (16, 1, 0, 1)),
        (P, prefix(1), 27, (48, 1, 2, 3)),
        // A new ENI comes with what is needed, and not full.
        (P, prefix(1), 144, (160, 2, 9, 12)),
        (P, ip(5, 32), 27, (32, 1, 0, 1)),
        (S, ip(6, 33), 27, (27, 3, 0, 7)),
        // One address at a time, since none is free while pods wait.
        (S, ip(1, 0), 27, (27, 3, 26, 31)),
    ]
    .into_iter()
    .map(|(mode, targets, pods, expected)| ((mode, targets, pods), expected, figures(mode, targets, pods)))
    .filter(|(_, expected, figures)| expected != figures)
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_setting_bounds_the_pool() {
    let mut settings = Settings::default();
    settings.cni.prefix_delegation = true;
    let with = |change: &dyn Fn(&mut Settings)| {
        let mut settings = settings.clone();
        change(&mut settings);
        settings
    };
    let version = |text: &str| {
        let version: CniVersion = text.parse().unwrap();
        with(&|s| s.cni.version = Some(version.clone()))
    };
    let of = |name: &str, settings: &Settings| {
        let limits = PoolLimits::new(&Catalog::new().find(name).unwrap(), settings, 110);
        (limits.mode, limits.enis, limits.max_pods)
    };
    let wrong: Vec<_> = [
        ("m5.large", settings.clone(), (P, 3, Some(110))),
        ("m5.large", with(&|s| s.cni.prefix_delegation = false), (S, 3, Some(110))),
        ("m5.large", with(&|s| s.cni.max_eni = NonZeroU32::new(2)), (P, 2, Some(110))),
        ("m5.large", with(&|s| s.cni.max_eni = NonZeroU32::new(9)), (P, 3, Some(110))),
        ("m5.large", with(&|s| s.reserved_enis = 1), (P, 2, Some(110))),
        ("m5.large", with(&|s| s.reserved_enis = u32::MAX), (P, 0, Some(110))),
        ("m5.large", with(&|s| s.cni.custom_networking = true), (P, 2, Some(110))),
        ("m5.large", version("1.16.2"), (P, 3, None)),
        ("m5.large", version("1.16.3"), (P, 3, Some(110))),
        ("m5.large", version("1.8.0"), (S, 3, None)),
        // The CNI uses prefixes on bare metal, and never on Xen.
        ("m5.metal", settings.clone(), (P, 15, Some(110))),
        ("t2.large", settings.clone(), (S, 3, Some(110))),
    ]
    .into_iter()
    .map(|(name, settings, expected)| (name, expected, of(name, &settings)))
    .filter(|(_, expected, limits)| expected != limits)
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn with_custom_networking_the_primary_eni_holds_nothing() {
    let mut settings = Settings::default();
    settings.cni.custom_networking = true;
    let limits = PoolLimits::new(&Catalog::new().find("m5.large").unwrap(), &settings, 20);
    let pool = limits.pool(&WarmTargets::default(), 10);
    assert_eq!((pool.enis, &*pool.per_eni, pool.held), (3, &[9, 9][..], 18));
    assert_eq!((pool.subnet_addresses, pool.node_subnet_addresses), (20, Some(1)));
    // Before the pods come it attaches one ENI, which is three calls, as the second one is.
    assert_eq!((pool.rounds, pool.calls), (1, 6));
}

#[test]
fn a_node_without_an_eni_for_pods_serves_none() {
    let settings = Settings { reserved_enis: 3, ..Settings::default() };
    let pool = PoolLimits::new(&Catalog::new().find("m5.large").unwrap(), &settings, 2)
        .pool(&WarmTargets::default(), 5);
    assert_eq!((pool.enis, pool.per_eni.len(), pool.held, pool.unserved), (1, 0, 0, 5));
    // Each ENI has one address, its own. So no ENI gives pods anything, and attaching more would not help.
    let pool = PoolLimits::new(&InstanceType::new("x1.odd", 4, 1), &Settings::default(), 2)
        .pool(&WarmTargets::default(), 5);
    assert_eq!((pool.enis, pool.held, pool.unserved, pool.calls), (1, 0, 5, 0));
}

#[test]
fn the_pool_stops_at_max_pods() {
    let m5 = Catalog::new().find("m5.large").unwrap();
    let mut settings = Settings::default();
    settings.cni.prefix_delegation = true;
    let held = |settings: &Settings| PoolLimits::new(&m5, settings, 110).pool(&prefix(8), 108).held;
    assert_eq!(held(&settings), 128);
    settings.cni.version = "1.16.2".parse().ok();
    assert_eq!(held(&settings), 240);
}

#[test]
fn settings_without_a_plan_are_errors() {
    let check = |prefixes: bool, ipv6: bool, multi_nic: bool, targets: WarmTargets| {
        let mut settings = Settings::default();
        settings.cni.prefix_delegation = prefixes;
        settings.cni.ipv6 = ipv6;
        let pool = PoolSettings { warm_targets: targets, multi_nic, ..PoolSettings::default() };
        PoolError::check(&settings, &pool, 110)
    };
    let wrong: Vec<_> = [
        (true, false, false, prefix(1), Ok(())),
        (true, false, false, WarmTargets::UNSET, Err(PoolError::NoTarget)),
        (true, false, false, targets(1, 0, 1, 0), Ok(())),
        (true, false, false, targets(1, 0, 0, 1), Ok(())),
        (false, false, false, WarmTargets::UNSET, Ok(())),
        (true, true, false, prefix(1), Err(PoolError::Ipv6)),
        (false, false, true, prefix(1), Err(PoolError::MultiNic)),
    ]
    .into_iter()
    .filter(|(prefixes, ipv6, multi_nic, targets, expected)| {
        check(*prefixes, *ipv6, *multi_nic, *targets) != *expected
    })
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");

    let windows = Settings { os: Os::Windows, ..Settings::default() };
    assert_eq!(PoolError::check(&windows, &PoolSettings::default(), 110), Err(PoolError::Windows));
    let settings = Settings::default();
    let check = |max_pods| PoolError::check(&settings, &PoolSettings::default(), max_pods);
    assert_eq!(check(65_531), Ok(()));
    assert_eq!(check(65_532), Err(PoolError::LargerThanSubnet { max_pods: 65_532 }));
    assert_eq!(PoolError::check_pods(27, 29, &settings), Ok(()));
    let error = PoolError::TooManyPods { pods: 28, most: 27, max_pods: 29 };
    assert_eq!(PoolError::check_pods(28, 29, &settings), Err(error));
    assert!(PoolError::check_pods(1, 1, &settings).is_err());
}

#[test]
fn each_note_has_its_settings() {
    let noted = |name: &str, prefixes: bool, version: Option<&str>, targets: WarmTargets, pods: u64| {
        let instance_type = Catalog::new().find(name).unwrap();
        let mut settings = Settings::default();
        settings.cni.prefix_delegation = prefixes;
        settings.cni.version = version.map(|text| text.parse().unwrap());
        let limits = PoolLimits::new(&instance_type, &settings, 110);
        notes(&instance_type, &settings, &limits, &targets, pods)
    };
    let scattered = |pods, prefixes| vec![PoolNote::Scattered { target: 2, pods, prefixes }];
    let wrong: Vec<_> = [
        (("m5.large", true, None, prefix(1), 27), vec![]),
        (("m5.large", true, None, prefix(2), 27), scattered(27, 5)),
        (("t3.nano", true, None, prefix(2), 100), scattered(100, 2)),
        (("m5.large", false, None, prefix(2), 27), vec![]),
        (("m5.large", true, None, targets(1, 2, 5, 32), 27), vec![]),
        (("m5.large", true, None, ip(0, 20), 27), vec![PoolNote::StopsAtMinimum(32)]),
        (("m5.large", false, None, ip(0, 20), 27), vec![PoolNote::StopsAtMinimum(20)]),
        (("m5.large", false, None, ip(0, 99), 27), vec![PoolNote::StopsAtMinimum(27)]),
        (
            ("m5.large", false, Some("v1.16.2-eksbuild.1"), eni(1), 27),
            vec![PoolNote::NoLimitAtMaxPods("v1.16.2-eksbuild.1".into())],
        ),
        (("m5.metal", true, None, prefix(1), 27), vec![PoolNote::PrefixesOnBareMetal]),
    ]
    .into_iter()
    .map(|(case, expected)| (case, expected, noted(case.0, case.1, case.2, case.3, case.4)))
    .filter(|(_, expected, noted)| expected != noted)
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The rows that are compared on this type: mode, targets, origin, held and unserved.
fn compared(name: &str, prefixes: bool, now: WarmTargets, pods: u64) -> Vec<String> {
    let mut settings = Settings::default();
    settings.cni.prefix_delegation = prefixes;
    compare(&Catalog::new().find(name).unwrap(), &settings, None, &now, pods)
        .iter()
        .map(|row| {
            let WarmTargets { warm_eni, warm_prefix, warm_ip, minimum_ip } = row.targets;
            let rule = |origin: &Origin| origin.rule().map_or_else(String::new, |rule| format!(": {rule}"));
            let origins: Vec<_> =
                row.origins.iter().map(|origin| format!("{origin}{}", rule(origin))).collect();
            let mode = if row.mode == P { "P" } else { "S" };
            format!(
                "{mode} {warm_eni} {warm_prefix} {warm_ip} {minimum_ip}: {}: {} -{}",
                origins.join("; "),
                row.pool.held,
                row.pool.unserved
            )
        })
        .collect()
}

#[test]
fn other_targets_are_compared() {
    let wrong: Vec<_> = [
        (
            ("m5.large", false, eni(1), 10),
            vec![
                "S 1 0 0 0: now: 27 -0",
                "S 1 1 0 0: default for secondary IPs: 27 -0",
                "P 1 1 0 0: default for prefixes: 32 -0",
                "S 1 1 2 12: fits 10 pods: MINIMUM = ceil(1.2 * 10) = 12, WARM = 12 - 10: 12 -0",
            ],
        ),
        (
            ("m5.large", true, prefix(1), 27),
            vec![
                "P 1 1 0 0: now; default for prefixes: 48 -0",
                "S 1 1 0 0: default for secondary IPs: 27 -0",
                "P 1 1 5 32: fits 27 pods: MINIMUM = 16 * (floor(27 / 16) + 1) = 32, WARM = 32 - 27: 32 -0",
            ],
        ),
        (
            ("m5.large", true, ip(5, 32), 108),
            vec![
                "P 1 1 5 32: now: 112 -0",
                "P 1 1 0 0: default for prefixes: 112 -0",
                "S 1 1 0 0: default for secondary IPs: 27 -81",
                "P 1 1 4 112: fits 108 pods: MINIMUM = 16 * (floor(108 / 16) + 1) = 112, WARM = 112 - 108: 112 -0",
            ],
        ),
        (
            ("t2.large", true, prefix(1), 0),
            vec!["S 1 1 0 0: now; default for secondary IPs: 11 -0"],
        ),
    ]
    .into_iter()
    .map(|((name, prefixes, now, pods), expected)| (expected, compared(name, prefixes, now, pods)))
    .filter(|(expected, rows)| expected != rows)
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
