//! `needs-branch-enis`: the number is right if pods with security groups of their own are among the pods.

use super::fit::{Fit, types_that};
use super::words::{all_names, counted, names, subject};
use super::{Rule, no_remark, per_type};
use crate::check::join::Case;
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "needs-branch-enis",
    level: Level::Note,
    other_levels: &[],
    summary: "The number is right only if some of the pods have security groups of their own, and so branch ENIs.",
    why: "With security groups for pods, a pod that has its own groups gets a branch ENI in place of one \
          of the node's addresses. The other pods share the addresses, of which the trunk ENI takes some \
          away. If fewer pods have groups of their own, the last pods get no address.",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\naddons:\n- {name: vpc-cni, configurationValues: '{\"env\":{\"ENABLE_POD_ENI\":\"true\"}}'}\nmanagedNodeGroups:\n- {name: a, instanceType: m5.large, maxPodsPerNode: 29}",
    remedy: "Leave it if so many pods on each node surely have security groups of their own. Otherwise write \
          the lower number of the help line.",
    source: "[Assign security groups to individual \
          Pods](https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html); \
          `pkg/aws/vpc/limits.go` of \
          [amazon-vpc-resource-controller-k8s](https://github.com/aws/amazon-vpc-resource-controller-k8s)",
    judge,
    remark: no_remark,
};

fn judge(case: &Case<'_>) -> Vec<Finding> {
    let found = types_that(case, |fit| matches!(fit, Fit::WithBranchEnis(_)));
    let Some((worst, pods)) = found.iter().min_by_key(|(one, _)| one.limits.allowed).copied() else {
        return Vec::new();
    };
    let more = worst.limits.allowed.exceeded_by(pods).unwrap_or_default();
    let message = format!(
        "{}{} need branch ENIs on {}: at least {more} of them must have security groups of their own, since the \
         addresses beside the trunk ENI are enough for {}",
        subject(case),
        counted(pods),
        names(&found),
        worst.limits.allowed,
    );
    let mut finding = Finding::new(&RULE, per_type::spot(case), message).max_pods(Some(pods));
    finding.instance_types = all_names(case, &found);
    finding.allowed = worst.limits.allowed.pods();
    finding.recommended = Some(worst.recommended());
    vec![finding]
}
