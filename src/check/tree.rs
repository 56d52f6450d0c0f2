//! A document as a tree of values with their places. YAML, JSON and Terraform's language are read into it.

use std::rc::Rc;

use super::source::Mark;

/// The most values that a document of this many bytes may have, where those that aliases and merge keys repeat are
/// counted each time. It bounds the memory and the time that a document can take.
pub(crate) fn most_values(bytes: usize) -> usize {
    20_000 + 4 * bytes
}

/// The deepest nesting that is read. Kubernetes' own objects stay below 50.
pub(crate) const DEEPEST: usize = 200;

/// A fault that makes a text unreadable, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub mark: Mark,
    pub message: String,
}

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Tree {
    pub mark: Mark,
    pub content: Content,
    /// The number of values in it, itself included.
    pub size: usize,
    /// The number of levels in it, itself included.
    pub depth: usize,
}

#[derive(Debug)]
pub(crate) enum Content {
    Null,
    Scalar(Scalar),
    List(Vec<Rc<Tree>>),
    Map(Vec<Entry>),
    /// A value that is not known here: an expression of Terraform's, or known only after apply.
    Computed,
}

#[derive(Debug)]
pub(crate) struct Scalar {
    /// Many values may share it through an alias.
    pub text: Rc<str>,
    /// True if the quotes, or the style, say that this is text and nothing else.
    pub is_text: bool,
    /// The line of the first line of a literal block (`|`), whose lines stand in the file as they are.
    pub first_line: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub key: String,
    /// The place of the key.
    pub mark: Mark,
    pub value: Rc<Tree>,
}

impl Tree {
    /// A value with the number of values and of levels in it.
    pub fn new(mark: Mark, content: Content) -> Self {
        let (mut size, mut depth) = (1_usize, 1);
        let mut hold = |value: &Self| {
            size = size.saturating_add(value.size);
            depth = depth.max(value.depth + 1);
        };
        match &content {
            Content::List(items) => items.iter().for_each(|item| hold(item)),
            Content::Map(entries) => entries.iter().for_each(|entry| hold(&entry.value)),
            Content::Null | Content::Scalar(_) | Content::Computed => {}
        }
        Self { mark, content, size, depth }
    }

    /// The entries of a map; none where it is something else.
    pub fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a map's key. `null` counts as not there.
    pub fn get(&self, key: &str) -> Option<&Rc<Tree>> {
        let entry = self.entries().iter().find(|entry| entry.key == key)?;
        if matches!(entry.value.content, Content::Null) { None } else { Some(&entry.value) }
    }

    /// The value that keys lead to, one after another.
    pub fn at(&self, path: &[&str]) -> Option<&Rc<Tree>> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.get(first)?, |node, key| node.get(key))
    }

    /// The values of a list; none where it is something else.
    pub fn items(&self) -> &[Rc<Tree>] {
        match &self.content {
            Content::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar, quoted or not.
    pub fn text(&self) -> Option<&str> {
        self.scalar().map(|scalar| &*scalar.text)
    }

    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar),
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

    /// True if the value is not known here.
    pub fn is_computed(&self) -> bool {
        matches!(self.content, Content::Computed)
    }

    /// The same as `serde_json` has it, for readers that are written for JSON.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.content {
            Content::Null | Content::Computed => Json::Null,
            Content::Scalar(scalar) if scalar.is_text => Json::String(scalar.text.as_ref().to_owned()),
            Content::Scalar(scalar) => match &*scalar.text {
                "true" | "True" | "TRUE" => Json::Bool(true),
                "false" | "False" | "FALSE" => Json::Bool(false),
                text => serde_json::from_str::<serde_json::Number>(text)
                    .map_or_else(|_| Json::String(text.to_owned()), Json::Number),
            },
            Content::List(items) => items.iter().map(|item| item.to_json()).collect(),
            Content::Map(entries) => {
                entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect()
            }
        }
    }
}

/// A number as a Go program reads it from YAML or JSON into an `int32`, as sigs.k8s.io/yaml does.
pub(crate) fn int32(text: &str) -> Option<i128> {
    crate::text::yaml_integer(text).filter(|number| i32::try_from(*number).is_ok())
}
