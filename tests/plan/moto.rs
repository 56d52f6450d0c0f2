//! The guide's recipe with the real AWS CLI, against moto's server.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::cluster::{instance, member, pods};
use super::{M5, PREFIXES, plan};
use crate::readme::block;
use crate::support::cluster::{AWS_NODE_1_19, aws_node, list};
use crate::support::moto::{Moto, NO_SETTINGS, account, can_run, element};
use crate::support::{Run, command, in_no_account, run, temp_file};

/// Runs a shell script with the AWS CLI, in this folder.
fn shell(script: &str, folder: &Path, moto: &Moto) -> String {
    let mut command = Command::new("bash");
    in_no_account(&mut command)
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder)
        .envs(NO_SETTINGS)
        .envs(account(moto.port()))
        .env("AWS_DEFAULT_REGION", "eu-central-1")
        .env("AWS_PAGER", "");
    let output = command.output().expect("bash");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    assert!(output.status.success(), "{script}\n{}", text(output.stderr));
    text(output.stdout).trim().to_owned()
}

#[test]
fn the_recipe_of_the_guide() {
    if !can_run("maxpods plan", &["aws", "moto_server", "bash"]) {
        return;
    }
    let moto = Moto::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    // A VPC with two subnets: one with two network interfaces in different blocks, the other with a
    // reservation for prefixes.
    let vpc = element(&moto.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]), "vpcId");
    let subnet = |block| {
        element(&moto.ec2("CreateSubnet", &[("VpcId", vpc.as_str()), ("CidrBlock", block)]), "subnetId")
    };
    let (a, b) = (subnet("10.0.0.0/24"), subnet("10.0.1.0/24"));
    for address in ["10.0.0.40", "10.0.0.100"] {
        moto.ec2("CreateNetworkInterface", &[("SubnetId", &a), ("PrivateIpAddress", address)]);
    }
    let reserve = [("SubnetId", b.as_str()), ("ReservationType", "prefix"), ("Cidr", "10.0.1.128/25")];
    moto.ec2("CreateSubnetCidrReservation", &reserve);
    let recipe = block("subnets=");
    let mut lines: Vec<_> = recipe.lines().skip(1).collect();
    // The last command of the recipe is not run. The command below takes its place.
    let plans = lines.iter().position(|line| line.starts_with("maxpods plan")).expect("maxpods plan");
    lines.truncate(plans);
    shell(&format!("subnets=\"{a} {b}\"\n{}", lines.join("\n")), folder.path(), &moto);

    let path = |name: &str| folder.path().join(name).display().to_string();
    let run = plan(&format!(
        "{M5} {PREFIXES} --pods 27 --nodes 4 -o json --subnets-file {} --network-interfaces-file {} \
         --cidr-reservations-file {}",
        path("subnets.json"),
        path("network-interfaces.json"),
        path("cidr-reservations.json"),
    ));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let answer: Value = serde_json::from_str(&run.stdout).expect("one object");
    let free: Vec<_> = answer["subnets"].as_array().expect("subnets").iter().map(|s| &s["free"]).collect();
    assert_eq!(free.len(), 2);
    let one = free.iter().find(|free| free["addresses"] == 249).expect("two addresses are used");
    assert_eq!(one["blocks"], 12);
    let other = free.iter().find(|free| free["addresses"] == 124).expect("half of it is reserved");
    assert_eq!((&other["blocks"], &other["reservedBlocks"]), (&7.into(), &7.into()));
}

/// Makes a subnet with a node in it, whose primary ENI has two more addresses. The ids of the subnet and the instance.
fn node(moto: &Moto, vpc: &str, place: usize, zone: &str) -> (String, String) {
    let address = |last: u8| format!("10.0.{place}.{last}");
    let (block, zone) = (format!("10.0.{place}.0/24"), format!("eu-central-1{zone}"));
    let subnet = [("VpcId", vpc), ("CidrBlock", &block), ("AvailabilityZone", &zone)];
    let subnet = element(&moto.ec2("CreateSubnet", &subnet), "subnetId");
    let own = address(20);
    let instance = [
        ("ImageId", "ami-03cf127a"),
        ("InstanceType", "m5.large"),
        ("SubnetId", &subnet),
        ("PrivateIpAddress", &own),
        ("MinCount", "1"),
        ("MaxCount", "1"),
    ];
    let instance = element(&moto.ec2("RunInstances", &instance), "instanceId");
    let of_node = [("Filter.1.Name", "attachment.instance-id"), ("Filter.1.Value.1", instance.as_str())];
    let eni = element(&moto.ec2("DescribeNetworkInterfaces", &of_node), "networkInterfaceId");
    let more = [address(40), address(41)];
    let more = [
        ("NetworkInterfaceId", eni.as_str()),
        ("PrivateIpAddress.1", &more[0]),
        ("PrivateIpAddress.2", &more[1]),
    ];
    moto.ec2("AssignPrivateIpAddresses", &more);
    (subnet, instance)
}

