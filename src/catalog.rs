//! The known instance types: the embedded table, and the types that the user adds.

use include_dir::{Dir, DirEntry, include_dir};
use serde::Deserialize;

use crate::aws::{self, Listed};
use crate::instance_type::{Ec2InstanceType, compare_names, normalise, split_name};
use crate::{Error, InstanceType};

/// A JSON file for each family, in EC2's own shape. The files are in byte order of their names, so a binary
/// search finds the file of a family. A test checks that the macro keeps this order.
static TABLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/instance-types");

/// The date of the facts in the embedded table, as `YYYY-MM-DD`.
pub const TABLE_DATE: &str = env!("MAXPODS_TABLE_DATE");

/// The known instance types: the embedded table, and the user's own types. An own type replaces the embedded
/// type of the same name.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// In the order of their names.
    own: Vec<InstanceType>,
}

impl Catalog {
    /// The embedded table alone.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The embedded table with these types added. Each of them replaces the embedded type of the same name.
    #[must_use]
    pub fn with(mut own: Vec<InstanceType>) -> Self {
        own.sort_by(|a, b| compare_names(&a.name, &b.name));
        Self { own }
    }

    /// The facts of one type, or `None` if the type is not known. Upper case and blanks around the name are
    /// accepted.
    ///
    /// It reads only the file of the type's family.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<InstanceType> {
        let name = normalise(name);
        if let Ok(at) = self.own.binary_search_by(|own| compare_names(&own.name, &name)) {
            return self.own.get(at).cloned();
        }
        let types: Vec<Ec2InstanceType> = rows(family_file(split_name(&name).0)?);
        types.into_iter().find(|ec2| ec2.name() == name)?.try_into().ok()
    }

    /// The facts of one type, as [`Catalog::get`] finds them.
    ///
    /// # Errors
    /// [`Error::UnknownInstanceType`], with the nearest known names. The search for them reads the whole
    /// table, so [`Catalog::get`] is faster for a caller that does not show them.
    pub fn find(&self, name: &str) -> Result<InstanceType, Error> {
        self.get(name).ok_or_else(|| {
            let name = normalise(name);
            Error::UnknownInstanceType { nearest: self.nearest(&name), name }
        })
    }

    /// All known types in family then size order (nano … metal).
    #[must_use]
    pub fn types(&self) -> Vec<InstanceType> {
        let embedded = families().into_iter().flat_map(rows::<InstanceType>);
        if self.own.is_empty() {
            // The files are in order, and so are the rows in each.
            return embedded.collect();
        }
        let mut types: Vec<_> = self.own.iter().cloned().chain(embedded).collect();
        // The sort keeps the order of equal names, and `dedup_by` keeps the first of them. So the user's own type
        // stays.
        types.sort_by(|a, b| compare_names(&a.name, &b.name));
        types.dedup_by(|b, a| a.name == b.name);
        types
    }

    /// The names of all types in the embedded table, in family then size order (nano … metal).
    #[must_use]
    pub fn embedded_names() -> Vec<&'static str> {
        families().into_iter().flat_map(rows::<Named>).map(|named| named.instance_type).collect()
    }

    /// The known names that are most similar to this one: at most three, the nearest first. If no name is
    /// similar but the family is known, it is all names of the family.
    fn nearest(&self, name: &str) -> Vec<String> {
        let mut known = Self::embedded_names();
        known.extend(self.own.iter().map(|own| own.name.as_str()));
        known.sort_by(|a, b| compare_names(a, b));
        known.dedup();

        let family = split_name(name).0;
        // A name with more differences is taken for another name, and not for a typing error.
        let most = (name.len() / 4).clamp(1, 3);
        let errors = |known: &str| {
            // The lengths are compared first, because the distance takes much longer to compute.
            let near = known.len().abs_diff(name.len()) <= most;
            near.then(|| strsim::damerau_levenshtein(known, name)).filter(|&errors| errors <= most)
        };
        let mut similar: Vec<_> =
            known.iter().filter_map(|known| errors(known).map(|errors| (errors, *known))).collect();
        // Names of the same family come first: people mistype the size more often than the family.
        similar.sort_by_key(|&(errors, known)| (split_name(known).0 != family, errors));
        similar.truncate(3);
        if similar.is_empty() {
            known.retain(|known| split_name(known).0 == family);
        } else {
            known = similar.into_iter().map(|(_, known)| known).collect();
        }
        known.into_iter().map(Into::into).collect()
    }
}

/// A type of the table of which only the name is read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named<'a> {
    instance_type: &'a str,
}

impl Listed for Named<'_> {
    const KEY: &'static str = InstanceType::KEY;
}

/// The types in a file of the table. A file that cannot be read would count as empty, but the tests read every
/// file.
fn rows<T: Listed + Deserialize<'static>>(file: &'static str) -> Vec<T> {
    aws::items_in_str(file).unwrap_or_default()
}

/// The text of a family's file. `Dir::get_file` compares one path after another, which would cost
/// more than everything else that the main job does.
fn family_file(family: &str) -> Option<&'static str> {
    let wanted = || family.bytes().chain(*b".json");
    let entries = TABLE.entries();
    let at = entries.binary_search_by(|entry| file_name(entry).iter().copied().cmp(wanted())).ok()?;
    entries.get(at)?.as_file()?.contents_utf8()
}

/// The texts of all files, in the order of their families. The order of the file names is different:
/// `m7i-flex.json` comes before `m7i.json`, but the family `m7i` comes before `m7i-flex`.
fn families() -> Vec<&'static str> {
    let mut entries: Vec<_> = TABLE.entries().iter().collect();
    entries.sort_by_key(|entry| file_name(entry).strip_suffix(b".json"));
    entries.into_iter().filter_map(|entry| entry.as_file()?.contents_utf8()).collect()
}

fn file_name(entry: &DirEntry<'static>) -> &'static [u8] {
    entry.path().as_os_str().as_encoded_bytes()
}
