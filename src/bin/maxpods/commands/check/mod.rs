//! `maxpods check`: check the numbers of pods in configuration before a node boots with it.

mod assumed;
mod files;

use std::rc::Rc;

use maxpods::check::{Checker, Level, Malformed};

use super::inputs::{catalog, stdin_once};
use super::progress::Progress;
use crate::advice::{self, InputKind};
use crate::cli::Check;
use crate::config_file;
use crate::diagnostics::{self, Exit, Failure, warn};
use crate::input;
use crate::output::check::{CheckAnswer, rules};
use crate::output::{self, print_text};
use crate::wildcards;
use assumed::Assumptions;
use files::File;

pub fn run(args: &Check) -> Result<Exit, Failure> {
    if args.rules {
        return print_text(&rules::list()).map(|()| Exit::Success);
    }
    if let Some(rule) = args.explain {
        return print_text(rules::explanation(rule).as_bytes()).map(|()| Exit::Success);
    }
    if args.config_schema {
        return print_text(format!("{:#}\n", config_file::schema()).as_bytes()).map(|()| Exit::Success);
    }
    check(args)
}

fn check(args: &Check) -> Result<Exit, Failure> {
    let stdin = args.paths.iter().map(|path| ("PATH", Some(path.as_path())));
    stdin_once(&args.instance_types_file, &args.vpc_cni, stdin)?;
    let catalog = catalog(&args.instance_types_file)?;
    let mut assumptions = Assumptions::new(args, &catalog)?;
    let (files, mut complete) = files::files(&wildcards::expand(&args.paths));

    // Every maxpods.toml is read before the first file, so that a wrong one stops the run before any verdict.
    let mut chosen = Vec::new();
    let mut excluded = 0;
    for file in files {
        match assumptions.of(&file)? {
            Some(assumed) => chosen.push((file, assumed)),
            None => excluded += 1,
        }
    }
    let mut checker = Checker::new();
    let (mut read, mut unread, mut passed_over) = (Vec::new(), Vec::new(), Vec::new());
    let progress = Progress::of_files(args.quiet, chosen.len());
    for (file, assumed) in chosen {
        match input::read_bytes(&file.path, InputKind::Check) {
            Ok(bytes) => {
                checker.add(&file.place, &bytes, Rc::clone(&assumed));
                read.push(file);
            }
            // Nobody asked for this file, and no configuration is as large.
            Err(_) if file.is_data() => passed_over.push(file),
            Err(failure) => unread.push(failure),
        }
        progress.file();
    }
    let found = checker.check(&catalog);
    // The line is cleared before anything else is printed.
    drop(progress);
    for file in passed_over {
        warn(
            args.quiet,
            format!("{} is too large for configuration, and passed over", input::name(&file.path)),
        );
    }
    for failure in unread {
        complete = false;
        diagnostics::report(&failure, Exit::NothingSaid);
    }
    for malformed in &found.malformed {
        complete = false;
        diagnostics::report(&failure(&read, malformed), Exit::NothingSaid);
    }
    for malformed in &found.malformed_terraform {
        // Other tools tell of Terraform's own faults. Only a file that was asked for by name must be read.
        let failure = failure(&read, malformed);
        if read.get(malformed.place.file).is_some_and(|file| file.is_named) {
            complete = false;
            diagnostics::report(&failure, Exit::NothingSaid);
        } else if let Failure::NoAnswer { error, .. } = failure {
            warn(args.quiet, format!("{error}; the file is passed over"));
        }
    }
    warn(args.quiet || !complete || found.numbers > 0, advice::NOTHING_TO_CHECK);

    let files = read.into_iter().map(|file| file.path).collect();
    let report = CheckAnswer { files, excluded, found, complete, strict: args.strict };
    let wrong = report.count(Level::Error) > 0 || args.strict && report.count(Level::Warning) > 0;
    let verdict = match (complete, wrong && !args.exit_zero) {
        (false, _) => Exit::NothingSaid,
        (true, true) => Exit::Off,
        (true, false) => Exit::Success,
    };
    output::print_verdict(args.output, &report, verdict)
}

fn failure(files: &[File], malformed: &Malformed) -> Failure {
    let name = files.get(malformed.place.file).map_or_else(String::new, |file| input::name(&file.path));
    let help = advice::for_malformed(malformed);
    Failure::NoAnswer { error: anyhow::anyhow!("{name}: {malformed}"), help }
}
