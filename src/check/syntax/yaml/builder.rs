//! A document from the events of its parser.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use libyaml_safer::{Event, EventData, ScalarStyle};

use super::mark;
use crate::check::source::Mark;
use crate::check::tree::{self, DEEPEST, Entry, Fault, Scalar, Tree};
use crate::text::Shortened;

/// The part of a document that has been read.
pub(super) struct Builder {
    open: Vec<Open>,
    anchors: HashMap<String, Rc<Tree>>,
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
    anchor: Option<String>,
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
    /// `<<`, which takes over the entries of its value.
    Merge,
    /// A list or a map, which is no key of any document here: its value is dropped.
    Other,
}

impl Builder {
    pub fn new(most_values: usize) -> Self {
        let (open, anchors) = (Vec::new(), HashMap::new());
        Self { open, anchors, root: None, values: 0, most_values, twice: None }
    }

    /// The value of the document, and the first key in it that is there twice.
    pub fn into_document(self) -> (Option<Rc<Tree>>, Option<Fault>) {
        (self.root, self.twice)
    }

    /// Takes an event of the document.
    pub fn event(&mut self, event: Event) -> Result<(), Fault> {
        let at = mark(event.start_mark);
        match event.data {
            EventData::Scalar { value, style, anchor, tag, .. } => {
                self.count(1, at)?;
                let content = scalar(value, style, tag.as_deref(), at);
                self.finish(Rc::new(Tree::new(at, content)), anchor);
                Ok(())
            }
            EventData::Alias { anchor } => {
                let tree = self.anchors.get(&anchor).cloned().ok_or_else(|| {
                    let name = Shortened(&anchor);
                    Fault { mark: at, message: format!("no value before this place has the anchor '{name}'") }
                })?;
                self.count(tree.size, at)?;
                self.reach(tree.depth, at)?;
                self.finish(tree, None);
                Ok(())
            }
            EventData::SequenceStart { anchor, .. } => self.open(anchor, at, Content::List(Vec::new())),
            EventData::MappingStart { anchor, .. } => self.open(anchor, at, Content::Map(OpenMap::default())),
            EventData::SequenceEnd | EventData::MappingEnd => self.close(),
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

    fn open(&mut self, anchor: Option<String>, mark: Mark, content: Content) -> Result<(), Fault> {
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
        self.finish(Rc::new(Tree::new(open.mark, content)), open.anchor);
        Ok(())
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
                // Each is an entry of its own, where an alias is a pointer.
                self.count(4 * entries.len(), merged.mark)?;
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
    fn finish(&mut self, node: Rc<Tree>, anchor: Option<String>) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map(map) => {
                map.take(node, &mut self.twice);
            }
        }
    }
}

impl OpenMap {
    /// Takes a key, or the value of the key before it. A key that is there twice keeps its first value.
    fn take(&mut self, node: Rc<Tree>, twice: &mut Option<Fault>) {
        let Some(key) = self.key.take() else {
            self.key = Some(match &node.content {
                tree::Content::Scalar(scalar) if &*scalar.text == "<<" && !scalar.is_text => Key::Merge,
                tree::Content::Scalar(scalar) => Key::Name(scalar.text.as_ref().to_owned(), node.mark),
                tree::Content::Null => Key::Name("null".into(), node.mark),
                _ => Key::Other,
            });
            return;
        };
        match key {
            Key::Merge => self.merged.push(node),
            Key::Other => {}
            Key::Name(key, mark) if self.keys.insert(key.clone()) => {
                self.entries.push(Entry { key, mark, value: node });
            }
            Key::Name(..) if twice.is_some() => {}
            Key::Name(key, mark) => {
                let first = self.entries.iter().find(|entry| entry.key == key);
                let first = first.map_or(0, |entry| entry.mark.line);
                let message = format!("the key '{}' is there twice, first on line {first}", Shortened(&key));
                *twice = Some(Fault { mark, message });
            }
        }
    }
}

fn scalar(text: String, style: ScalarStyle, tag: Option<&str>, at: Mark) -> tree::Content {
    let is_text = style != ScalarStyle::Plain || matches!(tag, Some("!" | "tag:yaml.org,2002:str"));
    if !is_text && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL") {
        return tree::Content::Null;
    }
    // The place of a block is its `|`, and the text begins on the next line.
    let first_line = (style == ScalarStyle::Literal).then_some(at.line + 1);
    tree::Content::Scalar(Scalar { text: text.into(), is_text, first_line })
}
