//! Makes a cluster of any size, node by node, from the fixture. Each run makes the same bytes.

use std::io::{self, Write};

const NODE: &str = include_str!("../fixtures/cluster/node.json");

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
    // kubectl indents the items of a list like this.
    let node = NODE.trim_end().replace('\n', "\n        ");
    let name = "ip-10-0-17-23.eu-west-1.compute.internal";
    assert!(node.contains(name) && node.contains("\"m5.large\"") && node.contains("\"pods\": \"29\""));

    out.write_all(b"{\n    \"apiVersion\": \"v1\",\n    \"items\": [")?;
    for i in 0..count {
        let (instance_type, pods, resource) = KINDS[i % KINDS.len()];
        let os = if resource.ends_with("Address") { "windows" } else { "linux" };
        let resource = match resource {
            "" => String::new(),
            name => format!(",\n                    \"{name}\": \"9\""),
        };
        let node = node
            .replace(
                name,
                &format!("ip-10-{}-{}-{}.eu-west-1.compute.internal", i >> 16, i >> 8 & 255, i & 255),
            )
            .replace("\"m5.large\"", &format!("\"{instance_type}\""))
            .replace("\"kubernetes.io/os\": \"linux\"", &format!("\"kubernetes.io/os\": \"{os}\""))
            .replace("\"pods\": \"29\"", &format!("\"pods\": \"{pods}\"{resource}"));
        let comma = if i == 0 { "" } else { "," };
        write!(out, "{comma}\n        {node}")?;
    }
    out.write_all(
        b"\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n",
    )
}
