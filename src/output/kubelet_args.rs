//! The kubelet's own argument.

use std::io::{self, Write};

use super::{Answer, Format};

pub struct KubeletArgs;

impl Format<Answer> for KubeletArgs {
    fn name(&self) -> &'static str {
        "kubelet-args"
    }

    fn about(&self) -> &'static str {
        "the kubelet's argument: --max-pods=N"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "--max-pods={}", answer.max_pods())
    }
}
