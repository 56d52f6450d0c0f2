//! `maxpods verify`: check that each node's pod limit fits its network.

use std::io::{self, IsTerminal};
use std::path::Path;

use maxpods::{Cluster, Escaped, Judge};

use super::inputs::{aws_node, catalog, cni_settings, stdin_once};
use super::warn_of_types;
use crate::advice::{self, Source};
use crate::cli::Verify;
use crate::diagnostics::{Exit, Failure, warn};
use crate::input;
use crate::output::{self, verify::Report};

pub fn run(args: &Verify) -> Result<Exit, Failure> {
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    stdin_once(&args.instance_types_file, &args.cni, Some(file))?;
    if args.file.is_none() && io::stdin().is_terminal() {
        return Err(no_input());
    }
    let catalog = catalog(&args.instance_types_file)?;
    // The small file is read first, so that a fault in it is reported before a large cluster is read.
    let given = aws_node(&args.cni)?;
    let mut cluster = input::read(file, Source::Cluster, Cluster::read)?;
    for name in cluster.contradictions() {
        warn(args.quiet, format!("node '{}' is there more than once, with different values", Escaped(name)));
    }
    let aws_node = given.or(cluster.aws_node.take());
    let assumed = aws_node.is_none() && !args.cni.any_given();
    warn(args.quiet || !assumed, advice::NO_CNI_SETTINGS);
    let cni = cni_settings(aws_node, &args.cni, &args.limits, args.quiet);

    let settings = args.limits.settings(cni);
    let mut judge = Judge::new(&catalog, &settings);
    let mut report = Report::new(&settings.cni);
    for node in cluster.nodes {
        let judgement = judge.judge(&node);
        report.add(node, judgement);
    }
    warn_of_types(args.quiet, judge.warnings());
    let verdict = if report.is_right(args.allow_under) { Exit::Success } else { Exit::Off };
    output::print_verdict(args.output, &report, verdict)
}

fn no_input() -> Failure {
    Failure::usage(
        "no input: stdin is a terminal",
        "kubectl get nodes,daemonsets -A -o json | maxpods verify",
    )
}
