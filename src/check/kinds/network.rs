//! How a cluster's pods get their addresses: the `aws-node` `DaemonSet`, the configuration values of the EKS add-on
//! `vpc-cni`, and manifests of other CNIs that take the place of both.
//!
//! Source: `charts/aws-vpc-cni/values.yaml` of amazon-vpc-cni-k8s for the add-on's values; `fillDefaults` in
//! `pkg/controller/installation/core_controller.go` of Calico's operator; the `ConfigMap` of Cilium's agent.

use std::rc::Rc;

use serde::Deserialize;

use crate::check::facts::{
    CniValues, DeclaredCni, DeclaredNetwork, Facts, NetworkBy, Unreadable, is_template,
};
use crate::check::reading::Reading;
use crate::check::source::{Source, Spot};
use crate::check::syntax::yaml;
use crate::check::tree::Tree;
use crate::cni::{
    AWS_NODE, CniSettings, CniVersion, DaemonSetSpec, Environment, NAMESPACE, PoolSettings, variable,
};

/// The name of the VPC CNI among the add-ons of EKS.
pub(super) const VPC_CNI: &str = "vpc-cni";

/// Words of which each object here has one: the name of a `DaemonSet` or of a `ConfigMap`, or an API group.
pub(super) const WORDS: &[&str] = &["aws-node", "calico-node", "operator.tigera.io/", "cilium-config"];

/// True if an object of this kind may say how pods get their addresses.
pub(super) fn is(api_version: &str, kind: &str) -> bool {
    match kind {
        "DaemonSet" => api_version.starts_with("apps/"),
        "Installation" => api_version.starts_with("operator.tigera.io/"),
        "ConfigMap" => api_version == "v1",
        _ => false,
    }
}

/// Reads the object. It may have nothing to do with the network of pods.
pub(super) fn read(_: &Reading, source: &Rc<Source>, tree: &Rc<Tree>) -> Facts {
    let text = |path: &[&str]| tree.at(path).and_then(|value| value.text()).unwrap_or("");
    let namespace = text(&["metadata", "namespace"]);
    match (text(&["kind"]), text(&["metadata", "name"])) {
        // A patch may leave the namespace out.
        ("DaemonSet", AWS_NODE) if matches!(namespace, "" | NAMESPACE) => aws_node(source, tree),
        ("DaemonSet", "calico-node") if installs_cni(tree) => other(),
        ("Installation", _) if text(&["spec", "cni", "type"]) == "Calico" => other(),
        ("ConfigMap", "cilium-config") if !is_beside_vpc_cni(tree) => other(),
        _ => Facts { passed_over: 1, ..Facts::default() },
    }
}

fn network(by: NetworkBy, cni: DeclaredCni) -> DeclaredNetwork {
    DeclaredNetwork { cluster: None, by, version: None, cni, ipv6: None }
}

/// The facts of an object that installs another CNI.
pub(super) fn other() -> Facts {
    Facts { networks: vec![other_cni()], documents: 1, ..Facts::default() }
}

/// The network of a cluster with another CNI.
pub(super) fn other_cni() -> DeclaredNetwork {
    network(NetworkBy::OtherCni, DeclaredCni::Other)
}

/// True if the pods of Calico bring their own CNI. Without that, Calico only applies policies beside the VPC CNI.
fn installs_cni(tree: &Tree) -> bool {
    let containers =
        tree.at(&["spec", "template", "spec", "initContainers"]).map_or(&[][..], |list| list.items());
    containers
        .iter()
        .any(|container| container.get("name").and_then(|name| name.text()) == Some("install-cni"))
}

/// True if Cilium runs in a chain behind the VPC CNI, or takes the addresses of ENIs itself.
fn is_beside_vpc_cni(tree: &Tree) -> bool {
    let data = |key: &str| tree.at(&["data", key]).and_then(|value| value.text()).unwrap_or("");
    data("cni-chaining-mode") == "aws-cni" || data("ipam") == "eni"
}

/// The settings in the `aws-node` `DaemonSet`.
fn aws_node(source: &Rc<Source>, tree: &Tree) -> Facts {
    let mut facts = Facts { documents: 1, ..Facts::default() };
    let containers =
        tree.at(&["spec", "template", "spec", "containers"]).map_or(&[][..], |list| list.items());
    let container =
        containers.iter().find(|one| one.get("name").and_then(|name| name.text()) == Some(AWS_NODE));
    let Some(container) = container else { return facts };
    // The reader of DaemonSets is written for kubectl's JSON, and takes no more than it needs.
    let needed = ["name", "image", "env", "envFrom"];
    let container: serde_json::Map<_, _> =
        needed.into_iter().filter_map(|key| Some((key.to_owned(), container.get(key)?.to_json()))).collect();
    let spec = serde_json::json!({"template": {"spec": {"containers": [container]}}});
    match DaemonSetSpec::deserialize(spec)
        .map_err(|error| error.to_string())
        .and_then(|spec| spec.aws_node().map_err(|error| error.to_string()))
    {
        Ok(aws_node) => {
            let is_open = aws_node.environment.is_reference(variable::PREFIX_DELEGATION)
                || aws_node.has_env_from
                    && aws_node.environment.boolean(variable::PREFIX_DELEGATION).is_none();
            let values = values(&aws_node.environment, !is_open);
            let mut network = network(NetworkBy::DaemonSet, DeclaredCni::Vpc(Box::new(values)));
            network.version.clone_from(&aws_node.settings.version);
            network.ipv6 = aws_node.environment.boolean(variable::IPV6);
            facts.networks.push(network);
        }
        Err(message) => {
            facts.malformed.push(Unreadable { spot: Spot::new(source, tree.mark), message });
        }
    }
    facts
}

/// The settings that an environment gives. What it does not name has its default.
fn values(environment: &Environment, says_prefixes: bool) -> CniValues {
    CniValues {
        settings: environment.settings(CniSettings::default()),
        warm_targets: environment.pool_settings(PoolSettings::default()).warm_targets,
        says_prefixes,
    }
}

/// The settings in the configuration values of the add-on: a text of JSON or YAML, or the tree of one.
pub(super) fn addon_values(tree: &Rc<Tree>) -> DeclaredCni {
    if tree.is_computed() {
        return DeclaredCni::Later;
    }
    let Some(text) = tree.text() else { return addon_tree(tree) };
    let mut known = DeclaredCni::Nothing;
    let read = yaml::documents(text, |tree, _| known = addon_tree(&tree));
    match read {
        Ok(()) => known,
        Err(_) if is_template(text) => DeclaredCni::Later,
        // EKS itself refuses malformed values, with a better message than ours.
        Err(_) => DeclaredCni::Nothing,
    }
}

fn addon_tree(tree: &Tree) -> DeclaredCni {
    let mut environment = Environment::default();
    for entry in tree.get("env").map_or(&[][..], |env| env.entries()) {
        match entry.value.text() {
            Some(text) if !is_template(text) => environment.insert(&entry.key, text),
            _ => environment.insert_reference(&entry.key),
        }
    }
    let is_open = environment.is_reference(variable::PREFIX_DELEGATION)
        || tree.get("env").is_some_and(|env| env.is_computed());
    DeclaredCni::Vpc(Box::new(values(&environment, !is_open)))
}

/// The version of the add-on. `latest` and the like say nothing.
pub(super) fn addon_version(text: &str) -> Option<CniVersion> {
    text.parse().ok()
}
