//! The formats that print the number in one line of text.

use std::io::{self, Write};

use super::{Format, Group, quote};

/// A format that writes one line.
pub struct OneLine {
    name: &'static str,
    about: &'static str,
    reader: Reader,
    line: fn(&Group) -> String,
}

/// The program that reads the line.
#[derive(PartialEq, Eq)]
enum Reader {
    /// A script or a person.
    Any,
    /// The kubelet, on Linux and Windows.
    Kubelet,
    /// The Amazon Linux 2 AMI's `bootstrap.sh`, which passes arguments on to the kubelet.
    Bootstrap,
    /// eksctl's command line, which has no option for a reserve.
    Eksctl,
}

/// The number alone, as the reference script prints it.
pub const VALUE: OneLine = OneLine {
    name: "value",
    about: "the number alone, for scripts",
    reader: Reader::Any,
    line: |group| group.max_pods().to_string(),
};

/// Arguments of the kubelet.
pub const KUBELET_ARGS: OneLine = OneLine {
    name: "kubelet-args",
    about: "the kubelet's argument --max-pods=N",
    reader: Reader::Kubelet,
    line: kubelet_args,
};

/// Arguments of the Amazon Linux 2 AMI's `bootstrap.sh`, which would set its own number otherwise. They are
/// for pasting: a shell does not interpret quotes that come out of `$(…)`. Scripts use `KUBELET_ARGS`.
pub const BOOTSTRAP: OneLine = OneLine {
    name: "bootstrap",
    about: "arguments of AL2's bootstrap.sh, for self-managed nodes",
    reader: Reader::Bootstrap,
    line: |group| format!("--use-max-pods false --kubelet-extra-args '{}'", kubelet_args(group)),
};

/// The kubelet's argument as `bootstrap.sh` takes it, for the launch template of a managed node group.
pub const LAUNCH_TEMPLATE: OneLine = OneLine {
    name: "launch-template",
    about: "argument of AL2's bootstrap.sh in a launch template, for managed nodes",
    reader: Reader::Bootstrap,
    line: |group| format!("--kubelet-extra-args '{}'", kubelet_args(group)),
};

/// An eksctl command. The placeholders are quoted, because a shell would take the angle brackets for
/// redirections.
pub const EKSCTL_COMMAND: OneLine = OneLine {
    name: "eksctl-command",
    about: "an eksctl command, to complete with your names",
    reader: Reader::Eksctl,
    line: |group| {
        let option = if group.only_type().is_some() { "--node-type" } else { "--instance-types" };
        let names: Vec<_> = group.names().map(quote::shell).collect();
        let types = names.join(",");
        format!(
            "eksctl create nodegroup --cluster '<my-cluster>' --region '<region>' --name '<my-nodegroup>' \
             {option} {types} --managed --max-pods-per-node {}",
            group.max_pods()
        )
    },
};

fn kubelet_args(group: &Group) -> String {
    let max_pods = group.max_pods();
    let Some(reserved) = group.kube_reserved() else {
        return format!("--max-pods={max_pods}");
    };
    let parts: Vec<_> = reserved.quantities().map(|(name, value)| format!("{name}={value}")).collect();
    format!("--max-pods={max_pods} --kube-reserved={}", parts.join(","))
}

impl Format<Group> for OneLine {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn carries_kube_reserved(&self) -> bool {
        matches!(self.reader, Reader::Kubelet | Reader::Bootstrap)
    }

    fn takes_zero(&self) -> bool {
        self.reader == Reader::Any
    }

    fn is_for_windows(&self) -> bool {
        matches!(self.reader, Reader::Any | Reader::Kubelet)
    }

    fn write(&self, group: &Group, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", (self.line)(group))
    }
}
