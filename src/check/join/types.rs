//! The instance types of a group, each with its limits.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::key::GroupKey;
use super::network::{ClusterCni, ClusterNetwork};
use crate::check::assumed::Assumed;
use crate::check::facts::{Bearing, NodeGroup, NodePool, Requirement, Types, is_offered};
use crate::cni::WarmTargets;
use crate::formula::Trunk;
use crate::{Allowed, Catalog, InstanceType, KubeReserved, Limits, Os, Settings};

/// The sets of types that are kept, because other groups may have the same.
const MOST_KEPT: usize = 64;

/// Every type of the table, and what was worked out of them so far.
pub(crate) struct TypeTable<'a> {
    catalog: &'a Catalog,
    /// In family then size order. Most files need a few types only, so the whole table is read when a pool chooses from
    /// it.
    types: OnceCell<Vec<Rc<InstanceType>>>,
    /// The types that meet a requirement, by the requirement.
    accepted: RefCell<HashMap<Requirement, Rc<[bool]>>>,
    /// Every type with its limits, by the settings that decide them.
    limits: RefCell<HashMap<GroupSettings, Rc<[Rc<TypeLimits>]>>>,
    /// Sets of types with their limits, by everything that decides them.
    kept: RefCell<HashMap<GroupKey, Rc<GroupTypes>>>,
    /// Lists of names, which many findings share.
    lists: RefCell<HashSet<Rc<[Rc<str>]>>>,
    /// The names of types, which many findings share.
    names: RefCell<HashSet<Rc<str>>>,
}

/// The instance types of a group with their limits.
#[derive(Debug)]
pub(crate) struct GroupTypes {
    /// In family then size order, without repetitions. It is empty if nothing is known of any type of the group.
    pub types: Vec<Rc<TypeLimits>>,
    /// Keys of requirements that are not evaluated. If there are any, the group may have only some of `types`.
    pub open: Vec<String>,
    /// The names of types that are not in the table.
    pub unknown: Vec<Rc<str>>,
    /// True if the CNI uses prefixes; `None` if nothing says it.
    pub prefixes: Option<bool>,
    /// True if addresses set no limit here: another CNI, or several settings that may be meant.
    pub unlimited: bool,
}

/// An instance type with its limits.
#[derive(Debug)]
pub(crate) struct TypeLimits {
    pub facts: Rc<InstanceType>,
    /// The name, which many findings share.
    pub name: Rc<str>,
    /// The number of pods by secondary IP addresses, which is nodeadm's standard number.
    pub classic: u64,
    /// The limits with the CNI as it is known to be, or as it is by default.
    pub limits: Limits,
    /// The most pods that the network can allow. If it is not known whether prefixes are on, they count as on.
    pub most: Allowed,
    /// The number that prefixes would allow, if this type and this CNI had them.
    pub with_prefixes: Allowed,
    /// The number of further branch ENIs that a node of this type can have, for pods with security groups of their own.
    /// It is 0 where these are not switched on.
    pub branch_enis: u64,
}

impl TypeLimits {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of pods that the network allows with the CNI as it is known to be, in figures.
    pub fn allowed(&self) -> Option<u64> {
        match self.limits.allowed {
            Allowed::Pods(pods) => Some(pods),
            Allowed::Unlimited => None,
        }
    }

    pub fn recommended(&self) -> u64 {
        self.limits.recommended
    }
}

impl GroupTypes {
    /// `may be` where the types may be fewer than these, else `is`, or the like.
    pub fn verb<'v>(&self, is: &'v str, may_be: &'v str) -> &'v str {
        if self.open.is_empty() { is } else { may_be }
    }

    /// The number that holds for all types.
    pub fn lowest_recommended(&self) -> Option<u64> {
        self.types.iter().map(|one| one.recommended()).min()
    }

    pub fn lowest_allowed(&self) -> Option<u64> {
        self.types.iter().filter_map(|one| one.allowed()).min()
    }
}

impl<'a> TypeTable<'a> {
    pub fn new(catalog: &'a Catalog) -> Self {
        let lists = RefCell::default();
        let (accepted, limits, kept) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self { catalog, types: OnceCell::new(), accepted, limits, kept, lists, names: RefCell::default() }
    }

    /// Every type of the table.
    pub fn all(&self) -> impl Iterator<Item = &InstanceType> {
        self.types().iter().map(Rc::as_ref)
    }

    fn types(&self) -> &[Rc<InstanceType>] {
        self.types.get_or_init(|| self.catalog.types().into_iter().map(Rc::new).collect())
    }

    /// The name of a type, shared where it is one of the table.
    pub fn name(&self, name: &str) -> Rc<str> {
        let mut names = self.names.borrow_mut();
        if let Some(known) = names.get(name) {
            return Rc::clone(known);
        }
        let name: Rc<str> = name.into();
        names.insert(Rc::clone(&name));
        name
    }

