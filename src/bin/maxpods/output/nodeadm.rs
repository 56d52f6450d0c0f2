//! nodeadm's `NodeConfig`, as user data of Amazon Linux 2023.

use std::io::{self, Write};

use maxpods::Dialect;

use super::{Answer, Format};

pub struct Nodeadm;

impl Format<Answer> for Nodeadm {
    fn name(&self) -> &'static str {
        "nodeadm"
    }

    fn about(&self) -> &'static str {
        "NodeConfig, user data for AL2023"
    }

    fn dialect(&self) -> Option<Dialect> {
        Some(Dialect::Nodeadm)
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        let (field, value) = match answer.expression_in_yaml() {
            Some(expression) => ("  maxPodsExpression", expression.into_owned()),
            None => ("  config:\n      maxPods", answer.max_pods().to_string()),
        };
        writeln!(
            out,
            "apiVersion: node.eks.aws/v1alpha1\n\
             kind: NodeConfig\n\
             spec:\n\
             \x20 kubelet:\n\
             \x20 {field}: {value}"
        )
    }
}
