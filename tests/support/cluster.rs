//! Clusters made from the fixtures, as kubectl prints them.
use serde_json::{Value, json};

pub const NODE: &str = include_str!("../fixtures/cluster/node.json");

/// The `aws-node` `DaemonSets` of these versions of the CNI.
pub const AWS_NODE_1_7: &str = include_str!("../fixtures/cluster/aws-node-1.7.json");
pub const AWS_NODE_1_9: &str = include_str!("../fixtures/cluster/aws-node-1.9.json");
pub const AWS_NODE_1_12: &str = include_str!("../fixtures/cluster/aws-node-1.12.json");
pub const AWS_NODE_1_19: &str = include_str!("../fixtures/cluster/aws-node-1.19.json");

pub const INSTANCE_TYPE: &str = "node.kubernetes.io/instance-type";
pub const OLD_INSTANCE_TYPE: &str = "beta.kubernetes.io/instance-type";
pub const COMPUTE_TYPE: &str = "eks.amazonaws.com/compute-type";

/// A node of this type that takes this number of pods.
pub fn node(name: &str, instance_type: &str, pods: impl Into<Value>) -> Value {
    let mut node: Value = serde_json::from_str(NODE).expect("the fixture is JSON");
    node["metadata"]["name"] = name.into();
    node["metadata"]["labels"][INSTANCE_TYPE] = instance_type.into();
    node["metadata"]["labels"][OLD_INSTANCE_TYPE] = instance_type.into();
    node["status"]["capacity"]["pods"] = pods.into();
    node
}

/// The node with this label.
pub fn labelled(mut node: Value, label: &str, value: &str) -> Value {
    node["metadata"]["labels"][label] = value.into();
    node
}

/// The node without these labels.
pub fn unlabelled(mut node: Value, labels: &[&str]) -> Value {
    for label in labels {
        node["metadata"]["labels"].as_object_mut().expect("labels").remove(*label).expect("it was there");
    }
    node
}

/// The `DaemonSet` with these variables set to these values.
pub fn aws_node(fixture: &str, variables: &[(&str, &str)]) -> Value {
    let mut daemonset: Value = serde_json::from_str(fixture).expect("the fixture is JSON");
    let env = env(&mut daemonset);
    for (name, value) in variables {
        env.retain(|variable| variable["name"] != *name);
        env.push(json!({"name": name, "value": value}));
    }
    daemonset
}

/// The container that reads the settings.
pub fn container(daemonset: &mut Value) -> &mut Value {
    let containers = &mut daemonset["spec"]["template"]["spec"]["containers"];
    let containers = containers.as_array_mut().expect("containers");
    containers.iter_mut().find(|container| container["name"] == "aws-node").expect("a container aws-node")
}

pub fn env(daemonset: &mut Value) -> &mut Vec<Value> {
    container(daemonset)["env"].as_array_mut().expect("variables")
}

/// A list in the form and order of kubectl: the kind comes after the items.
pub fn list(items: &[Value]) -> String {
    let list =
        json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}});
    pretty(&list)
}

/// JSON with the four blanks of indentation that kubectl writes.
pub fn pretty(value: &Value) -> String {
    use serde::Serialize;
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    value.serialize(&mut serializer).expect("it can be written");
    text.push(b'\n');
    String::from_utf8(text).expect("UTF-8")
}
