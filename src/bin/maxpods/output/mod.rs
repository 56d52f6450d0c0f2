//! Prints the answer on stdout. Each format has a file, and the formats that print one line share a file. To
//! add a format, add its file and its line in [`FORMATS`]: the option, the help and the completions use that
//! list.

mod bottlerocket;
pub mod check;
pub mod columns;
mod eksctl;
mod explain;
mod file_uri;
mod group;
mod json;
mod json_text;
mod karpenter;
pub mod list;
mod nodeadm;
mod one_line;
pub mod plan;
mod quote;
pub mod verify;
pub mod workflow_command;

pub use group::{Group, Outcome};

use std::io::{self, ErrorKind, Write};

use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use maxpods::InstanceType;
use maxpods::expression::Dialect;

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

/// The name of the default format.
pub const DEFAULT: &str = "value";

/// An instance type and the result for it.
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

    /// True if the format shows the warnings itself, so that they are not printed on stderr.
    fn shows_warnings(&self) -> bool {
        false
    }

    /// The dialects that the format takes if it prints the expression itself and not its result, the
    /// default first. Other formats print the result of an expression of any dialect.
    fn dialects(&self) -> &'static [Dialect] {
        &[]
    }

    /// True if the format is configuration that can carry `kubeReserved`.
    fn carries_kube_reserved(&self) -> bool {
        false
    }

    /// True if its reader uses the number 0 as it is, and not as *not set*.
    fn takes_zero(&self) -> bool {
        true
    }

    /// True if Windows nodes have its reader.
    fn is_for_windows(&self) -> bool {
        false
    }

    /// True if its lines are workflow commands. In the lines of other formats they are made harmless.
    fn is_workflow_commands(&self) -> bool {
        false
    }

    /// Writes the answer, with the line break at its end.
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
/// If the answer cannot be written.
pub fn print<A: ?Sized>(format: &dyn Format<A>, answer: &A) -> Result<(), Failure> {
    let mut stdout =
        Stdout { text: Vec::new(), written: Ok(()), has_commands: format.is_workflow_commands() };
    let formatted = format.write(answer, &mut stdout);
    if let Err(error) = std::mem::replace(&mut stdout.written, Ok(())) {
        return not_written(error);
    }
    formatted.context("cannot format the answer")?;
    stdout.write_kept().or_else(not_written)
}

/// The answer on its way to stdout. It is written at once if it is not very long, so that stdout gets nothing if
/// formatting fails. Of a very long answer, only a part is kept in memory.
struct Stdout {
    text: Vec<u8>,
    written: io::Result<()>,
    /// True if the lines of the answer are workflow commands that are meant.
    has_commands: bool,
}

/// The largest part of an answer that is kept, in bytes.
const MOST_KEPT: usize = 8 << 20;

impl Stdout {
    /// Writes the text that is kept, with everything made harmless that a CI runner would take for a command.
    fn write_kept(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.text);
        match std::str::from_utf8(&text) {
            Ok(lines) if !self.has_commands => write_to_stdout(workflow_command::disarmed(lines).as_bytes()),
            _ => write_to_stdout(&text),
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(text);
        if self.text.len() >= MOST_KEPT {
            // Whole lines, where there are any.
            let end = self.text.iter().rposition(|&byte| byte == b'\n').map_or(self.text.len(), |at| at + 1);
            let rest = self.text.split_off(end);
            self.written = self.write_kept();
            self.text = rest;
            if self.written.is_err() {
                return Err(ErrorKind::Other.into());
            }
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // The rest is written when the answer is complete.
        Ok(())
    }
}

/// Prints the answer of a checker, and returns its exit code.
///
/// # Errors
/// If the answer cannot be written. A reader that closes the pipe early still gets the exit code.
pub fn print_verdict<A: ?Sized>(format: &dyn Format<A>, answer: &A, verdict: Exit) -> Result<Exit, Failure> {
    match print(format, answer) {
        Err(Failure::ReaderGone) => Ok(verdict),
        printed => printed.map(|()| verdict),
    }
}

/// Prints text on stdout.
///
/// # Errors
/// [`Failure::ReaderGone`] if the reader closed the pipe, and another failure if the text cannot be written.
pub fn print_text(text: &[u8]) -> Result<(), Failure> {
    write_to_stdout(text).or_else(not_written)
}

/// The failure for an answer that could not be written.
fn not_written(error: io::Error) -> Result<(), Failure> {
    match error.kind() {
        // Rust ignores SIGPIPE, so the write to a closed pipe returns this error.
        ErrorKind::BrokenPipe => Err(Failure::ReaderGone),
        _ => Err(anyhow::Error::new(error).context("cannot write the answer to stdout").into()),
    }
}

/// Writes through a duplicate of stdout's descriptor. Rust's own `Stdout` ignores the error of a descriptor
/// that is open only for reading (`1< file`).
///
/// A stdout that is closed (`>&-`) is no error here: Rust opens `/dev/null` in its place before `main`, and
/// safe code cannot see that.
#[cfg(unix)]
fn write_to_stdout(text: &[u8]) -> io::Result<()> {
    use std::fs::File;
    use std::os::fd::AsFd;

    File::from(io::stdout().as_fd().try_clone_to_owned()?).write_all(text)
}

/// Writes through Rust's own `Stdout`, which converts the text for a Windows console.
#[cfg(not(unix))]
fn write_to_stdout(text: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text)?;
    stdout.flush()
}
