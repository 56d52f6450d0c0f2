//! The encodings that `PowerShell` and editors write, for every reader of JSON. `check` has tests of its own.

use std::fmt::Write as _;
use std::process::Command;

use maxpods::text::ByteOrder;

use crate::support::cluster::*;
use crate::support::{Run, check_each, command, run, temp_file};

const FACTS: &str = r#"[{"InstanceType": "x99.large", "Hypervisor": "nitro", "VCpuInfo": {"DefaultVCpus": 2},
    "NetworkInfo": {"Ipv4AddressesPerInterface": 10, "DefaultNetworkCardIndex": 0,
    "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 3}]}, "Note": "é数😀"}]"#;
const SUBNETS: &str = r#"{"Subnets": [{"SubnetId": "subnet-a", "CidrBlock": "10.0.0.0/27",
    "AvailableIpAddressCount": 26, "Tags": [{"Key": "Name", "Value": "é数😀"}]}]}"#;
const INTERFACES: &str = r#"{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-a", "SubnetId": "subnet-a",
    "PrivateIpAddress": "10.0.0.4", "Description": "é数😀"}]}"#;
const RESERVATIONS: &str = r#"{"SubnetIpv4CidrReservations": [{"SubnetCidrReservationId": "scr-a",
    "SubnetId": "subnet-a", "Cidr": "10.0.0.28/30", "ReservationType": "explicit", "Description": "é数😀"}]}"#;

/// Every option or argument that takes JSON, as `FILE`, and a text for it. `SUBNETS` is a file with a subnet.
fn readers() -> [(String, String); 6] {
    let mut daemonset = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", "true")]);
    daemonset["metadata"]["annotations"]["note"] = "é数😀".into();
    // Longer than what is read at once.
    let nodes: Vec<_> =
        (0..100).map(|i| labelled(node(&format!("n{i}"), "m5.large", "29"), "é", "数😀")).collect();
    let plan = "plan --instance-type m5.large --pods 8 --nodes 1 -o json";
    let subnets = format!("{plan} --subnets-file SUBNETS");
    [
        ("verify FILE -o json --cni-version 1.19".into(), list(&nodes)),
        ("--instance-type m5.large --cni-from-daemonset FILE".into(), pretty(&daemonset)),
        ("--instance-type x99.large --instance-types-file FILE".into(), FACTS.into()),
        (format!("{plan} --subnets-file FILE"), SUBNETS.into()),
        (format!("{subnets} --network-interfaces-file FILE"), INTERFACES.into()),
        (format!("{subnets} --cidr-reservations-file FILE"), RESERVATIONS.into()),
    ]
}

pub fn utf16(order: ByteOrder, text: &str) -> Vec<u8> {
    let bytes = |unit: u16| match order {
        ByteOrder::LittleEndian => unit.to_le_bytes(),
        ByteOrder::BigEndian => unit.to_be_bytes(),
    };
    text.encode_utf16().flat_map(bytes).collect()
}

/// Runs the line with this text as `FILE`: from a file, and from stdin. Both must end alike.
#[track_caller]
fn ask(line: &str, text: &[u8]) -> Run {
    let (file, subnets) = (temp_file(text), temp_file(SUBNETS));
    let path = file.path().to_str().expect("UTF-8");
    let with = |file: &str| -> Command {
        let mut command = command();
        let word = |word: &str| match word {
            "FILE" => file.to_owned(),
            "SUBNETS" => subnets.path().to_str().expect("UTF-8").to_owned(),
            word => word.to_owned(),
        };
        command.args(line.split(' ').map(word));
        command
    };
    let of_file = run(&mut with(path), b"");
    let of_stdin = run(&mut with("-"), text);
    let said = of_file.stderr.replace(&format!("'{path}'"), "stdin").replace(path, "stdin");
    assert_eq!((of_stdin.code, &of_stdin.stdout, &of_stdin.stderr), (of_file.code, &of_file.stdout, &said));
    of_stdin
}

#[test]
fn every_reader_takes_what_powershell_writes() {
    check_each(readers(), |(line, text)| {
        let plain = ask(&line, text.as_bytes());
        let answer = plain.answer();
        assert!(!answer.is_empty());
        let lines = text.replace('\n', "\r\n");
        let marked = format!("\u{feff}{lines}");
        check_each(
            [
                ("Out-File -Encoding utf8 of PowerShell 5", marked.clone().into_bytes()),
                ("> of PowerShell 5", utf16(ByteOrder::LittleEndian, &marked)),
                ("Out-File -Encoding bigendianunicode", utf16(ByteOrder::BigEndian, &marked)),
                ("> of PowerShell 7", lines.into_bytes()),
            ],
            |(why, bytes)| assert_eq!(ask(&line, &bytes).answer(), answer, "{why}"),
        );
    });
}

#[test]
fn other_encodings_are_named_by_every_reader() {
    check_each(readers(), |(line, text)| {
        let code = if line.starts_with("--") { 1 } else { 2 };
        let half = [&utf16(ByteOrder::LittleEndian, &format!("\u{feff}{text}"))[..], b"\n"].concat();
        let mut utf32 = vec![0xff, 0xfe, 0, 0];
        utf32.extend(text.chars().flat_map(|c| u32::from(c).to_le_bytes()));
        check_each(
            [
                (
                    utf16(ByteOrder::LittleEndian, &text),
                    "stdin: this is UTF-16 (little endian) without a byte order mark, and not UTF-8",
                    "iconv -f UTF-16LE -t UTF-8 FILE",
                ),
                (
                    utf16(ByteOrder::BigEndian, &text),
                    "stdin: this is UTF-16 (big endian) without a byte order mark, and not UTF-8",
                    "-Encoding BigEndianUnicode FILE",
                ),
                (half, "this is damaged UTF-16: it has half a character", "write the file again"),
                (utf32, "stdin: this is UTF-32, and not UTF-8", "save it as UTF-8"),
            ],
            |(bytes, says, help)| {
                let error = ask(&line, &bytes).error(code);
                assert!(error.contains(says), "{error}");
                assert!(error.contains("\n  help: ") && error.contains(help), "{error}");
            },
        );
    });
}

/// A place is that of an editor, which shows the text and not its bytes.
#[test]
fn places_are_those_of_the_text() {
    let text = "\u{feff}{\r\n\"kind\": \"List\",\r\n\"items\": [x]}";
    let error = ask("verify FILE", &utf16(ByteOrder::LittleEndian, text)).error(2);
    assert!(error.starts_with("error: stdin: line 3, column 11: "), "{error}");
}

#[test]
fn a_large_cluster_in_utf_16_is_read_as_a_stream() {
    let mut text = String::from("\u{feff}");
    for i in 0..200 {
        let _ = write!(text, "{}", pretty(&node(&format!("n{i}"), "m5.large", "29")));
    }
    // The text ends in the middle of a node. That is told only because all nodes before it were read.
    text.truncate(text.len() - 100);
    let lines = text.lines().count();
    let error = ask("verify FILE", &utf16(ByteOrder::LittleEndian, &text)).error(2);
    assert!(error.starts_with(&format!("error: stdin: line {lines}, column ")), "{error}");
}
