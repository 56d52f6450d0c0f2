//! Settings of the nodes of a file, as the caller gives them.

use crate::cni::WarmTargets;
use crate::{InstanceType, Settings};

/// Settings of the nodes of a file, as the caller gives them. A setting in a file wins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Assumed {
    /// The instance types of groups whose file names none.
    pub instance_types: Vec<InstanceType>,
    /// The settings of the nodes. Its operating system has no effect: each group has its own.
    pub settings: Settings,
    /// The warm targets of the CNI.
    pub warm_targets: WarmTargets,
    /// True if `settings` says how the CNI gives addresses: with prefixes or without. If it is false, a number that
    /// only prefixes hold is a question and not an error.
    pub says_prefixes: bool,
    /// True if another CNI than the VPC CNI gives pods their addresses, so that the network of EC2 sets no limit; false
    /// if the VPC CNI does, whatever else the files install; `None` if only the files say it.
    pub other_cni: Option<bool>,
    /// The names of the rules that are left out.
    pub ignore: Vec<String>,
}
