//! For `verify`, `plan`, `list` and the main job.

use super::{Make, aliases_of_aliases, chain_of_aliases, lines, list, list_in_list, nested, numbered};

pub const VERIFY_INPUTS: &[(&str, Make)] = &[
    ("verify: empty nodes", |bytes| list("{\"items\":[", "{}", bytes, "]}")),
    ("verify: nodes without a type", |bytes| {
        list("{\"items\":[", r#"{"metadata":{"name":"a"},"status":{"capacity":{"pods":"29"}}}"#, bytes, "]}")
    }),
    ("verify: nodes of types that are not known", |bytes| {
        numbered("{\"items\":[", bytes, "]}", |i| {
            format!(
                r#"{{"metadata":{{"name":"n{i}","labels":{{"node.kubernetes.io/instance-type":"t{i}.large"}}}},"status":{{"capacity":{{"pods":"29"}}}}}}"#
            )
        })
    }),
    ("verify: nodes over what is allowed", |bytes| {
        numbered("{\"items\":[", bytes, "]}", |i| {
            format!(
                r#"{{"metadata":{{"name":"n{i}","labels":{{"node.kubernetes.io/instance-type":"m5.large"}}}},"status":{{"capacity":{{"pods":"{i}"}}}}}}"#
            )
        })
    }),
    ("verify: a long name", |bytes| {
        format!(
            r#"{{"items":[{{"metadata":{{"name":"{}"}},"status":{{"capacity":{{"pods":"29"}}}}}}]}}"#,
            "a".repeat(bytes)
        )
        .into_bytes()
    }),
    ("verify: labels of one node", |bytes| {
        numbered(
            r#"{"items":[{"metadata":{"name":"a","labels":{"#,
            bytes,
            r#"}},"status":{"capacity":{"pods":"29"}}}]}"#,
            |i| format!(r#""l{i}":"v""#),
        )
    }),
    ("verify: lists in lists", |bytes| list_in_list(bytes)),
    ("verify: brackets", |bytes| nested(r#"{"items":[{"a":"#, "[", bytes)),
    ("verify: blanks", |bytes| nested("", " ", bytes)),
    ("verify: clusters one after another", |bytes| nested("", "{\"items\":[]}\n", bytes)),
];

pub const PLAN_INPUTS: &[(&str, Make)] = &[
    ("plan: small subnets", |bytes| {
        numbered("{\"Subnets\":[", bytes, "]}", |i| {
            format!(r#"{{"CidrBlock":"10.{}.{}.{}/28"}}"#, i >> 12 & 255, i >> 4 & 255, (i & 15) << 4)
        })
    }),
    ("plan: subnets of different VPCs", |bytes| {
        numbered("{\"Subnets\":[", bytes, "]}", |i| {
            format!(
                r#"{{"SubnetId":"s{i}","VpcId":"v{i}","AvailabilityZone":"z{i}","CidrBlock":"10.0.0.0/28"}}"#
            )
        })
    }),
    ("plan: one subnet many times", |bytes| {
        list("{\"Subnets\":[", r#"{"CidrBlock":"10.0.0.0/16","AvailableIpAddressCount":65000}"#, bytes, "]}")
    }),
    ("plan: a subnet with many tags", |bytes| {
        list(
            r#"{"Subnets":[{"CidrBlock":"10.0.0.0/16","Tags":["#,
            r#"{"Key":"a","Value":"b"}"#,
            bytes,
            "]}]}",
        )
    }),
    ("plan: empty subnets", |bytes| list("{\"Subnets\":[", "{}", bytes, "]}")),
    ("plan: brackets", |bytes| nested(r#"{"Subnets":[{"a":"#, "[", bytes)),
    ("plan: pages", |bytes| nested("", "{\"Subnets\":[]}\n", bytes)),
];

pub const INTERFACE_INPUTS: &[(&str, Make)] = &[
    ("plan: addresses in use", |bytes| {
        numbered("{\"NetworkInterfaces\":[{\"SubnetId\":\"a\",\"PrivateIpAddresses\":[", bytes, "]}]}", |i| {
            format!(r#"{{"PrivateIpAddress":"10.0.{}.{}"}}"#, i >> 7 & 255, (i << 1) & 255)
        })
    }),
    ("plan: prefixes in use", |bytes| {
        numbered("{\"NetworkInterfaces\":[{\"Ipv4Prefixes\":[", bytes, "]}]}", |i| {
            format!(r#"{{"Ipv4Prefix":"10.0.{}.{}/28"}}"#, i >> 4 & 255, (i & 15) << 4)
        })
    }),
    ("plan: empty interfaces", |bytes| list("{\"NetworkInterfaces\":[", "{}", bytes, "]}")),
];

pub const TYPE_INPUTS: &[(&str, Make)] = &[
    ("types: many", |bytes| numbered("{\"InstanceTypes\":[", bytes, "]}", instance_type)),
    ("types: one many times", |bytes| list("{\"InstanceTypes\":[", &instance_type(1), bytes, "]}")),
    ("types: one with many network cards", |bytes| {
        let head = r#"[{"InstanceType":"a.b","NetworkInfo":{"Ipv4AddressesPerInterface":9,"NetworkCards":["#;
        numbered(head, bytes, "]}}]", |i| {
            format!(r#"{{"NetworkCardIndex":{},"MaximumNetworkInterfaces":1}}"#, i % 60_000)
        })
    }),
    ("types: pages", |bytes| nested("", "[]\n", bytes)),
    ("types: brackets", |bytes| nested("[{\"a\":", "[", bytes)),
];

fn instance_type(i: usize) -> String {
    format!(
        r#"{{"InstanceType":"x{i}.large","NetworkInfo":{{"Ipv4AddressesPerInterface":9,"NetworkCards":[{{"NetworkCardIndex":0,"MaximumNetworkInterfaces":4}}]}}}}"#
    )
}

const AWS_NODE: &str =
    "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: aws-node, namespace: kube-system}\n";

pub const DAEMON_SET_INPUTS: &[(&str, Make)] = &[
    ("DaemonSet: a chain of aliases", |bytes| chain_of_aliases(AWS_NODE, bytes)),
    ("DaemonSet: aliases of aliases", |_| aliases_of_aliases(AWS_NODE)),
    ("DaemonSet: maps that are aliased", |bytes| {
        let map: String = (0..bytes / 20).map(|i| format!("k{i}: v, ")).collect();
        let text = format!("{AWS_NODE}a: &a {{{map}}}\nb: [{}]\n", "*a, ".repeat(bytes / 8));
        text.into_bytes()
    }),
    ("DaemonSet: a long environment", |bytes| {
        let head = format!(
            "{AWS_NODE}spec:\n  template:\n    spec:\n      containers:\n      - name: aws-node\n        env:\n"
        );
        lines(&head, bytes, |i| format!("        - {{name: V{i}, value: \"1\"}}"))
    }),
    ("DaemonSet: lists in lists", list_in_list),
    ("DaemonSet: one DaemonSet many times", |bytes| nested("", &format!("{AWS_NODE}---\n"), bytes)),
    ("DaemonSet: brackets", |bytes| nested(&format!("{AWS_NODE}a: "), "[", bytes)),
    ("DaemonSet: dashes", |bytes| nested(&format!("{AWS_NODE}a:\n"), "- ", bytes)),
    ("DaemonSet: one long text", |bytes| nested(&format!("{AWS_NODE}a: "), "x", bytes)),
];

pub const JSON_DAEMON_SET_INPUTS: &[(&str, Make)] = &[
    ("aws-node: a long environment", |bytes| {
        let head = r#"{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"aws-node"},"spec":{"template":{"spec":{"containers":[{"name":"aws-node","env":["#;
        numbered(head, bytes, "]}]}}}}", |i| format!(r#"{{"name":"V{i}","value":"1"}}"#))
    }),
    ("aws-node: containers", |bytes| {
        let head = r#"{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"aws-node"},"spec":{"template":{"spec":{"containers":["#;
        list(head, r#"{"name":"a","env":[]}"#, bytes, "]}}}}")
    }),
    ("aws-node: brackets", |bytes| {
        nested(r#"{"apiVersion":"apps/v1","kind":"DaemonSet","spec":"#, "[", bytes)
    }),
    ("aws-node: lists in lists", list_in_list),
];
