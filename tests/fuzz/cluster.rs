//! The output of `kubectl get nodes,daemonsets -A -o json`.

use super::run::{fuzz_processes, maxpods};
use super::{in_time, is_in};
use crate::support::cluster::{INSTANCE_TYPE, list};
use crate::support::is_harmless;
use crate::support::mutate::{Mutant, fuzz, mutated, without_mark};
use maxpods::cluster::plan::{ClusterPlan, Question, Setup, Surge};
use maxpods::cluster::{Census, Cluster, ClusterSettings, Judge};
use maxpods::cni::PoolSettings;
use maxpods::subnets::Subnets;
use maxpods::{Catalog, Error};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A cluster in which every part has an effect on the verdicts. So nearly every change of it is seen.
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

/// The names of the nodes in a text, in alphabetical order. It finds them in another way than `Cluster::read`,
/// because it holds the whole text at once. `None` if it cannot find them: the text is malformed or too deep, or
/// has a list whose kind is not that of nodes.
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
    // A node that is in the text twice, with the same values, counts once.
    names.sort();
    names.dedup();
    Some(names)
}

proptest! {
    #![proptest_config(fuzz(1000))]

    #[test]
    fn a_damaged_cluster_is_read_whole_or_refused_at_a_place_in_it(damaged in damaged_cluster()) {
        match in_time(|| Cluster::read(damaged.bytes.as_slice())) {
            Ok(cluster) => {
                let (catalog, settings) = (Catalog::new(), ClusterSettings::default());
                let mut judge = Judge::new(&catalog, &settings);
                for node in &cluster.nodes {
                    let judgement = in_time(|| judge.judge(node));
                    let reason = judgement.reason.map(|reason| reason.to_string()).unwrap_or_default();
                    prop_assert!(is_harmless(&reason), "{:?}", reason);
                }
                let mut read: Vec<_> = cluster.nodes.into_iter().map(|node| node.name).collect();
                read.sort();
                read.dedup();
                prop_assert!(names(&damaged.bytes).is_none_or(|names| names == read), "{:?}", read);
            }
            Err(Error::Kubernetes { line, column, problem }) => {
                prop_assert!(is_in(&damaged.bytes, line, column), "{} {} {}", line, column, problem);
                prop_assert!(is_harmless(&problem), "{:?}", problem);
            }
            Err(Error::NoNodes { empty }) => {
                prop_assert_eq!(empty, without_mark(&damaged.bytes).trim_ascii().is_empty());
                prop_assert!(names(&damaged.bytes).is_none_or(|names| names.is_empty()));
            }
            Err(Error::NoAwsNodeContainer | Error::AwsNodeContradiction | Error::Encoding(_)) => {}
            Err(error) => prop_assert!(false, "{:?}", error),
        }
    }
}

/// A cluster with pods and an `ENIConfig`, every part of which counts in its plan.
fn damaged_cluster_with_pods() -> impl Strategy<Value = Mutant> {
    let words = &[
        "\"Pod\"",
        "\"PodList\"",
        "\"ENIConfig\"",
        "\"n1\"",
        "\"Succeeded\"",
        "18446744073709551615",
        "65531",
    ];
    mutated(&[include_str!("../fixtures/plan/cluster.json"), &small_cluster()], words)
}

const SUBNETS: &str = include_str!("../fixtures/plan/subnets.json");
const INTERFACES: &str = include_str!("../fixtures/plan/network-interfaces.json");

