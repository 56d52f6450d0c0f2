//! The memory that the kubelet reserves: too much for the type, or too little for the pods.

use super::expression::Evaluated;
use super::{Known, listed, subject};
use crate::check::finding::{Draft, Level, Rule};
use crate::check::group::{Declared, Group, Reader};
use crate::check::source::Spot;
use crate::formula::classic_pods;
use crate::quantity::mebibytes;
use crate::{InstanceType, KubeReserved};

/// The rules on the reserve.
pub(super) fn judge(
    group: &Group,
    number: Option<&Declared<u64>>,
    expression: Option<&Evaluated<'_>>,
    known: &Known,
    drafts: &mut Vec<Draft>,
) {
    let set = group.kubelet.reserved_memory.as_ref();
    let set = set.and_then(|memory| Some((mebibytes(&memory.value).ok()?, &memory.spot)));
    if let Some((mib, spot)) = set {
        reserved_memory(group, spot, &|_| Some(mib), known, drafts);
    } else if let Some(expression) = expression
        && group.reader.reserves_as_nodeadm()
        && group.kubelet.reserved.is_none()
    {
        let reserve = |facts: &InstanceType| {
            expression.pods(facts).map(|pods| KubeReserved::new(pods, None).memory_mib)
        };
        reserved_memory(group, &expression.found.spot, &reserve, known, drafts);
    }
    if let Some(number) = number {
        reserve_too_small(group, number, expression, known, drafts);
    }
}

/// More than half of a type's memory is reserved.
fn reserved_memory(
    group: &Group,
    spot: &Spot,
    reserve: &dyn Fn(&InstanceType) -> Option<u64>,
    known: &Known,
    drafts: &mut Vec<Draft>,
) {
    let figures = known.types.iter().filter_map(|candidate| {
        let facts = &candidate.facts;
        Some((facts, reserve(facts)?, facts.memory_mib?))
    });
    let mut too_much: Vec<_> =
        figures.filter(|(_, reserve, memory)| reserve.saturating_mul(2) > *memory).collect();
    too_much.sort_by_key(|(_, reserve, memory)| memory.saturating_sub(*reserve));
    let Some((_, reserve, memory)) = too_much.first().copied() else { return };
    let all = reserve >= memory;
    let names = listed(too_much.iter().map(|(facts, _, memory)| format!("{} ({memory} MiB)", facts.name)));
    let message = format!(
        "{}a reserve of {reserve} MiB {} {} of the memory of {names}",
        subject(group),
        known.verb("takes", "may take"),
        if all { "all" } else { "more than half" },
    );
    let mut draft = Draft::new(Rule::ReservedMemory, spot, message)
        .level(if all { Level::Error } else { Level::Warning })
        .help("a lower number of pods, or a type with more memory");
    draft.instance_types = too_much.iter().map(|(facts, ..)| facts.name.clone()).collect();
    drafts.push(draft);
}

/// nodeadm reserves for the classic number of pods, or for that of an expression, and the node takes more.
fn reserve_too_small(
    group: &Group,
    number: &Declared<u64>,
    expression: Option<&Evaluated<'_>>,
    known: &Known,
    drafts: &mut Vec<Draft>,
) {
    if !group.reader.reserves_as_nodeadm() || group.kubelet.reserved.is_some() {
        return;
    }
    let counted = |facts: &InstanceType| match expression {
        Some(expression) => expression.pods(facts),
        None => Some(classic_pods(facts)),
    };
    // More pods than addresses is told already, and the greater trouble.
    let short: Vec<_> = known
        .types
        .iter()
        .filter(|one| one.limits.allowed.exceeded_by(number.value).is_none())
        .filter_map(|one| Some((one, counted(&one.facts)?)))
        .filter(|(_, counted)| number.value > *counted)
        .collect();
    let Some((_, lowest)) = short.iter().min_by_key(|(_, counted)| *counted) else { return };
    let vcpus = known.types.iter().filter_map(|one| one.facts.vcpus).max();
    let reserve = KubeReserved::new(number.value, vcpus);
    let message = format!(
        "{}nodeadm reserves memory for {lowest} pods, and {} takes {}",
        subject(group),
        listed(short.iter().map(|(one, _)| one.facts.name.clone())),
        number.value
    );
    let cpu = reserve.cpu().map_or_else(String::new, |cpu| format!("cpu: {cpu}, "));
    let values =
        format!("{{{cpu}ephemeral-storage: {}, memory: {}}}", reserve.ephemeral_storage(), reserve.memory());
    let help = match group.reader {
        Reader::Eksctl { .. } => {
            format!(
                "in a NodeConfig in overrideBootstrapCommand, under spec.kubelet.config: kubeReserved: {values}"
            )
        }
        _ => format!("beside maxPods: kubeReserved: {values}"),
    };
    let mut draft = Draft::new(Rule::ReserveTooSmall, &number.spot, message).help(help);
    draft.instance_types = short.iter().map(|(one, _)| one.facts.name.clone()).collect();
    draft.max_pods = Some(number.value);
    drafts.push(draft);
}
