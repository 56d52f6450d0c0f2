//! `no-prefixes`: a number that needs prefixes, which the type or the CNI cannot have.

use super::fit::{Fit, at_most, types_that, why_no_prefixes};
use super::words::{all_names, counted, names_with, subject, verb, write};
use super::{Rule, no_remark, per_type};
use crate::check::facts::NumberReader;
use crate::check::join::Case;
use crate::check::report::{Finding, Level, Remedy};

pub(super) static RULE: Rule = Rule {
    id: "no-prefixes",
    level: Level::Error,
    other_levels: &[(Level::Warning, "where it is not certain that the group has the type")],
    summary: "The number needs prefix delegation, which the instance type or the VPC CNI cannot have.",
    why: "On types without the Nitro hypervisor, and before version 1.9, the VPC CNI falls back to \
          secondary IP addresses and says nothing. The node then has far fewer addresses than pods.",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmanagedNodeGroups:\n- {name: a, \
          instanceType: m4.large, maxPodsPerNode: 110}",
    remedy: "Choose Nitro types, upgrade the CNI, or write the number that the help line shows. In a \
          Karpenter NodePool, ask for `karpenter.k8s.aws/instance-hypervisor In [nitro]`.",
    source: "[Assign more IP addresses to Amazon EKS nodes with \
          prefixes](https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html); \
          `IsPrefixDelegationSupported` in `pkg/awsutils` of \
          [amazon-vpc-cni-k8s](https://github.com/aws/amazon-vpc-cni-k8s)",
    judge: |case| judge(case, &RULE),
    remark: no_remark,
};

/// The findings of this rule, under the name of a rule.
pub(super) fn judge(case: &Case<'_>, rule: &'static Rule) -> Vec<Finding> {
    let found = types_that(case, |fit| fit == Fit::NoPrefixes);
    let Some((worst, pods)) = found.iter().min_by_key(|(one, _)| one.limits.allowed).copied() else {
        return Vec::new();
    };
    let lowest =
        case.types.as_ref().and_then(|types| types.lowest_recommended()).unwrap_or(worst.recommended());
    let message = format!(
        "{}{} {} prefixes, which {} cannot have: {}",
        subject(case),
        counted(pods),
        verb(case, "need", "may need"),
        names_with(&found, |one| one.limits.allowed),
        why_no_prefixes(case, worst),
    );
    let mut finding = Finding::new(rule, per_type::spot(case), message)
        .level(at_most(case, Level::Error))
        .max_pods(Some(pods));
    let is_xen = found.iter().all(|(one, _)| !one.facts.is_nitro());
    if is_xen && case.group.reader == NumberReader::Karpenter {
        finding.help = Some(
            "in the NodePool, under spec.template.spec.requirements: {key: karpenter.k8s.aws/instance-hypervisor, \
             operator: In, values: [nitro]}"
                .into(),
        );
    } else {
        finding.help = case.number.as_ref().map(|number| write(case, number, lowest));
        if !is_xen {
            finding = finding.remedy(Remedy::UpgradeCni);
        }
    }
    finding.instance_types = all_names(case, &found);
    finding.allowed = worst.limits.allowed.pods();
    finding.recommended = Some(lowest);
    vec![finding]
}
