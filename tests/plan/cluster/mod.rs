//! `maxpods plan` of a whole cluster.

mod answers;
#[cfg(unix)]
mod aws;
mod blocks;
mod formats;
mod growth;
mod input;
#[cfg(unix)]
mod kubectl;
mod memory;
mod random;
mod same_code;
mod subnets;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::support::cluster::*;
use crate::support::{Run, command, run, temp_file};

/// `maxpods plan` with these words, and this cluster on stdin.
fn plan(line: &str, cluster: &str) -> Run {
    run(command().arg("plan").args(line.split_whitespace()), cluster.as_bytes())
}

/// The answer in JSON, and the exit code.
#[track_caller]
fn json_of(line: &str, cluster: &str) -> (Value, Option<i32>) {
    let run = plan(&format!("-q -o json {line}"), cluster);
    assert_eq!(run.stderr, "");
    (serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}")), run.code)
}

/// A node with an instance, an address and a group.
pub fn member(number: u64, instance_type: &str, pods: u64, address: &str) -> Value {
    let mut node = node(&format!("n{number}"), instance_type, pods.to_string());
    node["spec"]["providerID"] = format!("aws:///eu-west-1a/{}", instance(number)).into();
    node["status"]["addresses"] = json!([{"type": "InternalIP", "address": address}]);
    node
}

pub fn instance(number: u64) -> String {
    format!("i-{number:017x}")
}

/// A running pod on the node with this number.
pub fn pod(name: &str, node: u64) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"},
        "spec": {"nodeName": format!("n{node}"), "containers": [{"name": "c", "image": "i"}]},
        "status": {"phase": "Running", "podIP": "10.0.0.99"}})
}

/// Running pods on the node with this number, `count` of them.
pub fn pods(count: u64, node: u64) -> Vec<Value> {
    (0..count).map(|i| pod(&format!("p{node}-{i}"), node)).collect()
}

/// A subnet as the AWS CLI describes it.
pub fn subnet(id: &str, cidr: &str, zone: &str) -> Value {
    json!({"SubnetId": id, "VpcId": "vpc-1", "AvailabilityZone": zone, "CidrBlock": cidr, "Tags": []})
}

/// An ENI of a node as the AWS CLI describes it: its own address, and those for pods.
pub fn eni(node: u64, device: u64, subnet: &str, own: &str, secondary: &[&str], prefixes: &[&str]) -> Value {
    let mut addresses = vec![json!({"Primary": true, "PrivateIpAddress": own})];
    addresses.extend(secondary.iter().map(|address| json!({"Primary": false, "PrivateIpAddress": address})));
    let prefixes: Vec<_> = prefixes.iter().map(|prefix| json!({"Ipv4Prefix": prefix})).collect();
    json!({"NetworkInterfaceId": format!("eni-{node}-{device}"), "SubnetId": subnet, "VpcId": "vpc-1",
        "InterfaceType": "interface", "Description": "", "PrivateIpAddress": own,
        "PrivateIpAddresses": addresses, "Ipv4Prefixes": prefixes, "TagSet": [],
        "Attachment": {"DeviceIndex": device, "NetworkCardIndex": 0, "InstanceId": instance(node)}})
}

/// Subnets and ENIs in files.
pub struct Files {
    subnets: NamedTempFile,
    interfaces: Option<NamedTempFile>,
}

impl Files {
    pub fn new(subnets: &[Value], interfaces: Option<&[Value]>) -> Self {
        let interfaces = interfaces.map(|interfaces| json!({"NetworkInterfaces": interfaces}).to_string());
        Self {
            subnets: temp_file(json!({"Subnets": subnets}).to_string()),
            interfaces: interfaces.map(temp_file),
        }
    }

    /// The options that name the files.
    pub fn options(&self) -> String {
        let subnets = format!("--subnets-file {}", self.subnets.path().display());
        match &self.interfaces {
            Some(interfaces) => {
                format!("{subnets} --network-interfaces-file {}", interfaces.path().display())
            }
            None => subnets,
        }
    }
}

const PREFIXES: [(&str, &str); 2] = [("ENABLE_PREFIX_DELEGATION", "true"), ("WARM_PREFIX_TARGET", "1")];

/// The CNI with prefix delegation.
fn with_prefixes() -> Value {
    aws_node(AWS_NODE_1_19, &PREFIXES)
}
