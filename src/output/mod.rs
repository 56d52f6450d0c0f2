//! The answer on stdout, a file a format. A new format is its file and its line in [`FORMATS`]
//! (and the `mod` that Rust wants): the flag, the help and the completions follow from there.

mod bootstrap;
mod bottlerocket;
mod eksctl;
mod eksctl_command;
mod explain;
mod json;
mod json_text;
mod karpenter;
mod kubelet_args;
mod launch_template;
pub mod list;
mod nodeadm;
mod quote;
mod value;
pub mod verify;

use std::borrow::Cow;
use std::io::{self, Write};

use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use maxpods::{Breakdown, Dialect, Evaluation, Expression, InstanceType};

/// Every format of the main job, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<Answer>] = &[
    &value::Value,
    &json::Json,
    &explain::Explain,
    &kubelet_args::KubeletArgs,
    &bootstrap::Bootstrap,
    &launch_template::LaunchTemplate,
    &eksctl_command::EksctlCommand,
    &eksctl::Eksctl,
    &bottlerocket::Bottlerocket,
    &nodeadm::Nodeadm,
    &karpenter::Karpenter,
];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "value";

/// What there is to print: it knows the figures, not how they were come by.
pub struct Answer<T = Outcome> {
    pub instance_type: InstanceType,
    pub outcome: T,
}

/// The two ways to a number.
pub enum Outcome {
    Rules(Breakdown),
    Expression(Expression, Evaluation),
}

impl Answer {
    /// The number that is asked for.
    pub fn max_pods(&self) -> u64 {
        match &self.outcome {
            Outcome::Rules(breakdown) => breakdown.max_pods,
            Outcome::Expression(_, evaluation) => evaluation.max_pods,
        }
    }

    /// The expression, in YAML's quotes, where there is one.
    fn expression_in_yaml(&self) -> Option<Cow<'_, str>> {
        match &self.outcome {
            Outcome::Rules(_) => None,
            Outcome::Expression(expression, _) => Some(quote::yaml(expression.text())),
        }
    }
}

/// A way to print an answer, be it the main job's or a subcommand's.
pub trait Format<A: ?Sized>: Sync {
    /// What `-o` calls it.
    fn name(&self) -> &'static str;

    /// One line for the help.
    fn about(&self) -> &'static str;

    /// Whether the answer itself shows the warnings, so that stderr need not.
    fn shows_warnings(&self) -> bool {
        false
    }

    /// Whose expression the answer shows, where it shows the expression rather than its result.
    fn dialect(&self) -> Option<Dialect> {
        None
    }

    /// Writes the answer, line break included.
    fn write(&self, answer: &A, out: &mut dyn Write) -> io::Result<()>;
}

/// Parses the value of `-o` into one of these formats.
pub fn parser<A: ?Sized + 'static>(
    formats: &'static [&'static dyn Format<A>],
) -> impl TypedValueParser<Value = &'static dyn Format<A>> {
    let values = formats.iter().map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(values).try_map(move |name| {
        formats.iter().copied().find(|format| format.name() == name).ok_or("no such format")
    })
}

/// Prints the answer on stdout.
///
/// # Errors
/// Where stdout does not take it.
pub fn print<A: ?Sized>(format: &dyn Format<A>, answer: &A) -> anyhow::Result<()> {
    // All of it in one write: what stdout gets is the whole answer or none of it.
    let mut text = Vec::new();
    format.write(answer, &mut text).context("cannot put the answer into words")?;
    print_text(&text)
}

/// Prints text on stdout.
///
/// # Errors
/// Where stdout does not take it.
pub fn print_text(text: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text).and_then(|()| stdout.flush()).context("cannot write the answer to stdout")
}
