//! Configuration from which nodes are made: the numbers of pods in it, and whether they are right.
//!
//! [`Configuration`] takes files one by one, finds each number of pods in them, and holds it against the
//! network of the instance types that go with it. The formula is [`max_pods`](crate::max_pods) alone.
//!
//! ```
//! use maxpods::check::{Configuration, Rule};
//! use maxpods::{Catalog, Settings};
//!
//! let mut configuration = Configuration::new();
//! configuration.add(
//!     b"apiVersion: eksctl.io/v1alpha5\n\
//!       kind: ClusterConfig\n\
//!       managedNodeGroups:\n\
//!       - {name: a, instanceType: m5.large, maxPodsPerNode: 58}\n",
//! );
//! let report = configuration.check(&Catalog::new(), &Settings::default(), &[])?;
//! let over = report.findings.iter().find(|finding| finding.rule == Rule::OverAllowed).unwrap();
//! assert_eq!((over.mark.line, over.max_pods, over.allowed), (4, Some(58), Some(29)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod addon;
mod bottlerocket;
mod document;
mod eksctl;
mod finding;
mod group;
mod json;
mod judge;
mod karpenter;
mod kubelet_flags;
mod node;
mod nodeconfig;
mod requirement;
mod source;
mod terraform;
mod user_data;
mod yaml;

pub use finding::{Finding, Level, Missing, Rule};
pub use source::Mark;

use crate::cni::variable;
use crate::cni::{AwsNode, AwsNodeWarning, CniSettings, WarmTargets};
use crate::{Catalog, Error, Settings};
use group::Group;
use karpenter::Karpenter;

/// Files that are checked together.
#[derive(Default)]
pub struct Configuration {
    files: usize,
    documents: usize,
    ignored_documents: usize,
    groups: Vec<Group>,
    karpenter: Karpenter,
    aws_node: Option<AwsNode>,
    malformed: Vec<Malformed>,
}

/// A file, or a text within it, that cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {}{message}", mark.line, mark.column, within(*inner))]
#[non_exhaustive]
pub struct Malformed {
    /// The number of the file, as [`Configuration::add`] counts them.
    pub file: usize,
    /// The place in the file.
    pub mark: Mark,
    /// The place within the text that stands at `mark`, where that text is encoded.
    pub inner: Option<Mark>,
    /// The line that is meant.
    pub line: String,
    /// The fault. Text of the file is [escaped](crate::text::Escaped).
    pub message: String,
}

fn within(inner: Option<Mark>) -> String {
    inner.map_or_else(String::new, |mark| {
        format!("in the text there, line {}, column {}: ", mark.line, mark.column)
    })
}

/// The findings in all files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The findings, in the order of the files and of the places in them.
    pub findings: Vec<Finding>,
    /// The files that were read in full.
    pub files: usize,
    /// The documents that were checked.
    pub documents: usize,
    /// The documents of other kinds, which were passed over.
    pub ignored_documents: usize,
    /// The number of node groups with a number of pods or an expression, judged or not.
    pub numbers: usize,
    /// Texts within the files that could not be read.
    pub malformed: Vec<Malformed>,
    /// Settings that the `aws-node` `DaemonSet` among the files leaves open.
    pub warnings: Vec<AwsNodeWarning>,
}

impl Configuration {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, which gets the next number, from 0. Where a part of it cannot be read, the report tells
    /// so, and what comes before that part is checked.
    pub fn add(&mut self, file: &[u8]) {
        let number = self.files;
        self.files += 1;
        self.read(number, file);
    }

    /// Holds every number against the network.
    ///
    /// `settings` are those of nodes that no file says anything else of: where one of the files is the
    /// `aws-node` `DaemonSet`, or has the add-on `vpc-cni`, the VPC CNI is set as that file says.
    /// `instance_types` go with the files that name none.
    ///
    /// # Errors
    /// [`Error::UnknownInstanceType`] where one of `instance_types` is not known.
    pub fn check(
        mut self,
        catalog: &Catalog,
        settings: &Settings,
        instance_types: &[String],
    ) -> Result<Report, Error> {
        let (karpenter, unreadable) = self.karpenter.groups();
        for error in unreadable {
            self.unreadable(error);
        }
        // The aws-node DaemonSet does not run on Windows nodes, so its switch for prefixes is not theirs.
        let windows_prefixes = settings.cni.prefix_delegation;
        let mut settings = settings.clone();
        let mut warnings = Vec::new();
        let mut warm_targets = WarmTargets::default();
        if let Some(aws_node) = self.aws_node {
            warm_targets = aws_node.pool.warm_targets;
            settings.cni = known_settings(&aws_node, &settings.cni);
            warnings = aws_node.warnings;
        }
        let groups: Vec<_> = self.groups.into_iter().chain(karpenter).collect();
        let numbers =
            groups.iter().filter(|group| !group.kubelet.is_empty() || !group.drafts.is_empty()).count();
        let judge = judge::Judge::new(catalog, &settings, warm_targets, windows_prefixes, instance_types)?;
        let mut drafts = Vec::new();
        for group in groups {
            drafts.extend(judge.judge(group));
        }
        let mut findings: Vec<_> = drafts.into_iter().map(finding::Draft::finish).collect();
        findings.sort_by(|a, b| {
            (a.file, a.mark, a.inner).cmp(&(b.file, b.mark, b.inner)).then_with(|| b.level.cmp(&a.level))
        });
        // Several node groups may share one launch template, and what is wrong with it is told once.
        findings.dedup();
        Ok(Report {
            findings,
            files: self.files,
            documents: self.documents,
            ignored_documents: self.ignored_documents,
            numbers,
            malformed: self.malformed,
            warnings,
        })
    }
}

/// The settings of the `DaemonSet`, and the given ones for those that it leaves open.
fn known_settings(aws_node: &AwsNode, given: &CniSettings) -> CniSettings {
    let mut cni = aws_node.settings.clone();
    if cni.version.is_none() {
        cni.version.clone_from(&given.version);
    }
    for warning in &aws_node.warnings {
        let env_from = *warning == AwsNodeWarning::EnvFrom;
        let open = |name| env_from || *warning == AwsNodeWarning::ElsewhereSet(name);
        if open(variable::PREFIX_DELEGATION) {
            cni.prefix_delegation |= given.prefix_delegation;
        }
        if open(variable::CUSTOM_NETWORKING) {
            cni.custom_networking |= given.custom_networking;
        }
        if open(variable::MAX_ENI) && cni.max_eni.is_none() {
            cni.max_eni = given.max_eni;
        }
    }
    cni
}
