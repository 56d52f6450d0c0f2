//! The check that a node's pod limit fits its network.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::places::Places;
use super::{ClusterSettings, Node, OtherSettings, Reason};
use crate::cni::ExcludedEnis;
use crate::formula::Warning;
use crate::formula::windows_ceiling;
use crate::instance_type::compare_names;
use crate::quantity::Quantity;
use crate::subnets::{Discovery, Subnets};
use crate::{Catalog, InstanceType, Limits, Os, Settings, max_pods};

/// The verdict on a node's pod limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is the recommended value, or lies between that and the allowed one.
    Ok,
    /// It is higher than the network allows: pods will wait in `ContainerCreating`.
    Over,
    /// It is lower than recommended: capacity is left unused.
    Under,
    /// A figure is missing that the verdict needs.
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

/// The verdict on a node, and the figures and the reason behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The recommended number of pods; `None` if it is not known.
    pub recommended: Option<u64>,
    /// The number of pods that the network has addresses for; `None` if it is not known, or if the network
    /// is no limit.
    pub allowed: Option<u64>,
    /// The reason; `None` if the figures alone show it.
    pub reason: Option<Reason>,
}

impl Judgement {
    /// A judgement without figures.
    fn without_figures(verdict: Verdict, reason: Reason) -> Self {
        Self { verdict, recommended: None, allowed: None, reason: Some(reason) }
    }
}

/// Judges the nodes of one cluster. Each instance type is looked up once.
#[derive(Debug)]
pub struct Judge<'a> {
    catalog: &'a Catalog,
    settings: &'a ClusterSettings,
    /// The types, by the names that the nodes give; `None` for a type that is not in the table.
    types: HashMap<String, Option<Known>>,
    /// The subnets of the nodes, if they are known.
    places: Option<Places<'a>>,
}

/// An instance type that some node has.
#[derive(Debug)]
struct Known {
    facts: InstanceType,
    /// The warnings about nodes of this type, without repetitions.
    warnings: Vec<Warning>,
}

impl<'a> Judge<'a> {
    /// A judge of the nodes of a cluster with these settings.
    #[must_use]
    pub fn new(catalog: &'a Catalog, settings: &'a ClusterSettings) -> Self {
        Self { catalog, settings, types: HashMap::new(), places: None }
    }

    /// Judges each node by the tags of its subnet, too. `discovery` is the way in which the CNI chooses subnets.
    /// The subnet of a node is the one that holds its address.
    #[must_use]
    pub fn with_subnets(mut self, subnets: &'a Subnets, discovery: Discovery) -> Self {
        self.places = Some(Places::new(subnets, discovery));
        self
    }

    /// The numbers of Linux nodes judged so far whose subnets are known and not known. `None` without
    /// [`with_subnets`](Self::with_subnets).
    #[must_use]
    pub fn placed(&self) -> Option<(usize, usize)> {
        self.places.as_ref().map(Places::counts)
    }

    /// The verdict on a node.
    pub fn judge(&mut self, node: &Node) -> Judgement {
        if let Some(skip) = node.skip {
            return Judgement::without_figures(Verdict::Skipped, Reason::Skipped(skip));
        }
        let mut settings = self.settings.of(node);
        if let (Some(places), Os::Linux) = (&mut self.places, node.os) {
            settings.cni.excluded_enis = places.excluded_enis(node);
        }
        match node.os {
            Os::Linux => self.judge_linux(node, &settings),
            Os::Windows => self.judge_windows(node, &settings),
        }
    }

    fn judge_linux(&mut self, node: &Node, settings: &Settings) -> Judgement {
        let cluster = self.settings;
        let Some(name) = node.instance_type.as_deref() else {
            return Judgement::without_figures(Verdict::Unknown, Reason::NoInstanceType);
        };
        let Some(known) = self.look_up(name) else {
            return Judgement::without_figures(Verdict::Unknown, Reason::UnknownType);
        };
        let Limits { breakdown, recommended, allowed, .. } = cluster.limits(&known.facts, settings);
        for warning in breakdown.warnings {
            if !known.warnings.contains(&warning) {
                known.warnings.push(warning);
            }
        }

        let other = |pods| {
            // IPv6 needs prefix delegation, so other settings would not make the number right.
            let may_help = !settings.cni.ipv6;
            may_help.then(|| OtherSettings::fitting(pods, &known.facts, settings, cluster)).flatten()
        };
        let (verdict, reason) = of_number(&node.pods, |pods| match allowed.exceeded_by(pods) {
            None if settings.cni.ipv6 && pods > recommended => (Verdict::Ok, Some(Reason::Ipv6)),
            None => within_network(pods, recommended, || other(pods)),
            Some(more) if more <= node.branch_enis() => (Verdict::Ok, Some(Reason::BranchEnis(more))),
            Some(_)
                if settings.cni.excluded_enis != ExcludedEnis::None && !settings.cni.custom_networking =>
            {
                (Verdict::Over, Some(Reason::Excluded(settings.cni.excluded_enis)))
            }
            Some(_) => (Verdict::Over, Some(Reason::TooFewAddresses(other(pods)))),
        });
        Judgement { verdict, recommended: Some(recommended), allowed: allowed.pods(), reason }
    }

