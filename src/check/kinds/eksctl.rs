//! eksctl's `ClusterConfig`.
//!
//! Source: eksctl's `pkg/apis/eksctl.io/v1alpha5/validation.go` for what it refuses, and `pkg/nodebootstrap` for what it
//! makes of the number: a `NodeConfig` on Amazon Linux 2023 (`al2023.go` puts `kubeletExtraConfig` first, then
//! `maxPodsPerNode`, then `overrideBootstrapCommand`, and the last one wins), a setting on Bottlerocket
//! (`managed_bottlerocket.go`), and an argument of the kubelet elsewhere.

use std::collections::HashSet;
use std::rc::Rc;

use super::network::{self, VPC_CNI};
use super::{nodeconfig, user_data};
use crate::Os;
use crate::check::facts::{
    Amount, Cause, Declared, DeclaredCni, DeclaredNetwork, Facts, Ignored, Kubelet, NetworkBy, NodeGroup,
    NumberReader, NumberSetting, Overridden, Remark, Types, beginning, is_template,
};
use crate::check::reading::Reading;
use crate::check::source::{Source, Spot};
use crate::check::tree::Tree;
use crate::text::Shortened;

/// The type that eksctl takes where a node group names none: its `DefaultNodeType`.
const DEFAULT_TYPE: &str = "m5.large";

/// The AMI family that eksctl takes where a node group names none.
const DEFAULT_FAMILY: &str = "AmazonLinux2023";

/// True if an object of this kind is a `ClusterConfig`.
pub(super) fn is(api_version: &str, kind: &str) -> bool {
    kind == "ClusterConfig" && api_version.starts_with("eksctl.io/")
}

/// Reads the node groups and the network of the cluster.
pub(super) fn read(reading: &Reading, source: &Rc<Source>, tree: &Rc<Tree>) -> Facts {
    let mut facts = Facts { documents: 1, ..Facts::default() };
    let network = Rc::new(network(reading, tree));
    for (key, managed) in [("managedNodeGroups", true), ("nodeGroups", false)] {
        // A group that an alias repeats is the same group at the same place.
        let mut known = HashSet::new();
        let groups = tree.get(key).map_or(&[][..], |list| list.items());
        for tree in groups.iter().filter(|group| known.insert(Rc::as_ptr(group))) {
            let reader = GroupReader::new(reading, source, tree, managed);
            for mut group in reader.read(&mut facts.malformed) {
                group.network = Some(Rc::clone(&network));
                group.cluster.clone_from(&network.cluster);
                group.name = Some(reader.name());
                group.types = reader.types();
                group.os = if reader.is_windows() { Os::Windows } else { Os::Linux };
                group.bottlerocket = reader.is_bottlerocket();
                facts.groups.push(group);
            }
        }
    }
    facts.networks.push((*network).clone());
    facts
}

/// The cluster's network, as the document declares it.
fn network(reading: &Reading, tree: &Tree) -> DeclaredNetwork {
    let text = |path: &[&str]| tree.at(path).and_then(|value| value.text());
    let family = text(&["kubernetesNetworkConfig", "ipFamily"]);
    let mut network = DeclaredNetwork {
        cluster: text(&["metadata", "name"]).filter(|name| !is_template(name)).map(Into::into),
        by: NetworkBy::Addon,
        version: None,
        cni: DeclaredCni::Nothing,
        // eksctl makes an IPv4 cluster where nothing is said.
        ipv6: Some(family.is_some_and(|family| family.eq_ignore_ascii_case("ipv6"))),
    };
    let addons = tree.get("addons").map_or(&[][..], |list| list.items());
    let name = |addon: &Tree| addon.get("name").and_then(|name| name.text()).map(str::to_ascii_lowercase);
    for addon in addons.iter().filter(|addon| name(addon).as_deref() == Some(VPC_CNI)) {
        let version = addon.get("version").and_then(|version| version.text());
        network.version = version.and_then(network::addon_version);
        if let Some(values) = addon.get("configurationValues") {
            network.cni = reading.addon_values(values, || network::addon_values(values));
        }
    }
    network
}

/// Reads one node group.
struct GroupReader<'a> {
    reading: &'a Reading,
    source: &'a Rc<Source>,
    tree: &'a Rc<Tree>,
    managed: bool,
    /// The AMI family, in lower case.
    family: String,
}

/// A number of a node group, and the key that it stands under.
struct KeyedNumber {
    key: &'static str,
    reader: NumberReader,
    kubelet: Kubelet,
}

