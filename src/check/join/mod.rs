//! Brings together the facts that belong together: a group of nodes with its instance types, with the network of its
//! cluster, and with what the caller says.

mod classes;
mod expressions;
mod key;
mod nearest;
mod network;
mod types;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::rc::Rc;

use super::assumed::Assumed;
use super::facts::{
    Amount, Cause, Declared, Facts, KUBELET_DEFAULT, NodeGroup, NumberReader, NumberSetting, Overridden,
    Remark, Types, is_template,
};
use crate::Catalog;
pub(crate) use expressions::Compilation;
use expressions::{Expressions, Failure};
pub(crate) use network::{Ambiguity, ClusterCni, ClusterNetwork};
use types::TypeTable;
pub(crate) use types::{GroupTypes, TypeLimits};

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
    /// The expression, compiled; `None` where there is none, or where it is a template.
    pub expression: Option<Compilation>,
    /// The network of its cluster.
    pub network: &'a ClusterNetwork,
    /// The instance types with their limits; `None` where they are not known.
    pub types: Option<Rc<GroupTypes>>,
    /// Every type of the table, in family then size order.
    pub table: &'a TypeTable<'a>,
    with_pods: OnceCell<Vec<(Rc<TypeLimits>, u64)>>,
    failures: OnceCell<Vec<Failure>>,
}

/// A thing to judge.
pub(super) enum Subject<'a> {
    /// A fact that belongs to no group of nodes.
    Remark(&'a Remark),
    /// A group of nodes.
    Case(&'a Case<'a>),
}

/// Hands out everything that the files say, in the order of the files, each group with what belongs to it.
pub(super) fn each(files: &[FileFacts], catalog: &Catalog, mut judge: impl FnMut(Subject<'_>)) {
    let table = TypeTable::new(catalog);
    let expressions = Expressions::default();
    let networks = network::Networks::new(files);
    let classes = classes::groups(files);
    for (number, file) in files.iter().enumerate() {
        file.facts.remarks.iter().for_each(|remark| judge(Subject::Remark(remark)));
        for group in file.facts.groups.iter().chain(classes.of_file(number)) {
            let network = networks.of(files, number, group);
            let has_number = !group.kubelet.is_empty();
            let types = has_number.then(|| table.candidates(group, &network, &file.assumed)).flatten();
            let expression = expression(group, &expressions);
            let (network, number, table) = (&network, self::number(group), &table);
            judge(Subject::Case(&Case {
                group,
                number,
                expression,
                network,
                types,
                table,
                with_pods: OnceCell::new(),
                failures: OnceCell::new(),
            }));
        }
    }
}

/// The group's expression, compiled as its reader does.
fn expression(group: &NodeGroup, expressions: &Expressions) -> Option<Compilation> {
    let found = group.kubelet.expression.as_ref()?;
    let dialect = group.reader.dialect()?;
    (!is_template(&found.value)).then(|| expressions.compile(&found.value, dialect))
}

/// The number of pods that the group's nodes take, where the file decides it.
fn number(group: &NodeGroup) -> Option<Declared<u64>> {
    let found = group.kubelet.max_pods.as_ref()?;
    let value = if is_unset(group) { KUBELET_DEFAULT } else { found.value.number()? };
    Some(Declared { value, spot: found.spot.clone() })
}

/// True if the number is a 0 that a kubelet's configuration takes for a number that is not set.
fn is_unset(group: &NodeGroup) -> bool {
    let is_zero = group.kubelet.max_pods.as_ref().is_some_and(|found| found.value == Amount::Number(0));
    is_zero
        && group.kubelet.from == NumberSetting::Config
        && matches!(group.reader, NumberReader::Bottlerocket | NumberReader::Kubelet)
}

impl Case<'_> {
    /// The amount of the file, where it is no number.
    pub fn no_number(&self) -> Option<&Declared<Amount>> {
        self.group.kubelet.max_pods.as_ref().filter(|found| found.value.number().is_none())
    }

    /// True if the number is the kubelet's own, because nothing gives it one.
    pub fn is_kubelet_default(&self) -> bool {
        self.group.kubelet.from == NumberSetting::KubeletDefault || is_unset(self.group)
    }

    /// True if the number is the one that nodes are planned with. It is false where another number takes precedence, or
    /// may do so.
    pub fn in_force(&self) -> bool {
        let overrides =
            |cause: &Cause| matches!(cause, Cause::Overridden(by) if !matches!(by, Overridden::ByKey(_)));
        !self.group.remarks.iter().any(|remark| overrides(&remark.cause))
    }

    /// The types on which the number of pods is known, each with that number. Several rules ask for them.
    pub fn with_pods(&self) -> &[(Rc<TypeLimits>, u64)] {
        self.with_pods.get_or_init(|| {
            let types = self.types.iter().flat_map(|types| &types.types);
            types.filter_map(|one| Some((Rc::clone(one), self.pods_on(one)?))).collect()
        })
    }

    /// The types on which the expression fails. Several rules ask for them.
    pub fn failures(&self) -> &[Failure] {
        self.failures.get_or_init(|| {
            let Some(Ok(expression)) = &self.expression else { return Vec::new() };
            // Karpenter evaluates on every type that EC2 has, whatever a NodePool asks for.
            let of_table =
                (self.group.reader == NumberReader::Karpenter).then(|| expression.failures(self.table));
            let own = self.types.iter().flat_map(|types| &types.types);
            // A pool chooses from the table.
            let own = own.filter(|_| of_table.is_none() || !matches!(self.group.types, Types::Pools(_)));
            let failure =
                |one: &Rc<TypeLimits>| Some((Rc::clone(&one.name), expression.evaluate(&one.facts).err()?));
            let own = own.filter_map(failure);
            own.chain(of_table.iter().flat_map(|failures| failures.iter().cloned())).collect()
        })
    }

    /// The number of pods on a node of this type, by the number or by the expression. Karpenter's `podsPerCore` may
    /// lower it.
    fn pods_on(&self, candidate: &TypeLimits) -> Option<u64> {
        let number = match (&self.number, &self.expression) {
            (Some(number), _) => number.value,
            (None, Some(Ok(expression))) => expression.evaluate(&candidate.facts).ok()?,
            _ => return None,
        };
        Some(match (self.group.pods_per_core, candidate.facts.vcpus) {
            (Some(per_core), Some(vcpus)) => number.min(per_core.saturating_mul(vcpus.into())),
            _ => number,
        })
    }
}
