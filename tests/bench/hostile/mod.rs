//! Input that is made to take much time, memory or stack: for each reader, of any size. The benchmark gives each reader
//! a megabyte of it, and the tests give it less.

#![allow(
    clippy::format_collect,
    reason = "the texts are easier to read in this form, and nobody waits for them"
)]

mod commands;
mod eksctl;
mod hcl;
mod kinds;
mod text;
mod user_data;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// One input for one reader.
#[derive(Debug)]
pub struct Hostile {
    /// The reader and the input, in words.
    pub name: &'static str,
    /// The arguments in one line; `FILE` stands for the path of the input.
    pub args: &'static str,
    /// The name of the file, where it decides how the file is read.
    pub file: &'static str,
    /// Makes about so many bytes.
    pub make: fn(usize) -> Vec<u8>,
    /// The most bytes that the reader reads in full, somewhat rounded off.
    pub most: usize,
}

const VERIFY: &str = "verify -q FILE";
const PLAN: &str = "plan --instance-type m5.large --pods 20 --nodes 10 --subnets-file FILE";
const INTERFACES: &str =
    "plan --instance-type m5.large --pods 20 --nodes 10 --subnet 10.0.0.0/16 --network-interfaces-file FILE";
const TYPES: &str = "list --instance-types-file FILE";
const DAEMON_SET: &str = "--instance-type m5.large --cni-from-daemonset FILE";
const CHECK: &str = "check -q --instance-type m5.large FILE";

/// Every input.
pub fn all() -> impl Iterator<Item = Hostile> {
    let readers: [Reader; 18] = [
        (VERIFY, "nodes.json", commands::VERIFY_INPUTS),
        (PLAN, "subnets.json", commands::PLAN_INPUTS),
        (INTERFACES, "interfaces.json", commands::INTERFACE_INPUTS),
        (TYPES, "types.json", commands::TYPE_INPUTS),
        (CHECK, "daemonset.yaml", commands::DAEMON_SET_INPUTS),
        (DAEMON_SET, "daemonset.json", commands::JSON_DAEMON_SET_INPUTS),
        (CHECK, "text.yaml", text::YAML_INPUTS),
        (CHECK, "text.json", text::JSON_INPUTS),
        (CHECK, "script.sh", user_data::SHELL_INPUTS),
        (CHECK, "mime.txt", user_data::MIME_INPUTS),
        (CHECK, "encoded.txt", user_data::ENCODED_INPUTS),
        (CHECK, "settings.toml", text::TOML_INPUTS),
        (CHECK, "cloud-config.yaml", user_data::CLOUD_CONFIG_INPUTS),
        (CHECK, "cluster.yaml", eksctl::EKSCTL_INPUTS),
        (CHECK, "karpenter.yaml", kinds::KARPENTER_INPUTS),
        (CHECK, "plan.json", kinds::TERRAFORM_INPUTS),
        (CHECK, "main.tf", hcl::INPUTS),
        (CHECK, "expression.yaml", text::EXPRESSION_INPUTS),
    ];
    readers.into_iter().flat_map(|(args, file, inputs)| {
        let most = if file == "main.tf" { 380_000 } else { usize::MAX };
        inputs.iter().map(move |&(name, make)| Hostile { name, args, file, make, most })
    })
}

type Make = fn(usize) -> Vec<u8>;

/// The arguments of a reader, the name of its file, and its inputs by their names.
type Reader = (&'static str, &'static str, &'static [(&'static str, Make)]);

const NODE_CONFIG: &str = "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n";

const SCRIPT: &str = "#!/bin/bash\n/etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=500'\n";

/// A piece again and again.
fn nested(head: &str, piece: &str, bytes: usize) -> Vec<u8> {
    nested_bytes(head.as_bytes(), piece.as_bytes(), bytes)
}

fn nested_bytes(head: &[u8], piece: &[u8], bytes: usize) -> Vec<u8> {
    [head, &piece.repeat(bytes / piece.len())].concat()
}

/// An item again and again, with commas between.
fn list(head: &str, item: &str, bytes: usize, tail: &str) -> Vec<u8> {
    numbered(head, bytes, tail, |_| item.to_owned())
}

/// Items with commas between.
fn numbered(head: &str, bytes: usize, tail: &str, item: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = head.to_owned();
    let mut i = 0;
    while text.len() < bytes {
        if i > 0 {
            text.push(',');
        }
        text.push_str(&item(i));
        i += 1;
    }
    text.push_str(tail);
    text.into_bytes()
}

fn lines(head: &str, bytes: usize, mut line: impl FnMut(usize) -> String) -> Vec<u8> {
    let mut text = head.to_owned();
    for i in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&line(i));
        text.push('\n');
    }
    text.into_bytes()
}

fn list_in_list(bytes: usize) -> Vec<u8> {
    nested("", r#"{"kind":"List","items":["#, bytes)
}

fn chain_of_aliases(head: &str, bytes: usize) -> Vec<u8> {
    lines(&format!("{head}a0: &a0 x\n"), bytes, |i| format!("a{0}: &a{0} [*a{i}]", i + 1))
}

fn aliases_of_aliases(head: &str) -> Vec<u8> {
    lines(&format!("{head}a0: &a0 [x]\n"), 3000, |i| {
        format!("a{0}: &a{0} [{1}]", i + 1, format!("*a{i}, ").repeat(10))
    })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}
