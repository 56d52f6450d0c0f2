//! The words of an expression: CEL's lexical grammar, as cel-go has it in [`CEL.g4`][1].
//!
//! [1]: https://github.com/google/cel-go/blob/master/parser/gen/CEL.g4

use super::error::Fault;
use super::literal;
use crate::text::Shortened;

/// The signs of the grammar. Of two that begin alike, the longer is first.
const SIGNS: [&str; 24] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ",", ".", "(", ")",
    "[", "]", "{", "}",
];
/// Words that are no names anywhere, and mean the same as a sign.
const KEYWORDS: [&str; 4] = ["in", "true", "false", "null"];

/// The kind of a word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    /// A name. Reserved words are names too, because a method may have one of them.
    Name,
    /// An integer without its sign, decimal or hexadecimal.
    Int,
    /// An integer that ends with `u`.
    Uint,
    /// A floating-point number without its sign.
    Double,
    /// A string, with its escapes resolved.
    String(String),
    /// One of [`SIGNS`] or [`KEYWORDS`].
    Sign(&'static str),
    End,
}

/// A word, and its place in bytes.
#[derive(Debug)]
pub(super) struct Token {
    pub word: Word,
    pub at: usize,
    pub end: usize,
}

/// Reads one word after another.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next word, or [`Word::End`] after the last one.
    pub fn next(&mut self) -> Result<Token, Fault> {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let mut first = rest.chars();
        let word = match (first.next(), first.next()) {
            (None, _) => Ok((Word::End, 0)),
            (Some('0'..='9'), _) | (Some('.'), Some('0'..='9')) => number(rest),
            (Some('A'..='Z' | 'a'..='z' | '_'), _) => name_or_string(rest),
            (Some('"' | '\''), _) => string(rest, 0),
            (Some(first), _) => sign(rest, first),
        };
        let at = self.at;
        let (word, length) = word.map_err(|(behind, fault)| fault.at(at + behind))?;
        self.at += length;
        Ok(Token { word, at, end: self.at })
    }

    /// Skips comments and the blanks of the grammar: neither the vertical tab nor any beyond ASCII.
    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blanks = rest.trim_start_matches(['\t', ' ', '\r', '\n', '\u{c}']);
            let after = match blanks.strip_prefix("//") {
                Some(comment) => comment.find('\n').map_or("", |end| &comment[end..]),
                None => blanks,
            };
            self.at = self.text.len() - after.len();
            if after.len() == blanks.len() {
                return;
            }
        }
    }
}

/// A word and its length, or a fault and its place behind the start of the word.
type Read = Result<(Word, usize), (usize, Fault)>;

fn sign(rest: &str, first: char) -> Read {
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        return Ok((Word::Sign(sign), sign.len()));
    }
    let fault = match first {
        '=' => Fault::wrong("a single '='").help("equality is written =="),
        '&' | '|' => Fault::wrong(format!("a single '{first}'"))
            .help(format!("the logical operator is written {first}{first}")),
        '`' => Fault::not_covered("names in backquotes"),
        _ => Fault::wrong(format!("the character '{}' has no meaning here", first.escape_default())),
    };
    Err((0, fault))
}

fn number(rest: &str) -> Read {
    let digits = |from: usize| {
        let end = rest[from..].find(|c: char| !c.is_ascii_digit());
        end.map_or(rest.len(), |end| from + end)
    };
    let (mut end, mut word);
    if let Some(hex) = rest.strip_prefix("0x") {
        let length = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        (end, word) = (2 + length, Word::Int);
        if length == 0 {
            return Err((0, Fault::wrong("a hexadecimal number without digits")));
        }
    } else {
        (end, word) = (digits(0), Word::Int);
        if rest[end..].starts_with('.') && digits(end + 1) > end + 1 {
            (end, word) = (digits(end + 1), Word::Double);
        }
        if let Some(exponent) = rest[end..].strip_prefix(['e', 'E']) {
            let from = end + 1 + usize::from(exponent.starts_with(['+', '-']));
            if digits(from) > from {
                (end, word) = (digits(from), Word::Double);
            }
        }
    }
    if word == Word::Int && rest[end..].starts_with(['u', 'U']) {
        (end, word) = (end + 1, Word::Uint);
    }
    // The operator 'in' may follow without a blank, as in `1in [1]`. No other word can.
    let behind = &rest[end..end + length_of_name(&rest[end..])];
    if behind.is_empty() || behind == "in" {
        return Ok((word, end));
    }
    let wrong = Shortened(&rest[..end + behind.len()]);
    let help = "an integer is written 110 or 0x6e, an unsigned one 110u, a double 110.0 or 1.1e2";
    Err((0, Fault::wrong(format!("'{wrong}' is not a number")).help(help)))
}

fn length_of_name(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn name_or_string(rest: &str) -> Read {
    let (name, after) = rest.split_at(length_of_name(rest));
    match name {
        "r" | "R" if after.starts_with(['"', '\'']) => string(rest, 1),
        "b" | "B" | "br" | "bR" | "Br" | "BR" if after.starts_with(['"', '\'']) => {
            Err((0, Fault::not_covered("bytes")))
        }
        _ => {
            let keyword = KEYWORDS.into_iter().find(|keyword| *keyword == name);
            Ok((keyword.map_or(Word::Name, Word::Sign), name.len()))
        }
    }
}

/// Reads a string. Its opening quote stands behind `prefix` bytes: the `r` of a raw string.
fn string(rest: &str, prefix: usize) -> Read {
    let quoted = &rest[prefix..];
    let quote = &quoted[..1];
    let triple = quote.repeat(3);
    let delimiter = if quoted.starts_with(&triple) { &triple } else { quote };
    let start = prefix + delimiter.len();
    let body = &rest[start..];
    let mut chars = body.char_indices();
    while let Some((i, c)) = chars.next() {
        if body[i..].starts_with(delimiter) {
            let value = literal::unescape(&body[..i], prefix > 0)
                .map_err(|(at, problem)| (start + at, Fault::wrong(problem)))?;
            return Ok((Word::String(value), start + i + delimiter.len()));
        }
        match c {
            '\\' if prefix == 0 => _ = chars.next(),
            '\n' | '\r' if delimiter == quote => break,
            _ => {}
        }
    }
    Err((0, Fault::wrong("this string is never closed")))
}
