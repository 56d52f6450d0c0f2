//! Values of an expression, their types, and CEL's conversions, which are those of Go's `strconv`.

use std::fmt;

use super::error::Fault;
use crate::text::Shortened;

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

    /// The result of `int()`, or what is wrong with the value. A result of an expression goes through it too.
    pub(super) fn to_int(&self) -> Result<i64, String> {
        // Both ends of the range are out of it, as in cel-go.
        const END: f64 = 9_223_372_036_854_775_808.0;
        let int = match self {
            Self::Int(n) => Some(*n),
            Self::Uint(n) => i64::try_from(*n).ok(),
            #[allow(clippy::cast_possible_truncation, reason = "it is asked for, and the range is checked")]
            Self::Double(n) => (n.abs() < END).then_some(*n as i64),
            Self::Bool(_) => None,
            // Go's ParseInt in base 10 takes what Rust takes: a sign and digits.
            Self::String(text) => text.parse().ok(),
        };
        int.ok_or_else(|| self.is_not("an integer", Type::Int))
    }

    /// The result of `uint()`.
    pub(super) fn to_uint(&self) -> Result<u64, String> {
        const END: f64 = 18_446_744_073_709_551_616.0;
        let uint = match self {
            Self::Int(n) => u64::try_from(*n).ok(),
            Self::Uint(n) => Some(*n),
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "truncation is asked for, and the range is checked"
            )]
            Self::Double(n) => (0.0..END).contains(n).then_some(*n as u64),
            Self::Bool(_) => None,
            // Go's ParseUint takes no sign.
            Self::String(text) if text.starts_with('+') => None,
            Self::String(text) => text.parse().ok(),
        };
        uint.ok_or_else(|| self.is_not("an unsigned integer", Type::Uint))
    }

    /// The result of `double()`.
    pub(super) fn to_double(&self) -> Result<f64, Fault> {
        #[allow(clippy::cast_precision_loss, reason = "CEL rounds to the nearest double too")]
        let double = match self {
            Self::Int(n) => Some(*n as f64),
            Self::Uint(n) => Some(*n as f64),
            Self::Double(n) => Some(*n),
            Self::Bool(_) => None,
            Self::String(text) => read_double(text)?,
        };
        double.ok_or_else(|| self.is_not("a double", Type::Double).into())
    }

    /// The result of `bool()`.
    pub(super) fn to_bool(&self) -> Result<bool, String> {
        match self {
            Self::Bool(b) => Some(*b),
            Self::String(text) => crate::text::go_bool(text),
            _ => None,
        }
        .ok_or_else(|| format!("{} does not hold a bool", self.shortened()))
    }

    /// The result of `string()`.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Int(n) => n.to_string(),
            Self::Uint(n) => n.to_string(),
            Self::Double(n) => write_double(*n),
            Self::Bool(b) => b.to_string(),
            Self::String(text) => text.clone(),
        }
    }

    /// The value in a message. A string may be as long as the expression.
    pub(super) fn shortened(&self) -> String {
        Shortened(&self.to_string()).to_string()
    }

    fn is_not(&self, number: &str, kind: Type) -> String {
        match self {
            Self::String(_) => format!("{} does not hold {number} of 64 bits", self.shortened()),
            Self::Bool(_) => format!("{self} is no number"),
            _ => format!("{self} is out of the range of {kind}"),
        }
    }
}

/// Reads a double as Go's [`ParseFloat`][1] does; `None` for what is none, and for a number that is too large.
///
/// [1]: https://pkg.go.dev/strconv#ParseFloat
pub(super) fn read_double(text: &str) -> Result<Option<f64>, Fault> {
    if text.trim_start_matches(['+', '-']).get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x")) {
        return Err(Fault::not_covered("hexadecimal doubles"));
    }
    // Go does not count an exponent to its end, which shows if a mantissa has thousands of digits.
    if text.len() > 1000 {
        return Err(Fault::not_covered("doubles of more than 1000 characters"));
    }
    let is_digit = |c: char| c.is_ascii_digit();
    let parts: Vec<_> = text.split('_').collect();
    if !parts.windows(2).all(|sides| sides[0].ends_with(is_digit) && sides[1].starts_with(is_digit)) {
        return Ok(None);
    }
    // Rust reads the rest as Go does, but takes a sign before NaN, and gives infinity for a number too large.
    Ok(parts.concat().parse().ok().filter(|n: &f64| match n {
        n if n.is_nan() => !text.starts_with(['+', '-']),
        n => n.is_finite() || !text.contains(is_digit),
    }))
}

