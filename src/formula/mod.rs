//! The rules that give the number of pods of a node, from the facts of its instance type and its settings.
//! The result is a breakdown with every figure on the way. The rules read nothing and print nothing.
//!
//! Linux nodes, Linux nodes of an IPv6 cluster, and Windows nodes have different rules, each in a file: the VPC CNI
//! gives Linux pods their addresses, and the VPC resource controller gives Windows pods theirs.

mod allowed;
mod ipv6;
mod linux;
mod trunk;
mod warning;
mod windows;

use std::fmt::Display;
use std::num::NonZeroU32;

use crate::cni::{CniSettings, ExcludedEnis};
use crate::{Error, InstanceType};

pub use allowed::Allowed;
pub use ipv6::require_ipv6;
pub use trunk::Trunk;
pub use warning::Warning;
pub(crate) use windows::ceiling as windows_ceiling;

/// Pods on the host's network that need no address of the CNI on a Linux node: the CNI itself and
/// kube-proxy.
pub const HOST_NETWORK_PODS: u32 = 2;
/// AWS's lower ceiling of 110 applies up to this number of vCPUs, and 250 above it.
pub const CEILING_VCPUS: u32 = 30;
/// The largest number of pods that a `KubeletConfiguration` can hold: `maxPods` is a 32-bit integer there.
pub const MOST_PODS: u64 = i32::MAX as u64;
/// AWS's ceiling for types with at most [`CEILING_VCPUS`], and the kubelet's default.
const CEILING: u64 = 110;

/// The operating system of a node. It decides which rules apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Os {
    /// The Amazon VPC CNI gives pods their addresses.
    #[default]
    Linux,
    /// The VPC resource controller gives pods their addresses.
    Windows,
}

impl Os {
    /// Every operating system.
    pub const ALL: [Self; 2] = [Self::Linux, Self::Windows];

    /// Its name, as in the label `kubernetes.io/os` of Kubernetes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Windows => "windows",
        }
    }
}

/// The settings of a node that have an effect on its pod limit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The operating system.
    pub os: Os,
    /// The settings of the VPC CNI. On Windows, only prefix delegation has an effect.
    pub cni: CniSettings,
    /// The number of ENIs that give pods no addresses, such as EFA-only interfaces. The trunk ENI of `cni.pod_eni` is
    /// taken off besides. It has no effect on Windows.
    pub reserved_enis: u32,
    /// The number of pods on the host's network; `None` for the usual number: [`HOST_NETWORK_PODS`] on Linux,
    /// 0 on Windows.
    pub host_network_pods: Option<u32>,
    /// A ceiling in place of AWS's 110 or 250.
    pub ceiling: Option<NonZeroU32>,
    /// The number of pods on a node that have security groups of their own, and so a branch ENI each. It has an
    /// effect only with `ENABLE_POD_ENI`.
    pub branch_eni_pods: u32,
    /// True if the answer is the allowed number, without the ceiling.
    pub show_max_allowed: bool,
}

impl Settings {
    /// The number of pods that need an address of the CNI, on a node whose kubelet takes `max_pods` pods. Pods on
    /// the host's network and pods with a branch ENI need none.
    #[must_use]
    pub fn pods_with_address(&self, max_pods: u64) -> u64 {
        let branch_eni_pods = if self.cni.pod_eni { self.branch_eni_pods.into() } else { 0 };
        max_pods.saturating_sub(self.host_network_pods()).saturating_sub(branch_eni_pods)
    }

    /// The number of pods on the host's network that is set, or else the usual number.
    pub(crate) fn host_network_pods(&self) -> u64 {
        let usual = match self.os {
            Os::Linux => HOST_NETWORK_PODS,
            Os::Windows => 0,
        };
        self.host_network_pods.unwrap_or(usual).into()
    }
}

/// How pods get their addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// One secondary IPv4 address in each slot.
    SecondaryIp,
    /// A /28 prefix of 16 addresses in each slot.
    PrefixDelegation,
}

impl Mode {
    /// `secondary-ip` or `prefix-delegation`, the names that the output formats use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SecondaryIp => "secondary-ip",
            Self::PrefixDelegation => "prefix-delegation",
        }
    }

    /// The number of addresses in a slot: 1 or 16.
    #[must_use]
    pub fn addresses_per_slot(self) -> u64 {
        match self {
            Self::SecondaryIp => 1,
            Self::PrefixDelegation => 16,
        }
    }
}

