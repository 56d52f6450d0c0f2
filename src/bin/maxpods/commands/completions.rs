//! `maxpods completions`: a script for the shell.

use clap::CommandFactory;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use maxpods::Catalog;

use crate::cli::{Cli, Completions};
use crate::diagnostics::{Exit, Failure};
use crate::output;

pub fn run(args: &Completions) -> Result<Exit, Failure> {
    // The option itself takes any name, because a file of the user's may add types. The completions
    // offer the embedded ones.
    let names = PossibleValuesParser::new(Catalog::embedded_names());
    let mut command = Cli::command().mut_arg("instance_type", |arg| arg.value_parser(names));
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "maxpods", &mut script);
    if args.shell == Shell::Fish {
        script = complete_values_in_fish(&String::from_utf8_lossy(&script)).into_bytes();
    }
    output::print_text(&script)?;
    Ok(Exit::Success)
}

/// The generated script looks for a subcommand by parsing the words so far. It fails if the last of them
/// is an option without its value, which is exactly when a value is to be completed. This change lets it
/// try again without that word.
fn complete_values_in_fish(script: &str) -> String {
    const PARSE: &str = "argparse -s (__fish_maxpods_global_optspecs) -- $cmd 2>/dev/null\n";
    script.replace(PARSE, &format!("{PARSE}    or {}", PARSE.replace("$cmd", "$cmd[1..-2]")))
}
