//! Rules, levels and findings.

use std::fmt;

use super::source::{Mark, Spot};

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

/// A rule that a number of pods is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// More pods than the network of a type allows.
    OverAllowed,
    /// Fewer pods than the recommended value of the lowest type.
    UnderRecommended,
    /// A number that nothing reads, or that its reader refuses.
    NumberIgnored,
    /// A number that another one takes precedence over.
    NumberOverridden,
    /// `--max-pods` for `bootstrap.sh`, which sets a number of its own beside it.
    BootstrapMaxPods,
    /// A number that would be right with prefixes, which this type or this CNI does not have.
    NoPrefixes,
    /// A max-pods expression that does not give a number.
    Expression,
    /// The kubelet's reserve takes too much of a type's memory.
    ReservedMemory,
    /// The kubelet's reserve is that of a lower number of pods.
    ReserveTooSmall,
    /// One number for types whose own numbers differ much.
    MixedTypes,
    /// Something that cannot be judged from the files.
    NotJudged,
}

impl Rule {
    /// Every rule, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::OverAllowed,
        Self::UnderRecommended,
        Self::NumberIgnored,
        Self::NumberOverridden,
        Self::BootstrapMaxPods,
        Self::NoPrefixes,
        Self::Expression,
        Self::ReservedMemory,
        Self::ReserveTooSmall,
        Self::MixedTypes,
        Self::NotJudged,
    ];

    /// Its name, which does not change from one version to the next.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().0
    }

    /// The level of its findings, where the finding itself gives no reason for another.
    #[must_use]
    pub fn level(self) -> Level {
        self.row().1
    }

    /// Its meaning, in one sentence.
    #[must_use]
    pub fn summary(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (&'static str, Level, &'static str) {
        use Level::{Error, Note, Warning};
        match self {
            Self::OverAllowed => (
                "over-allowed",
                Error,
                "More pods than the network of an instance type has addresses for: the pods beyond wait in \
                 ContainerCreating.",
            ),
            Self::UnderRecommended => (
                "under-recommended",
                Warning,
                "Fewer pods than recommended for the lowest of the instance types: capacity stays unused.",
            ),
            Self::NumberIgnored => {
                ("number-ignored", Error, "A number of pods that nothing reads, or that its reader refuses.")
            }
            Self::NumberOverridden => {
                ("number-overridden", Warning, "A number of pods that another number takes precedence over.")
            }
            Self::BootstrapMaxPods => (
                "bootstrap-max-pods",
                Error,
                "The script bootstrap.sh gets --max-pods without --use-max-pods false, and sets its own number too.",
            ),
            Self::NoPrefixes => (
                "no-prefixes",
                Error,
                "A number of pods that needs prefix delegation, which the instance type or the VPC CNI does \
                 not have.",
            ),
            Self::Expression => (
                "expression",
                Error,
                "A max-pods expression that does not compile, or fails on an instance type.",
            ),
            Self::ReservedMemory => (
                "reserved-memory",
                Warning,
                "The kubelet's reserve takes more than half of the memory of an instance type.",
            ),
            Self::ReserveTooSmall => (
                "reserve-too-small",
                Note,
                "nodeadm reserves memory for the classic number of pods only, and the node takes more.",
            ),
            Self::MixedTypes => (
                "mixed-types",
                Note,
                "One number of pods for instance types whose own numbers differ by more than half.",
            ),
            Self::NotJudged => ("not-judged", Note, "Something that cannot be judged from these files."),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Something found in a file. Text from the file is [escaped](crate::text::Escaped) in the message and the help.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The number of the file, as [`Configuration::add`](super::Configuration::add) gave it.
    pub file: usize,
    /// The place in the file.
    pub mark: Mark,
    /// The place within the text that stands at `mark`, where that text is encoded (base64, gzip, a string
    /// with escapes).
    pub inner: Option<Mark>,
    /// The line that is meant, as it is in the file or in the encoded text.
    pub line: String,
    /// The column in `line`, in characters, from 1.
    pub column: usize,
    /// The rule.
    pub rule: Rule,
    /// Its weight.
    pub level: Level,
    /// The finding in one line.
    pub message: String,
    /// The remedy in one line.
    pub help: Option<String>,
    /// The instance types that it is about, in family then size order.
    pub instance_types: Vec<String>,
    /// The number of pods that the file has.
    pub max_pods: Option<u64>,
    /// The number of pods that the network of the lowest type of the group has addresses for.
    pub allowed: Option<u64>,
    /// The number of pods that is recommended for the lowest type of the group: the one that holds for all.
    pub recommended: Option<u64>,
    /// Information that the caller can add, so that more is judged.
    pub missing: Option<Missing>,
}

/// Information that is missing to judge a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// The instance types of a group of nodes.
    InstanceTypes,
    /// The facts of instance types that are not known.
    Facts,
}

/// A finding in the making.
#[derive(Debug)]
pub(super) struct Draft {
    pub spot: Spot,
    pub rule: Rule,
    pub level: Level,
    pub message: String,
    pub help: Option<String>,
    pub instance_types: Vec<String>,
    pub max_pods: Option<u64>,
    pub allowed: Option<u64>,
    pub recommended: Option<u64>,
    pub missing: Option<Missing>,
}

impl Draft {
    /// A finding with the level of its rule, and nothing besides.
    pub fn new(rule: Rule, spot: &Spot, message: impl Into<String>) -> Self {
        Self {
            spot: spot.clone(),
            rule,
            level: rule.level(),
            message: message.into(),
            help: None,
            instance_types: Vec::new(),
            max_pods: None,
            allowed: None,
            recommended: None,
            missing: None,
        }
    }

    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The finding, its place told as a place of a file.
    pub fn finish(self) -> Finding {
        let place = self.spot.place();
        let message = match place.inner {
            Some(inner) => format!("{} (line {} of the text encoded here)", self.message, inner.line),
            None => self.message,
        };
        Finding {
            file: place.file,
            mark: place.mark,
            inner: place.inner,
            line: place.line,
            column: place.column,
            rule: self.rule,
            level: self.level,
            message,
            help: self.help,
            instance_types: self.instance_types,
            max_pods: self.max_pods,
            allowed: self.allowed,
            recommended: self.recommended,
            missing: self.missing,
        }
    }
}
