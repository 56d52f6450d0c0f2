//! The facts of an instance type that decide what an expression gives.

use super::Expression;
use super::dialect::Variable;
use super::tree::{Kind, Node};
use super::value::Value;
use crate::InstanceType;

/// The most variables that a dialect has.
const MOST_VARIABLES: usize = 6;

/// The work of a character of a pattern, in bytes of text: it may be held against each character of a name.
const PATTERN_WORK: u64 = 60;

/// The work that an evaluation takes even if the expression is short, in bytes of text.
const LEAST_WORK: u64 = 20;

/// A fact that is not known. No fact of an instance type is negative.
const UNKNOWN: i64 = -1;

/// The values of the variables that an expression uses. Instance types with the same values give the same result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Inputs {
    /// In the order in which the expression uses them; 0 behind the last.
    numbers: [i64; MOST_VARIABLES],
    /// `None` if the expression does not use the name.
    name: Option<String>,
}

impl Expression {
    /// The values of its variables on an instance type.
    pub(crate) fn inputs(&self, instance_type: &InstanceType) -> Inputs {
        let mut inputs = Inputs::default();
        for (variable, number) in self.variables.iter().zip(&mut inputs.numbers) {
            match self.dialect.value(*variable, instance_type) {
                Some(Value::Int(value)) => *number = value,
                Some(Value::String(name)) => inputs.name = Some(name),
                _ => *number = UNKNOWN,
            }
        }
        inputs
    }

    /// An estimate of the work of one evaluation: the bytes of text that it goes through.
    pub(crate) fn work(&self) -> u64 {
        LEAST_WORK + self.text.len() as u64 + PATTERN_WORK * self.pattern_size as u64
    }
}

/// The variables of a dialect that a tree uses, and the size of its patterns.
pub(super) fn used(root: &Node, variables: &[Variable]) -> (Vec<Variable>, usize) {
    let mut used: Vec<Variable> = Vec::new();
    let mut pattern_size = 0;
    let mut left = vec![root];
    while let Some(node) = left.pop() {
        match &node.kind {
            Kind::Name(name) => {
                let variable = variables.iter().find(|variable| variable.name() == name);
                used.extend(variable.filter(|variable| !used.contains(variable)));
            }
            Kind::Matches(Ok(pattern)) => pattern_size += pattern.size,
            _ => {}
        }
        left.extend(&node.parts);
    }
    (used, pattern_size)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::Catalog;
    use crate::expression::Dialect;

    #[test]
    fn all_variables_have_a_place() {
        let most = Dialect::ALL.map(|dialect| dialect.variables().len());
        assert!(most.iter().all(|count| *count <= MOST_VARIABLES), "{most:?}");
    }

    #[test]
    fn types_with_the_same_inputs_have_the_same_result() {
        for (dialect, text) in [
            (Dialect::Karpenter, "default_enis * 2"),
            (Dialect::Karpenter, "ips_per_eni + default_enis"),
            (Dialect::Karpenter, "false || max_pods > 100 ? vcpus : 1"),
            (Dialect::Karpenter, "max_pods > 100 ? memory_mib / 4000 : vcpus"),
            (Dialect::Karpenter, "instance_type.startsWith('m5') ? 1 : size(instance_type)"),
            (Dialect::Karpenter, "instance_type.matches('^[mc]5') ? vcpus : 2"),
            (Dialect::Karpenter, "max_pods in [29, 58] ? 1 : {'m5.large': 2, 'm5.xlarge': 3}[instance_type]"),
            (Dialect::Karpenter, "100 / (vcpus - 2)"),
            (Dialect::Nodeadm, "max_pods - default_enis"),
            (Dialect::NodeadmNext, "vcpus + physical_memory_mib / 1000 + 1"),
        ] {
            let expression = Expression::compile(text, dialect).unwrap();
            let mut known = HashMap::new();
            for facts in Catalog::new().types() {
                let result = expression.evaluate(&facts).map(|evaluation| evaluation.max_pods).ok();
                let first = *known.entry(expression.inputs(&facts)).or_insert(result);
                assert_eq!(first, result, "{text}: {}", facts.name);
            }
            assert!(known.len() > 1, "{text}");
        }
    }

    #[test]
    fn the_work_counts_texts_and_patterns() {
        let work = |text| Expression::compile(text, Dialect::Karpenter).unwrap().work();
        assert_eq!(work("max_pods"), LEAST_WORK + 8);
        let plain = work("instance_type.startsWith('aaaa') ? 1 : 2");
        assert!(work("instance_type.matches('aaaa') ? 1 : 2") >= plain + 3 * PATTERN_WORK);
    }
}
