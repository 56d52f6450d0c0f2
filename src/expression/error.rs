//! The faults of an expression, and their places in it.

use std::fmt;

use crate::excerpt::Excerpt;

/// Columns that are shown of a line; log viewers and narrow terminals have them.
const WIDTH: usize = 76;

/// A fault of an expression or of its evaluation, and its place.
///
/// [`Display`](fmt::Display) shows the place with the line of the expression and a caret under it;
/// [`message`](Self::message) is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    kind: ExpressionErrorKind,
    message: String,
    help: Option<String>,
    place: Option<Position>,
    excerpt: Excerpt,
}

/// Tells whether the expression is wrong, or cannot be tried here.
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

/// A position in the text of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
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
        let Some(at) = at else {
            let first = text.lines().next().unwrap_or_default();
            return Self { kind, message, help, place: None, excerpt: Excerpt::without_caret(first, WIDTH) };
        };
        let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[start..].chars().count() + 1;
        let place = Position { offset: before.len(), line: before.matches('\n').count() + 1, column };
        let end = after.find('\n').map_or(text.len(), |end| before.len() + end);
        let excerpt = Excerpt::new(text[start..end].trim_end_matches('\r'), column, WIDTH);
        Self { kind, message, help, place: Some(place), excerpt }
    }

    /// An expression that is not tried, for this reason.
    pub(crate) fn not_tried(reason: &str) -> Self {
        Self::new(Fault { kind: ExpressionErrorKind::NotCovered, ..Fault::wrong(reason) }, "")
    }

    /// Tells whether the expression is wrong, or cannot be tried here.
    #[must_use]
    pub fn kind(&self) -> ExpressionErrorKind {
        self.kind
    }

    /// The fault in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place of the fault; `None` if it is the expression as a whole.
    #[must_use]
    pub fn place(&self) -> Option<Position> {
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
        if self.place.is_some() || !self.excerpt.is_blank() {
            write!(f, "\n{}", self.excerpt)?;
        }
        Ok(())
    }
}

impl std::error::Error for ExpressionError {}

/// An [`ExpressionError`] that does not know yet in which text its place is.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub kind: ExpressionErrorKind,
    at: Option<usize>,
    message: String,
    help: Option<String>,
}

impl Fault {
    /// cel-go refuses this too.
    pub fn wrong(message: impl Into<String>) -> Self {
        Self { kind: ExpressionErrorKind::Wrong, at: None, message: message.into(), help: None }
    }

    /// A part of CEL that is left out here, named in the plural: cel-go may take the expression, and
    /// a guess would be worse than no answer.
    pub fn not_covered(what: impl fmt::Display) -> Self {
        let message = format!(
            "maxpods does not cover {what} of CEL: this expression may be right, and cannot be tried here"
        );
        Self { kind: ExpressionErrorKind::NotCovered, ..Self::wrong(message) }.help(
            "maxpods covers int, uint, double, bool and string values, arithmetic, comparisons, && || ! ?:, \
             'in', maps from strings to values of one type, conversions and the functions on strings",
        )
    }

    /// A fact that is not known of the instance type.
    pub fn unknown_fact(message: impl Into<String>) -> Self {
        Self { kind: ExpressionErrorKind::UnknownFact, ..Self::wrong(message) }
    }

    /// Sets the place, in bytes, of a fault that has none yet. So a part of an expression may tell its own place,
    /// and the expression around it does not change that.
    pub fn at(mut self, at: usize) -> Self {
        self.at.get_or_insert(at);
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self::wrong(message)
    }
}
