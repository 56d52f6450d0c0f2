//! Time and memory grow with the input: at most 100 MB and four times its size.

use std::process::Command;
use std::time::{Duration, Instant};

use super::*;
use crate::support::command;
use crate::verify::memory::peak_memory;

/// Runs a command with this text on its stdin. The command prints more than a pipe holds.
fn in_bounds(command: &mut Command, text: &str) -> String {
    let start = Instant::now();
    let run = peak_memory::run(command, |stdin| stdin.write_all(text.as_bytes())).expect("it runs");
    // A release build has 1.5 s for a megabyte. This is a debug build on a busy machine.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    if let Some(peak) = run.peak_kib {
        let most = (100_000_000 + 4 * text.len() as u64) / 1024;
        assert!(peak < most, "{peak} KiB of {most} for {} bytes", text.len());
    }
    run.stdout
}

/// Subnets of /28 up to a megabyte, in VPCs of their own.
fn subnets(count: usize) -> String {
    let subnets = (0..count).map(|i| {
        let (b, c) = (i >> 8, i & 255);
        format!("{{\"CidrBlock\":\"10.{b}.{c}.0/24\",\"AvailableIpAddressCount\":9}}")
    });
    format!("[{}]", subnets.collect::<Vec<_>>().join(","))
}

#[test]
fn many_subnets() {
    let text = subnets(16_000);
    let mut command = command();
    command.args("plan --instance-type m5.large --nodes 3 --subnets-file -".split(' '));
    assert_eq!(in_bounds(&mut command, &text).matches("/24").count(), 32_000 / 2);
}

#[test]
fn many_large_subnets() {
    // A /16 has 4,096 blocks, and its description 40 bytes.
    let text = (0..23_000).map(|i| format!("{{\"CidrBlock\":\"10.0.0.0/16\",\"VpcId\":\"{i}\"}}"));
    let text = format!("[{}]", text.collect::<Vec<_>>().join(","));
    let interfaces = temp_file("[]");
    let line = "plan --instance-type m5.large --cni-prefix-delegation-enabled --nodes 3 --subnets-file - \
                --network-interfaces-file";
    let mut command = command();
    command.args(line.split_whitespace()).arg(interfaces.path());
    assert_eq!(in_bounds(&mut command, &text).matches("10.0.0.0/16").count(), 23_000);
}

#[test]
fn many_reservations_and_interfaces() {
    let subnets = (0..8000).map(|i| {
        format!("{{\"SubnetId\":\"s{i}\",\"CidrBlock\":\"10.0.0.0/16\",\"VpcId\":\"{i}\",\"AvailableIpAddressCount\":9}}")
    });
    let subnets = temp_file(format!("[{}]", subnets.collect::<Vec<_>>().join(",")));
    let interfaces =
        (0..8000).map(|i| format!("{{\"SubnetId\":\"s{i}\",\"PrivateIpAddress\":\"10.0.9.9\"}}"));
    let interfaces = temp_file(format!("[{}]", interfaces.collect::<Vec<_>>().join(",")));
    let reservations = (0..8000).map(|i| format!("{{\"SubnetId\":\"s{i}\",\"Cidr\":\"10.0.0.0/16\"}}"));
    let reservations = format!("[{}]", reservations.collect::<Vec<_>>().join(","));
    let line = "plan -q --instance-type m5.large --cni-prefix-delegation-enabled --nodes 3 --cidr-reservations-file - \
                --subnets-file";
    let mut command = command();
    command
        .args(line.split_whitespace())
        .arg(subnets.path())
        .arg("--network-interfaces-file")
        .arg(interfaces.path());
    assert_eq!(in_bounds(&mut command, &reservations).matches("10.0.0.0/16").count(), 8000);
}

#[test]
fn empty_interfaces_are_passed_over() {
    let subnets = temp_file(subnets(3000));
    let text = format!("[{}]", vec!["{}"; 330_000].join(","));
    let line = "plan -q --instance-type m5.large --nodes 3 --network-interfaces-file - --subnets-file";
    let mut command = command();
    command.args(line.split_whitespace()).arg(subnets.path());
    in_bounds(&mut command, &text);
}

