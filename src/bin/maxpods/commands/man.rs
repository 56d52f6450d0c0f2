//! `maxpods man`: the man page, with the subcommands in it.

use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::diagnostics::{Exit, Failure};
use crate::output;

pub fn run() -> Result<Exit, Failure> {
    let mut page = Vec::new();
    render(&mut page).context("cannot make the man page")?;
    output::print_text(&page)?;
    Ok(Exit::Success)
}

/// One page for all: the sections of the command, then a section a subcommand. The list of pages
/// that `clap_mangen` would make of the subcommands is left out.
fn render(page: &mut Vec<u8>) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    let man = Man::new(command.clone());
    man.render_title(page)?;
    let mut sections = Vec::new();
    man.render_name_section(&mut sections)?;
    man.render_synopsis_section(&mut sections)?;
    man.render_description_section(&mut sections)?;
    man.render_options_section(&mut sections)?;
    man.render_extra_section(&mut sections)?;
    man.render_version_section(&mut sections)?;
    append(page, &sections, ".SH")?;
    for subcommand in command.get_subcommands() {
        let man = Man::new(subcommand.clone());
        let mut sections = Vec::new();
        man.render_synopsis_section(&mut sections)?;
        man.render_description_section(&mut sections)?;
        man.render_options_section(&mut sections)?;
        writeln!(page, ".SH \"MAXPODS {}\"", subcommand.get_name().to_uppercase())?;
        append(page, &sections, ".SS")?;
    }
    Ok(())
}

/// Adds sections, with headings of this level. Each section comes with the preamble that the title
/// has already.
fn append(page: &mut Vec<u8>, sections: &[u8], heading: &str) -> io::Result<()> {
    for line in String::from_utf8_lossy(sections).lines().filter(|line| !PREAMBLE.contains(line)) {
        match line.strip_prefix(".SH ") {
            Some(title) => writeln!(page, "{heading} {title}")?,
            None => writeln!(page, "{line}")?,
        }
    }
    Ok(())
}

/// How the `roff` crate says what an apostrophe is, before whatever it writes.
const PREAMBLE: [&str; 2] = [r".ie \n(.g .ds Aq \(aq", ".el .ds Aq '"];
