//! Terraform's own language: `.tf`, `.tfvars`, and Terragrunt's `.hcl`. The files of a folder are one module and are
//! read together, because a local value or a variable may stand in another file than its use.

mod blocks;
mod eks;
mod eks_group;
mod evaluate;
mod functions;
mod scan;
mod text;

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
    match hcl_edit::parser::parse_body(source.text()) {
        Ok(body) => Ok(Parsed { source: Rc::clone(source), body }),
        Err(error) => {
            let location = error.location();
            let mark = Mark { line: location.line(), column: location.column() };
            let message = format!("this is not Terraform's language: {}", Escaped(error.message()));
            Err(Fault { mark, message })
        }
    }
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
