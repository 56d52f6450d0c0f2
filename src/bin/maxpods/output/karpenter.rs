//! A fragment to merge into a Karpenter `EC2NodeClass`.

use std::borrow::Cow;
use std::io::{self, Write};

use maxpods::expression::Dialect;

use super::{Format, Group};

pub struct Karpenter;

impl Format<Group> for Karpenter {
    fn name(&self) -> &'static str {
        "karpenter"
    }

    fn about(&self) -> &'static str {
        "a fragment to merge into a Karpenter EC2NodeClass"
    }

    fn dialects(&self) -> &'static [Dialect] {
        &[Dialect::Karpenter]
    }

    fn carries_kube_reserved(&self) -> bool {
        true
    }

    fn write(&self, group: &Group, out: &mut dyn Write) -> io::Result<()> {
        let max_pods =
            group.expression_in_yaml().map_or_else(|| group.max_pods().to_string(), Cow::into_owned);
        write!(
            out,
            "apiVersion: karpenter.k8s.aws/v1\n\
             kind: EC2NodeClass\n\
             spec:\n\
             \x20 kubelet:\n\
             \x20   maxPods: {max_pods}\n\
             {}",
            group.kube_reserved_in_yaml(4)
        )
    }
}
