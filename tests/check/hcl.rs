//! Terraform's own language.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{SINGLE, check_in, tree};
use crate::support::{command, is_harmless, run};

/// Writes the files to a folder and checks them, in this order.
#[track_caller]
fn rows(line: &str, files: &[(&str, &str)]) -> (Option<i32>, Vec<Value>) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
    for (path, (_, text)) in paths.iter().zip(files) {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let run =
        run(command().args(["check", "-q", "-o", "json"]).args(line.split_whitespace()).args(&paths), b"");
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    (run.code, report["findings"].as_array().expect("a list of findings").clone())
}

/// The findings as `level rule FILE:LINE`.
#[track_caller]
fn findings(line: &str, files: &[(&str, &str)]) -> Vec<String> {
    let told = rows(line, files).1.into_iter().map(|row| {
        let file = row["file"].as_str().unwrap_or("").rsplit('/').next().unwrap_or("").to_owned();
        let text = |key: &str| row[key].as_str().unwrap_or("").to_owned();
        format!("{} {} {file}:{}", text("level"), text("rule"), row["line"])
    });
    told.collect()
}

const TEMPLATE: &str = r#"resource "aws_launch_template" "t" {
  image_id  = data.aws_ami.eks.id
  user_data = base64encode(<<-EOT
    #!/bin/bash
    set -e
    /etc/eks/bootstrap.sh ${local.cluster} --use-max-pods false \
      --kubelet-extra-args '--max-pods=58'
  EOT
  )
}
"#;

const GROUP: &str = r#"resource "aws_eks_node_group" "g" {
  cluster_name   = local.cluster
  instance_types = local.types
  launch_template {
    id      = aws_launch_template.t.id
    version = aws_launch_template.t.latest_version
  }
}
"#;

const LOCALS: &str = "locals {\n  cluster = \"c\"\n  types   = [\"m5.large\"]\n}\n";

const ADDON: &str = r#"resource "aws_eks_addon" "cni" {
  cluster_name = local.cluster
  addon_name   = "vpc-cni"
  configuration_values = jsonencode({
    env = { ENABLE_PREFIX_DELEGATION = "true" }
  })
}
"#;

#[test]
fn the_files_of_a_folder_belong_together() {
    let (over, needs) = ("error over-allowed", "warning needs-prefixes");
    let files = [("template.tf", TEMPLATE), ("group.tf", GROUP), ("locals.tf", LOCALS)];
    assert_eq!(findings("", &files), [format!("{needs} template.tf:7")]);
    assert_eq!(findings(SINGLE, &files), [format!("{over} template.tf:7")]);
    let mut with_addon = files.to_vec();
    with_addon.push(("addon.tf", ADDON));
    let allowed = ["note under-recommended template.tf:7"];
    assert_eq!(findings("", &with_addon), allowed);
    with_addon.reverse();
    assert_eq!(findings("", &with_addon), allowed);
    // Another folder is another module.
    let apart = [("a/template.tf", TEMPLATE), ("a/group.tf", GROUP), ("b/locals.tf", LOCALS)];
    assert_eq!(findings(SINGLE, &apart), ["note not-judged template.tf:7"]);
    // The values of a file of values win over the defaults of variables.
    let variable = GROUP.replace("local.types", "[var.type]");
    let variables = "variable \"type\" {\n  default = \"m5.24xlarge\"\n}\n";
    let files = [("template.tf", TEMPLATE), ("group.tf", &variable), ("v.tf", variables)];
    assert_eq!(findings(SINGLE, &files), ["warning under-recommended template.tf:7"]);
    let files = [files.as_slice(), &[("a.auto.tfvars", "type = \"m5.large\"\n")]].concat();
    assert_eq!(findings(SINGLE, &files), [format!("{over} template.tf:7")]);
}

#[test]
fn a_managed_group_without_an_ami_of_its_own() {
    let bare = TEMPLATE.replace("image_id  =", "key_name  =");
    let files = [("template.tf", bare.as_str()), ("group.tf", GROUP), ("locals.tf", LOCALS)];
    assert_eq!(
        findings(SINGLE, &files),
        ["error over-allowed template.tf:7", "note number-overridden template.tf:7"]
    );
}

/// A call of the eks module with one group of these arguments.
fn module(version: &str, kind: &str, group: &str) -> String {
    format!(
        "module \"eks\" {{\n  source  = \"terraform-aws-modules/eks/aws\"\n  version = \"{version}\"\n\n  {kind} = {{\n    a = \
         {{\n{group}\n    }}\n  }}\n}}\n"
    )
}