#[test]
fn many_empty_nodes() {
    let items = vec!["{}"; 330_000].join(",");
    // The kind comes first or last. The other formats keep no more than these of a node.
    for (text, format) in [
        (format!("{{\"kind\":\"NodeList\",\"items\":[{items}]}}"), "table"),
        (format!("{{\"items\":[{items}],\"kind\":\"NodeList\"}}"), "json"),
    ] {
        let mut command = command();
        in_bounds(command.args(["verify", "-q", "-o", format]), &text);
    }
}

#[test]
fn many_small_nodes_pods_and_groups() {
    let node = |i: usize| {
        format!(
            "{{\"metadata\":{{\"name\":\"{i}\",\"labels\":{{\"node.kubernetes.io/instance-type\":\"m5.large\",\
             \"karpenter.sh/nodepool\":\"{i}\"}}}},\"status\":{{\"capacity\":{{\"pods\":{}}}}}}}",
            i % 300
        )
    };
    let nodes: Vec<_> = (0..6000).map(node).collect();
    let pods: Vec<_> =
        (0..30_000).map(|i| format!("{{\"spec\":{{\"nodeName\":\"{}\"}}}}", i % 7000)).collect();
    let text = format!(
        "{{\"kind\":\"NodeList\",\"items\":[{}]}}{{\"kind\":\"PodList\",\"items\":[{}]}}",
        nodes.join(","),
        pods.join(",")
    );
    for format in ["table", "json", "csv"] {
        let mut command = command();
        in_bounds(command.args(["plan", "-q", "-o", format]), &text);
    }
}

#[test]
fn many_nodes_in_many_subnets() {
    let node = |i: usize| {
        format!(
            "{{\"metadata\":{{\"name\":\"n{i}\",\"labels\":{{\"node.kubernetes.io/instance-type\":\"m5.large\"}}}},\
             \"status\":{{\"capacity\":{{\"pods\":29}},\"addresses\":[{{\"type\":\"InternalIP\",\"address\":\"10.{}.{}.9\"}}]}}}}",
            i >> 8,
            i & 255
        )
    };
    let text = format!(
        "{{\"kind\":\"NodeList\",\"items\":[{}]}}",
        (0..5000).map(node).collect::<Vec<_>>().join(",")
    );
    // All subnets are in one zone, and those with a tag serve all of them.
    let subnets = (0..5000).map(|i| {
        let tags = if i % 2 == 0 { "[{\"Key\":\"kubernetes.io/role/cni\",\"Value\":\"1\"}]" } else { "[]" };
        format!(
            "{{\"CidrBlock\":\"10.{}.{}.0/24\",\"AvailabilityZone\":\"a\",\"AvailableIpAddressCount\":200,\"Tags\":{tags}}}",
            i >> 8,
            i & 255
        )
    });
    let subnets = temp_file(format!("[{}]", subnets.collect::<Vec<_>>().join(",")));
    for format in ["table", "json"] {
        let mut command = command();
        command
            .args(["plan", "-q", "--surge", "1", "--full", "-o", format, "--subnets-file"])
            .arg(subnets.path());
        in_bounds(&mut command, &text);
    }
}

#[test]
fn numbers_with_leading_zeros_and_host_bits_are_refused() {
    let subnets = temp_file(json!([subnet("subnet-a", "10.0.0.0/24", "a")]).to_string());
    let interfaces =
        |prefix: &str| temp_file(json!([eni(1, 0, "subnet-a", "10.0.0.20", &[], &[prefix])]).to_string());
    for (prefix, says) in [
        ("10.0.0.5/28", "the prefix 10.0.0.5/28 has host bits set: it would be 10.0.0.0/28"),
        ("010.0.0.16/28", "'010.0.0.16/28' is not a prefix"),
        ("10.0.0.16/028", "'10.0.0.16/028' is not a prefix"),
        ("10.0.0.16", "'10.0.0.16' is not a prefix"),
    ] {
        let file = interfaces(prefix);
        let line = format!(
            "--instance-type m5.large --nodes 1 --subnets-file {} --network-interfaces-file {}",
            subnets.path().display(),
            file.path().display()
        );
        let error = plan(&line, "").error(2);
        assert!(error.contains(says) && error.contains("line 1, column "), "{error}");
    }
    for cidr in ["010.0.0.0/24", "10.0.0.0/024", "10.0.0.00/24", "10.0.0/24", "10.0.0.0/+24"] {
        let error = plan(&format!("--instance-type m5.large --nodes 1 --subnet {cidr}"), "").error(2);
        assert!(error.contains(&format!("'{cidr}' is not an IPv4 CIDR")), "{error}");
    }
}
