//! Reads a pattern by the rules of Go's [`regexp/syntax`][1] (`parse.go`, with its `Perl` flags).
//!
//! [1]: https://github.com/golang/go/blob/master/src/regexp/syntax/parse.go

mod brackets;
mod escape;

use super::Refusal;
use super::class::{BeyondAscii, Class};

/// The highest count that Go takes in `{…}`, also as the product of nested ones.
const MOST_REPEATS: u32 = 1000;
/// Characters and sets of a pattern, with repeated ones counted each time. Go takes more.
const MOST_PARTS: u32 = 2000;
/// Groups in groups. Go takes more.
const MOST_GROUPS: usize = 50;

/// Writes a pattern anew, for the `regex` crate.
pub(super) fn translate(pattern: &str) -> Result<String, Refusal> {
    let mut reader = Reader {
        rest: pattern,
        out: String::with_capacity(pattern.len() * 8),
        flags: Flags::default(),
        open: Vec::new(),
        sizes: Sizes::default(),
        last: Last::Nothing,
    };
    while let Some(c) = reader.take() {
        reader.part(c)?;
    }
    if reader.open.is_empty() { Ok(reader.out) } else { Err(invalid("a '(' is never closed")) }
}

/// The flags that `(?ims)` sets.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_takes_line_ends: bool,
}

/// How large a part of a pattern is.
#[derive(Debug, Clone, Copy, Default)]
struct Sizes {
    /// Characters and sets, with repeated ones counted each time.
    parts: u32,
    /// The highest product of nested counts.
    repeats: u32,
}

/// A group that is open.
struct Group {
    /// The flags before it, which hold again behind it.
    flags: Flags,
    /// The size of the part before it, in the group around it.
    before: Sizes,
}

/// The thing that a repetition would apply to.
enum Last {
    /// The start of the pattern, a group or an alternative: nothing to repeat.
    Nothing,
    Part(Sizes),
    /// A part with its repetition, which takes no second one.
    Repeated,
    /// `(?i)` or `\Q\E`: Go repeats what stands before them.
    NoPart,
}

