//! The main job: the pod limit of one node.

use std::borrow::Cow;
use std::env;

use maxpods::imds::{self, Endpoint};
use maxpods::{CniSettings, InstanceType, Os, max_pods};

use super::inputs::Inputs;
use crate::cli::{Calculate, CniArgs, RulesArgs};
use crate::diagnostics::{Exit, Failure, warn};
use crate::output::{self, Answer, Outcome};

pub fn run(args: &Calculate) -> Result<Exit, Failure> {
    // IMDS is asked last: it may take 10 s to find out that it is not there, and a mistake in the command
    // line, the expression or a file is a mistake on every type.
    let named = if args.instance_type_from_imds { None } else { Some(instance_type_name(args)?) };
    let expression = super::expression(&args.expression, args.output.dialect())?;
    let inputs = Inputs::read(&args.instance_types_file, &args.cni, &args.rules.limits, args.quiet)?;

    let name = match named {
        Some(name) => Cow::from(name),
        None => ask_imds()?.into(),
    };
    let instance_type = inputs.catalog.find(&name)?;
    let outcome = match expression {
        Some(expression) => {
            let evaluation = expression.evaluate(&instance_type)?;
            Outcome::Expression(expression, evaluation)
        }
        None => rules(args, inputs.cni, &instance_type)?,
    };
    output::print(args.output, &Answer { instance_type, outcome })?;
    Ok(Exit::Success)
}

fn rules(args: &Calculate, cni: CniSettings, instance_type: &InstanceType) -> Result<Outcome, Failure> {
    check_windows(&args.rules, &args.cni)?;
    let breakdown = max_pods(instance_type, &args.rules.settings(cni)).within_kubelet_range(instance_type)?;
    let quiet = args.quiet || args.output.shows_warnings();
    for warning in &breakdown.warnings {
        warn(quiet, warning);
    }
    Ok(Outcome::Rules(breakdown))
}

/// Refuses the options that have no effect on Windows nodes.
pub(super) fn check_windows(rules: &RulesArgs, cni: &CniArgs) -> Result<(), Failure> {
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

/// The type that the command line names.
fn instance_type_name(args: &Calculate) -> Result<&str, Failure> {
    match args.instance_type.as_deref().map(str::trim) {
        None => Err(no_instance_type("no instance type was given")),
        Some("") => Err(no_instance_type("the instance type is empty")),
        Some(name) => Ok(name),
    }
}

/// The type that IMDS names.
fn ask_imds() -> Result<String, maxpods::Error> {
    let endpoint = Endpoint::from_variables(|name| env::var_os(name))?;
    imds::instance_type(&endpoint)
}

fn no_instance_type(message: &str) -> Failure {
    Failure::usage(
        message,
        "name it, as in --instance-type m5.large, or on the node itself give \
         --instance-type-from-imds; maxpods --help shows every option",
    )
}
