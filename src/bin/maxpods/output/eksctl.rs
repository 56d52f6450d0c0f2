//! A complete `ClusterConfig` with one node group, for eksctl.

use std::io::{self, Write};

use maxpods::Os;

use super::{Format, Group, quote};

pub struct Eksctl;

impl Format<Group> for Eksctl {
    fn name(&self) -> &'static str {
        "eksctl"
    }

    fn about(&self) -> &'static str {
        "ClusterConfig with a managed node group, for eksctl create nodegroup -f"
    }

    fn carries_kube_reserved(&self) -> bool {
        true
    }

    fn takes_zero(&self) -> bool {
        false
    }

    fn is_for_windows(&self) -> bool {
        true
    }

    fn write(&self, group: &Group, out: &mut dyn Write) -> io::Result<()> {
        let name = quote::node_group(&group.lowest().instance_type.name);
        let mut fields = vec![format!("name: {}", quote::yaml(&name))];
        match group.os {
            Os::Linux => {
                fields.extend(linux_types(group));
                if group.kube_reserved().is_some() {
                    fields.push("amiFamily: AmazonLinux2023".into());
                }
            }
            Os::Windows => {
                fields.extend(windows_types(group));
                fields.push("amiFamily: WindowsServer2022FullContainer".into());
            }
        }
        fields.push("desiredCapacity: 2".into());
        fields.push(format!("maxPodsPerNode: {}", group.max_pods()));
        fields.extend(bootstrap(group));

        let groups = match group.os {
            Os::Linux => "managedNodeGroups",
            Os::Windows => "nodeGroups",
        };
        writeln!(
            out,
            "apiVersion: eksctl.io/v1alpha5\n\
             kind: ClusterConfig\n\
             metadata:\n\
             \x20 name: <my-cluster>\n\
             \x20 region: <region>\n\
             {groups}:\n\
             \x20 - {}",
            fields.join("\n    ")
        )
    }
}

/// The field for the types of a managed group.
fn linux_types(group: &Group) -> Vec<String> {
    vec![match group.only_type() {
        Some(only) => format!("instanceType: {}", quote::yaml(&only.name)),
        None => format!("instanceTypes: {}", in_brackets(group)),
    }]
}

/// The fields for the types of a self-managed group. Several types have a field of their own there.
fn windows_types(group: &Group) -> Vec<String> {
    match group.only_type() {
        Some(only) => vec![format!("instanceType: {}", quote::yaml(&only.name))],
        None => {
            vec!["instancesDistribution:".into(), format!("  instanceTypes: {}", in_brackets(group))]
        }
    }
}

fn in_brackets(group: &Group) -> String {
    let names: Vec<_> = group.names().map(quote::yaml).collect();
    format!("[{}]", names.join(", "))
}

/// The reserve, in a `NodeConfig` that eksctl merges with its own. If no AMI is named, eksctl accepts
/// `overrideBootstrapCommand` only for Amazon Linux 2023.
fn bootstrap(group: &Group) -> Vec<String> {
    let reserve = group.kube_reserved_in_yaml(8);
    if reserve.is_empty() {
        return Vec::new();
    }
    let head = [
        "overrideBootstrapCommand: |",
        "  apiVersion: node.eks.aws/v1alpha1",
        "  kind: NodeConfig",
        "  spec:",
        "    kubelet:",
        "      config:",
    ];
    head.into_iter().chain(reserve.lines()).map(Into::into).collect()
}
