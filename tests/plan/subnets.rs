//! The verdicts on subnets.

use serde_json::{Value, json};

use super::{M5, PREFIXES, plan};
use crate::support::{check_each, command, run, temp_file};

fn json_and_code(line: &str) -> (Value, Option<i32>) {
    let run = plan(&format!("{line} -o json"));
    (serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}")), run.code)
}

#[test]
fn the_verdict_is_the_exit_code() {
    let nodes = |nodes, more: &str| format!("{M5} {PREFIXES} --pods 27 --nodes {nodes} {more}");
    check_each(
        [
            (nodes(3, "--subnet 10.0.0.0/24"), vec!["fits"], 0),
            (nodes(4, "--subnet 10.0.0.0/24"), vec!["depends"], 1),
            (nodes(5, "--subnet 10.0.0.0/24"), vec!["does-not-fit"], 1),
            (nodes(5, "--subnet 10.0.0.0/24,10.0.1.0/24"), vec!["fits", "fits"], 0),
            (nodes(7, "--subnet 10.0.0.0/24,10.0.1.0/24"), vec!["depends", "fits"], 1),
            (nodes(3, "--subnet 10.0.0.0/24 --spare 2"), vec!["fits"], 0),
            (nodes(3, "--subnet 10.0.0.0/24 --spare 3"), vec!["depends"], 1),
            (format!("{M5} --pods 27 --nodes 8 --subnet 10.0.0.0/24"), vec!["fits"], 0),
            (format!("{M5} --pods 27 --nodes 9 --subnet 10.0.0.0/24"), vec!["does-not-fit"], 1),
            (
                format!(
                    "{M5} --pods 27 --nodes 20 --cni-custom-networking-enabled --subnet 10.0.0.0/23 --max-pods 29"
                ),
                vec!["fits"],
                0,
            ),
        ],
        |(line, verdicts, code)| {
            let (answer, ended) = json_and_code(&line);
            let subnets = answer["subnets"].as_array().expect("subnets");
            assert_eq!(subnets.iter().map(|s| s["verdict"].clone()).collect::<Vec<_>>(), verdicts);
            assert_eq!(ended, Some(code));
            for format in ["table", "svg"] {
                assert_eq!(plan(&format!("{line} -o {format}")).code, Some(code), "{format}");
            }
        },
    );
}

#[test]
fn needs_and_free_addresses_are_shown() {
    let (answer, _) = json_and_code(&format!("{M5} {PREFIXES} --pods 27 --nodes 5 --subnet 10.0.0.0/24"));
    assert_eq!(
        answer["subnets"],
        json!([{
            "subnet": "10.0.0.0/24", "cidr": "10.0.0.0/24", "nodes": 5,
            "needed": {"blocks": 15, "addresses": 5}, "free": {"blocks": 14, "addresses": 251},
            "verdict": "does-not-fit"
        }])
    );
    let (answer, _) = json_and_code(&format!("{M5} --pods 27 --nodes 5 --subnet 10.0.0.0/24"));
    let subnet = &answer["subnets"][0];
    assert_eq!(json!([subnet["needed"], subnet["free"]]), json!([{"addresses": 150}, {"addresses": 251}]));
}

#[test]
fn the_smallest_subnets_where_none_are_given() {
    let smallest = |line: &str| json_and_code(line).0["smallest"].clone();
    let prefixes = format!("{M5} {PREFIXES} --pods 27 --nodes");
    assert_eq!(smallest(&format!("{prefixes} 5")), json!({"1": "/23", "2": "/24", "3": "/24"}));
    assert_eq!(smallest(&format!("{prefixes} 2000")), json!({"2": "/16", "3": "/16"}));
    assert_eq!(smallest(&format!("{prefixes} 4294967295")), json!({}));
    let answer = plan(&format!("{prefixes} 2000")).answer();
    assert!(
        answer.ends_with("2000 nodes with 27 pods each:\nSUBNETS  SMALLEST\n1        larger than a /16\n2        /16\n3        /16\n"),
        "{answer}"
    );
}

/// A subnet with the fields that EC2 gives.
fn subnet(id: &str, cidr: &str, available: u64) -> Value {
    json!({
        "AvailabilityZone": "eu-central-1a", "AvailableIpAddressCount": available, "CidrBlock": cidr,
        "DefaultForAz": false, "State": "available", "SubnetId": id, "VpcId": "vpc-1",
        "Ipv6CidrBlockAssociationSet": [], "Ipv6Native": false, "Tags": [{"Key": "Name", "Value": id}]
    })
}

