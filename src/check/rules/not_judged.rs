//! `not-judged`: something that cannot be judged from the files.

use std::fmt::Write;
use std::rc::Rc;

use super::expression::failed_on;
use super::words::subject;
use super::{Rule, per_type};
use crate::Error;
use crate::check::facts::{Amount, Cause, NotJudged, Remark, Types, is_template};
use crate::check::join::{Ambiguity, Case, ClusterCni};
use crate::check::report::{Finding, Level, Remedy, listed};
use crate::text::Shortened;

pub(super) static RULE: Rule = Rule {
    id: "not-judged",
    level: Level::Note,
    other_levels: &[],
    summary: "Something that cannot be judged from these files.",
    why: "The number may be right or wrong: nothing has checked it. The message says what is missing: an \
          instance type, the facts of a new one, which of several settings is meant, or a value that is \
          filled in later.",
    example: "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {config: {maxPods: 58}}}",
    remedy: "Give what the message names, or check [what a template renders to](check.md#what-is-not-judged).",
    source: "",
    judge,
    remark,
};

/// At most one note for each number.
fn judge(case: &Case<'_>) -> Vec<Finding> {
    if case.group.kubelet.is_empty() {
        return Vec::new();
    }
    let spot = per_type::spot(case);
    let note = |message: String| Finding::new(&RULE, spot, format!("{}{message}", subject(case)));
    if let Some(Amount::Later(text)) = case.no_number().map(|found| &found.value) {
        return vec![note(format!("'{}' is filled in later, and not known here", Shortened(text)))];
    }
    // A number that its reader refuses is told by another rule.
    if case.no_number().is_some() || case.number.as_ref().is_some_and(|number| number.value == 0) {
        return Vec::new();
    }
    if let Some(found) = case.group.kubelet.expression.as_ref().filter(|found| is_template(&found.value)) {
        let message = format!("{}this expression is a template that something fills in later", subject(case));
        return vec![Finding::new(&RULE, &found.spot, message)];
    }
    if let Some(finding) = not_evaluated(case) {
        return vec![finding];
    }
    // An expression that is wrong is wrong on every type.
    if case.number.is_none() && matches!(&case.expression, Some(Err(_))) {
        return Vec::new();
    }
    let ambiguous =
        |why: &str| note(format!("the number is not judged: {why}, and it is not known which is meant"));
    match (&case.group.types, &case.network.cni) {
        (Types::Ambiguous(why), _) => return vec![ambiguous(why)],
        (_, ClusterCni::Ambiguous(Ambiguity::Settings)) => {
            return vec![ambiguous("several files at the same distance set the CNI in different ways")];
        }
        (_, ClusterCni::Ambiguous(Ambiguity::OtherCni)) => {
            let message = "the number is not judged: another of the files installs a CNI that is not the VPC CNI, \
                           and it is not known if it is for this cluster";
            return vec![note(message.into()).remedy(Remedy::SayCni)];
        }
        _ => {}
    }
    types(case).into_iter().collect()
}

/// An expression that is not evaluated, because it uses a part of CEL that is not covered here.
fn not_evaluated(case: &Case<'_>) -> Option<Finding> {
    let found = case.group.kubelet.expression.as_ref()?;
    let not_covered = |error: &Error| matches!(error, Error::ExpressionNotCovered { .. });
    let failures: Vec<_> = case.failures().iter().filter(|(_, error)| not_covered(error)).collect();
    let error = case.expression.as_ref()?.as_ref().err().or(failures.first().map(|(_, error)| error))?;
    let Error::ExpressionNotCovered { error, .. } = &**error else { return None };
    let reader = case.group.reader.name();
    let mut message = format!(
        "{}{reader} may take this expression, which is not evaluated here: {}",
        subject(case),
        error.message()
    );
    let types = failed_on(case, failures.iter().map(|(name, _)| name));
    if !types.is_empty() && types.len() < case.table.all().count() {
        // Writing to a String does not fail.
        let _ = write!(message, " ({})", listed(types.iter()));
    }
    let mut finding = Finding::new(&RULE, &found.spot, message).help(error.help().map(str::to_owned));
    finding.instance_types = types;
    Some(finding)
}

/// The types are not known, or nothing is known of them.
fn types(case: &Case<'_>) -> Option<Finding> {
    let spot = per_type::spot(case);
    let note = |message: String| Finding::new(&RULE, spot, format!("{}{message}", subject(case)));
    match &case.types {
        None => {
            let why = match &case.group.types {
                Types::Unknown(why) => why,
                _ => "no NodePool near it names this class",
            };
            Some(note(format!("the number is not judged: {why}")).remedy(Remedy::NameInstanceTypes))
        }
        Some(types) if !types.unknown.is_empty() => {
            let named = listed(types.unknown.iter());
            let is_variable = |name: &Rc<str>| name.contains(['$', '{', '<']);
            let mut finding = if types.unknown.iter().all(is_variable) {
                note(format!(
                    "the instance type '{named}' is filled in later: the number is not judged for it"
                ))
            } else {
                note(format!("nothing is known here of {named}: the number is not judged for it"))
                    .remedy(Remedy::GiveFacts)
            };
            finding.instance_types = case.table.shared(types.unknown.clone());
            Some(finding)
        }
        Some(types) if types.types.is_empty() => {
            Some(note("no instance type known here meets all requirements".into()))
        }
        Some(_) => None,
    }
}

fn remark(remark: &Remark) -> Option<Finding> {
    let Cause::NotJudged(why) = &remark.cause else { return None };
    let message = match why {
        NotJudged::Template => "this text is a template that something fills in later".to_owned(),
        NotJudged::AfterApply(what) => format!("{what} is known only after apply"),
        NotJudged::Computed(what) => {
            format!("{what} is computed by an expression that is not evaluated here")
        }
        NotJudged::LaunchTemplate => {
            "the launch template of this node group is not in this plan, or cannot be told from others"
                .to_owned()
        }
        NotJudged::Branch => "the number depends on a branch of the script".to_owned(),
        NotJudged::Hybrid => "a hybrid node is not on EC2, so the network of EC2 sets no limit".to_owned(),
    };
    Some(Finding::new(&RULE, &remark.spot, message))
}
