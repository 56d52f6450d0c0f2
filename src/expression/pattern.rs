//! Regular expressions for `matches()`.
//!
//! cel-go hands a pattern to Go's [`regexp`][1], whose syntax is RE2's. `regex-lite` is a relative with the same
//! meaning for plain patterns of ASCII: characters, `.`, sets, groups, alternatives, `^`, `$`, `\b`, `\d`, `\w`,
//! and repetitions. [`Pattern::new`] lets these through and refuses the rest by name. In the rest are forms that
//! both take with different meanings (`\s`, `(?i)`, `\<`), and forms that only one of them takes (`{,5}`, `a**`,
//! `[[a]`, `\Q…\E`).
//!
//! [1]: https://pkg.go.dev/regexp/syntax

use std::iter::Peekable;
use std::str::Chars;

use regex_lite::Regex;

/// The highest count in `{…}`. Go takes up to 1000.
const MOST_REPEATS: usize = 100;
/// Groups in groups. Go takes more.
const MOST_GROUPS: usize = 20;

/// The reason why a pattern cannot be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Go refuses it too. This is the fault.
    Invalid(String),
    /// Go may accept it. This is the part that is not covered here, in the plural.
    NotCovered(String),
}

/// A pattern that means the same to Go.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    regex: Regex,
    /// Characters and sets, with repeated ones counted each time.
    pub size: usize,
}

impl Pattern {
    /// Reads a pattern.
    pub fn new(text: &str) -> Result<Self, Refusal> {
        let size = Reader::new(text).pattern()?;
        let regex = Regex::new(text).map_err(|_| not_covered("rare forms"))?;
        Ok(Self { regex, size })
    }

    /// True if it matches the text or any part of it.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// The thing that a repetition would apply to.
enum Last {
    /// The start of the pattern, a group or an alternative: nothing to repeat.
    Nothing,
    /// `^`, `$` or `\b`.
    Assertion,
    Part(Size),
    /// A part with its repetition, which takes no second one.
    Repeated,
}

/// How large a part of a pattern is.
#[derive(Clone, Copy)]
struct Size {
    parts: usize,
    /// True if there is a count in braces in it.
    is_counted: bool,
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    /// The size of the pattern so far, and of each group that is open.
    sizes: Vec<Size>,
    last: Last,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let sizes = vec![Size { parts: 0, is_counted: false }];
        Self { rest: text.chars().peekable(), sizes, last: Last::Nothing }
    }

    /// Reads the whole pattern and tells its size.
    fn pattern(mut self) -> Result<usize, Refusal> {
        while let Some(c) = self.rest.next() {
            match c {
                '(' => self.open_group()?,
                ')' => {
                    let Some(group) = self.sizes.pop().filter(|_| !self.sizes.is_empty()) else {
                        return Err(invalid("a ')' was never opened"));
                    };
                    self.add(Size { parts: group.parts.max(1), ..group });
                }
                '|' => self.last = Last::Nothing,
                '^' | '$' => self.last = Last::Assertion,
                '[' => self.set()?,
                '*' | '+' | '?' => self.repeat(None)?,
                '{' => {
                    let most = self.counts()?;
                    self.repeat(Some(most))?;
                }
                '\\' if self.rest.next_if_eq(&'b').is_some() => self.last = Last::Assertion,
                '\\' => {
                    self.escape()?;
                    self.single();
                }
                _ if c.is_ascii() => self.single(),
                _ => return Err(not_covered("characters beyond ASCII")),
            }
        }
        match self.sizes.as_slice() {
            [whole] => Ok(whole.parts),
            _ => Err(invalid("a '(' is never closed")),
        }
    }

    fn single(&mut self) {
        self.add(Size { parts: 1, is_counted: false });
    }

    /// Adds a part of this size to the group that is open.
    fn add(&mut self, size: Size) {
        self.last = Last::Part(size);
        if let Some(open) = self.sizes.last_mut() {
            open.parts = open.parts.saturating_add(size.parts);
            open.is_counted |= size.is_counted;
        }
    }

    fn open_group(&mut self) -> Result<(), Refusal> {
        if self.rest.next_if_eq(&'?').is_some() {
            match (self.rest.next(), self.rest.peek()) {
                (Some(':'), _) => {}
                (Some('=' | '!'), _) | (Some('<'), Some('=' | '!')) => {
                    return Err(invalid("RE2 does not look ahead or behind"));
                }
                _ => return Err(not_covered("flags and names of groups")),
            }
        }
        self.sizes.push(Size { parts: 0, is_counted: false });
        self.last = Last::Nothing;
        if self.sizes.len() > MOST_GROUPS { Err(not_covered("groups nested this deep")) } else { Ok(()) }
    }

