//! Karpenter's `EC2NodeClass`es, and the `NodePool`s that name them.
//!
//! Source: Karpenter's AWS provider: `pkg/providers/amifamily/resolver.go` always hands the node a number of
//! its own, so that one in `userData` has no effect (except with `amiFamily: Custom`); `pods` in
//! `pkg/providers/instancetype/types.go` takes the lower of `maxPods` and `podsPerCore` × vCPUs.

use std::rc::Rc;

use super::finding::{Draft, Rule};
use super::group::{Amount, Declared, Group, Kubelet, Reader, Types};
use super::node::Node;
use super::nodeconfig;
use super::requirement::Requirement;
use super::source::{Source, Spot};
use super::user_data::{self, Unreadable};
use crate::Os;
use crate::text::Shortened;

/// The objects of all files: an `EC2NodeClass` and its `NodePool`s may stand in different ones.
#[derive(Default)]
pub(super) struct Karpenter {
    classes: Vec<NodeClass>,
    pools: Vec<NodePool>,
}

struct NodeClass {
    name: String,
    source: Rc<Source>,
    node: Rc<Node>,
}

struct NodePool {
    name: String,
    class: String,
    requirements: Vec<Requirement>,
}

impl Karpenter {
    /// Keeps the document if it is Karpenter's.
    pub fn take(&mut self, source: &Rc<Source>, node: &Rc<Node>) -> bool {
        let text = |path: &[&str]| node.at(path).and_then(|value| value.text()).unwrap_or("");
        let name = text(&["metadata", "name"]).to_owned();
        match (text(&["apiVersion"]), text(&["kind"])) {
            ("karpenter.k8s.aws/v1", "EC2NodeClass") => {
                self.classes.push(NodeClass { name, source: Rc::clone(source), node: Rc::clone(node) });
            }
            ("karpenter.sh/v1", "NodePool") => {
                let reference = |key| text(&["spec", "template", "spec", "nodeClassRef", key]);
                // EKS Auto Mode has NodePools too, which name a class of its own kind.
                if matches!(reference("group"), "" | "karpenter.k8s.aws")
                    && matches!(reference("kind"), "" | "EC2NodeClass")
                {
                    let class = reference("name").to_owned();
                    self.pools.push(NodePool { name, class, requirements: Requirement::read(node) });
                }
            }
            _ => return false,
        }
        true
    }

    /// The node groups: one for each `NodePool` of an `EC2NodeClass`, or one for a class without any.
    ///
    /// # Errors
    /// The texts within the documents that are malformed.
    pub fn groups(&self) -> (Vec<Group>, Vec<Unreadable>) {
        let mut groups = Vec::new();
        let mut unreadable = Vec::new();
        for class in &self.classes {
            let pools: Vec<_> = self.pools.iter().filter(|pool| pool.class == class.name).collect();
            // The faults of the class itself are told once.
            let first = pools.first().copied();
            match class.groups(first, true) {
                Ok(found) => groups.extend(found),
                Err(error) => unreadable.push(error),
            }
            for pool in pools.iter().skip(1) {
                groups.extend(class.groups(Some(pool), false).unwrap_or_default());
            }
        }
        (groups, unreadable)
    }
}

impl NodeClass {
    /// The groups of nodes that this class makes for a pool. `first` says whether what is wrong with the
    /// class itself is to be told.
    fn groups(&self, pool: Option<&NodePool>, first: bool) -> Result<Vec<Group>, Unreadable> {
        let mut groups = vec![self.own_group()];
        groups.extend(self.user_data(first)?);
        for group in &mut groups {
            match pool {
                Some(pool) => {
                    group.name = Some(format!("NodePool '{}'", Shortened(&pool.name)));
                    group.types = Types::Selected(pool.requirements.clone());
                    if self.is_windows() || pool.requirements.iter().any(Requirement::is_windows) {
                        group.os = Os::Windows;
                    }
                }
                None => {
                    group.types = Types::Unknown("no NodePool in these files names this EC2NodeClass");
                }
            }
        }
        groups.retain(|group| !group.kubelet.is_empty() || !group.drafts.is_empty());
        Ok(groups)
    }

