//! `above-recommended`: allowed by the network, and above AWS's ceiling.

use super::fit::{Fit, types_that};
use super::words::{all_names, names, pods_are, subject};
use super::{Rule, no_remark, per_type};
use crate::check::join::Case;
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "above-recommended",
    level: Level::Note,
    other_levels: &[],
    summary: "The network allows the number, but it is above the 110 pods that AWS recommends (250 above 30 \
          vCPUs).",
    why: "The limits that AWS recommends come from the other work of a node: the kubelet, the container \
          runtime and kube-proxy have more to do with each pod.",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmanagedNodeGroups:\n- {name: a, \
          instanceType: m5.4xlarge, maxPodsPerNode: 220}",
    remedy: "Keep the number if you have tested nodes with so many pods. Otherwise write the recommended \
          number, or set a ceiling of your own.",
    source: "[Choose an optimal EC2 node instance \
          type](https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html)",
    judge,
    remark: no_remark,
};

fn judge(case: &Case<'_>) -> Vec<Finding> {
    let fits = types_that(case, |fit| matches!(fit, Fit::Fits | Fit::WithBranchEnis(_)));
    let above: Vec<_> = fits.into_iter().filter(|(one, pods)| *pods > one.limits.breakdown.ceiling).collect();
    let Some((worst, pods)) = above.iter().min_by_key(|(one, _)| one.limits.breakdown.ceiling).copied()
    else {
        return Vec::new();
    };
    let ceiling = worst.limits.breakdown.ceiling;
    let message = format!(
        "{}{} more than the {ceiling} that are recommended for {}, although the network allows them",
        subject(case),
        pods_are(case, pods),
        names(&above),
    );
    let mut finding = Finding::new(&RULE, per_type::spot(case), message).max_pods(Some(pods));
    finding.instance_types = all_names(case, &above);
    finding.allowed = worst.most.pods();
    finding.recommended = Some(worst.recommended());
    vec![finding]
}
