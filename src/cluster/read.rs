//! Documents, lists and their items, one after another.

use std::io::Read;

use serde::de::IgnoredAny;

use super::objects::{Field, Object, set};
use super::window::Window;
use super::{Cluster, DAEMON_SET, NODE};
use crate::Error;
use crate::cni::{AWS_NODE, NAMESPACE};

/// Reads to the end of the text. The flag says whether there was no text at all.
pub fn read(json: impl Read) -> Result<(Cluster, bool), Error> {
    let mut reader = Reader { window: Window::new(json)?, cluster: Cluster::default() };
    let mut empty = true;
    while reader.window.peek()?.is_some() {
        empty = false;
        reader.document()?;
    }
    Ok((reader.cluster, empty))
}

struct Reader<R> {
    window: Window<R>,
    cluster: Cluster,
}

/// What the items of a list are.
#[derive(Clone, Copy)]
enum Items<'a> {
    /// They tell their kind, as in kubectl's own `List`.
    OfAnyKind,
    /// They need not tell their kind, as in the API's `NodeList`.
    Of(&'a str),
    /// The list has not told its kind yet.
    Open,
    /// Of no use here.
    Others,
}

impl<'a> Items<'a> {
    /// `None` for an object that is no list.
    fn of(kind: Option<&'a str>) -> Option<Self> {
        let Some(kind) = kind else {
            return Some(Self::Open);
        };
        Some(match kind.strip_suffix("List")? {
            "" => Self::OfAnyKind,
            kind @ (NODE | DAEMON_SET) => Self::Of(kind),
            _ => Self::Others,
        })
    }
}

impl<R: Read> Reader<R> {
    /// Reads an object, or a list whose items are kept or dropped one by one.
    fn document(&mut self) -> Result<(), Error> {
        if !self.window.take(b'{')? {
            return Err(self
                .window
                .fault("not what kubectl prints with -o json: it does not begin with '{'"));
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
            return Err(self
                .window
                .fault("not what kubectl prints with -o json: the object has no \"kind\""));
        }
        let kind = Items::of(own.kind.as_deref()).unwrap_or(Items::Others);
        for item in kindless {
            self.item(item, kind, &mut Vec::new())?;
        }
        self.keep(own)
    }

    /// Reads the items of a list. Those that do not tell their kind wait for the list to tell its
    /// own.
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
                Items::Open => {
                    kindless.push(item);
                    return Ok(());
                }
                Items::OfAnyKind => return Err(self.window.fault("an item of the list has no \"kind\"")),
                Items::Others => return Ok(()),
            }
        }
        self.keep(item)
    }

    /// Keeps what is of use in an object.
    fn keep(&mut self, object: Object) -> Result<(), Error> {
        let cluster = &mut self.cluster;
        if object.is(NODE, &[""]) {
            cluster.nodes.push(object.into_node());
        } else if object.is(DAEMON_SET, &["apps", "extensions"])
            && object.name() == AWS_NODE
            && object.may_be_in(NAMESPACE)
        {
            let aws_node = object.spec.unwrap_or_default().aws_node()?;
            if cluster.aws_node.as_ref().is_some_and(|other| *other != aws_node) {
                return Err(Error::AwsNodeContradiction);
            }
            cluster.aws_node = Some(aws_node);
        }
        Ok(())
    }
}
