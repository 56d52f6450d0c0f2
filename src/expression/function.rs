//! The functions that an expression may call.

use super::dialect::Dialect;
use super::value::Type;

/// The functions of cel-go's [standard library][1] that are about scalars, and Karpenter's own.
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
    pub const ALL: [Self; 11] = [
        Self::Int,
        Self::Uint,
        Self::Double,
        Self::String,
        Self::Bool,
        Self::Size,
        Self::StartsWith,
        Self::EndsWith,
        Self::Contains,
        Self::Min,
        Self::Max,
    ];

    /// What an expression calls it.
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
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// How it may be called.
    pub fn forms(self) -> &'static [Form] {
        match self {
            Self::Size => &[Form::Function, Form::Method],
            Self::StartsWith | Self::EndsWith | Self::Contains => &[Form::Method],
            _ => &[Form::Function],
        }
    }

    /// Who has it.
    pub fn dialects(self) -> &'static [Dialect] {
        match self {
            Self::Min | Self::Max => &[Dialect::Karpenter],
            _ => &Dialect::ALL,
        }
    }

    /// The type of what it gives for arguments of these types.
    #[allow(clippy::match_same_arms, reason = "one line a function, as in the standard library")]
    pub fn result(self, arguments: &[Type]) -> Option<Type> {
        use Type::{Bool, Double, Int, String, Uint};
        Some(match (self, arguments) {
            (Self::Int, [Int | Uint | Double | String]) => Int,
            (Self::Uint, [Int | Uint | Double | String]) => Uint,
            (Self::Double, [Int | Uint | Double | String]) => Double,
            (Self::String, [_]) => String,
            (Self::Bool, [Bool | String]) => Bool,
            (Self::Size, [String]) => Int,
            (Self::StartsWith | Self::EndsWith | Self::Contains, [String, String]) => Bool,
            (Self::Min | Self::Max, [Int, Int]) => Int,
            (Self::Min | Self::Max, [Int | Double, Int | Double]) => Double,
            _ => return None,
        })
    }
}