struct Reader<'a> {
    rest: &'a str,
    out: String,
    flags: Flags,
    open: Vec<Group>,
    /// The size of the innermost open group so far, or of the pattern.
    sizes: Sizes,
    last: Last,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn take_if(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn part(&mut self, c: char) -> Result<(), Refusal> {
        match c {
            '(' => self.open_group(),
            ')' => self.close_group(),
            '|' => {
                self.out.push('|');
                self.last = Last::Nothing;
                Ok(())
            }
            '^' => self.assertion(if self.flags.multi_line { "(?m:^)" } else { r"\A" }),
            '$' => self.assertion(if self.flags.multi_line { "(?m:$)" } else { r"\z" }),
            '.' => {
                let mut excluded = Class::default();
                if !self.flags.dot_takes_line_ends {
                    excluded.add('\n'.into(), '\n'.into(), false).map_err(beyond_ascii)?;
                }
                self.set(&excluded.negated())
            }
            '[' => self.brackets(),
            '*' => self.repeat("*", 0, None),
            '+' => self.repeat("+", 1, None),
            '?' => self.repeat("?", 0, Some(1)),
            '{' => self.counts(),
            '\\' => self.backslash(),
            c => self.literal(c.into()),
        }
    }

    /// Adds a part of this size to the group that is open.
    fn add(&mut self, sizes: Sizes) -> Result<(), Refusal> {
        self.sizes.parts = self.sizes.parts.saturating_add(sizes.parts);
        self.sizes.repeats = self.sizes.repeats.max(sizes.repeats);
        if self.sizes.parts > MOST_PARTS {
            return Err(Refusal::NotCovered("regular expressions this large".into()));
        }
        Ok(())
    }

    fn single(&mut self) -> Result<(), Refusal> {
        let sizes = Sizes { parts: 1, repeats: 1 };
        self.last = Last::Part(sizes);
        self.add(sizes)
    }

    fn set(&mut self, class: &Class) -> Result<(), Refusal> {
        class.write_to(&mut self.out);
        self.single()
    }

    fn assertion(&mut self, written: &str) -> Result<(), Refusal> {
        self.out.push_str("(?:");
        self.out.push_str(written);
        self.out.push(')');
        self.single()
    }

    fn literal(&mut self, c: u32) -> Result<(), Refusal> {
        let mut class = Class::default();
        class.add(c, c, self.flags.ignore_case).map_err(beyond_ascii)?;
        self.set(&class)
    }

    fn open_group(&mut self) -> Result<(), Refusal> {
        let flags = self.flags;
        if self.take_if("?P<") || self.take_if("?<") {
            self.name()?;
        } else if self.take_if("?") && self.set_flags()? {
            self.last = Last::NoPart;
            return Ok(());
        }
        self.open.push(Group { flags, before: self.sizes });
        if self.open.len() > MOST_GROUPS {
            return Err(Refusal::NotCovered("regular expressions with groups nested this deep".into()));
        }
        self.sizes = Sizes::default();
        self.last = Last::Nothing;
        self.out.push_str("(?:");
        Ok(())
    }

    fn name(&mut self) -> Result<(), Refusal> {
        let (name, rest) =
            self.rest.split_once('>').ok_or_else(|| invalid("a group's name is never closed"))?;
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plain {
            return Err(invalid("a group's name is not of letters, digits and underscores"));
        }
        self.rest = rest;
        Ok(())
    }

    /// Reads flags and the `:` or `)` behind them. Returns whether it was `)`, so that no group begins.
    fn set_flags(&mut self) -> Result<bool, Refusal> {
        let mut flags = self.flags;
        let mut on = true;
        // Whether any flag follows a '-'.
        let mut dangling = false;
        while let Some(c) = self.take() {
            match c {
                'i' => flags.ignore_case = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_takes_line_ends = on,
                // This changes which match is preferred, and not whether there is one.
                'U' => {}
                '-' if on => {
                    (on, dangling) = (false, true);
                    continue;
                }
                ':' | ')' if !dangling => {
                    self.flags = flags;
                    return Ok(c == ')');
                }
                _ => break,
            }
            dangling = false;
        }
        Err(invalid("RE2 does not know a group that begins with '(?' in this way"))
    }

    fn close_group(&mut self) -> Result<(), Refusal> {
        let group = self.open.pop().ok_or_else(|| invalid("a ')' was never opened"))?;
        self.out.push(')');
        let sizes = Sizes { parts: self.sizes.parts.max(1), repeats: self.sizes.repeats.max(1) };
        self.flags = group.flags;
        self.sizes = group.before;
        self.last = Last::Part(sizes);
        self.add(sizes)
    }

    /// A repetition from `least` to `most` times, written like this.
    fn repeat(&mut self, written: &str, least: u32, most: Option<u32>) -> Result<(), Refusal> {
        // A lazy repetition prefers shorter matches, and matches the same texts.
        self.take_if("?");
        let sizes = match self.last {
            Last::Part(sizes) => sizes,
            Last::Nothing => return Err(invalid("a repetition has nothing to repeat")),
            Last::Repeated => return Err(invalid("a repetition is repeated")),
            Last::NoPart => {
                return Err(Refusal::NotCovered(
                    "repetitions right behind flags or an empty quotation in regular expressions".into(),
                ));
            }
        };
        if most == Some(0) {
            return Err(Refusal::NotCovered("repetitions of zero times in regular expressions".into()));
        }
        self.out.push_str(written);
        self.last = Last::Repeated;
        let times = most.unwrap_or(least).max(1);
        let repeats = sizes.repeats.saturating_mul(times);
        if written.starts_with('{') && times >= 2 && repeats > MOST_REPEATS {
            return Err(invalid(format!("it repeats more than {MOST_REPEATS} times")));
        }
        // The part itself is counted already.
        let parts = sizes.parts.saturating_mul(times - 1);
        self.add(Sizes { parts, repeats })
    }

    /// `{2}`, `{2,}` or `{2,3}`; a brace that begins none of these is a character like any other.
    fn counts(&mut self) -> Result<(), Refusal> {
        let Some((least, most, rest)) = counts(self.rest) else {
            return self.literal('{'.into());
        };
        self.rest = rest;
        if least > MOST_REPEATS || most.is_some_and(|most| most > MOST_REPEATS || most < least) {
            return Err(invalid(format!(
                "a count in braces is more than {MOST_REPEATS}, or its second number is the lower one"
            )));
        }
        let written = match most {
            Some(most) => format!("{{{least},{most}}}"),
            None => format!("{{{least},}}"),
        };
        self.repeat(&written, least, most)
    }
}

/// The numbers of `2}`, `2,}` or `2,3}`, and the text behind them.
fn counts(text: &str) -> Option<(u32, Option<u32>, &str)> {
    let (least, rest) = count(text)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((least, Some(least), rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((least, None, rest));
    }
    let (most, rest) = count(rest)?;
    Some((least, Some(most), rest.strip_prefix('}')?))
}

/// A whole number without zeros before it; one that is too large for a `u32` is the largest.
fn count(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let plain = !digits.is_empty() && (digits == "0" || !digits.starts_with('0'));
    plain.then(|| (digits.parse().unwrap_or(u32::MAX), rest))
}

fn invalid(problem: impl Into<String>) -> Refusal {
    Refusal::Invalid(problem.into())
}

fn beyond_ascii(_: BeyondAscii) -> Refusal {
    Refusal::NotCovered("characters beyond ASCII in regular expressions that ignore case".into())
}
