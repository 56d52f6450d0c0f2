//! The tree of an expression, as it was written.

use std::fmt;

use super::value::Value;

/// Operators with two sides. `&&` and `||` are not among them: an error on one side does not always
/// matter to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

impl Operator {
    /// How tightly it binds. All of them group from the left.
    pub fn precedence(self) -> u8 {
        match self {
            Self::Multiply | Self::Divide | Self::Remainder => 3,
            Self::Add | Self::Subtract => 2,
            _ => 1,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
        })
    }
}

/// One part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The place of its operator, its name or its first character, in bytes.
    pub at: usize,
    /// The depth of the operators, conditionals and calls on a value that are nested here.
    pub depth: usize,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Literal(Value),
    Name(String),
    Not(Box<Node>),
    Negate(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    /// All sides of a chain of `&&`.
    And(Vec<Node>),
    /// All sides of a chain of `||`.
    Or(Vec<Node>),
    Conditional(Box<[Node; 3]>),
    List(Vec<Node>),
    /// Keys with their values.
    Map(Vec<[Node; 2]>),
    /// `value[index]`
    Index(Box<Node>, Box<Node>),
    /// `value.field`
    Select(Box<Node>, String),
    /// `function(arguments)`
    Call(String, Vec<Node>),
    /// `receiver.function(arguments)`
    Method(Box<Node>, String, Vec<Node>),
}
