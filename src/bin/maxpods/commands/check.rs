//! `maxpods check`: check the numbers of pods in configuration before a node boots with it.

use std::rc::Rc;

use maxpods::check::{Assumed, Checker, Level};

use super::inputs::{aws_node, catalog, cni_settings, stdin_once};
use crate::advice::{self, Source};
use crate::cli::Check;
use crate::diagnostics::{self, Exit, Failure, warn};
use crate::input;
use crate::output::{self, check::Report};
use crate::wildcards;

pub fn run(args: &Check) -> Result<Exit, Failure> {
    let files = args.files.iter().map(|file| ("FILE", Some(file.as_path())));
    stdin_once(&args.instance_types_file, &args.cni, files)?;
    let catalog = catalog(&args.instance_types_file)?;
    let given = aws_node(&args.cni)?;
    let cni = cni_settings(given, &args.cni, &args.limits, args.quiet);
    let settings = args.limits.settings(cni);

    let mut assumed = Assumed::default();
    assumed.says_prefixes =
        args.cni.cni_prefix_delegation_enabled.is_some() || args.cni.cni_from_daemonset.is_some();
    assumed.settings = settings;
    for name in &args.instance_types {
        let found = catalog.find(name).map_err(|error| Failure::of(error, Source::Check))?;
        assumed.instance_types.push(found);
    }
    let assumed = Rc::new(assumed);

    let mut checker = Checker::new();
    let mut files = Vec::new();
    let mut complete = true;
    for path in &wildcards::expand(&args.files) {
        match input::read_bytes(path, Source::Check) {
            Ok(bytes) => {
                let absolute = std::path::absolute(path);
                let place = absolute.as_deref().unwrap_or(path.as_path());
                checker.add(place, &bytes, Rc::clone(&assumed));
                files.push(input::name(path));
            }
            Err(failure) => {
                complete = false;
                diagnostics::report(&failure, Exit::NothingSaid);
            }
        }
    }
    let found = checker.check(&catalog);
    for malformed in &found.malformed {
        complete = false;
        let file = files.get(malformed.place.file).map_or("", String::as_str);
        let help = advice::for_malformed(malformed);
        let failure = Failure::NoAnswer { error: anyhow::anyhow!("{file}: {malformed}"), help };
        diagnostics::report(&failure, Exit::NothingSaid);
    }
    warn(args.quiet || !complete || found.numbers > 0, advice::NOTHING_TO_CHECK);

    let report = Report { files, found, complete };
    let wrong = report.count(Level::Error) > 0 || args.strict && report.count(Level::Warning) > 0;
    let verdict = match (complete, wrong) {
        (false, _) => Exit::NothingSaid,
        (true, true) => Exit::Off,
        (true, false) => Exit::Success,
    };
    output::print_verdict(args.output, &report, verdict)
}
