//! Arguments of the Amazon Linux 2 AMI's `bootstrap.sh`, which would set its own number otherwise.

use std::io::{self, Write};

use super::{Answer, Format};

pub struct Bootstrap;

impl Format<Answer> for Bootstrap {
    fn name(&self) -> &'static str {
        "bootstrap"
    }

    fn about(&self) -> &'static str {
        "arguments of AL2's bootstrap.sh, for self-managed nodes"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "--use-max-pods false --kubelet-extra-args '--max-pods={}'", answer.max_pods())
    }
}
