use std::fmt::Write;

use super::{groups, networks};

/// A module of a version, with these arguments.
fn module(version: &str, arguments: &str) -> String {
    format!(
        "module \"eks\" {{\n  source  = \"terraform-aws-modules/eks/aws\"\n  version = \"{version}\"\n{arguments}\n}}\n"
    )
}

/// The group `a` of the module, without its name.
#[track_caller]
fn group(version: &str, kind: &str, arguments: &str) -> Vec<String> {
    let text = module(version, &format!("  {kind} = {{\n    a = {{\n{arguments}\n    }}\n  }}"));
    let found = groups(&[&text]);
    found.iter().map(|row| row.strip_prefix("group 'a' of module.eks|").unwrap_or(row).to_owned()).collect()
}

const MANAGED: &str = "eks_managed_node_groups";
const SELF_MANAGED: &str = "self_managed_node_groups";
const ARGUMENTS: &str =
    "bootstrap_extra_args = \"--use-max-pods false --kubelet-extra-args '--max-pods=110'\"";
const TOML: &str = "bootstrap_extra_args = <<-EOT\n  [settings.kubernetes]\n  max-pods = 110\nEOT";
const CONFIG: &str = "cloudinit_pre_nodeadm = [{\n content_type = \"application/node.eks.aws\"\n content = <<-EOT\n  \
                      apiVersion: node.eks.aws/v1alpha1\n  kind: NodeConfig\n  spec:\n    kubelet:\n      config:\n        \
                      maxPods: 110\nEOT\n}]";

