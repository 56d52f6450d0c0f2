//! The trunk ENI of security groups for pods.
//!
//! With `ENABLE_POD_ENI`, the VPC resource controller attaches one trunk ENI to each node whose type can have one,
//! and a branch ENI on it for each pod with security groups of its own. The trunk gives other pods no addresses.
//!
//! Sources: `hasRoomForEni` in the VPC CNI's [`pkg/ipamd/ipamd.go`][1], which keeps one ENI free for the trunk, and AWS
//! on [security groups for pods][2].
//!
//! [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/ipamd/ipamd.go
//! [2]: https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html

use super::{Step, Warning};
use crate::instance_type::branch_enis;

/// The trunk ENI of a node with `ENABLE_POD_ENI`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trunk {
    /// The node has one.
    Attached {
        /// The largest number of branch ENIs on it; `None` if it is not known.
        branch_enis: Option<u32>,
    },
    /// The type cannot have one.
    NotOnType,
    /// There is no room for one beside the primary ENI: `MAX_ENI` is 1, or the type has one ENI.
    NoRoom {
        /// The largest number of branch ENIs that it could have; `None` if it is not known.
        branch_enis: Option<u32>,
    },
}

impl Trunk {
    /// The trunk of a node of this type with so many ENIs. The CNI takes a type that it does not know for one that
    /// can have a trunk (`IsTrunkingCompatible`).
    pub(super) fn on(instance_type: &str, attached_enis: u64) -> Self {
        match branch_enis(instance_type) {
            Some(0) => Self::NotOnType,
            branch_enis if attached_enis <= 1 => Self::NoRoom { branch_enis },
            branch_enis => Self::Attached { branch_enis },
        }
    }

    /// The number of ENIs that it takes from the node: 1 or 0.
    #[must_use]
    pub fn enis(self) -> u64 {
        u64::from(matches!(self, Self::Attached { .. }))
    }

    /// The largest number of branch ENIs of the type; `None` if it is not known.
    #[must_use]
    pub fn branch_enis(self) -> Option<u32> {
        match self {
            Self::Attached { branch_enis } | Self::NoRoom { branch_enis } => branch_enis,
            Self::NotOnType => Some(0),
        }
    }

    pub(super) fn warning(self) -> Option<Warning> {
        match self {
            Self::Attached { branch_enis: Some(_) } => None,
            Self::Attached { branch_enis: None } => Some(Warning::UnknownTrunk),
            Self::NotOnType => Some(Warning::NoTrunk),
            Self::NoRoom { .. } => Some(Warning::NoRoomForTrunk),
        }
    }

    /// The steps of an explanation. `branch_eni_pods` is the number of pods with a branch ENI.
    pub(super) fn steps(self, branch_eni_pods: u64) -> Vec<Step> {
        let why = match self {
            Self::Attached { .. } => {
                "security groups for pods are on, and the trunk takes the place of an ENI"
            }
            Self::NotOnType => "security groups for pods are on, and this type cannot have a trunk",
            Self::NoRoom { .. } => "security groups for pods are on, and there is no room for a trunk",
        };
        let mut steps = vec![Step::new("trunk ENI", &self.enis(), why)];
        if let Self::Attached { branch_enis } = self {
            let most = branch_enis.map_or("unknown".into(), |most| most.to_string());
            let why = "the most pods with security groups of their own, which need no other address";
            steps.push(Step::new("branch ENIs", &most, why));
        }
        if branch_eni_pods > 0 {
            steps.push(Step::new(
                "branch ENI pods",
                &branch_eni_pods,
                "pods that have a branch ENI of their own",
            ));
        }
        steps
    }
}
