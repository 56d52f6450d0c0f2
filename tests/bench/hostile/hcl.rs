//! For `check`: Terraform's language.

use std::fmt::Write;

use super::{Make, SCRIPT, lines, nested};

const GROUP: &str = "resource \"aws_eks_node_group\" \"a\" {\n  instance_types = [\"m5.large\"]\n}\n";

pub const INPUTS: &[(&str, Make)] = &[
    ("HCL: node groups with a template each", |bytes| {
        lines("", bytes, |i| {
            format!(
                "resource \"aws_launch_template\" \"t{i}\" {{\n  user_data = base64encode(<<-E\n{SCRIPT}E\n  )\n}}\nresource \
                 \"aws_eks_node_group\" \"g{i}\" {{\n  instance_types = [\"m5.large\"]\n  launch_template {{\n    id = \
                 aws_launch_template.t{i}.id\n  }}\n}}"
            )
        })
    }),
    ("HCL: node groups with one template", |bytes| {
        let script = "/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\n".repeat(bytes / 600);
        let head = format!(
            "resource \"aws_launch_template\" \"t\" {{\n  user_data = base64encode(<<-E\n#!/bin/bash\n{script}E\n  )\n}}\n"
        );
        lines(&head, bytes, |i| {
            format!(
                "resource \"aws_eks_node_group\" \"g{i}\" {{\n  launch_template {{\n    id = aws_launch_template.t.id\n  }}\n}}"
            )
        })
    }),
    ("HCL: blocks in blocks", |bytes| nested(GROUP, "a {\n", bytes)),
    ("HCL: parentheses", |bytes| nested(&format!("{GROUP}locals {{\n  a = "), "(", bytes)),
    ("HCL: brackets", |bytes| nested(&format!("{GROUP}locals {{\n  a = "), "[", bytes)),
    ("HCL: braces", |bytes| nested(&format!("{GROUP}locals {{\n  a = "), "{a=", bytes)),
    ("HCL: templates in templates", |bytes| nested(&format!("{GROUP}locals {{\n  a = "), "\"${", bytes)),
    ("HCL: minus signs", |bytes| nested(&format!("{GROUP}locals {{\n  a = "), "-", bytes)),
    ("HCL: conditions", |bytes| nested(&format!("{GROUP}locals {{\n  a = "), "true ? 1 : ", bytes)),
    ("HCL: sums", |bytes| nested(&format!("{GROUP}locals {{\n  a = 1"), " + 1", bytes)),
    ("HCL: calls in calls", |bytes| nested(&format!("{GROUP}locals {{\n  a = "), "f(", bytes)),
    ("HCL: here-documents", |bytes| nested(&format!("{GROUP}locals {{\n  a = "), "<<E\n", bytes)),
    ("HCL: interpolations of one text", |bytes| {
        let mut text = nested(&format!("{GROUP}locals {{\n  a = \""), "${b}", bytes);
        text.extend(b"\"\n}\n");
        text
    }),
    ("HCL: values of values", |bytes| {
        let mut text = lines(&format!("{GROUP}locals {{\n  a0 = \"x\""), bytes, |i| {
            format!("\n  a{0} = \"${{local.a{i}}}${{local.a{i}}}\"", i + 1)
        });
        let last = String::from_utf8_lossy(&text).matches(" = ").count() - 3;
        let tail =
            format!("\n}}\nresource \"aws_launch_template\" \"t\" {{\n  user_data = local.a{last}\n}}\n");
        text.extend(tail.into_bytes());
        text
    }),
    ("HCL: values that are themselves", |bytes| {
        lines(GROUP, bytes, |i| {
            format!(
                "locals {{\n  a{i} = local.a{i}\n}}\nresource \"aws_launch_template\" \"t{i}\" {{\n  user_data = local.a{i}\n}}"
            )
        })
    }),
    ("HCL: one long text in many templates", |bytes| {
        let head = format!("locals {{\n  a = \"#!/bin/bash\\n{}\"\n}}\n", "x\\n".repeat(bytes / 6));
        lines(&head, bytes, |i| {
            format!(
                "resource \"aws_launch_template\" \"t{i}\" {{\n  user_data = base64encode(\"${{local.a}}{i}\")\n}}"
            )
        })
    }),
    ("HCL: groups of a module", |bytes| {
        let mut groups = String::new();
        let mut i = 0;
        while groups.len() < bytes {
            i += 1;
            let _ = writeln!(
                groups,
                "    g{i} = {{ instance_types = [\"m5.large\"], cloudinit_pre_nodeadm = [] }}"
            );
        }
        let head =
            "module \"eks\" {\n  source = \"terraform-aws-modules/eks/aws\"\n  eks_managed_node_groups = {\n";
        format!("{head}{groups}  }}\n}}\n").into_bytes()
    }),
    ("HCL: groups of an old module", |bytes| {
        let group = "{ kubelet_extra_args = local.flags, pre_userdata = local.script },\n";
        let head = format!(
            "locals {{\n  flags = \"--max-pods=500 {}\"\n  script = \"#!/bin/bash\\n{}\"\n}}\n",
            "--v=1 ".repeat(bytes / 60),
            "echo x\\n".repeat(bytes / 80)
        );
        let module = "module \"eks\" {\n  source = \"terraform-aws-modules/eks/aws\"\n  version = \"17.24.0\"\n  worker_groups = [\n";
        [&nested(&format!("{head}{module}"), group, bytes / 10)[..], b"  ]\n}\n"].concat()
    }),
    ("HCL: parts of user data that share a text", |bytes| {
        let head = format!(
            "locals {{\n  script = \"#!/bin/bash\\n{}\"\n}}\nresource \"aws_launch_template\" \"t\" {{\n  user_data = \
             data.cloudinit_config.c.rendered\n}}\ndata \"cloudinit_config\" \"c\" {{\n",
            "echo x\\n".repeat(bytes / 80)
        );
        [&nested(&head, "  part {\n    content = local.script\n  }\n", bytes / 4)[..], b"}\n"].concat()
    }),
    ("HCL: releases of one chart", |bytes| {
        let head = format!(
            "{GROUP}locals {{\n  values = \"{}cni: {{chainingMode: aws-cni}}\"\n}}\n",
            "# x\\n".repeat(bytes / 60)
        );
        let release =
            "resource \"helm_release\" \"a\" {\n  chart = \"cilium\"\n  values = [local.values]\n}\n";
        nested(&head, release, bytes / 4)
    }),
    ("HCL: keys that are there twice", |bytes| {
        let groups = lines("", bytes / 12, |i| format!("  a{i} = {{ k = 1, k = 2 }}"));
        [GROUP.as_bytes(), b"locals {\n", &groups, b"}\n"].concat()
    }),
    ("HCL: attributes, and no end", |bytes| nested(GROUP, "a = 1\n", bytes)),
    ("HCL: comments", |bytes| nested(GROUP, "# a\n", bytes)),
    ("HCL: a comment that does not end", |bytes| nested(&format!("{GROUP}/*"), "/*", bytes)),
];
