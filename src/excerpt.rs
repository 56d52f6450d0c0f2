//! A line of a text with a caret under one of its characters, for messages about a place in a text.

use std::fmt;

/// This stands for the part of a line that is not shown.
const CUT: &str = "...";

/// A line of a text, ready to be shown on a terminal or in a log. A long line is cut around the caret.
///
/// Each character has one column: a character that is not printable ASCII is shown as an escape, and a tab as
/// a blank. So the caret stands right on every terminal, and no character can steer it.
///
/// ```
/// use maxpods::excerpt::Excerpt;
/// let excerpt = Excerpt::new("max_pods + fake", 12, 76);
/// assert_eq!(excerpt.to_string(), "    max_pods + fake\n               ^");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    line: String,
    /// The number of columns before the caret; `None` if there is no caret.
    caret: Option<usize>,
}

impl Excerpt {
    /// A line with a caret under the character at `column`, which counts from 1. A column behind the end of the
    /// line is its end. At most `width` columns of the line are shown, besides the marks where it is cut.
    ///
    /// The time depends on the column and on the width, and not on the length of the line.
    #[must_use]
    pub fn new(line: &str, column: usize, width: usize) -> Self {
        let end = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(end, _)| end);
        let (before, after) = line.split_at(end);
        // If the text behind the caret is short, its room goes to the text before the caret.
        let behind = fitting(after.chars(), width).concat().len();
        let mut left = fitting(before.chars().rev(), (width / 2).max(width - behind));
        left.reverse();
        let cut_left = if left.len() < before.chars().rev().take(width + 1).count() { CUT } else { "" };
        let left = left.concat();
        let right = fitting(after.chars(), width - left.len());
        let cut_right = if after.chars().nth(right.len()).is_some() { CUT } else { "" };
        let caret = cut_left.len() + left.len();
        Self { line: format!("{cut_left}{left}{}{cut_right}", right.concat()), caret: Some(caret) }
    }

    /// The beginning of a line, without a caret.
    #[must_use]
    pub fn without_caret(line: &str, width: usize) -> Self {
        Self { caret: None, ..Self::new(line, 1, width) }
    }

    /// True if there is nothing to see in the line.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.line.trim().is_empty()
    }
}

/// The first characters, each as it is shown, until no more fit into the columns.
fn fitting(chars: impl Iterator<Item = char>, columns: usize) -> Vec<String> {
    let mut left = columns;
    let shown = chars.map(|c| match c {
        '\t' => " ".to_owned(),
        ' '..='~' => c.to_string(),
        _ => c.escape_default().to_string(),
    });
    // Every escape is ASCII: a byte is a column.
    let fits = |text: &String| left.checked_sub(text.len()).map(|rest| left = rest).is_some();
    shown.take_while(fits).collect()
}

/// Two lines, indented by four blanks: the line of the text, and the caret. No line end follows.
impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "    {}", self.line)?;
        match self.caret {
            Some(caret) => write!(f, "\n    {:caret$}^", ""),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(line: &str, column: usize) -> (String, String) {
        let excerpt = Excerpt::new(line, column, 76).to_string();
        let (line, caret) = excerpt.split_once('\n').unwrap();
        (line[4..].into(), caret[4..].into())
    }

    #[test]
    fn the_caret_is_under_the_column() {
        for (text, column, line, caret) in [
            ("a + b", 3, "a + b", "  ^"),
            ("", 1, "", "^"),
            ("a +", 4, "a +", "   ^"),
            ("\ta\t+", 4, " a +", "   ^"),
            ("\"\u{6570}\" + b", 5, "\"\\u{6570}\" + b", "           ^"),
            ("\u{1b}[2J\u{202e}", 2, "\\u{1b}[2J\\u{202e}", "      ^"),
            ("\u{e9}", 1, "\\u{e9}", "^"),
            // No column, and one behind the end.
            ("ab", 0, "ab", "^"),
            ("ab", 9, "ab", "  ^"),
        ] {
            assert_eq!(lines(text, column), (line.into(), caret.into()), "{text:?} {column}");
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let text = format!("{}!{}", "x".repeat(5000), "y".repeat(5000));
        for column in [1, 2, 38, 39, 40, 41, 78, 5000, 5001, 5002, 9991, 10_001, 10_002] {
            let (line, caret) = lines(&text, column);
            assert!((76..=76 + 2 * CUT.len()).contains(&line.len()), "{column}: {line}");
            let pointed = line.as_bytes().get(caret.len() - 1).copied();
            assert_eq!(pointed, text.as_bytes().get(column - 1).copied(), "{column}: {line}");
            assert_eq!(line.starts_with(CUT), column > 39, "{column}: {line}");
            assert_eq!(line.ends_with(CUT), column < 9964, "{column}: {line}");
        }
        assert_eq!(Excerpt::without_caret(&text, 5).to_string(), "    xxxxx...");
    }

    #[test]
    fn an_escape_is_not_cut_in_its_middle() {
        let text = "\u{6570}".repeat(100);
        for column in 1..=101 {
            let (line, caret) = lines(&text, column);
            let whole = line.trim_start_matches(CUT).trim_end_matches(CUT).replace("\\u{6570}", "");
            assert_eq!(whole, "", "{line}");
            assert!(column == 101 || line[caret.len() - 1..].starts_with("\\u{6570}"), "{line}");
        }
    }

    #[test]
    fn no_width_at_all() {
        assert_eq!(Excerpt::new("max_pods", 4, 0).to_string(), "    ......\n       ^");
        assert!(Excerpt::new("", 4, 0).is_blank() && !Excerpt::new("ab", 1, 9).is_blank());
    }
}
