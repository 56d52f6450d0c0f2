//! User data, in every form in which an instance may get it.

use std::io::Write;

use base64::Engine;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{check, findings, node_config, report};
use crate::support::check_each;

/// The type, and the CNI as it is set there: a number above what single addresses allow is an error.
const M5: &str = "--instance-type m5.large --cni-prefix-delegation-enabled=false";

/// A MIME message with these parts: the content type and the text of each.
fn mime(parts: &[(&str, &str)]) -> String {
    let parts: String =
        parts.iter().flat_map(|(kind, text)| ["--b\nContent-Type: ", kind, "\n\n", text, "\n"]).collect();
    format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n{parts}--b--\n")
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn parts_are_merged_as_nodeadm_does() {
    const NODEADM: &str = "application/node.eks.aws";
    let config = |fields: &str| node_config(&format!("config: {{{fields}}}"));
    let (high, right) = (config("maxPods: 30"), config("maxPods: 29"));
    let other = config("clusterDNS: [10.0.0.10]");
    let flag = |pods: u32| node_config(&format!("flags: [--max-pods={pods}]"));
    check_each(
        [
            ("the last one wins", vec![(NODEADM, &*high), (NODEADM, &right)], vec![]),
            (
                "the last one that sets it",
                vec![(NODEADM, &*right), (NODEADM, &high), (NODEADM, &other)],
                vec!["error over-allowed 20:23"],
            ),
            ("flags beat the configuration", vec![(NODEADM, &*flag(29)), (NODEADM, &high)], vec![]),
            ("the last flag wins", vec![(NODEADM, &*flag(30)), (NODEADM, &*flag(29))], vec![]),
            (
                "a script beside it",
                vec![("text/x-shellscript", "#!/bin/sh\necho"), (NODEADM, &right)],
                vec![],
            ),
            (
                "a script's drop-in file comes last",
                vec![
                    (NODEADM, &*right),
                    (
                        "text/x-shellscript",
                        "#!/bin/sh\ntee /etc/eks/nodeadm.d/x.yaml <<E\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {config: {maxPods: 30}}}\nE",
                    ),
                ],
                vec!["error over-allowed 20:36"],
            ),
        ],
        |(_, parts, expected)| assert_eq!(findings(M5, mime(&parts)).1, expected),
    );
}

#[test]
fn flags_in_all_their_forms() {
    for (flags, code) in [
        ("[--max-pods=30]", 1),
        ("[--max-pods, '30']", 1),
        ("['--max-pods 30']", 1),
        ("[--node-labels=a=--max-pods]", 0),
        ("[--max-pods=30, --max-pods=29]", 0),
    ] {
        assert_eq!(findings(M5, node_config(&format!("flags: {flags}"))).0, Some(code), "{flags}");
    }
}

#[test]
fn encodings() {
    let high = node_config("config:\n  maxPods: 30");
    let script =
        "#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args --max-pods=30\n";
    check_each(
        [
            ("plain", high.clone().into_bytes(), "6:16"),
            ("base64", base64(&high).into_bytes(), "1:1"),
            ("gzip", gzip(&high), "1:1"),
            ("gzip in base64", base64(gzip(&high)).into_bytes(), "1:1"),
            ("a script in base64", base64(script).into_bytes(), "1:1"),
            ("MIME in base64", base64(mime(&[("application/node.eks.aws", &high)])).into_bytes(), "1:1"),
            ("with a byte order mark", format!("\u{feff}{high}").into_bytes(), "6:16"),
        ],
        |(_, input, place)| {
            assert_eq!(findings(M5, input), (Some(1), vec![format!("error over-allowed {place}")]));
        },
    );
    let (_, report) = report(M5, base64(&high));
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("(line 6 of the text encoded here)"), "{message}");
    // The line that is shown is the one that is meant.
    assert!(check(M5, base64(&high)).stdout.contains("\n          maxPods: 30\n                   ^\n"));
}

#[test]
fn parts_may_be_encoded_on_their_own() {
    let high = node_config("config:\n  maxPods: 30");
    let part = "--b\nContent-Type: application/node.eks.aws\nContent-Transfer-Encoding: base64\n\n";
    let head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
    let input = format!("{head}{part}{}\n--b--\n", base64(&high));
    assert_eq!(findings(M5, input), (Some(1), vec!["error over-allowed 8:1".into()]));
}

/// A text that many files of nodeadm have in common is read once, and its last place counts.
#[test]
fn drop_in_files_of_one_text() {
    let (good, high) = (node_config("config:\n  maxPods: 29"), node_config("config:\n  maxPods: 30"));
    let tee = |files: &str, text: &str| format!("tee {files} <<'E'\n{text}E\n");
    let folder = "/etc/eks/nodeadm.d";
    check_each(
        [
            (
                "the last is right",
                tee(&format!("{folder}/1.yaml {folder}/2.yaml"), &high)
                    + &tee(&format!("{folder}/3.yaml"), &good),
                Some(0),
            ),
            (
                "the last is too high",
                tee(&format!("{folder}/1.yaml"), &good)
                    + &tee(&format!("{folder}/2.yaml {folder}/3.yaml"), &high),
                Some(1),
            ),
        ],
        |(_, script, code)| assert_eq!(check(M5, format!("#!/bin/bash\n{script}")).code, code),
    );
    let aliases = |order: &str| {
        let file = |name| format!("- {{path: {folder}/x.yaml, content: *{name}}}\n");
        let files = order.chars().map(file).collect::<Vec<_>>().concat();
        let text = |name: char, pods: u8| {
            format!(
                "{name}: &{name} 'apiVersion: node.eks.aws/v1alpha1\n\n  kind: NodeConfig\n\n  spec: {{kubelet: {{config: {{maxPods: {pods}}}}}}}'\n"
            )
        };
        format!("#cloud-config\n{}{}write_files:\n{files}", text('a', 29), text('b', 30))
    };
    for (order, code) in [("aba", 0), ("abab", 1), ("b", 1), ("bba", 0)] {
        assert_eq!(check(M5, aliases(order)).code, Some(code), "{order}");
    }
}

