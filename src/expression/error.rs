//! What is wrong with an expression, and where in it.

use std::fmt;

use super::excerpt::Excerpt;
use crate::Escaped;

/// What is wrong with an expression, or with its evaluation, and where.
///
/// [`Display`](fmt::Display) shows the place with the line of the expression and a caret under it;
/// [`message`](Self::message) is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    message: String,
    help: Option<String>,
    place: Option<Place>,
    excerpt: String,
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
        let Fault { at, message, help } = fault;
        let excerpt = Excerpt::new(text, at);
        Self { message, help, place: at.map(|_| excerpt.place), excerpt: excerpt.to_string() }
    }

    /// What is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where; `None` where it is the expression as a whole.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// What to do about it, where there is something to do.
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
        // Nothing is to be seen of a blank expression.
        if self.place.is_some() || !self.excerpt.trim().is_empty() {
            write!(f, "\n{}", self.excerpt)?;
        }
        Ok(())
    }
}

impl std::error::Error for ExpressionError {}

/// The same before it is known which text the place is in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    at: Option<usize>,
    message: String,
    help: Option<String>,
}

impl Fault {
    /// Something wrong at this byte.
    pub fn at(at: usize, message: impl Into<String>) -> Self {
        Self { at: Some(at), message: message.into(), help: None }
    }

    /// Something wrong with the expression as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self { at: None, message: message.into(), help: None }
    }

    #[cfg(test)]
    pub fn message(&self) -> &str {
        &self.message
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A part of CEL that is left out here: cel-go may take it, so that it must not be guessed at.
    pub fn not_covered(at: usize, what: impl fmt::Display) -> Self {
        Self::at(at, format!("{what}: maxpods does not cover this part of CEL")).help(
            "covered are int, uint, double, bool and string values, arithmetic, comparisons, && || ! ?:, \
             'in' with a list of values, conversions and the string functions but matches()",
        )
    }

    /// Text of the expression's for a message: escaped, and cut where it is long.
    pub fn short(text: &str) -> String {
        const MOST: usize = 40;
        match text.char_indices().nth(MOST) {
            Some((end, _)) => format!("{}...", Escaped(&text[..end])),
            None => Escaped(text).to_string(),
        }
    }
}
