//! eksctl's `ClusterConfig`.
//!
//! Source: eksctl's `pkg/apis/eksctl.io/v1alpha5/validation.go` for what it refuses, and
//! `pkg/nodebootstrap` for what it makes of the number: a `NodeConfig` on Amazon Linux 2023, a setting on
//! Bottlerocket, an argument of the kubelet elsewhere.

use std::rc::Rc;

use super::addon::{self, VPC_CNI};
use super::finding::{Draft, Rule};
use super::group::{Amount, CniOverlay, CniSetting, Declared, Fate, Group, Kubelet, Reader, Types};
use super::node::Node;
use super::nodeconfig;
use super::source::{Source, Spot};
use super::user_data::{self, Unreadable};
use crate::Os;
use crate::text::Shortened;

/// The type that eksctl takes where a node group names none: its `DefaultNodeType`.
const DEFAULT_TYPE: &str = "m5.large";

/// The AMI family that eksctl takes where a node group names none.
const DEFAULT_FAMILY: &str = "AmazonLinux2023";

/// True if the document is a `ClusterConfig`.
pub(super) fn is(node: &Node) -> bool {
    let text = |key| node.get(key).and_then(|value| value.text());
    text("kind") == Some("ClusterConfig")
        && text("apiVersion").is_some_and(|version| version.starts_with("eksctl.io/"))
}

/// Reads the node groups.
///
/// # Errors
/// If a text within the document is malformed.
pub(super) fn read(source: &Rc<Source>, node: &Node) -> Result<Vec<Group>, Unreadable> {
    let cni = Rc::new(cni(node));
    let mut groups = Vec::new();
    for (key, managed) in [("managedNodeGroups", true), ("nodeGroups", false)] {
        for node in node.get(key).map_or(&[][..], |list| list.items()) {
            let reader = NodeGroup::new(source, node, managed);
            for mut group in reader.read()? {
                group.cni = Rc::clone(&cni);
                group.name = Some(reader.name());
                group.types = reader.types();
                group.os = if reader.is_windows() { Os::Windows } else { Os::Linux };
                groups.push(group);
            }
        }
    }
    Ok(groups)
}

/// The settings of the VPC CNI in the document.
fn cni(node: &Node) -> CniOverlay {
    let mut settings = Vec::new();
    let addons = node.get("addons").map_or(&[][..], |list| list.items());
    let name = |addon: &Node| addon.get("name").and_then(|name| name.text()).map(str::to_ascii_lowercase);
    for addon in addons.iter().filter(|addon| name(addon).as_deref() == Some(VPC_CNI)) {
        settings.extend(addon.get("version").and_then(|version| addon::version(version.text()?)));
        if let Some(values) = addon.get("configurationValues") {
            settings.extend(match values.text() {
                Some(text) => addon::configuration_values(text),
                None => addon::environment(values).into_iter().collect(),
            });
        }
    }
    let family = node.at(&["kubernetesNetworkConfig", "ipFamily"]).and_then(|family| family.text());
    if family.is_some_and(|family| family.eq_ignore_ascii_case("ipv6")) {
        settings.push(CniSetting::Ipv6(true));
    }
    CniOverlay { settings }
}

struct NodeGroup<'a> {
    source: &'a Rc<Source>,
    node: &'a Node,
    managed: bool,
    family: String,
}

impl<'a> NodeGroup<'a> {
    fn new(source: &'a Rc<Source>, node: &'a Node, managed: bool) -> Self {
        let family = node.get("amiFamily").and_then(|family| family.text()).unwrap_or(DEFAULT_FAMILY);
        Self { source, node, managed, family: family.to_ascii_lowercase() }
    }

    fn name(&self) -> String {
        let name = self.node.get("name").and_then(|name| name.text()).unwrap_or("");
        let kind = if self.managed { "managed node group" } else { "node group" };
        format!("{kind} '{}'", Shortened(name))
    }

    fn is_windows(&self) -> bool {
        self.family.starts_with("windows")
    }

    /// True if nodeadm configures the nodes.
    fn is_al2023(&self) -> bool {
        self.family == "amazonlinux2023"
    }

    fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }

    fn types(&self) -> Types {
        let mut names: Vec<String> = Vec::new();
        names.extend(self.node.get("instanceType").and_then(|name| name.text()).map(Into::into));
        for path in [&["instanceTypes"][..], &["instancesDistribution", "instanceTypes"]] {
            names.extend(self.node.at(path).into_iter().flat_map(|list| list.texts()).map(Into::into));
        }
        names.retain(|name| name != "mixed");
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

    /// The numbers of the node group.
    fn read(&self) -> Result<Vec<Group>, Unreadable> {
        let mut drafts = Vec::new();
        let mut config = self.extra_config(&mut drafts);
        let mut reader = if self.is_al2023() { Reader::Nodeadm } else { Reader::Bootstrap };
        self.bottlerocket(&mut config, &mut drafts);
        if let Some(max_pods) = self.max_pods_per_node(&mut drafts) {
            config.max_pods = Some(max_pods);
            reader = Reader::Eksctl { nodeadm: self.is_al2023() };
        }
        let mut others = self.bootstrap_command(&mut config, &mut reader, &mut drafts)?;
        let mut group = Group::new(reader, config);
        if self.managed && self.is_al2023() && !self.has("ami") {
            group.fate = Fate::Contested;
        }
        group.drafts = drafts;
        others.insert(0, group);
        others.retain(|group| !group.kubelet.is_empty() || !group.drafts.is_empty());
        Ok(others)
    }

    /// `kubeletExtraConfig`, which only self-managed groups take.
    fn extra_config(&self, drafts: &mut Vec<Draft>) -> Kubelet {
        let Some(config) = self.node.get("kubeletExtraConfig") else { return Kubelet::default() };
        let config = nodeconfig::kubelet_config(self.source, config);
        if !self.managed {
            return config;
        }
        if let Some(max_pods) = config.max_pods {
            let message = "eksctl refuses kubeletExtraConfig in a managed node group";
            let draft = Draft::new(Rule::NumberIgnored, &max_pods.spot, message);
            drafts.push(draft.help(instead("maxPodsPerNode", &max_pods)));
        }
        Kubelet::default()
    }

    /// `bottlerocket.settings.kubernetes`, where eksctl refuses the number.
    fn bottlerocket(&self, config: &mut Kubelet, drafts: &mut Vec<Draft>) {
        let Some(settings) = self.node.at(&["bottlerocket", "settings", "kubernetes"]) else { return };
        if let Some(node) = settings.get("max-pods") {
            let max_pods = Amount::declared(self.source, node);
            let message = "eksctl refuses max-pods in bottlerocket.settings.kubernetes";
            let draft = Draft::new(Rule::NumberIgnored, &max_pods.spot, message);
            drafts.push(draft.help(instead("maxPodsPerNode", &max_pods)));
        }
        if let Some(reserved) = settings.get("kube-reserved") {
            config.reserved = Some(Spot::new(self.source, reserved.mark));
            config.reserved_memory = nodeconfig::reserved_memory(self.source, reserved);
        }
    }

    /// `maxPodsPerNode`, where eksctl takes it.
    fn max_pods_per_node(&self, drafts: &mut Vec<Draft>) -> Option<Declared<Amount>> {
        let max_pods = Amount::declared(self.source, self.node.get("maxPodsPerNode")?);
        // 0 is Go's way to say that nothing was given.
        if max_pods.value == Amount::Number(0) {
            return None;
        }
        let refused = ["ami", "launchTemplate"].into_iter().find(|key| self.managed && self.has(key));
        let Some(beside) = refused else { return Some(max_pods) };
        let message = format!("eksctl refuses maxPodsPerNode beside {beside} in a managed node group");
        let draft = Draft::new(Rule::NumberIgnored, &max_pods.spot, message);
        drafts.push(draft.help(match beside {
            "ami" => "set the number in overrideBootstrapCommand, in a NodeConfig or for bootstrap.sh".into(),
            _ => instead("the user data of the launch template", &max_pods),
        }));
        None
    }

    /// `overrideBootstrapCommand`: a `NodeConfig` on Amazon Linux 2023, a script elsewhere.
    fn bootstrap_command(
        &self,
        config: &mut Kubelet,
        reader: &mut Reader,
        drafts: &mut Vec<Draft>,
    ) -> Result<Vec<Group>, Unreadable> {
        let Some(command) = self.node.get("overrideBootstrapCommand") else { return Ok(Vec::new()) };
        let mut groups = user_data::read_value(self.source, command)?.groups;
        let refused = self.managed && !self.has("ami") && !self.is_al2023();
        if self.managed && self.has("launchTemplate") || refused {
            for max_pods in groups.into_iter().filter_map(|group| group.kubelet.max_pods) {
                let message = "eksctl refuses overrideBootstrapCommand in this managed node group";
                let draft = Draft::new(Rule::NumberIgnored, &max_pods.spot, message);
                drafts.push(draft.help(instead("maxPodsPerNode", &max_pods)));
            }
            return Ok(Vec::new());
        }
        if self.is_al2023()
            && let Some(at) = groups.iter().position(|group| group.reader == Reader::Nodeadm)
        {
            let group = groups.remove(at);
            if group.kubelet.max_pods.is_some() {
                *reader = Reader::Nodeadm;
            }
            config.merge(group.kubelet);
        }
        Ok(groups)
    }
}

/// The place where the number belongs instead.
fn instead(place: &str, max_pods: &Declared<Amount>) -> String {
    match &max_pods.value {
        Amount::Number(number) if place == "maxPodsPerNode" => format!("write {place}: {number}"),
        _ => format!("set the number in {place}"),
    }
}
