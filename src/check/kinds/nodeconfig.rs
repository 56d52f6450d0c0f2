//! nodeadm's `NodeConfig`.
//!
//! Source: nodeadm's API `node.eks.aws/v1alpha1` and [`internal/api/merge.go`][1]: of several documents,
//! the last one that sets a field wins, `flags` are appended, and the kubelet's flags beat its
//! configuration. [`internal/kubelet/config.go`][2]: nodeadm hands `config` to the kubelet as it is written, in
//! a file that comes after its own. The kubelet puts its own 110 in the place of a 0.
//!
//! [1]: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/api/merge.go
//! [2]: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go

use std::rc::Rc;

use super::kubelet_flags;
use crate::check::facts::{
    Amount, Cause, Declared, Facts, Ignored, KUBELET_DEFAULT, Kubelet, NodeGroup, NotJudged, NumberReader,
    NumberSetting, Remark, beginning,
};
use crate::check::reading::Reading;
use crate::check::source::{Source, Spot};
use crate::check::tree::Tree;

/// The settings in one or more `NodeConfig`s.
#[derive(Debug, Clone)]
pub(crate) struct NodeConfig {
    /// The place of the first document.
    spot: Spot,
    config: Kubelet,
    /// In a struct of its own, since flags of any document beat the configuration of all.
    flags: Kubelet,
    remarks: Vec<Remark>,
    /// The IP family of the cluster's services, which is that of its pods.
    ipv6: Option<bool>,
    /// The settings of a hybrid node.
    hybrid: Option<Spot>,
}

/// Places of a number that nodeadm does not read, and where a line that is indented too little puts it. nodeadm decodes
/// a document with the decoder of Kubernetes that passes over fields it does not know.
const OUTSIDE: [&[&str]; 7] = [
    &["spec", "kubelet", "maxPods"],
    &["spec", "config", "maxPods"],
    &["spec", "maxPods"],
    &["kubelet", "config", "maxPods"],
    &["kubelet", "maxPods"],
    &["config", "maxPods"],
    &["maxPods"],
];

/// True if an object of this kind is a `NodeConfig`.
pub(super) fn is_kind(api_version: &str, kind: &str) -> bool {
    kind == "NodeConfig" && api_version.starts_with("node.eks.aws/")
}

/// Reads a `NodeConfig` that stands alone.
pub(super) fn facts(_: &Reading, source: &Rc<Source>, tree: &Rc<Tree>) -> Facts {
    let group = read(source, tree).group();
    let groups = Some(group).filter(|group| !group.is_empty()).into_iter().collect();
    Facts { groups, documents: 1, ..Facts::default() }
}

/// True if the document is a `NodeConfig`.
pub(crate) fn is(tree: &Tree) -> bool {
    let text = |key| tree.get(key).and_then(|value| value.text());
    text("kind") == Some("NodeConfig")
        && text("apiVersion").is_some_and(|version| version.starts_with("node.eks.aws/"))
}

/// Reads the document.
pub(crate) fn read(source: &Rc<Source>, tree: &Tree) -> NodeConfig {
    let spot = |tree: &Tree| Spot::new(source, tree.mark);
    let spec = tree.get("spec");
    let kubelet = tree.at(&["spec", "kubelet"]);
    let kubelet = |key| kubelet.and_then(|kubelet| kubelet.get(key));
    let mut config = kubelet("config").map(|config| kubelet_config(source, config)).unwrap_or_default();
    config.expression = kubelet("maxPodsExpression").and_then(|expression| {
        let text = &expression.scalar().filter(|scalar| !scalar.text.is_empty())?.text;
        Some(Declared { value: Rc::clone(text), spot: spot(expression) })
    });
    let outside = OUTSIDE.iter().filter_map(|path| Some(Amount::declared(source, tree.at(path)?)));
    let outside =
        outside.map(|number| Remark::number(number, Cause::Ignored(Ignored::NodeConfigOutsideConfig)));
    let flags = kubelet("flags").map_or(&[][..], |flags| flags.items());
    let flags: Vec<_> = flags.iter().filter_map(|flag| Some((flag.text()?, spot(flag)))).collect();
    // One item may hold a flag and its value, or several flags.
    let words = flags.iter().flat_map(|(text, spot)| kubelet_flags::split(text, spot));
    let cidr = tree.at(&["spec", "cluster", "cidr"]).and_then(|cidr| cidr.text());
    NodeConfig {
        spot: spot(tree),
        config,
        flags: kubelet_flags::read(words),
        remarks: outside.collect(),
        ipv6: cidr
            .and_then(|cidr| cidr.parse::<ipnet::IpNet>().ok())
            .map(|cidr| matches!(cidr, ipnet::IpNet::V6(_))),
        hybrid: spec.and_then(|spec| spec.get("hybrid")).map(|hybrid| spot(hybrid)),
    }
}

impl NodeConfig {
    /// Merges a document that comes later.
    pub fn merge(&mut self, later: Self) {
        self.config.merge(later.config);
        self.flags.merge(later.flags);
        self.remarks.extend(later.remarks);
        self.ipv6 = later.ipv6.or(self.ipv6);
        self.hybrid = later.hybrid.or(self.hybrid.take());
    }

    /// True if something in it gives a number of pods.
    pub fn has_number(&self) -> bool {
        self.config.max_pods.is_some() || self.flags.max_pods.is_some()
    }

    /// The number of pods that the kubelet gets.
    pub fn max_pods(self) -> Option<Declared<Amount>> {
        self.flags.max_pods.or(self.config.max_pods)
    }

    /// The group of nodes that gets these settings.
    pub fn group(self) -> NodeGroup {
        let Self { spot, mut config, flags, remarks, ipv6, hybrid } = self;
        config.merge(flags);
        if let Some(number) = &mut config.max_pods
            && number.value == Amount::Number(0)
        {
            number.value = Amount::Number(KUBELET_DEFAULT);
            config.from = NumberSetting::KubeletDefault;
        }
        let mut group = NodeGroup::new(NumberReader::Nodeadm, config, spot);
        group.remarks = remarks;
        group.ipv6 = ipv6;
        if let Some(hybrid) = hybrid
            && !group.is_empty()
        {
            group.kubelet = Kubelet::default();
            group.remarks = vec![Remark::at(&hybrid, Cause::NotJudged(NotJudged::Hybrid))];
        }
        group
    }
}

/// The settings in a `KubeletConfiguration`, or in the part of one that another document holds.
pub(crate) fn kubelet_config(source: &Rc<Source>, config: &Tree) -> Kubelet {
    let reserved = config.get("kubeReserved");
    Kubelet {
        max_pods: config.get("maxPods").map(|number| Amount::declared(source, number)),
        from: NumberSetting::Config,
        expression: None,
        reserved: reserved.map(|reserved| Spot::new(source, reserved.mark)),
        reserved_memory: reserved.and_then(|reserved| reserved_memory(source, reserved)),
    }
}

/// The memory of a `kubeReserved`.
pub(crate) fn reserved_memory(source: &Rc<Source>, reserved: &Tree) -> Option<Declared<String>> {
    let memory = reserved.get("memory")?;
    Some(Declared { value: beginning(memory.text()?).to_owned(), spot: Spot::new(source, memory.mark) })
}
