//! The findings of a run, and what else there is to tell of it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use super::rules::Rule;
use super::source::{Place, Spot};
use crate::text::Shortened;

/// The weight of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Information; nothing is wrong.
    Note,
    /// A probable mistake.
    Warning,
    /// A fault: it does not work.
    Error,
}

impl Level {
    /// `note`, `warning` or `error`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something found in a file. Text from the file is [escaped](crate::text::Escaped) in the message and the help.
///
/// It holds its place and not the line there: [`Finding::line`] asks the text for the line.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Finding {
    /// The place.
    pub place: Place,
    /// The rule.
    pub rule: &'static Rule,
    /// Its weight.
    pub level: Level,
    /// The finding in one line.
    pub message: String,
    /// The remedy in one line, in the language of the file.
    pub help: Option<String>,
    /// A remedy outside of the file, which the caller puts into words.
    pub remedy: Option<Remedy>,
    /// The instance types that it is about, in family then size order. Many findings may share one list.
    pub instance_types: Rc<[Rc<str>]>,
    /// The number of pods that the file has.
    pub max_pods: Option<u64>,
    /// The number of pods that the network of the lowest type of the group has addresses for.
    pub allowed: Option<u64>,
    /// The number of pods that is recommended for the lowest type of the group: the one that holds for all.
    pub recommended: Option<u64>,
    spot: Spot,
}

/// A remedy that is not written in the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Name the instance types of the group.
    NameInstanceTypes,
    /// Give the facts of the instance types that are not known.
    GiveFacts,
    /// Say if the VPC CNI or another CNI gives pods their addresses.
    SayCni,
    /// Say if the CNI uses prefix delegation.
    SayPrefixes,
    /// Switch prefix delegation on in the `aws-node` `DaemonSet`.
    SwitchPrefixesOn,
    /// Switch prefix delegation on in the configuration of the EKS add-on.
    SwitchPrefixesOnInAddon,
    /// Look at the number that running nodes have.
    LookAtNodes,
    /// Name a newer version of the CNI.
    UpgradeCni,
}

impl Finding {
    /// A finding with the level of its rule, and nothing besides.
    pub(crate) fn new(rule: &'static Rule, spot: &Spot, message: impl Into<String>) -> Self {
        Self {
            place: spot.place(),
            rule,
            level: rule.level,
            message: message.into(),
            help: None,
            remedy: None,
            instance_types: Rc::default(),
            max_pods: None,
            allowed: None,
            recommended: None,
            spot: spot.clone(),
        }
    }

    pub(crate) fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    pub(crate) fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    pub(crate) fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }

    pub(crate) fn max_pods(mut self, max_pods: Option<u64>) -> Self {
        self.max_pods = max_pods;
        self
    }

    /// The line that is meant, as it is in the file or in the encoded text, and the column in it, in characters,
    /// from 1.
    #[must_use]
    pub fn line(&self) -> (&str, usize) {
        self.spot.line()
    }

    /// The part of that line within so many characters of the place, and the column in it. Its time does not depend on
    /// the length of the line.
    #[must_use]
    pub fn near(&self, most: usize) -> (&str, usize) {
        self.spot.source.near(self.spot.mark, most)
    }
}

/// A text within a file, of a kind that is read here, that is malformed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Malformed {
    /// The place.
    pub place: Place,
    /// The fault. Text of the file is [escaped](crate::text::Escaped).
    pub message: String,
    spot: Spot,
}

impl Malformed {
    pub(crate) fn new(spot: Spot, message: String) -> Self {
        Self { place: spot.place(), message, spot }
    }

    /// The line that is meant, and the column in it. See [`Finding::line`].
    #[must_use]
    pub fn line(&self) -> (&str, usize) {
        self.spot.line()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { mark, inner, .. } = self.place;
        write!(f, "line {}, column {}: ", mark.line, mark.column)?;
        if let Some(inner) = inner {
            write!(f, "in the text there, line {}, column {}: ", inner.line, inner.column)?;
        }
        f.write_str(&self.message)
    }
}

