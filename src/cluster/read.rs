//! Reads JSON documents one after another, and the items of a list one by one.

use std::io::Read;

use serde::de::{DeserializeOwned, IgnoredAny};

use super::objects::{Field, Item, Object, Values, set};
use super::window::Window;
use super::{DAEMON_SET, ENI_CONFIG, NODE, POD};
use crate::Error;

/// Keeps what it needs of the objects that are read.
pub trait Sink {
    /// True if pods are needed, and with them more of each node.
    const PODS: bool;

    /// Keeps an object, or drops it. The error tells its fault.
    fn keep(&mut self, object: Object) -> Result<(), String>;
}

/// Reads to the end of the text. The answer is true if there was no text at all.
pub fn read<S: Sink>(json: impl Read, sink: &mut S) -> Result<bool, Error> {
    let mut reader = Reader { window: Window::new(json)?, sink };
    let mut empty = true;
    while reader.window.peek()?.is_some() {
        empty = false;
        reader.document()?;
    }
    Ok(empty)
}

struct Reader<'a, R, S> {
    window: Window<R>,
    sink: &'a mut S,
}

impl<R: Read> Values for Window<R> {
    type Error = Error;

    fn value<T: DeserializeOwned>(&mut self) -> Result<T, Error> {
        Window::value(self)
    }

    fn fault(&mut self, problem: &str) -> Error {
        Window::fault(self, problem)
    }
}

/// The items of a list, as its kind tells them.
#[derive(Clone, Copy)]
enum Items<'a> {
    /// Objects of any kind, each with a `kind`, as in kubectl's own `List`.
    OfAnyKind,
    /// Objects of this kind, with or without a `kind`, as in the API's `NodeList`.
    Of(&'a str),
    /// The `kind` of the list has not been read yet: it comes after the items.
    NotYetKnown,
    /// Objects that are not needed.
    Others,
}

impl<'a> Items<'a> {
    /// `None` for an object that is no list.
    fn of<S: Sink>(kind: Option<&'a str>) -> Option<Self> {
        let Some(kind) = kind else {
            return Some(Self::NotYetKnown);
        };
        Some(match kind.strip_suffix("List")? {
            "" => Self::OfAnyKind,
            kind @ (NODE | DAEMON_SET) => Self::Of(kind),
            kind @ (POD | ENI_CONFIG) if S::PODS => Self::Of(kind),
            _ => Self::Others,
        })
    }
}

impl<R: Read, S: Sink> Reader<'_, R, S> {
    /// Reads an object or a list. The items of a list are read one by one, so that the list needs no memory
    /// of its own.
    fn document(&mut self) -> Result<(), Error> {
        if !self.window.take(b'{')? {
            return Err(self.window.fault("not a Kubernetes object in JSON: it does not begin with '{'"));
        }
        let mut own = Object::default();
        let mut items = None;
        let mut kindless = Vec::new();
        let mut first = true;
        while !self.window.take(b'}')? {
            if !first {
                self.window.expect(b',')?;
            }
            first = false;
            if self.window.peek()? != Some(b'"') {
                return Err(self.window.unexpected("a key in double quotes"));
            }
            let field: Field = self.window.value()?;
            self.window.expect(b':')?;
            match (field, Items::of::<S>(own.kind.as_deref())) {
                (Field::Items, Some(kind)) if self.window.peek()? == Some(b'[') => {
                    self.items(kind, &mut kindless)?;
                    set(&mut items, Some(()), "items").map_err(|problem| self.window.fault(&problem))?;
                }
                _ if S::PODS => own.read::<true, _>(field, &mut self.window)?,
                _ => own.read::<false, _>(field, &mut self.window)?,
            }
        }
        if own.kind.is_none() {
            return Err(self.window.fault("not a Kubernetes object in JSON: the object has no \"kind\""));
        }
        let kind = Items::of::<S>(own.kind.as_deref()).unwrap_or(Items::Others);
        for item in kindless {
            self.item(item, kind, &mut Vec::new())?;
        }
        self.keep(own)
    }

    /// Reads the items of a list. An item without a `kind` goes to `kindless` as long as the kind of the
    /// list is not known.
    fn items(&mut self, kind: Items<'_>, kindless: &mut Vec<Object>) -> Result<(), Error> {
        self.window.expect(b'[')?;
        if self.window.take(b']')? {
            return Ok(());
        }
        loop {
            if matches!(kind, Items::Others) {
                self.window.value::<IgnoredAny>()?;
            } else {
                let item = if S::PODS {
                    self.window.value::<Item<true>>()?.0
                } else {
                    self.window.value::<Item<false>>()?.0
                };
                self.item(item, kind, kindless)?;
            }
            if !self.window.take(b',')? {
                return self.window.expect(b']');
            }
        }
    }

    fn item(&mut self, mut item: Object, kind: Items<'_>, kindless: &mut Vec<Object>) -> Result<(), Error> {
        if item.kind.is_none() {
            match kind {
                Items::Of(kind) => item.kind = Some(kind.into()),
                Items::NotYetKnown => {
                    kindless.push(item);
                    return Ok(());
                }
                Items::OfAnyKind => return Err(self.window.fault("an item of the list has no \"kind\"")),
                Items::Others => return Ok(()),
            }
        }
        self.keep(item)
    }

    fn keep(&mut self, mut object: Object) -> Result<(), Error> {
        let read = if S::PODS { object.finish::<true>() } else { object.finish::<false>() };
        read.and_then(|()| self.sink.keep(object)).map_err(|problem| self.window.fault(&problem))
    }
}