#[test]
fn arguments_that_the_module_does_not_use() {
    let arguments = "      instance_types = [\"m5.large\"]\n      bootstrap_extra_args = \"--kubelet-extra-args '--max-pods=110'\"";
    let managed = "eks_managed_node_groups";
    for (version, more, expected) in [
        ("~> 21.0", "", "they run Amazon Linux 2023"),
        ("~> 19.0", "", "enable_bootstrap_user_data"),
        ("~> 20.0", "\n      use_custom_launch_template = false", "launch template"),
    ] {
        let text = module(version, managed, &format!("{arguments}{more}"));
        let (code, rows) = rows("", &[("main.tf", &text)]);
        assert_eq!((code, rows.len()), (Some(1), 1), "{rows:?}");
        let row = &rows[0];
        assert_eq!((&row["rule"], &row["line"]), (&"number-ignored".into(), &8.into()), "{row}");
        let told = format!("{}{}", row["message"], row["help"]);
        assert!(
            expected.split(' ').all(|word| word == "they" || word == "run" || told.contains(word)),
            "{row}"
        );
        assert!(row["message"].as_str().unwrap().starts_with("group 'a' of module.eks: "), "{row}");
    }
}

#[test]
fn the_arguments_of_a_self_managed_group() {
    let group = "      instance_type = \"m5.large\"\n      bootstrap_extra_args = <<-EOT\n        --use-max-pods false \\\n        \
                 --kubelet-extra-args '--max-pods=58'\n      EOT";
    let text = module("~> 20.0", "self_managed_node_groups", group);
    assert_eq!(findings(SINGLE, &[("main.tf", &text)]), ["error over-allowed main.tf:10"]);
    // The AMI of version 21 is Amazon Linux 2023.
    let text = text.replace("~> 20.0", "~> 21.0");
    assert_eq!(findings(SINGLE, &[("main.tf", &text)]), ["error number-ignored main.tf:10"]);
}

#[test]
fn the_add_ons_of_the_module() {
    let group = "      ami_type = \"BOTTLEROCKET_x86_64\"\n      instance_types = [\"m5.large\"]\n      bootstrap_extra_args = \
                 <<-EOT\n        [settings.kubernetes]\n        max-pods = 110\n      EOT";
    let addons = |on: &str| {
        format!(
            "  addons = {{\n    vpc-cni = {{\n      configuration_values = jsonencode({{ env = {{ ENABLE_PREFIX_DELEGATION = {on} }} \
             }})\n    }}\n  }}\n}}\n"
        )
    };
    let text = module("~> 21.0", "eks_managed_node_groups", group);
    let with = |on: &str| text.trim_end().trim_end_matches('}').to_owned() + &addons(on);
    assert_eq!(findings("", &[("main.tf", &text)]), ["warning needs-prefixes main.tf:11"]);
    assert_eq!(findings("", &[("main.tf", &with("\"true\""))]), [""; 0]);
    assert_eq!(findings("", &[("main.tf", &with("\"false\""))]), ["error over-allowed main.tf:11"]);
    assert_eq!(findings("", &[("main.tf", &with("var.on"))]), ["warning needs-prefixes main.tf:11"]);
    // Two modules in one folder are two clusters.
    let other = with("\"false\"").replace("module \"eks\"", "module \"other\"");
    let both = [("a.tf", with("\"true\"")), ("b.tf", other)];
    let files: Vec<_> = both.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(findings("", &files), ["error over-allowed b.tf:11"]);
}

#[test]
fn manifests() {
    let text = "resource \"kubectl_manifest\" \"class\" {\n  yaml_body = <<-YAML\n    apiVersion: karpenter.k8s.aws/v1\n    kind: \
                EC2NodeClass\n    metadata:\n      name: a\n    spec:\n      kubelet:\n        maxPods: 110\n  YAML\n}\nresource \
                \"kubernetes_manifest\" \"pool\" {\n  manifest = {\n    apiVersion = \"karpenter.sh/v1\"\n    kind = \"NodePool\"\n    \
                metadata = { name = \"a\" }\n    spec = { template = { spec = {\n      nodeClassRef = { group = \"karpenter.k8s.aws\", kind \
                = \"EC2NodeClass\", name = \"a\" }\n      requirements = [{ key = \"node.kubernetes.io/instance-type\", operator = \"In\", \
                values = [\"m5.large\"] }]\n    } } }\n  }\n}\n";
    assert_eq!(findings(SINGLE, &[("main.tf", text)]), ["error over-allowed main.tf:9"]);
}

