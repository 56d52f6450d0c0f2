//! Input that is made to take much time, memory or stack: for each reader, of any size. The benchmark gives each reader
//! a megabyte of it, and the tests give it less.

use std::fmt::Write;
use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

/// One input for one reader.
pub struct Hostile {
    /// The reader and the input, in words.
    pub name: &'static str,
    /// The arguments in one line; `FILE` stands for the path of the input.
    pub args: &'static str,
    /// The name of the file, where it decides how the file is read.
    pub file: &'static str,
    /// Makes about so many bytes.
    pub make: fn(usize) -> Vec<u8>,
}

const VERIFY: &str = "verify -q FILE";
const PLAN: &str = "plan --instance-type m5.large --pods 20 --nodes 10 --subnets-file FILE";
const INTERFACES: &str =
    "plan --instance-type m5.large --pods 20 --nodes 10 --subnet 10.0.0.0/16 --network-interfaces-file FILE";
const TYPES: &str = "list --instance-types-file FILE";
const DAEMON_SET: &str = "--instance-type m5.large --cni-from-daemonset FILE";
const CHECK: &str = "check -q --instance-type m5.large FILE";

/// Every input.
pub fn all() -> impl Iterator<Item = Hostile> {
    let readers: [(&str, &str, &[(&str, Make)]); 16] = [
        (VERIFY, "nodes.json", VERIFY_INPUTS),
        (PLAN, "subnets.json", PLAN_INPUTS),
        (INTERFACES, "interfaces.json", INTERFACE_INPUTS),
        (TYPES, "types.json", TYPE_INPUTS),
        (DAEMON_SET, "daemonset.yaml", DAEMON_SET_INPUTS),
        (CHECK, "text.yaml", YAML_INPUTS),
        (CHECK, "text.json", JSON_INPUTS),
        (CHECK, "script.sh", SHELL_INPUTS),
        (CHECK, "mime.txt", MIME_INPUTS),
        (CHECK, "encoded.txt", ENCODED_INPUTS),
        (CHECK, "settings.toml", TOML_INPUTS),
        (CHECK, "cloud-config.yaml", CLOUD_CONFIG_INPUTS),
        (CHECK, "cluster.yaml", EKSCTL_INPUTS),
        (CHECK, "karpenter.yaml", KARPENTER_INPUTS),
        (CHECK, "plan.json", TERRAFORM_INPUTS),
        (CHECK, "expression.yaml", EXPRESSION_INPUTS),
    ];
    readers.into_iter().flat_map(|(args, file, inputs)| {
        inputs.iter().map(move |&(name, make)| Hostile { name, args, file, make })
    })
}

type Make = fn(usize) -> Vec<u8>;

