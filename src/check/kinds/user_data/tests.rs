//! The facts of user data, each told in one line.

use super::*;
use crate::check::facts::{Amount, Declared, NumberSetting};

fn number(found: Option<&Amount>) -> String {
    match found {
        Some(Amount::Number(number)) => number.to_string(),
        Some(Amount::Later(text) | Amount::Refused(text)) => format!("'{text}'"),
        None => "-".into(),
    }
}

fn remark(remark: &Remark) -> String {
    let place = remark.spot.place().mark;
    format!("{:?} {} at {}:{}", remark.cause, number(remark.number.as_ref()), place.line, place.column)
}

/// The facts, each in one line.
fn told(text: &str) -> Vec<String> {
    let facts = read(&Reading::default(), &Source::file(0, text.into()));
    let mut told = Vec::new();
    for group in &facts.groups {
        let from = match group.kubelet.from {
            NumberSetting::Config => "",
            NumberSetting::Flag => " by flag",
            NumberSetting::KubeletDefault => " by default",
        };
        let found = group.kubelet.max_pods.as_ref();
        let place = found.map(|found| found.spot.place().mark);
        let place = place.map_or_else(String::new, |mark| format!(" at {}:{}", mark.line, mark.column));
        let family = group.ipv6.map_or("", |ipv6| if ipv6 { " ipv6" } else { " ipv4" });
        let number = number(found.map(|Declared { value, .. }| value));
        told.push(format!("{}: {number}{from}{place}{family}", group.reader.name()));
        told.extend(group.remarks.iter().map(remark));
    }
    told.extend(facts.remarks.iter().map(remark));
    told.extend(facts.malformed.iter().map(|fault| format!("fault: {}", fault.message)));
    told
}

/// Compares every case before it fails.
fn check_all<T: AsRef<str>, F: AsRef<[&'static str]>>(cases: impl IntoIterator<Item = (T, F)>) {
    let mut wrong = 0;
    for (text, expected) in cases {
        let (text, expected) = (text.as_ref(), expected.as_ref());
        let told = told(text);
        if told != expected {
            wrong += 1;
            println!("{text}\n  expected {expected:#?}\n  told {told:#?}");
        }
    }
    assert_eq!(wrong, 0, "so many cases are wrong");
}

#[test]
fn the_arguments_of_bootstrap_sh() {
    check_all([
        (
            "#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args '--max-pods=58'",
            vec!["bootstrap.sh: 58 by flag at 2:68"],
        ),
        (
            "#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args '--v=2 --max-pods 58'",
            vec!["bootstrap.sh: 58 by flag at 2:64", "TwoNumbers 58 at 2:64"],
        ),
        (
            "#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods=false --kubelet-extra-args --max-pods=58",
            vec!["bootstrap.sh: 58 by flag at 2:67", "UnparsedSwitch 58 at 2:67"],
        ),
        (
            "#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods false",
            vec!["bootstrap.sh: 110 by default at 2:40"],
        ),
        ("#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods=false", vec![]),
        ("#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args='--max-pods=58'", vec![]),
        ("#!/bin/bash\n/etc/eks/bootstrap.sh c --cluster-id --use-max-pods false", vec![]),
        // The kubelet takes the last of two flags, and the script the last of two options.
        (
            "#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods x --kubelet-extra-args '--max-pods=1 --max-pods=2'",
            vec!["bootstrap.sh: 2 by flag at 2:77"],
        ),
        (
            "#!/bin/bash\n/etc/eks/bootstrap.sh c --ip-family IPv6 --use-max-pods false --kubelet-extra-args --max-pods=9",
            vec!["bootstrap.sh: 9 by flag at 2:84 ipv6"],
        ),
        (
            "#!/bin/bash\nsed -i 's/maxPods/x/' /etc/kubernetes/kubelet/kubelet-config.json\n/etc/eks/bootstrap.sh c --use-max-pods false",
            vec![],
        ),
        (
            "#!/bin/bash\ncurl -o /etc/eks/bootstrap.sh https://example.com\nchmod +x /etc/eks/bootstrap.sh",
            vec![],
        ),
    ]);
}

