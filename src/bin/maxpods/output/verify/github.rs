//! Workflow commands of GitHub Actions, which make an annotation of each node that is off.

use std::io::{self, Write};

use maxpods::cluster::{Judgement, Node, Verdict};

use super::{Format, Report, node_name, node_type};
use crate::advice;
use crate::output::columns::Known;
use crate::output::workflow_command::{data, property};

pub struct Github;

impl Format<Report> for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn about(&self) -> &'static str {
        "a workflow command for each node that is off, for GitHub Actions"
    }

    fn is_workflow_commands(&self) -> bool {
        true
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for (node, judgement) in report.checks() {
            if report.is_off(judgement.verdict) {
                write_command(node, judgement, out)?;
            }
        }
        writeln!(out, "{}", report.summary())
    }
}

fn write_command(node: &Node, judgement: &Judgement, out: &mut dyn Write) -> io::Result<()> {
    let level = match judgement.verdict {
        Verdict::Over => "error",
        _ => "warning",
    };
    let title = format!("node {} {}", node_name(node), judgement.verdict.name());
    let message = format!(
        "{}: pods {}, recommended {}, allowed {}: {}. Help: {}",
        node_type(node),
        Known(node.pods.number()),
        Known(judgement.recommended),
        Known(judgement.allowed),
        Known(judgement.reason.as_ref()),
        advice::for_node(judgement),
    );
    writeln!(out, "::{level} title={}::{}", property(&title), data(&message))
}
