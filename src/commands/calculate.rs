//! The main job: the pod limit of one node.

use maxpods::max_pods;

use super::catalog;
use crate::cli::Calculate;
use crate::diagnostics::{Exit, UsageError, warn};
use crate::output::{self, Answer};

pub fn run(args: &Calculate) -> anyhow::Result<Exit> {
    let name = match args.instance_type.as_deref().map(str::trim) {
        None => return Err(no_instance_type("no instance type was given")),
        Some("") => return Err(no_instance_type("the instance type is empty")),
        Some(name) => name,
    };
    if args.cni.cni_max_eni.is_some_and(|limit| limit.0.is_none()) {
        warn(args.quiet, "--cni-max-eni is empty: no limit is taken, as the reference script does");
    }
    let instance_type = catalog(&args.facts)?.find(name)?;
    let breakdown = max_pods(&instance_type, &args.limits.with(args.cni.settings()));
    for warning in &breakdown.warnings {
        warn(args.quiet || args.output.shows_warnings(), warning);
    }
    output::print(args.output, &Answer { instance_type: &instance_type, breakdown: &breakdown })?;
    Ok(Exit::Success)
}

fn no_instance_type(message: &str) -> anyhow::Error {
    UsageError {
        message: message.into(),
        help: "name it, as in --instance-type m5.large; maxpods --help shows every option".into(),
    }
    .into()
}