#[test]
fn variables_of_scripts() {
    check_all([
        (
            "export USE_MAX_PODS=false\nexport KUBELET_EXTRA_ARGS=\"--max-pods=58\"\n",
            vec!["bootstrap.sh: 58 by flag at 2:28"],
        ),
        (
            "#!/bin/bash\nN=58\nA=\"--max-pods=$N\"\nA+=' --v=2'\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args \"$A\"",
            vec!["bootstrap.sh: 58 by flag at 5:67"],
        ),
        (
            "#!/bin/bash\nB=/etc/eks/bootstrap.sh\nA=(c --use-max-pods false --kubelet-extra-args '--max-pods=58')\nsudo $B \"${A[@]}\"",
            vec!["bootstrap.sh: 58 by flag at 4:9"],
        ),
        (
            "#!/bin/bash\nKUBELET_EXTRA_ARGS=--max-pods=5 USE_MAX_PODS=false /etc/eks/bootstrap.sh c",
            vec!["bootstrap.sh: 5 by flag at 2:20"],
        ),
        // A variable that is not exported does not reach the script.
        ("#!/bin/bash\nKUBELET_EXTRA_ARGS=--max-pods=5\n/etc/eks/bootstrap.sh c", vec![]),
        (
            "#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args \"--max-pods=$N\"",
            vec!["bootstrap.sh: '$N' by flag at 2:68"],
        ),
        // A dollar in single quotes is no variable.
        (
            "#!/bin/bash\nN=5\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args '--max-pods=$N'",
            vec!["bootstrap.sh: '$N' by flag at 3:68"],
        ),
    ]);
}

#[test]
fn branches_of_scripts() {
    check_all([
        (
            "#!/bin/bash\nif a; then N=5; else N=6; fi\n/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=$N",
            vec!["bootstrap.sh: -", "NotJudged(Branch) 5 at 3:46"],
        ),
        (
            "#!/bin/bash\ncase $T in a) A='--max-pods=5';; esac\n/etc/eks/bootstrap.sh c --kubelet-extra-args \"--v=2 $A\"",
            vec!["bootstrap.sh: -", "NotJudged(Branch) 5 at 3:46"],
        ),
        (
            "#!/bin/bash\nN=5\n[ a ] && N=6\n/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=$N",
            vec!["bootstrap.sh: -", "NotJudged(Branch) 6 at 4:46"],
        ),
        (
            "#!/bin/bash\nif a; then /etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=5\nelse /etc/eks/bootstrap.sh c; fi",
            vec!["bootstrap.sh: -", "NotJudged(Branch) 5 at 2:57"],
        ),
        // Each way gives the same number, or only one way gets there.
        (
            "#!/bin/bash\nif a; then L=x; else L=y; fi\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args \"--max-pods=5 --l=$L\"",
            vec!["bootstrap.sh: 5 by flag at 3:68"],
        ),
        (
            "#!/bin/bash\nif a; then N=6; exit 1; else N=5; fi\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args --max-pods=$N",
            vec!["bootstrap.sh: 5 by flag at 3:67"],
        ),
        (
            "#!/bin/bash\nif a; then exec /etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args --max-pods=5; fi",
            vec!["bootstrap.sh: 5 by flag at 2:83"],
        ),
        (
            "#!/bin/bash\na || exit 1\nyum install b && /etc/eks/bootstrap.sh c --use-max-pods false",
            vec!["bootstrap.sh: 110 by default at 3:57"],
        ),
    ]);
}

const CONFIG: &str =
    "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {config: {maxPods: 58}}}\n";

