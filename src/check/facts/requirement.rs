//! Karpenter's requirements: which instance types a `NodePool` accepts.
//!
//! Source: `computeRequirements` of Karpenter's AWS provider ([`pkg/providers/instancetype/types.go`][1])
//! derives the labels of a type; the operators are those of `NodePool`s.
//!
//! [1]: https://github.com/aws/karpenter-provider-aws/blob/main/pkg/providers/instancetype/types.go

use std::rc::Rc;

use crate::InstanceType;
use crate::check::tree::Tree;
use crate::instance_type::split_name;

/// A requirement of a `NodePool`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Requirement {
    pub key: String,
    operator: String,
    values: Vec<String>,
}

/// The effect of a key on the choice of instance types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bearing {
    /// It chooses among instance types, and is evaluated here.
    Evaluated,
    /// It does not bear on the instance type.
    None,
    /// It may choose among instance types, and is not evaluated here.
    Open,
}

impl Requirement {
    /// Reads a list of requirements.
    pub fn list(requirements: Option<&Rc<Tree>>) -> Vec<Self> {
        let requirements = requirements.map_or(&[][..], |list| list.items()).iter().filter_map(|tree| {
            let text = |key| tree.get(key).and_then(|value| value.text());
            Some(Self {
                key: text("key")?.to_owned(),
                operator: text("operator").unwrap_or("In").to_owned(),
                values: tree
                    .get("values")
                    .map_or_else(Vec::new, |values| values.texts().map(Into::into).collect()),
            })
        });
        requirements.collect()
    }

