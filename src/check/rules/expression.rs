//! `expression`: a max-pods expression that its reader refuses, or that fails on a type.

use std::rc::Rc;

use super::words::subject;
use super::{Rule, no_remark};
use crate::Error;
use crate::check::facts::{Declared, NumberReader, is_template};
use crate::check::join::Case;
use crate::check::report::{Finding, Level, listed};
use crate::expression::{Dialect, Expression, ExpressionErrorKind};
use crate::instance_type::compare_names;

pub(super) static RULE: Rule = Rule {
    id: "expression",
    level: Level::Error,
    other_levels: &[],
    summary: "A max-pods expression that does not compile, fails on an instance type, or uses what its reader \
          does not have.",
    why: "nodeadm then boots the node with its standard number, and says so in its log alone. Karpenter \
          launches no node from an EC2NodeClass whose expression fails on one type.",
    example: "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {maxPodsExpression: \
          'max_pods * 1.5'}}",
    remedy: "Mend the expression at the place that the message shows. [Max-pods expressions](expressions.md) \
          says which variables and functions each reader has, and how to try one.",
    source: "`internal/kubelet/eni_max_pods.go` of nodeadm in \
          [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami); \
          [cel-go](https://github.com/google/cel-go)",
    judge,
    remark: no_remark,
};

fn judge(case: &Case<'_>) -> Vec<Finding> {
    let Some(found) = &case.group.kubelet.expression else { return Vec::new() };
    match &case.expression {
        Some(Ok(_)) => fails(case, found).into_iter().collect(),
        Some(Err(error)) if is_fault(error) => vec![refused(case, found, error)],
        _ => Vec::new(),
    }
}

/// The types on which an expression that compiles fails.
fn fails(case: &Case<'_>, found: &Declared<Rc<str>>) -> Option<Finding> {
    let failures: Vec<_> = case.failures().iter().filter(|(_, error)| is_fault(error)).collect();
    let (_, error) = failures.first()?;
    let mut finding = refused(case, found, error);
    let types = failed_on(case, failures.iter().map(|(name, _)| name));
    finding.message = format!("{} ({})", finding.message, listed(types.iter()));
    finding.instance_types = types;
    Some(finding)
}

/// The names of types on which an expression fails, in order, each once.
pub(super) fn failed_on<'c>(case: &Case<'_>, names: impl Iterator<Item = &'c Rc<str>>) -> Rc<[Rc<str>]> {
    let mut names: Vec<_> = names.cloned().collect();
    names.sort_by(|a, b| compare_names(a, b));
    names.dedup();
    case.table.shared(names)
}

/// True if the expression is wrong. A part of CEL that is not covered here, or a type of which a fact is not known, is
/// no fault of the expression.
fn is_fault(error: &Error) -> bool {
    match error {
        Error::InvalidExpression { error, .. } | Error::ExpressionFailed { error, .. } => {
            error.kind() == ExpressionErrorKind::Wrong
        }
        _ => false,
    }
}

/// The finding on an expression that its reader refuses, or cannot evaluate.
fn refused(case: &Case<'_>, found: &Declared<Rc<str>>, error: &Error) -> Finding {
    let (Error::InvalidExpression { error, .. } | Error::ExpressionFailed { error, .. }) = error else {
        return Finding::new(&RULE, &found.spot, error.to_string());
    };
    let compiles = case.expression.as_ref().is_some_and(Result::is_ok);
    let what = if compiles { "cannot evaluate this expression" } else { "refuses this expression" };
    let place = error.place().map_or_else(String::new, |place| format!(" at its column {}", place.column));
    let then = match case.group.reader {
        NumberReader::Karpenter => "Karpenter then launches no node",
        _ => "nodeadm then takes its standard number",
    };
    let reader = case.group.reader.name();
    let message = format!("{}{reader} {what}{place}: {}; {then}", subject(case), error.message());
    let is_next = case.group.reader.dialect() == Some(Dialect::Nodeadm)
        && !is_template(&found.value)
        && Expression::compile(&found.value, Dialect::NodeadmNext).is_ok();
    let help = if is_next {
        Some("AMIs newer than v20260724 take it: name one of those, or leave vcpus and physical_memory_mib out".into())
    } else {
        error.help().map(str::to_owned)
    };
    Finding::new(&RULE, &found.spot, message).help(help)
}
