//! For `check`: Karpenter and Terraform plans.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Make, SCRIPT, gzip, lines, list, nested, numbered};

const CLASS: &str = "---\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: NAME}\nspec: {kubelet: {maxPods: 500}}\n";

const POOL: &str = "---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: NAME}\nspec: {template: {spec: {nodeClassRef: {name: CLASS}, requirements: [REQUIREMENT]}}}\n";

fn class(name: &str) -> String {
    CLASS.replace("NAME", name)
}

fn pool(name: &str, class: &str, requirement: &str) -> String {
    POOL.replace("NAME", name).replace("CLASS", class).replace("REQUIREMENT", requirement)
}

/// Classes with an expression each, and a pool for each.
fn expressions(bytes: usize, expression: impl Fn(usize) -> String) -> Vec<u8> {
    lines("", bytes, |i| {
        let name = format!("c{i}");
        class(&name).replace("500", &expression(i)) + &pool(&name, &name, "")
    })
}

pub const KARPENTER_INPUTS: &[(&str, Make)] = &[
    ("Karpenter: pools of one class", |bytes| {
        nested(
            &class("a"),
            &pool("p", "a", "{key: karpenter.k8s.aws/instance-family, operator: In, values: [m5]}"),
            bytes,
        )
    }),
    ("Karpenter: different pools of one class", |bytes| {
        lines(&class("a"), bytes, |i| {
            pool(
                &format!("p{i}"),
                "a",
                &format!("{{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ['{i}']}}"),
            )
        })
    }),
    ("Karpenter: different classes and pools", |bytes| {
        lines("", bytes, |i| {
            let (name, requirement) = (
                format!("c{i}"),
                format!("{{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ['{i}']}}"),
            );
            class(&name) + &pool(&name, &name, &requirement)
        })
    }),
    ("Karpenter: different classes with numbers of their own", |bytes| {
        lines("", bytes, |i| {
            let name = format!("c{i}");
            class(&name).replace("500", &i.to_string()) + &pool(&name, &name, "")
        })
    }),
    ("Karpenter: different classes with expressions of their own", |bytes| {
        expressions(bytes, |i| format!("max_pods + {i}"))
    }),
    ("Karpenter: different classes with expressions that fail", |bytes| {
        expressions(bytes, |i| format!("'vcpus / (memory_mib - {i}) + 1/0'"))
    }),
    ("Karpenter: different classes with expressions on names", |bytes| {
        expressions(bytes, |i| format!("'instance_type.startsWith(\"m5\") ? {i} : 110'"))
    }),
    ("Karpenter: different classes with patterns", |bytes| {
        expressions(bytes, |i| format!("'instance_type.matches(\"(a?.?){{100}}{i}\") ? 1 : 110'"))
    }),
    ("Karpenter: different classes with expressions of 90 KB", |bytes| {
        lines("", bytes, |i| {
            let expression = format!("'max_pods in [{}{i}] ? 1 : 110'", "1,".repeat(45_000));
            class(&format!("c{i}")).replace("500", &expression)
        })
    }),
    ("Karpenter: classes of one name", |bytes| nested(&pool("p", "a", ""), &class("a"), bytes)),
    ("Karpenter: classes and pools of one name", |bytes| {
        nested("", &(class("a") + &pool("p", "a", "")), bytes)
    }),
    ("Karpenter: requirements of one pool", |bytes| {
        let mut requirements = String::new();
        let mut i = 0;
        while requirements.len() < bytes {
            i += 1;
            let _ = write!(
                requirements,
                "{{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ['{i}']}}, "
            );
        }
        (class("a") + &pool("p", "a", &requirements)).into_bytes()
    }),
    ("Karpenter: values of one requirement", |bytes| {
        let values: String = (0..bytes / 11).map(|i| format!("x{i}.large, ")).collect();
        let requirement =
            format!("{{key: node.kubernetes.io/instance-type, operator: In, values: [{values}]}}");
        (class("a") + &pool("p", "a", &requirement)).into_bytes()
    }),
    ("Karpenter: pools in a list that alias one", |bytes| {
        let pool = "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: p}, spec: {template: {spec: {nodeClassRef: {name: a}, requirements: [{key: a, operator: Exists}]}}}}";
        let class = "{apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: a}, spec: {kubelet: {maxPods: 500}}}";
        nested(&format!("apiVersion: v1\nkind: List\nitems:\n- {class}\n- &p {pool}\n"), "- *p\n", bytes)
    }),
    ("Karpenter: classes and pools in a list that alias one of each", |bytes| {
        let pool = "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: p}, spec: {template: {spec: {nodeClassRef: {name: a}, requirements: [{key: a, operator: Exists}]}}}}";
        let class = "{apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: a}, spec: {kubelet: {maxPods: 500}}}";
        nested(
            &format!("apiVersion: v1\nkind: List\nitems:\n- &c {class}\n- &p {pool}\n"),
            "- *p\n- *c\n",
            bytes,
        )
    }),
    ("Karpenter: pools that alias many values", |bytes| {
        let values: String = (0..bytes / 40).map(|i| format!("x{i}.large, ")).collect();
        let head = class("a") + "---\napiVersion: v1\nkind: List\nitems:\n";
        let first = format!(
            "- {{apiVersion: karpenter.sh/v1, kind: NodePool, spec: {{template: {{spec: {{nodeClassRef: {{name: a}}, requirements: &r [{{key: node.kubernetes.io/instance-type, operator: In, values: [{values}]}}]}}}}}}}}\n"
        );
        nested(
            &(head + &first),
            "- {apiVersion: karpenter.sh/v1, kind: NodePool, spec: {template: {spec: {nodeClassRef: {name: a}, requirements: *r}}}}\n",
            bytes / 2,
        )
    }),
    ("Argo CD: applications that alias one text of values", |bytes| {
        let values = "# x\\n".repeat(bytes / 30);
        let head =
            format!("apiVersion: v1\nkind: List\nx: &x \"{values}cni: {{chainingMode: aws-cni}}\"\nitems:\n");
        let item = "- {apiVersion: argoproj.io/v1alpha1, kind: Application, spec: {source: {chart: cilium, helm: {values: *x}}}}\n";
        nested(&head, item, bytes)
    }),
    ("Karpenter: user data that many classes alias", |bytes| {
        let script = "/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n".repeat(bytes / 600);
        nested(
            &format!("apiVersion: v1\nkind: List\nx: &s \"#!/bin/bash\\n{script}\"\nitems:\n"),
            "- {apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: a}, spec: {userData: *s}}\n",
            bytes / 2,
        )
    }),
];

