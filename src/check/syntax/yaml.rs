//! YAML as trees, document by document.
//!
//! The tree is built from the events of `saphyr-parser` without recursion. An alias shares the value of
//! its anchor, so that a document that is small on paper stays small in memory; what it would be when
//! written out is counted and bounded.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use crate::check::source::Mark;
use crate::check::tree::{self, DEEPEST, Entry, Fault, Scalar, Tree, most_values};
use crate::text::Shortened;

/// Reads each document of a text in turn. Empty documents are passed over. A key that is there twice is a fault of
/// its document alone, and only if something reads the document: `read` gets it beside the document.
///
/// # Errors
/// A [`Fault`] with its place, if the text is not YAML or goes beyond what is read here. The
/// documents before that place were read.
pub(crate) fn documents(text: &str, mut read: impl FnMut(Rc<Tree>, Option<Fault>)) -> Result<(), Fault> {
    let text = &*without_lone_returns(text);
    let mut parser = Parser::new_from_str(text);
    let most_values = most_values(text.len());
    let mut builder = Builder::new(most_values);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Fault {
            mark: within(text, mark(error.marker())),
            message: format!("this is not YAML: {}", error.info()),
        })?;
        match event {
            Event::StreamEnd => break,
            Event::DocumentStart(_) => builder = Builder::new(most_values),
            Event::DocumentEnd => {
                if let Some(root) =
                    builder.root.take().filter(|root| !matches!(root.content, tree::Content::Null))
                {
                    read(root, builder.twice.take());
                }
            }
            event => builder.event(event, mark(&span.start))?,
        }
    }
    Ok(())
}

/// A carriage return alone is a line break to YAML, and to nobody else: lines would be counted in two ways.
fn without_lone_returns(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_lone = |(at, byte): (usize, &u8)| *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !bytes.iter().enumerate().any(is_lone) {
        return Cow::Borrowed(text);
    }
    let mut chars = text.chars().peekable();
    let mut replaced = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        replaced.push(if c == '\r' && chars.peek() != Some(&'\n') { ' ' } else { c });
    }
    Cow::Owned(replaced)
}

/// The place, or the end of the text where it is behind that: a fault of a text that ends too soon.
fn within(text: &str, mark: Mark) -> Mark {
    match text.lines().nth(mark.line - 1) {
        Some(_) => mark,
        None => Mark {
            line: text.lines().count().max(1),
            column: text.lines().last().map_or(0, |line| line.chars().count()) + 1,
        },
    }
}

fn mark(marker: &Marker) -> Mark {
    Mark { line: marker.line().max(1), column: marker.col() + 1 }
}

/// The part of a document that has been read.
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Tree>>,
    root: Option<Rc<Tree>>,
    /// The values so far, those of aliases counted each time.
    values: usize,
    most_values: usize,
    /// The first key that is there twice.
    twice: Option<Fault>,
}

/// A list or a map whose end is still to come.
struct Open {
    mark: Mark,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Rc<Tree>>),
    Map(OpenMap),
}

#[derive(Default)]
struct OpenMap {
    entries: Vec<Entry>,
    keys: HashSet<String>,
    /// The key whose value is to come; `None` where a key is to come.
    key: Option<Key>,
    /// The values of merge keys (`<<`).
    merged: Vec<Rc<Tree>>,
}

enum Key {
    Name(String, Mark),
    /// A list or a map, which is no key of any document here: its value is dropped.
    Other,
}

impl Builder {
    fn new(most_values: usize) -> Self {
        let (open, anchors) = (Vec::new(), HashMap::new());
        Self { open, anchors, root: None, values: 0, most_values, twice: None }
    }

