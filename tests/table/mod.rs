//! The embedded table: it is the same as the files on disk, and every row of it is right.

// The scripts run on Linux, where the workflow `refresh` runs them.
#[cfg(target_os = "linux")]
mod refresh;
#[cfg(target_os = "linux")]
mod refresh_branch_enis;

use crate::support::check_each;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use maxpods::instance_type::parse_instance_types;
use maxpods::{Catalog, Error, InstanceType};
use serde_json::Value;

/// The family and the text of every file on disk.
fn files() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/instance-types");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder of the table")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            assert_eq!(path.extension().and_then(|ext| ext.to_str()), Some("json"), "{}", path.display());
            let family = path.file_stem().and_then(|stem| stem.to_str()).expect("a UTF-8 name").to_owned();
            (family, fs::read_to_string(path).expect("a readable file"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_file_on_disk_is_embedded_and_nothing_else() {
    let catalog = Catalog::new();
    let mut names = BTreeSet::new();
    for (_, text) in files() {
        for on_disk in parse_instance_types(text.as_bytes()).expect("EC2's JSON") {
            assert_eq!(catalog.get(&on_disk.name).as_ref(), Some(&on_disk));
            assert!(names.insert(on_disk.name));
        }
    }
    let embedded: BTreeSet<_> = catalog.types().into_iter().map(|t| t.name).collect();
    assert_eq!(embedded, names);
    assert!(names.len() >= 1447, "a refresh adds types and loses none");
}

#[test]
fn every_row_is_sound() {
    check_each(files(), |(family, text)| {
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.first(), Some(&"{\"InstanceTypes\":["), "{family}");
        assert_eq!(lines.last(), Some(&"]}"), "{family}");
        assert!(text.ends_with('\n'), "{family}");
        let rows = &lines[1..lines.len() - 1];

        let types = serde_json::from_str::<Value>(&text).expect("JSON")["InstanceTypes"].clone();
        let types = types.as_array().expect("a list");
        assert_eq!(types.len(), rows.len(), "{family}: one type a line");

        let mut names = Vec::new();
        for (i, (row, t)) in rows.iter().zip(types).enumerate() {
            let name = t["InstanceType"].as_str().expect("a name");
            assert_eq!(name.split('.').next(), Some(family.as_str()), "{name} is in the wrong file");
            names.push(name.to_owned());

            assert!(row.starts_with(&format!("{{\"InstanceType\":\"{name}\",")), "{name}");
            assert_eq!(row.ends_with("},"), i + 1 < rows.len(), "{name}");

            let network = &t["NetworkInfo"];
            let positive = |value: &Value| value.as_u64().is_some_and(|n| (1..=1000).contains(&n));
            assert!(positive(&network["Ipv4AddressesPerInterface"]), "{name}");
            let cards = network["NetworkCards"].as_array().expect("cards");
            let default =
                cards.iter().filter(|c| c["NetworkCardIndex"] == network["DefaultNetworkCardIndex"]);
            assert_eq!(default.count(), 1, "{name}");
            assert!(cards.iter().all(|card| positive(&card["MaximumNetworkInterfaces"])), "{name}");
            assert!(t["BareMetal"].is_boolean(), "{name}");
            let hypervisor = t.get("Hypervisor").and_then(Value::as_str);
            assert!(matches!(hypervisor, None | Some("nitro" | "xen")), "{name}");
            if t["BareMetal"] == true {
                assert_eq!(hypervisor, None, "{name}: bare metal reports no hypervisor");
            }
            let architectures = &t["ProcessorInfo"]["SupportedArchitectures"];
            let known = ["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"];
            assert!(
                architectures.as_array().map_or(name == "bmn-sf1.metal", |all| {
                    !all.is_empty()
                        && all.iter().all(|one| one.as_str().is_some_and(|one| known.contains(&one)))
                }),
                "{name}: {architectures}"
            );
        }
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{family}: a type twice");

        // The library orders types by size, from small to large. The files have the same order.
        let sorted: Vec<_> =
            parse_instance_types(text.as_bytes()).expect("types").into_iter().map(|t| t.name).collect();
        assert_eq!(names, sorted, "{family}: the rows are out of order");
    });
}

#[test]
fn four_types_have_no_known_vcpus() {
    let unknown: Vec<_> =
        Catalog::new().types().into_iter().filter(|t| t.vcpus.is_none()).map(|t| t.name).collect();
    // EC2 tells the number of vCPUs of every type that it describes. So a refresh adds no type to these.
    assert_eq!(unknown, ["bmn-sf1.metal", "c5a.metal", "c5ad.metal", "c7i.32xlarge"]);
}

#[test]
fn architectures_are_in_ec2s_words_and_order() {
    let catalog = Catalog::new();
    for (name, architectures) in [
        ("m5.large", &["x86_64"][..]),
        ("m8g-flex.large", &["arm64"]),
        ("t2.micro", &["i386", "x86_64"]),
        ("mac2.metal", &["arm64_mac"]),
        ("bmn-sf1.metal", &[]),
    ] {
        let t = catalog.get(name).expect("a known type");
        assert_eq!(t.architectures, architectures, "{name}");
        assert_eq!(t.supports("x86_64"), architectures.contains(&"x86_64"), "{name}");
    }
}

#[test]
fn a_type_of_the_users_replaces_the_embedded_one() {
    let mut own = InstanceType::new("m5.large", 7, 8);
    own.vcpus = Some(2);
    let catalog = Catalog::with(vec![InstanceType::new("m5.xsmall", 1, 2), own.clone()]);
    assert_eq!(catalog.get(" M5.Large "), Some(own.clone()));
    assert_eq!(catalog.get("m5.xlarge"), Catalog::new().get("m5.xlarge"));
    let types = catalog.types();
    assert_eq!(types.iter().filter(|t| t.name == "m5.large").collect::<Vec<_>>(), [&own]);
    let names: Vec<_> =
        types.iter().map(|t| t.name.as_str()).filter(|name| name.starts_with("m5.")).collect();
    assert_eq!((names.first(), names.last()), (Some(&"m5.large"), Some(&"m5.xsmall")));
    assert_eq!(types.len(), Catalog::embedded_names().len() + 1);
}

#[test]
fn unknown_names_are_not_found() {
    let catalog = Catalog::new();
    for name in [
        "",
        ".",
        "m5",
        "m5.",
        "m5.larg",
        "m5.json",
        "../m5.large",
        "m5.large.json",
        "M5.\u{212a}",
        "zz.large",
    ] {
        assert_eq!(catalog.get(name), None, "{name}");
        assert!(matches!(catalog.find(name), Err(Error::UnknownInstanceType { .. })), "{name}");
    }
    let Err(Error::UnknownInstanceType { name, nearest }) = catalog.find(" M5.lagre") else { panic!() };
    assert_eq!(
        (name.as_str(), nearest),
        ("m5.lagre", vec!["m5.large".into(), "m5.xlarge".into(), "c5.large".into()])
    );
}

#[test]
fn names_are_in_order_of_family_and_size() {
    let names = Catalog::embedded_names();
    assert_eq!(names, Catalog::new().types().iter().map(|t| t.name.as_str()).collect::<Vec<_>>());
    let at = |name| names.iter().position(|known| *known == name).expect("a known name");
    assert_eq!(at("m7i-flex.large"), at("m7i.metal-48xl") + 1);
    assert_eq!(at("m5.xlarge"), at("m5.large") + 1);
}

#[test]
fn the_default_card_alone_counts() {
    let p5 = Catalog::new().find("p5.48xlarge").expect("a known type");
    assert_eq!((p5.enis, p5.ipv4_per_eni, p5.network_cards), (2, 50, 32));
}
