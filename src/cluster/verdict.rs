//! Whether a node's pod limit fits its network.

use std::collections::HashMap;
use std::fmt;

use super::{Node, Pods, Skip};
use crate::{Breakdown, Catalog, Error, Escaped, InstanceType, Settings, Warning, max_pods};

/// What is to be thought of a node's pod limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is the recommended value, or lies between that and the allowed one.
    Ok,
    /// It is higher than the network allows: pods will wait in `ContainerCreating`.
    Over,
    /// It is lower than recommended: capacity is left unused.
    Under,
    /// There is nothing to hold it against.
    Unknown,
    /// The rules do not apply to the node.
    Skipped,
}

impl Verdict {
    /// Every verdict, in the order in which they are counted.
    pub const ALL: [Self; 5] = [Self::Ok, Self::Over, Self::Under, Self::Unknown, Self::Skipped];

    /// The word that the output formats use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Over => "over",
            Self::Under => "under",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
        }
    }
}

/// The verdict on a node, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The recommended number of pods, where the type is known.
    pub recommended: Option<u64>,
    /// The number of pods that the network has addresses for, where the type is known.
    pub allowed: Option<u64>,
    /// Why, where the figures alone do not say it.
    pub reason: Option<Reason>,
}

/// Why a node's verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// More than recommended, and not more than allowed.
    AboveRecommended,
    /// More than the network has addresses for. With these other settings it would be right.
    TooFewAddresses(Option<OtherSettings>),
    /// Fewer than recommended. With these other settings it would be right.
    Unused(Option<OtherSettings>),
    /// The type is not in the table.
    UnknownType,
    /// The node has no label that tells its type.
    NoInstanceType,
    /// The node does not say how many pods it takes.
    NoPods,
    /// The node says this, which is no number of pods.
    PodsNotNumber(String),
    /// The rules do not apply to the node.
    Skipped(Skip),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |f: &mut fmt::Formatter<'_>, other: &Option<OtherSettings>| match other {
            Some(other) => write!(f, "; right {other}"),
            None => Ok(()),
        };
        match self {
            Self::AboveRecommended => f.write_str("above the recommended value, within the allowed one"),
            Self::TooFewAddresses(other) => {
                f.write_str("more pods than addresses")?;
                with(f, other)
            }
            Self::Unused(other) => {
                f.write_str("fewer than recommended")?;
                with(f, other)
            }
            Self::UnknownType => {
                f.write_str("instance type not in the table: give its facts with --instance-types-file")
            }
            Self::NoInstanceType => f.write_str("no label node.kubernetes.io/instance-type"),
            Self::NoPods => f.write_str("no .status.capacity.pods: the kubelet has not said it yet"),
            Self::PodsNotNumber(text) => {
                write!(f, ".status.capacity.pods is no number of pods: '{}'", Escaped(text))
            }
            Self::Skipped(skip) => skip.fmt(f),
        }
    }
}

/// Settings of the CNI, other than the cluster's, for which a node's pod limit would be right: the
/// usual cause is that the one was changed and the other was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherSettings {
    /// Prefix delegation would have to be on or off; `None` where it makes no difference.
    pub prefix_delegation: Option<bool>,
    /// Custom networking would have to be on or off; `None` where it makes no difference.
    pub custom_networking: Option<bool>,
}

impl fmt::Display for OtherSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |on| if on { "with" } else { "without" };
        match (self.prefix_delegation, self.custom_networking) {
            (Some(prefixes), Some(custom)) => {
                write!(f, "{} prefix delegation and {} custom networking", word(prefixes), word(custom))
            }
            (Some(prefixes), None) => write!(f, "{} prefix delegation", word(prefixes)),
            (None, Some(custom)) => write!(f, "{} custom networking", word(custom)),
            (None, None) => f.write_str("with other settings"),
        }
    }
}

/// Judges the nodes of one cluster. Each instance type is looked up once.
#[derive(Debug)]
pub struct Judge<'a> {
    catalog: &'a Catalog,
    settings: &'a Settings,
    /// By name as the nodes spell it; `None` for a type that is not in the table.
    types: HashMap<String, Option<(InstanceType, Breakdown)>>,
}

