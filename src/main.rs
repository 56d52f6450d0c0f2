//! The `maxpods` command: parse, run, and turn what came of it into an exit code.

mod cli;
mod commands;
mod diagnostics;
mod input;
mod output;

use std::process::ExitCode;

use diagnostics::Exit;

fn main() -> ExitCode {
    let result = cli::parse().and_then(|cli| commands::run(&cli));
    result.unwrap_or_else(|error| diagnostics::report(&error)).into()
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
