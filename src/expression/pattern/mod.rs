//! Regular expressions for `matches()`, as Go's [`regexp`][1] reads them.
//!
//! cel-go hands the pattern to Go's package, whose syntax is RE2's. The `regex` crate is a relative
//! of both, but reads some patterns differently: `\s`, `{,5}`, `a**`, `\Q…\E`, octal escapes, sets
//! in sets. So [`reader`] reads the pattern by Go's rules and writes it anew for the crate, out of
//! a few forms that have one meaning there. Greediness and captures are left out, because they have an effect on
//! the part that is matched, but not on the question whether a part is matched.
//!
//! [1]: https://pkg.go.dev/regexp/syntax

mod class;
mod reader;
#[cfg(test)]
mod tests;

use regex::Regex;

/// The reason why a pattern cannot be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Go refuses it too. This is the fault.
    Invalid(String),
    /// Go may accept it. This is the part that is not covered here.
    NotCovered(String),
}

/// A pattern that Go takes too.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Reads a pattern.
    pub fn new(text: &str) -> Result<Self, Refusal> {
        let translated = reader::translate(text)?;
        // The reader writes no wrong pattern, so that only the crate's size limit can refuse one.
        let regex = Regex::new(&translated)
            .map_err(|_| Refusal::NotCovered("regular expressions this large".into()))?;
        Ok(Self { text: text.to_owned(), regex })
    }

    /// True if it matches the text or any part of it.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
