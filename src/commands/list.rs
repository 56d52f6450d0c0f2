//! `maxpods list`: every type, or those that match.

use anyhow::bail;
use glob::Pattern;
use maxpods::{Breakdown, Escaped, Evaluation, Expression, InstanceType, Warning, max_pods};

use super::{catalog, cni, stdin_once, warn_of_types};
use crate::cli::List;
use crate::diagnostics::{Exit, incomplete, warn};
use crate::output::list::Listing;
use crate::output::{self, Answer};

pub fn run(args: &List) -> anyhow::Result<Exit> {
    stdin_once(&args.facts, &args.cni, None)?;
    let expression = super::expression(&args.expression, None)?;
    let mut unmatched = args.patterns.clone();
    let catalog = catalog(&args.facts)?;
    let types = catalog.select(&mut |name| {
        unmatched.retain(|pattern| !pattern.matches(name));
        args.patterns.is_empty() || args.patterns.iter().any(|pattern| pattern.matches(name))
    });
    if types.len() == 0 {
        bail!("no instance type matches {}", quoted(&unmatched));
    }
    if !unmatched.is_empty() {
        warn(args.quiet, format!("no instance type matches {}", quoted(&unmatched)));
    }

    if let Some(expression) = expression {
        let rows = rows(types, |instance_type| expression.evaluate(instance_type))?;
        by_expression(args, expression, rows)
    } else {
        let settings = args.limits.with(cni(&args.cni, &args.limits.bounds, args.quiet)?);
        by_rules(args, rows(types, |instance_type| max_pods(instance_type, &settings))?)
    }
}

/// A row for each type.
fn rows<T>(
    types: impl ExactSizeIterator<Item = Result<InstanceType, maxpods::Error>>,
    outcome: impl Fn(&InstanceType) -> T,
) -> Result<Vec<Answer<T>>, maxpods::Error> {
    // Of the full length at once: a list that grows step by step is copied at each step.
    let mut rows = Vec::with_capacity(types.len());
    for instance_type in types {
        let instance_type = instance_type?;
        rows.push(Answer { outcome: outcome(&instance_type), instance_type });
    }
    Ok(rows)
}

fn by_rules(args: &List, rows: Vec<Answer<Breakdown>>) -> anyhow::Result<Exit> {
    let rows = reaching(args.min_pods, rows, |row| Some(row.outcome.max_pods))?;
    // That a vCPU count is not known the rows show themselves: saying so at each call would be noise.
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
    rows: Vec<Answer<Result<Evaluation, maxpods::Error>>>,
) -> anyhow::Result<Exit> {
    let rows = reaching(args.min_pods, rows, |row| row.outcome.as_ref().ok().map(|e| e.max_pods))?;
    let all = rows.len();
    let failed = rows.iter().filter(|row| row.outcome.is_err()).count();
    output::print(args.output, &Listing::Expression(expression, rows))?;
    if failed == 0 {
        return Ok(Exit::Success);
    }
    Ok(incomplete(
        format!("the expression fails for {failed} of {all} instance types"),
        "their rows say why; maxpods --instance-type TYPE --expression ... shows where",
    ))
}

/// The rows that reach so many pods, and those that have no number to compare.
fn reaching<T>(
    min_pods: Option<u64>,
    mut rows: Vec<Answer<T>>,
    max_pods: impl Fn(&Answer<T>) -> Option<u64>,
) -> anyhow::Result<Vec<Answer<T>>> {
    let Some(min_pods) = min_pods else {
        return Ok(rows);
    };
    let most = rows.iter().filter_map(&max_pods).max();
    rows.retain(|row| max_pods(row).is_none_or(|pods| pods >= min_pods));
    if rows.is_empty() {
        bail!("no instance type of these reaches {min_pods} pods: the most is {}", most.unwrap_or_default());
    }
    Ok(rows)
}

fn quoted(patterns: &[Pattern]) -> String {
    let quoted: Vec<_> = patterns.iter().map(|pattern| format!("'{}'", Escaped(pattern.as_str()))).collect();
    quoted.join(" or ")
}
