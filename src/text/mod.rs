//! Makes untrusted text safe to show on a terminal or in a log, decodes it, and reads numbers and booleans.

mod encoding;

use std::fmt;

pub use encoding::{ByteOrder, EncodingError, decode};
pub(crate) use encoding::{Utf8Reader, to_utf8};

/// Shows text from outside (arguments, files, the metadata service, node names) with every
/// character that could steer a terminal written as an escape, such as `\u{1b}`.
///
/// ```
/// use maxpods::text::Escaped;
/// assert_eq!(Escaped("m5.large\u{1b}[2J").to_string(), "m5.large\\u{1b}[2J");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| Self::steers(c)) {
            f.write_str(&rest[..at])?;
            match c {
                '\0' | '\t' | '\n' | '\r' => write!(f, "{}", c.escape_debug())?,
                // Some of the invisible ones are letters to Unicode, and `escape_debug` leaves letters as they are.
                _ => write!(f, "{}", c.escape_unicode())?,
            }
            rest = &rest[at + c.len_utf8()..];
        }
        f.write_str(rest)
    }
}

impl Escaped<'_> {
    /// True if this character is written as an escape. This is true of control characters, and of invisible
    /// characters that reorder, break or hide the text around them.
    #[must_use]
    pub fn steers(c: char) -> bool {
        c.is_control()
            || matches!(
                c,
                '\u{ad}'
                    | '\u{61c}'
                    | '\u{115f}'..='\u{1160}'
                    | '\u{180e}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{2800}'
                    | '\u{3164}'
                    | '\u{feff}'
                    | '\u{ffa0}'
                    | '\u{e0000}'..='\u{e007f}'
            )
    }
}

/// Shows text from outside as [`Escaped`] does. Of a long text it shows only the beginning, and then `…`.
///
/// ```
/// use maxpods::text::Shortened;
/// assert_eq!(Shortened("m5.large").to_string(), "m5.large");
/// assert_eq!(Shortened(&"m".repeat(81)).to_string(), "m".repeat(80) + "…");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Shortened<'a>(pub &'a str);

impl Shortened<'_> {
    /// The number of characters that are shown. Names of instance types, and most other names, are shorter.
    pub const MOST_CHARACTERS: usize = 80;
}

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(Self::MOST_CHARACTERS) {
            Some((end, _)) => write!(f, "{}…", Escaped(&self.0[..end])),
            None => Escaped(self.0).fmt(f),
        }
    }
}

/// Reads the whole number that an option gives: decimal digits, without a sign. Blanks around it are ignored. A number that does
/// not fit into 64 bits becomes the largest one that does.
///
/// ```
/// use maxpods::text::whole_number;
/// assert_eq!(whole_number(" 20 "), Some(20));
/// assert_eq!(whole_number("+20"), None);
/// assert_eq!(whole_number("99999999999999999999"), Some(u64::MAX)); // larger than any count
/// ```
#[must_use]
pub fn whole_number(text: &str) -> Option<u64> {
    let digits = text.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

/// Reads a plain YAML scalar as a whole number in the way of Go programs that decode YAML into an integer: eksctl,
/// nodeadm, kubectl. `None` if it is no whole number to them. The caller compares it with the range of the
/// integer.
///
/// Sources: `resolve` in [`goyaml.v2/resolve.go`][1] of `sigs.k8s.io/yaml`, which goes through JSON: a float without a
/// fraction is an integer there. `goyaml.v3` reads whole numbers in the same way.
///
/// [1]: https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
///
/// ```
/// use maxpods::text::yaml_integer;
/// assert_eq!(yaml_integer("110"), Some(110));
/// assert_eq!(yaml_integer("0110"), Some(72)); // octal
/// assert_eq!(yaml_integer("2.9e1"), Some(29));
/// assert_eq!(yaml_integer("29.5"), None);
/// ```
#[must_use]
pub fn yaml_integer(text: &str) -> Option<i128> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return None;
    }
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    let (negative, unsigned) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let magnitude = go_integer(unsigned).or_else(|| whole_float(unsigned))?;
    Some(if negative { -magnitude } else { magnitude })
}

