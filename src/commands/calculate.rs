//! The main job: the pod limit of one node.

use std::borrow::Cow;
use std::env;

use maxpods::imds::{self, Endpoint};
use maxpods::{Breakdown, CniSettings, InstanceType, max_pods};

use super::{catalog, cni, stdin_once};
use crate::cli::Calculate;
use crate::diagnostics::{Exit, UsageError, warn};
use crate::output::{self, Answer, Outcome};

pub fn run(args: &Calculate) -> anyhow::Result<Exit> {
    // IMDS is asked last: it may take 10 s to say that it is not there, and whatever is wrong with the
    // command line, the expression or a file is wrong on every type.
    stdin_once(&args.facts, &args.cni, None)?;
    let named = if args.instance_type_from_imds { None } else { Some(instance_type_name(args)?) };
    let expression = super::expression(&args.expression, args.output.dialect())?;
    let catalog = catalog(&args.facts)?;
    let cni = cni(&args.cni, &args.limits.bounds, args.quiet)?;

    let name = match named {
        Some(name) => Cow::from(name),
        None => ask_imds()?.into(),
    };
    let instance_type = catalog.find(&name)?;
    let outcome = match expression {
        Some(expression) => {
            let evaluation = expression.evaluate(&instance_type)?;
            Outcome::Expression(expression, evaluation)
        }
        None => Outcome::Rules(rules(args, cni, &instance_type)),
    };
    output::print(args.output, &Answer { instance_type, outcome })?;
    Ok(Exit::Success)
}

fn rules(args: &Calculate, cni: CniSettings, instance_type: &InstanceType) -> Breakdown {
    let breakdown = max_pods(instance_type, &args.limits.with(cni));
    let quiet = args.quiet || args.output.shows_warnings();
    for warning in &breakdown.warnings {
        warn(quiet, warning);
    }
    breakdown
}

/// The type that the command line names.
fn instance_type_name(args: &Calculate) -> Result<&str, UsageError> {
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

fn no_instance_type(message: &str) -> UsageError {
    UsageError {
        message: message.into(),
        help: "name it, as in --instance-type m5.large, or on the node itself give \
               --instance-type-from-imds; maxpods --help shows every option"
            .into(),
    }
}
