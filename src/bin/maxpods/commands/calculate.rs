//! The main job: the pod limit of a node, or of a node group.

use std::env;

use anyhow::anyhow;
use maxpods::formula::require_ipv6;
use maxpods::imds::{self, Endpoint};
use maxpods::text::Shortened;
use maxpods::{Breakdown, InstanceType, Os, Settings, max_pods};

use super::inputs::{Inputs, check_rules};
use super::{expression, warn_of_types};
use crate::cli::Calculate;
use crate::diagnostics::{Exit, Failure, warn};
use crate::output::{self, Answer, Group, Outcome};

pub fn run(args: &Calculate) -> Result<Exit, Failure> {
    // IMDS is asked last, because it may take 10 s until it is clear that it does not answer. A mistake in the
    // command line, in the expression or in a file is reported before that.
    check_format(args)?;
    let given = if args.instance_type_from_imds { None } else { Some(instance_type_names(args)?) };
    let expression = expression::compile(&args.expression, args.rules.os, Some(args.output))?;
    let inputs = Inputs::read(&args.instance_types_file, &args.cni, &args.rules.limits, args.quiet)?;
    check_rules(&args.rules, &args.cni, &inputs.cni)?;

    let names = match given {
        Some(names) => names,
        None => vec![ask_imds()?],
    };
    let mut types: Vec<InstanceType> = Vec::new();
    for name in names {
        let instance_type = inputs.catalog.find(&name)?;
        if !types.contains(&instance_type) {
            types.push(instance_type);
        }
    }
    let settings = args.rules.settings(inputs.cni);
    let answers = types.into_iter().map(|instance_type| {
        let outcome = match &expression {
            Some(expression) => Outcome::Expression(expression.clone(), expression.evaluate(&instance_type)?),
            None => Outcome::Rules(by_rules(&instance_type, &settings)?),
        };
        Ok(Answer { instance_type, outcome })
    });
    let answers = answers.collect::<Result<_, maxpods::Error>>()?;
    let group = Group::new(answers, args.rules.os, args.kube_reserved).ok_or_else(no_instance_type)?;
    if group.max_pods() == 0 && !args.output.takes_zero() {
        return Err(zero(args.output.name()));
    }
    if let Some(expression) = &expression {
        let is_shown = !args.output.dialects().is_empty();
        expression::try_on_every_type(expression, &inputs.catalog, is_shown, args.quiet)?;
    }
    warn_of(&group, args.quiet || args.output.shows_warnings());
    output::print(args.output, &group)?;
    Ok(Exit::Success)
}

/// The number that the rules give, unless nodes of this type cannot be so, or no kubelet takes it.
fn by_rules(instance_type: &InstanceType, settings: &Settings) -> Result<Breakdown, maxpods::Error> {
    if settings.cni.ipv6 {
        require_ipv6(instance_type, &settings.cni)?;
    }
    max_pods(instance_type, settings).within_kubelet_range(instance_type)
}

/// Refuses options that do not fit the output format.
fn check_format(args: &Calculate) -> Result<(), Failure> {
    let format = args.output.name();
    if args.kube_reserved && !args.output.carries_kube_reserved() {
        let help = "give it with a configuration format, such as -o nodeadm";
        return Err(Failure::usage(format!("--kube-reserved has no place in -o {format}"), help));
    }
    if args.rules.os == Os::Windows && !args.output.is_for_windows() {
        return Err(Failure::usage(
            format!("-o {format} is not for Windows nodes"),
            "give -o kubelet-args or -o eksctl, or leave out --os windows",
        ));
    }
    if args.rules.os == Os::Windows && args.kube_reserved {
        return Err(Failure::usage(
            "--kube-reserved is nodeadm's formula, which is for Linux nodes only",
            "leave out --kube-reserved or --os windows",
        ));
    }
    Ok(())
}

/// The error for the number 0, which the readers of this format treat as *not set*: they use 110.
fn zero(format: &str) -> Failure {
    Failure::NoAnswer {
        error: anyhow!("the number is 0, but the reader of -o {format} treats 0 as not set and uses 110"),
        help: Some("give settings that leave an ENI for pods, or -o value for the number itself".into()),
    }
}

fn warn_of(group: &Group, quiet: bool) {
    let warnings = group.answers.iter().flat_map(|answer| match &answer.outcome {
        Outcome::Rules(breakdown) => {
            let name = answer.instance_type.name.as_str();
            breakdown.warnings.iter().map(|warning| (name, warning)).collect()
        }
        Outcome::Expression(..) => Vec::new(),
    });
    if group.only_type().is_some() {
        // The name of the only type would repeat the command line.
        warnings.for_each(|(_, warning)| warn(quiet, warning));
    } else {
        warn_of_types(quiet, warnings);
    }
}

/// The types that the command line names: one type, or the types of a node group with commas between them.
fn instance_type_names(args: &Calculate) -> Result<Vec<String>, Failure> {
    let Some(text) = args.instance_type.as_deref() else {
        return Err(no_instance_type());
    };
    if text.trim().is_empty() {
        return Err(Failure::usage("the instance type is empty", HOW_TO_NAME_IT));
    }
    let names: Vec<_> = text.split(',').map(|name| name.trim().to_owned()).collect();
    if names.iter().any(String::is_empty) {
        return Err(Failure::usage(
            format!("'{}' has an empty place in its list of instance types", Shortened(text)),
            "write one comma between two types, as in --instance-type m5.large,m5a.large",
        ));
    }
    Ok(names)
}

/// The type that IMDS names.
fn ask_imds() -> Result<String, maxpods::Error> {
    let endpoint = Endpoint::from_variables(|name| env::var_os(name))?;
    imds::instance_type(&endpoint)
}

const HOW_TO_NAME_IT: &str = "name it, as in --instance-type m5.large, or on the node itself give \
     --instance-type-from-imds; maxpods --help shows every option";

fn no_instance_type() -> Failure {
    Failure::usage("no instance type was given", HOW_TO_NAME_IT)
}
