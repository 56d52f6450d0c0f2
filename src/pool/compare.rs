//! Other warm targets, and their cost.

use std::fmt;

use super::{Pool, PoolLimits, can_have_prefixes};
use crate::cni::WarmTargets;
use crate::{InstanceType, Mode, Settings, max_pods};

/// Warm targets that are compared with others, and the pool that they make.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compared {
    /// Their origin. Targets with two origins are one row.
    pub origins: Vec<Origin>,
    /// The targets.
    pub targets: WarmTargets,
    /// Prefix delegation or secondary IPs.
    pub mode: Mode,
    /// The limits of the pool in that mode.
    pub limits: PoolLimits,
    /// The pool of a node with the number of pods that is compared.
    pub pool: Pool,
}

/// The origin of compared targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// They are set now.
    Now,
    /// They are the defaults of AWS's manifest, for this mode.
    Default(Mode),
    /// They are made to fit the number of pods.
    Fitted {
        /// The mode that they are made for.
        mode: Mode,
        /// The number of pods.
        pods: u64,
        /// Their `MINIMUM_IP_TARGET`.
        minimum: u64,
    },
}

impl Origin {
    /// The rule that made fitted targets, with the numbers in it.
    #[must_use]
    pub fn rule(&self) -> Option<String> {
        let Self::Fitted { mode, pods, minimum } = *self else { return None };
        let formula = match mode {
            Mode::SecondaryIp => format!("ceil(1.2 * {pods})"),
            Mode::PrefixDelegation => format!("16 * (floor({pods} / 16) + 1)"),
        };
        Some(format!("MINIMUM = {formula} = {minimum}, WARM = {minimum} - {pods}"))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Now => f.write_str("now"),
            Self::Default(mode) => write!(f, "default for {}", words(mode)),
            Self::Fitted { pods: 1, .. } => f.write_str("fits 1 pod"),
            Self::Fitted { pods, .. } => write!(f, "fits {pods} pods"),
        }
    }
}

fn words(mode: Mode) -> &'static str {
    match mode {
        Mode::SecondaryIp => "secondary IPs",
        Mode::PrefixDelegation => "prefixes",
    }
}

/// Targets that fit this number of pods.
///
/// With secondary IPs a fifth more addresses than pods, as in AWS's own example of 12 addresses for
/// 10 pods; with prefixes the whole prefixes that hold one address more than there are pods. `None`
/// without pods, and for more pods than any node takes.
pub(super) fn fitted(mode: Mode, pods: u64) -> Option<(WarmTargets, Origin)> {
    if pods == 0 {
        return None;
    }
    let minimum = match mode {
        Mode::SecondaryIp => pods.checked_mul(6)?.div_ceil(5),
        Mode::PrefixDelegation => (pods / 16 + 1) * 16,
    };
    let warm_ip = u32::try_from(minimum.checked_sub(pods)?).ok()?;
    let minimum_ip = u32::try_from(minimum).ok()?;
    let targets = WarmTargets { warm_ip, minimum_ip, ..WarmTargets::default() };
    Some((targets, Origin::Fitted { mode, pods, minimum }))
}

/// Compares warm targets, each with its pool for `pods` pods. The rows are, in this order: the targets that are
/// set now, the defaults of the mode that is on, the defaults of the other mode (if the type and the CNI can do
/// it), and targets that fit this number of pods. Equal targets share a row.
///
/// `own_max_pods` is the kubelet's pod limit if the user gives one. Otherwise each mode has the limit that the
/// rules give it.
#[must_use]
pub fn compare(
    instance_type: &InstanceType,
    settings: &Settings,
    own_max_pods: Option<u64>,
    now: &WarmTargets,
    pods: u64,
) -> Vec<Compared> {
    let limits = |settings: &Settings| {
        let max_pods = own_max_pods.unwrap_or_else(|| max_pods(instance_type, settings).max_pods);
        PoolLimits::new(instance_type, settings, max_pods)
    };
    let current = limits(settings);
    let mut rows: Vec<Compared> = Vec::new();
    let mut add = |limits: PoolLimits, targets: WarmTargets, origin: Origin| {
        let same = |row: &&mut Compared| (row.mode, row.targets) == (limits.mode, targets);
        if let Some(row) = rows.iter_mut().find(same) {
            row.origins.push(origin);
            return;
        }
        let pool = limits.pool(&targets, pods);
        rows.push(Compared { origins: vec![origin], targets, mode: limits.mode, limits, pool });
    };

    add(current, *now, Origin::Now);
    add(current, WarmTargets::default(), Origin::Default(current.mode));
    let mut other = settings.clone();
    other.cni.prefix_delegation = current.mode == Mode::SecondaryIp;
    if current.mode == Mode::PrefixDelegation || can_have_prefixes(instance_type, settings) {
        let other = limits(&other);
        add(other, WarmTargets::default(), Origin::Default(other.mode));
    }
    if let Some((targets, origin)) = fitted(current.mode, pods) {
        add(current, targets, origin);
    }
    rows
}
