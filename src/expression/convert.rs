//! CEL's conversions, as cel-go makes them: with Go's `strconv`.

use super::value::Value;

/// What `int()` gives, which is also what a result has to be; else what is wrong with the value.
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
        Value::String(_) => format!("{value} does not hold an integer of 64 bits"),
        Value::Bool(_) => format!("{value} is no number"),
        _ => format!("{value} is out of the range of int"),
    })
}

/// Truncated towards zero. Both ends of the range are out, as in cel-go.
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
        Value::String(_) => format!("{value} does not hold an unsigned integer of 64 bits"),
        Value::Bool(_) => format!("{value} is no number"),
        _ => format!("{value} is out of the range of uint"),
    })
}

pub(super) fn to_double(value: &Value) -> Result<f64, String> {
    #[allow(clippy::cast_precision_loss, reason = "CEL rounds to the nearest double too")]
    match value {
        Value::Int(n) => Ok(*n as f64),
        Value::Uint(n) => Ok(*n as f64),
        Value::Double(n) => Ok(*n),
        Value::String(text) => parse_double(text).ok_or_else(|| {
            format!("{value} does not hold a double (hexadecimal ones and underscores are not covered here)")
        }),
        Value::Bool(_) => Err(format!("{value} is no number")),
    }
}

/// What Go's `ParseFloat` takes, but for hexadecimal numbers and underscores.
fn parse_double(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_a_word = ["inf", "infinity"].iter().any(|word| unsigned.eq_ignore_ascii_case(word));
    // Go takes a sign before the words for infinity, but not before NaN.
    if is_a_word || text.eq_ignore_ascii_case("nan") {
        return text.parse().ok();
    }
    let decimal = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    // What is too large is an error to Go, and infinity to Rust.
    text.parse().ok().filter(|n: &f64| decimal && n.is_finite())
}

pub(super) fn to_bool(value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(b) => Ok(*b),
        Value::String(text) => match text.as_str() {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
            _ => Err(format!("{value} does not hold a bool")),
        },
        _ => Err(format!("{value} is no bool")),
    }
}

pub(super) fn to_string(value: &Value) -> String {
    match value {
        Value::Int(n) => n.to_string(),
        Value::Uint(n) => n.to_string(),
        Value::Double(n) => format_double(*n),
        Value::Bool(b) => b.to_string(),
        Value::String(text) => text.clone(),
    }
}

/// Go's `%g` with the fewest digits that are exact: an exponent from a million on (`1e+06`), and
/// below a ten-thousandth.
fn format_double(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return if n > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let scientific = format!("{n:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
        _ => n.to_string(),
    }
}
