//! The functions that an expression may call: those of cel-go's [standard library][1] that are about numbers, bools
//! and strings, and Karpenter's own.
//!
//! [1]: https://github.com/google/cel-go/blob/master/common/stdlib/standard.go

use super::dialect::Dialect;
use super::error::Fault;
use super::value::{Type, Value};

/// A function and the ways in which it may be called.
pub(super) struct Function {
    pub name: &'static str,
    /// `size(a)`
    pub is_plain: bool,
    /// `a.size()`
    pub is_method: bool,
    /// True if only Karpenter has it.
    is_karpenters: bool,
}

pub(super) const FUNCTIONS: [Function; 12] = [
    function("int"),
    function("uint"),
    function("double"),
    function("string"),
    function("bool"),
    Function { is_method: true, ..function("size") },
    method("startsWith"),
    method("endsWith"),
    method("contains"),
    Function { is_plain: true, ..method("matches") },
    Function { is_karpenters: true, ..function("min") },
    Function { is_karpenters: true, ..function("max") },
];

const fn function(name: &'static str) -> Function {
    Function { name, is_plain: true, is_method: false, is_karpenters: false }
}

const fn method(name: &'static str) -> Function {
    Function { name, is_plain: false, is_method: true, is_karpenters: false }
}

impl Function {
    pub fn is_in(&self, dialect: Dialect) -> bool {
        !self.is_karpenters || dialect == Dialect::Karpenter
    }
}

/// The type of the result for arguments of these types; `None` if the function does not take them.
pub(super) fn type_of_call(function: &str, arguments: &[Type]) -> Option<Type> {
    use Type::{Bool, Double, Int, String, Uint};
    Some(match (function, arguments) {
        ("int", [Int | Uint | Double | String]) | ("size", [String]) | ("min" | "max", [Int, Int]) => Int,
        ("uint", [Int | Uint | Double | String]) => Uint,
        ("double", [Int | Uint | Double | String]) | ("min" | "max", [Int | Double, Int | Double]) => Double,
        ("string", [_]) => String,
        ("bool", [Bool | String])
        | ("startsWith" | "endsWith" | "contains" | "matches", [String, String]) => Bool,
        _ => return None,
    })
}

/// The value of a call whose types fit.
pub(super) fn call(function: &str, arguments: &[Value]) -> Result<Value, Fault> {
    use Value::{Bool, Double, Int, String, Uint};
    Ok(match (function, arguments) {
        ("int", [value]) => Int(value.to_int()?),
        ("uint", [value]) => Uint(value.to_uint()?),
        ("double", [value]) => Double(value.to_double()?),
        ("string", [value]) => String(value.to_text()),
        ("bool", [value]) => Bool(value.to_bool()?),
        ("size", [String(text)]) => Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)),
        ("startsWith", [String(text), String(part)]) => Bool(text.starts_with(part.as_str())),
        ("endsWith", [String(text), String(part)]) => Bool(text.ends_with(part.as_str())),
        ("contains", [String(text), String(part)]) => Bool(text.contains(part.as_str())),
        ("min", [Int(a), Int(b)]) => Int(*a.min(b)),
        ("max", [Int(a), Int(b)]) => Int(*a.max(b)),
        // Karpenter's comparison: if one is NaN, the second is the result.
        ("min" | "max", [a, b]) => {
            let (a, b) = (a.to_double()?, b.to_double()?);
            Double(if if function == "min" { a < b } else { a > b } { a } else { b })
        }
        _ => return Err(untyped()),
    })
}

/// The type check rules this out. It is an error all the same, and not a wrong number or a panic.
pub(super) fn untyped() -> Fault {
    Fault::wrong("the types do not fit")
}
