//! `mixed-types`: one number for types whose own numbers differ much.

use std::rc::Rc;

use super::words::{subject, verb};
use super::{Rule, no_remark, per_type};
use crate::check::facts::NumberReader;
use crate::check::join::{Case, TypeLimits};
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "mixed-types",
    level: Level::Note,
    other_levels: &[],
    summary: "One number of pods for instance types whose own numbers differ by more than half.",
    why: "The number that is right for the smallest type leaves the larger ones half empty, and the \
          number of the largest is too high for the smaller ones.",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmanagedNodeGroups:\n- {name: a, instanceTypes: [t3.small, m5.8xlarge], maxPodsPerNode: 11}",
    remedy: "Make one node group for each size, or, where the reader takes one, write an \
          [expression](expressions.md) that gives each type its own number. The help line shows one.",
    source: "`max-pods-calculator.sh` of [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami)",
    judge,
    remark: no_remark,
};

fn judge(case: &Case<'_>) -> Vec<Finding> {
    let (Some(types), Some(number)) = (&case.types, &case.number) else { return Vec::new() };
    if types.unlimited || case.network.ipv6 || case.group.pods_per_core.is_some() || number.value == 0 {
        return Vec::new();
    }
    let recommended = |one: &&Rc<TypeLimits>| one.recommended();
    let (Some(lowest), Some(highest)) =
        (types.types.iter().min_by_key(recommended), types.types.iter().max_by_key(recommended))
    else {
        return Vec::new();
    };
    let (low, high) = (lowest.recommended(), highest.recommended());
    if low.saturating_mul(2) >= high {
        return Vec::new();
    }
    let message = format!(
        "{}one number for types whose own {} from {low} ({}) to {high} ({})",
        subject(case),
        verb(case, "reach", "may reach"),
        lowest.name(),
        highest.name(),
    );
    let help = per_type::expression(case).map_or_else(
        || match case.group.reader {
            NumberReader::Karpenter => per_type::LEAVE_OUT.into(),
            _ => "make one node group for each size".into(),
        },
        |expression| format!("a number for each type: {expression}"),
    );
    let mut finding =
        Finding::new(&RULE, &number.spot, message).help(Some(help)).max_pods(Some(number.value));
    finding.instance_types = [Rc::clone(&lowest.name), Rc::clone(&highest.name)].into();
    finding.allowed = types.lowest_allowed();
    finding.recommended = Some(low);
    vec![finding]
}
