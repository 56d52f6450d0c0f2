//! `maxpods plan`.

pub mod cluster;
mod moto;
mod picture;
mod subnets;

use serde_json::{Value, json};

use crate::support::cluster::*;
use crate::support::{Run, check_each, command, run, temp_file, words};

/// `maxpods plan` with words that blanks separate.
fn plan(line: &str) -> Run {
    words(&format!("plan {line}"))
}

/// The answer in JSON.
#[track_caller]
fn json_of(line: &str) -> Value {
    serde_json::from_str(&plan(&format!("{line} -o json")).answer()).expect("one object")
}

const M5: &str = "--instance-type m5.large";
const PREFIXES: &str = "--cni-prefix-delegation-enabled";

#[test]
fn m5_large_with_27_pods_in_both_modes() {
    let prefixes = json_of(&format!("{M5} {PREFIXES} --pods 27"));
    let pool = json!({
        "pods": 27, "enis": 1, "prefixes": 3, "held": 48, "warm": 21, "unserved": 0, "perEni": [3],
        "subnetAddresses": 49, "rounds": 2, "calls": 3
    });
    assert_eq!(prefixes["pools"], json!([pool]));
    assert_eq!(
        json!([prefixes["instanceType"], prefixes["mode"], prefixes["maxPods"], prefixes["settings"]]),
        json!(["m5.large", "prefix-delegation", 110, {"warmEniTarget": 1, "warmPrefixTarget": 1}])
    );
    assert_eq!((&prefixes["subnets"], &prefixes["smallest"]), (&Value::Null, &Value::Null));

    let addresses = json_of(&format!("{M5} --pods 27"));
    let pool = json!({
        "pods": 27, "enis": 3, "held": 27, "warm": 0, "unserved": 0, "perEni": [9, 9, 9],
        "subnetAddresses": 30, "rounds": 2, "calls": 7
    });
    assert_eq!(addresses["pools"], json!([pool]));
    assert_eq!((&addresses["mode"], &addresses["maxPods"]), (&json!("secondary-ip"), &json!(29)));
}

#[test]
fn settings_are_compared_with_the_command_that_sets_each() {
    let compared = |line: &str| -> Vec<Value> {
        let answer = json_of(line);
        let rows = answer["compared"].as_array().expect("rows").clone();
        rows.iter().map(|row| json!([row["mode"], row["why"], row["command"], row["pool"]["held"]])).collect()
    };
    let set = "kubectl set env daemonset aws-node -n kube-system";
    let defaults = "WARM_IP_TARGET- MINIMUM_IP_TARGET- WARM_PREFIX_TARGET=1 WARM_ENI_TARGET=1";
    assert_eq!(
        compared(&format!("{M5} {PREFIXES} --pods 27")),
        [
            json!(["prefix-delegation", "now; default for prefixes", format!("{set} {defaults}"), 48]),
            json!([
                "secondary-ip",
                "default for secondary IPs, max pods 29",
                format!("{set} ENABLE_PREFIX_DELEGATION=false {defaults}"),
                27
            ]),
            json!([
                "prefix-delegation",
                "fits 27 pods: MINIMUM = 16 * (floor(27 / 16) + 1) = 32, WARM = 32 - 27",
                format!("{set} WARM_IP_TARGET=5 MINIMUM_IP_TARGET=32 WARM_PREFIX_TARGET=1 WARM_ENI_TARGET=1"),
                32
            ]),
        ]
    );
    assert_eq!(
        compared("--instance-type t2.large --cni-warm-eni-target 0 --pods 3,10"),
        [
            json!([
                "secondary-ip",
                "now",
                format!("{set} WARM_IP_TARGET- MINIMUM_IP_TARGET- WARM_PREFIX_TARGET=1 WARM_ENI_TARGET=0"),
                11
            ]),
            json!(["secondary-ip", "default for secondary IPs", format!("{set} {defaults}"), 22]),
            json!([
                "secondary-ip",
                "fits 10 pods: MINIMUM = ceil(1.2 * 10) = 12, WARM = 12 - 10",
                format!("{set} WARM_IP_TARGET=2 MINIMUM_IP_TARGET=12 WARM_PREFIX_TARGET=1 WARM_ENI_TARGET=1"),
                12
            ]),
        ]
    );
}

/// The pods of the pools, and what the first of them holds.
fn pods(line: &str) -> (Vec<u64>, u64) {
    let answer = json_of(line);
    let pools = answer["pools"].as_array().expect("pools");
    let pods = pools.iter().map(|pool| pool["pods"].as_u64().expect("a number")).collect();
    (pods, pools[0]["held"].as_u64().expect("a number"))
}

