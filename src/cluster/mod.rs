//! The nodes of a cluster, and the settings of its CNI, from the JSON that kubectl prints.

mod node;
mod objects;
mod read;
mod verdict;
mod window;

use std::collections::HashMap;
use std::io::Read;

use crate::{AwsNode, Error};
use read::read;

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
    /// The settings of the CNI, where the `aws-node` `DaemonSet` is in the input.
    pub aws_node: Option<AwsNode>,
}

impl Cluster {
    /// Reads the JSON of `kubectl get nodes,daemonsets -A -o json`.
    ///
    /// Takes a Node, a `DaemonSet`, a list of them (`List`, `NodeList`, `DaemonSetList`), or several
    /// of these one after another, in any order. Objects of other kinds are ignored. What is held
    /// in memory grows with the number of nodes, not with their size.
    ///
    /// # Errors
    /// [`Error::Kubernetes`], with line and column, where the text is not JSON or not what kubectl
    /// prints; [`Error::NoNodes`] where no node is in it; [`Error::Unreadable`] where the reader
    /// fails; [`Error::NoAwsNodeContainer`] and [`Error::AwsNodeContradiction`] where the
    /// `DaemonSet` leaves open what the CNI's settings are.
    pub fn read(json: impl Read) -> Result<Self, Error> {
        let (cluster, empty) = read(json)?;
        if cluster.nodes.is_empty() { Err(Error::NoNodes { empty }) } else { Ok(cluster) }
    }

    /// The names of nodes that are there more than once, with different values.
    #[must_use]
    pub fn contradictions(&self) -> Vec<&str> {
        let mut seen: HashMap<&str, (&Node, bool)> = HashMap::with_capacity(self.nodes.len());
        let mut contradictions = Vec::new();
        for node in &self.nodes {
            let (first, told) = seen.entry(&node.name).or_insert((node, false));
            if *first != node && !*told {
                *told = true;
                contradictions.push(node.name.as_str());
            }
        }
        contradictions
    }
}

impl AwsNode {
    /// Reads the JSON of `kubectl get daemonset aws-node -n kube-system -o json`, or a list with
    /// that `DaemonSet` in it.
    ///
    /// # Errors
    /// [`Error::NoAwsNode`] where the `DaemonSet` is not in it, and those of [`Cluster::read`] but
    /// for [`Error::NoNodes`].
    pub fn read(json: impl Read) -> Result<Self, Error> {
        let (cluster, empty) = read(json)?;
        cluster.aws_node.ok_or(Error::NoAwsNode { empty })
    }
}
