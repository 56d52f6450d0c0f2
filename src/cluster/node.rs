//! A node, with the facts that it reports about itself.

use std::fmt;
use std::net::Ipv4Addr;

use crate::Os;
use crate::quantity::Quantity;

/// A node of the cluster, with the facts that have an effect on its pod limit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Node {
    /// `.metadata.name`; empty if it is missing.
    pub name: String,
    /// The label `node.kubernetes.io/instance-type`, or the older `beta.kubernetes.io/instance-type`.
    pub instance_type: Option<String>,
    /// The label `kubernetes.io/os`, or the older `beta.kubernetes.io/os`.
    pub os: Os,
    /// `.status.capacity.pods`, the kubelet's `maxPods`.
    pub pods: Quantity,
    /// `.status.capacity["vpc.amazonaws.com/pod-eni"]`: the number of pods that can have a branch ENI of their
    /// own. It is above 0 if the node has a trunk ENI.
    pub branch_enis: Quantity,
    /// `.status.capacity["vpc.amazonaws.com/PrivateIPv4Address"]`: the addresses that the VPC resource
    /// controller gives the pods of a Windows node.
    pub windows_addresses: Quantity,
    /// The first IPv4 address among `.status.addresses` of the type `InternalIP`. It tells the node's subnet.
    pub internal_ip: Option<Ipv4Addr>,
    /// The reason why the rules do not apply to the node; `None` if they apply.
    pub skip: Option<Skip>,
}

impl Node {
    /// The number of pods that can have a branch ENI of their own. It is 0 without a trunk ENI, and on
    /// Windows, where security groups for pods do not exist.
    #[must_use]
    pub fn branch_enis(&self) -> u64 {
        match self.os {
            Os::Linux => self.branch_enis.number().unwrap_or_default(),
            Os::Windows => 0,
        }
    }
}

/// The reason why the rules do not apply to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Skip {
    /// Fargate: each pod has a machine of its own.
    Fargate,
    /// EKS Auto Mode: AWS sets the limit.
    AutoMode,
    /// A hybrid node: no EC2 instance, and another CNI.
    Hybrid,
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fargate => "Fargate: each pod has its own machine",
            Self::AutoMode => "EKS Auto Mode: AWS sets the pod limit",
            Self::Hybrid => "hybrid node: it has no ENIs",
        })
    }
}
