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

/// The reason why targets are in the comparison.
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
        /// The node with that number of pods.
        fit: Fit,
    },
    /// A few spare addresses, and no minimum: they follow the pods of each node.
    FollowsPods,
}

/// The node that targets are made to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// The node of a plan for one instance type.
    OneNode,
    /// The median node of a cluster, by its pods.
    MedianNode,
    /// The node that nine of ten nodes of a cluster do not exceed.
    NineOfTen,
}

/// Targets to compare with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Their origin. Targets with two origins are one candidate.
    pub origins: Vec<Origin>,
    /// The mode that they are for.
    pub mode: Mode,
    /// The targets.
    pub targets: WarmTargets,
}

impl Candidate {
    /// Adds the candidate to others, unless they have the same targets in the same mode.
    pub fn add_to(self, others: &mut Vec<Self>) {
        match others.iter_mut().find(|other| (other.mode, other.targets) == (self.mode, self.targets)) {
            Some(other) => other.origins.extend(self.origins),
            None => others.push(self),
        }
    }
}

/// The targets that are set now, the defaults of this mode and of the other one if that is possible, and targets
/// that fit these numbers of pods.
pub(crate) fn candidates(mode: Mode, now: &WarmTargets, other: bool, fits: &[(Fit, u64)]) -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut add = |mode, targets, origin| Candidate { origins: vec![origin], mode, targets }.add_to(&mut all);
    add(mode, *now, Origin::Now);
    add(mode, WarmTargets::default(), Origin::Default(mode));
    if other {
        let other = match mode {
            Mode::SecondaryIp => Mode::PrefixDelegation,
            Mode::PrefixDelegation => Mode::SecondaryIp,
        };
        add(other, WarmTargets::default(), Origin::Default(other));
    }
    for &(fit, pods) in fits {
        if let Some((targets, origin)) = fitted(mode, pods, fit) {
            add(mode, targets, origin);
        }
    }
    all
}

impl Origin {
    /// The rule that made fitted targets, with the numbers in it.
    #[must_use]
    pub fn rule(&self) -> Option<String> {
        let Self::Fitted { mode, pods, minimum, .. } = *self else { return None };
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
            Self::Fitted { pods, fit, .. } => {
                write!(f, "fits {pods} pod{}", if pods == 1 { "" } else { "s" })?;
                match fit {
                    Fit::OneNode => Ok(()),
                    Fit::MedianNode => f.write_str(" (the median node)"),
                    Fit::NineOfTen => f.write_str(" (9 nodes of 10 have no more)"),
                }
            }
            Self::FollowsPods => f.write_str("follows the pods of each node"),
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
pub(super) fn fitted(mode: Mode, pods: u64, fit: Fit) -> Option<(WarmTargets, Origin)> {
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
    Some((targets, Origin::Fitted { mode, pods, minimum, fit }))
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
    let mut other = settings.clone();
    other.cni.prefix_delegation = current.mode == Mode::SecondaryIp;
    let other_is_possible =
        current.mode == Mode::PrefixDelegation || can_have_prefixes(instance_type, settings);
    let rows = candidates(current.mode, now, other_is_possible, &[(Fit::OneNode, pods)]);
    let compared = rows.into_iter().map(|Candidate { origins, mode, targets }| {
        let limits = if mode == current.mode { current } else { limits(&other) };
        Compared { origins, targets, mode, limits, pool: limits.pool(&targets, pods) }
    });
    compared.collect()
}
