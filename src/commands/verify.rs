//! `maxpods verify`: whether a cluster's nodes have the right number.

use std::io::{self, IsTerminal};
use std::path::Path;

use maxpods::{Cluster, CniSettings, Escaped, Judge};

use super::{catalog, cni, cni_over, stdin_once, warn_of_types};
use crate::cli::Verify;
use crate::diagnostics::{Exit, UsageError, is_broken_pipe, warn};
use crate::input;
use crate::output::{self, verify::Report};

pub fn run(args: &Verify) -> anyhow::Result<Exit> {
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    stdin_once(&args.facts, &args.cni, Some(file))?;
    if args.file.is_none() && io::stdin().is_terminal() {
        return Err(no_input().into());
    }
    let catalog = catalog(&args.facts)?;
    // A fault in a small file is told before a large one is read.
    let given = args.cni.cni_from_daemonset.is_some().then(|| cni(&args.cni, &args.bounds, args.quiet));
    let given = given.transpose()?;
    let mut cluster = input::read(file, Cluster::read)?;
    for name in cluster.contradictions() {
        warn(args.quiet, format!("node '{}' is there more than once, with different values", Escaped(name)));
    }
    let aws_node = cluster.aws_node.take();
    let assumed = given.is_none() && aws_node.is_none() && args.cni.settings() == CniSettings::default();
    warn(args.quiet || !assumed, NO_SETTINGS);
    let cni = given.unwrap_or_else(|| cni_over(aws_node, &args.cni, &args.bounds, args.quiet));

    let settings = args.bounds.with(cni);
    let mut judge = Judge::new(&catalog, &settings);
    let mut report = Report::new(&settings.cni);
    for node in cluster.nodes {
        let judgement = judge.judge(&node)?;
        report.add(node, judgement);
    }
    warn_of_types(args.quiet, judge.warnings());
    let verdict = if report.is_right(args.allow_under) { Exit::Success } else { Exit::Failure };
    match output::print(args.output, &report) {
        // Who reads the first lines alone still wants to know how it ended.
        Err(error) if is_broken_pipe(&error) => Ok(verdict),
        printed => printed.map(|()| verdict),
    }
}

const NO_SETTINGS: &str = "there is no aws-node DaemonSet in the input: secondary IPs without custom \
     networking are assumed. Add it (kubectl get nodes,daemonsets -A -o json) or say what is on with \
     the --cni-... options";

fn no_input() -> UsageError {
    UsageError {
        message: "no input: stdin is a terminal".into(),
        help: "kubectl get nodes,daemonsets -A -o json | maxpods verify".into(),
    }
}
