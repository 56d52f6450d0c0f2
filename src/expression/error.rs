//! The faults of an expression, and their places in it.

use std::fmt;

use super::excerpt::Excerpt;

/// A fault of an expression or of its evaluation, and its place.
///
/// [`Display`](fmt::Display) shows the place with the line of the expression and a caret under it;
/// [`message`](Self::message) is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    kind: ExpressionErrorKind,
    message: String,
    help: Option<String>,
    place: Option<Place>,
    excerpt: String,
}

/// True if an [`ExpressionError`] means that the expression is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpressionErrorKind {
    /// cel-go refuses the expression or its evaluation too.
    Wrong,
    /// The expression uses a part of CEL that is left out here, so that cel-go may take it.
    NotCovered,
    /// The expression needs a fact that is not known of the instance type.
    UnknownFact,
}

/// A place in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// In bytes, from 0.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl ExpressionError {
    pub(super) fn new(fault: Fault, text: &str) -> Self {
        let Fault { kind, at, message, help } = fault;
        let excerpt = Excerpt::new(text, at);
        Self { kind, message, help, place: at.map(|_| excerpt.place), excerpt: excerpt.to_string() }
    }

    /// True if the expression is wrong, or cannot be tried here.
    #[must_use]
    pub fn kind(&self) -> ExpressionErrorKind {
        self.kind
    }

    /// The fault in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it is wrong; `None` if the expression as a whole is.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// Advice, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "line {}, column {}: ", place.line, place.column)?;
        }
        f.write_str(&self.message)?;
        // There is nothing to show of a blank expression.
        if self.place.is_some() || !self.excerpt.trim().is_empty() {
            write!(f, "\n{}", self.excerpt)?;
        }
        Ok(())
    }
}

impl std::error::Error for ExpressionError {}

/// An [`ExpressionError`] that does not know yet in which text its place is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    kind: ExpressionErrorKind,
    at: Option<usize>,
    message: String,
    help: Option<String>,
}

impl Fault {
    /// Something is wrong at this byte.
    pub fn at(at: usize, message: impl Into<String>) -> Self {
        Self { kind: ExpressionErrorKind::Wrong, at: Some(at), message: message.into(), help: None }
    }

    /// Something is wrong with the expression as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self { kind: ExpressionErrorKind::Wrong, at: None, message: message.into(), help: None }
    }

    /// A part of CEL that is left out here, named in the plural: cel-go may take the expression, and
    /// a guess would be worse than no answer.
    pub fn not_covered(at: usize, what: impl fmt::Display) -> Self {
        let message = format!(
            "maxpods does not cover {what} of CEL: this expression may be right, and cannot be tried here"
        );
        Self { kind: ExpressionErrorKind::NotCovered, ..Self::at(at, message) }.help(
            "maxpods covers int, uint, double, bool and string values, arithmetic, comparisons, && || ! ?:, \
             'in', maps from strings to values of one type, conversions and the functions on strings",
        )
    }

    /// A fact that is not known of the instance type.
    pub fn unknown_fact(at: usize, message: impl Into<String>) -> Self {
        Self { kind: ExpressionErrorKind::UnknownFact, ..Self::at(at, message) }
    }

    pub fn kind(&self) -> ExpressionErrorKind {
        self.kind
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
