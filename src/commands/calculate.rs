//! The main job: the pod limit of one node.

use std::borrow::Cow;
use std::env;

use maxpods::imds::{self, Endpoint};
use maxpods::{Breakdown, InstanceType, max_pods};

use super::{catalog, cni, stdin_once};
use crate::cli::Calculate;
use crate::diagnostics::{Exit, UsageError, warn};
use crate::output::{self, Answer, Outcome};

pub fn run(args: &Calculate) -> anyhow::Result<Exit> {
    // Before anybody is asked anything: a wrong expression is wrong on every type.
    let expression = super::expression(&args.expression, args.output.dialect())?;
    stdin_once(&args.facts, &args.cni, None)?;
    let name = instance_type_name(args)?;
    let instance_type = catalog(&args.facts)?.find(&name)?;
    let outcome = match expression {
        Some(expression) => {
            let evaluation = expression.evaluate(&instance_type)?;
            Outcome::Expression(expression, evaluation)
        }
        None => Outcome::Rules(rules(args, &instance_type)?),
    };
    output::print(args.output, &Answer { instance_type, outcome })?;
    Ok(Exit::Success)
}

fn rules(args: &Calculate, instance_type: &InstanceType) -> anyhow::Result<Breakdown> {
    let cni = cni(&args.cni, &args.limits.bounds, args.quiet)?;
    let breakdown = max_pods(instance_type, &args.limits.with(cni));
    let quiet = args.quiet || args.output.shows_warnings();
    for warning in &breakdown.warnings {
        warn(quiet, warning);
    }
    Ok(breakdown)
}

/// The type that IMDS names, where it is to be asked, whatever the command line names; else that.
fn instance_type_name(args: &Calculate) -> anyhow::Result<Cow<'_, str>> {
    if args.instance_type_from_imds {
        let endpoint = Endpoint::from_variables(|name| env::var_os(name))?;
        return Ok(imds::instance_type(&endpoint)?.into());
    }
    match args.instance_type.as_deref().map(str::trim) {
        None => Err(no_instance_type("no instance type was given")),
        Some("") => Err(no_instance_type("the instance type is empty")),
        Some(name) => Ok(name.into()),
    }
}

fn no_instance_type(message: &str) -> anyhow::Error {
    UsageError {
        message: message.into(),
        help: "name it, as in --instance-type m5.large, or on the node itself give \
               --instance-type-from-imds; maxpods --help shows every option"
            .into(),
    }
    .into()
}
