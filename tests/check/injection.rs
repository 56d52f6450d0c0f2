//! Text of files and names of files that would be a command to a runner of GitHub or of Azure Pipelines, which reads the
//! log of each step.

#[cfg(unix)]
use serde_json::Value;

use super::{check, check_in, managed, tree};
use crate::support::cluster::{AWS_NODE_1_19, aws_node};
use crate::support::{Run, check_each, command, run, temp_file};

/// True if a line is a command to a runner.
fn is_command(line: &str) -> bool {
    let behind = line.split("##").skip(1);
    let mut words = behind.map(|text| text.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
    line.trim_start().starts_with("::") || words.any(|text| text.starts_with('['))
}

/// No line of either stream is a command, unless the format has them. Those are known by what they begin with.
#[track_caller]
fn is_harmless(run: &Run, has_commands: bool) {
    let meant = ["::error ", "::warning ", "::notice "];
    for line in run.stdout.lines() {
        let is_meant = has_commands && meant.iter().any(|begin| line.starts_with(begin));
        let rest = if is_meant { &line[2..] } else { line };
        assert!(!is_command(rest), "{line:?}\n{run:?}");
    }
    assert!(!run.stderr.lines().any(is_command), "{run:?}");
}

#[test]
fn the_lines_and_names_of_files() {
    let group = "amiFamily: Bottlerocket\ninstanceType: m5.large";
    let inputs = [
        // A key on a line of its own; the excerpt is that line.
        format!("{}  ::maxPodsPerNode: x\n", managed(group)),
        managed(&format!("{group}\nmaxPodsPerNode: 500 # ##[error]x ##vso[task.setvariable variable=a]b")),
        managed(&format!("{group}\nmaxPodsPerNode:\n  500")).replace("name: a", "name: \"::error::x ##[group]y\""),
        managed(&format!("{group}\nmaxPodsPerNode: '::set-output name=a::b'")),
        managed("instanceTypes: ['::x', '##[y]']\nmaxPodsPerNode: 29\namiFamily: Bottlerocket"),
        // A line of a text in the file.
        "#!/bin/bash\n::add-mask::x /etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\n".into(),
        "[settings.kubernetes]\nmax-pods = 500\n\n::stop-commands::x = [\n".into(),
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n::error::a: 1\n::error::a: 2\n".into(),
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n\"##[x]\\n::y\": 1\n\"##[x]\\n::y\": 2\n".into(),
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n  ::x: [\n".into(),
        "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {maxPodsExpression: '::x ##[y]'}}\n".into(),
    ];
    for format in ["text", "json", "github", "sarif", "gitlab", "junit"] {
        check_each(&inputs, |input| {
            is_harmless(&check(&format!("-o {format} --instance-type m5.large"), input), format == "github");
        });
    }
}

#[cfg(unix)]
#[test]
fn the_names_of_files_point_to_them() {
    let wrong = managed("amiFamily: Bottlerocket\ninstanceType: m5.large\nmaxPodsPerNode: 500");
    let names = [
        "::error::x.yaml",
        " ::a.yaml",
        "##[group]x.yaml",
        "a\n::error::b.yaml",
        "a,b:c%.yaml",
        "é #?.yaml",
        "a\u{1b}[2Jb.yaml",
        "\u{3164}x.yaml",
    ];
    let folder = tree(names.map(|name| (name, wrong.as_str())));
    let in_format = |format: &str| check_in(folder.path(), &["-o", format, "."]);
    for format in ["text", "json", "github", "sarif", "gitlab", "junit"] {
        let run = in_format(format);
        assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{run:?}");
        is_harmless(&run, format == "github");
        let steers = |c: char| c != '\n' && maxpods::text::Escaped::steers(c);
        assert!(!run.stdout.contains(steers), "{run:?}");
    }
    let mut sorted = names;
    sorted.sort_unstable();
    let report: Value = serde_json::from_str(&in_format("json").stdout).unwrap();
    let rows = report["findings"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["file"].as_str().unwrap()).collect::<Vec<_>>(), sorted);
    // A URI gives the name back.
    let log: Value = serde_json::from_str(&in_format("sarif").stdout).unwrap();
    let places = log["runs"][0]["results"].as_array().unwrap();
    let uris = places
        .iter()
        .map(|one| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap());
    let read: Vec<_> = uris.map(decoded).collect();
    assert_eq!(read, sorted);
    // So does the property of a command, but for characters that have no escape there.
    let github = in_format("github").stdout;
    let files: Vec<_> = github
        .lines()
        .filter_map(|line| line.split_once("file=")?.1.split(',').next())
        .map(decoded)
        .collect();
    let shown = sorted.map(|name| {
        name.replace('\u{1b}', "\\u{1b}").replace('\u{3164}', "\\u{3164}").replace("##[", "##\\u{5b}")
    });
    assert_eq!(files, shown);
}

#[cfg(unix)]
/// The text behind percent escapes.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&behind[..2]).unwrap(), 16).unwrap());
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn other_commands() {
    let hostile = "::error::x ##[group]y";
    let node = serde_json::json!({"kind": "Node", "apiVersion": "v1",
        "metadata": {"name": hostile, "labels": {"node.kubernetes.io/instance-type": hostile}},
        "spec": {"providerID": "aws:///a/i-1"}, "status": {"capacity": {"pods": "29"}, "nodeInfo": {"operatingSystem": "linux"}}});
    let daemonset = aws_node(AWS_NODE_1_19, &[("ENABLE_PREFIX_DELEGATION", hostile), ("MAX_ENI", hostile)]);
    let list =
        serde_json::json!({"kind": "List", "apiVersion": "v1", "items": [node, daemonset]}).to_string();
    for format in ["table", "json", "csv", "markdown", "github"] {
        is_harmless(&run(command().args(["verify", "-o", format]), list.as_bytes()), format == "github");
    }
    let file = temp_file(daemonset.to_string());
    let daemonset = file.path().to_str().unwrap();
    check_each(
        [
            vec!["--instance-type", hostile],
            vec![hostile],
            vec!["--instance-type", "m5.large", "-o", hostile],
            vec!["--instance-type", "m5.large", "--cni-version", hostile],
            vec!["--instance-type", "m5.large", "--expression", hostile],
            vec!["--instance-type", "m5.large", "-o", "explain", "--cni-from-daemonset", daemonset],
            vec!["list", hostile],
            vec!["check", hostile],
            vec!["check", "--config", hostile, "."],
            vec!["check", "-", "--instance-type", hostile],
            vec!["plan", "--instance-type", "m5.large", "--nodes", "1", "--subnet", hostile],
            vec!["verify", hostile],
        ],
        |words| {
            let run = run(command().args(&words), b"");
            is_harmless(&run, false);
            assert!(run.stderr.contains("\\u{5b}") || words.contains(&daemonset), "{run:?}");
        },
    );
}

#[test]
fn the_message_of_a_wrong_settings_file() {
    let folder = tree([("maxpods.toml", "'::error::x\\n##[group]' = 1\n"), ("a.toml", "")]);
    let run = check_in(folder.path(), &["."]);
    is_harmless(&run, false);
    assert!(run.error(2).contains("unknown key"));
}
