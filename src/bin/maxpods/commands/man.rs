//! `maxpods man`: the man page, with the subcommands in it.

use std::io::{self, Write};

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use maxpods::TABLE_DATE;

use crate::cli::Cli;
use crate::diagnostics::{Exit, Failure};
use crate::output;

pub fn run() -> Result<Exit, Failure> {
    let mut page = Vec::new();
    render(&mut page).context("cannot make the man page")?;
    output::print_text(&page)?;
    Ok(Exit::Success)
}

/// One page for all commands: the sections of `maxpods` itself, then a section for each subcommand.
fn render(page: &mut dyn Write) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    // Without a date, `man` shows the version in its place. The table's date is the only one that is the
    // same in every build of one source.
    let source = concat!("maxpods ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).date(TABLE_DATE).source(source);
    man.render_title(page)?;
    man.render_name_section(page)?;
    render_sections(&man, &command, page)?;
    man.render_version_section(page)?;
    for subcommand in command.get_subcommands() {
        let mut sections = Vec::new();
        render_sections(&Man::new(subcommand.clone()), subcommand, &mut sections)?;
        // clap_mangen writes sections only. Without this change, the SYNOPSIS of a subcommand would be a
        // section of the whole page, one of many with that name.
        let subsections = String::from_utf8_lossy(&sections).replace("\n.SH ", "\n.SS ");
        writeln!(page, ".SH \"MAXPODS {}\"", subcommand.get_name().to_uppercase())?;
        page.write_all(subsections.as_bytes())?;
    }
    Ok(())
}

/// The sections that every command has. `clap_mangen` itself would add a list of pages, one for each
/// subcommand, which do not exist.
fn render_sections(man: &Man, command: &Command, out: &mut dyn Write) -> io::Result<()> {
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if command.get_after_help().is_some() {
        man.render_extra_section(out)?;
    }
    Ok(())
}
