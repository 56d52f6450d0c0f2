//! The embedded table: look one type up, walk them all, find the nearest names.

use include_dir::{Dir, include_dir};

use crate::instance_type::{compare_names, split_name};
use crate::{Error, InstanceType};

/// One file a family, in byte order of their names (a test holds the macro to that), so the path
/// is an index: a look-up touches one file.
static TABLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/data/instance-types");

/// How each line of a family's file begins that describes a type.
const LINE_START: &str = "{\"InstanceType\":\"";

/// The date of the facts in the embedded table, as `YYYY-MM-DD`.
pub const TABLE_DATE: &str = env!("MAXPODS_TABLE_DATE");

/// The instance types that are known: the embedded table, and the user's own on top of it.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    own: Vec<InstanceType>,
}

/// Where the facts of a type are.
enum Source<'a> {
    Embedded(&'a str),
    Own(&'a InstanceType),
}

impl Catalog {
    /// The embedded table alone.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The embedded table, where these types are added or take the place of those of their name.
    #[must_use]
    pub fn with(mut own: Vec<InstanceType>) -> Self {
        own.sort_by(|a, b| compare_names(&a.name, &b.name));
        Self { own }
    }

    fn own_type(&self, name: &str) -> Option<&InstanceType> {
        self.own.binary_search_by(|own| compare_names(&own.name, name)).ok().map(|at| &self.own[at])
    }

    /// The facts of one type. The name is taken in any case and with blanks around it.
    ///
    /// # Errors
    /// [`Error::UnknownInstanceType`], with the nearest known names;
    /// [`Error::InstanceTypes`] would mean that the embedded table is broken.
    pub fn find(&self, name: &str) -> Result<InstanceType, Error> {
        let name = crate::normalise(name);
        if let Some(own) = self.own_type(&name) {
            return Ok(own.clone());
        }
        match family_file(split_name(&name).0).and_then(|file| lines(file).find(|line| name_in(line) == name))
        {
            Some(line) => parse(line),
            None => Err(Error::UnknownInstanceType { nearest: self.nearest(&name), name }),
        }
    }

    /// The name of every type in the embedded table, in family then size order.
    #[must_use]
    pub fn embedded_names() -> Vec<&'static str> {
        let mut names: Vec<_> = embedded_lines().map(name_in).collect();
        names.sort_by(|a, b| compare_names(a, b));
        names
    }

    /// The facts of every type whose name is to be kept, in family then size order (nano … metal).
    /// Each is read when it is asked for.
    ///
    /// # Errors
    /// [`Error::InstanceTypes`] would mean that the embedded table is broken.
    pub fn select<'a>(
        &'a self,
        keep: &mut dyn FnMut(&str) -> bool,
    ) -> impl ExactSizeIterator<Item = Result<InstanceType, Error>> + use<'a> {
        let embedded = embedded_lines().map(|line| (name_in(line), Source::Embedded(line)));
        let embedded = embedded.filter(|(name, _)| self.own_type(name).is_none());
        let own = self.own.iter().map(|own| (own.name.as_str(), Source::Own(own)));
        let mut types: Vec<_> = embedded.chain(own).filter(|(name, _)| keep(name)).collect();
        types.sort_by(|(a, _), (b, _)| compare_names(a, b));
        types.into_iter().map(|(_, source)| match source {
            Source::Embedded(line) => parse(line),
            Source::Own(own) => Ok(own.clone()),
        })
    }

    /// The known names most like this one, at most three, the nearest first; where none is alike and
    /// the family is known, all names of the family.
    fn nearest(&self, name: &str) -> Vec<String> {
        let mut known: Vec<&str> = embedded_lines().map(name_in).collect();
        known.extend(self.own.iter().map(|own| own.name.as_str()));
        known.sort_by(|a, b| compare_names(a, b));
        known.dedup();

        let family = split_name(name).0;
        // Beyond this many slips of the keyboard a name is another name.
        let most = (name.len() / 4).clamp(1, 3);
        let slips = |known: &str| {
            // Lengths first: the distance is what takes the time.
            let near = known.len().abs_diff(name.len()) <= most;
            near.then(|| strsim::damerau_levenshtein(known, name)).filter(|&slips| slips <= most)
        };
        let mut alike: Vec<_> =
            known.iter().filter_map(|known| slips(known).map(|slips| (slips, *known))).collect();
        // In one family first: the size is mistyped more often than the family.
        alike.sort_by_key(|&(slips, known)| (split_name(known).0 != family, slips));
        alike.truncate(3);
        if alike.is_empty() {
            known.retain(|known| split_name(known).0 == family);
        } else {
            known = alike.into_iter().map(|(_, known)| known).collect();
        }
        known.into_iter().map(Into::into).collect()
    }
}

/// The file of a family, found by bisection: comparing paths one by one would cost more than
/// everything else that the main job does.
fn family_file(family: &str) -> Option<&'static str> {
    let wanted = || family.bytes().chain(*b".json");
    let entries = TABLE.entries();
    let at = entries
        .binary_search_by(|entry| entry.path().as_os_str().as_encoded_bytes().iter().copied().cmp(wanted()))
        .ok()?;
    entries[at].as_file()?.contents_utf8()
}

/// The lines of a family's file that describe a type.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| line.starts_with(LINE_START))
}

fn embedded_lines() -> impl Iterator<Item = &'static str> {
    TABLE.files().filter_map(include_dir::File::contents_utf8).flat_map(lines)
}

/// The name on a line of the table, read without parsing the line.
fn name_in(line: &str) -> &str {
    let name = line.strip_prefix(LINE_START).unwrap_or_default();
    name.split_once('"').map_or(name, |(name, _)| name)
}

fn parse(line: &str) -> Result<InstanceType, Error> {
    serde_json::from_str(line.trim_end_matches(',')).map_err(|error| Error::instance_types(&error))
}
