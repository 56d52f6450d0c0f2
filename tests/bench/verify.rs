//! `maxpods verify` on 10,000 nodes of real size, in pairs with `jq` where that is installed:
//! `cargo bench --bench verify`.

#[path = "peak_memory.rs"]
mod peak_memory;

#[path = "generate.rs"]
mod generate;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const NODES: usize = 10_000;
const ROUNDS: usize = 5;
const JQ: &str =
    r#".items[]|[.metadata.labels["node.kubernetes.io/instance-type"],.status.capacity.pods]|@tsv"#;

fn main() -> io::Result<()> {
    // What cargo test runs of a benchmark is whether it compiles.
    if !std::env::args().any(|arg| arg == "--bench") {
        return Ok(());
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nodes.json");
    let mut file = BufWriter::new(File::create(&path)?);
    generate::nodes(NODES, &mut file)?;
    file.flush()?;
    println!("{NODES} nodes, {} MB", path.metadata()?.len() / 1_000_000);

    let maxpods = || command(env!("CARGO_BIN_EXE_maxpods"), &["verify", "-q"], &path);
    let jq = || command("jq", &["-r", JQ], &path);
    let with_jq = Command::new("jq").arg("--version").output().is_ok();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(time(&mut maxpods())?);
        if with_jq {
            theirs.push(time(&mut jq())?);
        }
    }
    let ours = median(ours);
    println!("maxpods verify      {ours:>9.3?}");
    if with_jq {
        let theirs = median(theirs);
        println!(
            "jq, two fields      {theirs:>9.3?}  {:.1} times",
            theirs.as_secs_f64() / ours.as_secs_f64()
        );
    }

    let mut child = Command::new(env!("CARGO_BIN_EXE_maxpods"));
    child.args(["verify", "-q"]);
    let run = peak_memory::run(&mut child, |stdin| generate::nodes(NODES, stdin))?;
    match run.peak_kib {
        Some(peak) => println!("peak from a pipe    {peak:>6} KiB"),
        None => println!("peak from a pipe    only Linux tells"),
    }
    assert!(run.stdout.ends_with("10000 nodes: 10000 ok, 0 over, 0 under, 0 unknown, 0 skipped\n"));
    std::fs::remove_file(path)
}

fn command(program: &str, args: &[&str], file: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(args).arg(file).stdout(Stdio::null());
    command
}

fn time(command: &mut Command) -> io::Result<Duration> {
    let start = Instant::now();
    let status = command.status()?;
    assert!(status.success(), "{command:?}");
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
