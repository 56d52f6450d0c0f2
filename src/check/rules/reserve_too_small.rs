//! `reserve-too-small`: nodeadm reserves memory for fewer pods than the node takes.

use std::rc::Rc;

use super::words::{all_names, names, subject};
use super::{Rule, no_remark};
use crate::KubeReserved;
use crate::check::facts::NumberReader;
use crate::check::join::{Case, ClusterCni, TypeLimits};
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "reserve-too-small",
    level: Level::Note,
    other_levels: &[],
    summary: "nodeadm reserves memory for the classic number of pods only, and the node takes more.",
    why: "nodeadm computes the kubelet's reserve from its own number or from `maxPodsExpression`, and \
          never from `maxPods`. With more pods, the kubelet and the container runtime may run out of \
          memory.",
    example: "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {config: {maxPods: 110}}}",
    remedy: "Write the `kubeReserved` that the help line shows beside `maxPods`, or use `maxPodsExpression` \
          in place of `maxPods`. [The kubelet's reserve](nodes.md#the-kubelets-reserve) says more.",
    source: "`internal/kubelet/config.go` of nodeadm in \
          [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami)",
    judge,
    remark: no_remark,
};

fn judge(case: &Case<'_>) -> Vec<Finding> {
    let (Some(types), Some(number)) = (&case.types, &case.number) else { return Vec::new() };
    let reader = case.group.reader;
    // Where it is not known which settings are meant, one note says that, and nothing else is told of the number.
    let is_ambiguous = matches!(case.network.cni, ClusterCni::Ambiguous(_));
    if is_ambiguous || !reader.reserves_as_nodeadm() || case.group.kubelet.reserved.is_some() {
        return Vec::new();
    }
    let counted = |one: &TypeLimits| match &case.expression {
        Some(Ok(expression)) => Some(expression.evaluate(&one.facts).ok()?),
        _ => Some(one.classic),
    };
    // More pods than addresses is told already, and the greater trouble.
    let fits = types.types.iter().map(Rc::as_ref).filter(|one| one.most.exceeded_by(number.value).is_none());
    let with_reserve = fits.filter_map(|one| Some((one, counted(one)?)));
    let short: Vec<_> = with_reserve.filter(|(_, counted)| number.value > *counted).collect();
    let Some((_, lowest)) = short.iter().min_by_key(|(_, counted)| *counted) else { return Vec::new() };
    let vcpus = types.types.iter().filter_map(|one| one.facts.vcpus).max();
    let message = format!(
        "{}nodeadm reserves memory for {lowest} pods, and {} takes {}",
        subject(case),
        names(&short),
        number.value
    );
    let reserve = KubeReserved::new(number.value, vcpus);
    let values: Vec<_> = reserve.quantities().map(|(name, value)| format!("{name}: {value}")).collect();
    let values = format!("kubeReserved: {{{}}}", values.join(", "));
    let help = match reader {
        NumberReader::Eksctl { .. } => {
            format!("in a NodeConfig in overrideBootstrapCommand, under spec.kubelet.config: {values}")
        }
        _ => format!("beside maxPods: {values}"),
    };
    let mut finding =
        Finding::new(&RULE, &number.spot, message).help(Some(help)).max_pods(Some(number.value));
    finding.instance_types = all_names(case, &short);
    vec![finding]
}
