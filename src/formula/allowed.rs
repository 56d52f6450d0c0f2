//! The number of pods that the network of a node allows.

use std::fmt;

/// The number of pods that the network of a node allows. A lower limit is less than a higher one, and
/// every number is less than no limit.
///
/// ```
/// use maxpods::Allowed;
/// assert_eq!(Allowed::Pods(434).capped_at(110), 110);
/// assert_eq!(Allowed::Unlimited.capped_at(110), 110);
/// assert!(Allowed::Pods(u64::MAX) < Allowed::Unlimited);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allowed {
    /// At most this number of pods: those that the network has addresses for, and those on the host's
    /// network.
    Pods(u64),
    /// The network is no limit. This is so in an IPv6 cluster, where an ENI has a /80 prefix.
    Unlimited,
}

impl Allowed {
    /// The number of pods; `None` if the network is no limit.
    #[must_use]
    pub fn pods(self) -> Option<u64> {
        match self {
            Self::Pods(pods) => Some(pods),
            Self::Unlimited => None,
        }
    }

    /// The number of pods, but no more than the ceiling.
    #[must_use]
    pub fn capped_at(self, ceiling: u64) -> u64 {
        self.pods().map_or(ceiling, |pods| pods.min(ceiling))
    }

    /// The number of pods by which `pods` is above the limit; `None` if it is not above it.
    #[must_use]
    pub fn exceeded_by(self, pods: u64) -> Option<u64> {
        pods.checked_sub(self.pods()?).filter(|&more| more > 0)
    }
}

/// Shows the number, or `-` if there is no limit.
impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pods(pods) => pods.fmt(f),
            Self::Unlimited => f.pad("-"),
        }
    }
}
