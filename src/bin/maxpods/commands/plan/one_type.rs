//! The plan of nodes of one type.

use maxpods::cni::PoolSettings;
use maxpods::formula::Warning;
use maxpods::pool::{PoolError, PoolLimits, PoolNote, compare as compare_pools, notes as pool_notes};
use maxpods::subnets::{Need, Subnets, smallest};
use maxpods::{InstanceType, Mode, Settings, max_pods};

use super::{is_settled, subnets};
use crate::advice;
use crate::cli::{Plan, SubnetArgs};
use crate::commands::inputs::{
    aws_node, catalog, check_branch_eni_pods, cni_settings, stdin_once, warn_with_advice,
};
use crate::diagnostics::{Exit, Failure, warn};
use crate::output::plan::{Nodes, Placement};
use crate::output::{self, plan};

pub fn run(args: &Plan) -> Result<Exit, Failure> {
    check_nodes(&args.subnets)?;
    let name = instance_type_name(args)?;
    let own = [
        ("--subnets-file", args.subnets.subnets_file.as_deref()),
        ("--network-interfaces-file", args.subnets.network_interfaces_file.as_deref()),
        ("--cidr-reservations-file", args.subnets.cidr_reservations_file.as_deref()),
    ];
    stdin_once(&args.instance_types_file, &args.cni, own)?;
    let instance_type = catalog(&args.instance_types_file)?.find(name)?;
    let (mut settings, pool_settings) = settings(args)?;
    check_branch_eni_pods(&args.rules, &settings.cni)?;
    let (max_pods, mut warnings) = node_limit(args, &instance_type, &mut settings)?;
    PoolError::check(&settings, &pool_settings, max_pods).map_err(maxpods::Error::from)?;
    let pods = pods(args, max_pods, &settings)?;
    let most_pods = pods.iter().copied().max().unwrap_or_default();

    let targets = pool_settings.warm_targets;
    let limits = PoolLimits::new(&instance_type, &settings, max_pods);
    if limits.mode == Mode::PrefixDelegation {
        // On bare metal, a note of the pool takes the place of this warning: the pool does have prefixes.
        warnings.retain(|warning| *warning != Warning::BareMetal);
    }
    let mut of_pool = pool_notes(&instance_type, &settings, &limits, &targets, most_pods);
    if args.max_pods.is_some() {
        // This note explains the number that the rules give. Here the user gave the number.
        of_pool.retain(|note| *note != PoolNote::PrefixesOnBareMetal);
    }
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    warnings.extend(of_pool.iter().map(ToString::to_string));

    let pools: Vec<_> = pods.iter().map(|&pods| limits.pool(&targets, pods)).collect();
    let own_max_pods = args.max_pods.map(u64::from);
    let compared = compare_pools(&instance_type, &settings, own_max_pods, &targets, most_pods);
    let need = Need::of(&limits.pool(&targets, most_pods));
    let subnets = named_subnets(&args.subnets)?;
    let nodes = nodes(&args.subnets, need, subnets.as_ref(), &mut warnings)?;

    let is_right = nodes.as_ref().is_none_or(Nodes::all_fit);
    for warning in &warnings {
        warn(args.quiet, warning);
    }
    let answer =
        plan::Plan { instance_type, settings, limits, max_pods, targets, pools, compared, nodes, warnings };
    let verdict = if is_right { Exit::Success } else { Exit::Off };
    output::print_verdict(args.output, &plan::Answer::OneType(Box::new(answer)), verdict)
}

/// Refuses options about the subnets of nodes whose number was not given.
fn check_nodes(args: &SubnetArgs) -> Result<(), Failure> {
    let given = [("--subnets-file", args.subnets_file.is_some()), ("--spare", args.spare.is_some())];
    match given.into_iter().find(|(_, is_given)| *is_given && args.nodes.is_none()) {
        Some((option, _)) => Err(Failure::usage(
            format!("{option} needs a number of nodes beside --instance-type"),
            "give the number, as in --nodes 20",
        )),
        None => Ok(()),
    }
}

/// The one type of the nodes.
fn instance_type_name(args: &Plan) -> Result<&str, Failure> {
    const HELP: &str = "name one, as in --instance-type m5.large";
    match args.instance_type.as_deref().map(str::trim) {
        None => Err(Failure::usage("no instance type was given", HELP)),
        Some("") => Err(Failure::usage("the instance type is empty", HELP)),
        Some(name) if name.contains(',') => Err(Failure::usage(
            "several instance types were given, and a plan is for nodes of one type",
            format!("{HELP}, and plan each type by itself"),
        )),
        Some(name) => Ok(name),
    }
}

