//! Reads a `maxpods.toml` by the table of its keys. A fault is told with its place and with the nearest right word.

use std::fmt::Write as _;
use std::ops::Range;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use maxpods::Catalog;
use maxpods::check::{RULES, Rule};
use maxpods::text::{Escaped, Shortened};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{AT, FILES, Key, SETTINGS, TOP, Takes};
use super::{At, ConfigFile, NAME};
use crate::advice::{self, InputKind};

/// Names that are less alike than this are no likely meaning. clap has the same figure for options.
const ALIKE: f64 = 0.7;

/// A fault of the file.
pub struct Fault {
    /// Its place: `line 3, column 1`.
    pub place: String,
    pub message: String,
    pub help: Option<String>,
}

/// A fault before its place is counted.
struct Wrong {
    at: Range<usize>,
    message: String,
    help: Option<String>,
}

impl Wrong {
    fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None }
    }

    fn help(self, help: impl Into<Option<String>>) -> Self {
        Self { help: help.into(), ..self }
    }
}

type Value<'i> = Spanned<DeValue<'i>>;

/// Reads the text of the file.
///
/// # Errors
/// The first [`Fault`].
pub fn read(text: &str, config: &mut ConfigFile, catalog: &Catalog) -> Result<(), Fault> {
    file(text, config, catalog).map_err(|wrong| {
        let before = text.get(..wrong.at.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Fault { place: format!("line {line}, column {column}"), message: wrong.message, help: wrong.help }
    })
}

fn file(text: &str, config: &mut ConfigFile, catalog: &Catalog) -> Result<(), Wrong> {
    let document = DeTable::parse(text).map_err(|error| {
        let message = Escaped(&error.message().replace('\n', ", ")).to_string();
        Wrong::new(error.span().unwrap_or(0..0), format!("this is not TOML: {message}"))
    })?;
    for (name, value) in document.get_ref() {
        if name.get_ref() == AT {
            let tables = value.get_ref().as_array().ok_or_else(|| not_a_table(value))?;
            for table in tables {
                let entries = table.get_ref().as_table().ok_or_else(|| not_a_table(table))?;
                config.at.push(settings(table.span(), entries, catalog)?);
            }
        } else {
            let key = find(TOP, name).ok_or_else(|| unknown_at_top(name))?;
            set(key, config, value, catalog)?;
        }
    }
    Ok(())
}

fn settings(span: Range<usize>, entries: &DeTable<'_>, catalog: &Catalog) -> Result<At, Wrong> {
    let mut at = At::default();
    for (name, value) in entries {
        let key = find(SETTINGS, name).ok_or_else(|| {
            let names = SETTINGS.iter().map(|key| key.name);
            unknown("key", name.get_ref(), name.span(), &names.collect::<Vec<_>>())
        })?;
        set(key, &mut at, value, catalog)?;
    }
    if !entries.iter().any(|(name, _)| name.get_ref() == FILES) {
        let help = format!("write {FILES} = [\"**\"] for all files in the folder of {NAME} and below");
        return Err(Wrong::new(span, format!("this table does not say which {FILES} it is for")).help(help));
    }
    Ok(at)
}

fn not_a_table(value: &Value<'_>) -> Wrong {
    Wrong::new(value.span(), format!("'{AT}' takes tables")).help(format!("begin each with a line [[{AT}]]"))
}

fn find<T>(keys: &'static [Key<T>], name: &Spanned<std::borrow::Cow<'_, str>>) -> Option<&'static Key<T>> {
    keys.iter().find(|key| key.name == name.get_ref())
}

/// A key of a table of settings may stand above all tables by mistake.
fn unknown_at_top(name: &Spanned<std::borrow::Cow<'_, str>>) -> Wrong {
    if find(SETTINGS, name).is_some() {
        let help = format!("put it below a line [[{AT}]], with {FILES} = [\"**\"] if it is for all files");
        let message = format!("'{}' is a key of [[{AT}]]", name.get_ref());
        return Wrong::new(name.span(), message).help(help);
    }
    let names = TOP.iter().map(|key| key.name).chain([AT]);
    unknown("key", name.get_ref(), name.span(), &names.collect::<Vec<_>>())
}

/// A word that is none of these.
fn unknown(what: &str, word: &str, span: Range<usize>, known: &[&str]) -> Wrong {
    let alike = |name: &&str| strsim::jaro(word, name);
    let nearest = known.iter().copied().max_by(|a, b| alike(a).total_cmp(&alike(b)));
    let help = match nearest.filter(|name| alike(name) > ALIKE) {
        Some(name) => format!("did you mean '{name}'?"),
        None => format!("it is one of: {}", known.join(", ")),
    };
    Wrong::new(span, format!("unknown {what} '{}'", Shortened(word))).help(help)
}

