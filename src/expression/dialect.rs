//! What nodeadm and Karpenter each give an expression, and what they take back.

use std::fmt;

use super::convert;
use super::error::Fault;
use super::value::{Type, Value};
use crate::{InstanceType, Settings, max_pods};

/// Who evaluates the expression on the day.
///
/// Sources: nodeadm's [`internal/kubelet/eni_max_pods.go`][1], Karpenter's `pkg/cel` of the [AWS
/// provider][2]. Both use cel-go's standard environment, which does not compare numbers of
/// different types.
///
/// [1]: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/eni_max_pods.go
/// [2]: https://github.com/aws/karpenter-provider-aws
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// `maxPodsExpression` of nodeadm's `NodeConfig` (AL2023).
    #[default]
    Nodeadm,
    /// `maxPods` of Karpenter's `EC2NodeClass`.
    Karpenter,
}

impl Dialect {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Nodeadm, Self::Karpenter];

    /// `nodeadm` or `karpenter`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nodeadm => "nodeadm",
            Self::Karpenter => "karpenter",
        }
    }

    /// The variables that an expression may use.
    #[must_use]
    pub fn variables(self) -> &'static [Variable] {
        const ALL: [Variable; 6] = [
            Variable::DefaultEnis,
            Variable::IpsPerEni,
            Variable::MaxPods,
            Variable::Vcpus,
            Variable::MemoryMib,
            Variable::InstanceType,
        ];
        match self {
            Self::Nodeadm => &ALL[..3],
            Self::Karpenter => &ALL,
        }
    }

    /// Whether a result may have this type.
    pub(super) fn takes(self, kind: Type) -> bool {
        match self {
            Self::Nodeadm => kind != Type::Bool,
            Self::Karpenter => matches!(kind, Type::Int | Type::Double),
        }
    }

    /// The types that a result may have, in words.
    pub(super) fn taken(self) -> &'static str {
        match self {
            Self::Nodeadm => "an int, a uint, a double or a string that holds an integer",
            Self::Karpenter => "an int or a double",
        }
    }

    /// The number of pods that a result means.
    pub(super) fn max_pods(self, result: &Value) -> Result<u64, Fault> {
        let number =
            convert::to_int(result).map_err(|problem| Fault::whole(format!("the result {problem}")))?;
        let least = match self {
            Self::Nodeadm => 1,
            Self::Karpenter => 0,
        };
        match u64::try_from(number) {
            Ok(pods) if (least..=MOST_PODS).contains(&pods) => Ok(pods),
            _ => Err(Fault::whole(format!("the result is {number}; {self} takes {least} to {MOST_PODS}"))),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The kubelet counts pods in 32 bits.
const MOST_PODS: u64 = i32::MAX as u64;

/// What an expression may know of the instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Variable {
    /// `default_enis`: most ENIs on the default network card.
    DefaultEnis,
    /// `ips_per_eni`: IPv4 addresses on one ENI, its own included.
    IpsPerEni,
    /// `max_pods`: ENIs × (IPv4 addresses per ENI − 1) + 2, uncapped. Karpenter's own may be lower: it
    /// takes account of its reserved ENIs, EFA-only interfaces and `podsPerCore`.
    MaxPods,
    /// `vcpus`.
    Vcpus,
    /// `memory_mib`.
    MemoryMib,
    /// `instance_type`: its name.
    InstanceType,
}

impl Variable {
    /// What an expression calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DefaultEnis => "default_enis",
            Self::IpsPerEni => "ips_per_eni",
            Self::MaxPods => "max_pods",
            Self::Vcpus => "vcpus",
            Self::MemoryMib => "memory_mib",
            Self::InstanceType => "instance_type",
        }
    }

    pub(super) fn kind(self) -> Type {
        if self == Self::InstanceType { Type::String } else { Type::Int }
    }

    /// Its value for an instance type; `None` where that is not known of the type.
    #[must_use]
    pub fn value(self, instance_type: &InstanceType) -> Option<Value> {
        let number = match self {
            Self::DefaultEnis => instance_type.enis.into(),
            Self::IpsPerEni => instance_type.ipv4_per_eni.into(),
            Self::MaxPods => max_pods(instance_type, &Settings::default()).allowed,
            Self::Vcpus => instance_type.vcpus?.into(),
            Self::MemoryMib => instance_type.memory_mib?,
            Self::InstanceType => return Some(Value::String(instance_type.name.clone())),
        };
        i64::try_from(number).ok().map(Value::Int)
    }
}
