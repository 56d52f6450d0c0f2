//! CEL's conversions, as cel-go makes them: with Go's `strconv`.

pub(super) mod double;
#[cfg(test)]
mod tests;

use super::value::Value;
use crate::text::Shortened;

/// The result of `int()`, or what is wrong with the value. A result of an expression goes through it too.
pub(super) fn to_int(value: &Value) -> Result<i64, String> {
    let int = match *value {
        Value::Int(n) => Some(n),
        Value::Uint(n) => i64::try_from(n).ok(),
        Value::Double(n) => double_to_int(n),
        Value::Bool(_) => None,
        // Go's ParseInt in base 10 takes what Rust takes: a sign and digits.
        Value::String(ref text) => text.parse().ok(),
    };
    int.ok_or_else(|| match value {
        Value::String(_) => format!("{} does not hold an integer of 64 bits", shown(value)),
        Value::Bool(_) => format!("{} is no number", shown(value)),
        _ => format!("{} is out of the range of int", shown(value)),
    })
}

/// A value for a message. It is shortened, because a string may be as long as the expression.
fn shown(value: &Value) -> String {
    Shortened(&value.to_string()).to_string()
}

/// A double truncated towards zero. Both ends of the range are out of it, as in cel-go.
fn double_to_int(n: f64) -> Option<i64> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "truncation is what is asked for, and the range is checked"
    )]
    (n > -END && n < END).then_some(n as i64)
}

pub(super) fn to_uint(value: &Value) -> Result<u64, String> {
    const END: f64 = 18_446_744_073_709_551_616.0;
    let uint = match *value {
        Value::Int(n) => u64::try_from(n).ok(),
        Value::Uint(n) => Some(n),
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "truncation is what is asked for, and the range is checked"
        )]
        Value::Double(n) => (0.0..END).contains(&n).then_some(n as u64),
        Value::Bool(_) => None,
        // Go's ParseUint takes no sign.
        Value::String(ref text) => {
            Some(text).filter(|text| !text.starts_with('+')).and_then(|t| t.parse().ok())
        }
    };
    uint.ok_or_else(|| match value {
        Value::String(_) => format!("{} does not hold an unsigned integer of 64 bits", shown(value)),
        Value::Bool(_) => format!("{} is no number", shown(value)),
        _ => format!("{} is out of the range of uint", shown(value)),
    })
}

pub(super) fn to_double(value: &Value) -> Result<f64, String> {
    #[allow(clippy::cast_precision_loss, reason = "CEL rounds to the nearest double too")]
    match value {
        Value::Int(n) => Ok(*n as f64),
        Value::Uint(n) => Ok(*n as f64),
        Value::Double(n) => Ok(*n),
        Value::String(text) => {
            double::parse(text).ok_or_else(|| format!("{} does not hold a double of 64 bits", shown(value)))
        }
        Value::Bool(_) => Err(format!("{} is no number", shown(value))),
    }
}

pub(super) fn to_bool(value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(b) => Ok(*b),
        Value::String(text) => {
            crate::text::go_bool(text).ok_or_else(|| format!("{} does not hold a bool", shown(value)))
        }
        _ => Err(format!("{} is no bool", shown(value))),
    }
}

pub(super) fn to_string(value: &Value) -> String {
    match value {
        Value::Int(n) => n.to_string(),
        Value::Uint(n) => n.to_string(),
        Value::Double(n) => double::format(*n),
        Value::Bool(b) => b.to_string(),
        Value::String(text) => text.clone(),
    }
}
