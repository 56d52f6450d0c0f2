//! `maxpods verify` asks the cluster, depending on the name of the program and on stdin.

use std::os::unix::fs::symlink;

use super::*;
use crate::support::{check_each, temp_file};

/// The binary under this name, beside a stand-in for a cluster whose node is over.
fn named(name: &str) -> (StandIn, PathBuf) {
    let stand_in = StandIn::of_one_node("cat \"$cluster\"", "30");
    let path = stand_in.path(name);
    symlink(env!("CARGO_BIN_EXE_maxpods"), &path).expect("a link");
    (stand_in, path)
}

#[test]
fn the_plugin_asks_the_cluster_unless_a_file_is_given() {
    let right = list(&[node("n", "m5.large", "29")]);
    let file = temp_file(&right);
    let file = file.path().to_str().expect("UTF-8");
    check_each(
        [
            ("kubectl-maxpods", &["verify"][..], 1),
            ("kubectl-maxpods.exe", &["verify", "-o", "json"], 1),
            ("kubectl-maxpods", &["verify", "-"], 0),
            ("kubectl-maxpods", &["verify", file], 0),
            ("maxpods", &["verify"], 0),
            ("kubectl-maxpods-1", &["verify"], 0),
            ("maxpods", &["verify", "--context", "x"], 1),
        ],
        |(name, args, code)| {
            let (stand_in, program) = named(name);
            let mut command = Command::new(program);
            command.env("PATH", path_with(stand_in.folder.path())).args(args).arg("-q");
            assert_eq!(run(&mut command, right.as_bytes()).code, Some(code));
        },
    );
}

#[test]
fn the_other_commands_are_the_same_under_that_name() {
    let (_stand_in, program) = named("kubectl-maxpods");
    let run = run(Command::new(program).args(["--instance-type", "m5.large"]), b"");
    assert_eq!(run.answer(), "29\n");
}
