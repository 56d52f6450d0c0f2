//! A complete `ClusterConfig` with one managed node group, for eksctl.

use std::io::{self, Write};

use super::{Answer, Format, quote};

pub struct Eksctl;

impl Format<Answer> for Eksctl {
    fn name(&self) -> &'static str {
        "eksctl"
    }

    fn about(&self) -> &'static str {
        "ClusterConfig with a managed node group, for eksctl create nodegroup -f"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        let instance_type = &answer.instance_type.name;
        writeln!(
            out,
            "apiVersion: eksctl.io/v1alpha5\n\
             kind: ClusterConfig\n\
             metadata:\n\
             \x20 name: <my-cluster>\n\
             \x20 region: <region>\n\
             managedNodeGroups:\n\
             \x20 - name: {}\n\
             \x20   instanceType: {}\n\
             \x20   desiredCapacity: 2\n\
             \x20   maxPodsPerNode: {}",
            quote::yaml(&quote::node_group(instance_type)),
            quote::yaml(instance_type),
            answer.max_pods()
        )
    }
}
