//! What to merge into a Karpenter `EC2NodeClass`.

use std::io::{self, Write};

use super::{Answer, Format};

pub struct Karpenter;

impl Format<Answer> for Karpenter {
    fn name(&self) -> &'static str {
        "karpenter"
    }

    fn about(&self) -> &'static str {
        "what to merge into a Karpenter EC2NodeClass"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "apiVersion: karpenter.k8s.aws/v1\n\
             kind: EC2NodeClass\n\
             spec:\n\
             \x20 kubelet:\n\
             \x20   maxPods: {}",
            answer.max_pods()
        )
    }
}
