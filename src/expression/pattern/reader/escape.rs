//! Escapes: the text behind a backslash.

use super::super::Refusal;
use super::super::class::{self, Class};
use super::{Last, Reader, invalid};

impl Reader<'_> {
    /// Reads an escape outside brackets.
    pub(super) fn backslash(&mut self) -> Result<(), Refusal> {
        match self.rest.chars().next() {
            Some('A') => self.escaped_assertion(r"\A"),
            Some('z') => self.escaped_assertion(r"\z"),
            Some('b') => self.escaped_assertion(r"(?-u:\b)"),
            Some('B') => self.escaped_assertion(r"(?-u:\B)"),
            Some('Q') => {
                self.take();
                self.quotation()
            }
            _ => {
                if let Some(class) = self.escaped_class()? {
                    return self.set(&class);
                }
                let c = self.escape()?;
                self.literal(c)
            }
        }
    }

    fn escaped_assertion(&mut self, written: &str) -> Result<(), Refusal> {
        self.take();
        self.assertion(written)
    }

    /// Reads the text between `\Q` and `\E`, or the end.
    fn quotation(&mut self) -> Result<(), Refusal> {
        let (quoted, rest) = self.rest.split_once(r"\E").unwrap_or((self.rest, ""));
        self.rest = rest;
        if quoted.is_empty() {
            self.last = Last::NoPart;
        }
        quoted.chars().try_for_each(|c| self.literal(c.into()))
    }

    /// Reads the letter of a class such as `\d`, in brackets or outside.
    pub(super) fn escaped_class(&mut self) -> Result<Option<Class>, Refusal> {
        let Some(letter) = self.rest.chars().next() else { return Ok(None) };
        if matches!(letter, 'p' | 'P') {
            return Err(Refusal::NotCovered("Unicode classes such as \\pL in regular expressions".into()));
        }
        let Some(ranges) = class::perl(letter.to_ascii_lowercase()) else { return Ok(None) };
        self.take();
        self.named_class(ranges, letter.is_ascii_uppercase()).map(Some)
    }

    /// A character behind a backslash.
    pub(super) fn escape(&mut self) -> Result<u32, Refusal> {
        let c = self.take().ok_or_else(|| invalid("it ends with a backslash"))?;
        Ok(match c {
            'a' => 0x07,
            'f' => 0x0C,
            'n' => 0x0A,
            'r' => 0x0D,
            't' => 0x09,
            'v' => 0x0B,
            '1'..='7' if self.rest.starts_with(|c: char| c.is_digit(8)) => self.octal(c),
            '0' => self.octal(c),
            'x' => return self.hexadecimal(),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => c.into(),
            c => return Err(invalid(format!("RE2 does not know the escape '\\{}'", c.escape_default()))),
        })
    }

    /// At most two more digits behind the first one.
    fn octal(&mut self, first: char) -> u32 {
        let mut code = first.to_digit(8).unwrap_or(0);
        for _ in 0..2 {
            let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) else { break };
            self.take();
            code = code * 8 + digit;
        }
        code
    }

    /// `\x61` or `\x{61}`.
    fn hexadecimal(&mut self) -> Result<u32, Refusal> {
        let wrong = || invalid("'\\x' takes two hexadecimal digits, or braces with digits in them");
        let digits = if self.take_if("{") {
            let (digits, rest) = self.rest.split_once('}').ok_or_else(wrong)?;
            self.rest = rest;
            digits
        } else {
            let digits = self.rest.get(..2).ok_or_else(wrong)?;
            self.rest = &self.rest[2..];
            digits
        };
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let significant = digits.trim_start_matches('0');
        if !plain || significant.len() > 6 {
            return Err(wrong());
        }
        match u32::from_str_radix(digits, 16).ok().map(|code| (code, char::from_u32(code))) {
            Some((code, Some(_))) => Ok(code),
            Some((0xD800..=0xDFFF, None)) => {
                Err(Refusal::NotCovered("halves of surrogate pairs in regular expressions".into()))
            }
            _ => Err(wrong()),
        }
    }
}