#[test]
fn numbers_of_pods() {
    check_each(
        [
            (format!("{M5} {PREFIXES}"), vec![0, 27, 54, 81, 108], 16),
            (M5.into(), vec![0, 7, 14, 21, 27], 9),
            (format!("{M5} --pods 20,3,20"), vec![20, 3, 20], 27),
            (format!("{M5} --pods 20 --pods 3"), vec![3], 18),
            (format!("{M5} --max-pods 9"), vec![0, 2, 4, 6, 7], 9),
            (format!("{M5} --max-pods-ceiling 9"), vec![0, 2, 4, 6, 7], 9),
            (format!("{M5} --host-network-pods 29"), vec![0, 7, 14, 21, 27], 9),
            (format!("{M5} --host-network-pods 200"), vec![0], 9),
            (format!("{M5} --reserved-enis 3"), vec![0], 0),
            ("--instance-type t2.micro".into(), vec![0, 1, 2], 1),
            (format!("{M5} {PREFIXES} --show-max-allowed --pods 432"), vec![432], 432),
            (format!("{M5} {PREFIXES} --cni-version 1.16.2 --pods 108"), vec![108], 128),
            (format!("{M5} {PREFIXES} --cni-version 1.16.3 --pods 108"), vec![108], 112),
        ],
        |(line, numbers, held)| assert_eq!(pods(&line), (numbers, held), "{line}"),
    );
}

#[test]
fn the_table_for_people() {
    let answer = plan(&format!("{M5} {PREFIXES} --cni-minimum-ip-target 40 -q --pods 60,16")).answer();
    let lines: Vec<_> = answer.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "m5.large with prefixes, MINIMUM_IP_TARGET=40, max pods 110:",
            "PODS  ENIS  PREFIXES  HELD  WARM  UNSERVED  SUBNET  ROUNDS  CALLS",
            "60    1     3         48    0     12        49      0       1",
        ]
    );
    assert!(lines.contains(&"Warm targets compared, at 60 pods:"), "{answer}");
    let answer = plan("--instance-type t2.large --pods 1").answer();
    assert!(answer.contains("\nPODS  ENIS  HELD  WARM  SUBNET  ROUNDS  CALLS\n"), "{answer}");
}

/// `maxpods plan` with these options, and with this `DaemonSet` on stdin.
fn with_daemonset(line: &str, daemonset: &Value) -> Run {
    let line = format!("plan {M5} --cni-from-daemonset - {line}");
    run(command().args(line.split_whitespace()), pretty(daemonset).as_bytes())
}

#[test]
fn targets_come_from_the_daemonset_and_options_win() {
    let on = ("ENABLE_PREFIX_DELEGATION", "true");
    check_each(
        [
            // The fixture sets WARM_ENI_TARGET=1 and WARM_PREFIX_TARGET=1, as AWS's manifest does.
            (&[][..], "", json!([1, 1, null, null, 27]), ""),
            (&[on], "", json!([1, 1, null, null, 48]), ""),
            (&[on, ("WARM_IP_TARGET", "5"), ("MINIMUM_IP_TARGET", "32")], "", json!([1, 1, 5, 32, 32]), ""),
            (&[on, ("WARM_PREFIX_TARGET", "0"), ("WARM_IP_TARGET", "1")], "", json!([1, 0, 1, null, 32]), ""),
            (
                &[on, ("WARM_IP_TARGET", "5")],
                "--cni-warm-ip-target 0 --cni-warm-prefix-target 3",
                json!([1, 3, null, null, 80]),
                "warning: WARM_PREFIX_TARGET is 3: pods land in random prefixes, so a node with 27 pods may come \
                 to hold up to 7 prefixes\n",
            ),
            (
                &[("WARM_ENI_TARGET", "many")],
                "",
                json!([1, 1, null, null, 27]),
                "warning: aws-node DaemonSet: WARM_ENI_TARGET is 'many', which is no whole number of 0 or more: the CNI \
                 takes the default of WARM_ENI_TARGET\n",
            ),
            (&[("WARM_ENI_TARGET", "many")], "--cni-warm-eni-target 0", json!([0, 1, null, null, 27]), ""),
            (
                &[("DISABLE_NETWORK_RESOURCE_PROVISIONING", "true")],
                "",
                json!([1, 1, null, null, 27]),
                "warning: aws-node DaemonSet: DISABLE_NETWORK_RESOURCE_PROVISIONING is on: the CNI attaches no \
                 ENIs and no addresses itself, and a node has those that something else attaches\n",
            ),
        ],
        |(variables, line, expected, warning)| {
            let daemonset = aws_node(AWS_NODE_1_19, variables);
            let run = with_daemonset(&format!("--pods 27 -o json {line}"), &daemonset);
            assert_eq!(run.stderr, warning);
            let answer: Value = serde_json::from_str(&run.answer()).expect("one object");
            let set = &answer["settings"];
            let held = &answer["pools"][0]["held"];
            assert_eq!(
                json!([
                    set["warmEniTarget"],
                    set["warmPrefixTarget"],
                    set["warmIpTarget"],
                    set["minimumIpTarget"],
                    held
                ]),
                expected
            );
            let quiet = with_daemonset(&format!("--pods 27 -q {line}"), &daemonset);
            assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
        },
    );
}