impl<'a> GroupReader<'a> {
    fn new(reading: &'a Reading, source: &'a Rc<Source>, tree: &'a Rc<Tree>, managed: bool) -> Self {
        let family = tree.get("amiFamily").and_then(|family| family.text()).unwrap_or(DEFAULT_FAMILY);
        Self { reading, source, tree, managed, family: family.to_ascii_lowercase() }
    }

    fn name(&self) -> String {
        let name = self.tree.get("name").and_then(|name| name.text()).unwrap_or("");
        let kind = if self.managed { "managed node group" } else { "node group" };
        format!("{kind} '{}'", Shortened(name))
    }

    fn is_windows(&self) -> bool {
        self.family.starts_with("windows")
    }

    fn is_bottlerocket(&self) -> bool {
        self.family == "bottlerocket"
    }

    /// True if nodeadm configures the nodes.
    fn is_al2023(&self) -> bool {
        self.family == "amazonlinux2023"
    }

    fn has(&self, key: &str) -> bool {
        self.tree.get(key).is_some()
    }

    fn types(&self) -> Types {
        let mut names: Vec<String> = Vec::new();
        names.extend(
            self.tree.get("instanceType").and_then(|name| name.text()).map(|name| beginning(name).into()),
        );
        for path in [&["instanceTypes"][..], &["instancesDistribution", "instanceTypes"]] {
            names.extend(
                self.tree
                    .at(path)
                    .into_iter()
                    .flat_map(|list| list.texts())
                    .map(|name| beginning(name).into()),
            );
        }
        // Many groups may share a long list through an alias.
        let mut known = HashSet::new();
        names.retain(|name| name != "mixed" && known.insert(name.clone()));
        names.shrink_to_fit();
        if !names.is_empty() {
            Types::Named(names)
        } else if self.has("instanceSelector") {
            Types::Unknown("instanceSelector leaves the choice of instance types to eksctl")
        } else if self.has("launchTemplate") {
            Types::Unknown("the instance type is in a launch template")
        } else {
            Types::Named(vec![DEFAULT_TYPE.into()])
        }
    }

    /// The groups: one with the number in force, and others that a script of the group makes.
    fn read(&self, malformed: &mut Vec<crate::check::facts::Unreadable>) -> Vec<NodeGroup> {
        let mut remarks = Vec::new();
        let mut candidates = Vec::new();
        candidates.extend(self.extra_config(&mut remarks));
        candidates.extend(self.bottlerocket_settings(&mut remarks));
        candidates.extend(self.max_pods_per_node(&mut remarks));
        let mut others = Vec::new();
        let data = self.bootstrap_command(&mut remarks);
        malformed.extend(data.malformed.iter().cloned());
        remarks.extend(data.remarks.iter().cloned());
        for group in data.groups {
            if group.reader == NumberReader::Nodeadm && self.is_al2023() {
                remarks.extend(group.remarks);
                let (key, reader) = ("overrideBootstrapCommand", NumberReader::Nodeadm);
                candidates.push(KeyedNumber { key, reader, kubelet: group.kubelet });
            } else {
                others.push(group);
            }
        }
        let mut group = self.in_force(candidates, remarks);
        // A command that gives a number replaces the script that would read maxPodsPerNode.
        if others.iter().any(|other| other.kubelet.max_pods.is_some())
            && let Some(found) = group.kubelet.max_pods.take()
        {
            let cause = Cause::Overridden(Overridden::ByKey("overrideBootstrapCommand"));
            group.remarks.push(Remark::number(found, cause));
        }
        let is_contested =
            self.managed && self.is_al2023() && !self.has("ami") && !self.has("launchTemplate");
        if let Some(found) = group.kubelet.max_pods.as_ref().filter(|found| found.value.number().is_some())
            && is_contested
        {
            let remark = Remark::number(found.clone(), Cause::Overridden(Overridden::ManagedEksctl));
            group.remarks.push(remark);
        }
        others.insert(0, group);
        others.retain(|group| !group.is_empty());
        others
    }

