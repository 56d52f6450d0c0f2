//! `maxpods verify`: check that each node's pod limit fits its network.

mod kubectl;
mod progress;

use std::io::{self, IsTerminal, Read};
use std::path::Path;

use maxpods::Error;
use maxpods::cluster::{Cluster, ClusterSettings, Judge, NodeName};
use maxpods::cni::AwsNode;
use maxpods::cni::variable;

use super::inputs::{aws_node, catalog, cni_settings, stdin_once};
use super::warn_of_types;
use crate::advice::{self, Source};
use crate::cli::{self, Verify};
use crate::diagnostics::{Exit, Failure, warn};
use crate::input;
use crate::output::{self, verify::Report};
use progress::Progress;

pub fn run(args: &Verify) -> Result<Exit, Failure> {
    let ask = asks_cluster(args);
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let own = ("FILE", Some(file).filter(|_| !ask));
    stdin_once(&args.instance_types_file, &args.cni, [own])?;
    let catalog = catalog(&args.instance_types_file)?;
    // The small file is read first, so that an error in it is reported before a large cluster is read.
    let given = aws_node(&args.cni)?;

    let progress = Progress::start(args.quiet);
    let parse = |json: &mut dyn Read| read(json, given, &progress);
    let outcome = if ask {
        kubectl::read(&args.cluster, parse)
    } else {
        input::read(file, Source::Cluster, |mut json| parse(&mut json))
    };
    // The line of progress is cleared before anything else is printed.
    drop(progress);
    let (cluster, aws_node) = outcome?;

    warn_of_contradictions(args.quiet, &cluster.contradictions());
    let settings = settings(args, aws_node);
    let mut judge = Judge::new(&catalog, &settings);
    let mut report = Report::new(&settings.common.cni, args.allow_under);
    for node in cluster.nodes {
        let judgement = judge.judge(&node);
        report.add(node, judgement);
    }
    warn_of_types(args.quiet, judge.warnings());
    let verdict = if report.is_right() { Exit::Success } else { Exit::Off };
    output::print_verdict(args.output, &report, verdict)
}

/// True if kubectl is to be run, because neither the command line nor stdin gives the nodes.
fn asks_cluster(args: &Verify) -> bool {
    args.file.is_none() && (args.cluster.any_given() || cli::is_kubectl_plugin() || io::stdin().is_terminal())
}

/// Reads the cluster. The settings of its CNI are read too, unless the user gave them in a separate file.
fn read(
    json: &mut dyn Read,
    given: Option<AwsNode>,
    progress: &Progress,
) -> Result<(Cluster, Option<AwsNode>), Error> {
    let cluster = Cluster::read_with(json, &mut |nodes| progress.nodes(nodes))?;
    let aws_node = match given {
        Some(given) => Some(given),
        None => cluster.aws_node()?.cloned(),
    };
    Ok((cluster, aws_node))
}

/// The settings of the cluster, from the options and the `DaemonSet`. Warns of settings that could make a
/// verdict wrong.
fn settings(args: &Verify, mut aws_node: Option<AwsNode>) -> ClusterSettings {
    let assumed = aws_node.is_none() && !args.cni.any_given();
    warn(args.quiet || !assumed, advice::NO_CNI_SETTINGS);
    let mut settings = ClusterSettings::default();
    if let Some(aws_node) = &mut aws_node {
        // The capacity of each node shows whether the node has a trunk ENI.
        aws_node.warnings.retain(|warning| warning.variable() != Some(variable::POD_ENI));
        settings.warm_targets = aws_node.pool.warm_targets;
        for warning in &aws_node.pool_warnings {
            warn(args.quiet, warning);
        }
    }
    let cni = cni_settings(aws_node, &args.cni, &args.limits, args.quiet);
    settings.common = args.limits.settings(cni);
    settings.reserved_enis = args.limits.reserved_enis;
    for warning in settings.warnings() {
        warn(args.quiet, warning);
    }
    settings
}

/// Names at most this many nodes in one warning.
const MOST_NAMES: usize = 3;

fn warn_of_contradictions(quiet: bool, names: &[&str]) {
    let mut shown: Vec<_> =
        names.iter().take(MOST_NAMES).map(|name| format!("'{}'", NodeName(name))).collect();
    if names.len() > MOST_NAMES {
        shown.push(format!("{} more", names.len() - MOST_NAMES));
    }
    let shown = shown.join(", ");
    match names.len() {
        0 => {}
        1 => warn(quiet, format!("the node {shown} is there more than once, with different values")),
        _ => warn(quiet, format!("nodes are there more than once, with different values: {shown}")),
    }
}
