//! A number of pods held against each instance type.

use super::{Candidate, Known, listed, subject};
use crate::check::finding::{Draft, Rule};
use crate::check::group::{Declared, Group, Reader};
use crate::formula::Warning;
use crate::{InstanceType, Mode, Os, Settings, max_pods};

/// The command that switches prefixes on.
const PREFIXES_ON: &str =
    "kubectl set env daemonset aws-node -n kube-system ENABLE_PREFIX_DELEGATION=true WARM_PREFIX_TARGET=1";

/// The rules on a number that is the same for all types.
pub(super) fn judge(
    group: &Group,
    number: &Declared<u64>,
    known: &Known,
    ipv6: bool,
    drafts: &mut Vec<Draft>,
) {
    // IPv6 addresses are not scarce.
    if !ipv6 {
        over_allowed(
            group,
            number,
            known,
            &|candidate| pods_on(group, number.value, &candidate.facts),
            drafts,
        );
    }
    under_recommended(group, number, known, drafts);
    mixed_types(group, number, known, drafts);
}

/// The number of pods on a node of this type: Karpenter's `podsPerCore` may lower it.
fn pods_on(group: &Group, number: u64, facts: &InstanceType) -> u64 {
    match (group.pods_per_core, facts.vcpus) {
        (Some(per_core), Some(vcpus)) => number.min(per_core.saturating_mul(vcpus.into())),
        _ => number,
    }
}

/// More pods than addresses, for want of prefixes or at all.
pub(super) fn over_allowed<T>(
    group: &Group,
    found: &Declared<T>,
    known: &Known,
    pods: &dyn Fn(&Candidate) -> u64,
    drafts: &mut Vec<Draft>,
) {
    let over: Vec<_> =
        known.types.iter().filter(|one| one.limits.allowed.exceeded_by(pods(one)).is_some()).collect();
    let (with_prefixes, others): (Vec<_>, Vec<_>) = over
        .into_iter()
        .partition(|candidate| misses_prefixes(candidate) && pods(candidate) <= with_prefixes(candidate));
    // The VPC CNI uses prefixes on bare metal too, where EC2 reports no hypervisor to decide by.
    let with_prefixes: Vec<_> = with_prefixes
        .into_iter()
        .filter(|one| !one.limits.breakdown.warnings.iter().all(|w| *w == Warning::BareMetal))
        .collect();
    for (rule, at_fault) in [(Rule::OverAllowed, others), (Rule::NoPrefixes, with_prefixes)] {
        let Some(worst) = at_fault.iter().min_by_key(|candidate| candidate.limits.allowed) else { continue };
        let names = listed(at_fault.iter().map(|one| format!("{} ({})", one.facts.name, one.limits.allowed)));
        let lowest = known.lowest_recommended().unwrap_or(worst.limits.recommended);
        let pods_there = pods(worst);
        let message = match rule {
            Rule::NoPrefixes => {
                let why =
                    worst.limits.breakdown.warnings.iter().find(|warning| warning.is_against_prefixes());
                let why = why.map(ToString::to_string).unwrap_or_default();
                let why = why.rsplit_once(": ").map_or(why.as_str(), |(_, why)| why).to_owned();
                format!(
                    "{}{pods_there} pods {} prefixes, which {names} cannot use: {why}",
                    subject(group),
                    known.verb("need", "may need")
                )
            }
            _ => format!(
                "{}{} more than the network has addresses for on {names}; the number that fits{} is {lowest}",
                subject(group),
                known.pods_are(pods_there),
                if known.types.len() == 1 { "" } else { " every type" },
            ),
        };
        let mut draft = Draft::new(rule, &found.spot, message);
        draft.help = Some(help(group, rule, known, &at_fault, pods));
        draft.instance_types = at_fault.iter().map(|candidate| candidate.facts.name.clone()).collect();
        draft.max_pods = Some(pods_there);
        draft.allowed = worst.limits.allowed.pods();
        draft.recommended = Some(lowest);
        drafts.push(draft);
    }
}

/// The number that holds, as its reader takes it; and what else would do.
fn help(
    group: &Group,
    rule: Rule,
    known: &Known,
    at_fault: &[&Candidate],
    pods: &dyn Fn(&Candidate) -> u64,
) -> String {
    let mut help = group.reader.line(known.lowest_recommended().unwrap_or_default());
    let prefixes_would_do = rule == Rule::OverAllowed
        && group.os == Os::Linux
        && at_fault.iter().all(|candidate| {
            let one = candidate;
            one.limits.breakdown.mode == Mode::SecondaryIp
                && one.facts.is_nitro()
                && pods(one) <= with_prefixes(one)
        });
    if prefixes_would_do {
        help.push_str("; or, for this number, prefixes: ");
        help.push_str(PREFIXES_ON);
    } else if let Some(expression) = expression(group, known).filter(|_| known.types.len() > 1) {
        help.push_str("; or ");
        help.push_str(&expression);
    }
    help
}