    /// A list of names, shared with the findings that have the same.
    pub fn shared(&self, names: Vec<Rc<str>>) -> Rc<[Rc<str>]> {
        let mut lists = self.lists.borrow_mut();
        if let Some(known) = lists.get(names.as_slice()) {
            return Rc::clone(known);
        }
        let names: Rc<[Rc<str>]> = names.into();
        lists.insert(Rc::clone(&names));
        names
    }

    /// The types of a group with their limits; `None` where no file and no caller names any.
    pub fn candidates(
        &self,
        group: &NodeGroup,
        network: &ClusterNetwork,
        assumed: &Assumed,
    ) -> Option<Rc<GroupTypes>> {
        let settings = settings(group, network, assumed);
        let key = GroupKey::new(group, settings.clone(), assumed);
        if let Some(kept) = self.kept.borrow().get(&key) {
            return Some(Rc::clone(kept));
        }
        let with_limits = |types: Vec<Rc<InstanceType>>| -> Vec<_> {
            let mut types: Vec<_> =
                types.into_iter().map(|facts| Rc::new(settings.candidate(facts))).collect();
            types.sort_by(|a, b| crate::instance_type::compare_names(&a.name, &b.name));
            types.dedup_by(|a, b| a.name == b.name);
            types
        };
        let (types, open, unknown) = match &group.types {
            Types::Named(names) => {
                let (types, unknown) = self.named(names);
                (with_limits(types), Vec::new(), unknown)
            }
            Types::Pools(pools) => {
                let (chosen, open, unknown) = self.selected(pools);
                let all = self.with_limits(&settings);
                let types = all.iter().zip(chosen).filter(|(one, chosen)| *chosen && places_pods(group, one));
                (types.map(|(one, _)| Rc::clone(one)).collect(), open, unknown)
            }
            Types::Unknown(_) | Types::NoPool | Types::Ambiguous(_) => {
                if assumed.instance_types.is_empty() {
                    return None;
                }
                let given = assumed.instance_types.iter().cloned().map(Rc::new).collect();
                (with_limits(given), Vec::new(), Vec::new())
            }
        };
        let prefixes = settings.says_prefixes.then_some(settings.settings.cni.prefix_delegation);
        let candidates = GroupTypes { types, open, unknown, prefixes, unlimited: settings.unlimited };
        let candidates = Rc::new(candidates);
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key, Rc::clone(&candidates));
        Some(candidates)
    }

    /// Every type of the table with its limits.
    fn with_limits(&self, settings: &GroupSettings) -> Rc<[Rc<TypeLimits>]> {
        let mut limits = self.limits.borrow_mut();
        if limits.len() >= MOST_KEPT {
            limits.clear();
        }
        let all = || self.types().iter().map(|facts| Rc::new(settings.candidate(Rc::clone(facts)))).collect();
        Rc::clone(limits.entry(settings.clone()).or_insert_with(all))
    }

    fn named(&self, names: &[String]) -> (Vec<Rc<InstanceType>>, Vec<Rc<str>>) {
        let mut types = Vec::new();
        let mut unknown = Vec::new();
        for name in names {
            match self.catalog.get(name) {
                Some(facts) => types.push(Rc::new(facts)),
                None => unknown.push(name.as_str().into()),
            }
        }
        unknown.sort();
        unknown.dedup();
        (types, unknown)
    }

    /// The types that one of the pools accepts, the keys that are not evaluated here, and the names of types that are
    /// not in the table.
    fn selected(&self, pools: &[Rc<NodePool>]) -> (Vec<bool>, Vec<String>, Vec<Rc<str>>) {
        let mut chosen = vec![false; self.types().len()];
        let mut certain = vec![false; self.types().len()];
        let mut open = Vec::new();
        let mut unknown = Vec::new();
        for pool in pools {
            let mut accepted: Vec<bool> = self.types().iter().map(|facts| is_offered(facts)).collect();
            let mut is_open = false;
            for requirement in &pool.requirements {
                match requirement.bearing() {
                    Bearing::Evaluated => {
                        // No other requirement brings a type back.
                        if accepted.contains(&true) {
                            let of_one = self.accepted(requirement);
                            accepted.iter_mut().zip(of_one.iter()).for_each(|(all, one)| *all &= one);
                        }
                        let names = requirement.named_types().iter();
                        unknown.extend(
                            names
                                .filter(|name| self.catalog.get(name).is_none())
                                .map(|name| Rc::from(name.as_str())),
                        );
                    }
                    Bearing::Open => {
                        is_open = true;
                        open.push(requirement.key.clone());
                    }
                    Bearing::None => {}
                }
            }
            for (at, accepted) in accepted.into_iter().enumerate() {
                chosen[at] |= accepted;
                certain[at] |= accepted && !is_open;
            }
        }
        // Where another pool asks for the same types without such a key, nothing is open.
        if chosen == certain {
            open.clear();
        }
        open.sort();
        open.dedup();
        unknown.sort();
        unknown.dedup();
        (chosen, open, unknown)
    }

    /// For each type of the table, true if it meets a requirement. Many pools have the same requirement.
    fn accepted(&self, requirement: &Requirement) -> Rc<[bool]> {
        if let Some(accepted) = self.accepted.borrow().get(requirement) {
            return Rc::clone(accepted);
        }
        let accepted: Rc<[bool]> = self.types().iter().map(|facts| requirement.accepts(facts)).collect();
        let mut all = self.accepted.borrow_mut();
        if all.len() >= MOST_KEPT * MOST_KEPT {
            all.clear();
        }
        all.insert(requirement.clone(), Rc::clone(&accepted));
        accepted
    }
}

