//! The rules: a file for each, with its name, its level, its explanation and its check.
//!
//! A new rule is one file here, its `mod` line, and its line in [`RULES`]. A rule about a fact that no number shows
//! needs a `Cause` as well. The command's list of rules, its explanations, the documentation and the rules of SARIF
//! follow from [`RULES`].

mod above_recommended;
mod bootstrap_max_pods;
mod expression;
mod fit;
mod kubelet_default;
mod mixed_types;
mod needs_branch_enis;
mod needs_prefixes;
mod no_ipv6;
mod no_prefixes;
mod not_a_script;
mod not_judged;
mod number_ignored;
mod number_overridden;
mod over_allowed;
mod per_type;
mod reserve_too_small;
mod reserved_memory;
mod under_recommended;
mod unreleased;
mod unused_ignore;
mod words;

use std::fmt;

use super::facts::Remark;
use super::join::Case;
use super::report::{Finding, Level};

pub(super) use unused_ignore::unused;

/// A rule that configuration is held against.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, which does not change from one version to the next.
    pub id: &'static str,
    /// The level of its findings, where the finding itself gives no reason for another.
    pub level: Level,
    /// The other levels that a finding may have, and where it has them.
    pub other_levels: &'static [(Level, &'static str)],
    /// A description of its findings, in one sentence of Markdown.
    pub summary: &'static str,
    /// Why it matters, in Markdown. A line that begins with `- ` is an item of a list.
    pub why: &'static str,
    /// A file that it finds something in. `\\r` stands for a carriage return.
    pub example: &'static str,
    /// How to mend it, in Markdown. Links without a host are those of a page of the guide.
    pub remedy: &'static str,
    /// The documents or source files that decide it, in Markdown.
    pub source: &'static str,
    /// Judges a group of nodes with what belongs to it.
    judge: fn(&Case<'_>) -> Vec<Finding>,
    /// Judges a fact that belongs to no group, or to a group that is not judged itself.
    remark: fn(&Remark) -> Option<Finding>,
}

/// Every rule, in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &over_allowed::RULE,
    &needs_prefixes::RULE,
    &no_prefixes::RULE,
    &above_recommended::RULE,
    &under_recommended::RULE,
    &number_ignored::RULE,
    &number_overridden::RULE,
    &kubelet_default::RULE,
    &bootstrap_max_pods::RULE,
    &expression::RULE,
    &unreleased::RULE,
    &reserved_memory::RULE,
    &reserve_too_small::RULE,
    &not_a_script::RULE,
    &needs_branch_enis::RULE,
    &no_ipv6::RULE,
    &mixed_types::RULE,
    &not_judged::RULE,
    &unused_ignore::RULE,
];

impl Rule {
    /// The levels that its findings may have, in words: the usual one, and where they have another one.
    #[must_use]
    pub fn levels(&self) -> String {
        let others = self.other_levels.iter().map(|(level, place)| format!("; {level} {place}"));
        format!("{}{}", self.level, others.collect::<Vec<_>>().concat())
    }

    /// The rule with this name.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.id == id)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// The findings of all rules on a group of nodes.
pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let of_remarks = case.group.remarks.iter().flat_map(|found| remark(found, case.group.name.as_deref()));
    let by_default = case.is_kubelet_default();
    let rules = RULES.iter().filter(|rule| !(by_default && kubelet_default::stands_for(rule)));
    of_remarks.chain(rules.flat_map(|rule| (rule.judge)(case))).collect()
}

/// The findings of all rules on a fact.
pub(super) fn remark(found: &Remark, name: Option<&str>) -> Vec<Finding> {
    let findings = RULES.iter().filter_map(|rule| (rule.remark)(found));
    let named = findings.map(|mut finding| {
        if let Some(name) = name {
            finding.message = format!("{name}: {}", finding.message);
        }
        finding
    });
    named.collect()
}

/// For rules that judge no group.
fn no_case(_: &Case<'_>) -> Vec<Finding> {
    Vec::new()
}

/// For rules that judge no single fact.
fn no_remark(_: &Remark) -> Option<Finding> {
    None
}