#[test]
fn what_is_computed_is_told_once_and_what_says_nothing_is_not() {
    let number = TEMPLATE.replace("58", "${var.max_pods}");
    let files = [("template.tf", number.as_str()), ("group.tf", GROUP), ("locals.tf", LOCALS)];
    assert_eq!(findings("", &files), ["note not-judged template.tf:7"]);
    let file = "resource \"aws_launch_template\" \"t\" {\n  user_data = base64encode(templatefile(\"a.sh\", {}))\n}\n";
    assert_eq!(findings("", &[("template.tf", file), ("group.tf", GROUP), ("locals.tf", LOCALS)]), [""; 0]);
    let toml = |key: &str| {
        let group = format!(
            "      ami_type = \"BOTTLEROCKET_x86_64\"\n      enable_bootstrap_user_data = true\n      bootstrap_extra_args = <<-EOT\n        {key} = ${{var.x}}\n      EOT"
        );
        module("~> 20.0", "eks_managed_node_groups", &group)
    };
    assert_eq!(findings("", &[("main.tf", &toml("max-pods"))]), ["note not-judged main.tf:10"]);
    assert_eq!(findings("", &[("main.tf", &toml("log-level"))]), [""; 0]);
    let module = module("~> 20.0", "eks_managed_node_groups", "      min_size = var.size");
    assert_eq!(findings("", &[("main.tf", &module)]), [""; 0]);
}

#[test]
fn terragrunt() {
    let text = "terraform {\n  source = \"tfr:///terraform-aws-modules/eks/aws?version=20.8.4\"\n}\n\ninputs = {\n  \
                self_managed_node_groups = {\n    a = {\n      instance_type = \"m5.large\"\n      bootstrap_extra_args = \"--use-max-pods \
                false --kubelet-extra-args '--max-pods=58'\"\n    }\n  }\n}\n";
    assert_eq!(findings(SINGLE, &[("terragrunt.hcl", text)]), ["error over-allowed terragrunt.hcl:9"]);
}

#[test]
fn comments_silence_findings() {
    let silent = TEMPLATE.replace("  user_data", "  # maxpods: ignore[over-allowed]\n  user_data");
    let files = [("template.tf", silent.as_str()), ("group.tf", GROUP), ("locals.tf", LOCALS)];
    // The comment is not on the number's line.
    let found = findings(SINGLE, &files);
    assert!(found.contains(&"error over-allowed template.tf:8".to_owned()), "{found:?}");
    let silent = TEMPLATE.replace("    set -e", "    # maxpods: ignore");
    let silent = silent.replace("--use-max-pods false \\\n      ", "--use-max-pods false ");
    let files = [("template.tf", silent.as_str()), ("group.tf", GROUP), ("locals.tf", LOCALS)];
    assert_eq!(findings(SINGLE, &files), [""; 0]);
}

#[test]
fn malformed_files_are_a_fault_only_where_they_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("main.tf");
    let deep = |open: &str| {
        format!("resource \"aws_launch_template\" \"t\" {{\n  user_data = {}\n}}\n", open.repeat(20_000))
    };
    for text in [
        deep("("),
        deep("["),
        deep("{a="),
        deep("\"${"),
        deep("<<A\n"),
        deep("!"),
        deep("1+"),
        "a = {".into(),
    ] {
        fs::write(&path, &text).expect("a file");
        let named = run(command().arg("check").arg(&path), b"");
        assert_eq!(named.code, Some(2), "{text:.80}: {named:?}");
        assert!(named.stderr.contains("this is not Terraform's language"), "{text:.80}: {named:?}");
        let of_folder = run(command().arg("check").arg(folder.path()), b"");
        assert_eq!(of_folder.code, Some(0), "{text:.80}: {of_folder:?}");
        assert!(of_folder.stderr.contains("the file is passed over"), "{text:.80}: {of_folder:?}");
    }
}

#[test]
fn an_argument_of_older_versions_of_the_module() {
    let group = "      instance_types = [\"m5.large\"]\n      kubelet_extra_args = \"--max-pods=58\"";
    for (version, kind, expected) in [
        (
            "~> 20.0",
            "self_managed_node_groups",
            "bootstrap_extra_args = \"--use-max-pods false --kubelet-extra-args '--max-pods=58'\"",
        ),
        ("~> 19.0", "eks_managed_node_groups", "enable_bootstrap_user_data"),
        ("~> 21.0", "eks_managed_node_groups", "cloudinit_pre_nodeadm"),
    ] {
        let (code, rows) = rows("", &[("main.tf", &module(version, kind, group))]);
        assert_eq!((code, rows.len()), (Some(1), 1), "{rows:?}");
        assert_eq!((&rows[0]["rule"], &rows[0]["line"]), (&"number-ignored".into(), &8.into()), "{rows:?}");
        assert!(rows[0]["help"].as_str().unwrap().contains(expected), "{rows:?}");
    }
}

