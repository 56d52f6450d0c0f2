//! The key under which the types of a group are kept: many groups may have the same.

use std::rc::Rc;

use super::types::GroupSettings;
use crate::check::assumed::Assumed;
use crate::check::facts::{Amount, NodeGroup, NodePool, Requirement, Types};
use crate::{InstanceType, Os};

/// The most pools whose requirements are compared.
const MOST_COMPARED: usize = 64;

/// Everything that decides the types of a group and their limits.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct GroupKey {
    types: TypesKey,
    os: Os,
    bottlerocket: bool,
    reserved_memory: Option<String>,
    settings: GroupSettings,
}

/// The part of a group that decides its types.
#[derive(PartialEq, Eq, Hash)]
enum TypesKey {
    Named(Vec<String>),
    /// The memory that Karpenter sets aside depends on the number.
    Pools(Option<Amount>, PoolsKey),
    /// Those that the caller gives.
    Given(Vec<InstanceType>),
}

#[derive(PartialEq, Eq, Hash)]
enum PoolsKey {
    Requirements(Vec<Vec<Requirement>>),
    /// The address of a long list, which many classes may share.
    Shared(*const Rc<NodePool>),
}

impl GroupKey {
    pub fn new(group: &NodeGroup, settings: GroupSettings, assumed: &Assumed) -> Self {
        let types = match &group.types {
            Types::Named(names) => TypesKey::Named(names.clone()),
            Types::Pools(pools) => {
                let number = group.kubelet.max_pods.as_ref().map(|found| found.value.clone());
                let pools = if pools.len() > MOST_COMPARED {
                    PoolsKey::Shared(pools.as_ptr())
                } else {
                    PoolsKey::Requirements(pools.iter().map(|pool| pool.requirements.clone()).collect())
                };
                TypesKey::Pools(number, pools)
            }
            Types::Unknown(_) | Types::NoPool | Types::Ambiguous(_) => {
                TypesKey::Given(assumed.instance_types.clone())
            }
        };
        let reserved_memory = group.kubelet.reserved_memory.as_ref().map(|found| found.value.clone());
        Self { types, os: group.os, bottlerocket: group.bottlerocket, reserved_memory, settings }
    }
}
