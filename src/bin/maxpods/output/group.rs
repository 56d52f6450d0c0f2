//! The answer of the main job: one number for the instance types of a node group.

use std::borrow::Cow;

use maxpods::expression::{Evaluation, Expression};
use maxpods::{Breakdown, InstanceType, KubeReserved, Os};

use super::{Answer, quote};

/// The result: of the rules, or of an expression in their place.
pub enum Outcome {
    Rules(Breakdown),
    Expression(Expression, Evaluation),
}

impl Answer<Outcome> {
    /// The number of pods.
    pub fn max_pods(&self) -> u64 {
        match &self.outcome {
            Outcome::Rules(breakdown) => breakdown.max_pods,
            Outcome::Expression(_, evaluation) => evaluation.max_pods,
        }
    }
}

/// The instance types of one node group, each with its number. All nodes of a group get the same number: the
/// lowest one, which is right for all of them.
pub struct Group {
    /// The answers of the types, in the order of the command line.
    pub answers: Vec<Answer<Outcome>>,
    /// The index of the lowest answer. If several are lowest, it is the first of them.
    lowest: usize,
    /// The operating system of the nodes.
    pub os: Os,
    /// True if the configuration formats carry `kubeReserved`.
    with_kube_reserved: bool,
}

impl Group {
    /// A group of the types of these answers; `None` if there is no answer.
    pub fn new(answers: Vec<Answer<Outcome>>, os: Os, with_kube_reserved: bool) -> Option<Self> {
        let lowest = answers.iter().enumerate().min_by_key(|(_, answer)| answer.max_pods());
        let lowest = lowest.map(|(place, _)| place)?;
        Some(Self { answers, lowest, os, with_kube_reserved })
    }

    /// The answer of the type with the lowest number.
    pub fn lowest(&self) -> &Answer<Outcome> {
        &self.answers[self.lowest]
    }

    /// The number of pods that is right for all types.
    pub fn max_pods(&self) -> u64 {
        self.lowest().max_pods()
    }

    /// The names of the types, in the order of the command line.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().map(|answer| answer.instance_type.name.as_str())
    }

    /// The type, if there is only one.
    pub fn only_type(&self) -> Option<&InstanceType> {
        match self.answers.as_slice() {
            [only] => Some(&only.instance_type),
            _ => None,
        }
    }

    /// The expression as a YAML string, if there is one.
    pub fn expression_in_yaml(&self) -> Option<Cow<'_, str>> {
        match &self.lowest().outcome {
            Outcome::Rules(_) => None,
            Outcome::Expression(expression, _) => Some(quote::yaml(expression.text())),
        }
    }

    /// The reserve for that number of pods, if it was asked for. Its CPU is the highest of the types,
    /// because every node of the group gets the same reserve.
    pub fn kube_reserved(&self) -> Option<KubeReserved> {
        let vcpus = self.answers.iter().filter_map(|answer| answer.instance_type.vcpus).max();
        self.with_kube_reserved.then(|| KubeReserved::new(self.max_pods(), vcpus))
    }

    /// The reserve in YAML: the line `kubeReserved:` with `indent` spaces before it, and then a line
    /// `name: value` for each resource. It is empty if the reserve was not asked for.
    pub fn kube_reserved_in_yaml(&self, indent: usize) -> String {
        let Some(reserved) = self.kube_reserved() else {
            return String::new();
        };
        let lines = reserved.quantities().map(|(name, value)| format!("{:indent$}  {name}: {value}\n", ""));
        format!("{:indent$}kubeReserved:\n{}", "", lines.collect::<String>())
    }
}
