//! The `DaemonSet` of the CNI.

use super::run::{fuzz_processes, maxpods};
use super::{in_time, is_in};
use crate::support::cluster::{AWS_NODE_1_7, AWS_NODE_1_19, aws_node};
use crate::support::is_harmless;
use crate::support::mutate::{Mutant, fuzz, mutated};
use maxpods::Error;
use maxpods::cni::AwsNode;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A `DaemonSet` with only the fields that the settings come from, so that a change of any field has an effect.
fn small_daemonset() -> String {
    let env = json!([
        {"name": "ENABLE_PREFIX_DELEGATION", "value": "true"},
        {"name": "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "value": "false"},
        {"name": "MAX_ENI", "value": "3"},
        {"name": "ENABLE_POD_ENI", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "y"}}},
        {"name": "ENABLE_IPv6", "value": "tRUE"},
    ]);
    let container = json!({"name": "aws-node", "image": "cni:v1.19.2", "env": env});
    let spec = json!({"template": {"spec": {"containers": [container], "initContainers": []}}});
    let metadata = json!({"name": "aws-node", "namespace": "kube-system"});
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata, "spec": spec}).to_string()
}

fn damaged_daemonset() -> impl Strategy<Value = Mutant> {
    let variables = [("ENABLE_PREFIX_DELEGATION", "true"), ("MAX_ENI", "2")];
    let real = |fixture| aws_node(fixture, &variables).to_string();
    let small = small_daemonset();
    // The small one is given twice, because most parts of a real one have no effect on the settings.
    mutated(
        &[&small, &small, &real(AWS_NODE_1_7), &real(AWS_NODE_1_19)],
        &[
            "\"MAX_ENI\"",
            "\"ENABLE_PREFIX_DELEGATION\"",
            "\"TRUE\"",
            "\"$(X)\"",
            "\"aws-node\"",
            "\"DaemonSet\"",
        ],
    )
}

/// The value of the last variable with this name, found in another way than the library finds it. `None` if this
/// way does not find it.
fn variable(text: &[u8], name: &str) -> Option<String> {
    let daemonset: Value = serde_json::from_slice(text).ok()?;
    let containers = daemonset["spec"]["template"]["spec"]["containers"].as_array()?;
    let own = containers.iter().find(|container| container["name"] == "aws-node")?;
    let last = own["env"].as_array()?.iter().rfind(|variable| variable["name"] == name)?;
    // The API server takes one of both.
    let last = Some(last).filter(|last| last["valueFrom"].is_null())?;
    last["value"].as_str().map(Into::into)
}

proptest! {
    #![proptest_config(fuzz(1000))]

    #[test]
    fn a_damaged_daemonset_is_read_as_it_is_or_refused_at_a_place_in_it(damaged in damaged_daemonset()) {
        match in_time(|| AwsNode::read(damaged.bytes.as_slice())) {
            Ok(AwsNode { settings, warnings, .. }) => {
                prop_assert!(warnings.iter().all(|warning| is_harmless(&warning.to_string())), "{:?}", warnings);
                let value = |name| variable(&damaged.bytes, name).unwrap_or_default();
                if value("ENABLE_PREFIX_DELEGATION") == "true" {
                    prop_assert!(settings.prefix_delegation);
                }
                if let Ok(most @ 1..=9) = value("MAX_ENI").parse::<u32>() {
                    prop_assert_eq!(settings.max_eni.map(Into::into), Some(most));
                }
            }
            Err(Error::Kubernetes { line, column, problem }) => {
                prop_assert!(is_in(&damaged.bytes, line, column), "{} {} {}", line, column, problem);
                prop_assert!(is_harmless(&problem), "{:?}", problem);
            }
            Err(
                Error::NoAwsNode { .. }
                | Error::NoAwsNodeContainer
                | Error::AwsNodeContradiction
                | Error::Encoding(_),
            ) => {}
            Err(error) => prop_assert!(false, "{:?}", error),
        }
    }
}

proptest! {
    #![proptest_config(fuzz_processes(50))]

    #[test]
    fn a_damaged_daemonset_is_answered_in_order(
        damaged in damaged_daemonset(),
        line in prop::sample::select(vec![
            "--instance-type m5.large",
            "--instance-type m5.large -o explain",
            "list m5.* -o json",
        ]),
    ) {
        let mut args: Vec<_> = line.split(' ').collect();
        args.extend(["--cni-from-daemonset", "-"]);
        let run = in_time(|| maxpods(&args, &damaged.bytes));
        prop_assert!(run.is_orderly(), "{:?}", run);
    }
}
