//! The formats that go onto a node. Real parsers read them back, also for types with strange names.

use std::process::Command;

use crate::support::{Run, check_each, command, run, words};
use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

fn format(name: &str) -> String {
    words(&format!("--instance-type m5.large --cni-prefix-delegation-enabled -o {name}")).answer()
}

/// Reads one YAML document into the types of JSON.
fn yaml(text: &str) -> Value {
    fn value(yaml: &Yaml) -> Value {
        match yaml {
            Yaml::Integer(n) => (*n).into(),
            Yaml::String(s) => s.as_str().into(),
            Yaml::Array(items) => items.iter().map(value).collect(),
            Yaml::Hash(fields) => {
                fields.iter().map(|(k, v)| (k.as_str().expect("a word").to_owned(), value(v))).collect()
            }
            other => panic!("not ours: {other:?}"),
        }
    }
    let documents = YamlLoader::load_from_str(text).expect("YAML");
    assert_eq!(documents.len(), 1, "{text}");
    value(&documents[0])
}

/// Splits text into words as a shell does.
fn shell_words(text: &str) -> Vec<String> {
    let script = format!("for word in {}; do printf '%s\\0' \"$word\"; done", text.trim_end());
    let output = Command::new("sh").args(["-c", &script]).output().expect("a shell");
    assert!(output.status.success(), "{script}");
    let words = String::from_utf8(output.stdout).expect("UTF-8");
    words.split_terminator('\0').map(Into::into).collect()
}

#[test]
fn for_the_kubelet_and_bootstrap() {
    assert_eq!(format("kubelet-args"), "--max-pods=110\n");
    assert_eq!(format("bootstrap"), "--use-max-pods false --kubelet-extra-args '--max-pods=110'\n");
    assert_eq!(format("launch-template"), "--kubelet-extra-args '--max-pods=110'\n");
    assert_eq!(
        shell_words(&format("bootstrap")),
        ["--use-max-pods", "false", "--kubelet-extra-args", "--max-pods=110"]
    );
}

#[test]
fn eksctl_by_flags() {
    let command = format("eksctl-command");
    let expected = [
        "eksctl",
        "create",
        "nodegroup",
        "--cluster",
        "<my-cluster>",
        "--region",
        "<region>",
        "--name",
        "<my-nodegroup>",
        "--node-type",
        "m5.large",
        "--managed",
        "--max-pods-per-node",
        "110",
    ];
    assert_eq!(shell_words(&command), expected);
}

#[test]
fn eksctl_by_file() {
    let expected = serde_json::json!({
        "apiVersion": "eksctl.io/v1alpha5",
        "kind": "ClusterConfig",
        "metadata": {"name": "<my-cluster>", "region": "<region>"},
        "managedNodeGroups": [
            {"name": "m5-large", "instanceType": "m5.large", "desiredCapacity": 2, "maxPodsPerNode": 110}
        ]
    });
    assert_eq!(yaml(&format("eksctl")), expected);
}

#[test]
fn nodeadm() {
    let expected = serde_json::json!({
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {"kubelet": {"config": {"maxPods": 110}}}
    });
    assert_eq!(yaml(&format("nodeadm")), expected);
}

#[test]
fn karpenter() {
    let expected = serde_json::json!({
        "apiVersion": "karpenter.k8s.aws/v1",
        "kind": "EC2NodeClass",
        "spec": {"kubelet": {"maxPods": 110}}
    });
    assert_eq!(yaml(&format("karpenter")), expected);
}

#[test]
fn bottlerocket() {
    let toml: toml::Table = format("bottlerocket").parse().expect("TOML");
    let expected = toml::toml! {
        [settings.kubernetes]
        max-pods = 110
    };
    assert_eq!(toml, expected);
}

