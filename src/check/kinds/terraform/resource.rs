//! The resources of Terraform that are read, and their values. Plans, states and Terraform's own language give them
//! in the same shape: a nested block is a list of maps.

use std::rc::Rc;

use crate::check::facts::is_template;
use crate::check::source::{Source, Spot};
use crate::check::tree::{Content, Tree};
use crate::text::Shortened;

pub(super) const LAUNCH_TEMPLATE: &str = "aws_launch_template";
pub(super) const LAUNCH_CONFIGURATION: &str = "aws_launch_configuration";
pub(super) const NODE_GROUP: &str = "aws_eks_node_group";
pub(super) const AUTO_SCALING_GROUP: &str = "aws_autoscaling_group";
pub(super) const ADDON: &str = "aws_eks_addon";
pub(super) const CLUSTER: &str = "aws_eks_cluster";
pub(super) const KUBERNETES_MANIFEST: &str = "kubernetes_manifest";
pub(super) const KUBECTL_MANIFEST: &str = "kubectl_manifest";
pub(super) const HELM_RELEASE: &str = "helm_release";

/// The types of resources that are read.
pub(super) const TYPES: [&str; 9] = [
    LAUNCH_TEMPLATE,
    LAUNCH_CONFIGURATION,
    NODE_GROUP,
    AUTO_SCALING_GROUP,
    ADDON,
    CLUSTER,
    KUBERNETES_MANIFEST,
    KUBECTL_MANIFEST,
    HELM_RELEASE,
];

/// A resource of one of [`TYPES`], with its values.
#[derive(Debug)]
pub(super) struct Resource {
    /// Such as `module.eks.aws_launch_template.this["a"]`.
    pub address: String,
    /// The address of the module that it is in; empty for the root module.
    pub module: Rc<str>,
    pub kind: String,
    pub name: String,
    /// The key of `count` or `for_each`, as JSON.
    pub index: Option<String>,
    pub source: Rc<Source>,
    pub values: Rc<Tree>,
}

impl Resource {
    /// The text of a value. A template of Terraform's is none.
    pub fn text(&self, key: &str) -> Option<&str> {
        text(self.values.get(key)?)
    }

    /// True if a value, or a part of it, is not known here.
    pub fn is_computed(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| holds_computed(value))
    }

    /// The first nested block of a name.
    pub fn block(&self, key: &str) -> Option<&Rc<Tree>> {
        block(&self.values, key)
    }

    /// The place of the resource.
    pub fn spot(&self) -> Spot {
        Spot::new(&self.source, self.values.mark)
    }

    /// The address, for messages.
    pub fn shown(&self) -> String {
        Shortened(&self.address).to_string()
    }
}

/// The first nested block of a name, or a map where the language has an object.
pub(super) fn block<'t>(tree: &'t Tree, key: &str) -> Option<&'t Rc<Tree>> {
    let value = tree.get(key)?;
    match &value.content {
        Content::List(blocks) => blocks.first(),
        Content::Map(_) => Some(value),
        _ => None,
    }
}

/// The longest text of a name, and the largest value, that are looked at. Many resources may share one.
const LONGEST_NAME: usize = 1024;

/// The text of a value that is neither empty nor a template of Terraform's.
pub(super) fn text(tree: &Tree) -> Option<&str> {
    tree.text().filter(|text| !text.is_empty() && text.len() <= LONGEST_NAME && !is_template(text))
}

/// True if a value, or a part of it, is not known here.
pub(super) fn holds_computed(tree: &Tree) -> bool {
    match &tree.content {
        Content::Computed => true,
        Content::Scalar(scalar) => scalar.text.len() <= LONGEST_NAME && is_template(&scalar.text),
        Content::List(_) | Content::Map(_) if tree.size > LONGEST_NAME => true,
        Content::List(items) => items.iter().any(|item| holds_computed(item)),
        Content::Map(entries) => entries.iter().any(|entry| holds_computed(&entry.value)),
        Content::Null => false,
    }
}