/// `maxpods plan` of this cluster, with the AWS CLI against moto's server.
fn plan_of_vpc(args: &[&str], cluster: &str, moto: &Moto) -> Run {
    let mut command = command();
    in_no_account(&mut command).args(["plan", "-o", "json"]).args(args);
    command.envs(NO_SETTINGS).envs(account(moto.port()));
    run(&mut command, cluster.as_bytes())
}

#[test]
fn the_subnets_of_a_vpc_are_asked_for() {
    if !can_run("maxpods plan --vpc", &["aws", "moto_server", "bash"]) {
        return;
    }
    let moto = Moto::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Subnets in three zones with a node in each, and a VPC with the same addresses, which must play no part.
    let make = || {
        let vpc = element(&moto.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]), "vpcId");
        let places = ["a", "b", "c"].into_iter().enumerate();
        let members: Vec<_> = places.map(|(place, zone)| node(&moto, &vpc, place, zone)).collect();
        (vpc, members)
    };
    make();
    let (vpc, members) = make();
    // A further ENI on the first node, and a reservation in the last subnet.
    let [(a, first), (b, _), (c, _)] = members.as_slice() else { panic!("{members:?}") };
    let further = [("SubnetId", a.as_str()), ("PrivateIpAddress", "10.0.0.100")];
    let further = element(&moto.ec2("CreateNetworkInterface", &further), "networkInterfaceId");
    let attach = [("NetworkInterfaceId", further.as_str()), ("InstanceId", first), ("DeviceIndex", "1")];
    moto.ec2("AttachNetworkInterface", &attach);
    let reserve = [("SubnetId", c.as_str()), ("ReservationType", "prefix"), ("Cidr", "10.0.2.128/25")];
    moto.ec2("CreateSubnetCidrReservation", &reserve);
    let nodes = members.iter().map(|(_, node)| node);
    let mut items: Vec<_> = (0..3).map(|i| member(i, "m5.large", 110, &format!("10.0.{i}.20"))).collect();
    items.extend(pods(2, 0));
    items.push(aws_node(AWS_NODE_1_19, &[("WARM_IP_TARGET", "1")]));
    let text = (0..).zip(nodes).fold(list(&items), |text, (i, id)| text.replace(&instance(i), id));
    let run = plan_of_vpc(&["--vpc", &vpc, "--region", "eu-central-1", "--surge", "1"], &text, &moto);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let answer: Value = serde_json::from_str(&run.stdout).expect("one object");
    let told: Vec<_> =
        answer["nodes"].as_array().unwrap().iter().map(|n| json!([n["subnet"], n["heldNow"]])).collect();
    assert_eq!(json!(told), json!([[a, 2], [b, 2], [c, 2]]));
    let told: Vec<_> = answer["subnets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| {
            json!([s["subnet"], s["zone"], s["free"]["addresses"], s["needed"]["addresses"], s["verdict"]])
        })
        .collect();
    assert_eq!(
        json!(told),
        json!([
            // The two pods want a third address, which is not held. A new node takes one for itself, and three or one.
            [a, "eu-central-1a", 247, 1 + 4, "fits"],
            [b, "eu-central-1b", 248, 4, "fits"],
            [c, "eu-central-1c", 121, 4, "fits"],
        ])
    );

    // moto tells of no prefixes, so a wrapper of the AWS CLI adds one to the ENI of the first node.
    let wrapper = temp_file(
        "#!/usr/bin/env bash\naws \"$@\" | sed 's|\"PrivateIpAddress\": \"10.0.0.20\",$|&\"Ipv4Prefixes\": \
         [{\"Ipv4Prefix\": \"10.0.0.64/28\"}],|'\n"
            .replace("\\\n         ", ""),
    );
    let program = folder.path().join("aws-with-prefixes");
    shell(
        &format!("cp {} {} && chmod +x {1}", wrapper.path().display(), program.display()),
        folder.path(),
        &moto,
    );
    let program = program.display().to_string();
    let args = ["--vpc", &vpc, "--region", "eu-central-1", "--aws", &program, PREFIXES];
    let run = plan_of_vpc(&args, &text, &moto);
    assert_eq!(run.code, Some(0), "{run:?}");
    let answer: Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!(answer["nodes"][0]["heldNow"], 18, "{run:?}");
    assert_eq!(answer["subnets"][0]["brokenBlocks"], 3);
    assert_eq!(answer["subnets"][2]["free"]["reservedBlocks"], 7);

    // A VPC without subnets, and one that nobody has.
    let error = plan_of_vpc(&["--vpc", "vpc-0", "--region", "eu-central-1"], &text, &moto).error(2);
    assert!(error.contains("there are no subnets in it") && error.contains("--region"), "{error}");
    // Without a region the AWS CLI fails, and says why.
    let run = plan_of_vpc(&["--vpc", &vpc], &text, &moto);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.to_lowercase().contains("region"), "{run:?}");
    assert!(run.stderr.contains("ec2 describe-subnets' failed ("), "{run:?}");
}
