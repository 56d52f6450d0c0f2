//! `under-recommended`: fewer pods than the network and AWS's ceiling allow.

use super::words::{all_names, names, pods_are, setting, subject, write};
use super::{Rule, no_remark, per_type};
use crate::check::join::{Case, TypeLimits};
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "under-recommended",
    level: Level::Note,
    other_levels: &[(Level::Warning, "below half of the recommended number")],
    summary: "Fewer pods than recommended for the lowest of the instance types: capacity stays unused.",
    why: "The node has room for more pods. Operators lower the number for reasons of memory, addresses or \
          logs, so a small step down is no fault. A large one is often a number that was copied from \
          another type, or one from before prefixes were on.",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups:\n- {name: a, instanceType: m5.large, \
              maxPodsPerNode: 10}",
    remedy: "Write the number that the help line shows, or leave it if it is meant, with a comment that says \
          so: `# maxpods: ignore[under-recommended]`.",
    source: "`max-pods-calculator.sh` of [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami)",
    judge: |case| judge(case, &RULE),
    remark: no_remark,
};

/// The findings of this rule, under the name of a rule.
pub(super) fn judge(case: &Case<'_>, rule: &'static Rule) -> Vec<Finding> {
    let Some(types) = case.types.as_ref().filter(|types| !types.unlimited && case.in_force()) else {
        return Vec::new();
    };
    let Some(lowest) = types.lowest_recommended() else { return Vec::new() };
    let lowest_types = case.with_pods().iter().filter(|(one, _)| one.recommended() == lowest);
    let under: Vec<(&TypeLimits, u64)> = lowest_types
        .filter(|(_, pods)| *pods < lowest && *pods > 0)
        .map(|(one, pods)| (&**one, *pods))
        .collect();
    let Some(pods) = under.iter().map(|(_, pods)| *pods).min() else { return Vec::new() };
    // podsPerCore lowers the number on purpose.
    if case.group.pods_per_core.is_some() {
        return Vec::new();
    }
    let message = format!(
        "{}{} fewer than the {lowest} recommended for {}",
        subject(case),
        pods_are(case, pods),
        names(&under),
    );
    let half = pods.saturating_mul(2) < lowest && !case.network.ipv6;
    let level = if half { Level::Warning } else { Level::Note };
    let mut finding = Finding::new(rule, per_type::spot(case), message).level(level).max_pods(Some(pods));
    finding.help = match &case.number {
        Some(number) if rule.id == RULE.id => Some(write(case, number, lowest)),
        Some(_) => Some(setting(case.group.reader, lowest)),
        None => per_type::expression(case),
    };
    finding.instance_types = all_names(case, &under);
    finding.allowed = types.lowest_allowed();
    finding.recommended = Some(lowest);
    vec![finding]
}
