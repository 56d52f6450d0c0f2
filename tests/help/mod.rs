//! The help of every command must be the one that the `.trycmd` files in this folder record. After a change
//! of the help, `TRYCMD=overwrite cargo test --test all -- help` records it anew.

use std::path::Path;

use crate::support::{check_each, words};

// On Windows the help names maxpods.exe.
#[cfg(not(windows))]
#[test]
fn help_is_as_recorded() {
    // Without a terminal, clap breaks lines at this width.
    trycmd::TestCases::new().env("COLUMNS", "100").case("tests/help/*.trycmd");
}

#[test]
fn no_command_lacks_a_record() {
    let help = words("--help").answer();
    let (_, commands) = help.split_once("\nCommands:\n").expect("a list of commands");
    let names = commands.lines().map_while(|line| line.split_whitespace().next());
    // `maxpods help` prints the help of the other commands.
    let names = names.filter(|name| *name != "help");
    check_each(names.chain(["main"]), |name| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/help/{name}.trycmd"));
        let record = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let of_main = name == "main";
        for option in ["-h", "--help"] {
            let line =
                if of_main { format!("$ maxpods {option}") } else { format!("$ maxpods {name} {option}") };
            assert!(record.lines().any(|recorded| recorded == line), "{file:?} has no '{line}'");
        }
    });
}
