//! A fragment to merge into a Karpenter `EC2NodeClass`.

use std::borrow::Cow;
use std::io::{self, Write};

use maxpods::Dialect;

use super::{Answer, Format};

pub struct Karpenter;

impl Format<Answer> for Karpenter {
    fn name(&self) -> &'static str {
        "karpenter"
    }

    fn about(&self) -> &'static str {
        "a fragment to merge into a Karpenter EC2NodeClass"
    }

    fn dialect(&self) -> Option<Dialect> {
        Some(Dialect::Karpenter)
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        let max_pods =
            answer.expression_in_yaml().map_or_else(|| answer.max_pods().to_string(), Cow::into_owned);
        writeln!(
            out,
            "apiVersion: karpenter.k8s.aws/v1\n\
             kind: EC2NodeClass\n\
             spec:\n\
             \x20 kubelet:\n\
             \x20   maxPods: {max_pods}"
        )
    }
}