#[test]
fn user_data_by_version_and_ami() {
    let ignored = |why: &str| {
        vec![format!("-|(the file names no instance type)|Ignored(EksModuleBootstrapArgs({why}))")]
    };
    let read = |line: usize, types: &str, remarks: &str| vec![format!("110 at 0:{line}|{types}|{remarks}")];
    let (al2023, not_set) = ("Al2023", "NotEnabled");
    let overridden = "Overridden(ManagedUserData)";
    let with = |first: &str, second: &str| format!("{first}\n{second}");
    let bottlerocket = "ami_type = \"BOTTLEROCKET_x86_64\"";
    let mut wrong = Vec::new();
    for (version, kind, arguments, expected) in [
        // The default AMI, which changed with version 21.
        ("~> 18.0", MANAGED, ARGUMENTS.into(), ignored(not_set)),
        ("~> 19.0", MANAGED, ARGUMENTS.into(), ignored(not_set)),
        ("~> 20.0", MANAGED, ARGUMENTS.into(), ignored(not_set)),
        ("~> 21.0", MANAGED, ARGUMENTS.into(), ignored(al2023)),
        ("~> 19.0", SELF_MANAGED, ARGUMENTS.into(), read(6, "m6i.large", "")),
        ("~> 20.0", SELF_MANAGED, ARGUMENTS.into(), read(6, "m6i.large", "")),
        ("~> 21.0", SELF_MANAGED, ARGUMENTS.into(), ignored(al2023)),
        // The AMI of the group.
        ("~> 20.0", MANAGED, with("ami_type = \"AL2023_x86_64_STANDARD\"", ARGUMENTS), ignored(al2023)),
        ("~> 20.0", MANAGED, with("platform = \"al2023\"", ARGUMENTS), ignored(al2023)),
        ("~> 21.0", SELF_MANAGED, with("ami_type = \"AL2_x86_64\"", ARGUMENTS), read(7, "m6i.large", "")),
        ("~> 21.0", MANAGED, with("ami_type = var.x", ARGUMENTS), read(7, "t3.medium", "")),
        // enable_bootstrap_user_data
        (
            "~> 19.0",
            MANAGED,
            with("ami_id = \"ami-1\"\nenable_bootstrap_user_data = true", ARGUMENTS),
            read(8, "t3.medium", ""),
        ),
        (
            "~> 19.0",
            MANAGED,
            with("enable_bootstrap_user_data = true", ARGUMENTS),
            read(7, "t3.medium", overridden),
        ),
        // No launch template of the module's.
        ("~> 20.0", MANAGED, with("use_custom_launch_template = false", ARGUMENTS), ignored("NoTemplate")),
        // Bottlerocket.
        ("~> 19.0", MANAGED, with("platform = \"bottlerocket\"", TOML), read(9, "t3.medium", "")),
        ("~> 20.0", MANAGED, with(bottlerocket, TOML), read(9, "t3.medium", "")),
        ("~> 21.0", SELF_MANAGED, with(bottlerocket, TOML), read(9, "m6i.large", "")),
        (
            "~> 21.0",
            SELF_MANAGED,
            with(bottlerocket, &TOML.replace("  [settings.kubernetes]\n", "")),
            read(8, "m6i.large", ""),
        ),
        ("~> 19.0", MANAGED, with(bottlerocket, TOML), ignored(not_set)),
        // nodeadm.
        ("~> 21.0", MANAGED, CONFIG.into(), read(14, "t3.medium", overridden)),
        ("~> 21.0", MANAGED, with("ami_id = var.ami", CONFIG), read(15, "t3.medium", "")),
        ("~> 21.0", SELF_MANAGED, CONFIG.into(), read(14, "m6i.large", "")),
        ("~> 21.0", MANAGED, CONFIG.replace("_pre_", "_post_"), vec![]),
        (
            "~> 21.0",
            MANAGED,
            with("ami_id = \"ami-1\"\nenable_bootstrap_user_data = true", &CONFIG.replace("_pre_", "_post_")),
            read(16, "t3.medium", ""),
        ),
        (
            "~> 20.0",
            MANAGED,
            with("ami_type = \"AL2023_x86_64_STANDARD\"", CONFIG),
            read(15, "t3.medium", overridden),
        ),
        (
            "~> 21.0",
            MANAGED,
            ARGUMENTS
                .replace("bootstrap_extra_args = \"", "pre_bootstrap_user_data = \"/etc/eks/bootstrap.sh c "),
            vec!["-|(the file names no instance type)|Ignored(EksModulePreBootstrap)".into()],
        ),
        // A template of the user's own.
        ("~> 20.0", MANAGED, with("user_data_template_path = \"a.tpl\"", ARGUMENTS), vec![]),
        // Nothing is said.
        ("~> 20.0", MANAGED, "min_size = 1".into(), vec![]),
        ("~> 20.0", MANAGED, "bootstrap_extra_args = var.x".into(), vec![]),
        ("~> 21.0", MANAGED, "bootstrap_extra_args = \"--container-runtime containerd\"".into(), vec![]),
    ] {
        let found = group(version, kind, &arguments);
        if found != expected {
            wrong.push(format!("{version} {kind} {arguments}:\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_number_that_is_computed_is_told() {
    let arguments = ARGUMENTS.replace("110", "${var.max_pods}");
    let found = group("~> 20.0", SELF_MANAGED, &arguments);
    assert_eq!(found, ["later ${var.max_pods} at 0:6|m6i.large|"]);
}

#[test]
fn the_texts_of_one_script_are_read_together() {
    let mut wrong = Vec::new();
    let arguments = "bootstrap_extra_args = \"--kubelet-extra-args '--max-pods=110'\"";
    let without = "bootstrap_extra_args = \"--use-max-pods false\"";
    let own_ami = "ami_id = \"ami-1\"\nenable_bootstrap_user_data = true";
    let before = |text: &str| format!("pre_bootstrap_user_data = \"{text}\"");
    let two = "TwoNumbers";
    for (kind, more, arguments, expected) in [
        (SELF_MANAGED, String::new(), arguments, vec![format!("110 at 0:7|m6i.large|{two}")]),
        (SELF_MANAGED, before("export USE_MAX_PODS=false"), arguments, vec!["110 at 0:7|m6i.large|".into()]),
        (
            SELF_MANAGED,
            before("export USE_MAX_PODS=true"),
            arguments,
            vec![format!("110 at 0:7|m6i.large|{two}")],
        ),
        // The script's variable does not reach the programs that it starts.
        (SELF_MANAGED, before("USE_MAX_PODS=false"), arguments, vec![format!("110 at 0:7|m6i.large|{two}")]),
        (
            SELF_MANAGED,
            "pre_bootstrap_user_data = var.x".into(),
            arguments,
            vec![format!("110 at 0:7|m6i.large|{two}")],
        ),
        (
            SELF_MANAGED,
            before("export KUBELET_EXTRA_ARGS='--max-pods=29'"),
            without,
            vec!["29 at 0:6|m6i.large|".into()],
        ),
        (SELF_MANAGED, String::new(), without, vec!["110 at 0:7|m6i.large|".into()]),
        (
            SELF_MANAGED,
            "post_bootstrap_user_data = \"sed -i s/110/29/ /etc/kubernetes/kubelet/kubelet-config.json\""
                .into(),
            without,
            vec![],
        ),
        // With an AMI of its own, the module writes the script of a managed group too.
        (
            MANAGED,
            format!("{}\n{own_ami}", before("export USE_MAX_PODS=false")),
            arguments,
            vec!["110 at 0:9|t3.medium|".into()],
        ),
        // EKS calls bootstrap.sh in another script.
        (
            MANAGED,
            before("export USE_MAX_PODS=false"),
            arguments,
            vec!["-|(the file names no instance type)|Ignored(EksModuleBootstrapArgs(NotEnabled))".into()],
        ),
    ] {
        let found = group("~> 19.0", kind, &format!("{more}\n{arguments}"));
        if found != expected {
            wrong.push(format!("{more} {arguments}:\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A text of all groups is not read again for each of them without end.
#[test]
fn a_script_of_many_groups_ends() {
    let before = "# a comment of some length that says nothing\n".repeat(5_000);
    let mut all = format!(
        "  {SELF_MANAGED}_defaults = {{\n    pre_bootstrap_user_data = <<-EOT\n{before}export USE_MAX_PODS=false\nEOT\n  }}\n  {SELF_MANAGED} = {{\n"
    );
    for number in 0..400 {
        writeln!(
            all,
            "    g{number} = {{ bootstrap_extra_args = \"--kubelet-extra-args '--max-pods={number}'\" }}"
        )
        .unwrap();
    }
    all += "  }";
    assert_eq!(groups(&[&module("~> 19.0", &all)]).len(), 400);
}

/// The argument of version 17.
#[test]
fn kubelet_extra_args() {
    let flags = "kubelet_extra_args = \"--max-pods=900\"";
    let mut wrong = Vec::new();
    for (version, kind, more, expected) in [
        ("~> 18.0", MANAGED, "", "EnabledBootstrapArgs"),
        ("~> 20.0", SELF_MANAGED, "", "BootstrapArgs"),
        ("~> 19.0", MANAGED, "ami_id = \"ami-1\"\nenable_bootstrap_user_data = true", "BootstrapArgs"),
        ("~> 20.0", MANAGED, "ami_type = \"AL2023_x86_64_STANDARD\"", "NodeConfig"),
        ("~> 21.0", MANAGED, "", "NodeConfig"),
        ("~> 21.0", MANAGED, "ami_type = \"BOTTLEROCKET_x86_64\"", "Settings"),
        ("~> 21.0", MANAGED, "ami_type = var.x", "ByAmi"),
        ("~> 21.0", MANAGED, "ami_type = \"WINDOWS_CORE_2022_x86_64\"", ""),
        ("~> 20.0", MANAGED, "user_data_template_path = \"a.tpl\"", ""),
    ] {
        let found = group(version, kind, &format!("{more}\n{flags}"));
        let expected: Vec<_> = Some(expected)
            .filter(|instead| !instead.is_empty())
            .map(|instead| {
                format!("-|(the file names no instance type)|Ignored(EksModuleKubeletArgs({instead}))")
            })
            .into_iter()
            .collect();
        if found != expected {
            wrong.push(format!("{version} {kind} {more}:\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Flags without a number, and a rest of an older version beside a number that counts.
    assert_eq!(group("~> 20.0", MANAGED, "kubelet_extra_args = \"--node-labels=a=b\""), [""; 0]);
    assert_eq!(group("~> 20.0", MANAGED, "kubelet_extra_args = var.x"), [""; 0]);
    let both = format!("{ARGUMENTS}\n{flags}");
    assert_eq!(group("~> 20.0", SELF_MANAGED, &both), ["110 at 0:6|m6i.large|"]);
}

#[test]
fn types() {
    let mut wrong = Vec::new();
    for (kind, arguments, expected) in [
        (MANAGED, "instance_types = [\"m5.large\", \"c5.large\"]", "m5.large c5.large"),
        (MANAGED, "instance_types = var.types", "(the instance types are computed)"),
        (SELF_MANAGED, "instance_type = \"c5.large\"", "c5.large"),
        (SELF_MANAGED, "instance_type = var.type", "(the instance type is computed)"),
        (
            SELF_MANAGED,
            "use_mixed_instances_policy = true\nmixed_instances_policy = { override = [{ instance_type = \"c5.large\" }, { instance_type = \"m5.large\" }] }",
            "c5.large m5.large",
        ),
        (
            SELF_MANAGED,
            "use_mixed_instances_policy = true\nmixed_instances_policy = { launch_template = { override = [{ instance_type = \"c5.large\" }] } }",
            "c5.large",
        ),
    ] {
        let text = module(
            "~> 20.0",
            &format!(
                "  {kind} = {{\n    a = {{\nami_type = \"BOTTLEROCKET_x86_64\"\n{TOML}\n{arguments}\n    }}\n  }}"
            ),
        );
        let found = groups(&[&text]);
        if found.len() != 1 || found[0].split('|').nth(2) != Some(expected) {
            wrong.push(format!("{arguments}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn defaults_of_all_groups() {
    let text = module(
        "~> 19.0",
        "  eks_managed_node_group_defaults = {\n    platform = \"bottlerocket\"\n    instance_types = [\"m5.large\"]\n    \
         bootstrap_extra_args = \"settings.kubernetes.max-pods = 110\"\n  }\n  eks_managed_node_groups = {\n    a = {}\n    \
         b = { instance_types = [\"c5.large\"] }\n    c = { bootstrap_extra_args = \"\" }\n  }",
    );
    assert_eq!(
        groups(&[&text]),
        ["group 'a' of module.eks|110 at 0:7|m5.large|", "group 'b' of module.eks|110 at 0:7|c5.large|"]
    );
}

#[test]
fn groups_in_locals_and_merges() {
    let text = module(
        "~> 21.0",
        "  eks_managed_node_groups = merge(var.more, { a = merge(local.base, { labels = {} }) })",
    );
    let locals = format!("locals {{\n  base = {{\n{CONFIG}\n    ami_id = \"ami-1\"\n  }}\n}}\n");
    assert_eq!(groups(&[&text, &locals]), ["group 'a' of module.eks|110 at 1:11|t3.medium|"]);
    // A value that is not known may have an AMI and types.
    let unknown = text.replace("merge(local.base", "merge(var.base, local.base");
    assert_eq!(
        groups(&[&unknown, &locals]),
        ["group 'a' of module.eks|110 at 1:11|(the instance types are computed)|"]
    );
}

#[test]
fn modules_of_one_group() {
    let text = |name: &str| {
        format!(
            "module \"g\" {{\n  source = \"terraform-aws-modules/eks/aws//modules/{name}\"\n  version = \"21.1.0\"\n  ami_type = \
             \"BOTTLEROCKET_x86_64\"\n{TOML}\n}}\n"
        )
    };
    assert_eq!(groups(&[&text("eks-managed-node-group")]), ["module.g|110 at 0:7|t3.medium|"]);
    assert_eq!(groups(&[&text("self-managed-node-group")]), ["module.g|110 at 0:7|m6i.large|"]);
    assert_eq!(groups(&[&text("karpenter")]), [""; 0]);
}

#[test]
fn another_module_may_do_other_things_with_the_arguments() {
    let text = module("~> 21.0", &format!("  {MANAGED} = {{\n    a = {{\n{ARGUMENTS}\n    }}\n  }}"));
    let other = text
        .replace("terraform-aws-modules/eks/aws", "../modules/eks")
        .replace("  version = \"~> 21.0\"\n", "");
    assert_eq!(groups(&[&other]), ["group 'a' of module.eks|110 at 0:5|t3.medium|"]);
}

#[test]
fn terragrunt() {
    let text = format!(
        "terraform {{\n  source = \"tfr:///terraform-aws-modules/eks/aws?version=20.8.4\"\n}}\ninputs = {{\n  \
         cluster_name = \"c\"\n  {SELF_MANAGED} = {{\n    a = {{\n{ARGUMENTS}\n    }}\n  }}\n}}\n"
    );
    assert_eq!(groups(&[&text]), ["group 'a' of inputs|110 at 0:8|m6i.large|"]);
}

#[test]
fn add_ons() {
    let values = |key: &str, on: &str| {
        module(
            "~> 20.0",
            &format!(
                "  {key} = {{\n    coredns = {{}}\n    vpc-cni = {{\n      configuration_values = jsonencode({{ env = {{ ENABLE_PREFIX_DELEGATION = \"{on}\" }} }})\n    }}\n  }}"
            ),
        )
    };
    assert_eq!(networks(&[&values("cluster_addons", "true")]), ["prefixes"]);
    assert_eq!(networks(&[&values("addons", "false")]), ["no prefixes"]);
    assert_eq!(
        networks(&[&module("~> 20.0", "cluster_addons = { vpc-cni = { most_recent = true } }")]),
        ["nothing"]
    );
    assert_eq!(networks(&[&module("~> 20.0", "cluster_addons = { coredns = {} }")]), [""; 0]);
    assert_eq!(networks(&[&module("~> 20.0", "cluster_ip_family = \"ipv6\"")]), ["nothing ipv6"]);
    let merged = values("cluster_addons", "true")
        .replace("env = {", "env = merge(var.x, {")
        .replace("\" } }", "\" }) }");
    assert_eq!(networks(&[&merged]), ["later"]);
}
