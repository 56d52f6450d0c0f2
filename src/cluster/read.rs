//! Reads JSON documents one after another, and the items of a list one by one.

use std::io::Read;

use serde::de::IgnoredAny;

use super::objects::{Field, Object, set};
use super::window::Window;
use super::{Cluster, DAEMON_SET, FoundAwsNode, NODE};
use crate::Error;
use crate::cni::{AWS_NODE, NAMESPACE};

/// Reads to the end of the text. `progress` is called after each node, with the number of nodes so far.
/// The flag in the result says whether there was no text at all.
pub fn read(json: impl Read, progress: &mut dyn FnMut(usize)) -> Result<(Cluster, bool), Error> {
    let mut reader = Reader { window: Window::new(json)?, cluster: Cluster::default(), progress };
    let mut empty = true;
    while reader.window.peek()?.is_some() {
        empty = false;
        reader.document()?;
    }
    Ok((reader.cluster, empty))
}

struct Reader<'a, R> {
    window: Window<R>,
    cluster: Cluster,
    progress: &'a mut dyn FnMut(usize),
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
    fn of(kind: Option<&'a str>) -> Option<Self> {
        let Some(kind) = kind else {
            return Some(Self::NotYetKnown);
        };
        Some(match kind.strip_suffix("List")? {
            "" => Self::OfAnyKind,
            kind @ (NODE | DAEMON_SET) => Self::Of(kind),
            _ => Self::Others,
        })
    }
}

impl<R: Read> Reader<'_, R> {
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
            let window = &mut self.window;
            let done = match (field, Items::of(own.kind.as_deref())) {
                (Field::ApiVersion, _) => set(&mut own.api_version, window.value()?, "apiVersion"),
                (Field::Kind, _) => set(&mut own.kind, window.value()?, "kind"),
                (Field::Metadata, _) => set(&mut own.metadata, window.value()?, "metadata"),
                (Field::Spec, _) if own.may_be(DAEMON_SET) => set(&mut own.spec, window.value()?, "spec"),
                (Field::Status, _) if own.may_be(NODE) => set(&mut own.status, window.value()?, "status"),
                (Field::Items, Some(kind)) if window.peek()? == Some(b'[') => {
                    self.items(kind, &mut kindless)?;
                    set(&mut items, Some(()), "items")
                }
                _ => window.value::<IgnoredAny>().map(|_| Ok(()))?,
            };
            done.map_err(|problem| self.window.fault(&problem))?;
        }
        if own.kind.is_none() {
            return Err(self.window.fault("not a Kubernetes object in JSON: the object has no \"kind\""));
        }
        let kind = Items::of(own.kind.as_deref()).unwrap_or(Items::Others);
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
                let item = self.window.value()?;
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

    /// Keeps a node, or the settings of the CNI. Other objects are dropped.
    fn keep(&mut self, object: Object) -> Result<(), Error> {
        let cluster = &mut self.cluster;
        if object.is(NODE, &[""]) {
            cluster.nodes.push(object.into_node());
            (self.progress)(cluster.nodes.len());
        } else if object.is(DAEMON_SET, &["apps", "extensions"])
            && object.name() == AWS_NODE
            && object.may_be_in(NAMESPACE)
        {
            let found = match object.spec.unwrap_or_default().aws_node() {
                Ok(aws_node) => FoundAwsNode::One(Box::new(aws_node)),
                Err(Error::NoAwsNodeContainer) => FoundAwsNode::WithoutContainer,
                Err(error) => return Err(error),
            };
            cluster.aws_node.add(found);
        }
        Ok(())
    }
}