#[test]
fn files_of_the_aws_cli_decide() {
    let ipv6 = json!({"SubnetId": "subnet-6", "Ipv6Native": true, "AvailableIpAddressCount": 0});
    let subnets = json!({"Subnets": [subnet("subnet-a", "10.0.0.0/24", 248), ipv6]});
    let subnets = temp_file(subnets.to_string());
    let interface = |address: &str| {
        json!({"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-a", "PrivateIpAddress": address,
            "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": address}], "Ipv4Prefixes": []})
    };
    // The three addresses are in one block, or each is in a block of its own.
    let together = ["10.0.0.17", "10.0.0.18", "10.0.0.19"].map(interface);
    let apart = ["10.0.0.17", "10.0.0.33", "10.0.0.49"].map(interface);
    let reservation = json!({"SubnetIpv4CidrReservations": [
        {"SubnetId": "subnet-a", "Cidr": "10.0.0.128/26", "ReservationType": "prefix"}
    ], "SubnetIpv6CidrReservations": []});
    let reservation = temp_file(reservation.to_string());
    let [together, apart] =
        [together, apart].map(|i| temp_file(json!({ "NetworkInterfaces": i }).to_string()));
    let path = |file: &tempfile::NamedTempFile| file.path().display().to_string();
    let line = |nodes: u64, more: &str| {
        format!("{M5} {PREFIXES} --pods 27 --nodes {nodes} --subnets-file {} {more}", path(&subnets))
    };
    let interfaces = |file| format!("--network-interfaces-file {}", path(file));
    let reserved = format!("--cidr-reservations-file {}", path(&reservation));
    check_each(
        [
            (line(1, ""), "depends", json!({"blocks": 14, "leastBlocks": 0, "addresses": 248})),
            (line(5, ""), "does-not-fit", json!({"blocks": 14, "leastBlocks": 0, "addresses": 248})),
            (line(3, &interfaces(&together)), "fits", json!({"blocks": 13, "addresses": 248})),
            (line(3, &interfaces(&apart)), "depends", json!({"blocks": 11, "addresses": 248})),
            (line(4, &interfaces(&apart)), "does-not-fit", json!({"blocks": 11, "addresses": 248})),
            (
                line(1, &format!("{} {reserved}", interfaces(&apart))),
                "fits",
                json!({"blocks": 7, "reservedBlocks": 4, "addresses": 184}),
            ),
        ],
        |(line, verdict, free)| {
            let (answer, code) = json_and_code(&line);
            let told = &answer["subnets"][0];
            assert_eq!(
                json!([told["subnet"], told["verdict"], told["free"]]),
                json!(["subnet-a", verdict, free])
            );
            assert_eq!(code, Some(i32::from(verdict != "fits")));
            assert_eq!(answer["subnets"].as_array().map(Vec::len), Some(1));
        },
    );

    let stdin = std::fs::read(subnets.path()).expect("the file");
    let words = format!("plan {M5} --pods 27 --nodes 8 --subnets-file -");
    let run = run(command().args(words.split_whitespace()), &stdin);
    let answer = run.answer();
    assert!(answer.contains("subnet-a  10.0.0.0/24  8      240        248   fits\n"), "{answer}");
}

#[test]
fn interfaces_that_do_not_show_every_address_are_told() {
    let subnets = temp_file(json!([subnet("subnet-a", "10.0.0.0/24", 240)]).to_string());
    let none = temp_file("[]");
    let (subnets, none) = (subnets.path().display(), none.path().display());
    let run = plan(&format!(
        "{M5} {PREFIXES} --pods 27 --nodes 2 --subnets-file {subnets} --network-interfaces-file {none}"
    ));
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.starts_with("warning: subnet-a: EC2 counts 240 free addresses, and"), "{run:?}");
    assert!(run.stdout.contains("3 to 14"), "{run:?}");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let good = temp_file(json!([subnet("subnet-a", "10.0.0.0/24", 251)]).to_string());
    let good = good.path().display().to_string();
    check_each(
        [
            ("--subnets-file", String::new(), "there are no subnets: it is empty", "describe-subnets"),
            ("--subnets-file", "{}".into(), "missing field `Subnets`", "describe-subnets"),
            (
                "--subnets-file",
                json!([subnet("s", "10.0.0.0/24", 1), subnet("s", "10.0.1.0/24", 1)]).to_string(),
                "the subnet s is there more than once",
                "each once",
            ),
            (
                "--network-interfaces-file",
                "{\"Subnets\": []}".into(),
                "missing field",
                "describe-network-interfaces",
            ),
            ("--network-interfaces-file", " \n".into(), "it is empty", "describe-network-interfaces"),
            ("--network-interfaces-file", "[1]".into(), "line 1, column 2", "describe-network-interfaces"),
            ("--cidr-reservations-file", "x".into(), "line 1, column 1", "get-subnet-cidr-reservations"),
        ],
        |(option, content, says, helps)| {
            let file = temp_file(content);
            let path = file.path().display();
            let files = match option {
                "--subnets-file" => format!("{option} {path}"),
                _ => format!("--subnets-file {good} {option} {path}"),
            };
            let error = plan(&format!("{M5} --nodes 1 {files}")).error(2);
            assert!(error.contains(says) && error.contains(helps), "{error}");
            assert!(error.contains(&path.to_string()), "{error}");
        },
    );
}
