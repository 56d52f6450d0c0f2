//! `maxpods list`: every type, or those that match.

use anyhow::bail;
use glob::Pattern;
use maxpods::{Escaped, Warning, max_pods};

use super::{catalog, cni, name_types, stdin_once};
use crate::cli::List;
use crate::diagnostics::{Exit, warn};
use crate::output::{self, Answer};

pub fn run(args: &List) -> anyhow::Result<Exit> {
    stdin_once(&args.facts, &args.cni, None)?;
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

    let settings = args.limits.with(cni(&args.cni, &args.limits.bounds, args.quiet)?);
    let mut answers = Vec::with_capacity(types.len());
    for instance_type in types {
        let instance_type = instance_type?;
        answers.push(Answer { breakdown: max_pods(&instance_type, &settings), instance_type });
    }
    if let Some(min_pods) = args.min_pods {
        let most = answers.iter().map(Answer::max_pods).max();
        answers.retain(|answer| answer.max_pods() >= min_pods);
        if answers.is_empty() {
            bail!(
                "no instance type of these reaches {min_pods} pods: the most is {}",
                most.unwrap_or_default()
            );
        }
    }

    if !args.quiet {
        warn_of(&answers);
    }
    output::print(args.output, answers.as_slice())?;
    Ok(Exit::Success)
}

fn quoted(patterns: &[Pattern]) -> String {
    let quoted: Vec<_> = patterns.iter().map(|pattern| format!("'{}'", Escaped(pattern.as_str()))).collect();
    quoted.join(" or ")
}

/// One line a warning, not one a type. That a vCPU count is not known the rows show themselves, and
/// saying so at each call would be noise.
fn warn_of(answers: &[Answer]) {
    let mut seen: Vec<(String, Vec<&str>)> = Vec::new();
    for answer in answers {
        let name = answer.instance_type.name.as_str();
        for warning in answer.breakdown.warnings.iter().filter(|w| **w != Warning::UnknownVcpus) {
            let warning = warning.to_string();
            match seen.iter_mut().find(|(known, _)| *known == warning) {
                Some((_, types)) => types.push(name),
                None => seen.push((warning, vec![name])),
            }
        }
    }
    for (warning, types) in seen {
        if let Some(which) = name_types(&types) {
            warn(false, format!("{which}: {warning}"));
        }
    }
}
