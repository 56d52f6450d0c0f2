//! A look at a text before it is parsed. It leaves out the blocks that are of no use, because the parser takes much more
//! memory than the text, and it bounds the keys of objects, because the parser compares each of them with all others.

use std::ops::Range;

use super::data;
use crate::check::kinds::helm;
use crate::check::kinds::terraform::resource::{HELM_RELEASE, TYPES};
use crate::check::source::Source;
use crate::check::tree::Fault;

/// The most comparisons of keys that a text may cost: an object of some 5,000 keys.
const MOST_COMPARISONS: usize = 12_000_000;

/// A bracket, a text or a here-document that is open.
enum Open<'t> {
    /// A bracket, and the number of keys behind it so far. That of a block is none of an object.
    Bracket(u8, usize),
    Quotes,
    /// A here-document, up to a line with this word alone.
    Heredoc(&'t str),
}

/// The text of a file with blanks in place of the blocks that are of no use, so that everything else keeps its place;
/// and the number of bytes that are left.
///
/// # Errors
/// If the objects of the text have too many keys.
pub(super) fn useful(source: &Source) -> Result<(String, usize), Fault> {
    let text = source.text();
    let (mut useful, mut left, mut end) = (String::with_capacity(text.len()), 0, 0);
    for range in structures(source)? {
        let structure = text.get(range.clone()).unwrap_or("");
        push_blank(text.get(end..range.start).unwrap_or(""), &mut useful);
        if is_useful(structure) {
            useful.push_str(structure);
            left += structure.len();
        } else {
            push_blank(structure, &mut useful);
        }
        end = range.end;
    }
    push_blank(text.get(end..).unwrap_or(""), &mut useful);
    Ok((useful, left))
}

fn push_blank(text: &str, blank: &mut String) {
    blank.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

/// True for an attribute, and for a block that is read.
fn is_useful(structure: &str) -> bool {
    let name = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(text.len());
        (text.get(..end).unwrap_or("").to_owned(), text.get(end..).unwrap_or("").trim_start().to_owned())
    };
    let (word, rest) = name(structure);
    match word.as_str() {
        "resource" => match name(rest.trim_start_matches('"')).0.as_str() {
            HELM_RELEASE => helm::WORDS.iter().any(|word| structure.contains(word)),
            kind => TYPES.contains(&kind),
        },
        "data" => data::TYPES.contains(&name(rest.trim_start_matches('"')).0.as_str()),
        "module" | "locals" | "variable" | "terraform" => true,
        _ => rest.starts_with('=') || !(rest.starts_with(['"', '{']) || rest.contains('{')),
    }
}