    /// The group with the number that wins: the last one.
    fn in_force(&self, candidates: Vec<KeyedNumber>, mut remarks: Vec<Remark>) -> NodeGroup {
        let winner = candidates.iter().rfind(|one| one.kubelet.max_pods.is_some());
        let winner = winner.map(|one| (one.key, one.reader, one.kubelet.max_pods.clone()));
        let mut kubelet = Kubelet::default();
        for candidate in candidates {
            if let (Some((key, _, wins)), Some(found)) = (&winner, &candidate.kubelet.max_pods)
                && *key != candidate.key
                && wins.as_ref().is_some_and(|wins| wins.value != found.value)
            {
                remarks.push(Remark::number(found.clone(), Cause::Overridden(Overridden::ByKey(key))));
            }
            kubelet.merge(candidate.kubelet);
        }
        let default = if self.is_al2023() { NumberReader::Nodeadm } else { NumberReader::Bootstrap };
        let reader = winner.map_or(default, |(_, reader, _)| reader);
        let mut group = NodeGroup::new(reader, kubelet, Spot::new(self.source, self.tree.mark));
        group.remarks = remarks;
        group
    }

    /// `kubeletExtraConfig`, which self-managed groups on Linux take.
    fn extra_config(&self, remarks: &mut Vec<Remark>) -> Option<KeyedNumber> {
        let config = self.tree.get("kubeletExtraConfig")?;
        let kubelet = nodeconfig::kubelet_config(self.source, config);
        let refused = match () {
            () if self.managed => Some(Ignored::ExtraConfigInManaged),
            () if self.is_bottlerocket() => Some(Ignored::ExtraConfigOn("Bottlerocket")),
            () if self.is_windows() => Some(Ignored::ExtraConfigOn("Windows")),
            () => None,
        };
        let Some(refused) = refused else {
            return Some(KeyedNumber { key: "kubeletExtraConfig", reader: NumberReader::Kubelet, kubelet });
        };
        remarks.extend(kubelet.max_pods.map(|found| Remark::number(found, Cause::Ignored(refused))));
        None
    }

    /// `bottlerocket.settings.kubernetes`. In a managed group its `max-pods` is read.
    fn bottlerocket_settings(&self, remarks: &mut Vec<Remark>) -> Option<KeyedNumber> {
        let settings = self.tree.at(&["bottlerocket", "settings", "kubernetes"])?;
        let mut kubelet = Kubelet::default();
        if let Some(reserved) = settings.get("kube-reserved") {
            kubelet.reserved = Some(Spot::new(self.source, reserved.mark));
            kubelet.reserved_memory = nodeconfig::reserved_memory(self.source, reserved);
        }
        if let Some(number) = settings.get("max-pods") {
            let found = Amount::declared(self.source, number);
            if self.managed {
                kubelet.max_pods = Some(found);
            } else {
                remarks.push(Remark::number(found, Cause::Ignored(Ignored::BottlerocketInSelfManaged)));
            }
        }
        Some(KeyedNumber { key: "bottlerocket.settings", reader: NumberReader::Bottlerocket, kubelet })
    }

    /// `maxPodsPerNode`, where eksctl takes it.
    fn max_pods_per_node(&self, remarks: &mut Vec<Remark>) -> Option<KeyedNumber> {
        let found: Declared<Amount> = Amount::declared(self.source, self.tree.get("maxPodsPerNode")?);
        // 0 is Go's way to say that nothing was given.
        if found.value == Amount::Number(0) {
            return None;
        }
        if let Some(key) = ["ami", "launchTemplate"].into_iter().find(|key| self.managed && self.has(key)) {
            remarks.push(Remark::number(found, Cause::Ignored(Ignored::MaxPodsPerNodeBeside(key))));
            return None;
        }
        let kubelet = Kubelet { max_pods: Some(found), from: NumberSetting::Config, ..Kubelet::default() };
        let reader = NumberReader::Eksctl { nodeadm: self.is_al2023() };
        Some(KeyedNumber { key: "maxPodsPerNode", reader, kubelet })
    }

    /// `overrideBootstrapCommand`: a `NodeConfig` on Amazon Linux 2023, a script elsewhere.
    fn bootstrap_command(&self, remarks: &mut Vec<Remark>) -> Facts {
        // On Windows it is PowerShell.
        let command = self.tree.get("overrideBootstrapCommand").filter(|_| !self.is_windows());
        let Some(command) = command else { return Facts::default() };
        let data = user_data::read_value(self.reading, self.source, command);
        let refused = self.managed && (self.has("launchTemplate") || !self.has("ami") && !self.is_al2023());
        if refused {
            let numbers = data.groups.iter().filter_map(|group| group.kubelet.max_pods.clone());
            let cause = || Cause::Ignored(Ignored::OverrideBootstrapCommand);
            remarks.extend(numbers.map(|found| Remark::number(found, cause())));
            return Facts::default();
        }
        Facts {
            groups: data.groups.clone(),
            remarks: data.remarks.clone(),
            malformed: data.malformed.clone(),
            ..Facts::default()
        }
    }
}