    /// A repetition, in braces at most this many times.
    fn repeat(&mut self, most: Option<usize>) -> Result<(), Refusal> {
        // A lazy repetition prefers shorter matches, and matches the same texts.
        self.rest.next_if_eq(&'?');
        let size = match std::mem::replace(&mut self.last, Last::Repeated) {
            Last::Part(size) => size,
            Last::Nothing => return Err(invalid("a repetition has nothing to repeat")),
            Last::Repeated => return Err(invalid("a repetition is repeated")),
            Last::Assertion => return Err(not_covered("repetitions of '^', '$' and '\\b'")),
        };
        let Some(most) = most else { return Ok(()) };
        if size.is_counted {
            return Err(not_covered("counts in counts"));
        }
        // The part itself is counted already.
        self.add(Size { parts: size.parts.saturating_mul(most - 1), is_counted: true });
        self.last = Last::Repeated;
        Ok(())
    }

    /// Reads `2}`, `2,}` or `2,3}` and gives the higher number. To Go, a brace that begins none of these is a
    /// character like any other.
    fn counts(&mut self) -> Result<usize, Refusal> {
        let refused = || not_covered("braces that hold no count from 1 to 100");
        let mut counts = String::new();
        while let Some(c) = self.rest.next_if(|c| c.is_ascii_digit() || *c == ',') {
            counts.push(c);
        }
        let number = |text: &str| {
            let is_plain = text == "0" || !text.starts_with('0');
            text.parse::<usize>().ok().filter(|n| is_plain && *n <= MOST_REPEATS).ok_or_else(refused)
        };
        let (least, most) = match counts.split_once(',') {
            None => (number(&counts)?, number(&counts)?),
            Some((least, "")) => (number(least)?, number(least)?.max(1)),
            Some((least, most)) => (number(least)?, number(most)?),
        };
        if self.rest.next_if_eq(&'}').is_none() {
            return Err(refused());
        }
        match most {
            most if most < least => Err(invalid("the second number in braces is the lower one")),
            0 => Err(refused()),
            most => Ok(most),
        }
    }

    /// Reads the text behind a backslash. True if it stands for a set of characters.
    fn escape(&mut self) -> Result<bool, Refusal> {
        match self.rest.next() {
            None => Err(invalid("it ends with a backslash")),
            Some('d' | 'D' | 'w' | 'W') => Ok(true),
            Some(c) if c.is_ascii_punctuation() && !matches!(c, '<' | '>') => Ok(false),
            Some(c) => Err(not_covered(&format!("escapes such as '\\{}'", c.escape_default()))),
        }
    }

    /// Reads a set in square brackets.
    fn set(&mut self) -> Result<(), Refusal> {
        self.rest.next_if_eq(&'^');
        if matches!(self.rest.peek(), Some(']')) {
            return Err(not_covered("sets that begin with ']'"));
        }
        let mut is_first = true;
        while self.rest.next_if_eq(&']').is_none() {
            // A hyphen is a character at the start and at the end of a set.
            let is_hyphen = self.rest.peek() == Some(&'-');
            let low = self.set_item()?;
            let is_last = self.rest.peek() == Some(&']');
            if is_hyphen && !(is_first || is_last) {
                return Err(not_covered("hyphens in the middle of a set"));
            }
            is_first = false;
            let mut ahead = self.rest.clone();
            if ahead.next() == Some('-') && ahead.next() != Some(']') {
                self.rest.next();
                let is_hyphen = is_hyphen || self.rest.peek() == Some(&'-');
                match (low, self.set_item()?) {
                    (Some(low), Some(high)) if high < low => {
                        return Err(invalid("a range in brackets runs backwards"));
                    }
                    (Some(_), Some(_)) if !is_hyphen => {}
                    _ => return Err(not_covered("ranges from or to a hyphen or a set")),
                }
            }
        }
        self.single();
        Ok(())
    }

    /// Reads a character of a set, or `None` if it stands for a set itself.
    fn set_item(&mut self) -> Result<Option<char>, Refusal> {
        match self.rest.next() {
            None => Err(invalid("a '[' is never closed")),
            Some('[') => Err(not_covered("a '[' in brackets, as in '[[:alpha:]]',")),
            Some('\\') => {
                let escaped = self.rest.peek().copied();
                Ok(if self.escape()? { None } else { escaped })
            }
            Some(c) if c.is_ascii() => Ok(Some(c)),
            Some(_) => Err(not_covered("characters beyond ASCII")),
        }
    }
}

fn invalid(problem: &str) -> Refusal {
    Refusal::Invalid(problem.into())
}

fn not_covered(what: &str) -> Refusal {
    Refusal::NotCovered(format!("{what} in regular expressions"))
}
