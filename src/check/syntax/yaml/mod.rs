//! YAML as trees, document by document.
//!
//! The tree is built from the events of `libyaml-safer` without recursion. An alias shares the value of
//! its anchor, so that a document that is small on paper stays small in memory; what it would be when
//! written out is counted and bounded.

mod builder;

use std::borrow::Cow;
use std::rc::Rc;

use builder::Builder;
use libyaml_safer::{EventData, Parser};

use crate::check::source::Mark;
use crate::check::tree::{Content, Fault, Tree, most_values};

/// The most `%TAG` directives that a text may have. The parser compares each with all before it.
const MOST_TAG_DIRECTIVES: usize = 100;

/// Reads each document of a text in turn. Empty documents are passed over. A key that is there twice is a fault of
/// its document alone, and only if something reads the document: `read` gets it beside the document.
///
/// # Errors
/// A [`Fault`] with its place, if the text is not YAML or goes beyond what is read here. The
/// documents before that place were read.
pub(crate) fn documents(text: &str, mut read: impl FnMut(Rc<Tree>, Option<Fault>)) -> Result<(), Fault> {
    let mut tags = text.lines().enumerate().filter(|(_, line)| line.starts_with("%TAG"));
    if let Some((line, _)) = tags.nth(MOST_TAG_DIRECTIVES) {
        let message = format!("this has more than {MOST_TAG_DIRECTIVES} %TAG directives");
        return Err(Fault { mark: Mark { line: line + 1, column: 1 }, message });
    }
    let most_values = most_values(text.len());
    let prepared = prepared(text);
    let mut input = prepared.as_bytes();
    let mut parser = Parser::new();
    parser.set_input(&mut input);
    let mut builder = Builder::new(most_values);
    loop {
        let event = parser.parse().map_err(|error| fault(text, &error))?;
        match event.data {
            EventData::StreamEnd => return Ok(()),
            EventData::DocumentEnd { .. } => {
                let (root, twice) =
                    std::mem::replace(&mut builder, Builder::new(most_values)).into_document();
                if let Some(root) = root.filter(|root| !matches!(root.content, Content::Null)) {
                    read(root, twice);
                }
            }
            _ => builder.event(event)?,
        }
    }
}

/// The text as the parser takes it.
///
/// - A carriage return alone, and some rare characters, are line breaks to YAML and to nobody else: lines would be
///   counted in two ways.
/// - The parser panics on a tag with a comma behind it (`[!a,b]`), and at the end of a text that has no line break.
fn prepared(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_break = |at: usize, c: char| match c {
        '\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}'),
    };
    let mut place = Place::Elsewhere;
    let mut before = ' ';
    let mut prepared = String::new();
    let mut copied = 0;
    for (at, c) in text.char_indices() {
        let replaced = match c {
            _ if is_break(at, c) => c.len_utf8(),
            ',' if place == Place::Tag => 0,
            _ => {
                place = place.after(before, c);
                before = c;
                continue;
            }
        };
        prepared.push_str(text.get(copied..at).unwrap_or(""));
        prepared.push(' ');
        copied = at + replaced;
        (place, before) = (Place::Elsewhere, c);
    }
    let rest = text.get(copied..).unwrap_or("");
    if prepared.is_empty() && rest.ends_with('\n') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(prepared + rest + "\n")
}

/// A place in a text, as far as tags go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Elsewhere,
    /// In a tag, or in a text that may be one.
    Tag,
    /// In a tag of the form `!<…>`.
    Verbatim,
}

impl Place {
    /// The place behind a character `c` that stands here behind `before`.
    fn after(self, before: char, c: char) -> Self {
        match self {
            _ if c.is_whitespace() => Self::Elsewhere,
            Self::Elsewhere if c == '!' && !before.is_alphanumeric() => Self::Tag,
            Self::Tag if before == '!' && c == '<' => Self::Verbatim,
            Self::Verbatim if c == '>' => Self::Tag,
            same => same,
        }
    }
}

/// The fault that the parser found.
fn fault(text: &str, error: &libyaml_safer::Error) -> Fault {
    let context = error.context().filter(|context| !context.is_empty());
    let context = context.map_or_else(String::new, |context| format!(" {context}"));
    let message = format!("this is not YAML: {}{context}", error.problem());
    let at = error.problem_mark().map_or_else(|| first_unprintable(text), mark);
    Fault { mark: within(text, at), message }
}

/// The place of the first character that YAML forbids.
fn first_unprintable(text: &str) -> Mark {
    let is_forbidden =
        |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}');
    let before = text.split(is_forbidden).next().unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    Mark { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
}

/// The place, or the end of its line or of the text where it is behind that: a fault of a text that ends too soon, or
/// one behind a blank that the text was given for the parser.
fn within(text: &str, mark: Mark) -> Mark {
    match text.lines().nth(mark.line - 1) {
        Some(line) => Mark { column: mark.column.min(line.chars().count() + 1), ..mark },
        None => Mark {
            line: text.lines().count().max(1),
            column: text.lines().last().map_or(0, |line| line.chars().count()) + 1,
        },
    }
}

