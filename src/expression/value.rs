//! Values of an expression and their types.

use std::fmt;

/// A value of an expression: one of CEL's numbers, a bool or a string.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A signed 64-bit integer.
    Int(i64),
    /// An unsigned 64-bit integer.
    Uint(u64),
    /// A 64-bit floating-point number.
    Double(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Text.
    String(String),
}

/// The type of a [`Value`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// [`Value::Int`].
    Int,
    /// [`Value::Uint`].
    Uint,
    /// [`Value::Double`].
    Double,
    /// [`Value::Bool`].
    Bool,
    /// [`Value::String`].
    String,
}

impl Value {
    /// Its type.
    #[must_use]
    pub fn kind(&self) -> Type {
        match self {
            Self::Int(_) => Type::Int,
            Self::Uint(_) => Type::Uint,
            Self::Double(_) => Type::Double,
            Self::Bool(_) => Type::Bool,
            Self::String(_) => Type::String,
        }
    }
}

impl Type {
    /// The type with its article, for a sentence.
    pub(super) fn with_article(self) -> &'static str {
        match self {
            Self::Int => "an int",
            Self::Uint => "a uint",
            Self::Double => "a double",
            Self::Bool => "a bool",
            Self::String => "a string",
        }
    }
}

/// Written as in CEL, so that the type shows: `29`, `29u`, `29.0`, `"m5.large"`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(n) => write!(f, "{n}"),
            Self::Uint(n) => write!(f, "{n}u"),
            Self::Double(n) => write!(f, "{n:?}"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::String(text) => write!(f, "\"{}\"", text.escape_default()),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::Bool => "bool",
            Self::String => "string",
        })
    }
}
