//! The nodes of a cluster, and the settings of its CNI, from the JSON that kubectl prints.

mod node;
mod objects;
mod verdict;
mod window;

use std::collections::HashMap;
use std::io::Read;

use serde::de::IgnoredAny;

use crate::cni::AWS_NODE;
use crate::{AwsNode, Error};
use objects::{Field, Object, set};
use window::Window;

pub use node::{Node, Pods, Skip};
pub use verdict::{Judge, Judgement, OtherSettings, Reason, Verdict};

const NODE: &str = "Node";
const DAEMON_SET: &str = "DaemonSet";

/// What the output of kubectl says of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cluster {
    /// The nodes, in the order of the input.
    pub nodes: Vec<Node>,
    /// The settings of the CNI, where the `aws-node` DaemonSet is in the input.
    pub aws_node: Option<AwsNode>,
}

impl Cluster {
    /// Reads the JSON of `kubectl get nodes,daemonsets -A -o json`.
    ///
    /// Takes a Node, a DaemonSet, a list of them (`List`, `NodeList`, `DaemonSetList`), or several
    /// of these one after another, in any order. Objects of other kinds are ignored. What is held
    /// in memory grows with the number of nodes, not with their size.
    ///
    /// # Errors
    /// [`Error::Kubernetes`], with line and column, where the text is not JSON or not what kubectl
    /// prints; [`Error::NoNodes`] where no node is in it; [`Error::Unreadable`] where the reader
    /// fails; [`Error::NoAwsNodeContainer`] and [`Error::AwsNodeContradiction`] where the
    /// DaemonSet leaves open what the CNI's settings are.
    pub fn read(json: impl Read) -> Result<Self, Error> {
        let (cluster, empty) = read(json)?;
        if cluster.nodes.is_empty() { Err(Error::NoNodes { empty }) } else { Ok(cluster) }
    }

    /// The names of nodes that are there more than once, with different values.
    #[must_use]
    pub fn contradictions(&self) -> Vec<&str> {
        let mut seen: HashMap<&str, (&Node, bool)> = HashMap::with_capacity(self.nodes.len());
        let mut names = Vec::new();
        for node in &self.nodes {
            let (first, named) = seen.entry(&node.name).or_insert((node, false));
            if *first != node && !*named {
                *named = true;
                names.push(node.name.as_str());
            }
        }
        names
    }
}

impl AwsNode {
    /// Reads the JSON of `kubectl get daemonset aws-node -n kube-system -o json`, or a list with
    /// that DaemonSet in it.
    ///
    /// # Errors
    /// [`Error::NoAwsNode`] where the DaemonSet is not in it, and those of [`Cluster::read`] but
    /// for [`Error::NoNodes`].
    pub fn read(json: impl Read) -> Result<Self, Error> {
        let (cluster, empty) = read(json)?;
        cluster.aws_node.ok_or(Error::NoAwsNode { empty })
    }
}

/// Reads to the end of the text. The flag says whether there was no text at all.
fn read(json: impl Read) -> Result<(Cluster, bool), Error> {
    let mut window = Window::new(json)?;
    let mut cluster = Cluster::default();
    let mut empty = true;
    while window.peek()?.is_some() {
        empty = false;
        cluster.document(&mut window)?;
    }
    Ok((cluster, empty))
}

impl Cluster {
    /// Reads one document: an object, or a list whose items are read one by one.
    fn document<R: Read>(&mut self, window: &mut Window<R>) -> Result<(), Error> {
        if window.peek()? != Some(b'{') {
            return Err(window.fault("not what kubectl prints with -o json: it does not begin with '{'"));
        }
        window.expect(b'{')?;
        let mut own = Object::default();
        // Items that do not tell their kind, in a list that has not told its own yet.
        let mut kindless = Vec::new();
        let mut items = None;
        let mut first = true;
        while !window.take(b'}')? {
            if !first {
                window.expect(b',')?;
            }
            first = false;
            if window.peek()? != Some(b'"') {
                return Err(window.unexpected("a key in double quotes"));
            }
            let field: Field = window.value()?;
            window.expect(b':')?;
            let is_list = own.kind.as_deref().is_none_or(|kind| element_kind(kind).is_some());
            let done = match field {
                Field::ApiVersion => set(&mut own.api_version, window.value()?, "apiVersion"),
                Field::Kind => set(&mut own.kind, window.value()?, "kind"),
                Field::Metadata => set(&mut own.metadata, window.value()?, "metadata"),
                Field::Spec if own.may_be(DAEMON_SET) => set(&mut own.spec, window.value()?, "spec"),
                Field::Status if own.may_be(NODE) => set(&mut own.status, window.value()?, "status"),
                Field::Items if is_list && window.peek()? == Some(b'[') => {
                    self.items(window, own.kind.as_deref(), &mut kindless)?;
                    set(&mut items, Some(()), "items")
                }
                _ => window.value::<IgnoredAny>().map(|_| Ok(()))?,
            };
            done.map_err(|problem| window.fault(&problem))?;
        }
        let Some(kind) = own.kind.clone() else {
            return Err(window.fault("not what kubectl prints with -o json: the object has no \"kind\""));
        };
        for item in kindless {
            self.item(window, item, Some(&kind), &mut Vec::new())?;
        }
        self.add(own)
    }

    /// Reads the items of a list.
    fn items<R: Read>(
        &mut self,
        window: &mut Window<R>,
        list_kind: Option<&str>,
        kindless: &mut Vec<Object>,
    ) -> Result<(), Error> {
        window.expect(b'[')?;
        if window.take(b']')? {
            return Ok(());
        }
        loop {
            let item = window.value()?;
            self.item(window, item, list_kind, kindless)?;
            if !window.take(b',')? {
                return window.expect(b']');
            }
        }
    }

    fn item<R: Read>(
        &mut self,
        window: &Window<R>,
        mut item: Object,
        list_kind: Option<&str>,
        kindless: &mut Vec<Object>,
    ) -> Result<(), Error> {
        if item.kind.is_none() {
            match list_kind.map(element_kind) {
                None => {
                    kindless.push(item);
                    return Ok(());
                }
                Some(Some(kind)) if !kind.is_empty() => item.kind = Some(kind.into()),
                Some(_) => return Err(window.fault("an item of the list has no \"kind\"")),
            }
        }
        self.add(item)
    }

    /// Keeps what is of use in an object.
    fn add(&mut self, object: Object) -> Result<(), Error> {
        if object.is(NODE, &[""]) {
            self.nodes.push(object.into_node());
        } else if object.is(DAEMON_SET, &["apps", "extensions"]) && object.name() == AWS_NODE {
            let aws_node = object.spec.unwrap_or_default().aws_node()?;
            if self.aws_node.as_ref().is_some_and(|other| *other != aws_node) {
                return Err(Error::AwsNodeContradiction);
            }
            self.aws_node = Some(aws_node);
        }
        Ok(())
    }
}

/// The kind of a list's items where they do not tell it, as in the API's own `NodeList`; empty for
/// kubectl's `List` of anything. `None` where the kind is not that of a list.
fn element_kind(list_kind: &str) -> Option<&str> {
    list_kind.strip_suffix("List")
}
