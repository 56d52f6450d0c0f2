//! Terraform's own language: `.tf`, `.tfvars`, and Terragrunt's `.hcl`. The files of a folder are one module and are
//! read together, because a local value or a variable may stand in another file than its use.

mod blocks;
mod data;
mod eks;
mod eks_17;
mod eks_group;
mod eks_text;
mod evaluate;
mod functions;
mod operations;
mod scan;
mod text;

use std::collections::HashMap;
use std::rc::Rc;

use hcl_edit::structure::Body;

use crate::check::facts::{Facts, Unreadable};
use crate::check::kinds::helm;
use crate::check::reading::Reading;
use crate::check::source::{Mark, Source, Spot};
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

/// Keys that an object has twice are renamed one by one, and the text is parsed again each time. These limits bound
/// that.
const MOST_DOUBLED_KEYS: usize = 8;
const LONGEST_DOUBLED: usize = 100_000;

/// The most bytes of the blocks of use of a folder. The parser takes some eighty times as much memory.
const MOST_BYTES: usize = 384 << 10;

/// Words that a folder has which makes nodes or sets their network. Most folders have none, and are not parsed.
const WORDS: [&str; 10] = [
    "aws_launch_template",
    "aws_launch_configuration",
    "aws_eks_",
    "aws_autoscaling_group",
    "kubernetes_manifest",
    "kubectl_manifest",
    "node_groups",
    "terraform-aws-modules/eks/",
    "terraform-aws-eks",
    "modules/eks-managed-node-group",
];

/// A file of Terraform's language.
#[derive(Debug)]
struct Parsed {
    source: Rc<Source>,
    body: Body,
}

/// The files of a folder.
#[derive(Debug, Default)]
pub(crate) struct TerraformFolder {
    files: Vec<Rc<Source>>,
    /// True if all files are parsed, whether they have anything of use or not.
    parses_all: bool,
}

/// The facts of a folder's files, and the files that cannot be read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The facts of each file.
    pub files: Vec<(Rc<Source>, Facts)>,
    /// Files that are not of this language after all.
    pub malformed: Vec<Unreadable>,
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

/// Parses a file, and takes its size off the number of bytes that may still be parsed.
///
/// # Errors
/// A [`Fault`] with its place, if the text is not of this language, or is nested too deeply, or is too large.
fn parse(source: &Rc<Source>, left: &mut usize) -> Result<Parsed, Fault> {
    let (useful, bytes) = scan::useful(source)?;
    *left = left.checked_sub(bytes).ok_or_else(|| Fault {
        mark: Mark::START,
        message: "a folder with more than 384 KiB of Terraform's blocks is not read in full".into(),
    })?;
    let mut text = useful;
    for twice in 0..=MOST_DOUBLED_KEYS {
        let error = match hcl_edit::parser::parse_body(&text) {
            Ok(body) => return Ok(Parsed { source: Rc::clone(source), body }),
            Err(error) => error,
        };
        let location = error.location();
        let doubled = error.message().contains("redefined object key") && text.len() <= LONGEST_DOUBLED;
        let Some(other) = doubled.then(|| with_other_key(&text, location.offset(), twice)).flatten() else {
            let mark = source.mark(location.offset());
            let message = format!("this is not Terraform's language: {}", Escaped(error.message()));
            return Err(Fault { mark, message });
        };
        text = other;
    }
    Err(Fault { mark: Mark::START, message: "too many keys of this text are there twice".into() })
}

/// The text with another key of the same length in place of the one there. Terraform takes a key twice, and the parser
/// does not.
fn with_other_key(text: &str, at: usize, number: usize) -> Option<String> {
    let (before, rest) = text.split_at_checked(at)?;
    let line = rest.lines().next()?;
    let is_end =
        |at: usize| line.get(at + 1..).is_some_and(|behind| behind.trim_start().starts_with(['=', ':']));
    let end = |sign: char| line.match_indices(sign).map(|(at, _)| at).find(|at| *at > 0 && is_end(*at));
    // A key may be a name, a text in quotes, or an expression in parentheses.
    let (quote, length) = match rest.chars().next()? {
        '"' => ("\"", end('"')?.checked_sub(1)?),
        '(' => ("", end(')')? + 1),
        _ => ("", line.find(['=', ':', ' ', '\t'])?),
    };
    let other = match length {
        // Short keys of the world are small letters.
        1 => char::from(b'A' + u8::try_from(number).ok()?).to_string(),
        _ => format!("Z{number:0width$}", width = length.checked_sub(1)?),
    };
    Some(format!("{before}{quote}{other}{}", rest.get(quote.len() + length..)?))
}

impl TerraformFolder {
    /// Adds a file. `always` says that it is parsed even if nothing in its folder is of use, so that a fault is found.
    pub fn add(&mut self, source: Rc<Source>, always: bool) {
        self.parses_all |= always;
        self.files.push(source);
    }

    /// Reads the files. Each fact has the place in its own file.
    pub fn read(&self, reading: &Reading) -> Read {
        let mut read = Read::default();
        let mut words = WORDS.iter().chain(helm::WORDS);
        let has_use = words.any(|word| self.files.iter().any(|file| file.text().contains(word)));
        let mut parsed = Vec::new();
        if has_use || self.parses_all {
            let mut left = MOST_BYTES;
            // A large file that has nothing of use is only looked at.
            let is_parsed = |source: &&Rc<Source>| has_use || source.text().len() <= MOST_BYTES;
            for source in self.files.iter().filter(is_parsed) {
                match parse(source, &mut left) {
                    Ok(file) => parsed.push(file),
                    Err(fault) => read
                        .malformed
                        .push(Unreadable { spot: Spot::new(source, fault.mark), message: fault.message }),
                }
            }
        }
        let facts = if has_use { blocks::facts(reading, &parsed) } else { Facts::default() };
        read.files = self.by_file(facts);
        read
    }

    /// The facts of each file: those with their places in it. Networks, classes and pools have none, and they are as near
    /// to all files of the folder.
    fn by_file(&self, facts: Facts) -> Vec<(Rc<Source>, Facts)> {
        let mut files: Vec<_> = self.files.iter().map(|file| (Rc::clone(file), Facts::default())).collect();
        let numbers: HashMap<usize, usize> =
            self.files.iter().enumerate().map(|(at, file)| (file.file_number(), at)).collect();
        let mut put = |number: usize, facts: Facts| {
            if let Some((_, known)) = files.get_mut(numbers.get(&number).copied().unwrap_or(0)) {
                *known += facts;
                known.documents = 1;
            }
        };
        let number = |spot: &Spot| spot.source.file_number();
        for one in facts.groups {
            put(number(&one.spot), Facts { groups: vec![one], ..Facts::default() });
        }
        for one in facts.remarks {
            put(number(&one.spot), Facts { remarks: vec![one], ..Facts::default() });
        }
        for one in facts.malformed {
            put(number(&one.spot), Facts { malformed: vec![one], ..Facts::default() });
        }
        let Facts { classes, pools, networks, .. } = facts;
        if !(networks.is_empty() && classes.is_empty() && pools.is_empty()) {
            let first = self.files.first().map_or(0, |file| file.file_number());
            put(first, Facts { classes, pools, networks, ..Facts::default() });
        }
        for (_, facts) in &mut files {
            facts.passed_over = usize::from(facts.documents == 0);
        }
        files
    }
}

#[cfg(test)]
mod tests;
