//! Makes a cluster of any size, node by node, from the fixture. Each run makes the same bytes.

use std::io::{self, Write};

const NODE: &str = include_str!("../fixtures/cluster/node.json");

/// Types of several sizes, and the right number of pods for each without prefixes.
const TYPES: [(&str, &str); 5] = [
    ("m5.large", "29"),
    ("m5.xlarge", "58"),
    ("c5.4xlarge", "110"),
    ("t3.medium", "17"),
    ("r5.2xlarge", "58"),
];

/// Writes the output of `kubectl get nodes -o json` for a cluster with `count` nodes, of about 16 KB each.
pub fn nodes(count: usize, out: &mut dyn Write) -> io::Result<()> {
    // kubectl indents the items of a list like this.
    let node = NODE.trim_end().replace('\n', "\n        ");
    let name = "ip-10-0-17-23.eu-west-1.compute.internal";
    assert!(node.contains(name) && node.contains("\"m5.large\"") && node.contains("\"pods\": \"29\""));

    out.write_all(b"{\n    \"apiVersion\": \"v1\",\n    \"items\": [")?;
    for i in 0..count {
        let (instance_type, pods) = TYPES[i % TYPES.len()];
        let node = node
            .replace(
                name,
                &format!("ip-10-{}-{}-{}.eu-west-1.compute.internal", i >> 16, i >> 8 & 255, i & 255),
            )
            .replace("\"m5.large\"", &format!("\"{instance_type}\""))
            .replace("\"pods\": \"29\"", &format!("\"pods\": \"{pods}\""));
        let comma = if i == 0 { "" } else { "," };
        write!(out, "{comma}\n        {node}")?;
    }
    out.write_all(
        b"\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n",
    )
}
