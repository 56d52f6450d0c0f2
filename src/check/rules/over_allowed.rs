//! `over-allowed`: more pods than the network of a type has addresses for.

use super::fit::{Fit, at_most, types_that};
use super::words::{all_names, names_with, pods_are, setting, subject, write};
use super::{Rule, no_remark, per_type};
use crate::check::facts::{NetworkBy, NumberReader};
use crate::check::join::Case;
use crate::check::report::{Finding, Level, Remedy};

pub(super) static RULE: Rule = Rule {
    id: "over-allowed",
    level: Level::Error,
    other_levels: &[(Level::Warning, "where it is not certain that the group has the type")],
    summary: "More pods than the network of an instance type has addresses for.",
    why: "The scheduler puts as many pods on the node as the kubelet takes. Those that get no address \
          stay in `ContainerCreating`, and are not moved to another node. The number is held against the \
          CNI as it is known to be set, or against every way to set it.",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmanagedNodeGroups:\n- {name: a, \
          instanceType: m5.large, maxPodsPerNode: 500}",
    remedy: "Write the number that the help line shows, which holds for all types of the group. If the \
          number is wanted and the types are Nitro types, [switch prefix delegation \
          on](nodes.md#step-by-step).",
    source: "[Choose an optimal EC2 node instance \
          type](https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html); \
          `max-pods-calculator.sh` of [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami)",
    judge: |case| judge(case, &RULE),
    remark: no_remark,
};

/// The findings of this rule, under the name of a rule.
pub(super) fn judge(case: &Case<'_>, rule: &'static Rule) -> Vec<Finding> {
    let over = types_that(case, |fit| fit == Fit::Over);
    let Some((worst, pods)) = over.iter().min_by_key(|(one, _)| one.most).copied() else { return Vec::new() };
    let Some(types) = &case.types else { return Vec::new() };
    let lowest = types.lowest_recommended().unwrap_or_else(|| worst.recommended());
    let (however, without) = if types.prefixes.is_none() && worst.most > worst.limits.allowed {
        (", however the CNI is set", "without prefixes, ")
    } else {
        ("", "")
    };
    let message = format!(
        "{}{} more than the network has addresses for on {}{however}; {without}the number that fits{} is {lowest}",
        subject(case),
        pods_are(case, pods),
        names_with(&over, |one| one.most),
        if types.types.len() == 1 { "" } else { " every type" },
    );
    let level = at_most(case, Level::Error);
    let mut finding = Finding::new(rule, per_type::spot(case), message).level(level).max_pods(Some(pods));
    let is_pool = case.group.reader == NumberReader::Karpenter && types.types.len() > 1;
    finding.help = Some(match &case.number {
        Some(_) if is_pool => per_type::LEAVE_OUT.into(),
        Some(number) if rule.id == RULE.id => write(case, number, lowest),
        Some(_) => setting(case.group.reader, lowest),
        None => per_type::expression(case).unwrap_or_else(|| setting(case.group.reader, lowest)),
    });
    let prefixes_would_do = |(one, pods): &(&crate::check::join::TypeLimits, u64)| {
        one.facts.is_nitro() && one.with_prefixes.exceeded_by(*pods).is_none()
    };
    if types.prefixes == Some(false) && over.iter().all(prefixes_would_do) {
        finding = finding.remedy(match case.network.by {
            Some(NetworkBy::Addon) => Remedy::SwitchPrefixesOnInAddon,
            _ => Remedy::SwitchPrefixesOn,
        });
    }
    finding.instance_types = all_names(case, &over);
    finding.allowed = worst.most.pods();
    finding.recommended = Some(lowest);
    vec![finding]
}