/// Writes a double as Go's `%g` does: the fewest digits that are exact, with an exponent from a
/// million on (`1e+06`) and below a ten-thousandth.
fn write_double(n: f64) -> String {
    if !n.is_finite() {
        return if n.is_nan() {
            "NaN"
        } else if n > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        }
        .into();
    }
    // If two numbers with the fewest digits are equally near, Rust takes the upper one. Go and the `ryu` crate take
    // the one whose last digit is even.
    let mut buffer = ryu::Buffer::new();
    let written = buffer.format_finite(n);
    if n == 0.0 || (1e-4..1e6).contains(&n.abs()) {
        return written.strip_suffix(".0").unwrap_or(written).into();
    }
    let mantissa = written.split('e').next().unwrap_or_default();
    let digits = mantissa.replace(['-', '.'], "");
    let (first, rest) = digits.trim_matches('0').split_at(1);
    let exponent = format!("{n:e}").split('e').nth(1).and_then(|e| e.parse::<i32>().ok()).unwrap_or(0);
    let sign = if n < 0.0 { "-" } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
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
        let with_article = self.with_article();
        f.write_str(with_article.split_once(' ').map_or(with_article, |(_, name)| name))
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
            (-0.0, "-0"),
            (123_456.0, "123456"),
            (1_000_000.0, "1e+06"),
            (-1e21, "-1e+21"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-1.5e-7, "-1.5e-07"),
            (5e-324, "5e-324"),
            (123_456.789, "123456.789"),
            (9_223_372_036_854_775_808.0, "9.223372036854776e+18"),
            // Two numbers of as few digits are as near: the even one.
            (2f64.powi(-25), "2.9802322387695312e-08"),
            (2f64.powi(50) + 0.25, "1.1258999068426242e+15"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(Value::Double(n).to_text(), written);
        }
    }

    #[test]
    fn integers_are_read_as_go_reads_them() {
        for (read, int, uint) in [
            ("007", Some(7), Some(7)),
            ("+7", Some(7), None),
            ("-7", Some(-7), None),
            ("-9223372036854775808", Some(i64::MIN), None),
            ("9223372036854775808", None, Some(1 << 63)),
            ("18446744073709551616", None, None),
            ("", None, None),
            (" 7", None, None),
            ("0x7", None, None),
            ("\u{667}", None, None),
        ] {
            assert_eq!(text(read).to_int().ok(), int, "{read}");
            assert_eq!(text(read).to_uint().ok(), uint, "{read}");
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
            (-7.99, Some(-7), None),
            (-0.5, Some(0), None),
            (f64::NAN, None, None),
        ] {
            assert_eq!(Value::Double(n).to_int().ok(), int, "{n}");
            assert_eq!(Value::Double(n).to_uint().ok(), uint, "{n}");
        }
    }

    #[test]
    fn doubles_are_read_as_go_reads_them() {
        for (read, double) in [
            ("7.", Some(7.0)),
            ("-1.5e3", Some(-1500.0)),
            ("-0", Some(-0.0)),
            ("1e400", None),
            ("1e99999999999", None),
            ("1e-99999999999", Some(0.0)),
            ("iNf", Some(f64::INFINITY)),
            ("in_f", None),
            ("+nan", None),
            ("", None),
            (".", None),
            ("1e+", None),
            (" 1", None),
            ("\u{667}", None),
            // Underscores stand between digits.
            ("1_000.2_5e+1_0", Some(10_002_500_000_000.0)),
            ("1__0", None),
            ("_1", None),
            ("1._5", None),
            ("1_e5", None),
        ] {
            let answer = text(read).to_double().ok();
            assert_eq!(answer.map(f64::to_bits), double.map(f64::to_bits), "{read}");
        }
        assert!(text("nAn").to_double().is_ok_and(f64::is_nan));
        for rare in ["0x1p4", "-0X1.8P+4", "0x_1p4", "0x10", &format!("0.{}1e100001", "0".repeat(20_000))] {
            let fault = text(rare).to_double().unwrap_err();
            assert_eq!(fault.kind, super::super::ExpressionErrorKind::NotCovered, "{rare}");
        }
    }
}
