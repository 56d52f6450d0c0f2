//! The formats of `maxpods verify`, with a file for each. A new format needs a file and a line in
//! [`FORMATS`].

mod csv;
mod github;
pub(super) mod json;
mod markdown;
mod table;

use std::collections::HashMap;
use std::fmt::{self, Display};

use maxpods::cluster::{Judgement, Node, NodeName, TypeLabel, Verdict};
use maxpods::cni::CniSettings;

use super::Format;
use super::columns::Known;
use crate::advice;

/// Every format of `verify`, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<Report>] =
    &[&table::Table, &json::Json, &csv::Csv, &markdown::Markdown, &github::Github];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "table";

/// The verdicts on a cluster's nodes, in the order of the input.
pub struct Report {
    nodes: Vec<Node>,
    /// The judgement on each node. It is not beside its node, so that the nodes need not be copied.
    judgements: Vec<Judgement>,
    cni: CniSettings,
    allow_under: bool,
}

impl Report {
    /// A report on the nodes of a cluster whose CNI has these settings, with a judgement on each.
    /// `allow_under` accepts nodes with fewer pods than recommended.
    pub fn new(nodes: Vec<Node>, judgements: Vec<Judgement>, cni: &CniSettings, allow_under: bool) -> Self {
        Self { nodes, judgements, cni: cni.clone(), allow_under }
    }

    /// Each node and its judgement.
    fn checks(&self) -> impl Iterator<Item = (&Node, &Judgement)> {
        self.nodes.iter().zip(&self.judgements)
    }

    /// True if no node is off.
    pub fn is_right(&self) -> bool {
        !self.judgements.iter().any(|judgement| self.is_off(judgement.verdict))
    }

    /// True if a node with this verdict fails the check.
    fn is_off(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Ok | Verdict::Skipped => false,
            Verdict::Under => !self.allow_under,
            Verdict::Over | Verdict::Unknown => true,
        }
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.judgements.iter().filter(|judgement| judgement.verdict == verdict).count()
    }

    /// The number of nodes, and of each verdict, in one line.
    fn summary(&self) -> String {
        let counts: Vec<_> = Verdict::ALL
            .into_iter()
            .map(|verdict| format!("{} {}", self.count(verdict), verdict.name()))
            .collect();
        format!("{}: {}", nodes(self.nodes.len()), counts.join(", "))
    }

    /// The remedies for the nodes that are off, in the order of the first node of each.
    fn remedies(&self) -> Vec<Remedy<'_>> {
        let mut remedies: Vec<Remedy<'_>> = Vec::new();
        let mut places = HashMap::new();
        for (node, judgement) in self.checks() {
            let verdict = judgement.verdict;
            if matches!(verdict, Verdict::Ok | Verdict::Skipped) {
                continue;
            }
            let (instance_type, advice) = (node.instance_type.as_deref(), advice::for_node(judgement));
            let place = *places.entry((instance_type, verdict, advice.clone())).or_insert(remedies.len());
            match remedies.get_mut(place) {
                Some(remedy) => remedy.count += 1,
                None => remedies.push(Remedy { instance_type, verdict, advice, count: 1 }),
            }
        }
        remedies
    }
}

/// One advice, and the number of nodes of one type and one verdict that it is for. It displays as one line of
/// text.
struct Remedy<'a> {
    instance_type: Option<&'a str>,
    verdict: Verdict,
    advice: String,
    count: usize,
}

impl Display for Remedy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.instance_type {
            write!(f, "{}: ", TypeLabel(name))?;
        }
        write!(f, "{} {}: {}", nodes(self.count), self.verdict.name(), self.advice)
    }
}

/// The name of a node as the formats show it; `-` if it has none.
fn node_name(node: &Node) -> Known<NodeName<'_>> {
    let name = node.name.as_str();
    Known((!name.is_empty()).then_some(NodeName(name)))
}

/// The instance type of a node as the formats show it; `-` if its labels do not name one.
fn node_type(node: &Node) -> Known<TypeLabel<'_>> {
    Known(node.instance_type.as_deref().map(TypeLabel))
}

/// A number of nodes, such as `1 node` or `2 nodes`.
fn nodes(count: usize) -> String {
    format!("{count} node{}", if count == 1 { "" } else { "s" })
}
