//! The place and the remedies of findings on the types of a group.

use crate::check::facts::NumberReader;
use crate::check::join::{Case, TypeLimits};
use crate::check::source::Spot;
use crate::{Mode, Os};

/// The place of the number or of the expression.
pub(super) fn spot<'c>(case: &'c Case<'_>) -> &'c Spot {
    case.group.kubelet.spot().unwrap_or(&case.group.spot)
}

/// The remedy for a pool of Karpenter's with types of many sizes.
pub(super) const LEAVE_OUT: &str =
    "leave maxPods out: Karpenter then takes the number of each type by its secondary IP addresses";

/// The expression that gives each type its own number, as nodeadm takes it; `None` for other readers, and where no
/// expression can tell what the settings ask for.
pub(super) fn expression(case: &Case<'_>) -> Option<String> {
    let types = &case.types.as_ref()?.types;
    let first = &types.first()?.limits.breakdown;
    let alike = |one: &TypeLimits| {
        let figures = &one.limits.breakdown;
        figures.mode == first.mode
            && figures.max_eni.is_none()
            && figures.reserved_enis == 0
            && one.limits.pool_cap.is_none()
    };
    if case.group.os != Os::Linux
        || case.group.reader != NumberReader::Nodeadm
        || !types.iter().all(|one| alike(one))
    {
        return None;
    }
    let enis = if first.custom_networking { "(default_enis - 1)" } else { "default_enis" };
    let number = match first.mode {
        Mode::SecondaryIp if !first.custom_networking && first.host_network_pods == 2 => "max_pods".into(),
        mode => {
            let per_slot = match mode.addresses_per_slot() {
                1 => String::new(),
                addresses => format!(" * {addresses}"),
            };
            format!("{enis} * (ips_per_eni - 1){per_slot} + {}", first.host_network_pods)
        }
    };
    let ceiling = types.iter().map(|one| one.limits.breakdown.ceiling).min()?;
    Some(format!("maxPodsExpression: '{number} < {ceiling} ? {number} : {ceiling}'"))
}
