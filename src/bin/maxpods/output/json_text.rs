//! JSON that is safe to print on a terminal.

use std::io::{self, Write};

use maxpods::text::Escaped;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Writes a value in one line, with every character that could steer a terminal as `\uXXXX`. A parser reads
/// the same data from it. `serde_json` itself escapes only the characters below U+0020.
pub fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, Safe))?)
}

/// Everything else is `serde_json`'s compact format.
struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly every string is plain ASCII, and looking at its bytes is much faster than looking at its characters.
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~' if byte != b'[')) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        // With `##` before it, a bracket would begin a command to the runner that has this in its log.
        let is_command = fragment.contains("##");
        let is_escaped = |c: char| Escaped::steers(c) || c == '[' && is_command;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| is_escaped(c)) {
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_steer_a_terminal_are_escaped_and_mean_the_same() {
        for (text, json) in [
            ("m5.large é 数 😀", "\"m5.large é 数 😀\""),
            ("", "\"\""),
            ("a\"\\\u{9b}\u{7f}b", "\"a\\\"\\\\\\u009b\\u007fb\""),
            ("\u{1b}\u{202e}\n", "\"\\u001b\\u202e\\n\""),
            ("é\u{61c}数", "\"é\\u061c数\""),
            ("[a] # [b]", "\"[a] # [b]\""),
            ("##[a] ##vso[b]", "\"##\\u005ba] ##vso\\u005bb]\""),
        ] {
            let mut out = Vec::new();
            write(&[text], &mut out).unwrap();
            assert_eq!(String::from_utf8_lossy(&out), format!("[{json}]"));
            assert_eq!(serde_json::from_slice::<[String; 1]>(&out).unwrap(), [text]);
        }
    }
}
