//! `bootstrap-max-pods`: `bootstrap.sh` gets a number by flag, and writes one of its own as well.

use super::Rule;
use super::no_case;
use crate::check::facts::{Amount, Cause, Remark};
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "bootstrap-max-pods",
    level: Level::Note,
    levels: "note",
    summary: "The script bootstrap.sh gets --max-pods without --use-max-pods false, so the node is given two numbers.",
    why: "The flag beats the file, so the number holds. The second number in /etc/kubernetes/kubelet/kubelet-config.json \
          misleads whoever reads it there.",
    example: "#!/bin/bash\n/etc/eks/bootstrap.sh my-cluster --kubelet-extra-args '--max-pods=110'",
    remedy: "Add --use-max-pods false, as two words.",
    source: "bootstrap.sh of the EKS AMI for Amazon Linux 2",
    judge: no_case,
    remark,
};

fn remark(remark: &Remark) -> Option<Finding> {
    let message = match remark.cause {
        Cause::TwoNumbers => {
            "bootstrap.sh gets --max-pods without --use-max-pods false: the flag decides, and the script also writes a \
             number of its own to the kubelet's file"
        }
        Cause::UnparsedSwitch => {
            "bootstrap.sh does not parse --use-max-pods=false, with an equals sign: the --max-pods decides, and the script \
             also writes a number of its own to the kubelet's file"
        }
        _ => return None,
    };
    let max_pods = remark.number.as_ref().and_then(Amount::number);
    let help = "add to the arguments of bootstrap.sh: --use-max-pods false".to_owned();
    Some(Finding::new(&RULE, &remark.spot, message).help(Some(help)).max_pods(max_pods))
}