#[test]
fn scripts() {
    let call = "/etc/eks/bootstrap.sh c --use-max-pods false";
    check_each(
        [
            ("one line", format!("#!/bin/bash\n{call} --kubelet-extra-args '--max-pods=30'"), "2:68"),
            (
                "several flags",
                format!("#!/bin/bash\n{call} --kubelet-extra-args '--a=b --max-pods=30'"),
                "2:74",
            ),
            (
                "several lines",
                format!("#!/bin/bash\n{call} \\\n  --kubelet-extra-args \\\n  '--max-pods=30'"),
                "4:4",
            ),
            (
                "double quotes",
                format!("#!/bin/bash\n{call} --kubelet-extra-args \"--a=$B --max-pods=30\""),
                "2:75",
            ),
            ("two words", format!("#!/bin/bash\n{call} --kubelet-extra-args '--max-pods 30'"), "2:79"),
            (
                "a variable",
                format!("#!/bin/bash\nN=30\n{call} --kubelet-extra-args \"--max-pods=$N\""),
                "3:68",
            ),
            (
                "a variable that holds the flag",
                format!("#!/bin/bash\nA='--max-pods=30'\n{call} --kubelet-extra-args \"$A\""),
                "3:67",
            ),
            ("sudo", format!("#!/bin/bash\nsudo -E {call} --kubelet-extra-args '--max-pods=30'"), "2:76"),
            (
                "in a condition",
                format!("#!/bin/bash\nif true; then {call} --kubelet-extra-args '--max-pods=30'; fi"),
                "2:82",
            ),
            (
                "the script's own variables",
                "#!/bin/bash\ncat <<-EOF > /etc/profile.d/bootstrap.sh\nexport USE_MAX_PODS=false\nexport \
                 KUBELET_EXTRA_ARGS=\"--max-pods=30\"\nEOF\nsed -i 's/a/b/' /etc/eks/bootstrap.sh\n"
                    .into(),
                "4:28",
            ),
            (
                "a part without a first line of its own",
                "set -ex\nexport USE_MAX_PODS=false\nexport KUBELET_EXTRA_ARGS=\"--max-pods=30\"\n".into(),
                "3:28",
            ),
        ],
        |(_, script, place)| {
            assert_eq!(findings(M5, script), (Some(1), vec![format!("error over-allowed {place}")]));
        },
    );
}

#[test]
fn a_script_with_windows_line_ends_is_told_and_judged() {
    let script = "#!/bin/bash\r\n/etc/eks/bootstrap.sh c --use-max-pods false \\\r\n  --kubelet-extra-args '--max-pods=30'\r\n";
    let expected = ["warning not-a-script 1:1", "error over-allowed 3:25"].map(str::to_owned);
    assert_eq!(findings(M5, script), (Some(1), expected.to_vec()));
}

#[test]
fn scripts_without_a_number_of_their_own() {
    for script in [
        "/etc/eks/bootstrap.sh c --kubelet-extra-args '--node-labels=a=b'",
        "sed -i 's/--max-pods=30//' /etc/eks/bootstrap.sh",
        "echo /etc/eks/bootstrap.sh --kubelet-extra-args --max-pods=30",
        "# /etc/eks/bootstrap.sh --kubelet-extra-args --max-pods=30",
        "echo '--max-pods=30'",
    ] {
        let run = check(M5, format!("#!/bin/bash\n{script}\n"));
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stderr.contains("nothing to check"), "{run:?}");
    }
}

#[test]
fn what_the_node_computes_is_not_judged() {
    let script = "#!/bin/bash\nN=$(calculate)\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args --max-pods=$N\n";
    assert_eq!(findings(M5, script).1, ["note not-judged 3:67"]);
}

#[test]
fn other_user_data_is_passed_over() {
    for text in ["#cloud-config\nruncmd: [ls]\n", "<powershell>\nls\n</powershell>\n"] {
        let (code, report) = report("", text);
        assert_eq!((code, &report["summary"]["ignoredDocuments"]), (Some(0), &1.into()), "{text}");
    }
}

#[test]
fn headers_that_run_into_the_script() {
    let input = mime(&[(
        "text/x-shellscript",
        "#!/bin/bash\nexport USE_MAX_PODS=false KUBELET_EXTRA_ARGS=--max-pods=30\n",
    )]);
    let input = input.replace("shellscript\n\n", "shellscript\n");
    assert_eq!(findings(M5, input), (Some(1), vec!["error over-allowed 7:46".into()]));
}

#[test]
fn a_script_may_call_bootstrap_from_its_own_folder() {
    let script = "#!/bin/bash\ncd /etc/eks\n./bootstrap.sh c --kubelet-extra-args '--max-pods=58'\n";
    let rules: Vec<_> = findings(M5, script)
        .1
        .into_iter()
        .map(|row| row.rsplit_once(' ').expect("a place").0.to_owned())
        .collect();
    assert_eq!(rules, ["error over-allowed", "note bootstrap-max-pods"]);
}

#[test]
fn the_head_of_a_toml_table_may_have_blanks_and_quotes() {
    for head in ["[settings.kubernetes]", "[ settings.kubernetes ]", "[\"settings\".\"kubernetes\"]"] {
        let found = findings(M5, format!("{head}\nmax-pods = 58\n"));
        assert_eq!(found, (Some(1), vec!["error over-allowed 2:12".into()]), "{head}");
    }
}
