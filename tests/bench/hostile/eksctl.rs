//! For `check`: eksctl's `ClusterConfig`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Make, SCRIPT, gzip, lines, nested, numbered};

const CLUSTER: &str =
    "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: eu-west-1}\n";

pub const EKSCTL_INPUTS: &[(&str, Make)] = &[
    ("eksctl: groups on one line", |bytes| {
        numbered(
            r#"{"apiVersion":"eksctl.io/v1alpha5","kind":"ClusterConfig","managedNodeGroups":["#,
            bytes,
            "]}",
            |i| format!(r#"{{"name":"a{i}","maxPodsPerNode":{}}}"#, 500 + i),
        )
    }),
    ("eksctl: groups", |bytes| {
        lines(&format!("{CLUSTER}nodeGroups:\n"), bytes, |i| {
            format!("- {{name: a{i}, instanceType: m5.large, maxPodsPerNode: {}}}", 500 + i)
        })
    }),
    ("eksctl: groups that alias one", |bytes| {
        nested(
            &format!("{CLUSTER}nodeGroups:\n- &a {{name: a, instanceType: m5.large, maxPodsPerNode: 500}}\n"),
            "- *a\n",
            bytes,
        )
    }),
    ("eksctl: groups that alias 100 types", |bytes| {
        let types = "m5.large, c5.large, r5.large, m6i.large, t3.medium, ".repeat(20);
        nested(
            &format!("{CLUSTER}x: &t [{types}]\nnodeGroups:\n"),
            "- {instanceTypes: *t, maxPodsPerNode: 500}\n",
            bytes,
        )
    }),
    ("eksctl: groups that alias many names of types", |bytes| {
        let types: String = (0..bytes / 20).map(|i| format!("a{i}.large, ")).collect();
        nested(
            &format!("{CLUSTER}x: &t [{types}]\nnodeGroups:\n"),
            "- {instanceTypes: *t, maxPodsPerNode: 500}\n",
            bytes / 2,
        )
    }),
    ("eksctl: groups of different types", |bytes| {
        let mut i = 0;
        lines(&format!("{CLUSTER}nodeGroups:\n"), bytes, move |_| {
            i += 1;
            format!("- {{instanceTypes: [m5.large, x{i}.large], maxPodsPerNode: {}}}", 29 + i)
        })
    }),
    ("eksctl: groups that alias 100 KB as their type", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}\nnodeGroups:\n", "x".repeat(bytes / 5)),
            "- {instanceType: *s, maxPodsPerNode: 500}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias 100 KB as their name", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}\nnodeGroups:\n", "x".repeat(bytes / 5)),
            "- {name: *s, maxPodsPerNode: 500}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias 100 KB as their number", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}\nnodeGroups:\n", "x".repeat(bytes / 5)),
            "- {maxPodsPerNode: *s}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias 100 KB as their family", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}\nnodeGroups:\n", "x".repeat(bytes / 5)),
            "- {amiFamily: *s, maxPodsPerNode: 50}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias a reserve of 100 KB", |bytes| {
        nested(
            &format!("{CLUSTER}x: &s {}Gi\nnodeGroups:\n", "1".repeat(bytes / 5)),
            "- {kubeletExtraConfig: {maxPods: 50, kubeReserved: {memory: *s}}}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias one script", |bytes| {
        let script = format!(
            "/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n{}",
            "#\\n".repeat(bytes / 15)
        );
        nested(
            &format!("{CLUSTER}x: &s \"#!/bin/bash\\n{script}\"\nnodeGroups:\n"),
            "- {amiFamily: AmazonLinux2, ami: a, overrideBootstrapCommand: *s}\n",
            bytes * 4 / 5,
        )
    }),
    ("eksctl: groups that alias a script of many calls", |bytes| {
        let script = "/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=500\\n".repeat(bytes / 600);
        nested(
            &format!("{CLUSTER}x: &s \"#!/bin/bash\\n{script}\"\nnodeGroups:\n"),
            "- {amiFamily: AmazonLinux2, ami: a, overrideBootstrapCommand: *s}\n",
            bytes / 10,
        )
    }),
    ("eksctl: 100 groups that alias base64 of gzip of gzip", |_| {
        let script = STANDARD.encode(gzip(&gzip(&[SCRIPT.as_bytes(), &vec![b'\n'; 18_000_000]].concat())));
        nested(
            &format!("{CLUSTER}x: &s {script}\nnodeGroups:\n"),
            "- {amiFamily: AmazonLinux2, ami: a, overrideBootstrapCommand: *s}\n",
            10_000,
        )
    }),
    ("eksctl: clusters with one large add-on", |bytes| {
        let values =
            format!("'env: {{{}}}'", (0..bytes / 40).map(|i| format!("V{i}: \"1\", ")).collect::<String>());
        nested(
            &format!("{CLUSTER}addons: [{{name: vpc-cni, configurationValues: {values}}}]\nnodeGroups:\n"),
            "- {maxPodsPerNode: 500}\n",
            bytes / 2,
        )
    }),
    ("eksctl: add-ons that alias one large configuration", |bytes| {
        let values =
            format!("'env: {{{}}}'", (0..bytes / 40).map(|i| format!("V{i}: \"1\", ")).collect::<String>());
        nested(
            &format!("{CLUSTER}x: &s {values}\nnodeGroups: [{{maxPodsPerNode: 500}}]\naddons:\n"),
            "- {name: vpc-cni, configurationValues: *s}\n",
            bytes / 2,
        )
    }),
    ("eksctl: clusters that say different things", |bytes| {
        lines("", bytes, |i| {
            format!(
                "---\n{CLUSTER}addons: [{{name: vpc-cni, configurationValues: 'env: {{WARM_ENI_TARGET: \"{i}\"}}'}}]\nnodeGroups: [{{maxPodsPerNode: 500}}]"
            )
        })
    }),
    ("eksctl: clusters with names of their own", |bytes| {
        lines("", bytes, |i| {
            format!(
                "---\n{}nodeGroups: [{{maxPodsPerNode: 500}}]",
                CLUSTER.replace("name: c", &format!("name: c{i}"))
            )
        })
    }),
];
