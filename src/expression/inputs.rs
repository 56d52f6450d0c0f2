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