/// The settings of the rules and of the pool, from the options and the `DaemonSet`. Warns of values
/// that could not be read there, unless an option gives the value.
fn settings(args: &Plan) -> Result<(Settings, PoolSettings), Failure> {
    let aws_node = aws_node(&args.cni)?;
    let mut pool = aws_node.as_ref().map_or_else(PoolSettings::default, |aws_node| aws_node.pool.clone());
    let of_pool = aws_node.as_ref().map(|aws_node| aws_node.pool_warnings.clone());
    let cni = cni_settings(aws_node, &args.cni, &args.rules.limits, args.quiet);
    for warning in of_pool.iter().flatten().filter(|warning| !is_settled(warning, &args.warm)) {
        warn_with_advice(warning, args.quiet);
    }
    pool.warm_targets = args.warm.apply_to(pool.warm_targets);
    Ok((args.rules.settings(cni), pool))
}

/// Max pods as the kubelet has it, and the warnings of the rules that gave the number. Lowers the number of pods
/// with a branch ENI to what the type has.
fn node_limit(
    args: &Plan,
    instance_type: &InstanceType,
    settings: &mut Settings,
) -> Result<(u64, Vec<Warning>), Failure> {
    let mut breakdown = max_pods(instance_type, settings);
    // No more pods can have a branch ENI than the type has branch ENIs.
    settings.branch_eni_pods = u32::try_from(breakdown.branch_eni_pods).unwrap_or(u32::MAX);
    if let Some(own) = args.max_pods {
        // The number of vCPUs only decides the ceiling of the rules, which is not used here.
        breakdown.warnings.retain(|warning| *warning != Warning::UnknownVcpus);
        return Ok((own.into(), breakdown.warnings));
    }
    let breakdown = breakdown.within_kubelet_range(instance_type)?;
    Ok((breakdown.max_pods, breakdown.warnings))
}

/// The numbers of pods to plan for, in the order given.
fn pods(args: &Plan, max_pods: u64, settings: &Settings) -> Result<Vec<u64>, Failure> {
    let Some(pods) = &args.pods else {
        let most = settings.pods_with_address(max_pods);
        let mut quarters: Vec<_> = (0..=4).map(|quarters| (most * quarters).div_ceil(4)).collect();
        // On a small node, some quarters are the same number.
        quarters.dedup();
        return Ok(quarters);
    };
    let check = |&pods: &u32| PoolError::check_pods(pods.into(), max_pods, settings).map(|()| pods.into());
    Ok(pods.iter().map(check).collect::<Result<_, _>>().map_err(maxpods::Error::from)?)
}

/// The subnets that the options name, if any.
fn named_subnets(args: &SubnetArgs) -> Result<Option<Subnets>, Failure> {
    if let Some(cidrs) = &args.subnet {
        let subnets = Subnets::empty(cidrs.iter().map(String::as_str)).map_err(maxpods::Error::from)?;
        return Ok(Some(subnets));
    }
    subnets::from_files(args)
}

/// The subnets for the number of nodes that was given, if any. `need` is the need of one node.
fn nodes(
    args: &SubnetArgs,
    need: Need,
    subnets: Option<&Subnets>,
    warnings: &mut Vec<String>,
) -> Result<Option<Nodes>, Failure> {
    let Some(count) = args.nodes.map(u64::from) else { return Ok(None) };
    let spare = args.spare.unwrap_or_default().into();
    let Some(subnets) = subnets else {
        let lengths = [1, 2, 3].map(|subnets| (subnets, smallest(need, count, subnets, spare)));
        return Ok(Some(Nodes { count, spare, placement: Placement::Smallest(lengths) }));
    };
    for (subnet, counted, left) in subnets.contradictions() {
        warnings.push(advice::interfaces_contradict_count(subnet, counted, left));
    }
    let verdicts = subnets.judge(count, need, spare).map_err(maxpods::Error::from)?;
    let verdicts = verdicts.iter().map(plan::Row::new).collect();
    Ok(Some(Nodes { count, spare, placement: Placement::Subnets(verdicts) }))
}