/// The result of a run.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// The findings, in the order of the files and of the places in them.
    pub findings: Vec<Finding>,
    /// The files that were read.
    pub files: usize,
    /// The documents that were checked.
    pub documents: usize,
    /// The documents of other kinds, which were passed over.
    pub ignored_documents: usize,
    /// The number of places with a number of pods or an expression, judged or not.
    pub numbers: usize,
    /// Texts of a kind that is read here, which are malformed.
    pub malformed: Vec<Malformed>,
    /// Files in Terraform's language that are malformed. They are no fault unless the caller named them.
    pub malformed_terraform: Vec<Malformed>,
}

impl Report {
    /// The number of findings of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// Names of types without repetitions.
struct Names {
    in_order: Vec<Rc<str>>,
    known: HashSet<Rc<str>>,
    /// The addresses of the lists that were added.
    lists: HashSet<*const Rc<str>>,
}

impl Names {
    fn of(finding: &Finding) -> Self {
        let mut names = Self { in_order: Vec::new(), known: HashSet::new(), lists: HashSet::new() };
        names.add(&finding.instance_types);
        names
    }

    fn add(&mut self, names: &Rc<[Rc<str>]>) {
        if self.lists.insert(names.as_ptr()) {
            self.in_order.extend(names.iter().filter(|name| self.known.insert(Rc::clone(name))).cloned());
        }
    }
}

/// Puts the findings in the order of the files and of the places in them, the worst of a place first.
pub(super) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.place.file, a.place.mark, a.place.inner)
            .cmp(&(b.place.file, b.place.mark, b.place.inner))
            .then_with(|| b.level.cmp(&a.level))
            .then_with(|| a.rule.id.cmp(b.rule.id))
            .then_with(|| a.allowed.cmp(&b.allowed))
            .then_with(|| a.message.cmp(&b.message))
    });
}

/// Puts the findings in order, and makes one of those that have the same cause: a number that several groups of nodes
/// share through an anchor or a launch template is told once, with the worst of them.
pub(super) fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    sort(&mut findings);
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut repeated: Vec<usize> = Vec::with_capacity(findings.len());
    // The names of types of those findings that were made one of several with different names.
    let mut names: HashMap<usize, Names> = HashMap::new();
    // The first finding of the place: the findings of one place are few, and stand together.
    let mut start = 0;
    for finding in findings {
        if kept.last().is_some_and(|last| last.place != finding.place) {
            start = kept.len();
        }
        let Some(at) = (start..kept.len()).find(|&at| kept[at].rule.id == finding.rule.id) else {
            kept.push(finding);
            repeated.push(0);
            continue;
        };
        if kept[at].message != finding.message {
            repeated[at] += 1;
        }
        if !Rc::ptr_eq(&kept[at].instance_types, &finding.instance_types) {
            names.entry(at).or_insert_with(|| Names::of(&kept[at])).add(&finding.instance_types);
        }
    }
    for (at, names) in names {
        kept[at].instance_types = names.in_order.into();
    }
    for (finding, times) in kept.iter_mut().zip(repeated) {
        let message = std::mem::take(&mut finding.message);
        let others = match times {
            0 => String::new(),
            1 => "; the same for 1 more group of nodes that has this number".into(),
            more => format!("; the same for {more} more groups of nodes that have this number"),
        };
        finding.message = match finding.place.inner {
            Some(inner) => format!("{message}{others} (line {} of the text encoded here)", inner.line),
            None => format!("{message}{others}"),
        };
    }
    kept
}

/// Names in a row, cut where there are many.
pub(super) fn listed<T: AsRef<str>>(names: impl ExactSizeIterator<Item = T>) -> String {
    const MOST_NAMES: usize = 6;
    let count = names.len();
    let names: Vec<_> = names.take(MOST_NAMES).map(|name| Shortened(name.as_ref()).to_string()).collect();
    let names = names.join(", ");
    if count > MOST_NAMES { format!("{names} and {} more", count - MOST_NAMES) } else { names }
}
