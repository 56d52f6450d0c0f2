//! The nodes of a cluster, and the settings of its CNI, from the JSON that kubectl prints.

mod aws_nodes;
mod census;
mod metadata;
mod name;
mod node;
mod objects;
mod places;
pub mod plan;
mod read;
mod reason;
mod settings;
mod verdict;
mod window;

use std::collections::{HashMap, HashSet};
use std::io::Read;

use crate::Error;
use crate::cni::AwsNode;
use aws_nodes::AwsNodes;
use objects::Object;
use read::{Sink, read};

pub use census::{Census, Member, PodCounts};
pub use name::{GroupName, NodeName, TypeLabel};
pub use node::{Node, Skip};

pub use reason::{OtherSettings, Reason};
pub use settings::{ClusterSettings, ClusterWarning};
pub use verdict::{Judge, Judgement, Verdict};

const NODE: &str = "Node";
const DAEMON_SET: &str = "DaemonSet";
const POD: &str = "Pod";
const ENI_CONFIG: &str = "ENIConfig";

/// The nodes of a cluster, and the settings of its CNI.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cluster {
    /// The nodes, in the order of the input.
    pub nodes: Vec<Node>,
    aws_nodes: AwsNodes,
}

impl Cluster {
    /// Reads the JSON of `kubectl get nodes,daemonsets -A -o json`.
    ///
    /// Takes a Node, a `DaemonSet`, a list of them (`List`, `NodeList`, `DaemonSetList`), or several
    /// of these one after another, in any order. Objects of other kinds are ignored. If a node is in the text
    /// twice, with the same name and the same values, it counts once. The use of memory grows with the number
    /// of nodes, and not with the size of their JSON.
    ///
    /// # Errors
    /// - [`Error::Kubernetes`], with line and column, if the text is not JSON or not what kubectl prints.
    /// - [`Error::Encoding`] if the text is in another encoding than those of [`decode`](crate::text::decode).
    /// - [`Error::NoNodes`] if there is no node in it.
    /// - [`Error::Unreadable`] if the reader fails.
    pub fn read(json: impl Read) -> Result<Self, Error> {
        Self::read_with(json, &mut |_| ())
    }

    /// Reads as [`Cluster::read`] does. `progress` is called after each node, with the number of nodes so
    /// far.
    ///
    /// # Errors
    /// Those of [`Cluster::read`].
    pub fn read_with(json: impl Read, progress: &mut dyn FnMut(usize)) -> Result<Self, Error> {
        let mut reading = Reading { cluster: Self::default(), progress };
        let empty = read(json, &mut reading)?;
        let mut cluster = reading.cluster;
        if cluster.nodes.is_empty() {
            return Err(Error::NoNodes { empty });
        }
        cluster.remove_duplicates();
        Ok(cluster)
    }

    /// The `aws-node` `DaemonSet`; `None` if it is not in the input.
    ///
    /// # Errors
    /// - [`Error::NoAwsNodeContainer`] if the `DaemonSet` has no container with the CNI's settings.
    /// - [`Error::AwsNodeContradiction`] if there are several, with different settings.
    pub fn aws_node(&self) -> Result<Option<&AwsNode>, Error> {
        self.aws_nodes.only()
    }

    /// The names of nodes that are in the input more than once, with different values.
    #[must_use]
    pub fn contradictions(&self) -> Vec<&str> {
        let mut times: HashMap<&str, usize> = HashMap::with_capacity(self.nodes.len());
        let names = self.nodes.iter().map(|node| node.name.as_str()).filter(|name| !name.is_empty());
        names
            .filter(|name| {
                let times = times.entry(name).or_default();
                *times += 1;
                *times == 2
            })
            .collect()
    }

    /// Removes each node that repeats the name and the values of one before it. Nodes without a name stay,
    /// because two of them may be different nodes.
    fn remove_duplicates(&mut self) {
        let mut seen = HashSet::with_capacity(self.nodes.len());
        let is_new: Vec<bool> =
            self.nodes.iter().map(|node| node.name.is_empty() || seen.insert(node)).collect();
        let mut is_new = is_new.into_iter();
        self.nodes.retain(|_| is_new.next().unwrap_or(true));
    }
}

/// A cluster that is being read.
struct Reading<'a> {
    cluster: Cluster,
    progress: &'a mut dyn FnMut(usize),
}

impl Sink for Reading<'_> {
    const PODS: bool = false;

    /// Keeps a node, or the settings of the CNI. Other objects are dropped.
    fn keep(&mut self, object: Object) -> Result<(), String> {
        if object.is(NODE, &[""]) {
            self.cluster.nodes.push(object.into_node());
            (self.progress)(self.cluster.nodes.len());
            return Ok(());
        }
        self.cluster.aws_nodes.keep(object)
    }
}

impl AwsNode {
    /// Reads the JSON of `kubectl get daemonset aws-node -n kube-system -o json`, or a list with
    /// that `DaemonSet` in it.
    ///
    /// # Errors
    /// [`Error::NoAwsNode`] if the `DaemonSet` is not in it. Also the errors of [`Cluster::read`] and
    /// [`Cluster::aws_node`], except for [`Error::NoNodes`].
    pub fn read(json: impl Read) -> Result<Self, Error> {
        let mut reading = Reading { cluster: Cluster::default(), progress: &mut |_| () };
        let empty = read(json, &mut reading)?;
        reading.cluster.aws_node()?.cloned().ok_or(Error::NoAwsNode { empty })
    }
}
