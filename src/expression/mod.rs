//! Max-pods expressions: what nodeadm and Karpenter would make of one, before a node boots on it.
//!
//! Both evaluate CEL with cel-go. This is the scalar part of CEL, with cel-go's grammar, type check
//! and arithmetic; what is left out is refused by name, since a guess would be worse than no
//! answer. cel-go's Rust counterpart is not used: it does not check types, so that it accepts what
//! the real thing refuses, and its arithmetic differs where it matters; `parser` says what is the
//! matter with its parser.

mod check;
mod convert;
mod dialect;
mod error;
mod evaluate;
mod excerpt;
mod function;
mod lexer;
mod literal;
mod parser;
mod syntax;
mod value;

pub use dialect::{Dialect, Variable};
pub use error::{ExpressionError, Place};
pub use value::{Type, Value};

use crate::{Error, InstanceType};
use error::Fault;

/// Characters that cel-go takes by default.
const MOST_CHARACTERS: usize = 100_000;

/// A max-pods expression that its dialect accepts.
///
/// ```
/// use maxpods::{Catalog, Dialect, Expression};
///
/// let expression = Expression::compile("max_pods > 110 ? 110 : max_pods", Dialect::Nodeadm)?;
/// let m5_large = Catalog::new().find("m5.large")?;
/// assert_eq!(expression.evaluate(&m5_large)?.max_pods, 29);
/// # Ok::<(), maxpods::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    text: String,
    dialect: Dialect,
    checked: check::Checked,
}

/// What came of an expression for one instance type.
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
    /// [`Error::InvalidExpression`] where cel-go refuses it too, and where it goes beyond what is
    /// covered here: then the message says so.
    pub fn compile(text: &str, dialect: Dialect) -> Result<Self, Error> {
        let checked = if text.chars().nth(MOST_CHARACTERS).is_some() {
            Err(Fault::whole(format!("it is longer than the {MOST_CHARACTERS} characters that CEL takes")))
        } else {
            parser::parse(text).and_then(|tree| check::check(tree, dialect))
        };
        match checked {
            Ok(checked) => Ok(Self { text: text.to_owned(), dialect, checked }),
            Err(fault) => {
                Err(Error::InvalidExpression { dialect, error: Box::new(ExpressionError::new(fault, text)) })
            }
        }
    }

    /// The number of pods that the expression gives an instance type.
    ///
    /// # Errors
    /// [`Error::ExpressionFailed`] on overflow, division by zero and the like, where the result is
    /// out of the range that the dialect takes, and where a fact is needed that is not known of
    /// the type.
    pub fn evaluate(&self, instance_type: &InstanceType) -> Result<Evaluation, Error> {
        let evaluation = evaluate::evaluate(&self.checked, instance_type).and_then(|result| {
            let max_pods = self.dialect.max_pods(&result)?;
            Ok(Evaluation { max_pods, result })
        });
        evaluation.map_err(|fault| Error::ExpressionFailed {
            instance_type: instance_type.name.clone(),
            error: Box::new(ExpressionError::new(fault, &self.text)),
        })
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whose expression it is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }
}
