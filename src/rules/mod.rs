//! The rules. Pure: facts and settings in, a breakdown with every intermediate figure out.
//!
//! Linux and Windows nodes have a file each, because the VPC CNI gives Linux pods their addresses and
//! the VPC resource controller gives them to Windows pods.

mod linux;
mod warning;
mod windows;

use std::fmt::Display;
use std::num::NonZeroU32;

use crate::{CniSettings, Error, InstanceType};

pub use warning::Warning;

/// Pods on the host's network that need no address of the CNI on a Linux node: the CNI itself and
/// kube-proxy.
pub const HOST_NETWORK_PODS: u32 = 2;
/// AWS's lower ceiling of 110 applies up to this number of vCPUs, and 250 above it.
pub const CEILING_VCPUS: u32 = 30;
/// The largest number of pods that a `KubeletConfiguration` can hold: `maxPods` is a 32-bit integer there.
pub const MOST_PODS: u64 = i32::MAX as u64;
/// AWS's ceiling for types with at most [`CEILING_VCPUS`], and the kubelet's default.
const CEILING: u64 = 110;

/// The operating system of a node, which decides whose rules apply.
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

    /// The word that Kubernetes' label `kubernetes.io/os` uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Windows => "windows",
        }
    }
}

/// The setup of a node, as far as it bears on the pod limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The operating system.
    pub os: Os,
    /// The settings of the VPC CNI. On Windows, only prefix delegation counts.
    pub cni: CniSettings,
    /// ENIs that give pods no addresses: the trunk ENI of security groups for pods, EFA-only
    /// interfaces. Without effect on Windows.
    pub reserved_enis: u32,
    /// Pods on the host's network; `None` for the usual number: [`HOST_NETWORK_PODS`] on Linux, 0 on
    /// Windows.
    pub host_network_pods: Option<u32>,
    /// A ceiling in place of AWS's 110 or 250.
    pub ceiling: Option<NonZeroU32>,
    /// Answer with the allowed number, without the ceiling.
    pub show_max_allowed: bool,
}

impl Settings {
    /// Pods on the host's network, as given or the usual number.
    pub(crate) fn host_network_pods(&self) -> u64 {
        let usual = match self.os {
            Os::Linux => HOST_NETWORK_PODS,
            Os::Windows => 0,
        };
        self.host_network_pods.unwrap_or(usual).into()
    }
}

/// How pods get their addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Where the ceiling of the recommended value comes from.
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
    /// The operator's own.
    Own,
}

/// The answer and every figure on the way to it, in the order of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breakdown {
    /// Whose rules these are.
    pub os: Os,
    /// ENIs of the type's default network card.
    pub type_enis: u64,
    /// Network cards of the type.
    pub network_cards: u64,
    /// `MAX_ENI`, where it is lower than the ENIs of the type.
    pub max_eni: Option<u64>,
    /// Whether the primary ENI is left out for custom networking.
    pub custom_networking: bool,
    /// ENIs left out because they give pods no addresses.
    pub reserved_enis: u64,
    /// ENIs that give pods addresses.
    pub enis: u64,
    /// IPv4 addresses on one ENI, its own included.
    pub ipv4_per_eni: u64,
    /// How pods get their addresses.
    pub mode: Mode,
    /// Pods on the host's network.
    pub host_network_pods: u64,
    /// Pods that the network has addresses for, host-network pods included.
    pub allowed: u64,
    /// The most pods that are advisable on the node, whatever the network allows.
    pub ceiling: u64,
    /// Where the ceiling comes from.
    pub ceiling_source: CeilingSource,
    /// The lower of allowed and ceiling.
    pub recommended: u64,
    /// The answer: the recommended value, or the allowed one where that was asked for.
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
    /// Slots for pods on one ENI: all its addresses but the first, which is the ENI's own.
    #[must_use]
    pub fn slots_per_eni(&self) -> u64 {
        self.ipv4_per_eni.saturating_sub(1)
    }

    /// The steps that led to the answer, in the order of the rules. They are put into words when they
    /// are asked for, because most callers need only the number.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        match self.os {
            Os::Linux => linux::steps(self),
            Os::Windows => windows::steps(self),
        }
    }

    /// The breakdown, if a kubelet can take its answer.
    ///
    /// # Errors
    /// [`Error::TooManyPods`] where the answer is above [`MOST_PODS`].
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
        Step::new(
            "allowed",
            &format!(
                "{enis_figure}({} - 1){factor} + {} = {}",
                self.ipv4_per_eni, self.host_network_pods, self.allowed
            ),
            format!("{enis_word}(IPv4 per ENI - 1){factor_word} + host-network pods"),
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
            "all that the network allows, as you asked, above the recommended value"
        } else if self.recommended < self.allowed {
            "capped by the ceiling"
        } else {
            "all that the network allows"
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

/// The number of pods that fit on a node of this type with these settings, and why.
///
/// Cannot overflow: limits are 16-bit and settings 32-bit numbers, the arithmetic is 64-bit.
#[must_use]
pub fn max_pods(instance_type: &InstanceType, settings: &Settings) -> Breakdown {
    match settings.os {
        Os::Linux => linux::max_pods(instance_type, settings),
        Os::Windows => windows::max_pods(instance_type, settings),
    }
}
