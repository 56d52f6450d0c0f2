//! The parts that the commands about a cluster share.

use std::fmt::{self, Display};
use std::io::{self, IsTerminal};
use std::path::Path;

use maxpods::cluster::{ClusterSettings, NodeName};
use maxpods::cni::{AwsNode, WarmTargets, variable};

use super::inputs::cni_settings;
use crate::advice;
use crate::cli::{self, ClusterArgs, CniArgs, LimitArgs};
use crate::diagnostics::warn;

/// True if kubectl is to be run, because neither the command line nor stdin gives the nodes.
pub fn asks_cluster(file: Option<&Path>, cluster: &ClusterArgs) -> bool {
    file.is_none() && (cluster.any_given() || cli::is_kubectl_plugin() || io::stdin().is_terminal())
}

/// The settings of the cluster, from the options, the `DaemonSet` and these warm targets. Warns of settings that
/// could make an answer wrong.
pub fn cluster_settings(
    mut aws_node: Option<AwsNode>,
    cni: &CniArgs,
    limits: &LimitArgs,
    warm_targets: WarmTargets,
    quiet: bool,
) -> ClusterSettings {
    let assumed = aws_node.is_none() && !cni.any_given();
    warn(quiet || !assumed, advice::NO_CNI_SETTINGS);
    if let Some(aws_node) = &mut aws_node {
        // The capacity of each node shows whether the node has a trunk ENI.
        aws_node.warnings.retain(|warning| warning.variable() != Some(variable::POD_ENI));
    }
    let mut settings = ClusterSettings::default();
    settings.warm_targets = warm_targets;
    settings.common = limits.settings(cni_settings(aws_node, cni, limits, quiet));
    settings.reserved_enis = limits.reserved_enis;
    for warning in settings.warnings() {
        warn(quiet, warning);
    }
    settings
}

/// The names of nodes in a warning, which shows the first few of them.
#[derive(Default)]
pub struct Names {
    first: Vec<String>,
    pub count: usize,
}

impl Names {
    const MOST_SHOWN: usize = 3;

    /// Adds a name.
    pub fn add(&mut self, name: &str) {
        self.count += 1;
        if self.first.len() < Self::MOST_SHOWN {
            self.first.push(format!("'{}'", NodeName(name)));
        }
    }
}

impl Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first.join(", "))?;
        match self.count - self.first.len() {
            0 => Ok(()),
            more => write!(f, ", {more} more"),
        }
    }
}

/// Warns of nodes that are in the input more than once, with different values.
pub fn warn_of_contradictions(quiet: bool, contradictory: &[&str]) {
    let mut names = Names::default();
    for name in contradictory {
        names.add(name);
    }
    match names.count {
        0 => {}
        1 => warn(quiet, format!("the node {names} is there more than once, with different values")),
        _ => warn(quiet, format!("nodes are there more than once, with different values: {names}")),
    }
}
