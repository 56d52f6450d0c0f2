//! How a number of pods fits the network of a type: the question of several rules.

use crate::check::join::{Case, TypeLimits};
use crate::check::report::Level;
use crate::formula::Warning;
use crate::text::Escaped;
use crate::{Allowed, Os};

/// How a number of pods fits the network of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It fits.
    Fits,
    /// It fits if pods with security groups of their own have branch ENIs.
    WithBranchEnis(u64),
    /// It fits with prefixes, and nothing says whether they are on.
    NeedsPrefixes,
    /// It would fit with prefixes, which this type or this CNI cannot have.
    NoPrefixes,
    /// It does not fit.
    Over,
}

/// The types on which a number fits in one way, with the number there.
pub(super) fn types_that<'c>(case: &'c Case<'_>, fit: impl Fn(Fit) -> bool) -> Vec<(&'c TypeLimits, u64)> {
    let Some(types) = &case.types else { return Vec::new() };
    // On Windows, pods beyond the addresses wait as Pending, and nothing breaks. On IPv6 addresses are no limit.
    if case.group.os == Os::Windows || types.unlimited || case.network.ipv6 {
        return Vec::new();
    }
    let with_pods = case.with_pods().iter().map(|(one, pods)| (&**one, *pods));
    with_pods.filter(|(one, pods)| fit(of(case, one, *pods))).collect()
}

fn of(case: &Case<'_>, candidate: &TypeLimits, pods: u64) -> Fit {
    let prefixes = case.types.as_ref().and_then(|types| types.prefixes);
    if candidate.limits.allowed >= Allowed::Pods(pods) {
        return Fit::Fits;
    }
    if candidate.most >= Allowed::Pods(pods) {
        return if prefixes.is_none() { Fit::NeedsPrefixes } else { Fit::Fits };
    }
    if let Some(more) = candidate.limits.allowed.exceeded_by(pods)
        && more <= candidate.branch_enis
    {
        return Fit::WithBranchEnis(more);
    }
    let cannot = candidate.most < candidate.with_prefixes;
    if cannot && prefixes != Some(false) && candidate.with_prefixes >= Allowed::Pods(pods) {
        return Fit::NoPrefixes;
    }
    Fit::Over
}

/// The reason why a type has no prefixes.
pub(super) fn why_no_prefixes(case: &Case<'_>, candidate: &TypeLimits) -> String {
    let too_old = candidate.limits.breakdown.warnings.iter().find_map(|warning| match warning {
        Warning::CniTooOld(version) => Some(version.clone()),
        _ => None,
    });
    if let Some(version) = too_old {
        return format!("VPC CNI {} is older than 1.9", Escaped(&version));
    }
    // Prefixes are not known to be on, so the formula has not asked for them.
    match (&case.network.version, &candidate.facts.hypervisor) {
        (Some(version), _) if !version.has_prefix_delegation() => {
            format!("VPC CNI {version} is older than 1.9")
        }
        (_, Some(hypervisor)) => format!("the hypervisor is {}, not nitro", Escaped(hypervisor)),
        (_, None) => "the hypervisor of this type is not known".into(),
    }
}

/// The level of a finding about types: a warning at most where it is not certain that the group has them.
pub(super) fn at_most(case: &Case<'_>, level: Level) -> Level {
    let is_open = case.types.as_ref().is_some_and(|types| !types.open.is_empty());
    if is_open { level.min(Level::Warning) } else { level }
}
