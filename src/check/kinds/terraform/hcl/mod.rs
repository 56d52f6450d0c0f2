//! Terraform's own language: `.tf`, `.tfvars`, and Terragrunt's `.hcl`. The files of a folder are one module and are
//! read together, because a local value or a variable may stand in another file than its use.

mod blocks;
mod eks;
mod eks_group;
mod evaluate;
mod functions;
mod scan;
mod text;

use std::borrow::Cow;
use std::rc::Rc;

use hcl_edit::structure::Body;

use crate::check::facts::Facts;
use crate::check::reading::Reading;
use crate::check::source::{Mark, Source};
use crate::check::tree::Fault;
use crate::text::Escaped;

/// The words that begin a block in Terraform's language or in Terragrunt's.
const BLOCKS: [&str; 18] = [
    "resource",
    "variable",
    "module",
    "terraform",
    "provider",
    "data",
    "locals",
    "output",
    "import",
    "moved",
    "removed",
    "check",
    "ephemeral",
    "include",
    "dependency",
    "dependencies",
    "remote_state",
    "generate",
];

/// The most keys that a text may have twice in one object, and the longest text of which that is looked at: it is parsed
/// once for each.
const MOST_DOUBLED_KEYS: usize = 8;
const LONGEST_DOUBLED: usize = 100_000;

/// A file of Terraform's language.
#[derive(Debug)]
pub(crate) struct Parsed {
    source: Rc<Source>,
    body: Body,
}

/// The files of a folder.
#[derive(Debug, Default)]
pub(crate) struct Module {
    files: Vec<Parsed>,
}

/// True if a text begins as Terraform's language does. A `.tfvars` has nothing that tells it from other languages.
pub(crate) fn is(text: &str) -> bool {
    let mut comment = false;
    let significant = |line: &&str| {
        let begins = line.starts_with("/*");
        comment = (comment || begins) && !line.ends_with("*/");
        !(comment || begins || line.is_empty() || line.starts_with(['#', '*']) || line.starts_with("//"))
    };
    text.lines().map(str::trim).find(significant).is_some_and(|line| {
        let word = line.split([' ', '"', '{']).next().unwrap_or("");
        let block = BLOCKS.contains(&word) && line.trim_end_matches('}').trim_end().ends_with('{');
        block || line.starts_with("inputs = ")
    })
}

/// Parses a file.
///
/// # Errors
/// A [`Fault`] with its place, if the text is not of this language, or is nested too deeply.
pub(crate) fn parse(source: &Rc<Source>) -> Result<Parsed, Fault> {
    if let Some(fault) = scan::too_many_keys(source) {
        return Err(fault);
    }
    let mut text = Cow::Borrowed(source.text());
    for twice in 0..=MOST_DOUBLED_KEYS {
        let error = match hcl_edit::parser::parse_body(&text) {
            Ok(body) => return Ok(Parsed { source: Rc::clone(source), body }),
            Err(error) => error,
        };
        let location = error.location();
        let doubled = error.message().contains("redefined object key") && text.len() <= LONGEST_DOUBLED;
        match doubled.then(|| with_other_key(&text, location.offset(), twice)).flatten() {
            Some(other) => text = Cow::Owned(other),
            None => {
                let mark = Mark { line: location.line(), column: location.column() };
                let message = format!("this is not Terraform's language: {}", Escaped(error.message()));
                return Err(Fault { mark, message });
            }
        }
    }
    Err(Fault { mark: Mark::START, message: "too many keys of this text are there twice".into() })
}

/// The text with another key of the same length in place of the one there. Terraform takes a key twice, and the parser
/// does not.
fn with_other_key(text: &str, at: usize, number: usize) -> Option<String> {
    let (before, rest) = text.split_at_checked(at)?;
    let (quote, rest) = if let Some(rest) = rest.strip_prefix('"') { ("\"", rest) } else { ("", rest) };
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
    let width = length.checked_sub(1).filter(|width| *width >= 2)?;
    Some(format!("{before}{quote}Z{number:0width$}{}", rest.get(length..)?))
}

impl Module {
    /// Adds a file.
    pub fn add(&mut self, file: Parsed) {
        self.files.push(file);
    }

    /// What the files say. Each fact has the place in its own file.
    pub fn facts(&self, reading: &Reading) -> Facts {
        blocks::facts(reading, &self.files)
    }
}

#[cfg(test)]
mod tests;
