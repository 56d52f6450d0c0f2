//! The step from arguments to inputs: the known instance types and the settings, each read once.

use std::path::Path;

use maxpods::cni::{AwsNode, AwsNodeWarning, CniSettings};
use maxpods::instance_type::parse_instance_types;
use maxpods::{Catalog, Os};

use crate::advice::{self, InputKind};
use crate::cli::{CniArgs, InstanceTypesFile, LimitArgs, RulesArgs};
use crate::diagnostics::{Failure, warn};
use crate::input;

/// The inputs of the rules.
pub struct Inputs {
    /// The known instance types, with those of the user's file.
    pub catalog: Catalog,
    /// The settings of the CNI, from the options and the user's file.
    pub cni: CniSettings,
}

impl Inputs {
    /// Reads what the shared options name.
    pub fn read(
        types: &InstanceTypesFile,
        cni: &CniArgs,
        limits: &LimitArgs,
        quiet: bool,
    ) -> Result<Self, Failure> {
        stdin_once(types, cni, [])?;
        let catalog = catalog(types)?;
        let cni = cni_settings(aws_node(cni)?, cni, limits, quiet);
        Ok(Self { catalog, cni })
    }
}

/// Makes sure that stdin is not read twice, by the shared options or as one of the command's own files.
pub fn stdin_once<'a>(
    types: &'a InstanceTypesFile,
    cni: &'a CniArgs,
    own: impl IntoIterator<Item = (&'a str, Option<&'a Path>)>,
) -> Result<(), Failure> {
    let shared = [
        ("--instance-types-file", types.path.as_deref()),
        ("--cni-from-daemonset", cni.cni_from_daemonset.as_deref()),
    ];
    input::stdin_once(&own.into_iter().chain(shared).collect::<Vec<_>>())
}

/// The known instance types, with those of the user's file.
pub fn catalog(types: &InstanceTypesFile) -> Result<Catalog, Failure> {
    let Some(file) = &types.path else {
        return Ok(Catalog::new());
    };
    Ok(Catalog::with(input::read_whole(file, InputKind::InstanceTypesFile, parse_instance_types)?))
}

/// The `aws-node` `DaemonSet` in the user's file, if one is named.
pub fn aws_node(cni: &CniArgs) -> Result<Option<AwsNode>, Failure> {
    let file = cni.cni_from_daemonset.as_deref();
    file.map(|file| input::read(file, InputKind::DaemonSetFile, AwsNode::read)).transpose()
}

/// The settings of the CNI. An option wins over the `DaemonSet`. Warns of values in the `DaemonSet` that could
/// not be read, unless an option gives the value.
pub fn cni_settings(
    aws_node: Option<AwsNode>,
    cni: &CniArgs,
    limits: &LimitArgs,
    quiet: bool,
) -> CniSettings {
    if cni.cni_max_eni.is_some() && cni.max_eni().is_none() {
        warn(quiet, "--cni-max-eni is empty and counts as not given, as with the reference script");
    }
    let Some(aws_node) = aws_node else {
        return cni.apply_to(CniSettings::default());
    };
    warn_of_aws_node(&aws_node.warnings, cni, limits, quiet);
    cni.apply_to(aws_node.settings)
}

/// Warns of values in the `DaemonSet` that could not be read, unless an option gives the value.
pub fn warn_of_aws_node(warnings: &[AwsNodeWarning], cni: &CniArgs, limits: &LimitArgs, quiet: bool) {
    for warning in warnings.iter().filter(|warning| !is_settled(warning, cni, limits)) {
        warn_with_advice(warning, quiet);
    }
}

/// Prints a warning of the `DaemonSet`, and what to do about it.
pub fn warn_with_advice(warning: &AwsNodeWarning, quiet: bool) {
    match advice::for_aws_node(warning) {
        Some(advice) => warn(quiet, format!("{warning}; {advice}")),
        None => warn(quiet, warning),
    }
}

