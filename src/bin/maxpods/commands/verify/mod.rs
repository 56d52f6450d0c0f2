//! `maxpods verify`: check that each node's pod limit fits its network.

use std::io::Read;
use std::path::Path;

use maxpods::Error;
use maxpods::cluster::{Cluster, ClusterSettings, Judge};
use maxpods::cni::{AwsNode, PoolSettings};
use maxpods::subnets::{Discovery, Subnets};

use super::cluster::{Names, asks_cluster, cluster_settings, warn_of_contradictions};
use super::inputs::{aws_node, catalog, stdin_once};
use super::kubectl::{self, Question};
use super::progress::Progress;
use super::warn_of_types;
use crate::advice::{self, InputKind};
use crate::cli::Verify;
use crate::diagnostics::{Exit, Failure, warn};
use crate::input;
use crate::output::{self, verify::Report};

const NODES_AND_CNI: Question = Question {
    objects: &["nodes,daemonsets", "-A"],
    undone: "nothing was checked",
    not_run: advice::NO_KUBECTL,
    failed: advice::KUBECTL_FAILED,
    source: InputKind::Kubectl,
};

pub fn run(args: &Verify) -> Result<Exit, Failure> {
    let ask = asks_cluster(args.file.as_deref(), &args.cluster);
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let own = ("FILE", Some(file).filter(|_| !ask));
    let subnets_file = ("--subnets-file", args.subnets_file.as_deref());
    stdin_once(&args.instance_types_file, &args.cni, [own, subnets_file])?;
    let catalog = catalog(&args.instance_types_file)?;
    // The small files are read first, so that an error in them is reported before a large cluster is read.
    let given = aws_node(&args.cni)?;
    let subnets = subnets(args)?;

    let progress = Progress::start(args.quiet);
    let parse = |json: &mut dyn Read| read(json, given, &progress);
    let outcome = if ask {
        kubectl::read(&args.cluster, &NODES_AND_CNI, parse)
    } else {
        input::read(file, InputKind::Cluster, |mut json| parse(&mut json))
    };
    // The line of progress is cleared before anything else is printed.
    drop(progress);
    let (cluster, aws_node) = outcome?;

    warn_of_contradictions(args.quiet, &cluster.contradictions());
    let (settings, pool) = settings(args, aws_node);
    let mut judge = Judge::new(&catalog, &settings);
    if let Some(subnets) = &subnets {
        judge = judge.with_subnets(subnets, Discovery::new(&settings.common.cni, &pool));
    }
    let judgements = cluster.nodes.iter().map(|node| judge.judge(node)).collect();
    let mut without_trunk = Names::default();
    for node in cluster.nodes.iter().filter(|node| settings.misses_trunk(node)) {
        without_trunk.add(&node.name);
    }
    let report = Report::new(cluster.nodes, judgements, &settings.common.cni, args.allow_under);
    warn_of_trunks(args.quiet, &without_trunk);
    warn_of_subnets(args.quiet, &settings, judge.placed());
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

/// The subnets of the nodes, if a file has them.
fn subnets(args: &Verify) -> Result<Option<Subnets>, Failure> {
    let file = args.subnets_file.as_deref();
    file.map(|file| input::read_whole(file, InputKind::SubnetsFile, |json| Ok(Subnets::parse(json)?)))
        .transpose()
}

/// The settings of the cluster and of its pools, from the options and the `DaemonSet`. Warns of settings that could
/// make a verdict wrong.
fn settings(args: &Verify, aws_node: Option<AwsNode>) -> (ClusterSettings, PoolSettings) {
    let pool = aws_node.as_ref().map_or_else(PoolSettings::default, |aws_node| aws_node.pool.clone());
    let pool_warnings = aws_node.as_ref().map(|aws_node| aws_node.pool_warnings.clone());
    for warning in pool_warnings.iter().flatten() {
        warn(args.quiet, warning);
    }
    let settings = cluster_settings(aws_node, &args.cni, &args.limits, pool.warm_targets, args.quiet);
    (settings, pool)
}

/// Warns of nodes that can have a trunk ENI and have none.
fn warn_of_trunks(quiet: bool, names: &Names) {
    const CAUSE: &str = "The usual cause: all ENIs were attached before security groups for pods were switched on, and \
         the CNI asks for a trunk only where there is room";
    match names.count {
        0 => {}
        1 => {
            warn(
                quiet,
                format!("the node {names} has no trunk ENI, although its type can have one. {CAUSE}"),
            );
        }
        _ => warn(
            quiet,
            format!("nodes have no trunk ENI, although their types can have one: {names}. {CAUSE}"),
        ),
    }
}

/// Warns if the subnets of nodes are not known. `placed` has the numbers of nodes with a known subnet and without.
fn warn_of_subnets(quiet: bool, settings: &ClusterSettings, placed: Option<(usize, usize)>) {
    match placed {
        Some((0, 1..)) => warn(quiet, advice::NO_NODE_IN_SUBNETS),
        Some((known, unknown @ 1..)) => warn(
            quiet,
            format!(
                "of {} nodes, {unknown} have no address in exactly one of the subnets: they are judged as without \
                 the file",
                known + unknown
            ),
        ),
        Some(_) if settings.common.cni.custom_networking => warn(quiet, advice::SUBNETS_OF_ENI_CONFIGS),
        _ => {}
    }
}
