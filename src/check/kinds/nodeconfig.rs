//! nodeadm's `NodeConfig`.
//!
//! Source: nodeadm's API `node.eks.aws/v1alpha1` and [`internal/api/merge.go`][1]: of several documents,
//! the last one that sets a field wins, `flags` are appended, and the kubelet's flags beat its
//! configuration.
//!
//! [1]: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/api/merge.go

use std::rc::Rc;

use super::group::{Amount, Declared, Kubelet};
use super::kubelet_flags;
use super::node::Node;
use super::source::{Source, Spot};

/// The kubelet's settings in one or more `NodeConfig`s.
#[derive(Debug, Clone, Default)]
pub(super) struct NodeConfig {
    config: Kubelet,
    /// In a struct of its own, since flags of any document beat the configuration of all.
    flags: Kubelet,
}

impl NodeConfig {
    /// True if the document is a `NodeConfig`.
    pub fn is(node: &Node) -> bool {
        let text = |key| node.get(key).and_then(|value| value.text());
        text("kind") == Some("NodeConfig")
            && text("apiVersion").is_some_and(|version| version.starts_with("node.eks.aws/"))
    }

    /// Reads the document.
    pub fn read(source: &Rc<Source>, node: &Node) -> Self {
        let Some(kubelet) = node.at(&["spec", "kubelet"]) else { return Self::default() };
        let mut config =
            kubelet.get("config").map(|config| kubelet_config(source, config)).unwrap_or_default();
        config.expression = kubelet.get("maxPodsExpression").and_then(|expression| {
            let value = expression.text().filter(|text| !text.is_empty())?.to_owned();
            Some(Declared { value, spot: Spot::new(source, expression.mark) })
        });
        let flags = kubelet.get("flags").map_or(&[][..], |flags| flags.items());
        let flags = flags.iter().filter_map(|flag| Some((flag.text()?, Spot::new(source, flag.mark))));
        // One item may hold a flag and its value, or several flags.
        let flags: Vec<_> = flags.collect();
        let words = flags.iter().flat_map(|(text, spot)| kubelet_flags::split(text, spot));
        Self { config, flags: kubelet_flags::read(words) }
    }

    /// Merges a document that comes later.
    pub fn merge(&mut self, later: Self) {
        self.config.merge(later.config);
        self.flags.merge(later.flags);
    }

    /// The settings that the kubelet gets.
    pub fn kubelet(self) -> Kubelet {
        let Self { mut config, flags } = self;
        config.merge(flags);
        config
    }
}

/// The settings in a `KubeletConfiguration`, or in the part of one that another document holds.
pub(super) fn kubelet_config(source: &Rc<Source>, config: &Node) -> Kubelet {
    let reserved = config.get("kubeReserved");
    Kubelet {
        max_pods: config.get("maxPods").map(|node| Amount::declared(source, node)),
        expression: None,
        reserved: reserved.map(|node| Spot::new(source, node.mark)),
        reserved_memory: reserved.and_then(|reserved| reserved_memory(source, reserved)),
    }
}

/// The memory of a `kubeReserved`.
pub(super) fn reserved_memory(source: &Rc<Source>, reserved: &Node) -> Option<Declared<String>> {
    let memory = reserved.get("memory")?;
    Some(Declared { value: memory.text()?.to_owned(), spot: Spot::new(source, memory.mark) })
}
