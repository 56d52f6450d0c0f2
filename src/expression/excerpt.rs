//! The line of an expression that holds a place, with a caret under it.

use std::fmt;

use super::error::Place;

/// Columns that are shown of a line; log viewers and narrow terminals have them.
const WIDTH: usize = 76;
/// Columns of a longer line that are shown before the place.
const BEFORE: usize = 40;
/// This stands for the part of a line that is not shown.
const CUT: &str = "...";

/// A line, ready to be shown.
pub(super) struct Excerpt {
    pub place: Place,
    /// The line in printable ASCII, so that each character has one column on every terminal.
    line: String,
    /// The number of columns before the caret; `None` if there is no caret.
    caret: Option<usize>,
}

impl Excerpt {
    /// The line that holds this byte, with a caret. Without a byte, it is the first line without a caret.
    pub fn new(text: &str, at: Option<usize>) -> Self {
        let mut offset = at.unwrap_or(0).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let (before, after) = text.split_at(offset);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = after.find('\n').map_or(text.len(), |end| offset + end);
        let place = Place {
            offset,
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
        };
        let (left, right) = (shown(&text[start..offset]), shown(text[offset..end].trim_end_matches('\r')));
        let (line, caret) = window(&left, &right);
        Self { place, line, caret: at.map(|_| caret) }
    }
}

/// The text with an escape for each character that is not printable ASCII, and with a blank for each tab.
fn shown(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        match c {
            '\t' => line.push(' '),
            ' '..='~' => line.push(c),
            _ => line.extend(c.escape_default()),
        }
        line
    })
}

/// The part of a line that fits, and the column of the caret in it.
fn window(left: &str, right: &str) -> (String, usize) {
    if left.len() + right.len() <= WIDTH {
        return (format!("{left}{right}"), left.len());
    }
    // If the text behind the place is short, its room goes to the text before the place.
    let before = left.len().min(BEFORE.max(WIDTH.saturating_sub(right.len())));
    let behind = right.len().min(WIDTH - before);
    let cut_left = if before < left.len() { CUT } else { "" };
    let cut_right = if behind < right.len() { CUT } else { "" };
    // Both are ASCII: every byte is a column.
    let line = format!("{cut_left}{}{}{cut_right}", &left[left.len() - before..], &right[..behind]);
    (line, cut_left.len() + before)
}

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

    fn lines(text: &str, at: usize) -> (String, String) {
        let excerpt = Excerpt::new(text, Some(at)).to_string();
        let (line, caret) = excerpt.split_once('\n').unwrap();
        (line[4..].into(), caret[4..].into())
    }

    #[test]
    fn the_caret_is_under_the_place() {
        for (text, at, line, caret) in [
            ("a + b", 2, "a + b", "  ^"),
            ("", 0, "", "^"),
            ("a +", 3, "a +", "   ^"),
            ("a +\n  b *\nc", 8, "  b *", "    ^"),
            ("a +\r\nb", 2, "a +", "  ^"),
            ("\ta\t+", 3, " a +", "   ^"),
            ("\"\u{6570}\" + b", 6, "\"\\u{6570}\" + b", "           ^"),
            ("\u{1b}[2J", 1, "\\u{1b}[2J", "      ^"),
            // In the middle of a character, and beyond the end.
            ("\u{e9}", 1, "\\u{e9}", "^"),
            ("ab", 9, "ab", "  ^"),
        ] {
            assert_eq!(lines(text, at), (line.into(), caret.into()), "{text:?} {at}");
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}!{}", "x".repeat(5000), "y".repeat(5000));
        for at in [0, 1, 39, 40, 41, 77, 4999, 5000, 5001, 9990, 10_000, 10_001] {
            let (line, caret) = lines(&text, at);
            assert!(line.len() <= WIDTH + 2 * CUT.len(), "{at}: {line}");
            let pointed = line.as_bytes().get(caret.len() - 1).copied();
            assert_eq!(pointed, text.as_bytes().get(at).copied(), "{at}: {line}");
        }
    }

    #[test]
    fn places_count_from_one() {
        let place = Excerpt::new("a\n\u{e9}\u{e9}b", Some(6)).place;
        assert_eq!((place.offset, place.line, place.column), (6, 2, 3));
    }
}
