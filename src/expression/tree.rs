//! The tree of an expression.

use super::pattern::Pattern;
use super::value::Value;

/// One part of an expression.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The place of its operator, its name or its first character, in bytes.
    pub at: usize,
    /// The depth of the operators, conditionals and calls on a value that are nested here.
    pub depth: usize,
    pub kind: Kind,
    pub parts: Vec<Node>,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Constant(Value),
    /// A variable.
    Name(String),
    /// An operator by its sign. A chain of `&&` or `||` is one node with all of its sides, `?:` is the conditional,
    /// and `[]` is an index.
    Operator(&'static str),
    /// `part.field`
    Field(String),
    List,
    /// The parts are a key, its value, the next key and so on.
    Map,
    /// `function(parts)`
    Function(String),
    /// `part.function(parts)`: the receiver is the first part.
    Method(String),
    /// A call of `matches()`, once the types are known. The part is the text. If RE2 does not take the pattern, the
    /// reason is reported at evaluation, as in cel-go.
    Matches(Result<Pattern, String>),
}
