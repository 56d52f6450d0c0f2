//! nodeadm's `NodeConfig`, as user data of Amazon Linux 2023.

use std::io::{self, Write};

use super::{Answer, Format};

pub struct Nodeadm;

impl Format<Answer> for Nodeadm {
    fn name(&self) -> &'static str {
        "nodeadm"
    }

    fn about(&self) -> &'static str {
        "NodeConfig, user data for AL2023"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "apiVersion: node.eks.aws/v1alpha1\n\
             kind: NodeConfig\n\
             spec:\n\
             \x20 kubelet:\n\
             \x20   config:\n\
             \x20     maxPods: {}",
            answer.max_pods()
        )
    }
}
