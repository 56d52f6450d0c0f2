//! Literals, read as cel-go reads them (its `parser.go` and `unescape.go`).

use super::error::Fault;
use super::lexer::Word;
use super::value::{Type, Value, read_double};
use crate::text::Shortened;

/// A number without its sign. An integer may begin with `0x`, and an unsigned one ends with `u`.
pub(super) fn number(word: &Word, text: &str, negative: bool) -> Result<Value, Fault> {
    let (digits, radix) = text.strip_prefix("0x").map_or((text, 10), |hex| (hex, 16));
    let (value, kind) = match word {
        Word::Int => {
            let sign = if negative { "-" } else { "" };
            (i64::from_str_radix(&format!("{sign}{digits}"), radix).ok().map(Value::Int), Type::Int)
        }
        Word::Uint => {
            let digits = digits.trim_end_matches(['u', 'U']);
            (u64::from_str_radix(digits, radix).ok().map(Value::Uint), Type::Uint)
        }
        _ => {
            let magnitude = read_double(text)?;
            (magnitude.map(|n| Value::Double(if negative { -n } else { n })), Type::Double)
        }
    };
    let bits = if kind == Type::Double { "" } else { ", which has 64 bits" };
    value.ok_or_else(|| Fault::wrong(format!("{} is too large for {kind}{bits}", Shortened(text))))
}

/// Resolves the escapes of a string's body. An error has its place in the body, and the problem.
pub(super) fn unescape(body: &str, raw: bool) -> Result<String, (usize, String)> {
    let mut value = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let at = body.len() - rest.len();
        rest = &rest[c.len_utf8()..];
        match c {
            // Each kind of line end becomes one '\n', in raw strings too.
            '\r' => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                value.push('\n');
            }
            '\\' if !raw => {
                let (c, length) = escape(rest).ok_or_else(|| (at, not_an_escape(rest)))?;
                value.push(c);
                rest = &rest[length..];
            }
            c => value.push(c),
        }
    }
    Ok(value)
}

/// The character that an escape stands for, and the length of the escape behind its backslash.
fn escape(text: &str) -> Option<(char, usize)> {
    let plain = match text.chars().next()? {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        c @ ('\\' | '\'' | '"' | '`' | '?') => c,
        'x' | 'X' => return code_point(text, 1, 2, 16),
        'u' => return code_point(text, 1, 4, 16),
        'U' => return code_point(text, 1, 8, 16),
        '0'..='3' => return code_point(text, 0, 3, 8),
        _ => return None,
    };
    Some((plain, 1))
}

/// The character with this number. cel-go refuses numbers that no character has, and so does this.
fn code_point(text: &str, skip: usize, digits: usize, radix: u32) -> Option<(char, usize)> {
    let end = skip + digits;
    let digits = text.get(skip..end).filter(|digits| digits.chars().all(|c| c.is_digit(radix)))?;
    let code = u32::from_str_radix(digits, radix).ok()?;
    Some((char::from_u32(code)?, end))
}

fn not_an_escape(text: &str) -> String {
    let escape: String = text.chars().take(1).flat_map(char::escape_default).collect();
    format!("'\\{escape}' does not begin an escape that CEL knows, or is cut short")
}
