//! Makes untrusted text safe to show on a terminal or in a log, decodes it, and reads numbers and booleans.

mod encoding;

use std::fmt;

pub(crate) use encoding::{BYTE_ORDER_MARK, Utf8Reader, to_utf8};
pub use encoding::{ByteOrder, EncodingError, decode};

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
            write!(f, "{}", c.escape_debug())?;
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
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{feff}'
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

/// Reads a whole number in decimal digits, without a sign. Blanks around it are ignored. A number that does
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
    use super::Escaped;

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
            ("\0", "\\0"),
            ("é\r\n数", "é\\r\\n数"),
        ] {
            assert_eq!(Escaped(raw).to_string(), shown);
        }
    }
}