/// True if prefixes were asked for, and the type or the CNI does not have them.
fn misses_prefixes(candidate: &Candidate) -> bool {
    candidate.limits.breakdown.warnings.iter().any(Warning::is_against_prefixes)
}

/// The number that the network would allow with prefixes, if the type had them.
fn with_prefixes(candidate: &Candidate) -> u64 {
    let figures = &candidate.limits.breakdown;
    let mut facts = candidate.facts.clone();
    facts.hypervisor = Some("nitro".into());
    let mut settings = Settings { os: figures.os, ..Settings::default() };
    settings.cni.prefix_delegation = true;
    settings.cni.custom_networking = figures.custom_networking;
    settings.cni.max_eni =
        figures.max_eni.and_then(|n| u32::try_from(n).ok()).and_then(std::num::NonZeroU32::new);
    settings.reserved_enis = u32::try_from(figures.reserved_enis).unwrap_or(u32::MAX);
    settings.host_network_pods = u32::try_from(figures.host_network_pods).ok();
    max_pods(&facts, &settings).allowed.pods().unwrap_or(u64::MAX)
}

/// Fewer pods than the lowest type's recommended value.
fn under_recommended(group: &Group, number: &Declared<u64>, known: &Known, drafts: &mut Vec<Draft>) {
    let Some(lowest) = known.lowest_recommended().filter(|&lowest| number.value < lowest) else { return };
    let types = known.types.iter().filter(|candidate| candidate.limits.recommended == lowest);
    let types: Vec<_> = types.map(|candidate| candidate.facts.name.clone()).collect();
    let message = format!(
        "{}{} fewer than the {lowest} recommended for {}",
        subject(group),
        known.pods_are(number.value),
        listed(types.iter().cloned()),
    );
    let mut draft = Draft::new(Rule::UnderRecommended, &number.spot, message).help(group.reader.line(lowest));
    draft.instance_types = types;
    draft.max_pods = Some(number.value);
    draft.allowed = known.lowest_allowed();
    draft.recommended = Some(lowest);
    drafts.push(draft);
}

/// One number for types whose own differ much.
fn mixed_types(group: &Group, number: &Declared<u64>, known: &Known, drafts: &mut Vec<Draft>) {
    let recommended = |candidate: &&Candidate| candidate.limits.recommended;
    let Some(lowest) = known.types.iter().min_by_key(recommended) else { return };
    let Some(highest) = known.types.iter().max_by_key(recommended) else { return };
    let (low, high) = (lowest.limits.recommended, highest.limits.recommended);
    if low.saturating_mul(2) >= high || group.pods_per_core.is_some() {
        return;
    }
    let message = format!(
        "{}one number for types whose own {} from {low} ({}) to {high} ({})",
        subject(group),
        known.verb("reach", "may reach"),
        lowest.facts.name,
        highest.facts.name,
    );
    let help = expression(group, known).unwrap_or_else(|| "make one node group for each size".into());
    let mut draft = Draft::new(Rule::MixedTypes, &number.spot, message).help(help);
    draft.instance_types = vec![lowest.facts.name.clone(), highest.facts.name.clone()];
    draft.max_pods = Some(number.value);
    draft.allowed = known.lowest_allowed();
    draft.recommended = Some(low);
    drafts.push(draft);
}

/// The expression that gives each type its own number, for readers that take one; `None` where no expression
/// can tell what the settings ask for.
pub(super) fn expression(group: &Group, known: &Known) -> Option<String> {
    let first = &known.types.first()?.limits.breakdown;
    let alike = |one: &Candidate| {
        let figures = &one.limits.breakdown;
        figures.mode == first.mode && figures.max_eni.is_none() && figures.reserved_enis == 0
    };
    if group.os != Os::Linux || !known.types.iter().all(alike) {
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
    let ceiling = known.types.iter().map(|one| one.limits.breakdown.ceiling).min()?;
    let expression = match group.reader {
        Reader::Karpenter => format!("maxPods: 'min({number}, {ceiling})'"),
        Reader::Nodeadm => format!("maxPodsExpression: '{number} < {ceiling} ? {number} : {ceiling}'"),
        _ => return None,
    };
    Some(format!("a number for each type: {expression}"))
}
