//! `unused-ignore`: a comment that silences no finding.

use super::{Rule, no_case, no_remark};
use crate::check::report::{Finding, Level};
use crate::check::source::Spot;
use crate::text::Shortened;

pub(super) static RULE: Rule = Rule {
    id: "unused-ignore",
    level: Level::Note,
    other_levels: &[],
    summary: "A comment of the form 'maxpods: ignore' that silences no finding.",
    why: "The fault that it was written for is mended, or the comment stands on the wrong line. Left \
          where it is, it may hide the next fault.",
    example: "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {config: {maxPods: 29}}} # \
          maxpods: ignore[over-allowed]",
    remedy: "Remove the comment, or put it on the line of the finding or alone on the line above.",
    source: "",
    judge: no_case,
    remark: no_remark,
};

/// The note on a comment that silences nothing. `names` are the rules that it lists and that found nothing.
pub(in crate::check) fn unused(spot: &Spot, names: &[String]) -> Finding {
    let message = match names {
        [] => "this comment silences no finding".to_owned(),
        names => {
            let listed: Vec<_> = names.iter().map(|name| Shortened(name).to_string()).collect();
            format!("this comment silences no finding of {}", listed.join(", "))
        }
    };
    Finding::new(&RULE, spot, message)
}
