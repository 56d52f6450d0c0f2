//! The pools of nodes with one setting. Most nodes of a cluster are alike, so each pool is made once.

use std::collections::HashMap;
use std::rc::Rc;

use crate::cni::WarmTargets;
use crate::pool::{Pool, PoolLimits};

pub struct Pools {
    targets: WarmTargets,
    known: HashMap<(PoolLimits, u64), Rc<Pool>>,
}

impl Pools {
    pub fn new(targets: WarmTargets) -> Self {
        Self { targets, known: HashMap::new() }
    }

    /// The pool of a node with these limits and this number of pods.
    pub fn pool(&mut self, limits: &PoolLimits, pods: u64) -> Rc<Pool> {
        let pool =
            self.known.entry((*limits, pods)).or_insert_with(|| limits.pool(&self.targets, pods).into());
        Rc::clone(pool)
    }
}
