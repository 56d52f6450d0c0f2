//! Max-pods expressions: what nodeadm and Karpenter would make of one, before a node boots with it.
//!
//! Both evaluate CEL with [cel-go](https://github.com/google/cel-go). This module covers the part of
//! CEL that is about numbers, bools and strings, with cel-go's grammar, type check and arithmetic.
//! It refuses the rest by name, because a guess would be worse than no answer. The `cel` crate is
//! not used: it does not check types, so that it accepts what cel-go refuses, and its arithmetic
//! differs from cel-go's.

mod dialect;
mod error;
mod evaluate;
mod functions;
mod inputs;
mod lexer;
mod literal;
mod names;
mod parser;
mod pattern;
mod tree;
mod typing;
mod value;

pub use dialect::{Dialect, Variable};
pub use error::{ExpressionError, ExpressionErrorKind, Position};
pub(crate) use inputs::Inputs;
pub use value::{Type as CelType, Value as CelValue};

use crate::{Error, InstanceType};
use error::Fault;
use value::Value;

/// cel-go's default limit on the length of an expression.
const MOST_CHARACTERS: usize = 100_000;

/// A max-pods expression that its dialect accepts.
///
/// ```
/// use maxpods::Catalog;
/// use maxpods::expression::{Dialect, Expression};
///
/// let expression = Expression::compile("max_pods > 110 ? 110 : max_pods", Dialect::Nodeadm)?;
/// let m5_large = Catalog::new().find("m5.large")?;
/// assert_eq!(expression.evaluate(&m5_large)?.max_pods, 29);
/// # Ok::<(), maxpods::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    dialect: Dialect,
    tree: tree::Node,
    /// The variables that it uses, each once.
    variables: Vec<Variable>,
    /// The characters and sets of its patterns, with repeated ones counted each time.
    pattern_size: usize,
}

/// The result of an expression for one instance type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// The number of pods that the result means.
    pub max_pods: u64,
    /// The result itself.
    pub result: Value,
}

impl Expression {
    /// Parses an expression and checks its types, as cel-go does before it evaluates anything.
    ///
    /// # Errors
    /// [`Error::InvalidExpression`] if cel-go refuses the expression too, and
    /// [`Error::ExpressionNotCovered`] if it uses a part of CEL that is not covered here.
    pub fn compile(text: &str, dialect: Dialect) -> Result<Self, Error> {
        match Self::tree(text, dialect) {
            Ok(tree) => {
                let (variables, pattern_size) = inputs::used(&tree, dialect.variables());
                Ok(Self { text: text.to_owned(), dialect, tree, variables, pattern_size })
            }
            Err(fault) => {
                Err(Self::error(fault, text, dialect, |error| Error::InvalidExpression { dialect, error }))
            }
        }
    }

    fn tree(text: &str, dialect: Dialect) -> Result<tree::Node, Fault> {
        if text.chars().nth(MOST_CHARACTERS).is_some() {
            let message = format!("it is longer than the {MOST_CHARACTERS} characters that CEL takes");
            return Err(Fault::wrong(message));
        }
        let mut tree = parser::parse(text)?;
        typing::infer(&mut tree, dialect)?;
        Ok(tree)
    }

    fn error(
        fault: Fault,
        text: &str,
        dialect: Dialect,
        wrong: impl FnOnce(Box<ExpressionError>) -> Error,
    ) -> Error {
        let error = Box::new(ExpressionError::new(fault, text));
        match error.kind() {
            ExpressionErrorKind::NotCovered => Error::ExpressionNotCovered { dialect, error },
            _ => wrong(error),
        }
    }

    /// The number of pods that the expression gives an instance type.
    ///
    /// # Errors
    /// [`Error::ExpressionFailed`] on overflow, division by zero and the like, if the result is out
    /// of the dialect's range, and if the expression needs a fact that is not known of the type.
    /// [`Error::ExpressionNotCovered`] if a text comes up that is not covered, such as a double in hexadecimal.
    pub fn evaluate(&self, instance_type: &InstanceType) -> Result<Evaluation, Error> {
        let scope = evaluate::Scope { dialect: self.dialect, instance_type };
        let evaluation = scope.value(&self.tree).and_then(|result| {
            let max_pods = self.dialect.max_pods(&result)?;
            Ok(Evaluation { max_pods, result })
        });
        evaluation.map_err(|fault| {
            let instance_type = instance_type.name.clone();
            Self::error(fault, &self.text, self.dialect, |error| Error::ExpressionFailed {
                instance_type,
                error,
            })
        })
    }

    /// The text of the expression, unchanged.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The dialect that it was compiled for.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }
}
