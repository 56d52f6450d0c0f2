//! The words of an expression: CEL's lexical grammar, as cel-go has it in [`CEL.g4`][1].
//!
//! [1]: https://github.com/google/cel-go/blob/master/parser/gen/CEL.g4

use super::error::Fault;
use super::literal;
use super::syntax::Operator;
use crate::text::Shortened;

/// The kind of a word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    /// A name. Reserved words are names too, because a method may have one of them.
    Name,
    True,
    False,
    Null,
    /// An integer without its sign, decimal or hexadecimal.
    Int,
    /// An integer that ends with `u`.
    Uint,
    /// A floating-point number without its sign.
    Double,
    /// A string, with its escapes resolved.
    String(String),
    Operator(Operator),
    And,
    Or,
    Not,
    Minus,
    Question,
    Colon,
    Comma,
    Dot,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    End,
}

/// A word, and its place in bytes.
#[derive(Debug, Clone, PartialEq)]
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
        let Some(first) = rest.chars().next() else {
            return Ok(self.token(Word::End, 0));
        };
        match first {
            '0'..='9' => self.number(),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
            'A'..='Z' | 'a'..='z' | '_' => self.name_or_string(),
            '"' | '\'' => self.string(0),
            _ => self.symbol(first),
        }
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

    fn token(&mut self, word: Word, length: usize) -> Token {
        let at = self.at;
        self.at += length;
        Token { word, at, end: self.at }
    }

    fn symbol(&mut self, first: char) -> Result<Token, Fault> {
        use Operator::{
            Add, Divide, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Multiply, NotEqual, Remainder,
        };
        let rest = &self.text[self.at..];
        let two = match rest.get(..2) {
            Some("==") => Some(Word::Operator(Equal)),
            Some("!=") => Some(Word::Operator(NotEqual)),
            Some("<=") => Some(Word::Operator(LessOrEqual)),
            Some(">=") => Some(Word::Operator(GreaterOrEqual)),
            Some("&&") => Some(Word::And),
            Some("||") => Some(Word::Or),
            _ => None,
        };
        if let Some(word) = two {
            return Ok(self.token(word, 2));
        }
        let word = match first {
            '<' => Word::Operator(Less),
            '>' => Word::Operator(Greater),
            '+' => Word::Operator(Add),
            '*' => Word::Operator(Multiply),
            '/' => Word::Operator(Divide),
            '%' => Word::Operator(Remainder),
            '-' => Word::Minus,
            '!' => Word::Not,
            '?' => Word::Question,
            ':' => Word::Colon,
            ',' => Word::Comma,
            '.' => Word::Dot,
            '(' => Word::OpenParen,
            ')' => Word::CloseParen,
            '[' => Word::OpenBracket,
            ']' => Word::CloseBracket,
            '{' => Word::OpenBrace,
            '}' => Word::CloseBrace,
            '=' => return Err(Fault::at(self.at, "a single '='").help("equality is written ==")),
            '&' | '|' => {
                let help = format!("the logical operator is written {first}{first}");
                return Err(Fault::at(self.at, format!("a single '{first}'")).help(help));
            }
            '`' => return Err(Fault::not_covered(self.at, "names in backquotes")),
            _ => {
                let shown = first.escape_default();
                return Err(Fault::at(self.at, format!("the character '{shown}' has no meaning here")));
            }
        };
        Ok(self.token(word, 1))
    }

    fn number(&mut self) -> Result<Token, Fault> {
        let rest = &self.text[self.at..];
        let digits = |from: usize| {
            let end = rest[from..].find(|c: char| !c.is_ascii_digit());
            end.map_or(rest.len(), |end| from + end)
        };
        let (mut end, mut word);
        if let Some(hex) = rest.strip_prefix("0x") {
            let length = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
            (end, word) = (2 + length, Word::Int);
            if length == 0 {
                return Err(Fault::at(self.at, "a hexadecimal number without digits"));
            }
        } else {
            (end, word) = (digits(0), Word::Int);
            if rest[end..].starts_with('.') && digits(end + 1) > end + 1 {
                (end, word) = (digits(end + 1), Word::Double);
            }
            if let Some(exponent) = rest[end..].strip_prefix(['e', 'E']) {
                let sign = usize::from(exponent.starts_with(['+', '-']));
                let from = end + 1 + sign;
                if digits(from) > from {
                    (end, word) = (digits(from), Word::Double);
                }
            }
        }
        if word == Word::Int && rest[end..].starts_with(['u', 'U']) {
            (end, word) = (end + 1, Word::Uint);
        }
        // The operator 'in' may follow without a blank, as in `1in [1]`. No other word can.
        let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let behind = &rest[end..];
        let behind = &behind[..behind.find(|c: char| !is_of_word(c)).unwrap_or(behind.len())];
        if !behind.is_empty() && behind != "in" {
            let wrong = &rest[..end + behind.len()];
            return Err(Fault::at(self.at, format!("'{}' is not a number", Shortened(wrong)))
                .help("an integer is written 110 or 0x6e, an unsigned one 110u, a double 110.0 or 1.1e2"));
        }
        Ok(self.token(word, end))
    }

    fn name_or_string(&mut self) -> Result<Token, Fault> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if after.starts_with(['"', '\'']) {
            match name {
                "r" | "R" => return self.string(1),
                "b" | "B" | "br" | "bR" | "Br" | "BR" => {
                    return Err(Fault::not_covered(self.at, "bytes"));
                }
                _ => {}
            }
        }
        let word = match name {
            "in" => Word::Operator(Operator::In),
            "true" => Word::True,
            "false" => Word::False,
            "null" => Word::Null,
            _ => Word::Name,
        };
        Ok(self.token(word, end))
    }

    /// Reads a string. Its opening quote stands behind `prefix` bytes: the `r` of a raw string.
    fn string(&mut self, prefix: usize) -> Result<Token, Fault> {
        let rest = &self.text[self.at..];
        let quoted = &rest[prefix..];
        let quote = &quoted[..1];
        let triple = quote.repeat(3);
        let delimiter = if quoted.starts_with(&triple) { &triple } else { quote };
        let body = &quoted[delimiter.len()..];
        let mut chars = body.char_indices();
        while let Some((i, c)) = chars.next() {
            if body[i..].starts_with(delimiter) {
                let value = literal::unescape(&body[..i], prefix > 0)
                    .map_err(|(at, problem)| Fault::at(self.at + prefix + delimiter.len() + at, problem))?;
                return Ok(self.token(Word::String(value), prefix + 2 * delimiter.len() + i));
            }
            match c {
                '\\' if prefix == 0 => _ = chars.next(),
                '\n' | '\r' if delimiter == quote => break,
                _ => {}
            }
        }
        Err(Fault::at(self.at, "this string is never closed"))
    }
}
