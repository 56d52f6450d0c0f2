//! Makes a cluster of any size, node by node, from the fixture. Each run makes the same bytes.

use std::io::{self, Write};

const NODE: &str = include_str!("../fixtures/cluster/node.json");
const POD: &str = include_str!("../fixtures/cluster/pod.json");
/// The name of the node in both fixtures.
const NAME: &str = "ip-10-0-17-23.eu-west-1.compute.internal";

/// Several kinds of nodes: the type, the right number of pods without prefixes, and the rest of the capacity. The
/// last two are a node with a trunk ENI and a Windows node.
const KINDS: [(&str, &str, &str); 7] = [
    ("m5.large", "29", ""),
    ("m5.xlarge", "58", ""),
    ("c5.4xlarge", "110", ""),
    ("t3.medium", "17", ""),
    ("r5.2xlarge", "58", ""),
    ("m5.large", "20", "vpc.amazonaws.com/pod-eni"),
    ("m5.large", "9", "vpc.amazonaws.com/PrivateIPv4Address"),
];

/// Writes the output of `kubectl get nodes -o json` for a cluster with `count` nodes, of about 16 KB each.
pub fn nodes(count: usize, out: &mut dyn Write) -> io::Result<()> {
    nodes_with_pods(count, 0, out)
}

/// Writes the output of `kubectl get nodes,pods -A -o json` with so many pods on each node, of about 5 KB each.
pub fn nodes_with_pods(count: usize, pods_each: usize, out: &mut dyn Write) -> io::Result<()> {
    // kubectl indents the items of a list like this.
    let indented = |fixture: &str| fixture.trim_end().replace('\n', "\n        ");
    let (node, pod) = (indented(NODE), indented(POD));
    assert!(pod.contains(NAME) && pod.contains("checkout-7d9c5b6f48-x2v9q"));
    assert!(node.contains(NAME) && node.contains("\"m5.large\"") && node.contains("\"pods\": \"29\""));

    out.write_all(b"{\n    \"apiVersion\": \"v1\",\n    \"items\": [")?;
    for i in 0..count {
        let (instance_type, pods, resource) = KINDS[i % KINDS.len()];
        let os = if resource.ends_with("Address") { "windows" } else { "linux" };
        let resource = match resource {
            "" => String::new(),
            name => format!(",\n                    \"{name}\": \"9\""),
        };
        let node = node
            .replace(NAME, &name(i))
            .replace("\"m5.large\"", &format!("\"{instance_type}\""))
            .replace("\"kubernetes.io/os\": \"linux\"", &format!("\"kubernetes.io/os\": \"{os}\""))
            .replace("\"pods\": \"29\"", &format!("\"pods\": \"{pods}\"{resource}"));
        let comma = if i == 0 { "" } else { "," };
        write!(out, "{comma}\n        {node}")?;
    }
    for i in 0..count * pods_each {
        let own = format!("checkout-7d9c5b6f48-{i:05}");
        let pod = pod.replace(NAME, &name(i % count)).replace("checkout-7d9c5b6f48-x2v9q", &own);
        write!(out, ",\n        {pod}")?;
    }
    out.write_all(
        b"\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n",
    )
}

fn name(node: usize) -> String {
    format!("ip-10-{}-{}-{}.eu-west-1.compute.internal", node >> 16, node >> 8 & 255, node & 255)
}