/// The attributes and blocks of a text, outside of all others.
fn structures(source: &Source) -> Result<Vec<Range<usize>>, Fault> {
    let mut structures = Vec::new();
    let mut start = None;
    let text = source.text();
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let (mut at, mut left) = (0, MOST_COMPARISONS);
    // The byte before, which tells a block (`a "b" {`) from an object (`= {`).
    let mut before = b'=';
    while let Some(byte) = bytes.get(at).copied() {
        let next = bytes.get(at + 1).copied();
        let mut step = 1;
        match (open.last_mut(), byte) {
            (Some(Open::Quotes), b'\\') => step = 2,
            (Some(Open::Quotes), b'"') => drop(open.pop()),
            (Some(Open::Quotes | Open::Heredoc(_)), b'$' | b'%') => {
                step = text.get(at..).map_or(1, template_start);
                if bytes.get(at + step - 1) == Some(&b'{') && step == 2 {
                    open.push(Open::Bracket(b'{', 0));
                }
            }
            (Some(Open::Heredoc(word)), b'\n') => {
                let rest = text.get(at + 1..).unwrap_or("");
                let line = rest.trim_start_matches([' ', '\t']);
                if line.strip_prefix(*word).is_some_and(ends_word) {
                    step = 1 + (rest.len() - line.len()) + word.len();
                    open.pop();
                }
            }
            (Some(Open::Quotes | Open::Heredoc(_)), _) => {}
            (_, b'#') => step = length_until(bytes, at, b"\n"),
            (_, b'/') if next == Some(b'/') => step = length_until(bytes, at, b"\n"),
            (_, b'/') if next == Some(b'*') => step = 2 + length_until(bytes, at + 2, b"*/") + 2,
            (_, b'"') => open.push(Open::Quotes),
            (_, b'<') if next == Some(b'<') => {
                let rest = text.get(at + 2..).unwrap_or("");
                let word = rest.trim_start_matches('-');
                let end = word.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
                let length = end.unwrap_or(word.len());
                step = 2 + (rest.len() - word.len()) + length;
                if let Some(word) = word.get(..length).filter(|word| !word.is_empty()) {
                    open.push(Open::Heredoc(word));
                }
            }
            (_, b'{') if before.is_ascii_alphanumeric() || before == b'"' => {
                open.push(Open::Bracket(b'(', 0));
            }
            (_, b'{' | b'[' | b'(') => open.push(Open::Bracket(byte, 0)),
            (_, b'}' | b']' | b')') => drop(open.pop()),
            (Some(Open::Bracket(b'{', keys)), b'=' | b':') => {
                *keys += 1;
                let Some(fewer) = left.checked_sub(*keys) else {
                    let message = "the objects here have more keys than are read".into();
                    return Err(Fault { mark: source.mark(at), message });
                };
                left = fewer;
                // `==` and `=>` are no second key.
                step = 1 + usize::from(matches!(next, Some(b'=' | b'>' | b':')));
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
            // A comment in front of a structure is none of it.
            let comment = open.is_empty() && step > 1 && matches!(byte, b'#' | b'/');
            if start.is_none() && !comment {
                start = Some(at);
            }
        } else if byte == b'\n' && step == 1 && open.is_empty() {
            structures.extend(start.take().map(|start| start..at));
        }
        at += step;
    }
    structures.extend(start.map(|start| start..bytes.len()));
    Ok(structures)
}

/// The length of the `${` or `%{` that a text begins with, or of the doubled sign that stands for it.
fn template_start(text: &str) -> usize {
    if text.starts_with("$${") || text.starts_with("%%{") {
        3
    } else if text.starts_with("${") || text.starts_with("%{") {
        2
    } else {
        1
    }
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-')
}

/// The number of bytes before the first of these words, or before the end.
fn length_until(bytes: &[u8], from: usize, word: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(word.len()).position(|here| here == word).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulty(text: &str) -> bool {
        useful(&Source::file(0, text.into())).is_err()
    }

    #[test]
    fn keys_are_counted_where_they_are_keys() {
        let keys = |count: usize, line: &str| line.repeat(count);
        let many = 6_000;
        for (text, expected) in [
            (format!("a = {{\n{}}}\n", keys(many, "a = 1\n")), true),
            (format!("a = {{ {} }}\n", keys(many, "\"a\" : 1,")), true),
            (format!("a {{\nb = {{{}}}\n}}\n", keys(many, "a = 1\n")), true),
            (format!("a = \"${{{{ {} }}}}\"\n", keys(many, "a=1,")), true),
            (format!("a = <<EOT\n${{{{ {} }}}}\nEOT\n", keys(many, "a=1,")), true),
            (format!("a = {{\n{}}}\n", keys(4_000, "a = 1\n")), false),
            (format!("a = {{\nb = <<-EOT\n{}  EOT\nc = 1\n}}\n", keys(many, "a = 1\n")), false),
            (format!("a = {{ b = \"{}\" }}\n", keys(many, "a = ")), false),
            (format!("a = {{ b = \"{}\" }}\n", keys(many, "\\\" = ")), false),
            (format!("a = {{ b = \"{}\" }}\n", keys(many, "$${ = ")), false),
            (format!("a = {{\n# {}\n b = 1 /* {} */\n}}\n", keys(many, "a = "), keys(many, "a = ")), false),
            // The parser keeps the attributes of a block in another way.
            (format!("a {{\n{}}}\n", keys(many, "a = 1\n")), false),
            (format!("a \"b\" {{\n{}}}\n", keys(many, "a = 1\n")), false),
            (keys(many, "a = 1\n"), false),
            (format!("a = [{}]\n", keys(many, "{ a = 1 },")), false),
        ] {
            assert_eq!(faulty(&text), expected, "{}", text.get(..40).unwrap_or(&text));
        }
    }

    #[test]
    fn what_is_cut_off_ends() {
        for text in
            ["a = {", "a = \"", "a = \"\\", "a = <<", "a = <<EOT", "/*", "/* *", "#", "a = \"${", "}}}", "$"]
        {
            assert!(!faulty(text), "{text}");
        }
    }

    #[test]
    fn blocks_of_no_use_are_left_out() {
        for (text, expected) in [
            ("a = 1\n", "a = 1\n"),
            ("# c\na = {\n  b = 1\n}\n", "a = {\n  b = 1\n}\n"),
            ("output \"é\" {\n  a = <<EOT\n}\nEOT\n}\nb = 1", "b = 1"),
            ("resource \"aws_iam_role\" \"a\" {\n}\n", "                             \n \n"),
            ("resource \"aws_eks_addon\" \"a\" {}\n", "resource \"aws_eks_addon\" \"a\" {}\n"),
            ("resource aws_eks_addon a {}\n", "resource aws_eks_addon a {}\n"),
            ("data \"cloudinit_config\" \"b\" {}\n", "data \"cloudinit_config\" \"b\" {}\n"),
            ("data \"template_file_x\" \"b\" {}\n", ""),
            ("data \"a\" \"b\" {}\nlocals {}\n", "               \nlocals {}\n"),
            ("output \"a\" {\n  b = \"${c[\"}\"]}\"\n}\nmodule \"a\" {}\n", "module \"a\" {}\n"),
            ("a = <<-EOT\n  b {\n  EOT\n", "a = <<-EOT\n  b {\n  EOT\n"),
        ] {
            let (found, left) = useful(&Source::file(0, text.into())).unwrap();
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!((found.len(), words(&found)), (text.len(), words(expected)));
            assert!(left >= words(expected).len(), "{text}: {left}");
        }
    }
}
