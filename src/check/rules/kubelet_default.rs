//! `kubelet-default`: no number is given, so that the kubelet takes its own 110.

use super::words::subject;
use super::{Rule, needs_prefixes, no_prefixes, no_remark, over_allowed, under_recommended};
use crate::check::join::Case;
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "kubelet-default",
    level: Level::Error,
    other_levels: &[
        (Level::Warning, "where a written 110 would be one"),
        (Level::Note, "where a written 110 would be one"),
    ],
    summary: "Nothing gives the kubelet a number of pods, so it takes its own 110, which does not fit the \
          type.",
    why: "`bootstrap.sh` with `--use-max-pods false` writes no number, and a `maxPods` of 0 counts as not \
          set. The kubelet then takes 110 pods, whatever the network of the type holds.",
    example: "#!/bin/bash\n/etc/eks/bootstrap.sh my-cluster --use-max-pods false",
    remedy: "Give the number beside the switch, or leave the switch out, so that `bootstrap.sh` takes the \
          number of the AMI's own table.",
    source: "`bootstrap.sh` in [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami); \
          `pkg/kubelet/apis/config/v1beta1/defaults.go` of \
          [Kubernetes](https://github.com/kubernetes/kubernetes)",
    judge,
    remark: no_remark,
};

/// The rules that this one stands for where the kubelet takes its own number.
pub(super) fn stands_for(rule: &Rule) -> bool {
    [&over_allowed::RULE, &needs_prefixes::RULE, &no_prefixes::RULE, &under_recommended::RULE]
        .iter()
        .any(|one| one.id == rule.id)
}

fn judge(case: &Case<'_>) -> Vec<Finding> {
    if !case.is_kubelet_default() {
        return Vec::new();
    }
    let rules = [over_allowed::judge, needs_prefixes::judge, no_prefixes::judge, under_recommended::judge];
    let mut findings: Vec<_> = rules.iter().flat_map(|rule| rule(case, &RULE)).collect();
    for finding in &mut findings {
        let subject = subject(case);
        let rest = finding.message.strip_prefix(&subject).unwrap_or(&finding.message);
        finding.message = format!("{subject}no number is given, so that the kubelet takes its own: {rest}");
    }
    findings
}
