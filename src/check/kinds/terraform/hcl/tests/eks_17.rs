use super::groups;

/// The groups of a call of version 17, without the module's name.
#[track_caller]
fn of(version: &str, arguments: &str) -> Vec<String> {
    let text = format!(
        "module \"eks\" {{\n  source  = \"terraform-aws-modules/eks/aws\"\n  version = \"{version}\"\n{arguments}\n}}\n"
    );
    groups(&[&text]).into_iter().map(|row| row.replace(" of module.eks", "")).collect()
}

const UNKNOWN: &str = "(the file names no instance type)";

#[test]
fn self_managed_groups() {
    let flags = "kubelet_extra_args = \"--node-labels=a=b --max-pods=110\"";
    let two = "TwoNumbers";
    let mut wrong = Vec::new();
    for (group, expected) in [
        (flags.to_owned(), vec![format!("110 at 0:6|m4.large|{two}")]),
        (format!("{flags}\ninstance_type = \"c5.large\""), vec![format!("110 at 0:6|c5.large|{two}")]),
        (
            format!("{flags}\ninstance_type = var.x"),
            vec![format!("110 at 0:6|(the instance type is computed)|{two}")],
        ),
        (
            format!("bootstrap_extra_args = \"--use-max-pods false\"\n{flags}"),
            vec!["110 at 0:7|m4.large|".into()],
        ),
        (
            format!("{flags}\nbootstrap_extra_args = \"--container-runtime containerd --use-max-pods false\""),
            vec!["110 at 0:6|m4.large|".into()],
        ),
        (format!("{flags}\nbootstrap_extra_args = var.x"), vec!["110 at 0:6|m4.large|".into()]),
        (
            format!("{flags}\npre_userdata = \"export USE_MAX_PODS=false\""),
            vec!["110 at 0:6|m4.large|".into()],
        ),
        // The place of a number in a here-document.
        (
            "bootstrap_extra_args = \"--use-max-pods false\"\nkubelet_extra_args = <<-EOT\n  --v=2\n  --max-pods=29\nEOT".into(),
            vec!["29 at 0:9|m4.large|".into()],
        ),
        // The kubelet's default.
        ("bootstrap_extra_args = \"--use-max-pods false\"".into(), vec!["110 at 0:6|m4.large|".into()]),
        (
            "bootstrap_extra_args = \"--use-max-pods false\"\nkubelet_extra_args = \"--v=2\"".into(),
            vec!["110 at 0:6|m4.large|".into()],
        ),
        ("bootstrap_extra_args = \"--use-max-pods false\"\nkubelet_extra_args = var.x".into(), vec![]),
        ("bootstrap_extra_args = \"--use-max-pods false\"\nkubelet_extra_args = \"--v=2 ${var.x}\"".into(), vec![]),
        // The flags of the module come last.
        (
            "bootstrap_extra_args = \"--use-max-pods false --kubelet-extra-args '--max-pods=110'\"".into(),
            vec![format!("-|{UNKNOWN}|Ignored(EksModuleBootstrapArgs(Replaced))")],
        ),
        (
            "bootstrap_extra_args = <<-EOT\n--kubelet-extra-args '--max-pods=110'\nEOT".into(),
            vec![format!("110 at 0:7|m4.large|{two}")],
        ),
        ("bootstrap_extra_args = \"--use-max-pods false --kubelet-extra-args '--v=2'\"\nkubelet_extra_args = var.x".into(), vec![]),
        // Other scripts.
        (format!("{flags}\nuserdata_template_file = \"a.tpl\""), vec![]),
        (format!("{flags}\nplatform = \"windows\""), vec![]),
        ("instance_type = \"m5.large\"".into(), vec![]),
        ("kubelet_extra_args = \"--node-labels=a=b\"".into(), vec![]),
    ] {
        let found = of("~> 17.0", &format!("  worker_groups = [{{\n    name = \"a\"\n{group}\n  }}]"));
        let expected: Vec<_> = expected.into_iter().map(|row: String| format!("group 'a'|{row}")).collect();
        if found != expected {
            wrong.push(format!("{group}:\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn types_of_self_managed_groups() {
    let mut wrong = Vec::new();
    for (key, group, expected) in [
        ("worker_groups", "override_instance_types = [\"c5.large\"]", "m4.large"),
        ("worker_groups_launch_template", "", "m4.large"),
        ("worker_groups_launch_template", "instance_type = \"m5.large\"", "m5.large"),
        (
            "worker_groups_launch_template",
            "override_instance_types = [\"c5.large\", \"m5.large\"]",
            "c5.large m5.large",
        ),
        (
            "worker_groups_launch_template",
            "override_instance_types = var.x",
            "(the instance types are computed)",
        ),
        (
            "worker_groups_launch_template",
            "on_demand_allocation_strategy = \"prioritized\"",
            "m5.large m5a.large m5d.large m5ad.large",
        ),
        ("worker_groups_launch_template", "override_instance_types = null", "m4.large"),
    ] {
        let text = format!(
            "  {key} = [{{\nbootstrap_extra_args = \"--use-max-pods false\"\nkubelet_extra_args = \"--max-pods=29\"\n{group}\n  }}]"
        );
        let found = of("~> 17.0", &text);
        if found != [format!("group '0'|29 at 0:6|{expected}|")] {
            wrong.push(format!("{key} {group}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn managed_groups() {
    let template = "create_launch_template = true";
    let flags = "kubelet_extra_args = \"--max-pods=110\"";
    let types = "instance_types = [\"m5.large\"]";
    let ignored = |why: &str| vec![format!("-|{UNKNOWN}|Ignored({why})")];
    let mut wrong = Vec::new();
    for (group, expected) in [
        (format!("{template}\n{flags}"), vec!["110 at 0:7|m4.large|".to_owned()]),
        (format!("{template}\n{flags}\n{types}"), vec!["110 at 0:7|m5.large|".into()]),
        (
            format!("{template}\n{flags}\ninstance_types = var.x"),
            vec!["110 at 0:7|(the instance types are computed)|".into()],
        ),
        (
            format!("{template}\n{flags}\ninstance_type = \"m5.large\""),
            vec!["110 at 0:7|(the group names no list of types)|".into()],
        ),
        (
            format!("{template}\n{flags}\nbootstrap_env = {{ USE_MAX_PODS = false }}"),
            vec!["110 at 0:7|m4.large|".into()],
        ),
        // Without a number, that of EKS counts.
        (format!("{template}\nkubelet_extra_args = \"--v=2\""), vec![]),
        (format!("{template}\nkubelet_extra_args = var.x"), vec![]),
        // No template of the module.
        (flags.into(), ignored("EksModuleNoTemplate")),
        (format!("create_launch_template = false\n{flags}"), ignored("EksModuleNoTemplate")),
        (format!("create_launch_template = var.x\n{flags}"), vec!["110 at 0:7|m4.large|".into()]),
        (format!("{template}\nlaunch_template_id = aws_launch_template.t.id\n{flags}"), vec![]),
        (
            format!("{template}\nbootstrap_extra_args = \"--kubelet-extra-args '--max-pods=110'\""),
            ignored("EksModuleBootstrapArgs(NodeGroups)"),
        ),
        // An AMI of its own.
        (format!("{template}\n{flags}\nami_id = \"ami-1\""), vec!["110 at 0:7|m4.large|TwoNumbers".into()]),
        (
            format!("{template}\n{flags}\nami_id = \"ami-1\"\npre_userdata = \"export USE_MAX_PODS=false\""),
            vec!["110 at 0:7|m4.large|".into()],
        ),
        (
            format!(
                "{template}\n{flags}\nami_id = \"ami-1\"\nami_is_eks_optimized = false\npre_userdata = \"/etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args \\\"$KUBELET_EXTRA_ARGS\\\"\""
            ),
            vec!["110 at 0:10|m4.large|".into()],
        ),
        // EKS writes a number behind the script of the user.
        (
            format!("{template}\npre_userdata = \"/etc/eks/bootstrap.sh c --use-max-pods false\""),
            vec!["110 at 0:7|m4.large|Overridden(ManagedUserData)".into()],
        ),
        (format!("{template}\n{flags}\nami_type = \"BOTTLEROCKET_x86_64\""), vec![]),
        (format!("{template}\n{flags}\nami_type = \"AL2_ARM_64\""), vec!["110 at 0:7|m4.large|".into()]),
    ] {
        let found = of("17.24.0", &format!("  node_groups = {{\n    a = {{\n{group}\n    }}\n  }}"));
        let expected: Vec<_> = expected.into_iter().map(|row| format!("group 'a'|{row}")).collect();
        if found != expected {
            wrong.push(format!("{group}:\n  {found:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn defaults_of_all_groups() {
    let text = "  workers_group_defaults = {\n    instance_type = \"m5.xlarge\"\n    kubelet_extra_args = \"--max-pods=29\"\n    \
                bootstrap_extra_args = \"--use-max-pods false\"\n  }\n  node_groups_defaults = {\n    create_launch_template = true\n    \
                instance_types = [\"c5.large\"]\n  }\n  worker_groups = [{}, { instance_type = \"m5.large\" }, { kubelet_extra_args = \
                \"--max-pods=20\" }]\n  node_groups = { b = {}, c = { kubelet_extra_args = \"--max-pods=30\" } }";
    assert_eq!(
        of("~> 17.0", text),
        [
            "group '0'|29 at 0:6|m5.xlarge|",
            "group '1'|29 at 0:6|m5.large|",
            "group '2'|20 at 0:13|m5.xlarge|",
            "group 'b'|29 at 0:6|c5.large|",
            "group 'c'|30 at 0:14|c5.large|",
        ]
    );
}

/// Later versions refuse these arguments, and other modules do other things with them.
#[test]
fn versions_and_modules() {
    let text = "  worker_groups = [{\n    kubelet_extra_args = \"--max-pods=110\"\n  }]";
    let told = ["group '0'|110 at 0:5|m4.large|TwoNumbers"];
    assert_eq!(of("~> 12.0", text), told);
    assert_eq!(of(">= 12.0", text), told);
    assert_eq!(of("~> 18.0", text), [""; 0]);
    let managed =
        "  node_groups = { a = { kubelet_extra_args = \"--max-pods=110\", create_launch_template = true } }";
    assert_eq!(of("~> 15.0", managed), ["group 'a'|110 at 0:4|m4.large|"]);
    assert_eq!(of("~> 14.0", managed), [""; 0]);
    let other = "module \"eks\" {\n  source = \"./modules/eks\"\n  worker_groups = [{ kubelet_extra_args = \"--max-pods=110\" }]\n  node_groups = {}\n}\n";
    assert_eq!(groups(&[other]), [""; 0]);
}
