//! nodeadm's `NodeConfig`, for the user data of Amazon Linux 2023.

use std::io::{self, Write};

use maxpods::expression::Dialect;

use super::{Format, Group};

pub struct Nodeadm;

impl Format<Group> for Nodeadm {
    fn name(&self) -> &'static str {
        "nodeadm"
    }

    fn about(&self) -> &'static str {
        "NodeConfig, user data for AL2023"
    }

    fn dialects(&self) -> &'static [Dialect] {
        &[Dialect::Nodeadm, Dialect::NodeadmNext]
    }

    fn carries_kube_reserved(&self) -> bool {
        true
    }

    fn takes_zero(&self) -> bool {
        false
    }

    fn write(&self, group: &Group, out: &mut dyn Write) -> io::Result<()> {
        let mut kubelet = String::new();
        let mut config = String::new();
        match group.expression_in_yaml() {
            Some(expression) => kubelet = format!("    maxPodsExpression: {expression}\n"),
            None => config = format!("      maxPods: {}\n", group.max_pods()),
        }
        config += &group.kube_reserved_in_yaml(6);
        if !config.is_empty() {
            kubelet += "    config:\n";
        }
        write!(
            out,
            "apiVersion: node.eks.aws/v1alpha1\n\
             kind: NodeConfig\n\
             spec:\n\
             \x20 kubelet:\n\
             {kubelet}{config}"
        )
    }
}