const TERRAFORM: &str = r#"{"format_version":"1.2","planned_values":{"root_module":{"resources":["#;

fn node_group(i: usize, template: &str) -> String {
    format!(
        r#"{{"address":"aws_eks_node_group.g{i}","mode":"managed","type":"aws_eks_node_group","name":"g{i}","values":{{"instance_types":["m5.large"],"launch_template":[{{"name":"{template}","version":"1"}}]}}}}"#
    )
}

fn launch_template(name: &str, user_data: &str) -> String {
    format!(
        r#"{{"address":"aws_launch_template.{name}","mode":"managed","type":"aws_launch_template","name":"{name}","values":{{"name":"{name}","image_id":"ami-1","user_data":"{user_data}"}}}}"#
    )
}

fn groups_of_one_template(script: &[u8], bytes: usize) -> Vec<u8> {
    let head = format!("{TERRAFORM}{},", launch_template("t", &STANDARD.encode(script)));
    numbered(&head, bytes, "]}}}", |i| node_group(i, "t"))
}

pub const TERRAFORM_INPUTS: &[(&str, Make)] = &[
    ("Terraform: user data known after apply", |bytes| {
        let head = r#"{"format_version":"1.2","resource_changes":["#;
        numbered(head, bytes, "]}", |i| {
            format!(
                r#"{{"address":"aws_launch_template.t{i}","mode":"managed","type":"aws_launch_template","name":"t{i}","change":{{"actions":["create"],"after":{{}},"after_unknown":{{"user_data":true}}}}}}"#
            )
        })
    }),
    ("Terraform: node groups whose template is known after apply", |bytes| {
        let mut resources = String::from(TERRAFORM);
        let mut changes = String::new();
        let mut i = 0;
        while resources.len() + changes.len() < bytes {
            i += 1;
            let _ = write!(
                resources,
                r#"{{"address":"aws_launch_template.t{i}","mode":"managed","type":"aws_launch_template","name":"t{i}","values":{{"name":"t{i}"}}}},{},"#,
                node_group(i, &format!("t{i}"))
            );
            let _ = write!(
                changes,
                r#"{{"address":"aws_launch_template.t{i}","type":"aws_launch_template","change":{{"after_unknown":{{"user_data":true}}}}}},"#
            );
        }
        format!(
            "{}]}}}},\"resource_changes\":[{}]}}",
            resources.trim_end_matches(','),
            changes.trim_end_matches(',')
        )
        .into_bytes()
    }),
    ("Terraform: 60 groups with one compressed template", |_| {
        groups_of_one_template(&gzip(&[SCRIPT.as_bytes(), &vec![b'\n'; 18_000_000]].concat()), 15_000)
    }),
    ("Terraform: 2,000 groups with one template of 120 KB", |bytes| {
        groups_of_one_template(&nested(SCRIPT, "echo a\n", bytes / 8), bytes)
    }),
    ("Terraform: groups with a template of many calls", |bytes| {
        groups_of_one_template(&nested(SCRIPT, &SCRIPT[12..], bytes / 20), bytes)
    }),
    ("Terraform: resources of other types", |bytes| {
        list(
            TERRAFORM,
            r#"{"address":"a.b","mode":"managed","type":"a","name":"b","values":{}}"#,
            bytes,
            "]}}}",
        )
    }),
    ("Terraform: templates that are the same", |bytes| {
        list(TERRAFORM, &launch_template("t", &STANDARD.encode(SCRIPT)), bytes, "]}}}")
    }),
    ("Terraform: templates", |bytes| {
        let script = STANDARD.encode(SCRIPT);
        numbered(TERRAFORM, bytes, "]}}}", |i| launch_template(&format!("t{i}"), &script))
    }),
    ("Terraform: modules in modules", |bytes| {
        nested(r#"{"format_version":"1.2","planned_values":{"root_module":{"#, r#""child_modules":[{"#, bytes)
    }),
    ("Terraform: modules", |bytes| {
        numbered(
            r#"{"format_version":"1.2","planned_values":{"root_module":{"child_modules":["#,
            bytes,
            "]}}}",
            |i| format!(r#"{{"address":"module.m{i}","resources":[{}]}}"#, node_group(i, "t")),
        )
    }),
    ("Terraform: module calls in module calls", |bytes| {
        nested(
            &format!("{TERRAFORM}{}]}}}},\"configuration\":{{\"root_module\":{{", node_group(1, "t")),
            r#""module_calls":{"m":{"module":{"#,
            bytes,
        )
    }),
    ("Terraform: references", |bytes| {
        let mut resources = String::from(TERRAFORM);
        let mut configuration = String::new();
        let mut i = 0;
        while resources.len() + configuration.len() < bytes {
            i += 1;
            let _ = write!(resources, "{},", node_group(i, ""));
            let _ = write!(
                configuration,
                r#"{{"address":"aws_eks_node_group.g{i}","type":"aws_eks_node_group","name":"g{i}","expressions":{{"launch_template":[{{"id":{{"references":["aws_launch_template.t{i}.id","aws_launch_template.t{i}"]}}}}]}}}},"#
            );
        }
        format!(
            "{}]}}}},\"configuration\":{{\"root_module\":{{\"resources\":[{}]}}}}}}",
            resources.trim_end_matches(','),
            configuration.trim_end_matches(',')
        )
        .into_bytes()
    }),
    ("Terraform: add-ons with one large configuration", |bytes| {
        let values: String = (0..bytes / 60).map(|i| format!(r#"\"V{i}\":\"1\","#)).collect();
        let values = format!(r#"{{\"env\":{{{}}}}}"#, values.trim_end_matches(','));
        let addon = |i: usize| {
            format!(
                r#"{{"address":"aws_eks_addon.a{i}","mode":"managed","type":"aws_eks_addon","name":"a{i}","values":{{"addon_name":"vpc-cni","cluster_name":"c","configuration_values":"{}"}}}}"#,
                if i == 0 { values.as_str() } else { "{}" }
            )
        };
        let head = format!("{TERRAFORM}{},", addon(0));
        let script = STANDARD.encode(SCRIPT);
        numbered(&head, bytes / 2, "]}}}", |i| {
            format!(
                "{},{}",
                launch_template(&format!("t{i}"), &script),
                node_group(i, &format!("t{i}"))
                    .replace("\"values\":{", "\"values\":{\"cluster_name\":\"c\",")
            )
        })
    }),
];
