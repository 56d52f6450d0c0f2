//! The functions that an expression may call.

use super::dialect::Dialect;
use super::value::Type;

/// The functions of cel-go's [standard library][1] that are about numbers, bools and strings, and
/// Karpenter's own.
///
/// [1]: https://github.com/google/cel-go/blob/master/common/stdlib/standard.go
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Int,
    Uint,
    Double,
    String,
    Bool,
    Size,
    StartsWith,
    EndsWith,
    Contains,
    Matches,
    Min,
    Max,
}

/// The two ways to write a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `size(a)`
    Function,
    /// `a.size()`
    Method,
}

impl Function {
    pub const ALL: [Self; 12] = [
        Self::Int,
        Self::Uint,
        Self::Double,
        Self::String,
        Self::Bool,
        Self::Size,
        Self::StartsWith,
        Self::EndsWith,
        Self::Contains,
        Self::Matches,
        Self::Min,
        Self::Max,
    ];

    /// The name that expressions use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::String => "string",
            Self::Bool => "bool",
            Self::Size => "size",
            Self::StartsWith => "startsWith",
            Self::EndsWith => "endsWith",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// The forms in which it may be called.
    pub fn forms(self) -> &'static [Form] {
        match self {
            Self::Size | Self::Matches => &[Form::Function, Form::Method],
            Self::StartsWith | Self::EndsWith | Self::Contains => &[Form::Method],
            _ => &[Form::Function],
        }
    }

    /// The dialects that have it.
    pub fn dialects(self) -> &'static [Dialect] {
        match self {
            Self::Min | Self::Max => &[Dialect::Karpenter],
            _ => &Dialect::ALL,
        }
    }

    /// The type of its result for arguments of these types; `None` if it does not take them.
    #[allow(clippy::match_same_arms, reason = "a line for each function, as in the standard library")]
    pub fn result(self, arguments: &[Type]) -> Option<Type> {
        use Type::{Bool, Double, Int, String, Uint};
        Some(match (self, arguments) {
            (Self::Int, [Int | Uint | Double | String]) => Int,
            (Self::Uint, [Int | Uint | Double | String]) => Uint,
            (Self::Double, [Int | Uint | Double | String]) => Double,
            (Self::String, [_]) => String,
            (Self::Bool, [Bool | String]) => Bool,
            (Self::Size, [String]) => Int,
            (Self::StartsWith | Self::EndsWith | Self::Contains | Self::Matches, [String, String]) => Bool,
            (Self::Min | Self::Max, [Int, Int]) => Int,
            (Self::Min | Self::Max, [Int | Double, Int | Double]) => Double,
            _ => return None,
        })
    }
}