/// True if an option gives the value that the warning is about.
fn is_settled(warning: &AwsNodeWarning, cni: &CniArgs, limits: &LimitArgs) -> bool {
    use maxpods::cni::variable;
    match warning.variable() {
        Some(variable::PREFIX_DELEGATION) => cni.cni_prefix_delegation_enabled.is_some(),
        Some(variable::CUSTOM_NETWORKING) => cni.cni_custom_networking_enabled.is_some(),
        Some(variable::MAX_ENI) => cni.max_eni().is_some(),
        Some(variable::POD_ENI) => cni.cni_pod_eni_enabled.is_some() || limits.reserved_enis.is_some(),
        Some(variable::IPV6) => match warning {
            AwsNodeWarning::Ipv6WithoutPrefixes if cni.cni_prefix_delegation_enabled == Some(true) => true,
            AwsNodeWarning::Ipv6WithCustomNetworking if cni.cni_custom_networking_enabled.is_some() => true,
            AwsNodeWarning::ElsewhereSet(_) | AwsNodeWarning::NotBoolean(..) => cni.ip_family.is_some(),
            _ => cni.ipv6() == Some(false),
        },
        Some(_) => false,
        None => matches!(warning, AwsNodeWarning::NoVersion(_)) && cni.cni_version.is_some(),
    }
}

/// Refuses options that contradict each other or have no effect. `settings` are those of the rules, with what the
/// `DaemonSet` says.
pub fn check_rules(rules: &RulesArgs, cni: &CniArgs, settings: &CniSettings) -> Result<(), Failure> {
    if rules.os == Os::Windows {
        check_windows(rules, cni, settings)?;
    }
    if settings.ipv6 {
        check_ipv6(rules, cni)?;
    }
    check_branch_eni_pods(rules, settings)
}

/// Refuses pods with branch ENIs where no node has branch ENIs.
pub fn check_branch_eni_pods(rules: &RulesArgs, settings: &CniSettings) -> Result<(), Failure> {
    if rules.branch_eni_pods.is_some() && !settings.pod_eni {
        return Err(Failure::usage(
            "--branch-eni-pods needs security groups for pods, and they are off",
            "add --cni-pod-eni-enabled",
        ));
    }
    Ok(())
}

/// Refuses what has no effect on Windows nodes, or is not there.
fn check_windows(rules: &RulesArgs, cni: &CniArgs, settings: &CniSettings) -> Result<(), Failure> {
    const PRIMARY_ALONE: &str =
        "has no effect on Windows nodes, where only the primary ENI gives pods addresses";
    const NO_BRANCH_ENIS: &str = "has no effect on Windows nodes, which have no security groups for pods";
    let given = [
        (cni.max_eni().is_some(), "--cni-max-eni", PRIMARY_ALONE),
        (cni.cni_custom_networking_enabled == Some(true), "--cni-custom-networking-enabled", PRIMARY_ALONE),
        (rules.limits.reserved_enis.is_some(), "--reserved-enis", PRIMARY_ALONE),
        (cni.cni_primary_eni_excluded == Some(true), "--cni-primary-eni-excluded", PRIMARY_ALONE),
        (cni.cni_pod_eni_enabled == Some(true), "--cni-pod-eni-enabled", NO_BRANCH_ENIS),
        (rules.branch_eni_pods.is_some(), "--branch-eni-pods", NO_BRANCH_ENIS),
    ];
    if let Some((_, option, why)) = given.into_iter().find(|(given, ..)| *given) {
        return Err(Failure::usage(format!("{option} {why}"), format!("leave out {option} or --os windows")));
    }
    if settings.ipv6 {
        return Err(Failure::usage(
            "Windows nodes cannot be in an IPv6 cluster: EKS supports IPv6 for Linux nodes only",
            "leave out --os windows, or give --ip-family ipv4",
        ));
    }
    Ok(())
}

/// Refuses what contradicts IPv6.
fn check_ipv6(rules: &RulesArgs, cni: &CniArgs) -> Result<(), Failure> {
    if rules.show_max_allowed {
        return Err(Failure::usage(
            "--show-max-allowed has no number to show in an IPv6 cluster: the network does not limit pods there",
            "leave out --show-max-allowed, or give --ip-family ipv4",
        ));
    }
    if cni.cni_custom_networking_enabled == Some(true) {
        return Err(Failure::usage(
            "custom networking does not go with IPv6: aws-node refuses to start",
            "leave out --cni-custom-networking-enabled, or give --ip-family ipv4",
        ));
    }
    Ok(())
}
