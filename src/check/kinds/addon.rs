//! The settings of the VPC CNI in files: in the configuration of the EKS add-on, and in its `DaemonSet`.

use std::rc::Rc;

use super::group::CniSetting;
use super::node::Node;
use super::yaml;
use crate::Error;
use crate::cni::{AWS_NODE, AwsNode, DaemonSetSpec, Environment, NAMESPACE};

/// The name of the VPC CNI among the add-ons of EKS.
pub(super) const VPC_CNI: &str = "vpc-cni";

/// The settings in the add-on's configuration values: JSON or YAML, with the environment of `aws-node`
/// under `env`. What cannot be read says nothing.
pub(super) fn configuration_values(text: &str) -> Vec<CniSetting> {
    let mut settings = Vec::new();
    // EKS itself refuses malformed values, with a better message than ours.
    let _ = yaml::documents(text, |node| settings.extend(environment(&node)));
    settings
}

/// The settings in a tree of the add-on's configuration values.
pub(super) fn environment(node: &Node) -> Option<CniSetting> {
    let mut environment = Environment::default();
    for entry in node.get("env")?.entries() {
        if let Some(text) = entry.value.text() {
            environment.insert(&entry.key, text);
        }
    }
    Some(CniSetting::Environment(environment))
}

/// The add-on's version. `latest` and the like say nothing.
pub(super) fn version(text: &str) -> Option<CniSetting> {
    text.parse().ok().map(CniSetting::Version)
}

/// The settings in the `aws-node` `DaemonSet`, if the document is that.
pub(super) fn daemon_set(node: &Rc<Node>) -> Option<Result<AwsNode, Error>> {
    let text = |path: &[&str]| node.at(path).and_then(|value| value.text());
    let is = text(&["kind"]) == Some("DaemonSet")
        && text(&["apiVersion"]).is_some_and(|version| version.starts_with("apps/"))
        && text(&["metadata", "name"]) == Some(AWS_NODE)
        && text(&["metadata", "namespace"]).is_none_or(|namespace| namespace == NAMESPACE);
    if !is {
        return None;
    }
    let spec = node.get("spec").map(|spec| spec.to_json()).unwrap_or_default();
    // A shape that no DaemonSet has leaves the container unfound.
    Some(serde_json::from_value::<DaemonSetSpec>(spec).unwrap_or_default().aws_node())
}
