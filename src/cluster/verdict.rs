//! Whether a node's pod limit fits its network.

use std::collections::HashMap;
use std::fmt;

use super::{Node, Pods, Skip};
use crate::instance_type::compare_names;
use crate::{Breakdown, Catalog, Escaped, InstanceType, Settings, Warning, max_pods};

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
    /// More than there are IPv4 addresses for, in a cluster whose pods have IPv6 addresses.
    Ipv6,
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
            Self::Ipv6 => f.write_str("more pods than IPv4 addresses: no limit on an IPv6 cluster"),
            Self::TooFewAddresses(other) => {
                f.write_str("more pods than addresses")?;
                with(f, other)
            }
            Self::Unused(other) => {
                f.write_str("fewer than recommended")?;
                with(f, other)
            }
            Self::UnknownType => f.write_str("instance type not in the table"),
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
pub enum OtherSettings {
    /// Custom networking would have to be on or off, and the rest as it is.
    CustomNetworking(bool),
    /// Prefix delegation would have to be on or off, and the rest as it is.
    PrefixDelegation(bool),
    /// Both would have to be other than they are.
    Both {
        /// Whether prefix delegation would have to be on.
        prefix_delegation: bool,
        /// Whether custom networking would have to be on.
        custom_networking: bool,
    },
}

impl OtherSettings {
    /// Those with which this number of pods would be the recommended one. The fewest changes first.
    fn fitting(pods: u64, instance_type: &InstanceType, settings: &Settings) -> Option<Self> {
        let custom_networking = !settings.cni.custom_networking;
        let prefix_delegation = !settings.cni.prefix_delegation;
        let others = [
            Self::CustomNetworking(custom_networking),
            Self::PrefixDelegation(prefix_delegation),
            Self::Both { prefix_delegation, custom_networking },
        ];
        others.into_iter().find(|other| max_pods(instance_type, &other.over(settings)).recommended == pods)
    }

    fn over(self, settings: &Settings) -> Settings {
        let mut settings = settings.clone();
        let cni = &mut settings.cni;
        match self {
            Self::CustomNetworking(on) => cni.custom_networking = on,
            Self::PrefixDelegation(on) => cni.prefix_delegation = on,
            Self::Both { prefix_delegation, custom_networking } => {
                cni.prefix_delegation = prefix_delegation;
                cni.custom_networking = custom_networking;
            }
        }
        settings
    }
}

impl fmt::Display for OtherSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |on| if on { "with" } else { "without" };
        match *self {
            Self::CustomNetworking(on) => write!(f, "{} custom networking", word(on)),
            Self::PrefixDelegation(on) => write!(f, "{} prefix delegation", word(on)),
            Self::Both { prefix_delegation: prefixes, custom_networking: custom } => {
                write!(f, "{} prefix delegation and {} custom networking", word(prefixes), word(custom))
            }
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
    pub fn judge(&mut self, node: &Node) -> Judgement {
        let unknown = |reason| Judgement {
            verdict: Verdict::Unknown,
            recommended: None,
            allowed: None,
            reason: Some(reason),
        };
        if let Some(skip) = node.skip {
            return Judgement { verdict: Verdict::Skipped, ..unknown(Reason::Skipped(skip)) };
        }
        let Some(name) = node.instance_type.as_deref() else {
            return unknown(Reason::NoInstanceType);
        };
        let settings = self.settings;
        let Some((instance_type, breakdown)) = self.look_up(name) else {
            return unknown(Reason::UnknownType);
        };
        let (recommended, allowed) = (breakdown.recommended, breakdown.allowed);
        let (verdict, reason) = match &node.pods {
            Pods::Missing => (Verdict::Unknown, Some(Reason::NoPods)),
            Pods::Nonsense(text) => (Verdict::Unknown, Some(Reason::PodsNotNumber(text.clone()))),
            Pods::Number(pods) if *pods > allowed && settings.cni.ipv6 => (Verdict::Ok, Some(Reason::Ipv6)),
            Pods::Number(pods) if *pods > allowed => {
                let other = OtherSettings::fitting(*pods, instance_type, settings);
                (Verdict::Over, Some(Reason::TooFewAddresses(other)))
            }
            Pods::Number(pods) if *pods < recommended => {
                let other = OtherSettings::fitting(*pods, instance_type, settings);
                (Verdict::Under, Some(Reason::Unused(other)))
            }
            Pods::Number(pods) if *pods > recommended => (Verdict::Ok, Some(Reason::AboveRecommended)),
            Pods::Number(_) => (Verdict::Ok, None),
        };
        Judgement { verdict, recommended: Some(recommended), allowed: Some(allowed), reason }
    }

    /// What the operator should know of the types judged so far, with their names, in family then
    /// size order (nano … metal).
    pub fn warnings(&self) -> impl Iterator<Item = (&str, &Warning)> {
        let mut known: Vec<_> = self.types.values().flatten().collect();
        known.sort_by(|(a, _), (b, _)| compare_names(&a.name, &b.name));
        // One type may be spelled in several ways.
        known.dedup_by(|(a, _), (b, _)| a.name == b.name);
        known.into_iter().flat_map(|(instance_type, breakdown)| {
            breakdown.warnings.iter().map(|warning| (instance_type.name.as_str(), warning))
        })
    }

    fn look_up(&mut self, name: &str) -> Option<&(InstanceType, Breakdown)> {
        if !self.types.contains_key(name) {
            let known = self.catalog.get(name).map(|instance_type| {
                let breakdown = max_pods(&instance_type, self.settings);
                (instance_type, breakdown)
            });
            self.types.insert(name.into(), known);
        }
        self.types.get(name).and_then(Option::as_ref)
    }
}
