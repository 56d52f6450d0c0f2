//! `not-a-script`: a script for a node that does not run, or may not run.

use super::Rule;
use super::no_case;
use crate::check::facts::{Cause, Remark, ScriptFault};
use crate::check::report::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "not-a-script",
    level: Level::Warning,
    other_levels: &[],
    summary: "A script for a node that begins with a byte order mark, or whose lines end with CRLF: it may not run.",
    why: "Linux looks for `#!` in the first two bytes, so a script with a byte order mark does not run, and the \
          node boots without it. The shell takes a carriage return for a part of the last word of each line. \
          cloud-init takes it off the scripts in user data, but nothing does so for a script that is copied to \
          the node or that another script calls.",
    example: "#!/bin/bash\\r\n/etc/eks/bootstrap.sh my-cluster\\r",
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
            "the lines of this script end with CRLF: the shell takes the carriage return for a part of the last word, \
             wherever cloud-init does not take it off"
        }
    };
    let help = "save it as UTF-8 without a byte order mark, with LF line ends".to_owned();
    Some(Finding::new(&RULE, &remark.spot, message).help(Some(help)))
}