proptest! {
    #![proptest_config(fuzz(500))]

    #[test]
    fn a_damaged_cluster_is_planned_or_refused(
        cluster in damaged_cluster_with_pods(),
        interfaces in mutated(&[INTERFACES], &["\"10.0.1.0/28\"", "\"branch\"", "\"i-00000000000000001\""]),
        surge in 0..1000u32,
        full in any::<bool>(),
    ) {
        let mut subnets = Subnets::parse(SUBNETS.as_bytes()).expect("the original is right");
        // The faults of interfaces are another property's.
        let _ = subnets.add_interfaces(&interfaces.bytes);
        match in_time(|| Census::read(cluster.bytes.as_slice(), &mut |_, _| ())) {
            Ok(census) => {
                let mut settings = ClusterSettings::default();
                let mut pool = PoolSettings::default();
                if let Ok(Some(aws_node)) = census.aws_node() {
                    settings.common.cni = aws_node.settings.clone();
                    settings.warm_targets = aws_node.pool.warm_targets;
                    pool = aws_node.pool.clone();
                }
                let question = Some(Question { surge: Some(Surge::Percent(surge)), full, spare: 3 });
                let catalog = Catalog::new();
                let setup = Setup { catalog: &catalog, settings: &settings, pool: &pool, subnets: Some(&subnets), question };
                match in_time(|| ClusterPlan::new(&census, setup)) {
                    Ok(plan) => {
                        let left_out: u64 = plan.left_out.values().sum();
                        prop_assert_eq!(plan.nodes.len() as u64 + left_out, census.members.len() as u64);
                        for node in &plan.nodes {
                            let pool = &node.pool;
                            prop_assert_eq!(pool.held + pool.unserved, node.pods.with_address + pool.warm);
                        }
                        prop_assert!(plan.notes.iter().all(|note| is_harmless(&note.to_string())));
                    }
                    Err(error) => prop_assert!(is_harmless(&error.to_string()), "{}", error),
                }
            }
            Err(Error::Kubernetes { line, column, problem }) => {
                prop_assert!(is_in(&cluster.bytes, line, column), "{} {} {}", line, column, problem);
                prop_assert!(is_harmless(&problem), "{:?}", problem);
            }
            Err(Error::NoNodes { .. } | Error::Encoding(_)) => {}
            Err(error) => prop_assert!(false, "{:?}", error),
        }
    }
}

proptest! {
    #![proptest_config(fuzz_processes(50))]

    #[test]
    fn plan_ends_alike_in_every_format(
        damaged in damaged_cluster_with_pods(),
        format in prop::sample::select(vec!["table", "csv", "svg"]),
    ) {
        let files = ["--subnets-file", "tests/fixtures/plan/subnets.json", "--network-interfaces-file",
            "tests/fixtures/plan/network-interfaces.json", "--full"];
        let plan = |format| in_time(|| maxpods(&[&["plan", "-o", format][..], &files].concat(), &damaged.bytes));
        let (json, run) = (plan("json"), plan(format));
        prop_assert!(run.is_orderly(), "{:?}", run);
        prop_assert_eq!((run.code, run.stderr), (json.code, json.stderr));
    }
}

proptest! {
    #![proptest_config(fuzz_processes(50))]

    #[test]
    fn verify_succeeds_only_where_every_node_is_right(damaged in damaged_cluster()) {
        let run = in_time(|| maxpods(&["verify", "-o", "csv"], &damaged.bytes));
        prop_assert!(run.is_orderly(), "{:?}", run);
        if run.code == Some(0) {
            prop_assert!(run.stdout.lines().count() >= 2, "{run:?}");
            prop_assert!(run.stdout.lines().skip(1).all(|line| line.contains(",ok,") || line.contains(",skipped,")), "{run:?}");
        }
    }

    #[test]
    fn verify_ends_alike_in_every_format(
        damaged in damaged_cluster(),
        format in prop::sample::select(vec!["table", "json"]),
    ) {
        let csv = in_time(|| maxpods(&["verify", "-o", "csv"], &damaged.bytes));
        let run = in_time(|| maxpods(&["verify", "-o", format], &damaged.bytes));
        prop_assert!(run.is_orderly(), "{:?}", run);
        prop_assert_eq!((run.code, run.stderr), (csv.code, csv.stderr));
    }
}
