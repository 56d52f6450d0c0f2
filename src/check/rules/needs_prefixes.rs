//! `needs-prefixes`: right with prefix delegation only, and nothing says whether it is on.

use super::fit::{Fit, types_that};
use super::words::{all_names, counted, names_with, subject};
use super::{Rule, no_remark, per_type};
use crate::check::join::Case;
use crate::check::report::{Finding, Level, Remedy};

pub(super) static RULE: Rule = Rule {
    id: "needs-prefixes",
    level: Level::Warning,
    other_levels: &[],
    summary: "The number is right with prefix delegation only, and nothing says whether the CNI uses it.",
    why: "Without prefix delegation, the last pods get no address and stay in `ContainerCreating`. If \
          something says that it is off, the finding is `over-allowed`.",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmanagedNodeGroups:\n- {name: a, \
          instanceType: m5.large, maxPodsPerNode: 110}",
    remedy: "Say it once in [maxpods.toml](check.md#settings-by-path), or check the files together with the \
          file that has the `vpc-cni` add-on or the `aws-node` DaemonSet.",
    source: "`ENABLE_PREFIX_DELEGATION` in the README of \
          [amazon-vpc-cni-k8s](https://github.com/aws/amazon-vpc-cni-k8s), and its `pkg/ipamd/ipamd.go`",
    judge: |case| judge(case, &RULE),
    remark: no_remark,
};

/// The findings of this rule, under the name of a rule.
pub(super) fn judge(case: &Case<'_>, rule: &'static Rule) -> Vec<Finding> {
    // A number that is too high for another type, however the CNI is set, must change anyway.
    if !types_that(case, |fit| matches!(fit, Fit::Over | Fit::NoPrefixes)).is_empty() {
        return Vec::new();
    }
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
    finding.instance_types = all_names(case, &found);
    finding.allowed = worst.limits.allowed.pods();
    finding.recommended = Some(worst.recommended());
    vec![finding]
}
