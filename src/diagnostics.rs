//! The talk on stderr: warnings, errors and what to do about them.

use std::fmt::{self, Display, Write as _};
use std::io::{self, ErrorKind, Write as _};

use maxpods::Escaped;

use crate::output;

/// How the process ends; scripts are written against these numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The answer was printed.
    Success = 0,
    /// There is no answer.
    Failure = 1,
    /// The command line is wrong; nothing was done.
    Usage = 2,
}

/// The command line is wrong in a way that clap cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct UsageError {
    pub message: String,
    pub help: String,
}

/// Something the operator should know although there is an answer.
pub fn warn(quiet: bool, warning: impl Display) {
    if !quiet {
        say("warning", &warning, None);
    }
}

/// Says what is wrong with an answer that was printed all the same.
pub fn incomplete(error: impl Display, help: &str) -> Exit {
    say("error", &error, Some(help));
    Exit::Failure
}

/// Says why there is no answer, and how the process is to end.
pub fn report(error: &anyhow::Error) -> Exit {
    if let Some(error) = error.downcast_ref::<clap::Error>() {
        return report_clap(error);
    }
    if is_broken_pipe(error) {
        return Exit::Success;
    }
    let message = format!("{error:#}");
    if let Some(usage) = error.downcast_ref::<UsageError>() {
        say("error", &message, Some(&usage.help));
        return Exit::Usage;
    }
    let help = error.downcast_ref::<maxpods::Error>().and_then(maxpods::Error::help);
    say("error", &message, help.as_deref());
    Exit::Failure
}

/// Help and version are errors to clap; to whoever asks for them they are the answer.
fn report_clap(error: &clap::Error) -> Exit {
    let text = error.render().to_string();
    if error.use_stderr() {
        // Everything from outside was escaped before clap saw it; the line breaks are clap's.
        print(&text.replace("\n  tip: ", "\n  help: "));
        return Exit::Usage;
    }
    output::print_text(text.as_bytes()).map_or_else(|error| report(&error), |()| Exit::Success)
}

/// Whether the reader of our stdout has seen enough (`maxpods list | head -1`): Rust ignores SIGPIPE,
/// so that comes back as an error of the write. It is none: the reader got what it wanted.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_kind = |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref().map(io::Error::kind);
    error.chain().any(|cause| io_kind(cause) == Some(ErrorKind::BrokenPipe))
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

/// One write, so that lines of processes that share a log are not mixed. Where stderr is gone
/// there is nobody to tell.
fn print(text: &str) {
    let _ = io::stderr().write_all(SafeLines(text).to_string().as_bytes());
}

/// A last guard: every line escaped, whatever was forgotten on the way here.
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
