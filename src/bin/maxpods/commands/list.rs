//! `maxpods list`: every instance type with its number, or only the types that match.

use anyhow::anyhow;
use glob::Pattern;
use maxpods::expression::{Evaluation, Expression};
use maxpods::formula::{Warning, require_ipv6};
use maxpods::text::Shortened;
use maxpods::{Breakdown, Error, InstanceType, Settings, max_pods};

use super::inputs::{Inputs, check_rules};
use super::warn_of_types;
use crate::advice;
use crate::cli::List;
use crate::diagnostics::{Exit, Failure, incomplete, warn};
use crate::output::list::Listing;
use crate::output::{self, Answer};

/// The largest number of patterns. Each pattern is tried on each name, so with more of them the list would take
/// longer than a second.
const MOST_PATTERNS: usize = 1000;

pub fn run(args: &List) -> Result<Exit, Failure> {
    let expression = super::expression::compile(&args.expression, args.rules.os, None)?;
    let inputs = Inputs::read(&args.instance_types_file, &args.cni, &args.rules.limits, args.quiet)?;
    let types = of_architecture(args, matching(args, inputs.catalog.types())?)?;

    if let Some(expression) = expression {
        let rows = rows(types, |instance_type| Ok(expression.evaluate(instance_type)))?;
        by_expression(args, expression, rows)
    } else {
        check_rules(&args.rules, &args.cni, &inputs.cni)?;
        let settings = args.rules.settings(inputs.cni);
        let types = of_ip_family(args, &settings, types)?;
        by_rules(args, rows(types, |t| max_pods(t, &settings).within_kubelet_range(t))?)
    }
}

/// Keeps the types whose names match a pattern. Warns of patterns that match no name.
fn matching(args: &List, mut types: Vec<InstanceType>) -> Result<Vec<InstanceType>, Failure> {
    if args.patterns.is_empty() {
        return Ok(types);
    }
    if args.patterns.len() > MOST_PATTERNS {
        return Err(Failure::usage(
            format!("there are {} patterns, and at most {MOST_PATTERNS} are accepted", args.patterns.len()),
            "use patterns that match more types, such as 'm5.*'",
        ));
    }
    let family = args.patterns.iter().map(Pattern::as_str).find(|pattern| is_family(pattern, &types));
    let help = family.map(advice::for_family);
    let mut patterns: Vec<_> = args.patterns.iter().map(|pattern| (pattern, false)).collect();
    types.retain(|instance_type| {
        let mut kept = false;
        for (pattern, matched) in &mut patterns {
            // A type that is already kept is tried only on patterns that have not matched any type yet.
            if !(kept && *matched) && pattern.matches(&instance_type.name) {
                (kept, *matched) = (true, true);
            }
        }
        kept
    });
    let unmatched: Vec<_> = patterns
        .into_iter()
        .filter(|(_, matched)| !matched)
        .map(|(pattern, _)| format!("'{}'", Shortened(pattern.as_str())))
        .collect();
    let message = format!("no instance type matches {}", unmatched.join(" or "));
    if types.is_empty() {
        return Err(Failure::NoAnswer { error: anyhow!(message), help });
    }
    let message = help.map_or(message.clone(), |help| format!("{message}; {help}"));
    warn(args.quiet || unmatched.is_empty(), message);
    Ok(types)
}

/// True if this pattern is the name of a family. Its author expects all types of the family, but it matches none.
fn is_family(pattern: &str, types: &[InstanceType]) -> bool {
    let in_family = |name: &str| name.strip_prefix(pattern).is_some_and(|size| size.starts_with('.'));
    types.iter().any(|instance_type| in_family(&instance_type.name))
}

/// Keeps the types of the architecture that is asked for.
fn of_architecture(args: &List, mut types: Vec<InstanceType>) -> Result<Vec<InstanceType>, Failure> {
    if let Some(arch) = &args.arch {
        types.retain(|instance_type| instance_type.supports(arch));
        if types.is_empty() {
            return Err(anyhow!("no instance type of these is known to support {arch}").into());
        }
    }
    Ok(types)
}

/// Keeps the types that can be in a cluster of this IP family. Warns of the others.
fn of_ip_family(
    args: &List,
    settings: &Settings,
    mut types: Vec<InstanceType>,
) -> Result<Vec<InstanceType>, Failure> {
    if !settings.cni.ipv6 {
        return Ok(types);
    }
    let mut errors = Vec::new();
    types.retain(|instance_type| match require_ipv6(instance_type, &settings.cni) {
        Ok(()) => true,
        Err(error) => {
            errors.push(error);
            false
        }
    });
    let left_out = errors.len();
    match errors.pop() {
        Some(error) if types.is_empty() => return Err(error.into()),
        Some(error) if left_out == 1 => warn(args.quiet, format!("left out: {error}")),
        Some(error) => warn(args.quiet, format!("{left_out} types are left out; the last of them: {error}")),
        None => {}
    }
    Ok(types)
}

/// A row for each type.
fn rows<T>(
    types: Vec<InstanceType>,
    outcome: impl Fn(&InstanceType) -> Result<T, Error>,
) -> Result<Vec<Answer<T>>, Error> {
    let row = |instance_type| Ok(Answer { outcome: outcome(&instance_type)?, instance_type });
    types.into_iter().map(row).collect()
}

fn by_rules(args: &List, rows: Vec<Answer<Breakdown>>) -> Result<Exit, Failure> {
    let rows = reaching(args.min_pods, rows, |row| Some(row.outcome.max_pods))?;
    // The table already shows an unknown vCPU count as `-`.
    let warnings = rows.iter().flat_map(|row| {
        let warnings = row.outcome.warnings.iter().filter(|warning| **warning != Warning::UnknownVcpus);
        warnings.map(|warning| (row.instance_type.name.as_str(), warning))
    });
    warn_of_types(args.quiet, warnings);
    output::print(args.output, &Listing::Rules(rows))?;
    Ok(Exit::Success)
}

fn by_expression(
    args: &List,
    expression: Expression,
    rows: Vec<Answer<Result<Evaluation, Error>>>,
) -> Result<Exit, Failure> {
    let rows = reaching(args.min_pods, rows, |row| row.outcome.as_ref().ok().map(|e| e.max_pods))?;
    let all = rows.len();
    let failed = rows.iter().filter(|row| row.outcome.is_err()).count();
    let exit = if failed == 0 { Exit::Success } else { Exit::NoAnswer };
    let exit = output::print_verdict(args.output, &Listing::Expression(expression, rows), exit)?;
    if failed > 0 {
        incomplete(
            format!("the expression fails for {failed} of {all} instance types"),
            "their rows say why; maxpods --instance-type TYPE --expression ... shows where",
        );
    }
    Ok(exit)
}

/// Keeps the rows that reach `min_pods`, and the rows without a number.
fn reaching<T>(
    min_pods: Option<u32>,
    mut rows: Vec<Answer<T>>,
    max_pods: impl Fn(&Answer<T>) -> Option<u64>,
) -> Result<Vec<Answer<T>>, Failure> {
    let Some(min_pods) = min_pods else {
        return Ok(rows);
    };
    let most = rows.iter().filter_map(&max_pods).max();
    rows.retain(|row| max_pods(row).is_none_or(|pods| pods >= min_pods.into()));
    if rows.is_empty() {
        let most = most.unwrap_or_default();
        return Err(anyhow!("no instance type of these reaches {min_pods} pods: the most is {most}").into());
    }
    Ok(rows)
}
