//! `maxpods plan`: plan the addresses of a cluster, or of nodes of one type.

mod aws;
mod cluster;
mod one_type;
mod subnets;

use std::env;

use maxpods::cni::{AwsNodeWarning, variable};

use crate::cli::{Plan, WarmArgs};
use crate::diagnostics::{Exit, Failure};

pub fn run(args: &Plan) -> Result<Exit, Failure> {
    if args.instance_type.is_some() {
        if let Some(option) = of_a_cluster(args) {
            return Err(Failure::usage(
                format!("{option} is for a cluster, and --instance-type for nodes of one type"),
                format!("leave out {option} or --instance-type"),
            ));
        }
        return one_type::run(args);
    }
    if let Some(option) = of_one_type(args) {
        return Err(Failure::usage(
            format!("{option} is for nodes of one type, and no instance type was given"),
            format!(
                "name the type, as in --instance-type m5.large; or leave out {option}, to plan for a cluster"
            ),
        ));
    }
    cluster::run(args)
}

/// The first option that is given and only makes sense for a cluster.
fn of_a_cluster(args: &Plan) -> Option<&'static str> {
    let given = [
        ("CLUSTER", args.file.is_some()),
        ("--context", args.cluster.context.is_some()),
        ("--kubeconfig", args.cluster.kubeconfig.is_some()),
        ("--cluster", args.cluster.cluster.is_some()),
        ("--kubectl", args.cluster.kubectl.is_some()),
        ("--vpc", args.aws.vpc.is_some()),
        ("--surge", args.subnets.surge.is_some()),
        ("--full", args.subnets.full),
    ];
    given.into_iter().find_map(|(option, is_given)| is_given.then_some(option))
}

/// The first option that is given and only makes sense for nodes of one type.
fn of_one_type(args: &Plan) -> Option<&'static str> {
    let limits = &args.rules.limits;
    let given = [
        ("--pods", args.pods.is_some()),
        ("--nodes", args.subnets.nodes.is_some()),
        ("--subnet", args.subnets.subnet.is_some()),
        ("--max-pods", args.max_pods.is_some()),
        ("--os", is_on_command_line("--os")),
        ("--host-network-pods", limits.host_network_pods.is_some()),
        ("--show-max-allowed", args.rules.show_max_allowed),
        ("--max-pods-ceiling", limits.max_pods_ceiling.is_some()),
        ("--branch-eni-pods", args.rules.branch_eni_pods.is_some()),
    ];
    given.into_iter().find_map(|(option, is_given)| is_given.then_some(option))
}

/// True if this option with a value is on the command line. clap does not tell it of an option that has a
/// default.
fn is_on_command_line(option: &str) -> bool {
    let is_option =
        |word: &str| word.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='));
    env::args_os().any(|word| word.to_str().is_some_and(is_option))
}

/// Tells if an option gives the target that the warning is about.
fn is_settled(warning: &AwsNodeWarning, warm: &WarmArgs) -> bool {
    let given = match warning.variable() {
        Some(variable::WARM_ENI) => warm.cni_warm_eni_target,
        Some(variable::WARM_PREFIX) => warm.cni_warm_prefix_target,
        Some(variable::WARM_IP) => warm.cni_warm_ip_target,
        Some(variable::MINIMUM_IP) => warm.cni_minimum_ip_target,
        _ => None,
    };
    given.is_some()
}