/// The settings that decide the limits of a group's types.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct GroupSettings {
    settings: Settings,
    warm_targets: WarmTargets,
    /// True if it is known whether the CNI uses prefixes.
    says_prefixes: bool,
    /// True if addresses are no limit: another CNI, or several that may be meant.
    unlimited: bool,
}

fn settings(group: &NodeGroup, network: &ClusterNetwork, assumed: &Assumed) -> GroupSettings {
    let mut settings = assumed.settings.clone();
    let mut warm_targets = assumed.warm_targets;
    let mut says_prefixes = assumed.says_prefixes;
    // The aws-node DaemonSet does not run on Windows nodes, so its switch for prefixes is not theirs.
    if let (ClusterCni::Vpc(values), Os::Linux) = (&network.cni, group.os) {
        settings.cni = values.settings.clone();
        warm_targets = values.warm_targets;
        says_prefixes = values.says_prefixes || assumed.says_prefixes;
        if !values.says_prefixes {
            settings.cni.prefix_delegation |= assumed.settings.cni.prefix_delegation;
        }
    }
    settings.os = group.os;
    settings.cni.ipv6 = network.ipv6 || settings.cni.ipv6;
    if network.version.is_some() {
        settings.cni.version.clone_from(&network.version);
    }
    let unlimited = match network.cni {
        ClusterCni::Other | ClusterCni::Ambiguous(_) => true,
        ClusterCni::Vpc(_) => false,
        ClusterCni::Unknown => assumed.other_cni == Some(true),
    };
    GroupSettings { settings, warm_targets, says_prefixes, unlimited }
}

impl GroupSettings {
    fn candidate(&self, facts: Rc<InstanceType>) -> TypeLimits {
        let limits = Limits::new(&facts, &self.settings, &self.warm_targets);
        let with_prefixes = Limits::with_prefixes(&facts, &self.settings, &self.warm_targets).allowed;
        // The VPC CNI uses prefixes on bare metal too, where EC2 reports no hypervisor for the formula to go by.
        let can_have_prefixes = (facts.is_nitro() || facts.bare_metal)
            && self.settings.cni.version.as_ref().is_none_or(crate::cni::CniVersion::has_prefix_delegation);
        let may_have_prefixes =
            can_have_prefixes && (self.settings.cni.prefix_delegation || !self.says_prefixes);
        let most = match (self.unlimited, may_have_prefixes) {
            (true, _) => Allowed::Unlimited,
            (false, true) => limits.allowed.max(with_prefixes),
            (false, false) => limits.allowed,
        };
        let branch_enis =
            limits.breakdown.trunk.filter(|trunk| trunk.enis() > 0).and_then(Trunk::branch_enis);
        let branch_enis =
            u64::from(branch_enis.unwrap_or(0)).saturating_sub(limits.breakdown.branch_eni_pods);
        let classic = Limits::new(&facts, &Settings::default(), &WarmTargets::default()).allowed.pods();
        let name = facts.name.as_str().into();
        let classic = classic.unwrap_or_default();
        TypeLimits { facts, name, classic, limits, most, with_prefixes, branch_enis }
    }
}

/// True unless Karpenter could never place a pod on a node of this type, because the node's reserve takes all of its
/// memory: Karpenter then never chooses the type.
///
/// Source: `memory`, `kubeReservedResources` and `evictionThreshold` of Karpenter's AWS provider
/// (`pkg/providers/instancetype/types.go`), with its default of 7.5% for the memory that the hypervisor takes. The
/// reserve is that of the number of addresses, and on Bottlerocket and Windows that of `maxPods`.
fn places_pods(group: &NodeGroup, candidate: &TypeLimits) -> bool {
    const EVICTION_MIB: u64 = 100;
    let facts = &candidate.facts;
    let (Types::Pools(_), Some(memory)) = (&group.types, facts.memory_mib) else { return true };
    let memory = memory - (memory * 75).div_ceil(1000).min(memory);
    let number = group.kubelet.max_pods.as_ref().and_then(|found| found.value.number());
    let by_number = group.os == Os::Windows || group.bottlerocket;
    let pods = match number {
        Some(number) if by_number => number,
        _ => candidate.classic,
    };
    let reserved = match &group.kubelet.reserved_memory {
        Some(memory) => crate::quantity::mebibytes(&memory.value).unwrap_or(0),
        None => KubeReserved::new(pods, None).memory_mib,
    };
    reserved.saturating_add(EVICTION_MIB) < memory
}
