//! Lists behind `in`, and maps from strings.

use super::super::error::Fault;
use super::super::syntax::{Kind, Node};
use super::super::value::{Type, Value};
use super::{Checked, Checker, Step, with_conversion};
use crate::text::Shortened;

/// The type of a map's values.
enum Values {
    /// The map is empty.
    None,
    OneType(Type),
    /// The values are of several types.
    Mixed,
}

impl Checker {
    /// `value in among`
    pub(super) fn is_in(&self, at: usize, value: Node, among: Node) -> Result<(Type, Step), Fault> {
        match among.kind {
            Kind::List(elements) => self.is_in_list(at, value, elements),
            Kind::Map(entries) => self.is_in_map(at, value, entries),
            _ => {
                self.node(value)?;
                let (kind, _) = self.node(among)?;
                let kind = kind.with_article();
                Err(Fault::at(at, format!("'in' takes a list or a map on its right, and this is {kind}")))
            }
        }
    }

    fn is_in_list(&self, at: usize, value: Node, elements: Vec<Node>) -> Result<(Type, Step), Fault> {
        let (kind, value) = self.node(value)?;
        let mut checked = Vec::with_capacity(elements.len());
        let mut first = None;
        for element in elements {
            let element_at = element.at;
            let (kind, element) = self.node(element)?;
            // cel-go takes such a list, and compares numbers across types in it.
            if *first.get_or_insert(kind) != kind {
                return Err(Fault::not_covered(element_at, "lists with values of several types"));
            }
            checked.push(element);
        }
        match first {
            Some(element) if element != kind => Err(with_conversion(
                Fault::at(at, format!("{} cannot be in a list of {element}", kind.with_article())),
                &[kind, element],
            )),
            _ => Ok((Type::Bool, Step::OneOf(Box::new(value), checked))),
        }
    }

    fn is_in_map(&self, at: usize, value: Node, entries: Vec<[Node; 2]>) -> Result<(Type, Step), Fault> {
        let (kind, value) = self.node(value)?;
        let (entries, values) = self.entries(entries)?;
        // An empty map takes keys of every type, and has none.
        if kind != Type::String && !matches!(values, Values::None) {
            return Err(wrong_key(at, kind));
        }
        Ok((Type::Bool, Step::HasKey(Box::new(value), entries)))
    }

    /// `value[index]`
    pub(super) fn index(&self, at: usize, value: Node, index: Node) -> Result<(Type, Step), Fault> {
        match value.kind {
            Kind::Map(entries) => {
                let (entries, values) = self.entries(entries)?;
                let (kind, key) = self.node(index)?;
                if kind != Type::String && !matches!(values, Values::None) {
                    return Err(wrong_key(at, kind));
                }
                lookup(at, entries, &values, key)
            }
            Kind::List(_) => Err(Fault::not_covered(at, "indexes of lists")),
            _ => {
                let (kind, _) = self.node(value)?;
                self.node(index)?;
                Err(Fault::at(at, format!("{} has no index", kind.with_article())))
            }
        }
    }

    /// `value.field`, which is also a way to write an index of a map.
    pub(super) fn field(&self, at: usize, value: Node, field: String) -> Result<(Type, Step), Fault> {
        if let Kind::Map(entries) = value.kind {
            let (entries, values) = self.entries(entries)?;
            let key = Checked { at, step: Step::Constant(Value::String(field)) };
            return lookup(at, entries, &values, key);
        }
        let (kind, _) = self.node(value)?;
        Err(Fault::at(at, format!("{} has no field '{}'", kind.with_article(), Shortened(&field))))
    }

    fn entries(&self, entries: Vec<[Node; 2]>) -> Result<(Vec<[Checked; 2]>, Values), Fault> {
        let mut checked = Vec::with_capacity(entries.len());
        let mut values = Values::None;
        for [key, value] in entries {
            let key_at = key.at;
            let (key_kind, key) = self.node(key)?;
            if key_kind != Type::String {
                return Err(Fault::not_covered(key_at, "maps with other keys than strings"));
            }
            let (kind, value) = self.node(value)?;
            values = match values {
                Values::None => Values::OneType(kind),
                Values::OneType(other) if other == kind => values,
                _ => Values::Mixed,
            };
            checked.push([key, value]);
        }
        Ok((checked, values))
    }
}

fn lookup(
    at: usize,
    entries: Vec<[Checked; 2]>,
    values: &Values,
    key: Checked,
) -> Result<(Type, Step), Fault> {
    match values {
        Values::OneType(kind) => Ok((*kind, Step::Lookup(entries, Box::new(key)))),
        // cel-go finds out the type of the value when it evaluates the index.
        Values::Mixed => Err(Fault::not_covered(at, "indexes of maps with values of several types")),
        Values::None => Err(Fault::not_covered(at, "indexes of empty maps")),
    }
}

fn wrong_key(at: usize, kind: Type) -> Fault {
    let message = format!("the keys of this map are strings, and this is {}", kind.with_article());
    with_conversion(Fault::at(at, message), &[kind, Type::String])
}
