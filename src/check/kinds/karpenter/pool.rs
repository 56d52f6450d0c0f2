//! Karpenter's pools: `NodePool`s, and `Provisioner`s of the versions before them.

use std::rc::Rc;

use super::{kubelet, pods_per_core, text};
use crate::Os;
use crate::check::facts::{
    Amount, Cause, Facts, Ignored, NodeGroup, NodePool, NumberReader, Remark, Requirement, Types,
};
use crate::check::source::{Source, Spot};
use crate::check::tree::Tree;
use crate::text::Shortened;

/// Reads a `NodePool` or a `Provisioner`.
pub(super) fn read(source: &Rc<Source>, tree: &Rc<Tree>) -> Facts {
    let spot = Spot::new(source, tree.mark);
    let mut facts = Facts::default();
    let Some(pool) = pool(tree) else { return facts };
    // The number stood in the pool before version 1, and nothing reads it there since.
    let (path, is_read): (&[&str], bool) = match text(tree, &["apiVersion"]) {
        "karpenter.sh/v1alpha5" => (&["spec", "kubeletConfiguration"], true),
        "karpenter.sh/v1" => (&["spec", "template", "spec", "kubelet"], false),
        _ => (&["spec", "template", "spec", "kubelet"], true),
    };
    if let Some(settings) = tree.at(path) {
        if is_read {
            let kind = text(tree, &["kind"]);
            let mut group = NodeGroup::new(NumberReader::Karpenter, kubelet(source, settings), spot);
            group.name = Some(format!("{kind} '{}'", Shortened(&pool.name)));
            group.pods_per_core = pods_per_core(settings);
            group.os = if pool.is_windows() { Os::Windows } else { Os::Linux };
            group.types = Types::Pools([Rc::new(pool.clone())].into());
            facts.groups.extend(Some(group).filter(|group| !group.is_empty()));
        } else if let Some(number) = settings.get("maxPods") {
            let found = Amount::declared(source, number);
            facts.remarks.push(Remark::number(found, Cause::Ignored(Ignored::PoolKubelet)));
        }
    }
    facts.pools.push(pool);
    facts
}

/// The pool; `None` if its class is not one of EC2's: EKS Auto Mode has pools too, with a class of its own kind.
fn pool(tree: &Tree) -> Option<NodePool> {
    let name = text(tree, &["metadata", "name"]).to_owned();
    if text(tree, &["kind"]) == "Provisioner" {
        let mut requirements = Requirement::list(tree.at(&["spec", "requirements"]));
        requirements.extend(Requirement::labels(tree.at(&["spec", "labels"])));
        requirements.extend(Requirement::defaults(&requirements));
        let class = text(tree, &["spec", "providerRef", "name"]).to_owned();
        return Some(NodePool { name, class, class_kind: "AWSNodeTemplate", requirements });
    }
    let reference = |key| text(tree, &["spec", "template", "spec", "nodeClassRef", key]);
    if !matches!(reference("group"), "" | "karpenter.k8s.aws")
        || !matches!(reference("kind"), "" | "EC2NodeClass")
    {
        return None;
    }
    let mut requirements = Requirement::list(tree.at(&["spec", "template", "spec", "requirements"]));
    requirements.extend(Requirement::labels(tree.at(&["spec", "template", "metadata", "labels"])));
    Some(NodePool { name, class: reference("name").to_owned(), class_kind: "EC2NodeClass", requirements })
}

impl NodePool {
    /// True if its nodes run Windows.
    pub fn is_windows(&self) -> bool {
        self.requirements.iter().any(Requirement::is_windows)
    }
}
