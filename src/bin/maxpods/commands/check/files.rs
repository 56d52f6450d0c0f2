//! The files that `maxpods check` is given: files by name, and those below folders.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use ignore::{DirEntry, WalkBuilder};

use crate::advice::InputKind;
use crate::config_file;
use crate::diagnostics::{self, Exit, Failure};
use crate::input;

/// The ends of the names of files that may hold configuration.
const EXTENSIONS: [&str; 13] =
    ["yaml", "yml", "json", "toml", "sh", "tf", "hcl", "tfvars", "tpl", "tftpl", "tmpl", "txt", "userdata"];

/// Folders that hold no configuration of one's own. Hidden folders such as `.git` and `.terraform` are left out by the
/// walk.
const NOT_OWN: [&str; 1] = ["node_modules"];

/// A file to be checked.
pub struct File {
    /// The path as the command line leads to it.
    pub path: PathBuf,
    /// The absolute path, which decides what is near.
    pub place: PathBuf,
    /// True if the command line names it, and not only a folder above it.
    pub is_named: bool,
}

impl File {
    /// True if it was found in a folder, and is larger than any configuration that is read.
    pub fn is_data(&self) -> bool {
        !self.is_named && self.path.metadata().is_ok_and(|data| data.len() > InputKind::Check.most_bytes())
    }
}

/// The files at these paths, each once, in an order that does not depend on that of the paths. A path that cannot be
/// read is told; `false` then.
pub fn files(paths: &[PathBuf]) -> (Vec<File>, bool) {
    let mut complete = true;
    let mut files: HashMap<PathBuf, File> = HashMap::new();
    let mut add = |path: &Path, place: PathBuf, is_named: bool| {
        let path = path.strip_prefix("./").unwrap_or(path).to_owned();
        // A link and the file that it leads to are one.
        let identity =
            if is_named { place.canonicalize().unwrap_or_else(|_| place.clone()) } else { place.clone() };
        let file = files.entry(identity).or_insert_with(|| File { path: path.clone(), place, is_named });
        file.is_named |= is_named;
        if (path.as_os_str().len(), &path) < (file.path.as_os_str().len(), &file.path) {
            file.path = path;
        }
    };
    for path in paths {
        if input::is_stdin(path) || !path.is_dir() {
            add(path, input::absolute(path), true);
            continue;
        }
        let folder = path.canonicalize().unwrap_or_else(|_| input::absolute(path));
        for entry in walk(path) {
            match entry {
                Ok(entry) if is_wanted(&entry) => {
                    let below = entry.path().strip_prefix(path).unwrap_or(entry.path());
                    add(entry.path(), folder.join(below), false);
                }
                Ok(_) => {}
                Err(error) => {
                    complete = false;
                    unreadable(&error);
                }
            }
        }
    }
    let mut files: Vec<_> = files.into_values().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    (files, complete)
}

fn walk(folder: &Path) -> impl Iterator<Item = Result<DirEntry, ignore::Error>> {
    let mut walk = WalkBuilder::new(folder);
    // The report is the same on each machine, so a user's own list of ignored files has no effect. A .gitignore counts
    // in a copy without .git, too.
    walk.git_global(false).ignore(false).require_git(false);
    walk.filter_entry(|entry| !NOT_OWN.iter().any(|name| entry.file_name() == *name));
    walk.build()
}

fn is_wanted(entry: &DirEntry) -> bool {
    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
    let extension = entry.path().extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    let is_known = extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()));
    is_file && is_known && entry.file_name() != config_file::NAME
}

fn unreadable(error: &ignore::Error) {
    let error = anyhow!("{error}").context("cannot read a folder");
    diagnostics::report(&Failure::from(error), Exit::NothingSaid);
}