    /// The group with the settings of `spec.kubelet`.
    fn own_group(&self) -> Group {
        let Some(node) = self.node.at(&["spec", "kubelet"]) else {
            return Group::new(Reader::Karpenter, Kubelet::default());
        };
        let mut kubelet = nodeconfig::kubelet_config(&self.source, node);
        // A text is an expression here, also one that holds nothing but a number.
        kubelet.max_pods = None;
        if let Some(node) = node.get("maxPods") {
            let max_pods = Amount::declared(&self.source, node);
            match (max_pods.value, node.text()) {
                (Amount::Refused(_), Some(text)) if !text.starts_with('-') => {
                    kubelet.expression = Some(Declared { value: text.into(), spot: max_pods.spot });
                }
                (Amount::Later(text), _) if is_expression(&text) => {
                    kubelet.expression = Some(Declared { value: text, spot: max_pods.spot });
                }
                (value, _) => kubelet.max_pods = Some(Declared { value, spot: max_pods.spot }),
            }
        }
        let mut group = Group::new(Reader::Karpenter, kubelet);
        group.pods_per_core = node
            .get("podsPerCore")
            .and_then(|cores| crate::text::yaml_integer(cores.text()?))
            .and_then(|cores| u64::try_from(cores).ok())
            // 0 switches it off, and Bottlerocket does not have it.
            .filter(|&cores| cores > 0 && !self.is_family("bottlerocket"));
        group
    }

    /// The groups of the user data. Karpenter overrides their numbers, except with custom AMIs.
    fn user_data(&self, first: bool) -> Result<Vec<Group>, Unreadable> {
        let Some(node) = self.node.at(&["spec", "userData"]) else { return Ok(Vec::new()) };
        let mut groups = user_data::read_value(&self.source, node)?.groups;
        if self.is_family("custom") {
            return Ok(groups);
        }
        for group in &mut groups {
            if group.drop_in {
                continue;
            }
            let max_pods = group.kubelet.max_pods.take();
            let expression = group.kubelet.expression.take();
            // Karpenter's own arguments of bootstrap.sh come after these.
            group.drafts.clear();
            let spot =
                max_pods.as_ref().map(|found| &found.spot).or(expression.as_ref().map(|found| &found.spot));
            if let Some(spot) = spot.filter(|_| first) {
                group.drafts.push(ignored(spot, max_pods.as_ref()));
            }
        }
        Ok(groups)
    }

    fn is_windows(&self) -> bool {
        self.is_family("windows")
    }

    /// True if the nodes run an AMI family whose name starts so, in lower case.
    fn is_family(&self, prefix: &str) -> bool {
        let family = self.node.at(&["spec", "amiFamily"]).and_then(|family| family.text());
        let terms = self.node.at(&["spec", "amiSelectorTerms"]).map_or(&[][..], |terms| terms.items());
        let aliases = terms.iter().filter_map(|term| term.get("alias")?.text());
        family.into_iter().chain(aliases).any(|name| name.to_ascii_lowercase().starts_with(prefix))
    }
}

/// True if a text with braces or the like is an expression, rather than something to fill in.
fn is_expression(text: &str) -> bool {
    !text.contains("${") && !text.contains("{{") && !text.starts_with('<')
}

fn ignored(spot: &Spot, max_pods: Option<&Declared<Amount>>) -> Draft {
    let message = "Karpenter sets the number of pods itself: nothing reads the one in userData";
    let help = match max_pods.map(|found| &found.value) {
        Some(Amount::Number(number)) => {
            format!("write it in the EC2NodeClass: spec.kubelet.maxPods: {number}")
        }
        _ => "write it in the EC2NodeClass: spec.kubelet.maxPods".into(),
    };
    Draft::new(Rule::NumberIgnored, spot, message).help(help)
}