/// Reads an integer as Go's `strconv.ParseInt` does with base 0: a leading `0` makes it octal.
fn go_integer(unsigned: &str) -> Option<i128> {
    let (radix, digits) = match unsigned.get(..2) {
        Some("0x" | "0X") => (16, &unsigned[2..]),
        Some("0o" | "0O") => (8, &unsigned[2..]),
        Some("0b" | "0B") => (2, &unsigned[2..]),
        _ if unsigned.starts_with('0') && unsigned.len() > 1 => (8, &unsigned[1..]),
        _ => (10, unsigned),
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let number = u64::from_str_radix(digits, radix).ok()?;
    Some(number.into())
}

/// Reads a decimal float that has no fraction, and that JSON writes without an exponent: below 1e21.
fn whole_float(unsigned: &str) -> Option<i128> {
    let mantissa = unsigned.split_once(['e', 'E']).map_or(unsigned, |(mantissa, _)| mantissa);
    if !mantissa.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let number: f64 = unsigned.parse().ok()?;
    #[allow(clippy::cast_possible_truncation, reason = "it has no fraction, and 1e21 fits into 128 bits")]
    (number.fract() == 0.0 && number < 1e21).then_some(number as i128)
}

/// Reads a boolean as Go's `strconv.ParseBool` does. The VPC CNI and cel-go use that function.
pub(crate) fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Escaped, yaml_integer};

    #[test]
    fn plain_text_is_left_alone() {
        assert_eq!(Escaped("m7i-flex.large é 数").to_string(), "m7i-flex.large é 数");
    }

    #[test]
    fn characters_that_steer_a_terminal_are_written_out() {
        for (raw, shown) in [
            ("a\nb", "a\\nb"),
            ("\u{7}", "\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}gpj", "\\u{202e}gpj"),
            ("\u{ad}x", "\\u{ad}x"),
            ("\u{206f}x", "\\u{206f}x"),
            ("\u{e0041}x", "\\u{e0041}x"),
            ("\u{61c}x", "\\u{61c}x"),
            // Blanks that are no blanks: fillers of Hangul, the Mongolian vowel separator, Braille without dots.
            ("\u{115f}\u{1160}x", "\\u{115f}\\u{1160}x"),
            ("\u{180e}\u{2800}x", "\\u{180e}\\u{2800}x"),
            ("\u{3164}\u{ffa0}x", "\\u{3164}\\u{ffa0}x"),
            ("\0", "\\0"),
            ("é\r\n数", "é\\r\\n数"),
        ] {
            assert_eq!(Escaped(raw).to_string(), shown);
        }
    }

    #[test]
    fn whole_numbers_as_gos_yaml_reads_them() {
        let cases = [
            ("110", Some(110)),
            ("+110", Some(110)),
            ("-3", Some(-3)),
            ("0", Some(0)),
            ("-0", Some(0)),
            // strconv.ParseInt with base 0.
            ("0110", Some(72)),
            ("035", Some(29)),
            ("-035", Some(-29)),
            ("0o156", Some(110)),
            ("0O17", Some(15)),
            ("0x6e", Some(110)),
            ("0X6E", Some(110)),
            ("-0x6e", Some(-110)),
            ("0b1101110", Some(110)),
            ("1_10", Some(110)),
            ("1__1_0_", Some(110)),
            ("0_110", Some(72)),
            ("9999999999", Some(9_999_999_999)),
            ("18446744073709551615", Some(u64::MAX.into())),
            // Not octal, but a float.
            ("08", Some(8)),
            ("0119", Some(119)),
            ("29.0", Some(29)),
            ("29.", Some(29)),
            ("2.9e1", Some(29)),
            ("2.9E+1", Some(29)),
            ("290e-1", Some(29)),
            (".29e2", Some(29)),
            ("+.29e2", Some(29)),
            ("1e20", Some(100_000_000_000_000_000_000)),
            ("99999999999999999999", Some(100_000_000_000_000_000_000)),
            // Floats that are no integers, and texts.
            ("29.5", None),
            ("1e21", None),
            ("1e400", None),
            (".5", None),
            ("0x", None),
            ("0b2", None),
            ("0x1p4", None),
            ("", None),
            ("-", None),
            ("+", None),
            (".", None),
            ("--1", None),
            ("+-1", None),
            ("_1", None),
            (" 1", None),
            ("1 ", None),
            ("1k", None),
            (".inf", None),
            ("-.inf", None),
            ("-inf", None),
            (".nan", None),
            ("1.2.3", None),
            ("2026-11-25", None),
            ("0:30", None),
            ("é1", None),
            ("1é", None),
            ("${MAX}", None),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .map(|(text, number)| (text, number, yaml_integer(text)))
            .filter(|(_, number, read)| number != read)
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
