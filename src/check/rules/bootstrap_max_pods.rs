//! `bootstrap-max-pods`: `bootstrap.sh` gets a number by flag, and writes one of its own as well.

use super::Rule;
use super::no_case;
use crate::check::facts::{Amount, Cause, Remark};
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "bootstrap-max-pods",
    level: Level::Note,
    other_levels: &[],
    summary: "The script `bootstrap.sh` gets `--max-pods` without `--use-max-pods false`, so the node is \
          given two numbers.",
    why: "The kubelet's flag wins over its file, so your number holds. The script writes a number of its \
          own to the file, and a reader of the file may take that one. The script does not understand \
          `--use-max-pods=false`.",
    example: "#!/bin/bash\n/etc/eks/bootstrap.sh my-cluster --kubelet-extra-args '--max-pods=29'",
    remedy: "Add `--use-max-pods false`, as two words. The format [bootstrap](nodes.md#al2) prints both.",
    source: "`bootstrap.sh` in [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami)",
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
