//! An eksctl command, ready to complete.

use std::io::{self, Write};

use super::{Answer, Format, quote};

pub struct EksctlCommand;

impl Format<Answer> for EksctlCommand {
    fn name(&self) -> &'static str {
        "eksctl-command"
    }

    fn about(&self) -> &'static str {
        "an eksctl command, to complete with your names"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        let node_type = quote::shell(&answer.instance_type.name);
        // The placeholders are quoted: a shell would take the angle brackets for redirections.
        writeln!(
            out,
            "eksctl create nodegroup --cluster '<my-cluster>' --region '<region>' --name '<my-nodegroup>' \
             --node-type {node_type} --managed --max-pods-per-node {}",
            answer.max_pods()
        )
    }
}
