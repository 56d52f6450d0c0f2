//! The formats that are one line around the number.

use std::io::{self, Write};

use super::{Answer, Format, quote};

/// A format that writes one line.
pub struct OneLine {
    name: &'static str,
    about: &'static str,
    line: fn(&Answer) -> String,
}

/// The number alone, as the reference script prints it.
pub const VALUE: OneLine = OneLine {
    name: "value",
    about: "the number alone, for scripts",
    line: |answer| answer.max_pods().to_string(),
};

/// Arguments of the kubelet.
pub const KUBELET_ARGS: OneLine =
    OneLine { name: "kubelet-args", about: "the kubelet's argument: --max-pods=N", line: kubelet_args };

/// Arguments of the Amazon Linux 2 AMI's `bootstrap.sh`, which would set its own number otherwise.
pub const BOOTSTRAP: OneLine = OneLine {
    name: "bootstrap",
    about: "arguments of AL2's bootstrap.sh, for self-managed nodes",
    line: |answer| format!("--use-max-pods false --kubelet-extra-args '{}'", kubelet_args(answer)),
};

/// The kubelet's argument as `bootstrap.sh` takes it, for the launch template of a managed node group.
pub const LAUNCH_TEMPLATE: OneLine = OneLine {
    name: "launch-template",
    about: "argument of AL2's bootstrap.sh in a launch template, for managed nodes",
    line: |answer| format!("--kubelet-extra-args '{}'", kubelet_args(answer)),
};

/// An eksctl command. The placeholders are quoted, because a shell would take the angle brackets for
/// redirections.
pub const EKSCTL_COMMAND: OneLine = OneLine {
    name: "eksctl-command",
    about: "an eksctl command, to complete with your names",
    line: |answer| {
        format!(
            "eksctl create nodegroup --cluster '<my-cluster>' --region '<region>' --name '<my-nodegroup>' \
             --node-type {} --managed --max-pods-per-node {}",
            quote::shell(&answer.instance_type.name),
            answer.max_pods()
        )
    },
};

fn kubelet_args(answer: &Answer) -> String {
    format!("--max-pods={}", answer.max_pods())
}

impl Format<Answer> for OneLine {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", (self.line)(answer))
    }
}