impl<'a> Judge<'a> {
    /// A judge of nodes that are set up so.
    #[must_use]
    pub fn new(catalog: &'a Catalog, settings: &'a Settings) -> Self {
        Self { catalog, settings, types: HashMap::new() }
    }

    /// The verdict on a node.
    ///
    /// # Errors
    /// [`Error::InstanceTypes`] would mean that the embedded table is broken.
    pub fn judge(&mut self, node: &Node) -> Result<Judgement, Error> {
        let unknown = |reason| Judgement {
            verdict: Verdict::Unknown,
            recommended: None,
            allowed: None,
            reason: Some(reason),
        };
        if let Some(skip) = node.skip {
            return Ok(Judgement { verdict: Verdict::Skipped, ..unknown(Reason::Skipped(skip)) });
        }
        let Some(name) = node.instance_type.as_deref() else {
            return Ok(unknown(Reason::NoInstanceType));
        };
        let settings = self.settings;
        let Some((instance_type, breakdown)) = self.look_up(name)? else {
            return Ok(unknown(Reason::UnknownType));
        };
        let (recommended, allowed) = (breakdown.recommended, breakdown.allowed);
        let (verdict, reason) = match &node.pods {
            Pods::Missing => (Verdict::Unknown, Some(Reason::NoPods)),
            Pods::Nonsense(text) => (Verdict::Unknown, Some(Reason::PodsNotNumber(text.clone()))),
            Pods::Number(pods) if *pods > allowed => {
                let other = other_settings(instance_type, settings, *pods);
                (Verdict::Over, Some(Reason::TooFewAddresses(other)))
            }
            Pods::Number(pods) if *pods < recommended => {
                let other = other_settings(instance_type, settings, *pods);
                (Verdict::Under, Some(Reason::Unused(other)))
            }
            Pods::Number(pods) if *pods > recommended => (Verdict::Ok, Some(Reason::AboveRecommended)),
            Pods::Number(_) => (Verdict::Ok, None),
        };
        Ok(Judgement { verdict, recommended: Some(recommended), allowed: Some(allowed), reason })
    }

    /// What the operator should know of the types judged so far: each warning once, with the
    /// types that it concerns, by name.
    #[must_use]
    pub fn warnings(&self) -> Vec<(Warning, Vec<&str>)> {
        let mut known: Vec<_> = self.types.values().flatten().collect();
        known.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        known.dedup_by(|(a, _), (b, _)| a.name == b.name);
        let mut warnings: Vec<(Warning, Vec<&str>)> = Vec::new();
        for (instance_type, breakdown) in known {
            for warning in &breakdown.warnings {
                match warnings.iter_mut().find(|(other, _)| other == warning) {
                    Some((_, names)) => names.push(&instance_type.name),
                    None => warnings.push((warning.clone(), vec![&instance_type.name])),
                }
            }
        }
        warnings
    }

    fn look_up(&mut self, name: &str) -> Result<Option<&(InstanceType, Breakdown)>, Error> {
        if !self.types.contains_key(name) {
            let known = match self.catalog.find(name) {
                Ok(instance_type) => {
                    let breakdown = max_pods(&instance_type, self.settings);
                    Some((instance_type, breakdown))
                }
                Err(Error::UnknownInstanceType { .. }) => None,
                Err(error) => return Err(error),
            };
            self.types.insert(name.into(), known);
        }
        Ok(self.types.get(name).and_then(Option::as_ref))
    }
}

/// Settings with which this number of pods would be the recommended one. The fewest changes first.
fn other_settings(instance_type: &InstanceType, settings: &Settings, pods: u64) -> Option<OtherSettings> {
    let (prefixes, custom) = (!settings.cni.prefix_delegation, !settings.cni.custom_networking);
    [(None, Some(custom)), (Some(prefixes), None), (Some(prefixes), Some(custom))].into_iter().find_map(
        |(prefix_delegation, custom_networking)| {
            let mut other = settings.clone();
            other.cni.prefix_delegation = prefix_delegation.unwrap_or(!prefixes);
            other.cni.custom_networking = custom_networking.unwrap_or(!custom);
            let right = max_pods(instance_type, &other).recommended == pods;
            right.then_some(OtherSettings { prefix_delegation, custom_networking })
        },
    )
}
