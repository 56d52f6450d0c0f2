//! `expression`: a max-pods expression that its reader refuses, or that fails on a type.

use std::rc::Rc;

use super::words::subject;
use super::{Rule, no_remark};
use crate::check::facts::{Declared, NumberReader, is_template};
use crate::check::join::{Case, Compiled};
use crate::check::report::{Finding, Level, listed};
use crate::expression::{Dialect, Expression, ExpressionErrorKind};
use crate::{Error, InstanceType};

pub(super) static RULE: Rule = Rule {
    id: "expression",
    level: Level::Error,
    levels: "error",
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
        Some(Ok(expression)) => fails(case, found, expression).into_iter().collect(),
        Some(Err(error)) if is_fault(error) => vec![refused(case, found, error)],
        _ => Vec::new(),
    }
}

/// The types on which an expression that compiles fails.
fn fails(case: &Case<'_>, found: &Declared<Rc<str>>, expression: &Compiled) -> Option<Finding> {
    // Karpenter evaluates on every type that EC2 has, whatever a NodePool asks for.
    let everywhere = case.group.reader == NumberReader::Karpenter;
    let own = case.types.iter().flat_map(|types| &types.types).map(|one| &*one.facts);
    let failure = |facts: &InstanceType| Some((facts.name.clone(), expression.evaluate(facts).err()?));
    let own: Vec<_> = own.filter_map(failure).collect();
    let all = everywhere.then(|| expression.failures(case.table.all()));
    // A type of which a fact is not known is no fault of the expression.
    let is_fault =
        |failure: &&(String, Rc<Error>)| kind(&failure.1) != Some(ExpressionErrorKind::UnknownFact);
    let failures: Vec<_> = own.iter().chain(all.iter().flat_map(|all| &**all)).filter(is_fault).collect();
    let (_, error) = failures.first()?;
    let mut named: Vec<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();
    named.sort_by(|a, b| crate::instance_type::compare_names(a, b));
    named.dedup();
    let mut finding = refused(case, found, error);
    finding.message = format!("{} ({})", finding.message, listed(named.iter()));
    finding.instance_types = case.table.shared(named.into_iter().map(|name| case.table.name(name)).collect());
    Some(finding)
}

fn kind(error: &Error) -> Option<ExpressionErrorKind> {
    match error {
        Error::InvalidExpression { error, .. }
        | Error::ExpressionNotCovered { error, .. }
        | Error::ExpressionFailed { error, .. } => Some(error.kind()),
        _ => None,
    }
}

/// True if the expression is wrong, and not only beyond what is evaluated here.
fn is_fault(error: &Error) -> bool {
    !matches!(error, Error::ExpressionNotCovered { .. })
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
