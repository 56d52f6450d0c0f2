//! CEL's conversions, as cel-go makes them: with Go's `strconv`.

use super::error::Fault;
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
        Value::String(_) => format!("{} does not hold an integer of 64 bits", shown(value)),
        Value::Bool(_) => format!("{} is no number", shown(value)),
        _ => format!("{} is out of the range of int", shown(value)),
    })
}

/// A value in a message: a string may be as long as the expression.
fn shown(value: &Value) -> String {
    Fault::short(&value.to_string())
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
        Value::String(text) => parse_double(text).ok_or_else(|| {
            format!(
                "{} does not hold a double (hexadecimal ones and underscores are not covered here)",
                shown(value)
            )
        }),
        Value::Bool(_) => Err(format!("{} is no number", shown(value))),
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
        Value::String(text) => {
            crate::go_bool(text).ok_or_else(|| format!("{} does not hold a bool", shown(value)))
        }
        _ => Err(format!("{} is no bool", shown(value))),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::String(text.into())
    }

    #[test]
    fn doubles_are_written_as_go_writes_them() {
        for (n, written) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (123_456.0, "123456"),
            (999_999.5, "999999.5"),
            (1_000_000.0, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (-1e21, "-1e+21"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e300, "1e+300"),
            (5e-324, "5e-324"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(to_string(&Value::Double(n)), written);
        }
    }

    #[test]
    fn text_is_read_as_go_reads_it() {
        for (read, int, uint) in [
            ("7", Some(7), Some(7)),
            ("007", Some(7), Some(7)),
            ("+7", Some(7), None),
            ("-7", Some(-7), None),
            ("-0", Some(0), None),
            ("9223372036854775807", Some(i64::MAX), Some(i64::MAX as u64)),
            ("-9223372036854775808", Some(i64::MIN), None),
            ("9223372036854775808", None, Some(1 << 63)),
            ("18446744073709551616", None, None),
            ("", None, None),
            ("+", None, None),
            (" 7", None, None),
            ("7.0", None, None),
            ("0x7", None, None),
            ("1_0", None, None),
            ("\u{667}", None, None),
        ] {
            assert_eq!(to_int(&text(read)).ok(), int, "{read}");
            assert_eq!(to_uint(&text(read)).ok(), uint, "{read}");
        }
        for (read, double) in [
            ("7", Some(7.0)),
            ("7.", Some(7.0)),
            (".5", Some(0.5)),
            ("-1.5e3", Some(-1500.0)),
            ("+1E-2", Some(0.01)),
            ("1e-400", Some(0.0)),
            ("1e400", None),
            ("inf", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("+INF", Some(f64::INFINITY)),
            ("infinit", None),
            ("+nan", None),
            ("", None),
            (".", None),
            ("e3", None),
            ("0x1p4", None),
            ("1_0", None),
            (" 1", None),
        ] {
            assert_eq!(to_double(&text(read)).ok(), double, "{read}");
        }
        assert!(to_double(&text("NaN")).is_ok_and(f64::is_nan));
        for (read, bool) in
            [("true", Some(true)), ("T", Some(true)), ("0", Some(false)), ("yes", None), ("tRUE", None)]
        {
            assert_eq!(to_bool(&text(read)).ok(), bool, "{read}");
        }
    }

    #[test]
    fn the_ends_of_the_ranges() {
        for (n, int, uint) in [
            (9_223_372_036_854_774_784.0, Some(9_223_372_036_854_774_784), Some(9_223_372_036_854_774_784)),
            (9_223_372_036_854_775_808.0, None, Some(1 << 63)),
            // Within the range of int, and refused by cel-go all the same.
            (-9_223_372_036_854_775_808.0, None, None),
            (18_446_744_073_709_551_616.0, None, None),
            (7.99, Some(7), Some(7)),
            (-7.99, Some(-7), None),
            (-0.5, Some(0), None),
            (-0.0, Some(0), Some(0)),
            (f64::NAN, None, None),
            (f64::INFINITY, None, None),
        ] {
            assert_eq!(to_int(&Value::Double(n)).ok(), int, "{n}");
            assert_eq!(to_uint(&Value::Double(n)).ok(), uint, "{n}");
        }
        assert_eq!(to_int(&Value::Uint(1 << 63)).ok(), None);
        assert_eq!(to_uint(&Value::Int(-1)).ok(), None);
    }
}
