//! For `check`: scripts, MIME messages, encoded text and cloud-config.

use std::fmt::Write;
use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Make, NODE_CONFIG, SCRIPT, gzip, lines, nested, nested_bytes};

pub const SHELL_INPUTS: &[(&str, Make)] = &[
    ("shell: here-documents, then semicolons", |bytes| {
        [SCRIPT.as_bytes(), &nested("", "<<A ", bytes / 2), b"\n", &nested("", ";", bytes / 2)].concat()
    }),
    ("shell: here-documents that end", |bytes| nested(SCRIPT, "cat <<A\nx\nA\n", bytes)),
    ("shell: here-documents that do not end", |bytes| nested(SCRIPT, "cat <<A\n", bytes)),
    ("shell: ${", |bytes| nested(SCRIPT, "${", bytes)),
    ("shell: $(", |bytes| nested(SCRIPT, "$(", bytes)),
    ("shell: $((", |bytes| nested(SCRIPT, "$((", bytes)),
    ("shell: backquotes", |bytes| nested(SCRIPT, "` ", bytes)),
    ("shell: backquotes with backslashes", |bytes| nested(SCRIPT, "\\`", bytes)),
    ("shell: \"$(", |bytes| nested(SCRIPT, "\"$(", bytes)),
    ("shell: parentheses", |bytes| nested(SCRIPT, "(", bytes)),
    ("shell: braces", |bytes| nested(SCRIPT, "{ ", bytes)),
    ("shell: quotes", |bytes| nested(SCRIPT, "'' ", bytes)),
    ("shell: if", |bytes| nested(SCRIPT, "if ", bytes)),
    ("shell: case", |bytes| nested(SCRIPT, "case a in a) ", bytes)),
    ("shell: functions", |bytes| {
        lines(SCRIPT, bytes, |i| format!("f{i}() {{ bootstrap.sh c --kubelet-extra-args --max-pods=9; }}"))
    }),
    ("shell: one function called often", |bytes| {
        nested(
            "#!/bin/bash\nf() { /etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'; }\n",
            "f\n",
            bytes,
        )
    }),
    ("shell: calls of bootstrap.sh", |bytes| {
        nested("#!/bin/bash\n", "/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'\n", bytes)
    }),
    ("shell: calls of bootstrap.sh in one line", |bytes| {
        nested("#!/bin/bash\n", "/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500';", bytes)
    }),
    ("shell: flags of one call", |bytes| {
        nested("#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args '", "--max-pods=500 ", bytes)
    }),
    ("shell: flags that end", |bytes| {
        let mut text =
            nested("#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args '", "--max-pods=500 ", bytes);
        text.extend(b"'\n");
        text
    }),
    ("shell: flags from a variable", |bytes| {
        let mut text = nested("#!/bin/bash\nF='", "--max-pods=500 ", bytes / 2);
        text.extend(b"'\n");
        text.extend(nested("", "/etc/eks/bootstrap.sh c --kubelet-extra-args \"$F\"\n", bytes / 2));
        text
    }),
    ("shell: variables of variables", |bytes| {
        let mut text: String = "#!/bin/bash\nV0=--max-pods=500\n".into();
        let mut i = 0;
        while text.len() < bytes {
            i += 1;
            let _ = writeln!(text, "V{i}=\"$V{0} $V{0}\"", i - 1);
        }
        let _ = writeln!(text, "/etc/eks/bootstrap.sh c --kubelet-extra-args \"$V{i}\"");
        text.into_bytes()
    }),
    ("shell: a variable that grows", |bytes| {
        let mut text = nested("#!/bin/bash\nV=--max-pods=500\n", "V=\"$V $V\"\n", bytes);
        text.extend(b"/etc/eks/bootstrap.sh c --kubelet-extra-args \"$V\"\n");
        text
    }),
    ("shell: a long variable many times", |bytes| {
        let mut text = nested("#!/bin/bash\nV=", "x", bytes / 4);
        text.extend(nested("\n", "W=\"$V\"\n", bytes / 4));
        text.extend(nested("/etc/eks/bootstrap.sh c --kubelet-extra-args \"", "$V", bytes / 2));
        text.extend(b"\"\n");
        text
    }),
    ("shell: a NodeConfig in each here-document", |bytes| {
        nested(
            "#!/bin/bash\n",
            &format!(
                "cat >/etc/eks/nodeadm.d/a.yaml <<A\n{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}}\nA\n"
            ),
            bytes,
        )
    }),
    ("shell: pipes", |bytes| nested(SCRIPT, "a | ", bytes)),
    ("shell: backslashes", |bytes| nested(SCRIPT, "\\\n", bytes)),
    ("shell: words of one line", |bytes| nested(SCRIPT, "a ", bytes)),
    ("shell: comments", |bytes| nested(SCRIPT, "#\n", bytes)),
];

const MIME: &str = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n";