#[test]
fn files_for_nodeadm() {
    let cases = [
        ("cat > /etc/eks/nodeadm.d/x.yaml <<EOF\n@EOF\n", vec!["nodeadm: 58 at 5:36"]),
        ("cat <<'EOF' | sudo tee /etc/eks/nodeadm.d/x.yaml >/dev/null\n@EOF\n", vec!["nodeadm: 58 at 5:36"]),
        ("echo '@' > /etc/eks/nodeadm.d/x.yaml", vec!["nodeadm: 58 at 4:36"]),
        ("echo '@' | tee /etc/eks/nodeadm.d/x.yaml", vec!["nodeadm: 58 at 4:36"]),
        ("cat > /etc/eks/nodeadm.d/x.conf <<EOF\n@EOF\n", vec![]),
        (
            "cat > nodeadm-config.yaml <<EOF\n@EOF\nnodeadm init -c file://nodeadm-config.yaml",
            vec!["nodeadm: 58 at 5:36"],
        ),
        (
            "F=/x/y.yaml\ncat > $F <<EOF\n@EOF\n/usr/bin/nodeadm init --config-source=file://${F}",
            vec!["nodeadm: 58 at 6:36"],
        ),
        ("cat > /x/y.yaml <<EOF\n@EOF\nnodeadm init -c file:///x/", vec!["nodeadm: 58 at 5:36"]),
        ("cat > nodeadm-config.yaml <<EOF\n@EOF\n", vec![]),
        (
            "if a; then cat > /etc/eks/nodeadm.d/x.yaml <<EOF\n@EOF\nfi",
            vec!["nodeadm: -", "NotJudged(Branch) 58 at 5:36"],
        ),
    ];
    let script = |script: &str| format!("#!/bin/bash\n{}", script.replace('@', CONFIG));
    check_all(cases.map(|(commands, expected)| (script(commands), expected)));
    let filled = CONFIG.replace("58", "$N");
    let script = format!("#!/bin/bash\nN=7\ncat > /etc/eks/nodeadm.d/x.yaml <<EOF\n{filled}EOF\n");
    assert_eq!(told(&script)[0].split(" at ").next(), Some("nodeadm: 7"));
}

#[test]
fn cloud_config_writes_and_runs() {
    let block = CONFIG.replace('\n', "\n    ");
    let cases: [(String, Vec<&str>); 7] = [
        (
            format!("write_files:\n- path: /etc/eks/nodeadm.d/x.yaml\n  content: |\n    {block}"),
            vec!["nodeadm: 58 at 7:40"],
        ),
        (
            "runcmd:\n- [/etc/eks/bootstrap.sh, c, --use-max-pods, 'false', --kubelet-extra-args, '--max-pods=58']\n- echo".into(),
            vec!["bootstrap.sh: 58 by flag at 3:3"],
        ),
        (
            "bootcmd:\n- N=5\nruncmd:\n- |\n  /etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args --max-pods=$N".into(),
            vec!["bootstrap.sh: 5 by flag at 6:69"],
        ),
        (
            format!("write_files:\n- path: /x.yaml\n  content: |\n    {block}\nruncmd:\n- nodeadm init -c file:///x.yaml"),
            vec!["nodeadm: 58 at 7:40"],
        ),
        (
            format!(
                "write_files:\n- path: /etc/eks/nodeadm.d/x.yaml\n  encoding: b64\n  content: {}\n",
                base64::Engine::encode(&base64::engine::general_purpose::STANDARD, CONFIG)
            ),
            vec!["nodeadm: 58 at 5:12"],
        ),
        ("packages: [jq]\n".into(), vec![]),
        ("packages: [jq\n".into(), vec![]),
    ];
    check_all(cases.map(|(document, expected)| (format!("#cloud-config\n{document}"), expected)));
}

