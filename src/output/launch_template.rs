//! The kubelet's argument, as `bootstrap.sh` takes it, for the launch template of a managed node group.

use std::io::{self, Write};

use super::{Answer, Format};

pub struct LaunchTemplate;

impl Format<Answer> for LaunchTemplate {
    fn name(&self) -> &'static str {
        "launch-template"
    }

    fn about(&self) -> &'static str {
        "argument of AL2's bootstrap.sh in a launch template, for managed nodes"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "--kubelet-extra-args '--max-pods={}'", answer.max_pods())
    }
}
