//! Real input with faults in it. A reader would refuse random bytes at the first one, so they would test little.

use std::fmt;
use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config;

use super::{LONG, cases};

/// The configuration of a property that is tried on `usual` mutants, or on the number of mutants in the variable
/// `MAXPODS_FUZZ`.
pub fn fuzz(usual: u32) -> Config {
    let wanted = std::env::var("MAXPODS_FUZZ").ok();
    cases(wanted.map_or(usual, |count| count.parse().expect("MAXPODS_FUZZ is a number of cases")))
}

/// One input that was changed.
#[derive(Clone)]
pub struct Mutant {
    pub bytes: Vec<u8>,
    changes: Vec<Change>,
}

impl Mutant {
    /// The input as text, for readers that only ever get text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The input as an argument: without NUL, and no longer than an argument may be.
    pub fn argument(&self) -> String {
        let mut text = self.text().replace('\0', "");
        text.truncate((0..=LONG).rfind(|&end| text.is_char_boundary(end)).unwrap_or_default());
        text
    }
}

impl fmt::Debug for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 4000;
        let start = &self.bytes[..self.bytes.len().min(SHOWN)];
        write!(f, "{:?} made this of {} bytes: {}", self.changes, self.bytes.len(), start.escape_ascii())
    }
}

/// The text without the byte order mark, which is not part of the JSON.
pub fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text)
}

/// One of the originals with one to four changes. A change may put one of `words` into it.
pub fn mutated(originals: &[&str], words: &[&'static str]) -> impl Strategy<Value = Mutant> + use<> {
    let originals: Vec<Vec<u8>> = originals.iter().map(|original| original.as_bytes().to_vec()).collect();
    let changes = prop::collection::vec(change(words), 1..=4);
    (any::<Index>(), changes).prop_map(move |(original, changes)| {
        let mut bytes = original.get(&originals).clone();
        for change in &changes {
            change.apply(&mut bytes);
        }
        bytes.truncate(LARGEST);
        Mutant { bytes, changes }
    })
}

/// The largest size of a mutant, in bytes, because repetitions of repetitions grow fast.
const LARGEST: usize = 1 << 20;

/// Words that may cause a fault anywhere: numbers at the limits of their types, other kinds of values, and
/// characters that steer a terminal or end a line.
const WORDS: &[&str] = &[
    "0",
    "-1",
    "1.5",
    "250",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775808",
    "18446744073709551616",
    "1e99",
    "1e400",
    "00",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"0\"",
    "\"-1\"",
    "\" m5.large \"",
    "\"m5.large\\n::error::forged\"",
    "\"\\u001b[2J\\u202e\"",
    "\"\\ud800\"",
    "\"=1+1\"",
    "\u{1b}[31m",
    "\u{feff}",
];

#[derive(Debug, Clone)]
enum Change {
    /// Flips a bit.
    Bit(Index, u8),
    /// Replaces this number of bytes by these bytes.
    Bytes(Index, usize, Vec<u8>),
    /// Cuts the end off.
    End(Index),
    /// Writes a few bytes many times.
    Many(Index, usize, usize),
    /// Puts a word in the place of a part.
    Word(Index, &'static str),
    /// Takes a part out.
    Without(Index),
    /// Repeats a part this number of times.
    Again(Index, usize),
    /// Puts a part in the place of another.
    Instead(Index, Index),
    /// Puts a part into this number of lists, one inside the other.
    Deep(Index, usize),
}

fn change(words: &[&'static str]) -> impl Strategy<Value = Change> + use<> {
    let words = [WORDS, words].concat();
    let byte = prop_oneof![any::<u8>(), prop::sample::select(b"{}[]()\":,\\ +-.0e\xff\0".to_vec())];
    let times = prop_oneof![4 => 1..5usize, 1 => 1..3000usize];
    let place = any::<Index>;
    prop_oneof![
        1 => (place(), 0..8u8).prop_map(|(at, bit)| Change::Bit(at, bit)),
        2 => (place(), 0..20usize, prop::collection::vec(byte, 0..6)).prop_map(|(at, cut, put)| Change::Bytes(at, cut, put)),
        1 => place().prop_map(Change::End),
        1 => (place(), 1..9usize, times.clone()).prop_map(|(at, len, times)| Change::Many(at, len, times)),
        5 => (place(), prop::sample::select(words)).prop_map(|(at, word)| Change::Word(at, word)),
        3 => place().prop_map(Change::Without),
        2 => (place(), times.clone()).prop_map(|(at, times)| Change::Again(at, times)),
        3 => (place(), place()).prop_map(|(at, other)| Change::Instead(at, other)),
        1 => (place(), times).prop_map(|(at, times)| Change::Deep(at, times)),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Bit(at, bit) => *at.get_mut(bytes) ^= 1 << bit,
            Self::Bytes(at, cut, put) => {
                let start = at.index(bytes.len());
                let end = (start + cut).min(bytes.len());
                bytes.splice(start..end, put.iter().copied());
            }
            Self::End(at) => bytes.truncate(at.index(bytes.len())),
            Self::Many(at, len, times) => {
                let start = at.index(bytes.len());
                let end = (start + len).min(bytes.len());
                repeat(bytes, start..end, b"", *times);
            }
            Self::Word(at, word) => {
                if let Some(part) = part(bytes, *at) {
                    // If the part is a key with its value, only the value is replaced.
                    let start = value(bytes, part.clone());
                    bytes.splice(start..part.end, word.bytes());
                }
            }
            Self::Without(at) => {
                if let Some(part) = part(bytes, *at) {
                    bytes.drain(with_comma(bytes, part));
                }
            }
            Self::Again(at, times) => {
                if let Some(part) = part(bytes, *at) {
                    repeat(bytes, part, b",", *times);
                }
            }
            Self::Instead(at, other) => {
                if let (Some(part), Some(other)) = (part(bytes, *at), part(bytes, *other)) {
                    let copy = bytes[other].to_vec();
                    bytes.splice(part, copy);
                }
            }
            Self::Deep(at, times) => {
                if let Some(part) = part(bytes, *at) {
                    let start = value(bytes, part.clone());
                    bytes.splice(part.end..part.end, vec![b']'; *times]);
                    bytes.splice(start..start, vec![b'['; *times]);
                }
            }
        }
    }
}

fn repeat(bytes: &mut Vec<u8>, range: Range<usize>, between: &[u8], times: usize) {
    let once = [between, &bytes[range.clone()]].concat();
    let times = times.min(LARGEST / once.len().max(1));
    bytes.splice(range.end..range.end, once.repeat(times));
}

/// The part of the text that this index chooses; `None` if the text has no parts.
fn part(bytes: &[u8], at: Index) -> Option<Range<usize>> {
    let starts = starts(bytes);
    (!starts.is_empty()).then(|| part_from(bytes, &starts, at.index(starts.len())))
}

/// The part that begins at `starts[first]`: a word, a string, a sign, a bracket with its content, or a key with
/// its value.
fn part_from(bytes: &[u8], starts: &[usize], first: usize) -> Range<usize> {
    let is_key = bytes[starts[first]] == b'"' && starts.get(first + 1).is_some_and(|&at| bytes[at] == b':');
    let mut last = if is_key { (first + 2).min(starts.len() - 1) } else { first };
    let mut open = 0_usize;
    for (i, &start) in starts.iter().enumerate().skip(last) {
        match bytes[start] {
            b'[' | b'{' | b'(' => open += 1,
            b']' | b'}' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        last = i;
        if open == 0 {
            break;
        }
    }
    starts[first]..end(bytes, starts[last])
}

/// The part and the comma that stands behind it, or else the one before it.
fn with_comma(bytes: &[u8], part: Range<usize>) -> Range<usize> {
    if bytes.get(part.end) == Some(&b',') {
        return part.start..part.end + 1;
    }
    match bytes[..part.start].iter().rposition(|b| !b.is_ascii_whitespace()) {
        Some(comma) if bytes[comma] == b',' => comma..part.end,
        _ => part,
    }
}

/// The place of the value in a part that is a key with its value.
fn value(bytes: &[u8], part: Range<usize>) -> usize {
    let key = end(bytes, part.start).min(part.end);
    let colon = bytes[key..part.end].iter().position(|&b| !b.is_ascii_whitespace());
    match colon.map(|blanks| key + blanks) {
        Some(colon) if bytes[part.start] == b'"' && bytes[colon] == b':' => colon + 1,
        _ => part.start,
    }
}

/// The places at which words, strings and signs begin.
fn starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
        } else {
            starts.push(at);
            at = end(bytes, at);
        }
    }
    starts
}

