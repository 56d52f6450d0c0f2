use std::fmt::Write;

use super::{facts, groups};

/// A launch template whose user data is this expression.
fn template(expression: &str) -> String {
    format!("resource \"aws_launch_template\" \"t\" {{\n  user_data = {expression}\n}}\n")
}

#[test]
fn cycles_end() {
    assert_eq!(
        groups(&[&template("local.a"), "locals {\n  a = local.b\n  b = \"${local.a}x\"\n}\n"]),
        [""; 0]
    );
}

#[test]
fn long_chains_end() {
    let mut locals = String::from("locals {\n");
    for number in 0..3_000 {
        writeln!(locals, "  a{number} = [local.a{}]", number + 1).unwrap();
    }
    locals += "}\n";
    let many: String = (0..30)
        .map(|n| template(&format!("local.a{}", n * 100)).replace("\"t\"", &format!("\"t{n}\"")))
        .collect();
    assert_eq!(groups(&[&many, &locals]), [""; 0]);
}

#[test]
fn doubling_ends() {
    for (first, next) in [
        ("\"x\"", "\"${local.N}${local.N}\""),
        ("[1]", "[local.N, local.N]"),
        ("{ a = 1 }", "{ a = local.N, b = local.N }"),
        ("[1]", "concat(local.N, local.N)"),
        ("\"x\"", "join(local.N, [local.N, local.N])"),
        ("\"x\"", "format(\"%s%s\", local.N, local.N)"),
        ("\"x\"", "jsonencode([local.N, local.N])"),
    ] {
        let mut locals = format!("locals {{\n  a0 = {first}\n");
        for number in 1..200 {
            writeln!(locals, "  a{number} = {}", next.replace('N', &format!("a{}", number - 1))).unwrap();
        }
        locals += "}\n";
        let used =
            [template("jsonencode(local.a199)"), template("local.a60").replace("\"t\"", "\"u\"")].concat();
        let _ = facts(&[&used, &locals]);
    }
}

#[test]
fn one_long_text_in_many_places() {
    let text = "x".repeat(20_000);
    let list = "local.t, ".repeat(5_000);
    let locals = format!("locals {{\n  t = \"{text}\"\n  many = [{list}]\n}}\n");
    for expression in ["join(\"\", local.many)", "jsonencode(local.many)", "\"${local.t}${local.t}\""] {
        let _ = facts(&[&template(expression), &locals]);
    }
}

#[test]
fn many_groups_with_one_template() {
    let script = "  /etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=29'\n".repeat(200);
    let mut text = template(&format!("<<-EOT\n  #!/bin/bash\n{script}  EOT"));
    for number in 0..200 {
        writeln!(
            text,
            "resource \"aws_eks_node_group\" \"g{number}\" {{\n  cluster_name = \"c{number}\"\n  launch_template {{\n    id = \
             aws_launch_template.t.id\n  }}\n}}"
        )
        .unwrap();
    }
    let found = facts(&[&text]).groups.len();
    assert!(found < 4_000, "{found}");
    // Groups that differ by name alone are told once.
    let same =
        text.replace("cluster_name", "node_group_name").replace(&script, script.get(..63).unwrap_or(""));
    assert_eq!(facts(&[&same]).groups.len(), 1);
}
