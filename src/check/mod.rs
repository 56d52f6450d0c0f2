//! Configuration from which nodes are made: the numbers of pods in it, and whether they are right.
//!
//! [`Checker`] takes files one by one. Each step is one room: `kinds` reads a file into facts with their places, `join`
//! brings together what belongs together, `rules` judge it, and the [`Report`] has the findings.
//! The numbers are held against [`Limits`](crate::Limits), as those of running nodes are.
//!
//! ```
//! use std::path::Path;
//! use maxpods::Catalog;
//! use maxpods::check::{Assumed, Checker};
//!
//! let file = "apiVersion: eksctl.io/v1alpha5\n\
//!             kind: ClusterConfig\n\
//!             managedNodeGroups:\n\
//!             - {name: a, instanceType: m5.large, maxPodsPerNode: 500}\n";
//! let mut checker = Checker::new();
//! checker.add(Path::new("cluster.yaml"), file.as_bytes(), Assumed::default().into());
//! let report = checker.check(&Catalog::new());
//! let over = &report.findings[0];
//! assert_eq!((over.rule.id, over.place.mark.line), ("over-allowed", 4));
//! assert_eq!((over.max_pods, over.allowed), (Some(500), Some(434)));
//! ```

mod assumed;
mod facts;
mod ignores;
mod join;
mod kinds;
mod reading;
mod report;
mod rules;
mod source;
mod syntax;
mod tree;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::Catalog;
pub use assumed::Assumed;
use facts::Facts;
use ignores::Ignores;
use join::{FileFacts, Subject};
use kinds::TerraformFolder;
use reading::Reading;
pub use report::{Finding, Level, Malformed, Remedy, Report};
pub use rules::{RULES, Rule};
pub use source::{Mark, Place};

/// Reads files, and checks them together.
#[derive(Debug, Default)]
pub struct Checker {
    reading: Reading,
    files: Vec<FileFacts>,
    /// The files in Terraform's language, by their folders: those of a folder are read together.
    modules: BTreeMap<PathBuf, TerraformFolder>,
    ignores: Ignores,
}

/// The number of files of Terraform's language that are parsed even if nothing in their folder is of use. A user may
/// have named the first files one by one.
const FEW_FILES: usize = 100;

impl Checker {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, which gets the next number, from 0. Its path decides what is near: give absolute paths, or paths
    /// that all begin at the same folder. Where a part of it cannot be read, the report tells so, and the rest is
    /// checked.
    ///
    /// `assumed` has settings of the nodes of this file, as the caller gives them. A setting in a file wins.
    pub fn add(&mut self, path: &Path, bytes: &[u8], assumed: Rc<Assumed>) {
        let number = self.files.len();
        self.reading.begin_file(bytes.len());
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let facts = match kinds::file(&self.reading, number, bytes) {
            Ok(source) if kinds::is_terraform(path, source.text()) => {
                // The first files may have been named one by one, and a fault in them is of interest.
                let module = self.modules.entry(folder.clone()).or_default();
                module.add(source, number < FEW_FILES);
                Facts::default()
            }
            Ok(source) => {
                let facts = kinds::text(&self.reading, &source);
                if facts.documents > 0 {
                    self.ignores.add(&source);
                }
                facts
            }
            Err(facts) => *facts,
        };
        self.files.push(FileFacts { folder, assumed, facts });
    }

    /// Holds every number against the network.
    #[must_use]
    pub fn check(mut self, catalog: &Catalog) -> Report {
        let mut report = Report { files: self.files.len(), ..Report::default() };
        for module in self.modules.values() {
            let read = module.read(&self.reading);
            for (source, facts) in read.files {
                if facts.documents > 0 {
                    self.ignores.add(&source);
                }
                if let Some(file) = self.files.get_mut(source.file_number()) {
                    file.facts += facts;
                }
            }
            let malformed = read.malformed.into_iter();
            report.malformed_terraform.extend(malformed.map(|text| Malformed::new(text.spot, text.message)));
        }
        for file in &mut self.files {
            let facts: &mut Facts = &mut file.facts;
            report.documents += facts.documents;
            report.ignored_documents += facts.passed_over;
            report.numbers += facts.numbers();
            let malformed = facts.malformed.drain(..);
            report.malformed.extend(malformed.map(|text| Malformed::new(text.spot, text.message)));
        }
        let mut findings = Vec::new();
        join::each(&self.files, catalog, |subject| match subject {
            Subject::Remark(remark) => findings.extend(rules::remark(remark, None)),
            Subject::Case(case) => findings.extend(rules::judge(case)),
        });
        let mut findings = self.ignores.apply(report::merged(findings));
        // Rules that are left out are removed last. Otherwise a comment that silences one of their findings would look
        // unused.
        findings.retain(|finding| {
            let ignored = self.files.get(finding.place.file).map_or(&[][..], |file| &file.assumed.ignore);
            !ignored.iter().any(|id| id == finding.rule.id)
        });
        report::sort(&mut findings);
        report.findings = findings;
        report
    }
}
