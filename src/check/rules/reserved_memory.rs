//! `reserved-memory`: the kubelet's reserve takes too much of a type's memory.

use std::rc::Rc;

use super::words::{subject, verb};
use super::{Rule, no_remark};
use crate::check::facts::is_template;
use crate::check::join::Case;
use crate::check::report::{Finding, Level, listed};
use crate::text::Shortened;
use crate::{InstanceType, KubeReserved, quantity};

pub(super) static RULE: Rule = Rule {
    id: "reserved-memory",
    level: Level::Warning,
    other_levels: &[(Level::Error, "where it takes all of the memory")],
    summary: "The kubelet's reserve takes more than half of the memory of an instance type.",
    why: "What is reserved is not there for pods. If all of it is reserved, no pod fits on the node. It \
          happens on small types with many pods, because nodeadm reserves 11 MiB for each pod.",
    example: "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {config: {maxPods: 29, \
          kubeReserved: {memory: 6Gi}}}}",
    remedy: "Reserve less, lower the number of pods, or choose a type with more memory.",
    source: "`internal/kubelet/config.go` of nodeadm in \
          [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami): 11 MiB for each pod and 255 MiB",
    judge,
    remark: no_remark,
};

fn judge(case: &Case<'_>) -> Vec<Finding> {
    if let Some(memory) = &case.group.kubelet.reserved_memory {
        if is_template(&memory.value) {
            return Vec::new();
        }
        return match quantity::mebibytes(&memory.value) {
            Ok(reserved) => too_much(case, &memory.spot, &|_| Some(reserved)),
            Err(fault) => {
                let value = Shortened(&memory.value);
                let message =
                    format!("{}the kubelet refuses '{value}' as reserved memory: {fault}", subject(case));
                vec![Finding::new(&RULE, &memory.spot, message).level(Level::Error)]
            }
        };
    }
    let (Some(found), Some(Ok(expression))) = (&case.group.kubelet.expression, &case.expression) else {
        return Vec::new();
    };
    if !case.group.reader.reserves_as_nodeadm() || case.group.kubelet.reserved.is_some() {
        return Vec::new();
    }
    too_much(case, &found.spot, &|facts| {
        let pods = expression.evaluate(facts).ok()?;
        Some(KubeReserved::new(pods, None).memory_mib)
    })
}

/// More than half of a type's memory is reserved.
fn too_much(
    case: &Case<'_>,
    spot: &crate::check::source::Spot,
    reserve: &dyn Fn(&InstanceType) -> Option<u64>,
) -> Vec<Finding> {
    let Some(types) = &case.types else { return Vec::new() };
    let figures = types
        .types
        .iter()
        .filter_map(|candidate| Some((candidate, reserve(&candidate.facts)?, candidate.facts.memory_mib?)));
    let mut found: Vec<_> =
        figures.filter(|(_, reserve, memory)| reserve.saturating_mul(2) > *memory).collect();
    found.sort_by_key(|(_, reserve, memory)| memory.saturating_sub(*reserve));
    let Some((_, reserve, memory)) = found.first().copied() else { return Vec::new() };
    let all = reserve >= memory;
    let message = format!(
        "{}a reserve of {reserve} MiB {} {} of the memory of {}",
        subject(case),
        verb(case, "takes", "may take"),
        if all { "all" } else { "more than half" },
        listed(found.iter().map(|(one, _, memory)| format!("{} ({memory} MiB)", one.name()))),
    );
    let mut finding = Finding::new(&RULE, spot, message)
        .level(super::fit::at_most(case, if all { Level::Error } else { Level::Warning }))
        .help(Some("a lower number of pods, or a type with more memory".into()));
    finding.instance_types = case.table.shared(found.iter().map(|(one, ..)| Rc::clone(&one.name)).collect());
    vec![finding]
}
