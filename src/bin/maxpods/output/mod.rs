//! The answer on stdout, a file for each format; those of one line share a file. A new format is its
//! file and its line in [`FORMATS`]: the option, the help and the completions follow from there.

mod bottlerocket;
pub mod columns;
mod eksctl;
mod explain;
mod group;
mod json;
mod json_text;
mod karpenter;
pub mod list;
mod nodeadm;
mod one_line;
mod quote;
pub mod verify;

pub use group::{Group, Outcome};

use std::fs::File;
use std::io::{self, ErrorKind, Write};

use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use maxpods::{Dialect, InstanceType};

use crate::diagnostics::{Exit, Failure};

/// Every format of the main job, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<Group>] = &[
    &one_line::VALUE,
    &json::Json,
    &explain::Explain,
    &one_line::KUBELET_ARGS,
    &one_line::BOOTSTRAP,
    &one_line::LAUNCH_TEMPLATE,
    &one_line::EKSCTL_COMMAND,
    &eksctl::Eksctl,
    &bottlerocket::Bottlerocket,
    &nodeadm::Nodeadm,
    &karpenter::Karpenter,
];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "value";

/// One instance type and what came of it.
pub struct Answer<T> {
    pub instance_type: InstanceType,
    pub outcome: T,
}

/// A way to print an answer of the main job or of a subcommand.
pub trait Format<A: ?Sized>: Sync {
    /// Its name as a value of `-o`.
    fn name(&self) -> &'static str;

    /// One line for the help.
    fn about(&self) -> &'static str;

    /// Whether the answer itself shows the warnings, so that stderr need not.
    fn shows_warnings(&self) -> bool {
        false
    }

    /// The dialect of the expression, for a format that shows the expression and not its result.
    fn dialect(&self) -> Option<Dialect> {
        None
    }

    /// Whether the format is configuration that can carry `kubeReserved`.
    fn carries_kube_reserved(&self) -> bool {
        false
    }

    /// Whether its reader takes the number 0, and not as *unset*.
    fn takes_zero(&self) -> bool {
        true
    }

    /// Whether its reader exists on Windows nodes.
    fn is_for_windows(&self) -> bool {
        false
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
/// If stdout does not take it.
pub fn print<A: ?Sized>(format: &dyn Format<A>, answer: &A) -> Result<(), Failure> {
    // One write, so that stdout gets the whole answer or nothing.
    let mut text = Vec::new();
    format.write(answer, &mut text).context("cannot format the answer")?;
    print_text(&text)
}

/// Prints the answer of a command whose exit code says more than that it was printed.
///
/// # Errors
/// If stdout does not take it. A reader that closes the pipe early still gets the exit code.
pub fn print_verdict<A: ?Sized>(format: &dyn Format<A>, answer: &A, verdict: Exit) -> Result<Exit, Failure> {
    match print(format, answer) {
        Err(Failure::ReaderGone) => Ok(verdict),
        printed => printed.map(|()| verdict),
    }
}

/// Prints text on stdout.
///
/// # Errors
/// [`Failure::ReaderGone`] if the reader closed the pipe, and another failure if stdout does not take
/// the text.
pub fn print_text(text: &[u8]) -> Result<(), Failure> {
    match write_to_stdout(text) {
        Ok(()) => Ok(()),
        // Rust ignores SIGPIPE, so a closed pipe comes back as an error of the write.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::ReaderGone),
        Err(error) => Err(anyhow::Error::new(error).context("cannot write the answer to stdout").into()),
    }
}

/// Writes through a duplicate of stdout's descriptor. Rust's own `Stdout` ignores the error of a
/// descriptor that is open for reading only (`1< file`). If stdout is closed, Rust opens `/dev/null` in
/// its place before `main`, and safe code cannot see that.
#[cfg(unix)]
fn write_to_stdout(text: &[u8]) -> io::Result<()> {
    use std::os::fd::AsFd;
    File::from(io::stdout().as_fd().try_clone_to_owned()?).write_all(text)
}

/// Writes through Rust's own `Stdout`, which turns the text into what a Windows console shows.
#[cfg(not(unix))]
fn write_to_stdout(text: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text)?;
    stdout.flush()
}