/// The reason for the ceiling of the recommended value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CeilingSource {
    /// AWS's 110: the type has this number of vCPUs, at most [`CEILING_VCPUS`].
    UpTo(u32),
    /// AWS's 250: the type has this number of vCPUs, more than [`CEILING_VCPUS`].
    Above(u32),
    /// AWS's 110: the number of vCPUs of the type is not known.
    UnknownVcpus,
    /// The kubelet's default of 110, on Windows nodes of every size.
    Windows,
    /// The operator set it.
    Own,
}

/// The answer and every figure on the way to it, in the order of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breakdown {
    /// The operating system whose rules gave the answer.
    pub os: Os,
    /// The number of ENIs of the type's default network card.
    pub type_enis: u64,
    /// The number of network cards of the type.
    pub network_cards: u64,
    /// `MAX_ENI`, if it is lower than the number of ENIs of the type.
    pub max_eni: Option<u64>,
    /// True if custom networking leaves out the primary ENI.
    pub custom_networking: bool,
    /// The ENIs that give pods no addresses because of the tags of their subnets.
    pub excluded_enis: ExcludedEnis,
    /// The trunk ENI of security groups for pods; `None` if they are off.
    pub trunk: Option<Trunk>,
    /// The number of ENIs that are left out because they give pods no addresses.
    pub reserved_enis: u64,
    /// The number of ENIs that give pods addresses.
    pub enis: u64,
    /// The number of IPv4 addresses on one ENI, with the ENI's own address.
    pub ipv4_per_eni: u64,
    /// How pods get their addresses.
    pub mode: Mode,
    /// The number of pods on the host's network.
    pub host_network_pods: u64,
    /// The number of pods with a branch ENI of their own that are counted.
    pub branch_eni_pods: u64,
    /// The number of pods that the network has addresses for, plus the host-network pods and those with a branch
    /// ENI.
    pub allowed: Allowed,
    /// The largest advisable number of pods on the node, even if the network allows more.
    pub ceiling: u64,
    /// The reason for the ceiling.
    pub ceiling_source: CeilingSource,
    /// The lower one of the allowed number and the ceiling.
    pub recommended: u64,
    /// The answer: the recommended number, or the allowed one if the settings ask for it.
    pub max_pods: u64,
    /// Facts about the answer that the operator should know.
    pub warnings: Vec<Warning>,
}

/// One step on the way to the answer: a line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The name of the figure, such as `ENIs`.
    pub label: &'static str,
    /// The figure itself, or the calculation with the figures in it.
    pub figure: String,
    /// How the figure came about.
    pub why: String,
}

impl Breakdown {
    /// The number of slots for pods on one ENI: its addresses without the first, which is the ENI's own.
    #[must_use]
    pub fn slots_per_eni(&self) -> u64 {
        self.ipv4_per_eni.saturating_sub(1)
    }

