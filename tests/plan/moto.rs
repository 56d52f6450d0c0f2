//! The guide's recipe with the real AWS CLI, against moto's server.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{M5, PREFIXES, plan};
use crate::readme::block;
use crate::support::in_no_account;
use crate::support::moto::{Moto, NO_SETTINGS, account, can_run};

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
    let shell = |script: &str| shell(script, folder.path(), &moto);
    // A VPC with two subnets: one with two network interfaces in different blocks, the other with a
    // reservation for prefixes.
    let ids = shell(
        "vpc=$(aws ec2 create-vpc --cidr-block 10.0.0.0/16 --query Vpc.VpcId --output text)
         make() { aws ec2 create-subnet --vpc-id $vpc --cidr-block $1 --query Subnet.SubnetId --output text; }
         a=$(make 10.0.0.0/24); b=$(make 10.0.1.0/24)
         for address in 10.0.0.40 10.0.0.100; do
           aws ec2 create-network-interface --subnet-id $a --private-ip-address $address > /dev/null
         done
         aws ec2 create-subnet-cidr-reservation --subnet-id $b --reservation-type prefix \
           --cidr 10.0.1.128/25 > /dev/null
         echo $a $b",
    );
    let recipe = block("subnets=");
    let mut lines: Vec<_> = recipe.lines().skip(1).collect();
    // The last command of the recipe is not run. The command below takes its place.
    let plans = lines.iter().position(|line| line.starts_with("maxpods plan")).expect("maxpods plan");
    lines.truncate(plans);
    shell(&format!("subnets=\"{ids}\"\n{}", lines.join("\n")));

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
