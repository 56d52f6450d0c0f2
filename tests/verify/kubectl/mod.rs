//! `maxpods verify` that runs kubectl itself: a stand-in with a script of the test, and the real kubectl.

mod api_server;
mod plugin;
mod real;
mod stand_in;
mod terminal;

pub use real::{Home, is_installed};

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::cluster::*;
use crate::support::{Run, command, in_no_account, run};
use tempfile::TempDir;

/// A folder with a program that runs instead of kubectl.
pub struct StandIn {
    folder: TempDir,
}

impl StandIn {
    /// `script` runs in bash, with the folder as `$here`. `$cluster` is a file with this output.
    pub fn new(script: &str, cluster: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("cluster.json"), cluster).expect("a file");
        let stand_in = Self { folder };
        let here = stand_in.folder.path().display();
        stand_in.add_program(
            "kubectl",
            &format!("#!/usr/bin/env bash\nhere='{here}'\ncluster=$here/cluster.json\n{script}\n"),
        );
        stand_in
    }

    /// A stand-in for a cluster with one node that takes this number of pods.
    pub fn of_one_node(script: &str, pods: &str) -> Self {
        Self::new(script, &list(&[node("n", "m5.large", pods), aws_node(AWS_NODE_1_19, &[])]))
    }

    /// Another process writes the program. If the test process wrote it, a child of a test that runs at the same
    /// time could hold the file open for writing, and the system would refuse to run it.
    fn add_program(&self, name: &str, text: &str) {
        let write = "cat >\"$1\" && chmod +x \"$1\"";
        let mut shell = Command::new("sh");
        let run = run(shell.args(["-c", write, "sh"]).arg(self.path(name)), text.as_bytes());
        assert_eq!(run.code, Some(0), "{run:?}");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn program(&self) -> PathBuf {
        self.path("kubectl")
    }

    /// The text that the stand-in wrote to this file.
    pub fn wrote(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The id of its process.
    pub fn process(&self) -> u32 {
        self.wrote("pid").trim().parse().expect("the stand-in told its process")
    }

    /// `maxpods verify` with the stand-in, and these arguments.
    fn verify(&self, args: &[&str]) -> Run {
        run(command().args(["verify", "--kubectl"]).arg(self.program()).args(args), b"")
    }
}

/// Waits until this is true, and fails if that takes too long.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub fn is_running(process: u32) -> bool {
    Command::new("kill")
        .args(["-0", &process.to_string()])
        .stderr(Stdio::null())
        .status()
        .expect("kill")
        .success()
}

/// The search path with this folder before all others.
fn path_with(folder: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path)))
        .expect("a search path")
}