/// The end of the word, string or sign that begins here.
fn end(bytes: &[u8], start: usize) -> usize {
    let in_word = |b: &u8| b.is_ascii_alphanumeric() || b"_.-+".contains(b) || !b.is_ascii();
    match bytes[start] {
        quote @ (b'"' | b'\'') => {
            let mut at = start + 1;
            while at < bytes.len() && bytes[at] != quote {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            (at + 1).min(bytes.len())
        }
        b if in_word(&b) => {
            bytes[start..].iter().position(|b| !in_word(b)).map_or(bytes.len(), |len| start + len)
        }
        _ => start + 1,
    }
}

#[test]
fn parts_are_whole() {
    let text = br#"{"a": [1, {"b": "x\"y"}], "c": -2}"#;
    let starts = starts(text);
    let all: Vec<_> = (0..starts.len()).map(|first| part_from(text, &starts, first)).collect();
    let shown: Vec<_> = all.iter().map(|part| String::from_utf8_lossy(&text[part.clone()])).collect();
    let whole = String::from_utf8_lossy(text);
    let (a, b) = (r#""a": [1, {"b": "x\"y"}]"#, r#""b": "x\"y""#);
    assert_eq!(shown[..5], [whole.as_ref(), a, ":", &a[5..], "1"]);
    assert_eq!(
        shown[6..],
        ["{\"b\": \"x\\\"y\"}", b, ":", &b[5..], "}", "]", ",", r#""c": -2"#, ":", "-2", "}"]
    );
    // The rest is still well formed.
    for part in &all {
        let mut left = text.to_vec();
        left.drain(with_comma(text, part.clone()));
        let is_value =
            [a, "1", b, r#""c": -2"#].contains(&String::from_utf8_lossy(&text[part.clone()]).as_ref());
        assert!(!is_value || serde_json::from_slice::<serde_json::Value>(&left).is_ok(), "{part:?}");
    }
}