    fn event(&mut self, event: Event<'_>, at: Mark) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, at)?;
                let content = scalar(text.into_owned(), style, tag.as_deref(), at);
                self.finish(Rc::new(Tree::new(at, content)), anchor)
            }
            Event::Alias(anchor) => {
                // The parser refuses an alias without an anchor; one within its own anchor is not
                // finished yet.
                let node = self.anchors.get(&anchor).cloned().ok_or_else(|| Fault {
                    mark: at,
                    message: "this alias stands within the value that it names".into(),
                })?;
                self.count(node.size, at)?;
                self.reach(node.depth, at)?;
                self.finish(node, 0)
            }
            Event::SequenceStart(anchor, _) => self.open(anchor, at, Content::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.open(anchor, at, Content::Map(OpenMap::default())),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => Ok(()),
        }
    }

    fn count(&mut self, values: usize, at: Mark) -> Result<(), Fault> {
        self.values = self.values.saturating_add(values);
        if self.values > self.most_values {
            let most = self.most_values;
            let message = format!("this document has more than {most} values, aliases counted in full");
            return Err(Fault { mark: at, message });
        }
        Ok(())
    }

    fn open(&mut self, anchor: usize, mark: Mark, content: Content) -> Result<(), Fault> {
        self.count(1, mark)?;
        self.reach(1, mark)?;
        self.open.push(Open { mark, anchor, content });
        Ok(())
    }

    /// Bounds the nesting, where `levels` more begin here.
    fn reach(&self, levels: usize, mark: Mark) -> Result<(), Fault> {
        if self.open.len() + levels > DEEPEST {
            return Err(Fault { mark, message: format!("this is nested deeper than {DEEPEST} levels") });
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let content = match open.content {
            Content::List(items) => tree::Content::List(items),
            Content::Map(map) => tree::Content::Map(self.merge(map)?),
        };
        self.finish(Rc::new(Tree::new(open.mark, content)), open.anchor)
    }

    /// The map's own entries, and behind them those of its merge keys that it does not have itself.
    fn merge(&mut self, mut map: OpenMap) -> Result<Vec<Entry>, Fault> {
        for merged in std::mem::take(&mut map.merged) {
            let sources = match &merged.content {
                tree::Content::List(items) => items.as_slice(),
                _ => std::slice::from_ref(&merged),
            };
            for source in sources {
                let tree::Content::Map(entries) = &source.content else {
                    let message = "a merge key (<<) takes a map or a list of maps".into();
                    return Err(Fault { mark: source.mark, message });
                };
                self.count(entries.len(), merged.mark)?;
                for entry in entries {
                    if map.keys.insert(entry.key.clone()) {
                        let (key, value) = (entry.key.clone(), Rc::clone(&entry.value));
                        map.entries.push(Entry { key, mark: entry.mark, value });
                    }
                }
            }
        }
        Ok(map.entries)
    }

    /// Puts a finished value where it belongs.
    fn finish(&mut self, node: Rc<Tree>, anchor: usize) -> Result<(), Fault> {
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map(map) => {
                let twice = map.take(node);
                self.twice = self.twice.take().or(twice);
            }
        }
        Ok(())
    }
}

impl OpenMap {
    /// Takes a key, or the value of the key before it. A key that is there twice is told, and keeps its first value.
    fn take(&mut self, node: Rc<Tree>) -> Option<Fault> {
        let Some(key) = self.key.take() else {
            let key = match &node.content {
                tree::Content::Scalar(scalar) => Key::Name(scalar.text.clone(), node.mark),
                tree::Content::Null => Key::Name("null".into(), node.mark),
                _ => Key::Other,
            };
            self.key = Some(key);
            return None;
        };
        let Key::Name(key, mark) = key else { return None };
        if key == "<<" {
            self.merged.push(node);
            return None;
        }
        if !self.keys.insert(key.clone()) {
            let first = self.entries.iter().find(|entry| entry.key == key).map_or(0, |entry| entry.mark.line);
            let message = format!("the key '{}' is there twice, first on line {first}", Shortened(&key));
            return Some(Fault { mark, message });
        }
        self.entries.push(Entry { key, mark, value: node });
        None
    }
}

fn scalar(text: String, style: ScalarStyle, tag: Option<&Tag>, at: Mark) -> tree::Content {
    let tagged = tag.is_some_and(|tag| tag.suffix == "str");
    if style == ScalarStyle::Plain && !tagged && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    {
        return tree::Content::Null;
    }
    // The place of a literal block is its first line that is not blank.
    let first_line = (style == ScalarStyle::Literal)
        .then(|| at.line.saturating_sub(text.bytes().take_while(|&b| b == b'\n').count()));
    tree::Content::Scalar(Scalar { text, is_text: style != ScalarStyle::Plain || tagged, first_line })
}
