//! Messages on stderr: warnings, errors, and what to do about them.

use std::fmt::{self, Display, Write as _};
use std::io::{self, Write as _};

use maxpods::text::Escaped;

use crate::advice::{self, InputKind};
use crate::output::{self, workflow_command};

/// The end of the process. Scripts depend on its [code](Exit::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The answer was printed. From a checker: everything is right.
    Success,
    /// A checker found something that is off.
    Off,
    /// The command line is right, but there is no answer.
    NoAnswer,
    /// A checker could not check. It has another code than a finding, so that scripts can tell the two apart.
    NothingSaid,
    /// The command line is wrong; nothing was done.
    Usage,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Off | Self::NoAnswer => 1,
            Self::NothingSaid | Self::Usage => 2,
        }
    }
}

/// Why a command ends without its answer. The kind of failure decides the exit code.
#[derive(Debug)]
pub enum Failure {
    /// The command line is wrong, or it asks for help or for the version. clap reports both as an error.
    CommandLine(clap::Error),
    /// The command line is wrong in a way that clap cannot see.
    Usage { message: String, help: String },
    /// The command line is right, but there is no answer.
    NoAnswer { error: anyhow::Error, help: Option<String> },
    /// The reader of stdout has seen enough and closed it, as in `maxpods list | head -1`.
    ReaderGone,
}

impl Failure {
    /// The failure for a wrong command line. `message` names the fault, and `help` a right command line.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    /// The failure for an error that the library found in the input from this source.
    pub fn of(error: maxpods::Error, source: InputKind) -> Self {
        let help = advice::for_error(&error, source);
        Self::NoAnswer { error: error.into(), help }
    }
}

impl From<maxpods::Error> for Failure {
    fn from(error: maxpods::Error) -> Self {
        Self::of(error, InputKind::CommandLine)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::NoAnswer { error, help: None }
    }
}

/// Prints a warning, unless `quiet` is set. There is an answer, but the operator should know about this.
pub fn warn(quiet: bool, warning: impl Display) {
    if !quiet {
        say("warning", &warning, None);
    }
}

/// Prints an error about an answer that was printed all the same.
pub fn incomplete(error: impl Display, help: &str) {
    say("error", &error, Some(help));
}

/// Prints the messages of another program.
pub fn pass_on(messages: &str) {
    if !messages.trim().is_empty() {
        print(&format!("{}\n", messages.trim_end()));
    }
}

/// Prints why there is no answer, and tells how the process is to end. `no_answer` is the end of a
/// command whose command line was right.
pub fn report(failure: &Failure, no_answer: Exit) -> Exit {
    match failure {
        Failure::CommandLine(error) => report_clap(error, no_answer),
        Failure::Usage { message, help } => {
            say("error", message, Some(help));
            Exit::Usage
        }
        Failure::NoAnswer { error, help } => {
            say("error", &format!("{error:#}"), help.as_deref());
            no_answer
        }
        Failure::ReaderGone => Exit::Success,
    }
}

/// Prints what clap reports. clap treats help and version as errors, but for the user who asks for them they
/// are the answer.
fn report_clap(error: &clap::Error, no_answer: Exit) -> Exit {
    let text = error.render().to_string();
    if error.use_stderr() {
        // Everything from outside was escaped before clap saw it; the line breaks are clap's.
        print(&text.replace("\n  tip: ", "\n  help: "));
        return Exit::Usage;
    }
    match output::print_text(text.as_bytes()) {
        Ok(()) => Exit::Success,
        Err(failure) => report(&failure, no_answer),
    }
}

fn say(kind: &str, message: &dyn Display, help: Option<&str>) {
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = writeln!(text, "{kind}: {message}");
    if let Some(help) = help {
        let _ = writeln!(text, "  help: {help}");
    }
    print(&text);
}

/// Prints in one write, so that the lines of several processes that share a log are not mixed. If that fails,
/// there is no other place to report it.
fn print(text: &str) {
    let lines = SafeLines(text).to_string();
    let _ = io::stderr().write_all(workflow_command::disarmed(&lines).as_bytes());
}

/// Escapes every line, as a last guard against a message that contains raw text from outside.
struct SafeLines<'a>(&'a str);

impl Display for SafeLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.split('\n').enumerate().try_for_each(|(i, line)| {
            if i > 0 {
                f.write_char('\n')?;
            }
            Escaped(line).fmt(f)
        })
    }
}
