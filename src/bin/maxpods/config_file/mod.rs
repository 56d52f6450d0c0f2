//! `maxpods.toml`: what a repository says of its nodes, by path, for whatever no file says.

mod find;
mod keys;
mod read;
mod schema;

use std::path::{Path, PathBuf};

use globset::GlobSet;
use maxpods::InstanceType;

use crate::cli::{CniArgs, LimitArgs};
pub use find::ConfigFiles;
pub use schema::schema;

/// The name of the file.
pub const NAME: &str = "maxpods.toml";

/// A `maxpods.toml`.
pub struct ConfigFile {
    /// The folder that its globs are relative to.
    folder: PathBuf,
    /// The folder that they are relative to for files outside of that one: the current folder, for a file that the
    /// command line names.
    elsewhere: Option<PathBuf>,
    exclude: GlobSet,
    /// The names of the rules that are left out.
    pub ignore: Vec<&'static str>,
    at: Vec<At>,
}

/// The settings of some files.
#[derive(Default)]
pub struct At {
    files: GlobSet,
    pub instance_types: Vec<InstanceType>,
    /// True for another CNI than the VPC CNI.
    pub other_cni: Option<bool>,
    pub cni: CniArgs,
    pub branch_eni_pods: Option<u32>,
    pub limits: LimitArgs,
}

impl ConfigFile {
    fn new(folder: PathBuf, elsewhere: Option<PathBuf>) -> Self {
        Self { folder, elsewhere, exclude: GlobSet::empty(), ignore: Vec::new(), at: Vec::new() }
    }

    /// True if this file is not to be checked.
    pub fn excludes(&self, file: &Path) -> bool {
        self.relative(file).is_some_and(|path| self.exclude.is_match(path))
    }

    /// The index of the last `[[at]]` table that matches the file.
    pub fn number_of_settings(&self, file: &Path) -> Option<usize> {
        let path = self.relative(file)?;
        self.at.iter().rposition(|at| at.files.is_match(path))
    }

    /// The settings with this index.
    pub fn settings(&self, number: usize) -> Option<&At> {
        self.at.get(number)
    }

    fn relative<'p>(&self, file: &'p Path) -> Option<&'p Path> {
        let within = file.strip_prefix(&self.folder).ok();
        within.or_else(|| file.strip_prefix(self.elsewhere.as_ref()?).ok())
    }
}
