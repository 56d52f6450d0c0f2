//! Properties of `maxpods verify`: the verdict stated a second way, and damaged input.

use crate::support::cluster::*;
use crate::support::mutate::{Mutant, fuzz, mutated, without_mark};
use crate::support::{cases, command, run};
use maxpods::{Catalog, Cluster, Error, Judge, Settings, Verdict, max_pods};
use proptest::prelude::*;
use serde_json::{Value, json};

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

/// A cluster whose every part bears on the verdicts, so that no change of it is without effect.
fn small_cluster() -> String {
    let node = |name: &str, pods: &str| {
        json!({"kind": "Node", "metadata": {"name": name, "labels": {INSTANCE_TYPE: "m5.large"}},
            "status": {"capacity": {"pods": pods}}})
    };
    let container = json!({"name": "aws-node", "image": "cni:v1.19.2",
        "env": [{"name": "ENABLE_PREFIX_DELEGATION", "value": "true"}, {"name": "MAX_ENI", "value": "3"}]});
    let daemonset = json!({"kind": "DaemonSet", "metadata": {"name": "aws-node"},
        "spec": {"template": {"spec": {"containers": [container]}}}});
    list(&[node("a", "110"), daemonset, node("b", "110")])
}

/// The same cluster with faults in it, or the one of the fixture.
fn damaged_cluster() -> impl Strategy<Value = Mutant> {
    let fixture = include_str!("../fixtures/cluster/list.json");
    mutated(&[&small_cluster(), fixture], &["\"Node\"", "\"List\"", "\"NodeList\"", "\"aws-node\""])
}

/// The names of the nodes in a text, in alphabetical order, found in another way than `Cluster::read`
/// does: all of it is held at once. `None` where this way cannot tell: the text is malformed or too
/// deep, or it has a list whose kind says nothing of nodes.
fn names(text: &[u8]) -> Option<Vec<String>> {
    let is_core = |object: &Value| {
        object["apiVersion"].as_str().is_none_or(|version| !version.contains('/') || version.starts_with('/'))
    };
    let name = |object: &Value| object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let mut names = Vec::new();
    for document in serde_json::Deserializer::from_slice(without_mark(text)).into_iter::<Value>() {
        let document = document.ok()?;
        let kind = document["kind"].as_str()?;
        if kind == "Node" && is_core(&document) {
            names.push(name(&document));
        }
        let items = document["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let kind_of_items = if items.is_empty() { "" } else { kind.strip_suffix("List")? };
        if !["", "Node", "DaemonSet"].contains(&kind_of_items) {
            return None;
        }
        let is_node =
            |item: &&Value| item["kind"].as_str().unwrap_or(kind_of_items) == "Node" && is_core(item);
        names.extend(items.iter().filter(is_node).map(name));
    }
    names.sort();
    Some(names)
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
}

proptest! {
    #![proptest_config(fuzz(1000))]

    #[test]
    fn a_damaged_cluster_is_read_whole_or_refused_at_a_place_in_it(damaged in damaged_cluster()) {
        match Cluster::read(damaged.bytes.as_slice()) {
            Ok(cluster) => {
                let mut read: Vec<_> = cluster.nodes.into_iter().map(|node| node.name).collect();
                read.sort();
                prop_assert!(names(&damaged.bytes).is_none_or(|names| names == read), "{:?}", read);
            }
            Err(Error::Kubernetes { line, column, problem }) => {
                let lines: Vec<_> = damaged.bytes.split(|&b| b == b'\n').collect();
                let of_line = lines.get(line - 1).map(|line| line.len());
                prop_assert!(of_line.is_some_and(|length| column <= length + 1), "{} {} {}", line, column, problem);
            }
            Err(Error::NoNodes { empty }) => {
                prop_assert_eq!(empty, without_mark(&damaged.bytes).trim_ascii().is_empty());
                prop_assert!(names(&damaged.bytes).is_none_or(|names| names.is_empty()));
            }
            Err(Error::NoAwsNodeContainer | Error::AwsNodeContradiction) => {}
            Err(error) => prop_assert!(false, "{:?}", error),
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_binary_succeeds_only_where_every_node_is_right(damaged in damaged_cluster()) {
        let run = run(command().args(["verify", "-o", "csv"]), &damaged.bytes);
        match run.code {
            Some(0) => {
                prop_assert!(run.stdout.lines().count() >= 2, "{run:?}");
                prop_assert!(run.stdout.lines().skip(1).all(|line| line.contains(",ok,")), "{run:?}");
            }
            Some(1) => prop_assert_eq!(run.stdout.is_empty(), run.stderr.contains("error: ")),
            _ => prop_assert!(false, "{run:?}"),
        }
    }
}
