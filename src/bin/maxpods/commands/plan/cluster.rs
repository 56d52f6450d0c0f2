//! The plan of a whole cluster.

use std::io::Read;
use std::path::Path;

use maxpods::cluster::plan::{ClusterPlan, PlanNote, Question, Setup};
use maxpods::cluster::{Census, ClusterSettings};
use maxpods::cni::{AwsNode, PoolSettings};
use maxpods::subnets::Subnets;
use maxpods::{Catalog, Error};

use super::aws::Aws;
use super::{is_settled, subnets};
use crate::advice::{self, InputKind};
use crate::cli::Plan;
use crate::commands::cluster::{asks_cluster, cluster_settings, warn_of_contradictions};
use crate::commands::inputs::{aws_node, catalog, stdin_once, warn_with_advice};
use crate::commands::kubectl;
use crate::commands::progress::Progress;
use crate::diagnostics::{Exit, Failure, warn};
use crate::input;
use crate::output::{self, plan};

/// The question about the cluster itself.
const CLUSTER: kubectl::Question = kubectl::Question {
    objects: &["nodes,pods,daemonsets", "-A"],
    undone: "nothing was planned",
    not_run: advice::NO_KUBECTL_FOR_PLAN,
    failed: advice::KUBECTL_FAILED_FOR_PLAN,
    source: InputKind::KubectlForPlan,
};

/// The question about the subnets of custom networking. They are objects of the CNI's own kind.
const ENI_CONFIGS: kubectl::Question = kubectl::Question {
    objects: &["eniconfigs.crd.k8s.amazonaws.com"],
    failed: advice::ENI_CONFIGS_FAILED,
    ..CLUSTER
};

pub fn run(args: &Plan) -> Result<Exit, Failure> {
    let question = question(args)?;
    let ask = asks_cluster(args.file.as_deref(), &args.cluster);
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let own = [
        ("CLUSTER", Some(file).filter(|_| !ask)),
        ("--subnets-file", args.subnets.subnets_file.as_deref()),
        ("--network-interfaces-file", args.subnets.network_interfaces_file.as_deref()),
        ("--cidr-reservations-file", args.subnets.cidr_reservations_file.as_deref()),
    ];
    stdin_once(&args.instance_types_file, &args.cni, own)?;
    let catalog = catalog(&args.instance_types_file)?;
    // The small files are read first, so that an error in them is reported before a large cluster is read.
    let given = aws_node(&args.cni)?;
    let subnets = subnets::from_files(&args.subnets)?;

    let progress = Progress::start(args.quiet);
    let parse = |json: &mut dyn Read| read(json, given, &progress);
    let outcome = if ask {
        kubectl::read(&args.cluster, &CLUSTER, parse)
    } else {
        input::read(file, InputKind::ClusterForPlan, |mut json| parse(&mut json))
    };
    // The line of progress is cleared before anything else is printed.
    drop(progress);
    let (mut census, aws_node) = outcome?;

    warn_of_contradictions(args.quiet, &census.contradictions.iter().map(String::as_str).collect::<Vec<_>>());
    let (settings, pool) = settings(args, aws_node);
    let asks_for_subnets = subnets.is_some() || args.aws.vpc.is_some();
    if ask && asks_for_subnets && settings.common.cni.custom_networking {
        kubectl::read(&args.cluster, &ENI_CONFIGS, |json| census.add_eni_configs(json))?;
    }
    let inputs = Inputs { catalog, settings, pool, census };
    let subnets = match (subnets, &args.aws.vpc) {
        (None, Some(vpc)) => Some(inputs.ask_aws(&Aws::new(&args.aws), vpc)?),
        (subnets, _) => subnets,
    };
    let plan = inputs.plan(subnets.as_ref(), question)?;
    let warnings = warnings(&plan, subnets.as_ref());
    for warning in &warnings {
        warn(args.quiet, warning);
    }
    let verdict = if plan.is_right() { Exit::Success } else { Exit::Off };
    let Inputs { settings, .. } = inputs;
    let answer = plan::Cluster { plan, subnets, question, settings, warnings };
    output::print_verdict(args.output, &plan::Answer::Cluster(Box::new(answer)), verdict)
}

/// The cluster, before its subnets are known.
struct Inputs {
    catalog: Catalog,
    settings: ClusterSettings,
    pool: PoolSettings,
    census: Census,
}

