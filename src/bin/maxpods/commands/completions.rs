//! `maxpods completions`: a script for the shell.

use std::fmt::Write;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgAction, Command, CommandFactory};
use clap_complete::Shell;
use maxpods::Catalog;

use crate::cli::{Cli, Completions};
use crate::diagnostics::{Exit, Failure};
use crate::output;

pub fn run(args: &Completions) -> Result<Exit, Failure> {
    // The option itself takes any name, because a file of the user's may add types. The completions
    // offer the embedded ones.
    let names = PossibleValuesParser::new(Catalog::embedded_names());
    let mut command = with_bare_switches(Cli::command());
    command = command.mut_arg("instance_type", |arg| arg.value_parser(names));
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "maxpods", &mut script);
    if args.shell == Shell::Fish {
        script = for_fish(&String::from_utf8_lossy(&script), &command).into_bytes();
    }
    output::print_text(&script)?;
    Ok(Exit::Success)
}

/// Turns the options whose value is optional into switches. `clap_complete` does not know that such a value
/// must follow an equals sign: its scripts offer `true` as the next word, which `maxpods` refuses.
fn with_bare_switches(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        if arg.is_require_equals_set() {
            arg.require_equals(false).hide_possible_values(false).num_args(0).action(ArgAction::SetTrue)
        } else {
            arg
        }
    });
    command.mut_subcommands(with_bare_switches)
}

/// The generated script with what does not work without a change in fish:
///
/// - It looks for a subcommand by parsing the words so far. That fails if the last of them is an option
///   without its value, which is exactly when a value is to be completed. A second attempt leaves that word
///   out.
/// - It has no values of arguments that are not options, such as the shell of `maxpods completions`, and
///   offers files in their place.
fn for_fish(script: &str, command: &Command) -> String {
    const PARSE: &str = "argparse -s (__fish_maxpods_global_optspecs) -- $cmd 2>/dev/null\n";
    let mut script =
        script.replace(PARSE, &format!("{PARSE}    or {}", PARSE.replace("$cmd", "$cmd[1..-2]")));
    for subcommand in command.get_subcommands() {
        for argument in subcommand.get_positionals() {
            let values = argument.get_possible_values();
            if values.is_empty() {
                continue;
            }
            let name = subcommand.get_name();
            let values = values.iter().map(PossibleValue::get_name).collect::<Vec<_>>().join(" ");
            // Writing to a String does not fail.
            let _ = writeln!(
                script,
                "complete -c maxpods -n \"__fish_maxpods_using_subcommand {name}; and not \
                 __fish_seen_subcommand_from {values}\" -f -a \"{values}\""
            );
        }
    }
    script
}
