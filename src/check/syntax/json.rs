//! JSON: read shallowly first, so that a document of no interest costs one pass, and as a tree where it is
//! of interest.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::check::source::{Mark, Source};
use crate::check::tree::{Content, DEEPEST, Entry, Fault, Scalar, Tree};
use crate::error::without_place;
use crate::text::Shortened;

/// A text of one or more JSON documents.
#[derive(Clone, Copy)]
pub(crate) struct Json<'a> {
    source: &'a Source,
}

/// The fields of a JSON object by which Terraform's plans and states are told, and which are read further.
#[derive(Default)]
pub(crate) struct Head<'a> {
    pub format_version: Option<&'a RawValue>,
    pub planned_values: Option<&'a RawValue>,
    pub values: Option<&'a RawValue>,
    pub resource_changes: Option<&'a RawValue>,
    pub configuration: Option<&'a RawValue>,
}

impl<'a> Json<'a> {
    pub fn new(source: &'a Source) -> Self {
        Self { source }
    }

    /// Reads each document in turn.
    ///
    /// # Errors
    /// A [`Fault`] with its place, if the text is not JSON. The documents before it were read.
    pub fn documents(self, mut read: impl FnMut(&'a RawValue)) -> Result<(), Fault> {
        let text = self.source.text();
        for document in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
            let document = document.map_err(|error| {
                let mark = Mark { line: error.line().max(1), column: error.column().max(1) };
                Fault { mark, message: format!("this is not JSON: {}", without_place(&error)) }
            })?;
            read(document);
        }
        Ok(())
    }

    /// The place of a value.
    pub fn mark(self, value: &RawValue) -> Mark {
        self.source.mark(self.offset(value))
    }

    /// Every value is a piece of the text, so that its address tells where in the text it stands.
    fn offset(self, value: &RawValue) -> usize {
        value.get().as_ptr().addr().saturating_sub(self.source.text().as_ptr().addr())
    }

    /// A value of this text as something of its own.
    ///
    /// # Errors
    /// A [`Fault`] with its place, if the value is something else.
    pub fn parse<T: Deserialize<'a>>(self, value: &'a RawValue) -> Result<T, Fault> {
        serde_json::from_str(value.get()).map_err(|error| {
            let line_start = value.get().split('\n').take(error.line().saturating_sub(1));
            let line_start: usize = line_start.map(|line| line.len() + 1).sum();
            let within = (line_start + error.column().saturating_sub(1)).min(value.get().len());
            let mark = self.source.mark(self.offset(value) + within);
            Fault { mark, message: without_place(&error) }
        })
    }

    /// The fields that tell the kind of an object.
    ///
    /// # Errors
    /// A [`Fault`] with its place, if it is no object.
    pub fn head(self, object: &'a RawValue) -> Result<Head<'a>, Fault> {
        self.parse(object)
    }

    /// The fault of a value that is nested too deeply to be read, in one pass and without recursion.
    pub fn too_deep(self, value: &RawValue) -> Option<Fault> {
        let (mut depth, mut quoted, mut escaped) = (0, false, false);
        for (at, byte) in value.get().bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = quoted,
                b'"' => quoted = !quoted,
                b'{' | b'[' if !quoted => depth += 1,
                b'}' | b']' if !quoted => depth -= 1,
                _ => {}
            }
            if depth > DEEPEST {
                let mark = self.source.mark(self.offset(value) + at);
                return Some(Fault { mark, message: format!("this is nested deeper than {DEEPEST} levels") });
            }
        }
        None
    }

    /// A value of this text as a tree.
    ///
    /// # Errors
    /// A [`Fault`] with its place, if a key is there twice, or the value is nested too deeply.
    pub fn tree(self, value: &'a RawValue) -> Result<Rc<Tree>, Fault> {
        if let Some(fault) = self.too_deep(value) {
            return Err(fault);
        }
        let (text, start) = (value.get(), self.offset(value));
        Values { source: self.source, text, start, at: 0 }.value()
    }
}

/// Reads the values of a text that is known to be JSON, in one pass: to ask for each value in turn would read what is
/// nested once for each level.
struct Values<'a> {
    source: &'a Source,
    text: &'a str,
    /// The place of the text in that of the source.
    start: usize,
    at: usize,
}

