//! `maxpods man`: the man page, with the subcommands in it.

use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::diagnostics::Exit;
use crate::output;

pub fn run() -> anyhow::Result<Exit> {
    let mut page = Vec::new();
    render(&mut page).context("cannot put the man page into words")?;
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
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    man.render_extra_section(page)?;
    man.render_version_section(page)?;
    for subcommand in command.get_subcommands() {
        let man = Man::new(subcommand.clone());
        let mut sections = Vec::new();
        man.render_synopsis_section(&mut sections)?;
        man.render_description_section(&mut sections)?;
        man.render_options_section(&mut sections)?;
        writeln!(page, ".SH \"MAXPODS {}\"", subcommand.get_name().to_uppercase())?;
        for line in String::from_utf8_lossy(&sections).lines() {
            match line.strip_prefix(".SH ") {
                Some(heading) => writeln!(page, ".SS {heading}")?,
                None => writeln!(page, "{line}")?,
            }
        }
    }
    Ok(())
}