#[test]
fn a_daemonset_that_cannot_be_planned_for() {
    let on = ("ENABLE_PREFIX_DELEGATION", "true");
    check_each(
        [
            (&[on, ("WARM_PREFIX_TARGET", "0")][..], "aws-node refuses to start"),
            (&[("ENABLE_IPv6", "true")], "IPv6 is on: each node has one /80 prefix"),
            (&[("ENABLE_MULTI_NIC", "true")], "an interface on each network card (ENABLE_MULTI_NIC)"),
        ],
        |(variables, says)| {
            let error = with_daemonset("-q", &aws_node(AWS_NODE_1_19, variables)).error(2);
            assert!(error.contains(says), "{error}");
        },
    );
}

#[test]
fn questions_without_an_answer_end_with_2() {
    check_each(
        [
            ("", "there are no nodes: it is empty"),
            ("--instance-type ,", "several instance types were given"),
            ("--instance-type m5.large,m5.xlarge", "several instance types were given"),
            ("--instance-type x9.large", "unknown instance type 'x9.large'"),
            (
                "--instance-type m5.large --pods 28",
                "28 pods that need an address are more than the node takes",
            ),
            ("--instance-type m5.large --pods 1,,2", "not a whole number of pods"),
            ("--instance-type m5.large --pods -1", "not a whole number of pods"),
            ("--instance-type m5.large --cni-warm-eni-target many", "not a whole number of ENIs"),
            ("--instance-type m5.large --max-pods 0", "not a whole number of pods"),
            ("--instance-type m5.large --max-pods 65532", "more than the 65531 addresses of a /16"),
            ("--instance-type m5.large --max-pods 9 --max-pods-ceiling 9", "cannot be used with"),
            ("--instance-type m5.large --os windows", "Windows nodes the VPC resource controller"),
            ("--instance-type m5.large --nodes 0", "not a whole number of nodes"),
            ("--instance-type m5.large --subnet 10.0.0.0/24", "required arguments"),
            ("--instance-type m5.large --spare 1", "--spare needs a number of nodes"),
            ("--instance-type m5.large --subnets-file x", "--subnets-file needs a number of nodes"),
            ("--instance-type m5.large --nodes 1 --network-interfaces-file x", "required arguments"),
            (
                "--instance-type m5.large --nodes 1 --subnet 10.0.0.0/24 --subnets-file x",
                "cannot be used with",
            ),
            ("--instance-type m5.large --nodes 1 --subnet 10.0.0.0/30", "10.0.0.0/30 cannot be a subnet"),
            ("--instance-type m5.large --nodes 1 --subnet 2600::/64", "IPv6 CIDR"),
            (
                "--instance-type m5.large --nodes 1 --subnets-file /no/such/file",
                "cannot read '/no/such/file'",
            ),
            (
                "--instance-type m5.large --nodes 1 --subnets-file - --cni-from-daemonset -",
                "both to read stdin",
            ),
            (
                "--instance-type m5.large --cni-prefix-delegation-enabled --cni-warm-prefix-target 0",
                "aws-node refuses to start",
            ),
        ],
        |(line, says)| {
            let error = plan(line).error(2);
            assert!(error.contains(says), "{error}");
        },
    );
}

#[test]
fn custom_networking_takes_one_address_of_the_nodes_own_subnet() {
    let answer = json_of(&format!("{M5} --cni-custom-networking-enabled --pods 10"));
    let pool = &answer["pools"][0];
    assert_eq!(
        json!([pool["enis"], pool["perEni"], pool["subnetAddresses"], pool["nodeSubnetAddresses"]]),
        json!([3, [9, 9], 20, 1])
    );
}

#[test]
fn bare_metal_has_prefixes_as_the_cni_itself_does() {
    let run = plan(&format!("--instance-type m5.metal {PREFIXES} --pods 27 -o json"));
    let bare_metal = "the CNI uses prefixes on this bare-metal type: they are counted here, while max pods is the \
                      number for secondary IPs, as in max-pods-calculator.sh";
    assert_eq!(run.stderr, format!("warning: {bare_metal}\n"));
    let answer: Value = serde_json::from_str(&run.answer()).expect("one object");
    assert_eq!(
        json!([answer["mode"], answer["maxPods"], answer["warnings"]]),
        json!(["prefix-delegation", 250, [bare_metal]])
    );
    let run = plan(&format!("--instance-type m5.metal {PREFIXES} --pods 27 --max-pods 110"));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn types_from_a_file_are_planned_for() {
    let huge = json!([{
        "InstanceType": "x99.huge", "Hypervisor": "nitro", "VCpuInfo": {"DefaultVCpus": 2},
        "NetworkInfo": {
            "Ipv4AddressesPerInterface": 65535, "DefaultNetworkCardIndex": 0,
            "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 65535}]
        }
    }]);
    let file = temp_file(huge.to_string());
    let line = format!("--instance-types-file {} --instance-type x99.huge", file.path().display());
    assert_eq!(json_of(&line)["pools"][4]["held"], 65_534);
    let error = plan(&format!("{line} --show-max-allowed")).error(2);
    assert!(error.contains("are more than a kubelet takes"), "{error}");
}
