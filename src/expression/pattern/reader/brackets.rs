//! Sets in square brackets.

use super::super::Refusal;
use super::super::class::{self, Class};
use super::{Reader, beyond_ascii, invalid};

impl Reader<'_> {
    /// Reads a set in square brackets.
    pub(super) fn brackets(&mut self) -> Result<(), Refusal> {
        let negated = self.take_if("^");
        let mut class = Class::default();
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            first = false;
            if let Some(named) = self.posix_class()? {
                class.add_class(named);
                continue;
            }
            if self.rest.starts_with('\\') {
                let before = self.rest;
                self.take();
                if let Some(escaped) = self.escaped_class()? {
                    class.add_class(escaped);
                    continue;
                }
                self.rest = before;
            }
            let (low, high) = self.range()?;
            class.add(low, high, self.flags.ignore_case).map_err(beyond_ascii)?;
        }
        self.take();
        self.set(&if negated { class.negated() } else { class })
    }

    /// Reads `[:alpha:]` or `[:^alpha:]`.
    fn posix_class(&mut self) -> Result<Option<Class>, Refusal> {
        let Some((name, rest)) = self.rest.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) else {
            return Ok(None);
        };
        let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
        let ranges =
            class::posix(name).ok_or_else(|| invalid("RE2 does not know a class in '[:' and ':]'"))?;
        self.rest = rest;
        self.named_class(ranges, negated).map(Some)
    }

    /// Reads a character in brackets, or two with a hyphen between them.
    fn range(&mut self) -> Result<(u32, u32), Refusal> {
        let low = self.set_character()?;
        let after_hyphen = self.rest.strip_prefix('-');
        let Some(after) = after_hyphen.filter(|after| !after.is_empty() && !after.starts_with(']')) else {
            return Ok((low, low));
        };
        self.rest = after;
        let high = self.set_character()?;
        if high < low {
            return Err(invalid("a range in brackets runs backwards"));
        }
        Ok((low, high))
    }

    fn set_character(&mut self) -> Result<u32, Refusal> {
        match self.take() {
            Some('\\') => self.escape(),
            Some(c) => Ok(c.into()),
            None => Err(invalid("a '[' is never closed")),
        }
    }

    /// A set that has a name, such as `\d` or `[:digit:]`.
    pub(super) fn named_class(&self, ranges: &[(char, char)], negated: bool) -> Result<Class, Refusal> {
        let mut class = Class::default();
        for &(first, last) in ranges {
            class.add(first.into(), last.into(), self.flags.ignore_case).map_err(beyond_ascii)?;
        }
        Ok(if negated { class.negated() } else { class })
    }
}