    /// The steps that led to the answer, in the order of the rules. Their text is made only when this is
    /// called, because most callers need only the number.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        match self.os {
            Os::Linux if self.allowed == Allowed::Unlimited => ipv6::steps(self),
            Os::Linux => linux::steps(self),
            Os::Windows => windows::steps(self),
        }
    }

    /// Returns the breakdown unless its answer is too large for a kubelet.
    ///
    /// # Errors
    /// [`Error::TooManyPods`] if the answer is above [`MOST_PODS`].
    pub fn within_kubelet_range(self, instance_type: &InstanceType) -> Result<Self, Error> {
        if self.max_pods > MOST_PODS {
            let instance_type = instance_type.name.clone();
            return Err(Error::TooManyPods { instance_type, max_pods: self.max_pods });
        }
        Ok(self)
    }

    /// The step for the allowed number: the calculation, and the formula in words.
    fn allowed_step(&self, enis: Option<u64>) -> Step {
        let (enis_figure, enis_word) = match enis {
            Some(enis) => (format!("{enis} * "), "ENIs * "),
            None => (String::new(), ""),
        };
        let (factor, factor_word) = match self.mode {
            Mode::SecondaryIp => (String::new(), ""),
            Mode::PrefixDelegation => {
                (format!(" * {}", self.mode.addresses_per_slot()), " * addresses per prefix")
            }
        };
        let (branch, branch_word) = match self.branch_eni_pods {
            0 => (String::new(), ""),
            pods => (format!(" + {pods}"), " + branch ENI pods"),
        };
        Step::new(
            "allowed",
            &format!(
                "{enis_figure}({} - 1){factor} + {}{branch} = {}",
                self.ipv4_per_eni, self.host_network_pods, self.allowed
            ),
            format!("{enis_word}(IPv4 per ENI - 1){factor_word} + host-network pods{branch_word}"),
        )
    }

    fn mode_step(&self) -> Step {
        match self.mode {
            Mode::SecondaryIp => Step::new("mode", &"secondary IP", "1 address in each slot"),
            Mode::PrefixDelegation => Step::new(
                "mode",
                &"prefix delegation",
                format!("a /28 prefix of {} addresses in each slot", self.mode.addresses_per_slot()),
            ),
        }
    }

    fn ipv4_step(&self) -> Step {
        let slots = match self.slots_per_eni() {
            1 => "1 is a slot for pods".into(),
            n => format!("{n} are slots for pods"),
        };
        Step::new("IPv4 per ENI", &self.ipv4_per_eni, format!("the first is the ENI's own, {slots}"))
    }

    /// The steps from the ceiling to the answer.
    fn last_steps(&self) -> [Step; 3] {
        let ceiling = match self.ceiling_source {
            CeilingSource::UpTo(1) => format!("1 vCPU is not more than {CEILING_VCPUS}"),
            CeilingSource::UpTo(n) => format!("{n} vCPUs are not more than {CEILING_VCPUS}"),
            CeilingSource::Above(n) => format!("{n} vCPUs are more than {CEILING_VCPUS}"),
            CeilingSource::UnknownVcpus => "the number of vCPUs is not known".into(),
            CeilingSource::Windows => "the kubelet's default on Windows, whatever the vCPUs".into(),
            CeilingSource::Own => "your own".into(),
        };
        let conclusion = if self.max_pods > self.recommended {
            "the number that the network allows, as requested; it is above the recommended one"
        } else if self.allowed == Allowed::Pods(self.recommended) {
            "all that the network allows"
        } else {
            "capped by the ceiling"
        };
        [
            Step::new("ceiling", &self.ceiling, ceiling),
            Step::new("recommended", &self.recommended, "the lower of allowed and ceiling"),
            Step::new("max pods", &self.max_pods, conclusion),
        ]
    }
}

impl Step {
    fn new(label: &'static str, figure: &dyn Display, why: impl Into<String>) -> Self {
        Self { label, figure: figure.to_string(), why: why.into() }
    }
}

/// The classic number of pods of a type, without a ceiling: each secondary IP address of each ENI is for a
/// pod, and the CNI and kube-proxy need none. nodeadm and Karpenter give it to expressions as `max_pods`.
#[must_use]
pub fn classic_pods(instance_type: &InstanceType) -> u64 {
    let slots = u64::from(instance_type.ipv4_per_eni).saturating_sub(1);
    u64::from(instance_type.enis) * slots + u64::from(HOST_NETWORK_PODS)
}

/// The number of pods that fit on a node of this type with these settings, and why.
///
/// The arithmetic cannot overflow: limits are 16-bit numbers, settings are 32-bit numbers, and the results
/// are 64-bit numbers.
#[must_use]
pub fn max_pods(instance_type: &InstanceType, settings: &Settings) -> Breakdown {
    match settings.os {
        Os::Linux if settings.cni.ipv6 => ipv6::max_pods(instance_type, settings),
        Os::Linux => linux::max_pods(instance_type, settings),
        Os::Windows => windows::max_pods(instance_type, settings),
    }
}

#[cfg(test)]
mod tests {
    use crate::InstanceType;

    /// A type with 3 ENIs of 10 addresses and 2 vCPUs, for the tests of the rules.
    pub(super) fn m5_large() -> InstanceType {
        let mut m5 = InstanceType::new("m5.large", 3, 10);
        m5.hypervisor = Some("nitro".into());
        m5.vcpus = Some(2);
        m5
    }
}
