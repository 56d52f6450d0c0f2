//! The variables that nodeadm and Karpenter give an expression, and the results that they take.

use std::fmt;

use super::error::Fault;
use super::value::{Type, Value};
use crate::InstanceType;
use crate::formula::classic_pods;
use crate::formula::{HOST_NETWORK_PODS, MOST_PODS};

/// The program that evaluates an expression, and its release.
///
/// Sources: nodeadm's [`internal/kubelet/eni_max_pods.go`][1], and `pkg/cel` of [Karpenter's AWS
/// provider][2]. Both use cel-go's standard environment, which does not compare numbers of
/// different types.
///
/// [1]: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/eni_max_pods.go
/// [2]: https://github.com/aws/karpenter-provider-aws
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// `maxPodsExpression` of nodeadm's `NodeConfig` on AL2023, in AMIs up to v20260724. cel-go is
    /// 0.29.2 there.
    #[default]
    Nodeadm,
    /// `maxPodsExpression` in AMIs newer than v20260724, which declare two more variables.
    NodeadmNext,
    /// `maxPods` of Karpenter's `EC2NodeClass`, in releases newer than 1.14. cel-go is 0.31.0 there.
    Karpenter,
}

impl Dialect {
    /// All dialects, the default first.
    pub const ALL: [Self; 3] = [Self::Nodeadm, Self::NodeadmNext, Self::Karpenter];

    /// `nodeadm`, `nodeadm-next` or `karpenter`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nodeadm => "nodeadm",
            Self::NodeadmNext => "nodeadm-next",
            Self::Karpenter => "karpenter",
        }
    }

    /// The variables that an expression may use.
    #[must_use]
    pub fn variables(self) -> &'static [Variable] {
        match self {
            Self::Nodeadm => &[Variable::DefaultEnis, Variable::IpsPerEni, Variable::MaxPods],
            Self::NodeadmNext => &[
                Variable::DefaultEnis,
                Variable::IpsPerEni,
                Variable::MaxPods,
                Variable::Vcpus,
                Variable::PhysicalMemoryMib,
            ],
            Self::Karpenter => &[
                Variable::DefaultEnis,
                Variable::IpsPerEni,
                Variable::MaxPods,
                Variable::Vcpus,
                Variable::MemoryMib,
                Variable::InstanceType,
            ],
        }
    }

    /// The value of a variable for an instance type; `None` if the fact is not known of the type.
    #[must_use]
    pub fn value(self, variable: Variable, instance_type: &InstanceType) -> Option<Value> {
        let from_nodeadms_table = matches!(variable, Variable::Vcpus | Variable::PhysicalMemoryMib);
        if self == Self::NodeadmNext && from_nodeadms_table && is_unknown_to_nodeadm(&instance_type.name) {
            return Some(Value::Int(0));
        }
        let number = match variable {
            Variable::DefaultEnis => instance_type.enis.into(),
            Variable::IpsPerEni => instance_type.ipv4_per_eni.into(),
            Variable::MaxPods => classic_pods(instance_type),
            Variable::Vcpus => instance_type.vcpus?.into(),
            Variable::MemoryMib | Variable::PhysicalMemoryMib => instance_type.memory_mib?,
            Variable::InstanceType => return Some(Value::String(instance_type.name.clone())),
        };
        i64::try_from(number).ok().map(Value::Int)
    }

    /// True if a comparison with NaN is false. It was an error before cel-go 0.30.
    pub(super) fn orders_nan(self) -> bool {
        self == Self::Karpenter
    }

    /// True if a result may have this type.
    pub(super) fn takes(self, kind: Type) -> bool {
        match self {
            Self::Nodeadm | Self::NodeadmNext => kind != Type::Bool,
            Self::Karpenter => matches!(kind, Type::Int | Type::Double),
        }
    }

    /// The types that a result may have, in words.
    pub(super) fn taken(self) -> &'static str {
        match self {
            Self::Nodeadm | Self::NodeadmNext => "an int, a uint, a double or a string that holds an integer",
            Self::Karpenter => "an int or a double",
        }
    }

    /// The number of pods that a result means.
    pub(super) fn max_pods(self, result: &Value) -> Result<u64, Fault> {
        let number = result.to_int().map_err(|problem| format!("the result {problem}"))?;
        let least = match self {
            Self::Nodeadm | Self::NodeadmNext => 1,
            Self::Karpenter => 0,
        };
        match u64::try_from(number) {
            Ok(pods) if (least..=MOST_PODS).contains(&pods) => Ok(pods),
            _ => Err(format!("the result is {number}; {self} takes {least} to {MOST_PODS}").into()),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Types whose vCPUs and memory nodeadm's own table does not have, so that it counts them as 0.
fn is_unknown_to_nodeadm(instance_type: &str) -> bool {
    matches!(instance_type, "cr1.8xlarge" | "hs1.8xlarge" | "c5a.metal" | "c5ad.metal" | "bmn-sf1.metal")
}

/// A fact of the instance type that an expression may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Variable {
    /// `default_enis`: the number of ENIs that the default network card takes.
    DefaultEnis,
    /// `ips_per_eni`: the number of IPv4 addresses on one ENI, its own included.
    IpsPerEni,
    /// `max_pods`: ENIs × (IPv4 addresses per ENI − 1) + 2, uncapped. Karpenter's own may be
    /// lower, because it takes account of its reserved ENIs, EFA-only interfaces and `podsPerCore`.
    MaxPods,
    /// `vcpus`: the number of vCPUs.
    Vcpus,
    /// `memory_mib`: the memory in MiB, under Karpenter's name for it.
    MemoryMib,
    /// `physical_memory_mib`: the memory in MiB, under nodeadm's name for it.
    PhysicalMemoryMib,
    /// `instance_type`: the name of the type, such as `m5.large`.
    InstanceType,
}

impl Variable {
    /// The name that expressions use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DefaultEnis => "default_enis",
            Self::IpsPerEni => "ips_per_eni",
            Self::MaxPods => "max_pods",
            Self::Vcpus => "vcpus",
            Self::MemoryMib => "memory_mib",
            Self::PhysicalMemoryMib => "physical_memory_mib",
            Self::InstanceType => "instance_type",
        }
    }

    /// The formula of a variable that is computed from the others, in names and with the figures of this type.
    #[must_use]
    pub fn formula(self, instance_type: &InstanceType) -> Option<String> {
        (self == Self::MaxPods).then(|| {
            format!(
                "default_enis * (ips_per_eni - 1) + {HOST_NETWORK_PODS}: {} * ({} - 1) + {HOST_NETWORK_PODS}",
                instance_type.enis, instance_type.ipv4_per_eni
            )
        })
    }

    pub(super) fn kind(self) -> Type {
        if self == Self::InstanceType { Type::String } else { Type::Int }
    }
}