fn mark(mark: libyaml_safer::Mark) -> Mark {
    let number = |from_zero: u64| usize::try_from(from_zero).unwrap_or(usize::MAX).saturating_add(1);
    Mark { line: number(mark.line), column: number(mark.column) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    /// The documents in one line each, and the faults.
    fn read(text: &str) -> (Vec<String>, Option<Fault>) {
        let mut read = Vec::new();
        let fault = documents(text, |tree, twice| {
            let twice = twice.map_or_else(String::new, |twice| format!(" {}", twice.message));
            read.push(tree.to_json().to_string() + &twice);
        });
        (read, fault.err())
    }

    #[test]
    fn yaml_is_read_as_go_reads_it() {
        for (text, expected) in [
            ("a: [\n  x,\n]\nb: {\n}\n", vec![r#"{"a":["x"],"b":{}}"#]),
            ("a:\n  b: [\nx\n]\n", vec![r#"{"a":{"b":["x"]}}"#]),
            ("a:\tb\nc: 'x\n\ty'\n", vec![r#"{"a":"b","c":"x y"}"#]),
            ("{\"a\":1} # c\n", vec![r#"{"a":1}"#]),
            ("{\"a\":1}\n---\n{\"b\":2}\n---\n", vec![r#"{"a":1}"#, r#"{"b":2}"#]),
            ("a: &x {b: 1}\nc: {<<: *x, d: 2}", vec![r#"{"a":{"b":1},"c":{"b":1,"d":2}}"#]),
            ("a: !!str 1\nb: !Ref x\nc: !<tag:yaml.org,2002:str> 2\n", vec![r#"{"a":"1","b":"x","c":"2"}"#]),
            ("[!a,b]", vec![r#"[null,"b"]"#]),
            ("# nothing", vec![]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(read(text), (expected, None), "{text}");
        }
    }

    #[test]
    fn a_fault_has_its_place() {
        for (text, line, column, message) in [
            ("a: 1\n  b: 2\n", 2, 4, "this is not YAML: mapping values are not allowed in this context"),
            ("a: *x", 1, 4, "no value before this place has the anchor 'x'"),
            ("a: &x [*x]", 1, 8, "no value before this place has the anchor 'x'"),
            ("a: é\nb: é\u{7}", 2, 5, "this is not YAML: control characters are not allowed"),
            (
                "a: \"",
                1,
                5,
                "this is not YAML: found unexpected end of stream while scanning a quoted scalar",
            ),
            (
                "{a:!b, c",
                1,
                9,
                "this is not YAML: did not find expected ',' or '}' while parsing a flow mapping",
            ),
            ("a: {<<: 1}", 1, 9, "a merge key (<<) takes a map or a list of maps"),
        ] {
            let expected = Fault { mark: Mark { line, column }, message: message.into() };
            assert_eq!(read(text), (vec![], Some(expected)), "{text}");
        }
    }

    #[test]
    fn a_key_twice_is_told_with_its_document() {
        let (documents, fault) = read("a: 1\nb: 1\na: 2\nb: 2\n---\nc: 1\n");
        assert_eq!(documents, [r#"{"a":1,"b":1} the key 'a' is there twice, first on line 1"#, r#"{"c":1}"#]);
        assert_eq!(fault, None);
    }

    #[test]
    fn the_lines_of_a_literal_block_are_those_of_the_text() {
        let mut found = Vec::new();
        documents("a: |  # c\n\n  x\nb: >\n  y\nc: |-\n  z", |tree, _| {
            found.extend(tree.entries().iter().filter_map(|entry| entry.value.scalar()?.first_line));
        })
        .unwrap();
        assert_eq!(found, [2, 7]);
    }

    #[test]
    fn what_grows_is_bounded() {
        let many =
            |most: usize| format!("this document has more than {most} values, aliases counted in full");
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        let mut chain = "a0: &a0 [x]\n".to_owned();
        for level in 1..300 {
            let alias = format!("*a{}", level - 1);
            writeln!(bomb, "a{level}: &a{level} [{}]", [alias.as_str(); 10].join(", ")).unwrap();
            writeln!(chain, "a{level}: &a{level} [{alias}]").unwrap();
        }
        for (text, message) in [
            ("[".repeat(100_000), "this is nested deeper than 200 levels".to_owned()),
            ("- ".repeat(100_000), "this is nested deeper than 200 levels".into()),
            (chain, "this is nested deeper than 200 levels".into()),
            (bomb.clone(), many(most_values(bomb.len()))),
            ("%TAG !a! x\n".repeat(101), "this has more than 100 %TAG directives".into()),
        ] {
            assert_eq!(read(&text).1.map(|fault| fault.message), Some(message), "{text:.40}");
        }
    }

    /// Pieces of YAML, from which texts are put together that are often nearly right.
    const PIECES: &[&str] = &[
        "a",
        "é",
        " ",
        "\n",
        "\n  ",
        "\t",
        "\r",
        ":",
        ": ",
        "-",
        "- ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "'",
        "\"",
        "\\",
        "\\x4",
        "|",
        "|2",
        ">-\n",
        "#",
        " #",
        "&a ",
        "*a",
        "!",
        "!!str ",
        "!<",
        "!a!%c3",
        "%YAML 1.2\n",
        "%TAG !a! x\n",
        "---\n",
        "--- ",
        "...",
        "@",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "\0",
        "<<: ",
        "\\\n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]
        #[test]
        fn any_text_is_read_or_refused(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
            let text = pieces.concat();
            let lines = text.split('\n').count();
            if let Some(fault) = read(&text).1 {
                prop_assert!(fault.mark.line <= lines, "{fault:?}");
            }
        }
    }
}