const VERIFY_INPUTS: &[(&str, Make)] = &[
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

const PLAN_INPUTS: &[(&str, Make)] = &[
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

const INTERFACE_INPUTS: &[(&str, Make)] = &[
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

const TYPE_INPUTS: &[(&str, Make)] = &[
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

const DAEMON_SET_INPUTS: &[(&str, Make)] = &[
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

const NODE_CONFIG: &str = "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n";

const YAML_INPUTS: &[(&str, Make)] = &[
    ("YAML: a chain of aliases", |bytes| chain_of_aliases(NODE_CONFIG, bytes)),
    ("YAML: aliases of aliases", |_| aliases_of_aliases(NODE_CONFIG)),
    ("YAML: a million values in 4 KB", |_| {
        format!(
            "{NODE_CONFIG}a: &a [{}]\nb: &b [{}]\nc: [{}]\n",
            "1,".repeat(100),
            "*a,".repeat(100),
            "*b,".repeat(100)
        )
        .into_bytes()
    }),
    ("YAML: merge keys", |bytes| {
        let map: String = (0..bytes / 20).map(|i| format!("k{i}: v, ")).collect();
        format!("{NODE_CONFIG}a: &a {{{map}}}\nb:\n{}", "- <<: *a\n".repeat(bytes / 18)).into_bytes()
    }),
    ("YAML: merge keys in one map", |bytes| {
        let map: String = (0..100).map(|i| format!("k{i}: v, ")).collect();
        nested(&format!("{NODE_CONFIG}a: &a {{{map}}}\nb:\n"), "  <<: *a\n", bytes)
    }),
    ("YAML: NodeConfigs", |bytes| {
        nested("", &format!("{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}}\n---\n"), bytes)
    }),
    ("YAML: documents of other kinds", |bytes| nested(NODE_CONFIG, "---\na: b\n", bytes)),
    ("YAML: documents of which one is broken", |bytes| {
        nested(&format!("{NODE_CONFIG}---\na: [\n"), &format!("---\n{NODE_CONFIG}"), bytes)
    }),
    ("YAML: broken documents", |bytes| nested("", &format!("{NODE_CONFIG}a: [\n---\n"), bytes)),
    ("YAML: keys of one map", |bytes| {
        lines(&format!("{NODE_CONFIG}spec:\n"), bytes, |i| format!("  k{i}: v"))
    }),
    ("YAML: one key many times", |bytes| nested(&format!("{NODE_CONFIG}spec:\n"), "  k: v\n", bytes)),
    ("YAML: brackets", |bytes| nested(&format!("{NODE_CONFIG}a: "), "[", bytes)),
    ("YAML: braces", |bytes| nested(&format!("{NODE_CONFIG}a: "), "{a: ", bytes)),
    ("YAML: dashes", |bytes| nested(&format!("{NODE_CONFIG}a:\n"), "- ", bytes)),
    ("YAML: question marks", |bytes| nested(&format!("{NODE_CONFIG}a:\n"), "? ", bytes)),
    ("YAML: anchors", |bytes| nested(&format!("{NODE_CONFIG}a:\n"), "- &a b\n", bytes)),
    ("YAML: tags", |bytes| nested(NODE_CONFIG, "!a ", bytes)),
    ("YAML: one long text", |bytes| nested(&format!("{NODE_CONFIG}a: "), "x", bytes)),
    ("YAML: one long text in quotes", |bytes| nested(&format!("{NODE_CONFIG}a: \""), "x\n  ", bytes)),
    ("YAML: line breaks", |bytes| nested(NODE_CONFIG, "\n", bytes)),
    ("YAML: a block of blank lines", |bytes| nested(&format!("{NODE_CONFIG}a: |\n"), "  \n", bytes)),
    ("YAML: a deeper line each time", |bytes| {
        let levels = (2 * bytes).isqrt();
        let lines: String = (0..levels).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        format!("{NODE_CONFIG}{lines}").into_bytes()
    }),
    ("YAML: colons", |bytes| nested(&format!("{NODE_CONFIG}a: "), "a: ", bytes)),
    ("YAML: comments that silence nothing", |bytes| {
        nested(
            &format!("{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}}\n"),
            "# maxpods: ignore\n",
            bytes,
        )
    }),
    ("YAML: findings with comments", |bytes| {
        nested(
            "",
            &format!("{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}} # maxpods: ignore\n---\n"),
            bytes,
        )
    }),
];

const JSON_NODE_CONFIG: &str = r#"{"apiVersion":"node.eks.aws/v1alpha1","kind":"NodeConfig","spec":{"kubelet":{"config":{"maxPods":500}}}"#;

const JSON_INPUTS: &[(&str, Make)] = &[
    ("JSON: lists in lists", list_in_list),
    ("JSON: lists in lists around a NodeConfig", |bytes| {
        let levels = (bytes / 40).min(150);
        let mut text = r#"{"apiVersion":"v1","kind":"List","items":["#.repeat(levels);
        let items = list("", &format!("{JSON_NODE_CONFIG}}}"), bytes, "");
        text.push_str(&String::from_utf8(items).expect("UTF-8"));
        text.push_str(&"]}".repeat(levels));
        text.into_bytes()
    }),
    ("JSON: lists of one list each, 190 deep", |bytes| {
        let item = format!("{}{}", "[".repeat(190), "]".repeat(190));
        list(&format!("{JSON_NODE_CONFIG},\"a\":["), &item, bytes, "]}")
    }),
    ("JSON: one value, 190 deep", |bytes| {
        let text = "x".repeat(bytes);
        format!("{JSON_NODE_CONFIG},\"a\":{}\"{text}\"{}}}", "[".repeat(190), "]".repeat(190)).into_bytes()
    }),
    ("JSON: documents", |bytes| nested("", &format!("{JSON_NODE_CONFIG}}}\n"), bytes)),
    ("JSON: documents on one line", |bytes| nested("", &format!("{JSON_NODE_CONFIG}}}"), bytes)),
    ("JSON: small documents", |bytes| nested("", "{}", bytes)),
    ("JSON: a list of NodeConfigs", |bytes| {
        list(r#"{"apiVersion":"v1","kind":"List","items":["#, &format!("{JSON_NODE_CONFIG}}}"), bytes, "]}")
    }),
    ("JSON: keys of one object", |bytes| {
        numbered(&format!("{JSON_NODE_CONFIG},\"a\":{{"), bytes, "}}", |i| format!(r#""k{i}":1"#))
    }),
    ("JSON: small values", |bytes| list(&format!("{JSON_NODE_CONFIG},\"a\":["), "1", bytes, "]}")),
    ("JSON: empty objects", |bytes| list(&format!("{JSON_NODE_CONFIG},\"a\":["), "{}", bytes, "]}")),
    ("JSON: brackets", |bytes| nested(&format!("{JSON_NODE_CONFIG},\"a\":"), "[", bytes)),
    ("JSON: braces", |bytes| nested("", "{\"a\":", bytes)),
    ("JSON: a text of escapes", |bytes| {
        format!("{JSON_NODE_CONFIG},\"a\":\"{}\"}}", "\\u00e9".repeat(bytes / 6)).into_bytes()
    }),
    ("JSON: broken at its end", |bytes| list(&format!("{JSON_NODE_CONFIG},\"a\":["), "{}", bytes, "")),
];

const SCRIPT: &str = "#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'\n";

const SHELL_INPUTS: &[(&str, Make)] = &[
    ("shell: here-documents, then semicolons", |bytes| {
        [SCRIPT.as_bytes(), &nested("", "<<A ", bytes / 2), b"\n", &nested("", ";", bytes / 2)].concat()
    }),
    ("shell: here-documents that end", |bytes| nested(SCRIPT, "cat <<A\nx\nA\n", bytes)),
    ("shell: here-documents that do not end", |bytes| nested(SCRIPT, "cat <<A\n", bytes)),
    ("shell: ${", |bytes| nested(SCRIPT, "${", bytes)),
    ("shell: $(", |bytes| nested(SCRIPT, "$(", bytes)),
    ("shell: $((", |bytes| nested(SCRIPT, "$((", bytes)),
    ("shell: backquotes", |bytes| nested(SCRIPT, "` ", bytes)),
    ("shell: backquotes with backslashes", |bytes| nested(SCRIPT, "\\`", bytes)),
    ("shell: \"$(", |bytes| nested(SCRIPT, "\"$(", bytes)),
    ("shell: parentheses", |bytes| nested(SCRIPT, "(", bytes)),
    ("shell: braces", |bytes| nested(SCRIPT, "{ ", bytes)),
    ("shell: quotes", |bytes| nested(SCRIPT, "'' ", bytes)),
    ("shell: if", |bytes| nested(SCRIPT, "if ", bytes)),
    ("shell: case", |bytes| nested(SCRIPT, "case a in a) ", bytes)),
    ("shell: functions", |bytes| {
        lines(SCRIPT, bytes, |i| format!("f{i}() {{ bootstrap.sh c --kubelet-extra-args --max-pods=9; }}"))
    }),
    ("shell: one function called often", |bytes| {
        nested(
            "#!/bin/bash\nf() { /etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'; }\n",
            "f\n",
            bytes,
        )
    }),
    ("shell: calls of bootstrap.sh", |bytes| {
        nested("#!/bin/bash\n", "/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'\n", bytes)
    }),
    ("shell: calls of bootstrap.sh in one line", |bytes| {
        nested("#!/bin/bash\n", "/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500';", bytes)
    }),
    ("shell: flags of one call", |bytes| {
        nested("#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args '", "--max-pods=500 ", bytes)
    }),
    ("shell: flags that end", |bytes| {
        let mut text =
            nested("#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args '", "--max-pods=500 ", bytes);
        text.extend(b"'\n");
        text
    }),
    ("shell: flags from a variable", |bytes| {
        let mut text = nested("#!/bin/bash\nF='", "--max-pods=500 ", bytes / 2);
        text.extend(b"'\n");
        text.extend(nested("", "/etc/eks/bootstrap.sh c --kubelet-extra-args \"$F\"\n", bytes / 2));
        text
    }),
    ("shell: variables of variables", |bytes| {
        let mut text: String = "#!/bin/bash\nV0=--max-pods=500\n".into();
        let mut i = 0;
        while text.len() < bytes {
            i += 1;
            let _ = writeln!(text, "V{i}=\"$V{0} $V{0}\"", i - 1);
        }
        let _ = writeln!(text, "/etc/eks/bootstrap.sh c --kubelet-extra-args \"$V{i}\"");
        text.into_bytes()
    }),
    ("shell: a variable that grows", |bytes| {
        let mut text = nested("#!/bin/bash\nV=--max-pods=500\n", "V=\"$V $V\"\n", bytes);
        text.extend(b"/etc/eks/bootstrap.sh c --kubelet-extra-args \"$V\"\n");
        text
    }),
    ("shell: a long variable many times", |bytes| {
        let mut text = nested("#!/bin/bash\nV=", "x", bytes / 4);
        text.extend(nested("\n", "W=\"$V\"\n", bytes / 4));
        text.extend(nested("/etc/eks/bootstrap.sh c --kubelet-extra-args \"", "$V", bytes / 2));
        text.extend(b"\"\n");
        text
    }),
    ("shell: a NodeConfig in each here-document", |bytes| {
        nested(
            "#!/bin/bash\n",
            &format!(
                "cat >/etc/eks/nodeadm.d/a.yaml <<A\n{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}}\nA\n"
            ),
            bytes,
        )
    }),
    ("shell: pipes", |bytes| nested(SCRIPT, "a | ", bytes)),
    ("shell: backslashes", |bytes| nested(SCRIPT, "\\\n", bytes)),
    ("shell: words of one line", |bytes| nested(SCRIPT, "a ", bytes)),
    ("shell: comments", |bytes| nested(SCRIPT, "#\n", bytes)),
];

const MIME_INPUTS: &[(&str, Make)] = &[
    ("MIME: parts", |bytes| nested(MIME, "--b\nContent-Type: text/x-shellscript\n\n#!/bin/bash\nx\n", bytes)),
    ("MIME: empty parts", |bytes| nested(MIME, "--b\n", bytes)),
    ("MIME: NodeConfigs", |bytes| {
        let part = format!(
            "--b\nContent-Type: application/node.eks.aws\n\n{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}}\n"
        );
        nested(MIME, &part, bytes)
    }),
    ("MIME: parts in parts", |bytes| {
        lines("", bytes, |i| format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\n\n--b{i}"))
    }),
    ("MIME: one boundary in itself", |bytes| {
        nested(MIME, "--b\nContent-Type: multipart/mixed; boundary=\"b\"\n\n", bytes)
    }),
    ("MIME: headers", |bytes| nested("MIME-Version: 1.0\n", "A: b\n", bytes)),
    ("MIME: a header of many lines", |bytes| nested("MIME-Version: 1.0\nA: b\n", " c\n", bytes)),
    ("MIME: parameters", |bytes| nested("MIME-Version: 1.0\nContent-Type: multipart/mixed", "; a=b", bytes)),
    ("MIME: parts that are compressed", |bytes| {
        let part = STANDARD.encode(gzip(&"#\n".repeat(500_000).into_bytes()));
        let part =
            format!("--b\nContent-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n{part}\n");
        nested(MIME, &part, bytes)
    }),
    ("MIME: 60 parts that are compressed twice", |_| {
        let part = STANDARD.encode(gzip(&gzip(&"#\n".repeat(9_000_000).into_bytes())));
        let part =
            format!("--b\nContent-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n{part}\n");
        format!("{MIME}{}", part.repeat(60)).into_bytes()
    }),
];

const MIME: &str = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n";

const ENCODED_INPUTS: &[(&str, Make)] = &[
    ("gzip: 18 MB of line breaks", |_| gzip(&gzip(&vec![b'\n'; 18_000_000]))),
    ("gzip: a script of 30 MB", |_| gzip(&[SCRIPT.as_bytes(), &vec![b'\n'; 30_000_000]].concat())),
    ("gzip: 1 GB of zeros", |_| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![0; 1 << 20];
        for _ in 0..100 {
            encoder.write_all(&zeros).expect("memory takes it");
        }
        encoder.finish().expect("memory takes it")
    }),
    ("base64: a script", |bytes| STANDARD.encode(nested(SCRIPT, "a\n", bytes * 3 / 4)).into_bytes()),
    ("base64: of base64 of base64", |bytes| {
        let mut text = SCRIPT.to_owned();
        while text.len() < bytes {
            text = STANDARD.encode(&text);
        }
        text.into_bytes()
    }),
    ("gzip: of gzip of gzip", |_| {
        let mut text = SCRIPT.as_bytes().to_vec();
        for _ in 0..1000 {
            text = gzip(&text);
        }
        text
    }),
    ("UTF-16: a NodeConfig", |bytes| {
        let text = String::from_utf8(nested(NODE_CONFIG, "# a\n", bytes / 2)).expect("UTF-8");
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }),
    ("UTF-16: three bytes of UTF-8 for two", |bytes| {
        let text = format!("{NODE_CONFIG}a: {}", "数".repeat(bytes / 2));
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }),
    ("no UTF-8", |bytes| nested_bytes(NODE_CONFIG.as_bytes(), b"\xff", bytes)),
];

const TOML: &str = "[settings.kubernetes]\nmax-pods = 500\n";

const TOML_INPUTS: &[(&str, Make)] = &[
    ("TOML: keys", |bytes| lines(TOML, bytes, |i| format!("k{i} = 1"))),
    ("TOML: tables", |bytes| lines(TOML, bytes, |i| format!("[t{i}]"))),
    ("TOML: dots", |bytes| nested(&format!("{TOML}a"), ".a", bytes)),
    ("TOML: dots in a header", |bytes| nested(&format!("{TOML}[a"), ".a", bytes)),
    ("TOML: many deep keys", |bytes| lines(TOML, bytes, |i| format!("{}k{i} = 1", "a.".repeat(70)))),
    ("TOML: brackets", |bytes| nested(&format!("{TOML}a = "), "[", bytes)),
    ("TOML: braces", |bytes| nested(&format!("{TOML}a = "), "{a=", bytes)),
    ("TOML: lists of tables", |bytes| nested(TOML, "[[a]]\n", bytes)),
    ("TOML: one key many times", |bytes| nested(TOML, "a = 1\n", bytes)),
    ("TOML: a long text", |bytes| nested(&format!("{TOML}a = \""), "x", bytes)),
    ("TOML: small values", |bytes| list(&format!("{TOML}a = ["), "1", bytes, "]\n")),
];

const CLOUD_CONFIG: &str = "#cloud-config\n";

const CLOUD_CONFIG_INPUTS: &[(&str, Make)] = &[
    ("cloud-config: commands", |bytes| {
        nested(
            &format!("{CLOUD_CONFIG}runcmd:\n"),
            "- /etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'\n",
            bytes,
        )
    }),
    ("cloud-config: one command, aliased", |bytes| {
        nested(
            &format!(
                "{CLOUD_CONFIG}bootcmd: [&a \"/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'\"]\nruncmd:\n"
            ),
            "- *a\n",
            bytes,
        )
    }),
    ("cloud-config: one long command, aliased", |bytes| {
        let command = format!(
            "/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500' {}",
            "a ".repeat(bytes / 4)
        );
        nested(&format!("{CLOUD_CONFIG}bootcmd: [&a \"{command}\"]\nruncmd:\n"), "- *a\n", bytes)
    }),
    ("cloud-config: files", |bytes| {
        nested(
            &format!("{CLOUD_CONFIG}write_files:\n"),
            "- {path: /etc/eks/nodeadm.d/a.yaml, content: 'apiVersion: node.eks.aws/v1alpha1'}\n",
            bytes,
        )
    }),
    ("cloud-config: one large file, aliased", |bytes| {
        let script = "#\\n".repeat(bytes / 6);
        nested(
            &format!(
                "{CLOUD_CONFIG}x: &a \"#!/bin/bash\\n/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n{script}\"\nwrite_files:\n"
            ),
            "- {path: /a.sh, content: *a}\n",
            bytes,
        )
    }),
    ("cloud-config: compressed files", |bytes| {
        let file = STANDARD.encode(gzip(&"#\n".repeat(500_000).into_bytes()));
        nested(
            &format!("{CLOUD_CONFIG}write_files:\n"),
            &format!("- {{path: /a.sh, encoding: gz+b64, content: {file}}}\n"),
            bytes,
        )
    }),
    ("cloud-config: one compressed file, aliased", |bytes| {
        let file = STANDARD.encode(gzip(&"#\n".repeat(5_000_000).into_bytes()));
        nested(
            &format!("{CLOUD_CONFIG}x: &a {file}\nwrite_files:\n"),
            "- {path: /a.sh, encoding: gz+b64, content: *a}\n",
            bytes,
        )
    }),
];

const CLUSTER: &str =
    "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: eu-west-1}\n";

const EKSCTL_INPUTS: &[(&str, Make)] = &[
    ("eksctl: groups on one line", |bytes| {
        numbered(
            r#"{"apiVersion":"eksctl.io/v1alpha5","kind":"ClusterConfig","managedNodeGroups":["#,
            bytes,
            "]}",
            |i| format!(r#"{{"name":"a{i}","maxPodsPerNode":{}}}"#, 500 + i),
        )
    }),
    ("eksctl: groups", |bytes| {
        lines(&format!("{CLUSTER}nodeGroups:\n"), bytes, |i| {
            format!("- {{name: a{i}, instanceType: m5.large, maxPodsPerNode: {}}}", 500 + i)
        })
    }),
    ("eksctl: groups that alias one", |bytes| {
        nested(
            &format!("{CLUSTER}nodeGroups:\n- &a {{name: a, instanceType: m5.large, maxPodsPerNode: 500}}\n"),
            "- *a\n",
            bytes,
        )
    }),
    ("eksctl: groups that alias 100 types", |bytes| {
        let types = "m5.large, c5.large, r5.large, m6i.large, t3.medium, ".repeat(20);
        nested(
            &format!("{CLUSTER}x: &t [{types}]\nnodeGroups:\n"),
            "- {instanceTypes: *t, maxPodsPerNode: 500}\n",
            bytes,
        )
    }),
    ("eksctl: groups that alias many names of types", |bytes| {
        let types: String = (0..bytes / 20).map(|i| format!("a{i}.large, ")).collect();
        nested(
            &format!("{CLUSTER}x: &t [{types}]\nnodeGroups:\n"),
            "- {instanceTypes: *t, maxPodsPerNode: 500}\n",
            bytes / 2,
        )
    }),
    ("eksctl: groups of different types", |bytes| {
        let mut i = 0;
        lines(&format!("{CLUSTER}nodeGroups:\n"), bytes, move |_| {
            i += 1;
            format!("- {{instanceTypes: [m5.large, x{i}.large], maxPodsPerNode: {}}}", 29 + i)
        })
    }),
    ("eksctl: groups that alias 100 KB as their type", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}\nnodeGroups:\n", "x".repeat(bytes / 5)),
            "- {instanceType: *s, maxPodsPerNode: 500}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias 100 KB as their name", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}\nnodeGroups:\n", "x".repeat(bytes / 5)),
            "- {name: *s, maxPodsPerNode: 500}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias 100 KB as their number", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}\nnodeGroups:\n", "x".repeat(bytes / 5)),
            "- {maxPodsPerNode: *s}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias 100 KB as their family", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}\nnodeGroups:\n", "x".repeat(bytes / 5)),
            "- {amiFamily: *s, maxPodsPerNode: 50}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias a reserve of 100 KB", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}Gi\nnodeGroups:\n", "1".repeat(bytes / 5)),
            "- {kubeletExtraConfig: {maxPods: 50, kubeReserved: {memory: *s}}}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias one script", |bytes| {
        let script = format!(
            "/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n{}",
            "#\\n".repeat(bytes / 15)
        );
        nested(
            &format!("{CLUSTER}x: &s \"#!/bin/bash\\n{script}\"\nnodeGroups:\n"),
            "- {amiFamily: AmazonLinux2, ami: a, overrideBootstrapCommand: *s}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias a script of many calls", |bytes| {
        let script = "/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n".repeat(bytes / 600);
        nested(
            &format!("{CLUSTER}x: &s \"#!/bin/bash\\n{script}\"\nnodeGroups:\n"),
            "- {amiFamily: AmazonLinux2, ami: a, overrideBootstrapCommand: *s}\n",
            bytes / 10,
        )
    }),
    ("eksctl: 100 groups that alias base64 of gzip of gzip", |_| {
        let script = STANDARD.encode(gzip(&gzip(&[SCRIPT.as_bytes(), &vec![b'\n'; 18_000_000]].concat())));
        nested(
            &format!("{CLUSTER}x: &s {script}\nnodeGroups:\n"),
            "- {amiFamily: AmazonLinux2, ami: a, overrideBootstrapCommand: *s}\n",
            10_000,
        )
    }),
    ("eksctl: clusters with one large add-on", |bytes| {
        let values =
            format!("'env: {{{}}}'", (0..bytes / 40).map(|i| format!("V{i}: \"1\", ")).collect::<String>());
        nested(
            &format!("{CLUSTER}addons: [{{name: vpc-cni, configurationValues: {values}}}]\nnodeGroups:\n"),
            "- {maxPodsPerNode: 500}\n",
            bytes / 2,
        )
    }),
    ("eksctl: add-ons that alias one large configuration", |bytes| {
        let values =
            format!("'env: {{{}}}'", (0..bytes / 40).map(|i| format!("V{i}: \"1\", ")).collect::<String>());
        nested(
            &format!("{CLUSTER}x: &s {values}\nnodeGroups: [{{maxPodsPerNode: 500}}]\naddons:\n"),
            "- {name: vpc-cni, configurationValues: *s}\n",
            bytes / 2,
        )
    }),
    ("eksctl: clusters that say different things", |bytes| {
        lines("", bytes, |i| {
            format!(
                "---\n{CLUSTER}addons: [{{name: vpc-cni, configurationValues: 'env: {{WARM_ENI_TARGET: \"{i}\"}}'}}]\nnodeGroups: [{{maxPodsPerNode: 500}}]"
            )
        })
    }),
    ("eksctl: clusters with names of their own", |bytes| {
        lines("", bytes, |i| {
            format!(
                "---\n{}nodeGroups: [{{maxPodsPerNode: 500}}]",
                CLUSTER.replace("name: c", &format!("name: c{i}"))
            )
        })
    }),
];

const CLASS: &str = "---\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: NAME}\nspec: {kubelet: {maxPods: 500}}\n";
const POOL: &str = "---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: NAME}\nspec: {template: {spec: {nodeClassRef: {name: CLASS}, requirements: [REQUIREMENT]}}}\n";

fn class(name: &str) -> String {
    CLASS.replace("NAME", name)
}

fn pool(name: &str, class: &str, requirement: &str) -> String {
    POOL.replace("NAME", name).replace("CLASS", class).replace("REQUIREMENT", requirement)
}

const KARPENTER_INPUTS: &[(&str, Make)] = &[
    ("Karpenter: pools of one class", |bytes| {
        nested(
            &class("a"),
            &pool("p", "a", "{key: karpenter.k8s.aws/instance-family, operator: In, values: [m5]}"),
            bytes,
        )
    }),
    ("Karpenter: different pools of one class", |bytes| {
        lines(&class("a"), bytes, |i| {
            pool(
                &format!("p{i}"),
                "a",
                &format!("{{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ['{i}']}}"),
            )
        })
    }),
    ("Karpenter: different classes and pools", |bytes| {
        lines("", bytes, |i| {
            let (name, requirement) = (
                format!("c{i}"),
                format!("{{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ['{i}']}}"),
            );
            class(&name) + &pool(&name, &name, &requirement)
        })
    }),
    ("Karpenter: different classes with numbers of their own", |bytes| {
        lines("", bytes, |i| {
            let name = format!("c{i}");
            class(&name).replace("500", &i.to_string()) + &pool(&name, &name, "")
        })
    }),
    ("Karpenter: different classes with expressions of their own", |bytes| {
        lines("", bytes, |i| {
            let name = format!("c{i}");
            class(&name).replace("500", &format!("max_pods + {i}")) + &pool(&name, &name, "")
        })
    }),
    ("Karpenter: classes of one name", |bytes| nested(&pool("p", "a", ""), &class("a"), bytes)),
    ("Karpenter: classes and pools of one name", |bytes| {
        nested("", &(class("a") + &pool("p", "a", "")), bytes)
    }),
    ("Karpenter: requirements of one pool", |bytes| {
        let mut requirements = String::new();
        let mut i = 0;
        while requirements.len() < bytes {
            i += 1;
            let _ = write!(
                requirements,
                "{{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ['{i}']}}, "
            );
        }
        (class("a") + &pool("p", "a", &requirements)).into_bytes()
    }),
    ("Karpenter: values of one requirement", |bytes| {
        let values: String = (0..bytes / 11).map(|i| format!("x{i}.large, ")).collect();
        let requirement =
            format!("{{key: node.kubernetes.io/instance-type, operator: In, values: [{values}]}}");
        (class("a") + &pool("p", "a", &requirement)).into_bytes()
    }),
    ("Karpenter: pools in a list that alias one", |bytes| {
        let pool = "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: p}, spec: {template: {spec: {nodeClassRef: {name: a}, requirements: [{key: a, operator: Exists}]}}}}";
        let class = "{apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: a}, spec: {kubelet: {maxPods: 500}}}";
        nested(&format!("apiVersion: v1\nkind: List\nitems:\n- {class}\n- &p {pool}\n"), "- *p\n", bytes)
    }),
    ("Karpenter: classes and pools in a list that alias one of each", |bytes| {
        let pool = "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: p}, spec: {template: {spec: {nodeClassRef: {name: a}, requirements: [{key: a, operator: Exists}]}}}}";
        let class = "{apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: a}, spec: {kubelet: {maxPods: 500}}}";
        nested(
            &format!("apiVersion: v1\nkind: List\nitems:\n- &c {class}\n- &p {pool}\n"),
            "- *p\n- *c\n",
            bytes,
        )
    }),
    ("Karpenter: pools that alias many values", |bytes| {
        let values: String = (0..bytes / 40).map(|i| format!("x{i}.large, ")).collect();
        let head = class("a") + "---\napiVersion: v1\nkind: List\nitems:\n";
        let first = format!(
            "- {{apiVersion: karpenter.sh/v1, kind: NodePool, spec: {{template: {{spec: {{nodeClassRef: {{name: a}}, requirements: &r [{{key: node.kubernetes.io/instance-type, operator: In, values: [{values}]}}]}}}}}}}}\n"
        );
        nested(
            &(head + &first),
            "- {apiVersion: karpenter.sh/v1, kind: NodePool, spec: {template: {spec: {nodeClassRef: {name: a}, requirements: *r}}}}\n",
            bytes / 2,
        )
    }),
    ("Karpenter: user data that many classes alias", |bytes| {
        let script = "/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n".repeat(bytes / 600);
        nested(
            &format!("apiVersion: v1\nkind: List\nx: &s \"#!/bin/bash\\n{script}\"\nitems:\n"),
            "- {apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: a}, spec: {userData: *s}}\n",
            bytes / 2,
        )
    }),
];

const TERRAFORM: &str = r#"{"format_version":"1.2","planned_values":{"root_module":{"resources":["#;

fn node_group(i: usize, template: &str) -> String {
    format!(
        r#"{{"address":"aws_eks_node_group.g{i}","mode":"managed","type":"aws_eks_node_group","name":"g{i}","values":{{"instance_types":["m5.large"],"launch_template":[{{"name":"{template}","version":"1"}}]}}}}"#
    )
}

fn launch_template(name: &str, user_data: &str) -> String {
    format!(
        r#"{{"address":"aws_launch_template.{name}","mode":"managed","type":"aws_launch_template","name":"{name}","values":{{"name":"{name}","image_id":"ami-1","user_data":"{user_data}"}}}}"#
    )
}

fn groups_of_one_template(script: &[u8], bytes: usize) -> Vec<u8> {
    let head = format!("{TERRAFORM}{},", launch_template("t", &STANDARD.encode(script)));
    numbered(&head, bytes, "]}}}", |i| node_group(i, "t"))
}

const TERRAFORM_INPUTS: &[(&str, Make)] = &[
    ("Terraform: user data known after apply", |bytes| {
        let head = r#"{"format_version":"1.2","resource_changes":["#;
        numbered(head, bytes, "]}", |i| {
            format!(
                r#"{{"address":"aws_launch_template.t{i}","mode":"managed","type":"aws_launch_template","name":"t{i}","change":{{"actions":["create"],"after":{{}},"after_unknown":{{"user_data":true}}}}}}"#
            )
        })
    }),
    ("Terraform: node groups whose template is known after apply", |bytes| {
        let mut resources = String::from(TERRAFORM);
        let mut changes = String::new();
        let mut i = 0;
        while resources.len() + changes.len() < bytes {
            i += 1;
            let _ = write!(
                resources,
                r#"{{"address":"aws_launch_template.t{i}","mode":"managed","type":"aws_launch_template","name":"t{i}","values":{{"name":"t{i}"}}}},{},"#,
                node_group(i, &format!("t{i}"))
            );
            let _ = write!(
                changes,
                r#"{{"address":"aws_launch_template.t{i}","type":"aws_launch_template","change":{{"after_unknown":{{"user_data":true}}}}}},"#
            );
        }
        format!(
            "{}]}}}},\"resource_changes\":[{}]}}",
            resources.trim_end_matches(','),
            changes.trim_end_matches(',')
        )
        .into_bytes()
    }),
    ("Terraform: 60 groups with one compressed template", |_| {
        groups_of_one_template(&gzip(&[SCRIPT.as_bytes(), &vec![b'\n'; 18_000_000]].concat()), 15_000)
    }),
    ("Terraform: 2,000 groups with one template of 120 KB", |bytes| {
        groups_of_one_template(&nested(SCRIPT, "echo a\n", bytes / 8), bytes)
    }),
    ("Terraform: groups with a template of many calls", |bytes| {
        groups_of_one_template(&nested(SCRIPT, &SCRIPT[12..], bytes / 20), bytes)
    }),
    ("Terraform: resources of other types", |bytes| {
        list(
            TERRAFORM,
            r#"{"address":"a.b","mode":"managed","type":"a","name":"b","values":{}}"#,
            bytes,
            "]}}}",
        )
    }),
    ("Terraform: templates that are the same", |bytes| {
        list(TERRAFORM, &launch_template("t", &STANDARD.encode(SCRIPT)), bytes, "]}}}")
    }),
    ("Terraform: templates", |bytes| {
        let script = STANDARD.encode(SCRIPT);
        numbered(TERRAFORM, bytes, "]}}}", |i| launch_template(&format!("t{i}"), &script))
    }),
    ("Terraform: modules in modules", |bytes| {
        nested(r#"{"format_version":"1.2","planned_values":{"root_module":{"#, r#""child_modules":[{"#, bytes)
    }),
    ("Terraform: modules", |bytes| {
        numbered(
            r#"{"format_version":"1.2","planned_values":{"root_module":{"child_modules":["#,
            bytes,
            "]}}}",
            |i| format!(r#"{{"address":"module.m{i}","resources":[{}]}}"#, node_group(i, "t")),
        )
    }),
    ("Terraform: module calls in module calls", |bytes| {
        let open = nested(
            &format!("{TERRAFORM}{}]}}}},\"configuration\":{{\"root_module\":{{", node_group(1, "t")),
            r#""module_calls":{"m":{"module":{"#,
            bytes,
        );
        open
    }),
    ("Terraform: references", |bytes| {
        let mut resources = String::from(TERRAFORM);
        let mut configuration = String::new();
        let mut i = 0;
        while resources.len() + configuration.len() < bytes {
            i += 1;
            let _ = write!(resources, "{},", node_group(i, ""));
            let _ = write!(
                configuration,
                r#"{{"address":"aws_eks_node_group.g{i}","type":"aws_eks_node_group","name":"g{i}","expressions":{{"launch_template":[{{"id":{{"references":["aws_launch_template.t{i}.id","aws_launch_template.t{i}"]}}}}]}}}},"#
            );
        }
        format!(
            "{}]}}}},\"configuration\":{{\"root_module\":{{\"resources\":[{}]}}}}}}",
            resources.trim_end_matches(','),
            configuration.trim_end_matches(',')
        )
        .into_bytes()
    }),
    ("Terraform: add-ons with one large configuration", |bytes| {
        let values: String = (0..bytes / 60).map(|i| format!(r#"\"V{i}\":\"1\","#)).collect();
        let values = format!(r#"{{\"env\":{{{}}}}}"#, values.trim_end_matches(','));
        let addon = |i: usize| {
            format!(
                r#"{{"address":"aws_eks_addon.a{i}","mode":"managed","type":"aws_eks_addon","name":"a{i}","values":{{"addon_name":"vpc-cni","cluster_name":"c","configuration_values":"{}"}}}}"#,
                if i == 0 { values.as_str() } else { "{}" }
            )
        };
        let head = format!("{TERRAFORM}{},", addon(0));
        let script = STANDARD.encode(SCRIPT);
        numbered(&head, bytes / 2, "]}}}", |i| {
            format!(
                "{},{}",
                launch_template(&format!("t{i}"), &script),
                node_group(i, &format!("t{i}"))
                    .replace("\"values\":{", "\"values\":{\"cluster_name\":\"c\",")
            )
        })
    }),
];

const EXPRESSION_INPUTS: &[(&str, Make)] = &[
    ("expression: sums", |bytes| expression(&nested("max_pods", " + 1", bytes))),
    ("expression: parentheses", |bytes| expression(&nested("", "(", bytes))),
    ("expression: conditions", |bytes| expression(&nested("", "true ? 1 : ", bytes))),
    ("expression: minus signs", |bytes| expression(&nested("", "-", bytes))),
    ("expression: not", |bytes| expression(&nested("", "!", bytes))),
    ("expression: or", |bytes| expression(&nested("true", " || true", bytes))),
    ("expression: lists", |bytes| expression(&nested("", "[", bytes))),
    ("expression: a long name", |bytes| expression(&nested("", "a", bytes))),
    ("expression: a long number", |bytes| expression(&nested("", "1", bytes))),
    ("expression: a long text", |bytes| expression(&[&nested("size(\"", "a", bytes)[..], b"\")"].concat())),
    ("expression: selections", |bytes| expression(&nested("a", ".b", bytes))),
    ("expression: one in thousands of groups", |bytes| {
        let text = String::from_utf8(nested("max_pods", " + 1", bytes / 10)).expect("UTF-8");
        let head = format!("apiVersion: v1\nkind: List\nx: &e \"{text}\"\nitems:\n");
        nested(
            &head,
            "- {apiVersion: node.eks.aws/v1alpha1, kind: NodeConfig, spec: {kubelet: {maxPodsExpression: *e}}}\n",
            bytes * 9 / 10,
        )
    }),
    ("expression: one of 90 KB in thousands of classes", |bytes| {
        let text = String::from_utf8(nested("max_pods", " + 1", bytes / 11)).expect("UTF-8");
        let head = format!("apiVersion: v1\nkind: List\nx: &e \"{text}\"\nitems:\n");
        nested(
            &head,
            "- {apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: a}, spec: {kubelet: {maxPods: *e}}}\n",
            bytes * 9 / 10,
        )
    }),
    ("expression: one that fails in thousands of groups", |bytes| {
        nested(
            "",
            &format!("---\n{NODE_CONFIG}spec: {{kubelet: {{maxPodsExpression: 'max_pods / 0'}}}}\n"),
            bytes,
        )
    }),
];

fn expression(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    format!("{NODE_CONFIG}spec:\n  kubelet:\n    maxPodsExpression: '{text}'\n").into_bytes()
}

/// A piece again and again.
fn nested(head: &str, piece: &str, bytes: usize) -> Vec<u8> {
    nested_bytes(head.as_bytes(), piece.as_bytes(), bytes)
}

fn nested_bytes(head: &[u8], piece: &[u8], bytes: usize) -> Vec<u8> {
    [head, &piece.repeat(bytes / piece.len())].concat()
}

/// An item again and again, with commas between.
fn list(head: &str, item: &str, bytes: usize, tail: &str) -> Vec<u8> {
    numbered(head, bytes, tail, |_| item.to_owned())
}

/// Items with commas between.
fn numbered(head: &str, bytes: usize, tail: &str, item: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = head.to_owned();
    let mut i = 0;
    while text.len() < bytes {
        if i > 0 {
            text.push(',');
        }
        text.push_str(&item(i));
        i += 1;
    }
    text.push_str(tail);
    text.into_bytes()
}

fn lines(head: &str, bytes: usize, mut line: impl FnMut(usize) -> String) -> Vec<u8> {
    let mut text = head.to_owned();
    for i in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&line(i));
        text.push('\n');
    }
    text.into_bytes()
}

fn list_in_list(bytes: usize) -> Vec<u8> {
    nested("", r#"{"kind":"List","items":["#, bytes)
}

fn chain_of_aliases(head: &str, bytes: usize) -> Vec<u8> {
    lines(&format!("{head}a0: &a0 x\n"), bytes, |i| format!("a{0}: &a{0} [*a{i}]", i + 1))
}

fn aliases_of_aliases(head: &str) -> Vec<u8> {
    lines(&format!("{head}a0: &a0 [x]\n"), 3000, |i| {
        format!("a{0}: &a{0} [{1}]", i + 1, format!("*a{i}, ").repeat(10))
    })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}
