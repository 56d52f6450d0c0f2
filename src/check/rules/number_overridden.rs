//! `number-overridden`: a number that another one takes precedence over, or may do so.

use super::Rule;
use super::words::subject;
use crate::check::facts::{Amount, Cause, Overridden, Remark};
use crate::check::join::Case;
use crate::check::report::{Finding, Level, Remedy};

pub(super) static RULE: Rule = Rule {
    id: "number-overridden",
    level: Level::Warning,
    other_levels: &[(Level::Note, "where the sources disagree")],
    summary: "A number of pods that another number takes precedence over, or may do so.",
    why: "The node gets one number only, and a reader of the file may believe in the other one. The \
          cases:\n- the number in the user data of a managed AL2023 group without an AMI of its own (a \
          note): AWS documents that EKS's own number takes precedence, and the sources disagree\n- \
          `maxPodsExpression` beside another number in `config.maxPods`: nodeadm takes the number, and \
          uses the expression for the reserve alone\n- two different numbers in one node group of \
          eksctl\n- `--max-pods` among the flags in the user data of an EC2NodeClass: the kubelet takes \
          the flag, and Karpenter plans with its own number",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups:\n- {name: a, instanceType: \
          m5.large, maxPodsPerNode: 29, kubeletExtraConfig: {maxPods: 20}}",
    remedy: "Keep one of the numbers. [Step 5](nodes.md#step-by-step) says how to set your own number on a \
          managed node group.",
    source: "[Customize managed nodes with launch \
          templates](https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html); \
          `pkg/nodebootstrap` of [eksctl](https://github.com/eksctl-io/eksctl); `pkg/providers/amifamily` \
          of [karpenter-provider-aws](https://github.com/aws/karpenter-provider-aws); `internal/kubelet` \
          of nodeadm in [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami)",
    judge,
    remark,
};

/// A `maxPodsExpression` beside a `maxPods` that gives another number on some type, or on types that are not known.
fn judge(case: &Case<'_>) -> Vec<Finding> {
    let (Some(number), Some(Ok(expression)), Some(found)) =
        (&case.number, &case.expression, &case.group.kubelet.expression)
    else {
        return Vec::new();
    };
    let types = case.types.iter().flat_map(|types| &types.types);
    let mut pods = types.map(|one| expression.evaluate(&one.facts).ok());
    let is_known = case.types.as_ref().is_some_and(|types| !types.types.is_empty());
    if is_known && pods.all(|pods| pods == Some(number.value)) {
        return Vec::new();
    }
    let message = format!(
        "{}maxPods ({}) decides the number, and maxPodsExpression only the memory that is reserved",
        subject(case),
        number.value
    );
    vec![Finding::new(&RULE, &found.spot, message).help(Some("keep one of the two".into()))]
}

fn remark(remark: &Remark) -> Option<Finding> {
    let Cause::Overridden(by) = &remark.cause else { return None };
    let finding = |message: String| {
        let max_pods = remark.number.as_ref().and_then(Amount::number);
        Finding::new(&RULE, &remark.spot, message).max_pods(max_pods)
    };
    let help = |help: &str| Some(help.to_owned());
    Some(match by {
        Overridden::ManagedUserData => finding(
            "EKS also writes a number (at most 110, or 250 above 30 vCPUs) for a managed node group without an AMI of \
             its own, and AWS documents that it takes precedence over the user data"
                .into(),
        )
        .level(Level::Note)
        .help(help(
            "name an AMI in the launch template (image_id); on nodes with nodeadm, a drop-in file such as \
             /etc/eks/nodeadm.d/max-pods.yaml has the last word too",
        )),
        Overridden::ManagedEksctl => finding(
            "eksctl writes this number to the nodes' user data, and AWS documents that EKS's own number (at most 110, or \
             250 above 30 vCPUs) takes precedence there"
                .into(),
        )
        .level(Level::Note)
        .remedy(Remedy::LookAtNodes),
        Overridden::ByKey(key) => {
            finding(format!("the {key} of this node group has another number, which wins")).help(help("keep one of the two"))
        }
        Overridden::KarpenterFlags => finding(
            "the kubelet takes this --max-pods, because flags beat the configuration, and Karpenter plans with the number \
             of the EC2NodeClass"
                .into(),
        )
        .help(help("write the number in the EC2NodeClass alone: spec.kubelet.maxPods")),
        Overridden::KarpenterBootstrap => finding(
            "bootstrap.sh starts the kubelet with this number before Karpenter's own call, which does not restart it, \
             and Karpenter plans with another number; Karpenter's documentation says not to call it in userData"
                .into(),
        )
        .help(help("leave the call out, and write the number in the EC2NodeClass: spec.kubelet.maxPods")),
        Overridden::KarpenterCustom => finding(
            "without an AMI family that Karpenter knows, the kubelet takes the number of the user data, and Karpenter \
             plans with another: that of the EC2NodeClass, or else the one that it computes"
                .into(),
        )
        .help(help("write the same number in the EC2NodeClass: spec.kubelet.maxPods")),
    })
}