#[test]
fn json_has_every_field_of_the_contract() {
    let json: Value = serde_json::from_str(&format("json")).expect("JSON");
    let expected = serde_json::json!({
        "instanceType": "m5.large", "maxPods": 110, "allowed": 434, "recommended": 110, "ceiling": 110,
        "mode": "prefix-delegation", "enis": 3, "ipv4PerEni": 10, "addressesPerSlot": 16, "hostNetworkPods": 2,
        "vcpus": 2, "memoryMib": 8192, "hypervisor": "nitro", "bareMetal": false,
        "architectures": ["x86_64"],
        "kubeReserved": {"cpu": "70m", "memory": "1465Mi", "ephemeral-storage": "1Gi"}, "warnings": []
    });
    assert_eq!(json, expected);
    assert!(format("json").contains(r#""bareMetal":false,"architectures":["x86_64"],"kubeReserved""#));

    let unknown: Value =
        serde_json::from_str(&words("--instance-type c5a.metal -o json").answer()).expect("JSON");
    check_each(["vcpus", "memoryMib", "hypervisor"], |absent| {
        assert_eq!(unknown.get(absent), None, "{absent}");
    });
    assert_eq!(unknown["kubeReserved"].get("cpu"), None);
    let unknown_too: Value =
        serde_json::from_str(&words("--instance-type bmn-sf1.metal -o json").answer()).expect("JSON");
    assert_eq!((unknown_too.get("architectures"), unknown_too["bareMetal"].as_bool()), (None, Some(true)));
    assert_eq!(unknown["warnings"].as_array().map(Vec::len), Some(1));
}

#[test]
fn every_format_follows_the_answer() {
    check_each(
        [
            "value",
            "kubelet-args",
            "bootstrap",
            "launch-template",
            "eksctl-command",
            "eksctl",
            "bottlerocket",
            "nodeadm",
            "karpenter",
        ],
        |name| {
            let shown = words(&format!(
                "--instance-type m5.large --host-network-pods 777 -o {name} --show-max-allowed"
            ));
            assert!(shown.answer().contains("804"), "{name}");
        },
    );
}

/// Prints the answer for a type with this name, from a file of the user.
fn called(name: &str, format: &str) -> Run {
    let file = serde_json::json!({"InstanceTypes": [{
        "InstanceType": name,
        "VCpuInfo": {"DefaultVCpus": 4},
        "NetworkInfo": {
            "Ipv4AddressesPerInterface": 10,
            "DefaultNetworkCardIndex": 0,
            "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 3}]
        }
    }]});
    let name = format!("--instance-type={name}");
    run(command().args(["--instance-types-file", "-", "-o", format, &name]), file.to_string().as_bytes())
}

#[test]
fn a_name_keeps_its_meaning_where_it_is_pasted() {
    let long = format!("m5{}.large", "-long".repeat(11));
    check_each(
        [&long, "1.5", "1e3", "0x1f", "2026-10-27", "null", "true", "no", "-", "---", "...", "-o.large"],
        |name| {
            let words = shell_words(&called(name, "eksctl-command").answer());
            assert_eq!((words.len(), words[10].as_str()), (14, name));

            let config = yaml(&called(name, "eksctl").answer());
            let group = &config["managedNodeGroups"][0];
            assert_eq!(group["instanceType"], name);
            let group = group["name"].as_str().expect("a name");
            assert!(group.starts_with(|c: char| c.is_ascii_alphabetic()), "{group}");
            assert!(
                group.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && group.len() <= 50,
                "{group}"
            );

            let json: Value = serde_json::from_str(&called(name, "json").answer()).expect("JSON");
            assert_eq!(json["instanceType"], name);
        },
    );
}

#[test]
fn a_name_that_ec2_could_not_have_is_refused() {
    let long = "m".repeat(65);
    check_each(
        [
            (long.as_str(), long.as_str()),
            ("m5\n.large", "m5\\n.large"),
            ("x'; touch owned; '", "x'; touch owned; '"),
            ("$(touch owned)`touch owned`", "$(touch owned)`touch owned`"),
            ("\"quoted\".large", "\"quoted\".large"),
            ("a: b.large # c", "a: b.large # c"),
            ("- x.large", "- x.large"),
            ("~", "~"),
            ("*anchor.large", "*anchor.large"),
            ("=m5.large", "=m5.large"),
            ("::error title=x::", "::error title=x::"),
            ("é数😀.large", "é数😀.large"),
            ("m5\u{202e}.large", "m5\\u{202e}.large"),
        ],
        |(name, shown)| {
            let error = called(name, "eksctl").error(1);
            let says = format!("'{shown}' is not the name of an instance type: a name has 1 to 64 letters,");
            assert!(error.starts_with("error: stdin: line 1, column ") && error.contains(&says), "{error}");
        },
    );
}

#[test]
fn explain_shows_what_was_capped_and_each_warning() {
    check_each(
        [
            (
                "--instance-type p5.48xlarge --cni-custom-networking-enabled --cni-max-eni 1",
                &[
                    "ENIs               0: the default network card has 2 (the CNI uses only this one of 32 cards); \
                     MAX_ENI limits them to 1; 1 less, because custom networking leaves out the primary ENI",
                    "allowed            0 * (50 - 1) + 2 = 2: ENIs * (IPv4 per ENI - 1) + host-network pods",
                    "ceiling            250: 192 vCPUs are more than 30",
                    "max pods           2: all that the network allows",
                    "warning            no ENI is left for pods: only host-network pods fit on this node",
                ][..],
            ),
            (
                "--instance-type i3.metal --cni-prefix-delegation-enabled",
                &[
                    "instance type      i3.metal: 72 vCPUs, 524288 MiB, bare metal",
                    "mode               secondary IP: 1 address in each slot",
                    "max pods           250: capped by the ceiling",
                    "warning            prefix delegation is not used, secondary IPs are counted: EC2 reports no \
                     hypervisor for a bare-metal type, and the rule requires nitro",
                    "note               the VPC CNI itself can use prefixes on bare metal, but the reference script does",
                ],
            ),
            (
                "--instance-type c5a.metal --show-max-allowed --reserved-enis 2",
                &[
                    "instance type      c5a.metal: vCPUs unknown, memory unknown, bare metal",
                    "ENIs               13: the type has 15; 2 less, which are reserved",
                    "ceiling            110: the number of vCPUs is not known",
                    "max pods           639: the number that the network allows, as requested; it is above the recommended one",
                    "kubeReserved       cpu unknown, memory 7284Mi, ephemeral-storage 1Gi",
                ],
            ),
            (
                "--instance-type t2.nano --host-network-pods 1 --cni-max-eni 1",
                &[
                    "instance type      t2.nano: 1 vCPU, 512 MiB, xen",
                    "IPv4 per ENI       2: the first is the ENI's own, 1 is a slot for pods",
                    "host-network pods  1: it needs no address of the CNI",
                    "ceiling            110: 1 vCPU is not more than 30",
                ],
            ),
            (
                "--instance-type m5.large --max-pods-ceiling 20",
                &["ceiling            20: your own", "max pods           20: capped by the ceiling"],
            ),
        ],
        |(args, lines)| {
            let run = words(&format!("{args} -o explain"));
            assert_eq!(run.stderr, "", "the answer shows the warnings itself");
            let shown = run.answer();
            for line in lines {
                assert!(shown.lines().any(|l| l == *line), "{line}\n{shown}");
            }
        },
    );
}