pub const MIME_INPUTS: &[(&str, Make)] = &[
    ("MIME: parts", |bytes| nested(MIME, "--b\nContent-Type: text/x-shellscript\n\n#!/bin/bash\nx\n", bytes)),
    ("MIME: empty parts", |bytes| nested(MIME, "--b\n", bytes)),
    ("MIME: NodeConfigs", |bytes| {
        let part = format!(
            "--b\nContent-Type: application/node.eks.aws\n\n{NODE_CONFIG}spec: {{kubelet: {{config: {{maxPods: 500}}}}}}\n"
        );
        nested(MIME, &part, bytes)
    }),
    ("MIME: parts in parts", |bytes| {
        lines("", bytes, |i| format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\n\n--b{i}"))
    }),
    ("MIME: one boundary in itself", |bytes| {
        nested(MIME, "--b\nContent-Type: multipart/mixed; boundary=\"b\"\n\n", bytes)
    }),
    ("MIME: headers", |bytes| nested("MIME-Version: 1.0\n", "A: b\n", bytes)),
    ("MIME: a header of many lines", |bytes| nested("MIME-Version: 1.0\nA: b\n", " c\n", bytes)),
    ("MIME: parameters", |bytes| nested("MIME-Version: 1.0\nContent-Type: multipart/mixed", "; a=b", bytes)),
    ("MIME: parts that are compressed", |bytes| {
        let part = STANDARD.encode(gzip(&"#\n".repeat(500_000).into_bytes()));
        let part =
            format!("--b\nContent-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n{part}\n");
        nested(MIME, &part, bytes)
    }),
    ("MIME: 60 parts that are compressed twice", |_| {
        let part = STANDARD.encode(gzip(&gzip(&"#\n".repeat(9_000_000).into_bytes())));
        let part =
            format!("--b\nContent-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n{part}\n");
        format!("{MIME}{}", part.repeat(60)).into_bytes()
    }),
];

pub const ENCODED_INPUTS: &[(&str, Make)] = &[
    ("gzip: 18 MB of line breaks", |_| gzip(&gzip(&vec![b'\n'; 18_000_000]))),
    ("gzip: a script of 30 MB", |_| gzip(&[SCRIPT.as_bytes(), &vec![b'\n'; 30_000_000]].concat())),
    ("gzip: 1 GB of zeros", |_| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![0; 1 << 20];
        for _ in 0..100 {
            encoder.write_all(&zeros).expect("memory takes it");
        }
        encoder.finish().expect("memory takes it")
    }),
    ("base64: a script", |bytes| STANDARD.encode(nested(SCRIPT, "a\n", bytes * 3 / 4)).into_bytes()),
    ("base64: of base64 of base64", |bytes| {
        let mut text = SCRIPT.to_owned();
        while text.len() < bytes {
            text = STANDARD.encode(&text);
        }
        text.into_bytes()
    }),
    ("gzip: of gzip of gzip", |_| {
        let mut text = SCRIPT.as_bytes().to_vec();
        for _ in 0..1000 {
            text = gzip(&text);
        }
        text
    }),
    ("UTF-16: a NodeConfig", |bytes| {
        let text = String::from_utf8(nested(NODE_CONFIG, "# a\n", bytes / 2)).expect("UTF-8");
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }),
    ("UTF-16: three bytes of UTF-8 for two", |bytes| {
        let text = format!("{NODE_CONFIG}a: {}", "数".repeat(bytes / 2));
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    }),
    ("no UTF-8", |bytes| nested_bytes(NODE_CONFIG.as_bytes(), b"\xff", bytes)),
];

const CLOUD_CONFIG: &str = "#cloud-config\n";

pub const CLOUD_CONFIG_INPUTS: &[(&str, Make)] = &[
    ("cloud-config: commands", |bytes| {
        nested(
            &format!("{CLOUD_CONFIG}runcmd:\n"),
            "- /etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'\n",
            bytes,
        )
    }),
    ("cloud-config: one command, aliased", |bytes| {
        nested(
            &format!(
                "{CLOUD_CONFIG}bootcmd: [&a \"/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'\"]\nruncmd:\n"
            ),
            "- *a\n",
            bytes,
        )
    }),
    ("cloud-config: one long command, aliased", |bytes| {
        let command = format!(
            "/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500' {}",
            "a ".repeat(bytes / 4)
        );
        nested(&format!("{CLOUD_CONFIG}bootcmd: [&a \"{command}\"]\nruncmd:\n"), "- *a\n", bytes)
    }),
    ("cloud-config: files", |bytes| {
        nested(
            &format!("{CLOUD_CONFIG}write_files:\n"),
            "- {path: /etc/eks/nodeadm.d/a.yaml, content: 'apiVersion: node.eks.aws/v1alpha1'}\n",
            bytes,
        )
    }),
    ("cloud-config: one large file, aliased", |bytes| {
        let script = "#\\n".repeat(bytes / 6);
        nested(
            &format!(
                "{CLOUD_CONFIG}x: &a \"#!/bin/bash\\n/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n{script}\"\nwrite_files:\n"
            ),
            "- {path: /a.sh, content: *a}\n",
            bytes,
        )
    }),
    ("cloud-config: compressed files", |bytes| {
        let file = STANDARD.encode(gzip(&"#\n".repeat(500_000).into_bytes()));
        nested(
            &format!("{CLOUD_CONFIG}write_files:\n"),
            &format!("- {{path: /a.sh, encoding: gz+b64, content: {file}}}\n"),
            bytes,
        )
    }),
    ("cloud-config: one compressed file, aliased", |bytes| {
        let file = STANDARD.encode(gzip(&"#\n".repeat(5_000_000).into_bytes()));
        nested(
            &format!("{CLOUD_CONFIG}x: &a {file}\nwrite_files:\n"),
            "- {path: /a.sh, encoding: gz+b64, content: *a}\n",
            bytes,
        )
    }),
    ("cloud-config: one large drop-in file, aliased", |bytes| {
        let config = "#\\n".repeat(bytes / 6);
        nested(
            &format!(
                "{CLOUD_CONFIG}x: &a \"apiVersion: node.eks.aws/v1alpha1\\nkind: NodeConfig\\nspec: {{kubelet: {{config: {{maxPods: 58}}}}}}\\n{config}\"\nwrite_files:\n"
            ),
            "- {path: /etc/eks/nodeadm.d/a.yaml, content: *a}\n",
            bytes,
        )
    }),
];
