//! Workflow commands of GitHub Actions, which make an annotation of each node that is off.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use maxpods::{Judgement, Node, Verdict};

use super::{Format, Report, node_name, node_type};
use crate::advice;
use crate::output::columns::Known;

pub struct Github;

impl Format<Report> for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn about(&self) -> &'static str {
        "a workflow command for each node that is off, for GitHub Actions"
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for (node, judgement) in &report.checks {
            if report.is_off(judgement.verdict) {
                write_command(node, judgement, out)?;
            }
        }
        writeln!(out, "{}", report.summary())
    }
}

/// Source: [Workflow commands for GitHub Actions][1].
///
/// [1]: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
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

/// The message of a workflow command. The runner turns these escapes back.
fn data(text: &str) -> Cow<'_, str> {
    escape(text, &['%', '\r', '\n'])
}

/// The value of a property of a workflow command. A comma or a colon would end it.
fn property(text: &str) -> Cow<'_, str> {
    escape(text, &['%', '\r', '\n', ':', ','])
}

fn escape<'a>(text: &'a str, special: &[char]) -> Cow<'a, str> {
    if !text.contains(special) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if special.contains(&c) {
            // Writing to a String does not fail.
            let _ = write!(escaped, "%{:02X}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_end_early() {
        assert_eq!(property("100%\r\n::error::,"), "100%25%0D%0A%3A%3Aerror%3A%3A%2C");
        assert_eq!(data("100%\r\n::error::,"), "100%25%0D%0A::error::,");
        assert_eq!(data("node a over"), "node a over");
    }
}
