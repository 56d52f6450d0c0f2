//! `unreleased`: an expression for Karpenter, which no release takes without more.

use super::words::subject;
use super::{Rule, no_remark};
use crate::check::facts::NumberReader;
use crate::check::join::Case;
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "unreleased",
    level: Level::Note,
    other_levels: &[],
    summary: "An expression for Karpenter, whose releases up to 1.14 take a whole number only.",
    why: "Releases up to 1.14 refuse an EC2NodeClass whose `maxPods` is a text. Later ones take an \
          expression only if their feature gate `NodeClassCEL` is on.",
    example: "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec: {kubelet: \
          {maxPods: 'min(max_pods, 110)'}}",
    remedy: "Write a whole number, or make sure that the Karpenter of the cluster takes expressions.",
    source: "the feature gate `NodeClassCEL` of \
          [karpenter-provider-aws](https://github.com/aws/karpenter-provider-aws)",
    judge,
    remark: no_remark,
};

fn judge(case: &Case<'_>) -> Vec<Finding> {
    let Some(found) = &case.group.kubelet.expression else { return Vec::new() };
    if case.group.reader != NumberReader::Karpenter || !matches!(case.expression, Some(Ok(_))) {
        return Vec::new();
    }
    let message = format!(
        "{}Karpenter up to 1.14 takes a whole number here, and a later one an expression only with the feature gate \
         NodeClassCEL",
        subject(case)
    );
    let lowest = case.types.as_ref().and_then(|types| types.lowest_recommended());
    let help = lowest.map(|lowest| format!("a number that holds for every type: maxPods: {lowest}"));
    vec![Finding::new(&RULE, &found.spot, message).help(help)]
}
