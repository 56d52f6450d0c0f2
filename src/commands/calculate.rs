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
    let instance_type = catalog(&args.facts)?.find(name)?;
    let breakdown = max_pods(&instance_type, &args.limits.with(super::cni(&args.cni, args.quiet)));
    let quiet = args.quiet || args.output.shows_warnings();
    for warning in &breakdown.warnings {
        warn(quiet, warning);
    }
    output::print(args.output, &Answer { instance_type, breakdown })?;
    Ok(Exit::Success)
}

fn no_instance_type(message: &str) -> anyhow::Error {
    UsageError {
        message: message.into(),
        help: "name it, as in --instance-type m5.large; maxpods --help shows every option".into(),
    }
    .into()
}
