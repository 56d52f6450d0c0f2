//! A document as a tree of values with their places. YAML and JSON are both read into it.

use std::rc::Rc;

use super::source::Mark;

/// The most values that one document may have, those that aliases and merge keys repeat counted each time.
/// It bounds the memory and the time that a document can take.
pub(super) const MOST_VALUES: usize = 1_000_000;

/// The deepest nesting that is read. Kubernetes' own objects stay below 50.
pub(super) const DEEPEST: usize = 200;

/// Something that makes a text unreadable, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub mark: Mark,
    pub message: String,
}

/// A value and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub mark: Mark,
    pub value: Value,
    /// The number of values in it, itself included.
    pub size: usize,
}

#[derive(Debug)]
pub(super) enum Value {
    Null,
    Scalar(Scalar),
    List(Vec<Rc<Node>>),
    Map(Vec<Entry>),
}

#[derive(Debug)]
pub(super) struct Scalar {
    pub text: String,
    /// True if the quotes, or the style, say that this is text and nothing else.
    pub is_text: bool,
    /// The line of the first line of a literal block (`|`), whose lines stand in the file as they are.
    pub first_line: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub key: String,
    /// The place of the key.
    pub mark: Mark,
    pub value: Rc<Node>,
}

impl Node {
    /// The entries of a map; none where it is something else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a map's key. `null` counts as not there.
    pub fn get(&self, key: &str) -> Option<&Rc<Node>> {
        let entry = self.entries().iter().find(|entry| entry.key == key)?;
        if matches!(entry.value.value, Value::Null) { None } else { Some(&entry.value) }
    }

    /// The value that keys lead to, one after another.
    pub fn at(&self, path: &[&str]) -> Option<&Rc<Node>> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.get(first)?, |node, key| node.get(key))
    }

    /// The values of a list; none where it is something else.
    pub fn items(&self) -> &[Rc<Node>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar, quoted or not.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The texts of a list's scalars.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.items().iter().filter_map(|item| item.text())
    }

    /// True if this is a plain `true`.
    pub fn is_true(&self) -> bool {
        self.scalar().is_some_and(|scalar| !scalar.is_text && scalar.text.eq_ignore_ascii_case("true"))
    }

    /// The same as `serde_json` has it, for readers that are written for JSON.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Scalar(scalar) if scalar.is_text => Json::String(scalar.text.clone()),
            Value::Scalar(scalar) => match scalar.text.as_str() {
                "true" | "True" | "TRUE" => Json::Bool(true),
                "false" | "False" | "FALSE" => Json::Bool(false),
                text => serde_json::from_str::<serde_json::Number>(text)
                    .map_or_else(|_| Json::String(text.to_owned()), Json::Number),
            },
            Value::List(items) => items.iter().map(|item| item.to_json()).collect(),
            Value::Map(entries) => {
                entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect()
            }
        }
    }
}
