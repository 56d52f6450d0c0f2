//! Files, folders, and what of a folder is read.

#[cfg(unix)]
use std::fs;
use std::path::Path;

use super::{check_in, managed, tree};
use crate::support::check_each;

/// A group whose number is wrong however the CNI is set.
fn wrong() -> String {
    managed("amiFamily: Bottlerocket\ninstanceType: m5.large\nmaxPodsPerNode: 500")
}

/// The files that a run tells something of.
fn told(folder: &Path, paths: &[&str]) -> Vec<String> {
    let run = check_in(folder, &[&["-q", "-o", "json"], paths].concat());
    let report: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let rows = report["findings"].as_array().unwrap();
    rows.iter().map(|row| row["file"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_folder_is_read_with_the_files_that_may_hold_configuration() {
    let wrong = wrong();
    let kept =
        ["a.yaml", "a.yml", "b/c/d.txt", "b/c/e.userdata", "x.tpl", "UPPER.YAML", "é 数.tftpl", "y.tmpl"];
    let left_out = [
        "README.md",
        "a.yaml.bak",
        "noextension",
        "node_modules/a.yaml",
        "b/node_modules/x/a.yaml",
        ".git/a.yaml",
        ".terraform/modules/a.yaml",
        ".hidden.yaml",
        ".github/workflows/a.yaml",
        "ignored/a.yaml",
        "b/own.yaml",
    ];
    let files: Vec<_> = kept.iter().chain(&left_out).map(|path| (*path, wrong.as_str())).collect();
    let ignores = [(".gitignore", "/ignored/\n"), ("b/.gitignore", "own.yaml\n")];
    let folder = tree(files.into_iter().chain(ignores));
    let mut kept = kept.map(str::to_owned);
    kept.sort();
    assert_eq!(told(folder.path(), &["."]), kept);
    // By name, any of them is read.
    check_each(left_out, |path| assert_eq!(told(folder.path(), &[path]), [path]));
}

#[test]
fn the_order_of_the_paths_does_not_matter() {
    let wrong = wrong();
    let folder =
        tree([("a/x.yaml", &*wrong), ("b/x.yaml", &wrong), ("b-c/x.yaml", &wrong), ("d.yaml", &wrong)]);
    let all = ["a/x.yaml", "b/x.yaml", "b-c/x.yaml", "d.yaml"];
    check_each(
        [
            vec!["."],
            vec!["d.yaml", "b-c", "b", "a"],
            vec!["b", "a", "d.yaml", "b-c"],
            // Each file counts once, by its shortest name.
            vec![".", "a", "./a/x.yaml", "b/../b/x.yaml", "a/x.yaml"],
            vec!["a", "a/", ".", "."],
        ],
        |paths| assert_eq!(told(folder.path(), &paths), all),
    );
    let outputs =
        [vec!["."], vec!["d.yaml", "b", "./b-c", "a"]].map(|paths| check_in(folder.path(), &paths).stdout);
    assert_eq!(outputs[0], outputs[1]);
}

#[test]
fn what_belongs_together_meets_across_files_of_a_folder() {
    let class = "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec: {kubelet: {maxPods: 500}}\n";
    let pool = "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\nspec: {template: {spec: {nodeClassRef: \
                {group: karpenter.k8s.aws, kind: EC2NodeClass, name: a}, requirements: [{key: \
                node.kubernetes.io/instance-type, operator: In, values: [m5.large]}]}}}\n";
    let folder = tree([("z/class.yaml", class), ("z/pool.yaml", pool)]);
    assert_eq!(told(folder.path(), &["."]), ["z/class.yaml"]);
    let run = check_in(folder.path(), &["z"]);
    assert!(run.stdout.starts_with("z/class.yaml:4:27: error[over-allowed]: NodePool 'p': "), "{run:?}");
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_checked() {
    let folder = tree([("a.yaml", &*wrong())]);
    let run = check_in(folder.path(), &["missing.yaml", "a.yaml", "nowhere/"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stdout.contains("a.yaml:7:19: error[over-allowed]"), "{run:?}");
    for name in ["missing.yaml", "nowhere"] {
        assert!(run.stderr.contains(&format!("error: cannot read '{name}")), "{run:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_data_is_passed_over() {
    let folder = tree([("a.yaml", &*wrong()), ("data.json", "{")]);
    let data = fs::File::options().write(true).open(folder.path().join("data.json")).unwrap();
    // A sparse file takes no room.
    data.set_len((128 << 20) + 1).unwrap();
    let run = check_in(folder.path(), &["."]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (Some(1), "warning: data.json is too large for configuration, and passed over\n")
    );
    assert!(run.stdout.starts_with("a.yaml:7:19: error"), "{run:?}");
    // By name it is asked for.
    let run = check_in(folder.path(), &["data.json"]);
    assert!(run.code == Some(2) && run.stderr.contains("data.json is larger than 128 MiB"), "{run:?}");
}

/// Other tools tell of the faults of Terraform's language. A text that has nothing of ours in it is nobody's.
#[test]
fn a_malformed_module_is_passed_over_unless_it_is_named() {
    let module = "resource \"aws_eks_node_group\" \"g\" {\n  instance_types = [\"m5.large\"\n}\n";
    let folder = tree([("x/a.yaml", &*wrong()), ("x/main.tf", module)]);
    let run = check_in(folder.path(), &["x"]);
    assert!(run.code == Some(1) && run.stdout.starts_with("x/a.yaml:7:19: error"), "{run:?}");
    assert!(
        run.stderr.starts_with("warning: x/main.tf: line ")
            && run.stderr.ends_with("; the file is passed over\n"),
        "{run:?}"
    );
    assert_eq!(check_in(folder.path(), &["-q", "x"]).stderr, "");
    for paths in [&["x/main.tf"][..], &["x", "x/main.tf"]] {
        let run = check_in(folder.path(), paths);
        assert!(run.code == Some(2) && run.stderr.starts_with("error: x/main.tf: line "), "{run:?}");
    }
}

#[test]
fn an_empty_folder_has_nothing_to_check() {
    let folder = tree([("README.md", "text\n")]);
    let run = check_in(folder.path(), &[".", "--strict"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "0 files, 0 documents checked: 0 errors, 0 warnings, 0 notes\n")
    );
    assert!(run.stderr.starts_with("warning: nothing to check"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn links_and_pipes() {
    let folder = tree([("real/a.yaml", &*wrong())]);
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, folder.path().join(at)).unwrap();
    link("a.yaml", "real/link.yaml");
    link("real", "folder");
    link(".", "real/round");
    link("nowhere", "real/broken.yaml");
    // A walk follows no links, so it ends, and nothing is told twice.
    assert_eq!(told(folder.path(), &["."]), ["real/a.yaml"]);
    // A link that is given by name is followed, and is the file that it leads to.
    assert_eq!(told(folder.path(), &["folder"]), ["folder/a.yaml"]);
    assert_eq!(told(folder.path(), &["real/a.yaml", "real/link.yaml"]), ["real/a.yaml"]);
    // Bash replaces <(command) by such a path.
    let script = format!("'{}' check -q /dev/fd/3 3<real/a.yaml", env!("CARGO_BIN_EXE_maxpods"));
    let mut shell = std::process::Command::new("/bin/sh");
    let run = crate::support::run(shell.current_dir(folder.path()).args(["-c", &script]), b"");
    assert!(run.code == Some(1) && run.stdout.starts_with("/dev/fd/3:7:19: error"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tree([("open/a.yaml", &*wrong()), ("closed/b.yaml", &wrong())]);
    let closed = folder.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        eprintln!("skipped: this user may read every folder");
        return;
    }
    let run = check_in(folder.path(), &["."]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("closed") && run.stdout.contains("open/a.yaml:7:19"), "{run:?}");
}

/// `script` of util-linux makes a terminal. That of macOS has other options.
#[cfg(target_os = "linux")]
#[test]
fn a_bar_is_shown_and_cleared() {
    let version = std::process::Command::new("script").arg("--version").output();
    if !version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).contains("util-linux")) {
        eprintln!("skipped: script of util-linux is not installed");
        return;
    }
    // The first file is read at once, and the second one comes later.
    let folder = tree([("+.yaml", &*wrong())]);
    let binary = env!("CARGO_BIN_EXE_maxpods");
    let at_terminal = |options: &str, wait: u32| {
        let line = format!("(sleep {wait}; cat +.yaml) | {binary} check {options} +.yaml -");
        let mut script = std::process::Command::new("script");
        script.current_dir(folder.path()).args(["-q", "-e", "-c", &line, "/dev/null"]);
        crate::support::run(&mut script, b"")
    };
    let run = at_terminal("", 2);
    let cleared = format!("\r{}\r", " ".repeat(70));
    let lines: Vec<_> = run.stdout.split(&cleared).collect();
    // The second bar is full: it may be seen before the report is printed.
    let bars = ["[##########----------] 1 of 2 files read", "[####################] 2 of 2 files read"];
    let ["", shown @ .., report] = &lines[..] else { panic!("{lines:?}") };
    assert!(!shown.is_empty() && shown.iter().all(|line| bars.contains(line)), "{lines:?}");
    assert!(run.code == Some(1) && report.starts_with("+.yaml:7:19: error"), "{run:?}");
    for (options, wait) in [("-q", 2), ("", 0)] {
        let run = at_terminal(options, wait);
        assert!(run.stdout.starts_with("+.yaml:7:19: error"), "{options}: {run:?}");
    }
}
