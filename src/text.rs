//! Untrusted text made safe to show on a terminal or in a log.

use std::fmt;

/// What PowerShell and some editors write at the start of a file.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Shows text from outside (arguments, files, the metadata service, node names) with every
/// character that could steer a terminal written as an escape, such as `\u{1b}`.
///
/// ```
/// use maxpods::Escaped;
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
    /// Whether this character is one of those written as an escape: control characters, and the
    /// invisible ones that reorder or break the text around them.
    #[must_use]
    pub fn steers(c: char) -> bool {
        c.is_control()
            || matches!(
                c,
                '\u{61c}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{2069}'
                    | '\u{feff}'
            )
    }

    /// Whether there is nothing to escape.
    pub(crate) fn is_plain(&self) -> bool {
        !self.0.chars().any(Self::steers)
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
    fn what_steers_a_terminal_is_written_out() {
        for (raw, shown) in [
            ("a\nb", "a\\nb"),
            ("\u{7}", "\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}gpj", "\\u{202e}gpj"),
            ("\u{61c}x", "\\u{61c}x"),
            ("\0", "\\0"),
            ("é\r\n数", "é\\r\\n数"),
        ] {
            assert_eq!(Escaped(raw).to_string(), shown);
        }
    }
}
