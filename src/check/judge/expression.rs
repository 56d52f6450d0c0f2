//! Max-pods expressions: compiled as their reader does, and evaluated on each type.

use super::{Judge, Known, counted, listed, number, subject};
use crate::check::finding::{Draft, Rule};
use crate::check::group::{Declared, Group};
use crate::expression::{Dialect, Expression, ExpressionErrorKind};
use crate::{Error, InstanceType};

/// An expression that works.
pub(super) struct Evaluated<'g> {
    pub found: &'g Declared<String>,
    pub expression: Expression,
}

impl Evaluated<'_> {
    /// The number of pods on a type; `None` where the expression fails.
    pub fn pods(&self, facts: &InstanceType) -> Option<u64> {
        self.expression.evaluate(facts).ok().map(|evaluation| evaluation.max_pods)
    }
}

impl Judge<'_> {
    /// The rules on an expression. Gives it back where it works.
    pub(super) fn expression<'g>(
        &self,
        group: &'g Group,
        known: Option<&Known>,
        number: Option<&Declared<u64>>,
        drafts: &mut Vec<Draft>,
    ) -> Option<Evaluated<'g>> {
        let found = group.kubelet.expression.as_ref()?;
        let dialect = group.reader.dialect()?;
        if ["${", "{{"].iter().any(|mark| found.value.contains(mark)) {
            let message = "this expression is a template that something fills in later";
            drafts.push(Draft::new(Rule::NotJudged, &found.spot, message));
            return None;
        }
        let expression = match Expression::compile(&found.value, dialect) {
            Ok(expression) => expression,
            Err(error) => {
                drafts.push(refused(group, found, &error));
                return None;
            }
        };
        // Karpenter evaluates on every type that EC2 has, whatever a NodePool asks for.
        let karpenter = group.reader == crate::check::group::Reader::Karpenter;
        let all = if karpenter { self.all() } else { &[] };
        let own = known.map_or(&[][..], |known| &known.types).iter().map(|candidate| &candidate.facts);
        let failures: Vec<_> = own
            .chain(all)
            .filter_map(|facts| expression.evaluate(facts).err().map(|error| (facts, error)))
            // A type of which a fact is not known is no fault of the expression.
            .filter(|(_, error)| kind(error) != Some(ExpressionErrorKind::UnknownFact))
            .collect();
        if let Some((_, error)) = failures.first() {
            let mut names: Vec<_> = failures.iter().map(|(facts, _)| facts.name.clone()).collect();
            names.sort();
            names.dedup();
            let mut draft = refused(group, found, error);
            draft.message = format!("{} ({})", draft.message, listed(names.iter().cloned()));
            draft.instance_types = names;
            drafts.push(draft);
            return None;
        }
        let evaluated = Evaluated { found, expression };
        match (number, known) {
            (Some(number), known) => beside_number(group, &evaluated, number, known, drafts),
            (None, Some(known)) => {
                let pods = |candidate: &super::Candidate| evaluated.pods(&candidate.facts).unwrap_or(0);
                if !self.settings_of(group).cni.ipv6 {
                    number::over_allowed(group, found, known, &pods, drafts);
                }
                under_recommended(group, found, known, &pods, drafts);
            }
            (None, None) => {}
        }
        Some(evaluated)
    }
}

/// True if the expression is wrong, or cannot be tried here.
fn kind(error: &Error) -> Option<ExpressionErrorKind> {
    match error {
        Error::InvalidExpression { error, .. }
        | Error::ExpressionNotCovered { error, .. }
        | Error::ExpressionFailed { error, .. } => Some(error.kind()),
        _ => None,
    }
}

/// The expression does not compile, or fails, or cannot be tried here.
fn refused(group: &Group, found: &Declared<String>, error: &Error) -> Draft {
    let (rule, what, error) = match error {
        Error::InvalidExpression { error, .. } => (Rule::Expression, "refuses this expression", error),
        Error::ExpressionFailed { error, .. } => (Rule::Expression, "cannot evaluate this expression", error),
        Error::ExpressionNotCovered { error, .. } => {
            (Rule::NotJudged, "may take this expression, which is not tried here", error)
        }
        other => return Draft::new(Rule::Expression, &found.spot, other.to_string()),
    };
    let place = error.place().map_or_else(String::new, |place| format!(" at its column {}", place.column));
    let message = format!("{}{} {what}{place}: {}", subject(group), group.reader.name(), error.message());
    let mut draft = Draft::new(rule, &found.spot, message);
    let is_next = group.reader.dialect() == Some(Dialect::Nodeadm)
        && Expression::compile(&found.value, Dialect::NodeadmNext).is_ok();
    draft.help = if is_next {
        Some("AMIs newer than v20260724 take it: name one of those, or leave vcpus and physical_memory_mib out".into())
    } else {
        error.help().map(str::to_owned)
    };
    draft
}

/// nodeadm takes the number, and the expression only for the reserve.
fn beside_number(
    group: &Group,
    evaluated: &Evaluated<'_>,
    number: &Declared<u64>,
    known: Option<&Known>,
    drafts: &mut Vec<Draft>,
) {
    let types = known.map_or(&[][..], |known| &known.types);
    let differs = types.iter().find(|one| evaluated.pods(&one.facts) != Some(number.value));
    if types.is_empty() || differs.is_some() {
        let message = format!(
            "{}maxPods ({}) decides the number, and maxPodsExpression only what is reserved",
            subject(group),
            number.value
        );
        let draft = Draft::new(Rule::NumberOverridden, &evaluated.found.spot, message);
        drafts.push(draft.help("keep one of the two"));
    }
}

/// Fewer pods than recommended for the lowest type.
fn under_recommended(
    group: &Group,
    found: &Declared<String>,
    known: &Known,
    pods: &dyn Fn(&super::Candidate) -> u64,
    drafts: &mut Vec<Draft>,
) {
    let Some(lowest) = known.lowest_recommended() else { return };
    let lowest_types = known.types.iter().filter(|one| one.limits.recommended == lowest);
    let under: Vec<_> = lowest_types.filter(|one| pods(one) < lowest).collect();
    let Some(worst) = under.iter().map(|one| pods(one)).min() else { return };
    let message = format!(
        "{}the expression {} {}, fewer than the {lowest} recommended for {}",
        subject(group),
        known.verb("gives", "may give"),
        counted(worst),
        listed(under.iter().map(|one| one.facts.name.clone())),
    );
    let mut draft = Draft::new(Rule::UnderRecommended, &found.spot, message);
    draft.help = number::expression(group, known);
    draft.instance_types = under.iter().map(|one| one.facts.name.clone()).collect();
    draft.max_pods = Some(worst);
    draft.allowed = known.lowest_allowed();
    draft.recommended = Some(lowest);
    drafts.push(draft);
}