#[test]
fn user_data_of_data_blocks() {
    let template = "resource \"aws_launch_template\" \"t\" {\n  instance_type = \"m5.large\"\n  user_data     = \
                    data.cloudinit_config.d.rendered\n}\n";
    let data = "data \"cloudinit_config\" \"d\" {\n  part {\n    content_type = \"text/cloud-config\"\n    content      = \
                local.packages\n  }\n  part {\n    content_type = \"text/x-shellscript\"\n    content      = \
                data.template_file.s.rendered\n  }\n}\n";
    let script = "data \"template_file\" \"s\" {\n  template = <<-EOT\n    #!/bin/bash\n    /etc/eks/bootstrap.sh $${cluster} \\\n      \
                  --use-max-pods false --kubelet-extra-args '--max-pods=$${pods}'\n  EOT\n  vars = {\n    cluster = var.cluster\n    \
                  pods    = 58\n  }\n}\n";
    let files = [("template.tf", template), ("data.tf", data), ("script.tf", script)];
    assert_eq!(findings("", &files), ["warning needs-prefixes script.tf:5"]);
    assert_eq!(findings(SINGLE, &files), ["error over-allowed script.tf:5"]);
    // Data blocks of other types may be of any length.
    let other = format!("data \"aws_iam_policy_document\" \"p\" {{\n  # {}\n}}\n", "x".repeat(500_000));
    let files = [files.as_slice(), &[("other.tf", &other)]].concat();
    assert_eq!(findings(SINGLE, &files), ["error over-allowed script.tf:5"]);
}

/// Up to version 17, the module calls the `bootstrap.sh` of Amazon Linux 2 for all groups.
#[test]
fn groups_of_older_versions_of_the_module() {
    let workers = "  worker_groups = [{\n    name                 = \"workers\"\n    instance_type        = \"m5.large\"\n    \
                   bootstrap_extra_args = \"--use-max-pods false\"\n    kubelet_extra_args   = \"--max-pods=58\"\n  }]\n";
    let managed = "  node_groups = {\n    managed = {\n      instance_types         = [\"m5.large\"]\n      \
                   create_launch_template = true\n      kubelet_extra_args     = \"--max-pods=58\"\n    }\n  }\n";
    let text = |groups: &str| {
        format!(
            "module \"eks\" {{\n  source  = \"terraform-aws-modules/eks/aws\"\n  version = \"~> 17.0\"\n{groups}}}\n"
        )
    };
    for (groups, line) in [(workers, 8), (managed, 8)] {
        assert_eq!(
            findings("", &[("main.tf", &text(groups))]),
            [format!("warning needs-prefixes main.tf:{line}")]
        );
        let (_, rows) = rows(SINGLE, &[("main.tf", &text(groups))]);
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!((&rows[0]["rule"], &rows[0]["line"]), (&"over-allowed".into(), &line.into()), "{rows:?}");
        // The line is shown as it is written.
        assert!(rows[0]["help"].as_str().unwrap().starts_with("--max-pods=29\n"), "{rows:?}");
    }
    for (groups, line, expected) in [
        (managed.replace("= true", "= false"), 8, "set create_launch_template = true"),
        (
            managed.replace("kubelet_extra_args     = \"", "bootstrap_extra_args = \"--kubelet-extra-args "),
            8,
            "kubelet_extra_args",
        ),
        (
            workers.replace("false\"", "false --kubelet-extra-args --max-pods=20\""),
            7,
            "write the flag in kubelet_extra_args",
        ),
    ] {
        let rows = rows("", &[("main.tf", &text(&groups))]).1;
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(
            (&rows[0]["rule"], &rows[0]["line"]),
            (&"number-ignored".into(), &line.into()),
            "{rows:?}"
        );
        assert!(rows[0]["help"].as_str().unwrap().contains(expected), "{rows:?}");
    }
}

/// The names of blocks are shown without what steers a terminal.
#[test]
fn names_with_control_characters() {
    for source in
        ["terraform-aws-modules/eks/aws//modules/eks-managed-node-group", "terraform-aws-modules/eks/aws"]
    {
        let group = "ami_type = \"BOTTLEROCKET_x86_64\"\n  instance_types = [\"m5.large\"]\n  bootstrap_extra_args = \
                     \"[settings.kubernetes]\\nmax-pods = 500\\n\"";
        let text = format!(
            "module \"a\u{7f}\u{9b}31m\u{202e}\" {{\n  source = \"{source}\"\n  version = \"20.0.0\"\n  {group}\n  \
             eks_managed_node_groups = {{\n    \"b\u{7f}\" = {{\n  {group}\n    }}\n  }}\n}}\n"
        );
        let folder = tree([("main.tf", text.as_str())]);
        let run = check_in(folder.path(), &["."]);
        assert!(run.stdout.contains("over-allowed"), "{run:?}");
        assert!(is_harmless(&run.stdout) && is_harmless(&run.stderr), "{run:?}");
        let json = check_in(folder.path(), &[".", "-o", "json"]);
        assert!(is_harmless(&json.stdout), "{json:?}");
    }
}
