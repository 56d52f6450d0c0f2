//! The `maxpods` command: parse the command line, run it, and turn the result into an exit code.

mod advice;
mod cli;
mod commands;
mod config_file;
mod diagnostics;
mod input;
mod output;
mod program;
mod wildcards;

use std::process::ExitCode;

use diagnostics::Exit;

fn main() -> ExitCode {
    let exit = match cli::parse() {
        Ok(cli) => {
            commands::run(&cli).unwrap_or_else(|failure| diagnostics::report(&failure, cli.no_answer()))
        }
        Err(failure) => diagnostics::report(&failure, Exit::NoAnswer),
    };
    exit.code().into()
}
