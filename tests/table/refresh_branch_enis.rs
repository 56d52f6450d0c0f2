//! `data/refresh-branch-enis.sh` on files of the form that AWS generates.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{check_each, moto};
use tempfile::TempDir;

const SCRIPT: &str = "data/refresh-branch-enis.sh";

/// A Go file with these limits: the type, if it can have a trunk, and its branch ENIs.
fn go(limits: &[(&str, &str, &str)]) -> String {
    let mut text = "package vpc\n\nvar Limits = map[string]*VPCLimits{\n".to_owned();
    for (name, trunk, count) in limits {
        let fields =
            "\t\tInterface:               3,\n\t\tNetworkCards: []NetworkCard{\n\t\t\t{\n\t\t\t},\n\t\t},\n";
        write!(text, "\t\"{name}\": {{\n{fields}\t\tIsTrunkingCompatible:    {trunk},\n").expect("a text");
        write!(text, "\t\tBranchInterface:         {count},\n\t}},\n").expect("a text");
    }
    text + "}\n"
}

/// Runs the script on a table and two files: the exit code, stdout, stderr, and the table afterwards.
fn refresh(table: &str, karpenter: &str, controller: &str) -> (Option<i32>, String, String, String) {
    let folder = TempDir::new().expect("a temporary folder");
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("a folder");
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(SCRIPT), folder.path().join(SCRIPT))
        .expect("the script");
    fs::write(data.join("branch-enis.tsv"), table).expect("a table");
    for (name, text) in [("karpenter", karpenter), ("controller", controller)] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let mut command = Command::new("bash");
    command.current_dir(folder.path()).args([SCRIPT, "karpenter", "controller"]).stdin(Stdio::null());
    let output = command.output().expect("bash");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(fs::read_dir(&data).expect("data").count(), 2, "something was left behind");
    let table = fs::read_to_string(data.join("branch-enis.tsv")).expect("a table");
    (output.status.code(), text(output.stdout), text(output.stderr), table)
}

#[test]
fn the_newer_file_counts_and_old_types_stay() {
    if !moto::can_run(SCRIPT, &["bash", "awk", "sort"]) {
        return;
    }
    let karpenter =
        go(&[("m5.large", "true", "9"), ("t3.nano", "false", "0"), ("c7g-flex.large", "true", "3")]);
    let controller = go(&[("m5.large", "false", "0"), ("a1.large", "true", "9")]);
    let (code, stdout, stderr, table) = refresh("c1.old\t7\nm5.large\t8\n", &karpenter, &controller);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(table, "a1.large\t9\nc1.old\t7\nc7g-flex.large\t3\nm5.large\t9\nt3.nano\t0\n");
    assert_eq!(
        stdout,
        "added: a1.large 9\nadded: c7g-flex.large 3\nchanged: m5.large from 8 to 9\nadded: t3.nano 0\n"
    );
    let again = refresh(&table, &karpenter, &controller);
    assert_eq!((again.1.as_str(), again.3), ("", table));
}

#[test]
fn nothing_is_written_if_a_file_has_another_form() {
    if !moto::can_run(SCRIPT, &["bash", "awk", "sort"]) {
        return;
    }
    let good = go(&[("m5.large", "true", "9")]);
    check_each(
        [
            ("Karpenter's file", go(&[("m5.large", "true", "nine")]), good.clone()),
            ("Karpenter's file", go(&[("m5.large", "true", "0")]), good.clone()),
            ("the controller's file", good.clone(), go(&[("m5.large", "maybe", "9")])),
            ("no limits", String::new(), good.clone()),
            ("no limits", good.clone(), "<html></html>\n".into()),
        ],
        |(says, karpenter, controller)| {
            let (code, stdout, stderr, table) = refresh("m5.large\t8\n", &karpenter, &controller);
            assert_eq!((code, stdout.as_str(), table.as_str()), (Some(1), "", "m5.large\t8\n"), "{stderr}");
            assert!(stderr.contains(says), "{stderr}");
        },
    );
}
