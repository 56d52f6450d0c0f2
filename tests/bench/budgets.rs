//! The budgets, measured on whole processes: `cargo bench`.
//!
//! Every comparison is made in pairs, one run of each command in turn, because a busy machine slows down both.
//! The result is the median of the ratios of the pairs. The binaries are the static ones. They are copied before
//! they are run, as an installation copies them.

mod build;
mod folder;
mod generate;
mod network;
mod pairs;
mod peak_memory;
mod terraform;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use pairs::compare;

const NODES: usize = 10_000;
/// The cluster that is planned.
const PLANNED_NODES: usize = 5000;
const PODS_EACH: usize = 20;
const SUBNETS: usize = 1000;
const FILES: usize = 10_000;
const TERRAFORM_BYTES: usize = 50_000_000;
const JQ: &str =
    r#".items[]|[.metadata.labels["node.kubernetes.io/instance-type"],.status.capacity.pods]|@tsv"#;

fn main() -> io::Result<()> {
    // `cargo test` only has to show that the benchmark compiles.
    if !std::env::args().any(|arg| arg == "--bench") {
        return Ok(());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    let maxpods = build::maxpods(&folder)?;
    let empty = build::empty_program(&folder)?;
    println!("static binary                 {} bytes; budget 8 MB", maxpods.metadata()?.len());

    let run = |program: &PathBuf, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args);
        command
    };
    let main_job = || run(&maxpods, &["--instance-type", "m5.large", "--cni-prefix-delegation-enabled"]);
    let list = || run(&maxpods, &["list"]);

    println!("main job / empty program      {}; budget 1.35", compare(1000, main_job, || run(&empty, &[]))?);
    println!("list / main job               {}; budget 5", compare(200, list, main_job)?);

    let nodes = folder.join("nodes.json");
    let mut file = BufWriter::new(File::create(&nodes)?);
    generate::nodes(NODES, &mut file)?;
    file.flush()?;
    println!("{NODES} nodes                   {} MB", nodes.metadata()?.len() / 1_000_000);
    let path = nodes.to_str().expect("a UTF-8 path");
    let verify = || run(&maxpods, &["verify", "-q", path]);
    let jq = || run(&"jq".into(), &["-r", JQ, path]);
    if Command::new("jq").arg("--version").output().is_ok() {
        println!("jq, two fields / verify       {}; budget 10 or more", compare(5, jq, verify)?);
    } else {
        println!("verify / itself               {}; jq is not installed", compare(5, verify, verify)?);
    }
    std::fs::remove_file(nodes)?;

    let subnets = folder.join("subnets.json");
    network::subnets(SUBNETS, &mut File::create(&subnets)?)?;
    let interfaces = folder.join("network-interfaces.json");
    let mut file = BufWriter::new(File::create(&interfaces)?);
    network::interfaces(SUBNETS, &mut file)?;
    file.flush()?;
    let count = SUBNETS * network::INTERFACES_EACH;
    println!("{count} network interfaces     {} MB", interfaces.metadata()?.len() / 1_000_000);
    let plan = || {
        let mut command = run(&maxpods, &["plan", "--instance-type", "m5.large", "--pods", "27"]);
        command.args(["--cni-prefix-delegation-enabled", "--nodes", "3000", "--subnets-file"]);
        command.arg(&subnets).arg("--network-interfaces-file").arg(&interfaces);
        command
    };
    println!("plan / empty program          {}; budget 1 s", compare(5, plan, || run(&empty, &[]))?);
    std::fs::remove_file(subnets)?;
    std::fs::remove_file(interfaces)?;

    let cluster = folder.join("cluster.json");
    let mut file = BufWriter::new(File::create(&cluster)?);
    generate::nodes_with_pods(PLANNED_NODES, PODS_EACH, &mut file)?;
    file.flush()?;
    println!(
        "{PLANNED_NODES} nodes with {} pods   {} MB",
        PLANNED_NODES * PODS_EACH,
        cluster.metadata()?.len() / 1_000_000
    );
    let path = cluster.to_str().expect("a UTF-8 path");
    let plan = || run(&maxpods, &["plan", "-q", "-o", "csv", "--cni-prefix-delegation-enabled", path]);
    let jq = || run(&"jq".into(), &["-r", ".items[].spec.nodeName", path]);
    if Command::new("jq").arg("--version").output().is_ok() {
        println!("jq, one field / plan          {}; budget 8 or more", compare(3, jq, plan)?);
    } else {
        println!("plan / itself                 {}; jq is not installed", compare(3, plan, plan)?);
    }
    std::fs::remove_file(cluster)?;

    let terraform = folder.join("plan.json");
    let mut file = BufWriter::new(File::create(&terraform)?);
    terraform::plan(TERRAFORM_BYTES, &mut file)?;
    file.flush()?;
    println!("a Terraform plan              {} MB", terraform.metadata()?.len() / 1_000_000);
    let path = terraform.to_str().expect("a UTF-8 path");
    let check = || run(&maxpods, &["check", path]);
    println!("check / empty program         {}; budget 1 s", compare(5, check, || run(&empty, &[]))?);
    std::fs::remove_file(&terraform)?;

    let files = folder.join("files");
    folder::files(FILES, &files)?;
    let path = files.to_str().expect("a UTF-8 path");
    let check = || run(&maxpods, &["check", path]);
    println!("check of {FILES} files / empty {}; budget 2 s", compare(5, check, || run(&empty, &[]))?);
    std::fs::remove_dir_all(&files)?;

    let run = peak_memory::run(Command::new(&maxpods).args(["verify", "-q"]), |stdin| {
        generate::nodes(NODES, stdin)
    })?;
    let plan = peak_memory::run(Command::new(&maxpods).args(["plan", "-q", "-o", "json"]), |stdin| {
        generate::nodes_with_pods(PLANNED_NODES, PODS_EACH, stdin)
    })?;
    if let Some(peak) = plan.peak_kib {
        println!("plan's peak from a pipe       {peak} KiB; budget 60 MB");
    }
    match run.peak_kib {
        Some(peak) => println!("verify's peak from a pipe     {peak} KiB; budget 20 MB"),
        None => println!("verify's peak from a pipe     only Linux tells"),
    }
    assert!(run.stdout.ends_with("10000 nodes: 10000 ok, 0 over, 0 under, 0 unknown, 0 skipped\n"));
    Ok(())
}
