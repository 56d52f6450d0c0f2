//! The output of `aws ec2 describe-instance-types`.

use std::collections::BTreeSet;

use super::run::{fuzz_processes, maxpods};
use super::{in_time, is_in};
use crate::support::is_harmless;
use crate::support::mutate::{Mutant, fuzz, mutated, without_mark};
use maxpods::instance_type::parse_instance_types;
use maxpods::{Error, Os, Settings, max_pods};
use proptest::prelude::*;
use serde_json::Value;

/// A file of the table with faults in it.
fn damaged_facts() -> impl Strategy<Value = Mutant> {
    let (small, cards) = (
        include_str!("../../data/instance-types/m5.json"),
        include_str!("../../data/instance-types/p5.json"),
    );
    mutated(&[small, cards], &["\"nitro\"", "\"m5.large\"", "\"M5.LARGE\"", "1000"])
}

/// The names of the types in a text, each once, in alphabetical order. It finds them in another way than
/// `parse_instance_types`. `None` if it cannot read the text: it also refuses too large numbers in fields that
/// `parse_instance_types` skips.
fn names(text: &[u8]) -> Option<Vec<String>> {
    let mut names = BTreeSet::new();
    for page in serde_json::Deserializer::from_slice(without_mark(text)).into_iter::<Value>() {
        let page = page.ok()?;
        for t in page.get("InstanceTypes").unwrap_or(&page).as_array()? {
            names.insert(t["InstanceType"].as_str()?.trim().to_ascii_lowercase());
        }
    }
    Some(names.into_iter().collect())
}

/// Settings that lead to each of the rules.
fn settings() -> Vec<Settings> {
    let of = |os, prefix_delegation| {
        let mut settings = Settings::default();
        settings.os = os;
        settings.cni.prefix_delegation = prefix_delegation;
        settings.cni.custom_networking = prefix_delegation;
        settings
    };
    Os::ALL.into_iter().flat_map(|os| [of(os, false), of(os, true)]).collect()
}

proptest! {
    #![proptest_config(fuzz(1000))]

    #[test]
    fn damaged_facts_are_read_whole_or_refused_at_a_place_in_them(damaged in damaged_facts()) {
        match in_time(|| parse_instance_types(&damaged.bytes)) {
            Ok(types) => {
                for t in &types {
                    prop_assert!(t.enis > 0 && t.ipv4_per_eni > 0, "{:?}", t);
                    for settings in settings() {
                        let b = max_pods(t, &settings);
                        prop_assert!(b.allowed.exceeded_by(b.recommended).is_none(), "{:?}", b);
                        prop_assert!(b.warnings.iter().all(|warning| is_harmless(&warning.to_string())), "{:?}", b);
                    }
                }
                let mut read: Vec<_> = types.into_iter().map(|t| t.name).collect();
                read.sort();
                prop_assert!(names(&damaged.bytes).is_none_or(|names| names == read), "{:?}", read);
            }
            Err(Error::InstanceTypes { line, column, problem }) => {
                prop_assert!(is_in(&damaged.bytes, line, column), "{} {} {}", line, column, problem);
                prop_assert!(is_harmless(&problem), "{:?}", problem);
            }
            Err(Error::NoInstanceTypes { .. }) => prop_assert!(names(&damaged.bytes).is_none_or(|names| names.is_empty())),
            Err(Error::Contradiction { name }) => {
                prop_assert!(names(&damaged.bytes).is_none_or(|names| names.contains(&name)), "{}", name);
            }
            Err(Error::Encoding(_)) => {}
            Err(error) => prop_assert!(false, "{:?}", error),
        }
    }
}

proptest! {
    #![proptest_config(fuzz_processes(50))]

    #[test]
    fn damaged_facts_are_answered_in_order(
        damaged in damaged_facts(),
        line in prop::sample::select(vec![
            "list",
            "list -o csv",
            "list p5.* m5.* -o json",
            "list -o eni-max-pods --expression vcpus*memory_mib/(default_enis-4) --expression-dialect karpenter",
            "--instance-type m5.large -o json",
            "--instance-type m5.large -o explain --cni-prefix-delegation-enabled",
            "--instance-type p5.48xlarge -o eksctl",
            "--instance-type m5.metal -o eksctl-command --cni-prefix-delegation-enabled",
        ]),
    ) {
        let mut args: Vec<_> = line.split(' ').collect();
        args.extend(["--instance-types-file", "-"]);
        let run = in_time(|| maxpods(&args, &damaged.bytes));
        prop_assert!(run.is_orderly(), "{:?}", run);
    }
}
