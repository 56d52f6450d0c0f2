//! Karpenter's classes of nodes, and the pools that name them, in the versions of their API from `v1alpha5` on.
//!
//! Source: Karpenter's AWS provider. `pkg/providers/amifamily/resolver.go` always hands the node a number of pods, and
//! `pkg/providers/amifamily/bootstrap` merges it with `userData`; `pods` in `pkg/providers/instancetype/types.go` takes
//! the lower of `maxPods` and `podsPerCore` × vCPUs.

mod pool;
mod user_data;

use std::rc::Rc;

use super::nodeconfig;
use crate::Os;
use crate::check::facts::{
    Amount, Cause, Declared, Facts, Ignored, Kubelet, NodeClass, NodeGroup, NumberReader, Remark, is_template,
};
use crate::check::reading::Reading;
use crate::check::source::{Source, Spot};
use crate::check::tree::Tree;
use crate::text::yaml_integer;

/// True if the object is one of Karpenter's.
pub(super) fn is(api_version: &str, kind: &str) -> bool {
    let class =
        api_version.starts_with("karpenter.k8s.aws/") && matches!(kind, "EC2NodeClass" | "AWSNodeTemplate");
    let pool = api_version.starts_with("karpenter.sh/") && matches!(kind, "NodePool" | "Provisioner");
    class || pool
}

/// Reads the object.
pub(super) fn read(reading: &Reading, source: &Rc<Source>, tree: &Rc<Tree>) -> Facts {
    let mut facts = match text(tree, &["kind"]) {
        "EC2NodeClass" => class(reading, source, tree, "EC2NodeClass"),
        "AWSNodeTemplate" => class(reading, source, tree, "AWSNodeTemplate"),
        _ => pool::read(source, tree),
    };
    facts.documents += 1;
    facts
}

fn text<'t>(tree: &'t Tree, path: &[&str]) -> &'t str {
    tree.at(path).and_then(|value| value.text()).unwrap_or("")
}

/// The families of AMIs that differ in how Karpenter merges user data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Bottlerocket,
    Windows,
    /// The user data is all that the node gets.
    Custom,
    Other,
}

/// The family of a class: its `amiFamily`, or that of the alias that selects its AMI.
fn family(class: &Tree) -> Family {
    let terms = class.at(&["spec", "amiSelectorTerms"]).map_or(&[][..], |terms| terms.items());
    let alias = || terms.iter().find_map(|term| term.get("alias")?.text());
    let name = class.at(&["spec", "amiFamily"]).and_then(|family| family.text()).or_else(alias).unwrap_or("");
    let name = name.to_ascii_lowercase();
    match name.split('@').next().unwrap_or("") {
        "bottlerocket" => Family::Bottlerocket,
        "custom" => Family::Custom,
        name if name.starts_with("windows") => Family::Windows,
        // An AMI that is chosen by its id or by its name has no family of its own.
        "" if !terms.is_empty() => Family::Custom,
        _ => Family::Other,
    }
}

fn class(reading: &Reading, source: &Rc<Source>, tree: &Rc<Tree>, kind: &'static str) -> Facts {
    let family = family(tree);
    let mut facts = Facts::default();
    let mut own = own_group(source, tree, family, Spot::new(source, tree.mark));
    if let Some(number) = tree.at(&["spec", "maxPods"]) {
        let found = Amount::declared(source, number);
        own.remarks.push(Remark::number(found, Cause::Ignored(Ignored::ClassOutsideKubelet)));
    }
    let number = own.kubelet.max_pods.as_ref().and_then(|found| found.value.number());
    let mut groups = vec![own];
    if let Some(user_data_tree) = tree.at(&["spec", "userData"]) {
        let data = super::user_data::read_value(reading, source, user_data_tree);
        facts.malformed.extend(data.malformed.iter().cloned());
        facts.remarks.extend(data.remarks.iter().cloned());
        let found = data.groups.iter().cloned();
        groups.extend(found.filter_map(|group| user_data::in_class(group, family, number)));
    }
    for group in &mut groups {
        group.bottlerocket = family == Family::Bottlerocket;
        if family == Family::Windows {
            group.os = Os::Windows;
        }
    }
    groups.retain(|group| !group.is_empty());
    let name = text(tree, &["metadata", "name"]).to_owned();
    facts.classes.push(NodeClass { name, kind, groups });
    facts
}

/// The group with the settings of `spec.kubelet`.
fn own_group(source: &Rc<Source>, class: &Tree, family: Family, spot: Spot) -> NodeGroup {
    let Some(tree) = class.at(&["spec", "kubelet"]) else {
        return NodeGroup::new(NumberReader::Karpenter, Kubelet::default(), spot);
    };
    let mut group = NodeGroup::new(NumberReader::Karpenter, kubelet(source, tree), spot);
    // Bottlerocket does not have it.
    group.pods_per_core = pods_per_core(tree).filter(|_| family != Family::Bottlerocket);
    group
}

/// `podsPerCore`; 0 switches it off.
fn pods_per_core(kubelet: &Tree) -> Option<u64> {
    let cores = yaml_integer(kubelet.get("podsPerCore")?.text()?)?;
    u64::try_from(cores).ok().filter(|&cores| cores > 0)
}

/// The kubelet's settings as Karpenter reads them: a text is an expression, also one that holds nothing but a number.
fn kubelet(source: &Rc<Source>, tree: &Tree) -> Kubelet {
    let mut kubelet = nodeconfig::kubelet_config(source, tree);
    kubelet.max_pods = None;
    let Some(number) = tree.get("maxPods") else { return kubelet };
    let found = Amount::declared(source, number);
    // `-2 + max_pods` is an expression as well, and a number below 0 is none.
    let text = number.scalar().filter(|scalar| scalar.is_text || yaml_integer(&scalar.text).is_none());
    let is_placeholder = |text: &str| text.starts_with('<') || is_template(text);
    match (found.value, text) {
        (Amount::Refused(_) | Amount::Later(_), Some(scalar)) if !is_placeholder(&scalar.text) => {
            kubelet.expression = Some(Declared { value: Rc::clone(&scalar.text), spot: found.spot });
        }
        (value, _) => kubelet.max_pods = Some(Declared { value, spot: found.spot }),
    }
    kubelet
}
