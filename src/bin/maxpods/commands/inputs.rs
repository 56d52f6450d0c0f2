//! The step from arguments to inputs: the known instance types and the settings, each read once.

use std::path::Path;

use maxpods::cni::{AwsNode, AwsNodeWarning, CniSettings};
use maxpods::instance_type::parse_instance_types;
use maxpods::{Catalog, Os};

use crate::advice::{self, Source};
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
    Ok(Catalog::with(input::read_whole(file, Source::InstanceTypesFile, parse_instance_types)?))
}

/// The `aws-node` `DaemonSet` in the user's file, if one is named.
pub fn aws_node(cni: &CniArgs) -> Result<Option<AwsNode>, Failure> {
    let file = cni.cni_from_daemonset.as_deref();
    file.map(|file| input::read(file, Source::DaemonSetFile, AwsNode::read)).transpose()
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
        Some(variable::POD_ENI) => limits.reserved_enis.is_some(),
        Some(_) => false,
        None => matches!(warning, AwsNodeWarning::NoVersion(_)) && cni.cni_version.is_some(),
    }
}

/// Refuses the options that have no effect on Windows nodes.
pub fn check_windows(rules: &RulesArgs, cni: &CniArgs) -> Result<(), Failure> {
    if rules.os != Os::Windows {
        return Ok(());
    }
    let given = [
        (cni.max_eni().is_some(), "--cni-max-eni"),
        (cni.cni_custom_networking_enabled == Some(true), "--cni-custom-networking-enabled"),
        (rules.limits.reserved_enis.is_some(), "--reserved-enis"),
    ];
    match given.into_iter().find(|(given, _)| *given) {
        Some((_, option)) => Err(Failure::usage(
            format!(
                "{option} has no effect on Windows nodes, where only the primary ENI gives pods addresses"
            ),
            format!("leave out {option} or --os windows"),
        )),
        None => Ok(()),
    }
}