    /// The capacity of a Windows node shows how many addresses the VPC resource controller gives its pods.
    /// The facts of the type are needed only if the capacity does not show it.
    ///
    /// Source: [`pkg/provider/ip`][1] of the VPC resource controller.
    ///
    /// [1]: https://github.com/aws/amazon-vpc-resource-controller-k8s/tree/master/pkg/provider/ip
    fn judge_windows(&mut self, node: &Node, settings: &Settings) -> Judgement {
        let host_network_pods = settings.host_network_pods();
        let Some(addresses) = node.windows_addresses.number().filter(|&addresses| addresses > 0) else {
            let known = node.instance_type.as_deref().and_then(|name| self.look_up(name));
            let (verdict, reason) =
                of_number(&node.pods, |_| (Verdict::Over, Some(Reason::NoWindowsAddresses)));
            let recommended = known.map(|known| max_pods(&known.facts, settings).recommended);
            return Judgement { verdict, recommended, allowed: Some(host_network_pods), reason };
        };
        let allowed = addresses.saturating_add(host_network_pods);
        let recommended = allowed.min(windows_ceiling(settings).0);
        let (verdict, reason) = of_number(&node.pods, |pods| match pods {
            pods if pods > allowed => (Verdict::Ok, Some(Reason::WindowsPending)),
            pods => within_network(pods, recommended, || None),
        });
        Judgement { verdict, recommended: Some(recommended), allowed: Some(allowed), reason }
    }

    /// The warnings about the types of the nodes judged so far, with the names of the types, in family then size
    /// order (nano … metal).
    pub fn warnings(&self) -> impl Iterator<Item = (&str, &Warning)> {
        let mut known: Vec<_> = self.types.values().flatten().collect();
        known.sort_by(|a, b| compare_names(&a.facts.name, &b.facts.name));
        let mut seen = HashSet::new();
        known
            .into_iter()
            .flat_map(|known| known.warnings.iter().map(|warning| (known.facts.name.as_str(), warning)))
            // If nodes spell one type in several ways, the map has it more than once.
            .filter(move |warning| seen.insert(*warning))
    }

    fn look_up(&mut self, name: &str) -> Option<&mut Known> {
        if !self.types.contains_key(name) {
            let known = self.catalog.get(name).map(|facts| Known { facts, warnings: Vec::new() });
            self.types.insert(name.into(), known);
        }
        self.types.get_mut(name)?.as_mut()
    }
}

/// The verdict on the node's number of pods, or on the lack of a number.
fn of_number(
    pods: &Quantity,
    verdict: impl FnOnce(u64) -> (Verdict, Option<Reason>),
) -> (Verdict, Option<Reason>) {
    match pods {
        Quantity::Number(pods) => verdict(*pods),
        Quantity::Missing => (Verdict::Unknown, Some(Reason::NoPods)),
        Quantity::Nonsense(text) => (Verdict::Unknown, Some(Reason::PodsNotNumber(String::clone(text)))),
    }
}

/// The verdict on a number of pods that the network has addresses for.
fn within_network(
    pods: u64,
    recommended: u64,
    other: impl FnOnce() -> Option<OtherSettings>,
) -> (Verdict, Option<Reason>) {
    match pods.cmp(&recommended) {
        Ordering::Less => (Verdict::Under, Some(Reason::Unused(other()))),
        Ordering::Equal => (Verdict::Ok, None),
        Ordering::Greater => (Verdict::Ok, Some(Reason::AboveRecommended)),
    }
}

impl OtherSettings {
    /// The settings with which this number of pods would be the recommended one. The fewest changes are
    /// tried first.
    fn fitting(
        pods: u64,
        instance_type: &InstanceType,
        settings: &Settings,
        cluster: &ClusterSettings,
    ) -> Option<Self> {
        let custom_networking = !settings.cni.custom_networking;
        let prefix_delegation = !settings.cni.prefix_delegation;
        let others = [
            Self::CustomNetworking(custom_networking),
            Self::PrefixDelegation(prefix_delegation),
            Self::Both { prefix_delegation, custom_networking },
        ];
        others
            .into_iter()
            .find(|other| cluster.limits(instance_type, &other.applied_to(settings)).recommended == pods)
    }

    fn applied_to(self, settings: &Settings) -> Settings {
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
