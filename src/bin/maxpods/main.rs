//! The `maxpods` command: parse the command line, run it, and turn the result into an exit code.

mod advice;
mod cli;
mod commands;
mod diagnostics;
mod input;
mod output;

use std::process::ExitCode;

use diagnostics::Exit;

fn main() -> ExitCode {
    let result = cli::parse().and_then(|cli| commands::run(&cli));
    result.unwrap_or_else(|failure| diagnostics::report(&failure)).into()
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
