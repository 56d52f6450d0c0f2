//! `needs-prefixes`: right with prefix delegation only, and nothing says whether it is on.

use super::fit::{Fit, types_that};
use super::words::{all_names, counted, names_with, subject};
use super::{Rule, no_remark, per_type};
use crate::check::facts::From;
use crate::check::join::Case;
use crate::check::report::{Finding, Level, Remedy};

pub(super) static RULE: Rule = Rule {
    id: "needs-prefixes",
    level: Level::Warning,
    levels: "warning",
    summary: "More pods than secondary IP addresses hold, and nothing says whether the CNI uses prefixes.",
    why: "With prefix delegation the number is right. Without it, the pods beyond the addresses stay in \
          ContainerCreating. The files that were given do not say which of the two it is.",
    example: "managedNodeGroups:\n- {name: a, instanceType: m5.large, maxPodsPerNode: 110}",
    remedy: "Say it once in maxpods.toml, or give the file with the vpc-cni add-on or the aws-node DaemonSet as well.",
    source: "ENABLE_PREFIX_DELEGATION in the README of amazon-vpc-cni-k8s; pkg/ipamd/ipamd.go",
    judge: |case| {
        if case.group.kubelet.from == From::KubeletDefault { Vec::new() } else { judge(case, &RULE) }
    },
    remark: no_remark,
};

/// The findings of this rule, under the name of a rule.
pub(super) fn judge(case: &Case<'_>, rule: &'static Rule) -> Vec<Finding> {
    let found = types_that(case, |fit| fit == Fit::NeedsPrefixes);
    let Some((worst, pods)) = found.iter().min_by_key(|(one, _)| one.limits.allowed).copied() else {
        return Vec::new();
    };
    let message = format!(
        "{}{} fit with prefix delegation only, and nothing says whether it is on: without it the network has \
         addresses for fewer on {}",
        subject(case),
        counted(pods),
        names_with(&found, |one| one.limits.allowed),
    );
    let mut finding = Finding::new(rule, per_type::spot(case), message)
        .level(Level::Warning)
        .remedy(Remedy::SayPrefixes)
        .max_pods(Some(pods));
    finding.instance_types = all_names(&found);
    finding.allowed = worst.limits.allowed.pods();
    finding.recommended = Some(worst.recommended());
    vec![finding]
}