/// Sets the value of a key.
fn set<T>(key: &Key<T>, into: &mut T, value: &Value<'_>, catalog: &Catalog) -> Result<(), Wrong> {
    let takes = |what: &str| {
        let mut message = format!("'{}' takes {what}", key.name);
        if let Some(given) = shown(value) {
            // Writing to a String does not fail.
            let _ = write!(message, ", and not {given}");
        }
        Wrong::new(value.span(), message)
    };
    match &key.takes {
        Takes::Flag(set) => set(into, value.get_ref().as_bool().ok_or_else(|| takes("true or false"))?),
        Takes::Count(least, set) => {
            let number = integer(value).filter(|number| number >= least);
            set(into, number.ok_or_else(|| takes(&format!("a whole number, {least} or more")))?);
        }
        Takes::Word(words, set) => {
            let word = value.get_ref().as_str().ok_or_else(|| takes(&words.join(" or ")))?;
            let known = words.iter().find(|known| **known == word);
            set(into, known.ok_or_else(|| unknown("value", word, value.span(), words))?);
        }
        Takes::Version(set) => {
            let text =
                value.get_ref().as_str().ok_or_else(|| takes("a version in quotes, such as \"1.19.2\""))?;
            set(into, text.parse().map_err(|error| Wrong::new(value.span(), format!("{error}")))?);
        }
        Takes::Globs(set) => {
            let mut globs = GlobSetBuilder::new();
            for (text, span) in texts(value).ok_or_else(|| takes("a list of globs, such as [\"prod/**\"]"))? {
                add_glob(&mut globs, text).map_err(|message| Wrong::new(span.clone(), message))?;
            }
            set(into, globs.build().unwrap_or_else(|_| GlobSet::empty()));
        }
        Takes::Rules(set) => {
            let mut rules = Vec::new();
            for (text, span) in
                texts(value).ok_or_else(|| takes("a list of rules, such as [\"mixed-types\"]"))?
            {
                let ids = || RULES.iter().map(|rule| rule.id).collect::<Vec<_>>();
                rules.push(Rule::named(text).ok_or_else(|| unknown("rule", text, span, &ids()))?.id);
            }
            set(into, rules);
        }
        Takes::Types(set) => {
            let mut types = Vec::new();
            let list =
                texts(value).ok_or_else(|| takes("a list of instance types, such as [\"m5.large\"]"))?;
            for (text, span) in list {
                types.push(catalog.find(text).map_err(|error| {
                    let help = advice::for_error(&error, InputKind::Check);
                    Wrong::new(span, error.to_string()).help(help)
                })?);
            }
            set(into, types);
        }
    }
    Ok(())
}

/// A value that is short enough to be repeated in a message.
fn shown(value: &Value<'_>) -> Option<String> {
    Some(match value.get_ref() {
        DeValue::String(text) => format!("'{}'", Shortened(text)),
        DeValue::Integer(number) => Shortened(&number.to_string()).to_string(),
        DeValue::Float(number) => Shortened(&number.to_string()).to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        _ => return None,
    })
}

fn integer(value: &Value<'_>) -> Option<u32> {
    let DeValue::Integer(number) = value.get_ref() else { return None };
    u32::from_str_radix(number.as_str(), number.radix()).ok()
}

/// The texts of a list, each with its place.
fn texts<'v>(value: &'v Value<'_>) -> Option<Vec<(&'v str, Range<usize>)>> {
    value.get_ref().as_array()?.iter().map(|item| Some((item.get_ref().as_str()?, item.span()))).collect()
}

/// Adds a glob. One that ends with a plain name is for all files below the folder of that name, too.
fn add_glob(globs: &mut GlobSetBuilder, text: &str) -> Result<(), String> {
    let glob = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
    if glob.is_empty() || glob.starts_with('/') || glob.split('/').any(|part| part == "..") {
        return Err(format!("'{}' is no glob below the folder of {NAME}", Shortened(text)));
    }
    let last = glob.rsplit('/').next().unwrap_or(glob);
    let below = (!last.contains(['*', '?', '[', '{'])).then(|| format!("{glob}/**"));
    for glob in [glob].into_iter().chain(below.as_deref()) {
        let glob = GlobBuilder::new(glob).literal_separator(true).build();
        globs.add(glob.map_err(|error| format!("'{}' is no glob: {}", Shortened(text), error.kind()))?);
    }
    Ok(())
}
