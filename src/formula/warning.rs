//! Warnings about an answer of the rules.

use std::fmt;

use super::{CEILING, CEILING_VCPUS};
use crate::InstanceType;
use crate::text::Escaped;

/// A setting that has no effect on this node, or a fact about it that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// No ENI is left for pods: only host-network pods fit.
    NoEniForPods,
    /// Prefix delegation was asked for, but this version of the CNI is too old for it.
    CniTooOld(String),
    /// Prefix delegation was asked for, but the type runs on this hypervisor.
    NotNitro(String),
    /// Prefix delegation was asked for, but EC2 reports no hypervisor for a bare-metal type.
    BareMetal,
    /// Prefix delegation was asked for, but the hypervisor of the type is not known.
    UnknownHypervisor,
    /// The number of vCPUs, which decides the ceiling, is not known.
    UnknownVcpus,
    /// Security groups for pods are on, and this type cannot have a trunk ENI.
    NoTrunk,
    /// Security groups for pods are on, and it is not known if this type can have a trunk ENI.
    UnknownTrunk,
    /// Security groups for pods are on, and there is no room for a trunk ENI beside the primary ENI.
    NoRoomForTrunk,
    /// More pods with a branch ENI than the type has branch ENIs.
    TooManyBranchEniPods {
        /// The number of pods asked for.
        asked: u32,
        /// The number of branch ENIs.
        limit: u32,
    },
}

impl Warning {
    /// The reason why a type without the Nitro hypervisor gets no prefixes.
    pub(super) fn of_hypervisor(instance_type: &InstanceType) -> Self {
        match &instance_type.hypervisor {
            Some(other) => Self::NotNitro(other.clone()),
            None if instance_type.bare_metal => Self::BareMetal,
            None => Self::UnknownHypervisor,
        }
    }

    /// True if it says why prefixes are not used although they were asked for.
    #[must_use]
    pub fn is_against_prefixes(&self) -> bool {
        matches!(self, Self::CniTooOld(_) | Self::NotNitro(_) | Self::BareMetal | Self::UnknownHypervisor)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NOT_USED: &str = "prefix delegation is not used, secondary IPs are counted:";
        match self {
            Self::NoEniForPods => {
                f.write_str("no ENI is left for pods: only host-network pods fit on this node")
            }
            Self::CniTooOld(version) => {
                write!(f, "{NOT_USED} VPC CNI {} is older than 1.9", Escaped(version))
            }
            Self::NotNitro(hypervisor) => {
                write!(f, "{NOT_USED} the hypervisor is {}, not nitro", Escaped(hypervisor))
            }
            Self::BareMetal => {
                write!(
                    f,
                    "{NOT_USED} EC2 reports no hypervisor for a bare-metal type, and the rule requires nitro"
                )
            }
            Self::UnknownHypervisor => {
                write!(f, "{NOT_USED} the hypervisor of this type is not known, and the rule requires nitro")
            }
            Self::NoTrunk => f.write_str(
                "this type cannot have a trunk ENI: pods with security groups of their own cannot run there",
            ),
            Self::UnknownTrunk => f.write_str(
                "it is not known here if this type can have a trunk ENI: one ENI is left out for it, as the CNI does",
            ),
            Self::NoRoomForTrunk => f.write_str(
                "there is no room for a trunk ENI beside the primary ENI: pods with security groups of their own cannot run there",
            ),
            Self::TooManyBranchEniPods { asked, limit } => write!(
                f,
                "{asked} pods with a branch ENI are more than the {limit} branch ENIs of this type: {limit} are counted"
            ),
            Self::UnknownVcpus => write!(
                f,
                "the number of vCPUs of this type is not known: the ceiling is {CEILING}, as for types with at \
                 most {CEILING_VCPUS} vCPUs"
            ),
        }
    }
}
