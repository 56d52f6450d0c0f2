//! The search for the `maxpods.toml` of a file: the nearest one up the tree.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::anyhow;
use maxpods::Catalog;
use maxpods::text::decode;

use super::{ConfigFile, NAME, read};
use crate::advice::InputKind;
use crate::diagnostics::Failure;
use crate::input;

/// The `maxpods.toml` of each folder.
pub struct ConfigFiles<'a> {
    catalog: &'a Catalog,
    which: Which,
    by_folder: HashMap<PathBuf, Option<Rc<ConfigFile>>>,
}

/// The `maxpods.toml` that counts for a folder.
enum Which {
    /// The nearest one up the tree.
    Nearest,
    /// None.
    None,
    /// This one, for all folders.
    Given(Rc<ConfigFile>),
}

impl<'a> ConfigFiles<'a> {
    /// The nearest file of each folder is looked for.
    pub fn nearest(catalog: &'a Catalog) -> Self {
        Self { catalog, which: Which::Nearest, by_folder: HashMap::new() }
    }

    /// No file is read.
    pub fn none(catalog: &'a Catalog) -> Self {
        Self { which: Which::None, ..Self::nearest(catalog) }
    }

    /// This file is that of all folders.
    ///
    /// # Errors
    /// If it cannot be read, or is wrong.
    pub fn given(path: &Path, catalog: &'a Catalog) -> Result<Self, Failure> {
        let folder = input::absolute(path).parent().map(Path::to_owned).unwrap_or_default();
        let config = ConfigFile::new(folder, Path::new(".").canonicalize().ok());
        let config = Rc::new(read_file(path, config, catalog)?);
        Ok(Self { which: Which::Given(config), ..Self::nearest(catalog) })
    }

    /// The file of a folder, which is absolute.
    ///
    /// # Errors
    /// If it cannot be read, or is wrong.
    pub fn of(&mut self, folder: &Path) -> Result<Option<Rc<ConfigFile>>, Failure> {
        match &self.which {
            Which::Nearest => {}
            Which::None => return Ok(None),
            Which::Given(config) => return Ok(Some(Rc::clone(config))),
        }
        let mut below = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(known) = self.by_folder.get(folder) {
                found.clone_from(known);
                break;
            }
            below.push(folder);
            let path = folder.join(NAME);
            if path.is_file() {
                let config = ConfigFile::new(folder.to_owned(), None);
                found = Some(Rc::new(read_file(&path, config, self.catalog)?));
                break;
            }
        }
        for folder in below {
            self.by_folder.insert(folder.to_owned(), found.clone());
        }
        Ok(found)
    }
}

fn read_file(path: &Path, mut config: ConfigFile, catalog: &Catalog) -> Result<ConfigFile, Failure> {
    let bytes = input::read_bytes(path, InputKind::Check)?;
    let name = input::name(&input::from_here(path));
    let text = decode(&bytes).map_err(|error| anyhow!("{name}: {error}"))?;
    match read::read(&text, &mut config, catalog) {
        Ok(()) => Ok(config),
        Err(read::Fault { place, message, help }) => {
            Err(Failure::NoAnswer { error: anyhow!("{name}: {place}: {message}"), help })
        }
    }
}