impl Inputs {
    fn plan(&self, subnets: Option<&Subnets>, question: Option<Question>) -> Result<ClusterPlan, Failure> {
        let Self { catalog, settings, pool, census } = self;
        let setup = Setup { catalog, settings, pool, subnets, question };
        ClusterPlan::new(census, setup).map_err(|error| Failure::of(error, InputKind::ClusterForPlan))
    }

    /// The subnets of a VPC, with the reservations of those that nodes or pods are in.
    fn ask_aws(&self, aws: &Aws<'_>, vpc: &str) -> Result<Subnets, Failure> {
        let mut subnets = aws.subnets(vpc)?;
        // The places of the nodes are the same with and without reservations.
        let plan = self.plan(Some(&subnets), None)?;
        let places = plan.nodes.iter().flat_map(|node| [node.subnet, node.pods_subnet]).flatten();
        let mut in_use: Vec<_> = places.collect();
        in_use.sort_unstable();
        in_use.dedup();
        let names: Vec<_> = subnets.iter().map(maxpods::subnets::Subnet::name).collect();
        for name in in_use.into_iter().filter_map(|place| names.get(place)) {
            aws.add_reservations(&mut subnets, name)?;
        }
        Ok(subnets)
    }
}

/// The question that the options ask, if any.
fn question(args: &Plan) -> Result<Option<Question>, Failure> {
    let asked = &args.subnets;
    let option = match (asked.surge, asked.full, asked.spare) {
        (Some(_), ..) => "--surge",
        (_, true, _) => "--full",
        (.., Some(_)) => "--spare",
        _ => return Ok(None),
    };
    if asked.subnets_file.is_none() && args.aws.vpc.is_none() {
        return Err(Failure::usage(
            format!("{option} is a question to subnets, and none were given"),
            "name the VPC with --vpc, or the file of the subnets with --subnets-file",
        ));
    }
    let spare = asked.spare.unwrap_or_default().into();
    Ok(Some(Question { surge: asked.surge, full: asked.full, spare }))
}

/// Reads the cluster. The settings of its CNI are read too, unless the user gave them in a separate file.
fn read(
    json: &mut dyn Read,
    given: Option<AwsNode>,
    progress: &Progress,
) -> Result<(Census, Option<AwsNode>), Error> {
    let census = Census::read(json, &mut |nodes, pods| {
        progress.nodes(nodes);
        progress.pods(pods);
    })?;
    let aws_node = match given {
        Some(given) => Some(given),
        None => census.aws_node()?.cloned(),
    };
    Ok((census, aws_node))
}

/// The settings of the cluster and of the pools of its nodes, from the options and the `DaemonSet`.
fn settings(args: &Plan, aws_node: Option<AwsNode>) -> (ClusterSettings, PoolSettings) {
    let mut pool = aws_node.as_ref().map_or_else(PoolSettings::default, |aws_node| aws_node.pool.clone());
    let pool_warnings = aws_node.as_ref().map(|aws_node| aws_node.pool_warnings.clone());
    for warning in pool_warnings.iter().flatten().filter(|warning| !is_settled(warning, &args.warm)) {
        warn_with_advice(warning, args.quiet);
    }
    pool.warm_targets = args.warm.apply_to(pool.warm_targets);
    let limits = &args.rules.limits;
    let settings = cluster_settings(aws_node, &args.cni, limits, pool.warm_targets, args.quiet);
    (settings, pool)
}

fn warnings(plan: &ClusterPlan, subnets: Option<&Subnets>) -> Vec<String> {
    let mut warnings = Vec::new();
    for (why, nodes) in plan.left_out.iter().filter(|(why, _)| why.is_a_gap()) {
        warnings.push(advice::left_out(*why, *nodes));
    }
    for note in &plan.notes {
        warnings.push(match note {
            PlanNote::NoPods => format!("{note}{}", advice::ADD_PODS),
            PlanNote::NoEniConfig(_) => format!("{note}{}", advice::ADD_ENI_CONFIGS),
            note => note.to_string(),
        });
    }
    for (subnet, counted, left) in subnets.iter().flat_map(|subnets| subnets.contradictions()) {
        warnings.push(advice::interfaces_contradict_count(subnet, counted, left));
    }
    warnings
}