#[test]
fn node_configs() {
    let cases = [
        ("{kubelet: {config: {maxPods: 0}}}", vec!["nodeadm: 110 by default at 3:36"]),
        (
            "{kubelet: {config: {maxPods: 5}, flags: ['--max-pods=6 --v=2']}}",
            vec!["nodeadm: 6 by flag at 3:48"],
        ),
        (
            "{kubelet: {flags: [--max-pods, '6']}, cluster: {cidr: fd00::/108}}",
            vec!["nodeadm: 6 by flag at 3:38 ipv6"],
        ),
        ("{kubelet: {maxPods: 5}}", vec!["nodeadm: -", "Ignored(NodeConfigOutsideConfig) 5 at 3:27"]),
        (
            "\nkubelet:\n  config:\n    maxPods: 5",
            vec!["nodeadm: -", "Ignored(NodeConfigOutsideConfig) 5 at 6:14"],
        ),
        (
            "\nkubelet:\n  config:\n  maxPods: 5",
            vec!["nodeadm: -", "Ignored(NodeConfigOutsideConfig) 5 at 6:12"],
        ),
        ("\n  config: {maxPods: 5}", vec!["nodeadm: -", "Ignored(NodeConfigOutsideConfig) 5 at 4:21"]),
        ("{hybrid: {}, kubelet: {config: {maxPods: 5}}}", vec!["nodeadm: -", "NotJudged(Hybrid) - at 3:16"]),
        ("{hybrid: {}}", vec![]),
        ("{kubelet: {config: {maxPods: ${N}}}}", vec!["NotJudged(Template) - at 3:37"]),
        ("{kubelet: {config: {maxPods: '5'}}}", vec!["nodeadm: '5' at 3:36"]),
        (
            "{kubelet: {config: {maxPods: 1, maxPods: 2}}}",
            vec!["fault: the key 'maxPods' is there twice, first on line 3"],
        ),
    ];
    check_all(
        cases.map(|(spec, expected)| (CONFIG.replace("{kubelet: {config: {maxPods: 58}}}", spec), expected)),
    );
}

#[test]
fn parts_are_merged_as_nodeadm_does() {
    let part = |media_type: &str, body: &str| format!("--b\nContent-Type: {media_type}\n\n{body}\n");
    let message = |parts: &[String]| {
        format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{}--b--\n", parts.concat())
    };
    let node = |number: &str| part("application/node.eks.aws", &CONFIG.replace("58", number));
    let script =
        "#!/bin/bash\ncat > /etc/eks/nodeadm.d/x.yaml <<E\n@E\n".replace('@', &CONFIG.replace("58", "7"));
    let cases = [
        (message(&[node("5"), node("6")]), vec!["nodeadm: 6 at 16:36"]),
        (message(&[part("text/x-shellscript", &script), node("6")]), vec!["nodeadm: 7 at 11:36"]),
        (message(&[part("text/yaml", CONFIG)]), vec!["Ignored(OtherContentType) 58 at 9:36"]),
        (
            message(&[part(
                "text/x-shellscript",
                "#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods false",
            )]),
            vec!["bootstrap.sh: 110 by default at 8:40"],
        ),
        (message(&[part("text/cloud-config", "#cloud-config\npackages: [")]), vec![]),
    ];
    check_all(cases.map(|(text, expected)| (text, expected)));
}

#[test]
fn scripts_that_do_not_run() {
    for (text, expected) in [
        ("\u{feff}#!/bin/bash\nnodeadm init\n", vec!["NotAScript(ByteOrderMark) - at 1:1"]),
        ("#!/bin/bash\r\nnodeadm init\r\n", vec!["NotAScript(CarriageReturns) - at 1:1"]),
        // It starts no node.
        ("#!/bin/bash\r\necho\r\n", vec![]),
        ("#!/bin/bash\necho\n", vec![]),
    ] {
        assert!(is(text));
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn hostile_scripts_take_linear_time() {
    for piece in [
        "<<A ",
        "cat <<A\n",
        "A=$A$A;",
        "((a\n",
        "$((",
        "${",
        "a=(",
        "if a;then ",
        "case x in a) b=1;; ",
        "x1=1\n",
        "[ a ]&&",
        "/etc/eks/bootstrap.sh --kubelet-extra-args \"--max-pods=1 $A\"\n",
        "nodeadm init -c file:///x/ ",
        "\"$(",
        "echo NodeConfig > /x/$A\n",
        "--max-pods=1 ",
        "fi;",
        "esac;",
        ") ",
    ] {
        let start = std::time::Instant::now();
        told(&format!("#!/bin/sh\nA='{}'\n{}", "--v=2 ".repeat(500), piece.repeat(200_000 / piece.len())));
        // A quadratic reader takes minutes.
        assert!(start.elapsed().as_secs() < 20, "{piece}");
    }
}