impl<'a> Values<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips blanks, and the signs between values. The text is JSON, so that these stand where they belong.
    fn skip(&mut self) -> Option<u8> {
        while self.peek().is_some_and(|byte| b" \t\r\n,:".contains(&byte)) {
            self.at += 1;
        }
        self.peek()
    }

    fn mark(&self) -> Mark {
        self.source.mark(self.start + self.at)
    }

    fn value(&mut self) -> Result<Rc<Tree>, Fault> {
        let first = self.skip();
        let mark = self.mark();
        let content = match first {
            Some(b'{') => Content::Map(self.map()?),
            Some(b'[') => Content::List(self.list()?),
            Some(b'"') => {
                Content::Scalar(Scalar { text: (&*self.string()?).into(), is_text: true, first_line: None })
            }
            _ => match self.word() {
                "null" => Content::Null,
                word => Content::Scalar(Scalar { text: word.into(), is_text: false, first_line: None }),
            },
        };
        Ok(Rc::new(Tree::new(mark, content)))
    }

    fn list(&mut self) -> Result<Vec<Rc<Tree>>, Fault> {
        let mut items = Vec::new();
        self.at += 1;
        while self.skip().is_some_and(|byte| byte != b']') {
            items.push(self.value()?);
        }
        self.at += 1;
        Ok(items)
    }

    fn map(&mut self) -> Result<Vec<Entry>, Fault> {
        let mut keys = HashSet::new();
        let mut entries = Vec::new();
        self.at += 1;
        while self.skip().is_some_and(|byte| byte != b'}') {
            let key = self.string()?;
            self.skip();
            let mark = self.mark();
            if !keys.insert(key.clone()) {
                let message = format!("the key '{}' is there twice", Shortened(&key));
                return Err(Fault { mark, message });
            }
            entries.push(Entry { key: key.into_owned(), mark, value: self.value()? });
        }
        self.at += 1;
        Ok(entries)
    }

    /// A string, borrowed where it is written without escapes.
    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.at;
        let (mut escaped, mut has_escapes) = (false, false);
        let rest = self.text.as_bytes().get(start + 1..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| {
            let goes_on = escaped || **byte != b'"';
            escaped = **byte == b'\\' && !escaped;
            has_escapes |= escaped;
            goes_on
        });
        self.at = start + 1 + length.count() + 1;
        let quoted = self.text.get(start..self.at).unwrap_or("\"\"");
        if !has_escapes {
            return Ok(quoted.trim_matches('"').into());
        }
        serde_json::from_str::<String>(quoted).map(Cow::from).map_err(|error| Fault {
            mark: self.source.mark(self.start + start),
            message: without_place(&error),
        })
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or("")
    }
}

/// A key, borrowed where it is written without escapes. `Cow` alone would always be owned.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Head<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Head<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut head = Head::default();
                while let Some(Key(key)) = map.next_key()? {
                    let value: &RawValue = map.next_value()?;
                    let given = (value.get() != "null").then_some(value);
                    match key.as_ref() {
                        "format_version" => head.format_version = given,
                        "values" => head.values = given,
                        "planned_values" => head.planned_values = given,
                        "resource_changes" => head.resource_changes = given,
                        "configuration" => head.configuration = given,
                        _ => {}
                    }
                }
                Ok(head)
            }
        }
        deserializer.deserialize_map(Any)
    }
}

/// Reads the elements of an array one by one, so that not all of them are held at once.
///
/// # Errors
/// Those of the elements, and where the value is no array.
pub(crate) fn elements<'a, T: Deserialize<'a>>(
    value: &'a RawValue,
    each: &mut dyn FnMut(T),
) -> Result<(), serde_json::Error> {
    struct Elements<'f, T>(&'f mut dyn FnMut(T));
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<'_, T> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
            while let Some(element) = seq.next_element()? {
                (self.0)(element);
            }
            Ok(())
        }
    }
    de::Deserializer::deserialize_seq(&mut serde_json::Deserializer::from_str(value.get()), Elements(each))
}
