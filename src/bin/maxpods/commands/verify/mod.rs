//! `maxpods verify`: check that each node's pod limit fits its network.

use std::io::Read;
use std::path::Path;

use maxpods::Error;
use maxpods::cluster::{Cluster, ClusterSettings, Judge};
use maxpods::cni::AwsNode;

use super::cluster::{asks_cluster, cluster_settings, warn_of_contradictions};
use super::inputs::{aws_node, catalog, stdin_once};
use super::kubectl::{self, Question};
use super::progress::Progress;
use super::warn_of_types;
use crate::advice::{self, Source};
use crate::cli::Verify;
use crate::diagnostics::{Exit, Failure, warn};
use crate::input;
use crate::output::{self, verify::Report};

const NODES_AND_CNI: Question = Question {
    objects: &["nodes,daemonsets", "-A"],
    undone: "nothing was checked",
    not_run: advice::NO_KUBECTL,
    failed: advice::KUBECTL_FAILED,
    source: Source::Kubectl,
};

pub fn run(args: &Verify) -> Result<Exit, Failure> {
    let ask = asks_cluster(args.file.as_deref(), &args.cluster);
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let own = ("FILE", Some(file).filter(|_| !ask));
    stdin_once(&args.instance_types_file, &args.cni, [own])?;
    let catalog = catalog(&args.instance_types_file)?;
    // The small file is read first, so that an error in it is reported before a large cluster is read.
    let given = aws_node(&args.cni)?;

    let progress = Progress::start(args.quiet);
    let parse = |json: &mut dyn Read| read(json, given, &progress);
    let outcome = if ask {
        kubectl::read(&args.cluster, &NODES_AND_CNI, parse)
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
fn settings(args: &Verify, aws_node: Option<AwsNode>) -> ClusterSettings {
    let targets = aws_node.as_ref().map(|aws_node| aws_node.pool.warm_targets).unwrap_or_default();
    let pool_warnings = aws_node.as_ref().map(|aws_node| aws_node.pool_warnings.clone());
    for warning in pool_warnings.iter().flatten() {
        warn(args.quiet, warning);
    }
    cluster_settings(aws_node, &args.cni, &args.limits, targets, args.quiet)
}
