//! Brings together the facts that belong together: a group of nodes with its instance types, with the network of its
//! cluster, and with what the caller says.

mod classes;
mod nearest;
mod network;
mod types;

use std::path::PathBuf;
use std::rc::Rc;

use super::assumed::Assumed;
use super::facts::{Amount, Declared, Facts, From, NodeGroup, NumberReader};
use super::report::Finding;
use super::rules;
use crate::Catalog;
pub(crate) use network::{Cni, Joined};
pub(crate) use types::{Candidate, Candidates};
use types::TypeTable;

/// The kubelet's own number of pods, where it is given none.
const KUBELET_DEFAULT: u64 = 110;

/// One file, with its facts.
#[derive(Debug)]
pub(super) struct FileFacts {
    /// Its folder, which says what is near.
    pub folder: PathBuf,
    pub assumed: Rc<Assumed>,
    pub facts: Facts,
}

/// A group of nodes with everything that belongs to it.
pub(crate) struct Case<'a> {
    pub group: &'a NodeGroup,
    /// The number of pods in force, where the file gives one.
    pub number: Option<Declared<u64>>,
    /// The network of its cluster.
    pub network: &'a Joined,
    pub assumed: &'a Assumed,
    /// The instance types with their limits; `None` where they are not known.
    pub types: Option<Rc<Candidates>>,
    /// Every type of the table, in family then size order.
    pub table: &'a TypeTable<'a>,
}

/// Judges everything that the files say, in the order of the files.
pub(super) fn judge(files: Vec<FileFacts>, catalog: &Catalog) -> Vec<Finding> {
    let table = TypeTable::new(catalog);
    let networks = network::Networks::new(&files);
    let classes = classes::groups(&files);
    let mut findings = Vec::new();
    for (number, file) in files.iter().enumerate() {
        findings.extend(file.facts.remarks.iter().flat_map(|remark| rules::remark(remark, None)));
        let own = file.facts.groups.iter();
        for group in own.chain(classes.of_file(number)) {
            let network = networks.of(&files, number, group);
            let before = findings.len();
            findings.extend(judge_group(group, &network, &file.assumed, &table));
            // The caller's list of rules to leave out is that of the file.
            let mut at = before;
            findings.retain(|finding: &Finding| {
                at += 1;
                at <= before + 1 && at <= before || !file.assumed.ignore.iter().any(|id| id == finding.rule.id)
            });
        }
    }
    findings
}

fn judge_group(group: &NodeGroup, network: &Joined, assumed: &Assumed, table: &TypeTable<'_>) -> Vec<Finding> {
    let number = number(group);
    let types = (!group.kubelet.is_empty()).then(|| table.candidates(group, network, assumed)).flatten();
    rules::judge(&Case { group, number, network, assumed, types, table })
}

/// The number of pods that the group's nodes take, where the file decides it.
fn number(group: &NodeGroup) -> Option<Declared<u64>> {
    let found = group.kubelet.max_pods.as_ref()?;
    let value = found.value.number()?;
    // A kubelet's configuration takes 0 for a number that is not set.
    let unset = value == 0
        && group.kubelet.from == From::Config
        && matches!(group.reader, NumberReader::Nodeadm | NumberReader::Bottlerocket | NumberReader::Kubelet);
    Some(Declared { value: if unset { KUBELET_DEFAULT } else { value }, spot: found.spot.clone() })
}

impl Case<'_> {
    /// The amount of the file, where it is no number.
    pub fn no_number(&self) -> Option<&Declared<Amount>> {
        self.group.kubelet.max_pods.as_ref().filter(|found| found.value.number().is_none())
    }

    /// True if a number that the file gives is the one that nodes are planned with. It is false where another number
    /// takes precedence, or may do so.
    pub fn in_force(&self) -> bool {
        !self.group.remarks.iter().any(|remark| matches!(remark.cause, super::facts::Cause::Overridden(by)
            if !matches!(by, super::facts::Overridden::ByKey(_))))
    }

    /// The number of pods on a node of this type: Karpenter's `podsPerCore` may lower it.
    pub fn pods_on(&self, number: u64, candidate: &Candidate<'_>) -> u64 {
        match (self.group.pods_per_core, candidate.facts.vcpus) {
            (Some(per_core), Some(vcpus)) => number.min(per_core.saturating_mul(vcpus.into())),
            _ => number,
        }
    }
}
