//! Sets of characters, with Go's case folding.

use std::fmt::Write;

/// The last character of Unicode.
const LAST: u32 = 0x10_FFFF;
/// Halves of surrogate pairs: numbers that no character of a text has.
const SURROGATES: (u32, u32) = (0xD800, 0xDFFF);
/// The distance of a small letter of ASCII from its capital.
const CASE: u32 = 0x20;
/// The letters beyond ASCII that Go takes for an ASCII letter when case is ignored: the long s and
/// the Kelvin sign.
const FOLDED: [(u32, char); 2] = [(0x017F, 's'), (0x212A, 'k')];

/// Why ignoring case is left out for characters beyond ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BeyondAscii;

/// A set of characters, as ranges that include both ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Class {
    ranges: Vec<(u32, u32)>,
}

impl Class {
    /// The characters from `first` to `last`; with `fold`, also those that differ in case only.
    pub fn add(&mut self, first: u32, last: u32, fold: bool) -> Result<(), BeyondAscii> {
        self.ranges.push((first, last));
        if !fold {
            return Ok(());
        }
        if last > 0x7F {
            return Err(BeyondAscii);
        }
        let letters = |from: char, to: char| (first.max(from.into()), last.min(to.into()));
        let (from, to) = letters('A', 'Z');
        if from <= to {
            self.ranges.push((from + CASE, to + CASE));
        }
        let (from, to) = letters('a', 'z');
        if from <= to {
            self.ranges.push((from - CASE, to - CASE));
        }
        for (code, letter) in FOLDED {
            let spellings = [letter, letter.to_ascii_uppercase()].map(u32::from);
            if spellings.iter().any(|spelling| (first..=last).contains(spelling)) {
                self.ranges.push((code, code));
            }
        }
        Ok(())
    }

    /// Adds all characters of another set.
    pub fn add_class(&mut self, other: Self) {
        self.ranges.extend(other.ranges);
    }

    /// All characters that are not in this set.
    pub fn negated(mut self) -> Self {
        self.ranges.sort_unstable();
        let mut ranges = Vec::new();
        let mut next = 0;
        for (first, last) in self.ranges {
            if first > next {
                ranges.push((next, first - 1));
            }
            next = next.max(last + 1);
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Self { ranges }
    }

    /// Writes the set in the syntax of the `regex` crate.
    pub fn write_to(&self, out: &mut String) {
        let start = out.len();
        out.push('[');
        for &(first, last) in &self.ranges {
            // The `regex` crate takes no surrogates, and no text has any.
            let below = (first, last.min(SURROGATES.0 - 1));
            let above = (first.max(SURROGATES.1 + 1), last);
            for (first, last) in [below, above] {
                if first <= last {
                    // Writing to a String does not fail.
                    let _ = write!(out, "\\x{{{first:x}}}-\\x{{{last:x}}}");
                }
            }
        }
        if out.len() == start + 1 {
            // An empty pair of brackets is no set to the crate; this set has no character either.
            out.push_str("a&&b");
        }
        out.push(']');
    }
}

/// The ranges of `\d`, `\s` and `\w`, whose letter is given in lower case.
pub(super) fn perl(letter: char) -> Option<&'static [(char, char)]> {
    Some(match letter {
        'd' => &[('0', '9')],
        // Without the vertical tab, which the `regex` crate counts as a blank.
        's' => &[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')],
        'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        _ => return None,
    })
}

/// The ranges of a class such as `[:alpha:]`, whose name is given without brackets and colons.
pub(super) fn posix(name: &str) -> Option<&'static [(char, char)]> {
    Some(match name {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "ascii" => &[('\0', '\u{7f}')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    })
}
