use std::fmt::Write;

use super::{facts, groups};

const SCRIPT: &str =
    "#!/bin/bash\n/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args '--max-pods=29'\n";

const CONFIG: &str = "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config:\n      maxPods: 30\n";

/// A launch template with this user data.
fn template(user_data: &str) -> String {
    format!("resource \"aws_launch_template\" \"t\" {{\n  instance_type = \"m5.large\"\n  {user_data}\n}}\n")
}

fn part(kind: &str, content: &str) -> String {
    format!("  part {{\n    content_type = \"{kind}\"\n    content = {content}\n  }}\n")
}

fn text(text: &str) -> String {
    format!("<<EOT\n{text}EOT")
}

/// The groups of the template with this data block in another file.
#[track_caller]
fn of(user_data: &str, data: &str) -> Vec<String> {
    let told = groups(&[&template(user_data), data]).into_iter();
    told.map(|row| row.replace("aws_launch_template.t|", "").replace("|m5.large|", "|")).collect()
}

#[test]
fn template_files() {
    let plain = format!("data \"template_file\" \"d\" {{\n  template = {}\n}}\n", text(SCRIPT));
    let with = |vars: &str| {
        plain.replace("=29", "=$${pods}").replace("}\n", &format!("  vars = {{ {vars} }}\n}}\n"))
    };
    let told = ["29 at 1:4|"];
    let mut wrong = Vec::new();
    for (user_data, data, expected) in [
        ("user_data = base64encode(data.template_file.d.rendered)", plain.clone(), &told[..]),
        ("user_data_base64 = base64encode(data.template_file.d[0].rendered)", plain.clone(), &told),
        ("user_data = base64encode(data.template_file.d[count.index].rendered)", plain.clone(), &told),
        ("user_data = \"${base64encode(data.template_file.d.rendered)}\"", plain.clone(), &told),
        ("user_data = try(base64encode(data.template_file.d.rendered), null)", plain.clone(), &told),
        ("user_data = base64encode(data.template_file.d.rendered)", with("pods = 29"), &told),
        ("user_data = base64encode(data.template_file.d.rendered)", with("pods = \"29\", x = 1"), &told),
        (
            "user_data = base64encode(data.template_file.d.rendered)",
            with("x = 1"),
            &["later ${pods} at 1:4|"],
        ),
        (
            "user_data = base64encode(data.template_file.d.rendered)",
            with("pods = var.x"),
            &["later ${pods} at 1:4|"],
        ),
        (
            "user_data = base64encode(data.template_file.d.rendered)",
            plain.replace(&text(SCRIPT), "file(\"a.sh\")"),
            &[],
        ),
        ("user_data = base64encode(data.template_file.d.id)", plain.clone(), &[]),
        ("user_data = base64encode(data.template_file.e.rendered)", plain.clone(), &[]),
        ("user_data = base64encode(data.other.d.rendered)", plain.replace("template_file", "other"), &[]),
    ] {
        let found = of(user_data, &data);
        if found != expected {
            wrong.push(format!("{user_data} {data}:\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn parts_of_cloud_init() {
    let block = |parts: &str| format!("data \"cloudinit_config\" \"d\" {{\n  gzip = false\n{parts}}}\n");
    let script = part("text/x-shellscript; charset=us-ascii", &text(SCRIPT));
    let config = part("application/node.eks.aws", &text(CONFIG));
    let cloud = part("text/cloud-config", "yamlencode({ packages = [\"jq\"] })");
    let computed = part("text/x-shellscript", "templatefile(\"a.sh\", {})");
    let rendered = "user_data = data.cloudinit_config.d.rendered";
    let mut wrong = Vec::new();
    for (user_data, data, expected) in [
        (rendered, block(&script), &["29 at 1:7|"][..]),
        ("user_data = base64encode(data.cloudinit_config.d.rendered)", block(&script), &["29 at 1:7|"]),
        ("user_data_base64 = data.cloudinit_config.d[0].rendered", block(&script), &["29 at 1:7|"]),
        (rendered, block(&config), &["30 at 1:11|"]),
        (rendered, block(&format!("{cloud}{config}")), &["30 at 1:15|"]),
        // A part that is not known leaves out itself alone.
        (rendered, block(&format!("{computed}{script}")), &["29 at 1:11|"]),
        (rendered, block(&computed), &[]),
        // nodeadm reads its own parts alone.
        (rendered, block(&config.replace("application/node.eks.aws", "text/plain")), &[]),
        (rendered, block(""), &[]),
        (
            "user_data = data.template_cloudinit_config.d.rendered",
            block(&script).replace("cloudinit_config", "template_cloudinit_config"),
            &["29 at 1:7|"],
        ),
        (
            rendered,
            block(&part("text/x-shellscript", "data.template_file.s.rendered"))
                + &format!("data \"template_file\" \"s\" {{\n  template = {}\n}}\n", text(SCRIPT)),
            &["29 at 1:11|"],
        ),
        (
            rendered,
            block(
                "  dynamic \"part\" {\n    for_each = var.parts\n    content {\n      content = part.value\n    }\n  }\n",
            ),
            &[],
        ),
    ] {
        let found = of(user_data, &data);
        if found != expected {
            wrong.push(format!("{user_data} {data}:\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn arguments_of_the_module() {
    let data = format!("data \"template_file\" \"d\" {{\n  template = {}\n}}\n", text(CONFIG));
    let module = "module \"eks\" {\n  source = \"terraform-aws-modules/eks/aws\"\n  version = \"~> 21.0\"\n  eks_managed_node_groups \
                  = {\n    a = {\n      ami_id = \"ami-1\"\n      cloudinit_pre_nodeadm = [{\n        content_type = \
                  \"application/node.eks.aws\"\n        content = data.template_file.d.rendered\n      }]\n    }\n  }\n}\n";
    assert_eq!(groups(&[module, &data]), ["group 'a' of module.eks|30 at 1:8|t3.medium|"]);
    let old = "module \"eks\" {\n  source = \"terraform-aws-modules/eks/aws\"\n  version = \"~> 17.0\"\n  worker_groups = [{\n    \
               pre_userdata = data.template_file.d.rendered\n    kubelet_extra_args = \"--max-pods=29\"\n  }]\n}\n";
    let data = data.replace(CONFIG, "export USE_MAX_PODS=false\n");
    assert_eq!(groups(&[old, &data]), ["group '0' of module.eks|29 at 0:6|m4.large|"]);
}

#[test]
fn cycles_and_doubling_end() {
    let block =
        |name: &str, value: &str| format!("data \"template_file\" \"{name}\" {{\n  template = {value}\n}}\n");
    let cycle =
        block("a", "data.template_file.b.rendered") + &block("b", "\"${data.template_file.a.rendered}x\"");
    assert_eq!(of("user_data = data.template_file.a.rendered", &cycle), [""; 0]);
    let mut many = block("a0", &text(SCRIPT));
    for number in 1..200 {
        let before = number - 1;
        let twice = format!(
            "\"${{data.template_file.a{before}.rendered}}${{data.template_file.a{before}.rendered}}\""
        );
        many += &block(&format!("a{number}"), &twice);
    }
    let _ = facts(&[&template("user_data = data.template_file.a199.rendered"), &many]);
    let mut chain = String::new();
    for number in 0..3_000 {
        chain += &block(&format!("a{number}"), &format!("data.template_file.a{}.rendered", number + 1));
    }
    let _ = facts(&[&template("user_data = data.template_file.a0.rendered"), &chain]);
    // A long value in many places.
    let mut filled = String::from("data \"template_file\" \"d\" {\n  vars = { x = \"");
    filled += &"y".repeat(50_000);
    write!(filled, "\" }}\n  template = \"{}\"\n}}\n", "$${x}".repeat(20_000)).unwrap();
    let _ = facts(&[&template("user_data = data.template_file.d.rendered"), &filled]);
    // A long script in many parts of the user data of many groups.
    let calls = SCRIPT.repeat(500);
    let parts = part("text/x-shellscript", "local.s").repeat(2_000);
    let shared =
        format!("locals {{\n  s = {}\n}}\ndata \"cloudinit_config\" \"d\" {{\n{parts}}}\n", text(&calls));
    let templates: String = (0..500)
        .map(|n| {
            template("user_data = base64encode(data.cloudinit_config.d.rendered)")
                .replace("\"t\"", &format!("\"t{n}\""))
        })
        .collect();
    let found = facts(&[&templates, &shared]).groups.len();
    assert!((500..20_000).contains(&found), "{found}");
}
