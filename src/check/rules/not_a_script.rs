//! `not-a-script`: a script for a node that does not run.

use super::Rule;
use super::no_case;
use crate::check::facts::{Cause, Remark, ScriptFault};
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "not-a-script",
    level: Level::Warning,
    levels: "warning",
    summary: "A script for a node that begins with a byte order mark, or whose lines end with CRLF: it does not run.",
    why: "Linux looks for `#!` in the first two bytes, and for a program of exactly that name; the shell \
          takes the carriage return for a part of the last word of each line. Such a script does not run, \
          and the node boots without it.",
    example: "#!/bin/bash\r
/etc/eks/bootstrap.sh my-cluster\r",
    remedy: "Save the file as UTF-8 without a byte order mark, with LF line ends.",
    source: "`execve` of Linux; `cloudinit/handlers` of [cloud-init](https://github.com/canonical/cloud-init)",
    judge: no_case,
    remark,
};

fn remark(remark: &Remark) -> Option<Finding> {
    let Cause::NotAScript(fault) = &remark.cause else { return None };
    let message = match fault {
        ScriptFault::ByteOrderMark => {
            "this script begins with a byte order mark, so cloud-init and the kernel do not see the #! behind it"
        }
        ScriptFault::CarriageReturns => {
            "the lines of this script end with CRLF, and the shell takes the carriage return for a part of the last word"
        }
    };
    let help = "save it as UTF-8 without a byte order mark, with LF line ends".to_owned();
    Some(Finding::new(&RULE, &remark.spot, message).help(Some(help)))
}