    /// The requirements that a `Provisioner` has by default, beside those that are given: x86, and the families c, m
    /// and r from their third generation on.
    ///
    /// Source: `SetDefaults` in `pkg/apis/v1alpha5/provisioner.go` of Karpenter's AWS provider, v0.29.
    pub fn defaults(given: &[Self]) -> Vec<Self> {
        let has = |key: &str| given.iter().any(|requirement| requirement.key == key);
        let new = |key: &str, operator: &str, values: &[&str]| Self {
            key: key.into(),
            operator: operator.into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let mut defaults = Vec::new();
        if !has("kubernetes.io/arch") {
            defaults.push(new("kubernetes.io/arch", "In", &["amd64"]));
        }
        let choices = ["instance-family", "instance-category", "instance-generation"];
        let chosen = choices.iter().any(|key| has(&format!("karpenter.k8s.aws/{key}")));
        if !chosen && !has("node.kubernetes.io/instance-type") {
            defaults.push(new("karpenter.k8s.aws/instance-category", "In", &["c", "m", "r"]));
            defaults.push(new("karpenter.k8s.aws/instance-generation", "Gt", &["2"]));
        }
        defaults
    }

    /// Reads labels, which require their value. Labels of people's own choose no instance type.
    pub fn labels(labels: Option<&Rc<Tree>>) -> Vec<Self> {
        let labels = labels.map_or(&[][..], |map| map.entries()).iter().filter_map(|entry| {
            let values = vec![entry.value.text()?.to_owned()];
            Some(Self { key: entry.key.clone(), operator: "In".into(), values })
        });
        labels.filter(|label| label.bearing() == Bearing::Evaluated).collect()
    }

    /// The instance types that the requirement names.
    pub fn named_types(&self) -> &[String] {
        let by_name = matches!(
            self.key.as_str(),
            "node.kubernetes.io/instance-type" | "beta.kubernetes.io/instance-type"
        );
        if by_name && self.operator == "In" { &self.values } else { &[] }
    }

    /// The effect of the key on the choice of instance types.
    pub fn bearing(&self) -> Bearing {
        match self.key.as_str() {
            "node.kubernetes.io/instance-type"
            | "beta.kubernetes.io/instance-type"
            | "kubernetes.io/arch"
            | "beta.kubernetes.io/arch"
            | "karpenter.k8s.aws/instance-family"
            | "karpenter.k8s.aws/instance-size"
            | "karpenter.k8s.aws/instance-category"
            | "karpenter.k8s.aws/instance-generation"
            | "karpenter.k8s.aws/instance-cpu"
            | "karpenter.k8s.aws/instance-memory"
            | "karpenter.k8s.aws/instance-hypervisor" => Bearing::Evaluated,
            "karpenter.sh/capacity-type"
            | "karpenter.sh/nodepool"
            | "kubernetes.io/os"
            | "beta.kubernetes.io/os"
            | "topology.kubernetes.io/zone"
            | "topology.kubernetes.io/region"
            | "topology.k8s.aws/zone-id"
            | "failure-domain.beta.kubernetes.io/zone"
            | "failure-domain.beta.kubernetes.io/region" => Bearing::None,
            _ => Bearing::Open,
        }
    }

    /// True if it asks for Windows nodes, and only those.
    pub fn is_windows(&self) -> bool {
        let os = matches!(self.key.as_str(), "kubernetes.io/os" | "beta.kubernetes.io/os");
        os && self.operator == "In"
            && self.values.iter().all(|value| value == "windows")
            && !self.values.is_empty()
    }

    /// True if an instance type meets it. A key that is not evaluated is met.
    pub fn accepts(&self, instance_type: &InstanceType) -> bool {
        let label = match self.bearing() {
            Bearing::Evaluated => label(&self.key, instance_type),
            _ => return true,
        };
        let number = |text: &str| text.parse::<i64>().ok();
        let bound = || self.values.first().and_then(|value| number(value));
        let compare = |holds: fn(i64, i64) -> bool| {
            label.iter().any(
                |value| matches!((number(value), bound()), (Some(value), Some(bound)) if holds(value, bound)),
            )
        };
        match self.operator.as_str() {
            "In" => label.iter().any(|value| self.values.contains(value)),
            "NotIn" => !label.iter().any(|value| self.values.contains(value)),
            "Exists" => !label.is_empty(),
            "DoesNotExist" => label.is_empty(),
            "Gt" => compare(|value, bound| value > bound),
            "Lt" => compare(|value, bound| value < bound),
            "Gte" => compare(|value, bound| value >= bound),
            "Lte" => compare(|value, bound| value <= bound),
            // Karpenter refuses other operators, and would then start no node.
            _ => true,
        }
    }
}

/// True if Karpenter knows the type at all. It asks EC2 for types with an architecture that Kubernetes has a name for.
///
/// Source: `UpdateInstanceTypes` in `pkg/providers/instancetype/instancetype.go` of Karpenter's AWS provider.
pub(crate) fn is_offered(instance_type: &InstanceType) -> bool {
    instance_type.architectures.is_empty() || !architecture(instance_type).is_empty()
}

/// The values that Karpenter gives an instance type for a label: none where the type does not have it.
fn label(key: &str, instance_type: &InstanceType) -> Vec<String> {
    let (family, size) = split_name(&instance_type.name);
    let one = |value: &str| if value.is_empty() { Vec::new() } else { vec![value.to_owned()] };
    match key.rsplit('/').next().unwrap_or(key) {
        "instance-type" => one(&instance_type.name),
        "arch" => one(architecture(instance_type)),
        "instance-family" => one(family),
        "instance-size" => one(size),
        "instance-category" => {
            category(family).map(|(category, _)| category.to_owned()).into_iter().collect()
        }
        "instance-generation" => {
            category(family).map(|(_, generation)| generation.to_owned()).into_iter().collect()
        }
        "instance-cpu" => instance_type.vcpus.map(|vcpus| vcpus.to_string()).into_iter().collect(),
        "instance-memory" => instance_type.memory_mib.map(|mib| mib.to_string()).into_iter().collect(),
        // A bare-metal type has the label too, with an empty value.
        "instance-hypervisor" => vec![instance_type.hypervisor.clone().unwrap_or_default()],
        _ => Vec::new(),
    }
}

/// Category and generation in the name of a family: `m` and `5` of `m5`, `u` and `6` of `u-6tb1`'s size-less
/// form. Karpenter's pattern is `(^[a-z]+)(\-[0-9]+tb)?([0-9]+).*\.`
fn category(family: &str) -> Option<(&str, &str)> {
    let letters = family.find(|c: char| !c.is_ascii_lowercase())?;
    let (category, rest) = family.split_at(letters);
    let after_size = rest.strip_prefix('-').and_then(|rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix("tb")
    });
    let rest = after_size.unwrap_or(rest);
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let generation = rest.get(..digits).filter(|digits| !digits.is_empty())?;
    (!category.is_empty()).then_some((category, generation))
}

/// The architecture as Kubernetes names it; empty where it is not known. Karpenter takes the first that it
/// knows of those that a type supports.
fn architecture(instance_type: &InstanceType) -> &'static str {
    let known = instance_type.architectures.iter().find_map(|architecture| match architecture.as_str() {
        "x86_64" => Some("amd64"),
        "arm64" => Some("arm64"),
        _ => None,
    });
    known.unwrap_or_default()
}
