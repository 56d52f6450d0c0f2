//! The rules. Pure: facts and settings in, a breakdown with every intermediate figure out.
//!
//! Source: `max-pods-calculator.sh` of the EKS AMI, whose documented form is [How many pods fit on
//! a node][1]; the addresses come from [IP addresses per network interface][2].
//!
//! [1]: https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
//! [2]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html

use std::fmt;
use std::num::NonZeroU32;

use crate::{CniSettings, Escaped, InstanceType};

/// Pods on the host's network that need no address of the CNI: the CNI itself and kube-proxy.
pub const HOST_NETWORK_PODS: u32 = 2;
/// The number of vCPUs up to which AWS's lower ceiling counts, 110 in place of 250.
pub const CEILING_VCPUS: u32 = 30;
/// AWS's ceiling for types of up to so many vCPUs.
const CEILING: u64 = 110;
/// AWS's ceiling for types of more.
const CEILING_ABOVE: u64 = 250;

/// How a node is set up, as far as it bears on the pod limit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The settings of the VPC CNI.
    pub cni: CniSettings,
    /// ENIs that give pods no addresses: the trunk ENI of security groups for pods, EFA-only
    /// interfaces.
    pub reserved_enis: u32,
    /// Pods on the host's network.
    pub host_network_pods: u32,
    /// A ceiling in place of AWS's 110 or 250.
    pub ceiling: Option<NonZeroU32>,
    /// Answer with what the network allows, without the ceiling.
    pub show_max_allowed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cni: CniSettings::default(),
            reserved_enis: 0,
            host_network_pods: HOST_NETWORK_PODS,
            ceiling: None,
            show_max_allowed: false,
        }
    }
}

/// How the CNI gives pods their addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One secondary IPv4 address a slot.
    SecondaryIp,
    /// A /28 prefix of 16 addresses a slot.
    PrefixDelegation,
}

impl Mode {
    /// `secondary-ip` or `prefix-delegation`, as the output formats name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SecondaryIp => "secondary-ip",
            Self::PrefixDelegation => "prefix-delegation",
        }
    }

    /// Addresses that a slot holds: 1 or 16.
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
    /// AWS's 110: the type has this many vCPUs, at most [`CEILING_VCPUS`].
    UpTo(u32),
    /// AWS's 250: the type has this many vCPUs, more than [`CEILING_VCPUS`].
    Above(u32),
    /// AWS's 110: nobody knows how many vCPUs the type has.
    UnknownVcpus,
    /// The operator's own.
    Own,
}

/// The answer and every figure on the way to it, in the order of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breakdown {
    /// ENIs that are attached: those of the default network card, bounded by `MAX_ENI`.
    pub attached_enis: u64,
    /// `MAX_ENI`, where it is lower than what the type has.
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
    /// What the operator should know of.
    pub warnings: Vec<Warning>,
}

impl Breakdown {
    /// Slots for pods on one ENI: all its addresses but the first, which is the ENI's own.
    #[must_use]
    pub fn slots_per_eni(&self) -> u64 {
        self.ipv4_per_eni.saturating_sub(1)
    }
}

/// Something that the settings ask for and the node cannot give, or that is not known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// No ENI is left for pods: only host-network pods fit.
    NoEniForPods,
    /// Prefix delegation was asked for, but the CNI is too old for it: its version.
    CniTooOld(String),
    /// Prefix delegation was asked for, but the type runs on this hypervisor.
    NotNitro(String),
    /// Prefix delegation was asked for, but a bare-metal type reports no hypervisor.
    BareMetal,
    /// Prefix delegation was asked for, but it is not known which hypervisor the type runs on.
    UnknownHypervisor,
    /// The number of vCPUs, which decides the ceiling, is not known.
    UnknownVcpus,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NOT_USED: &str = "prefix delegation is not used, secondary IPs are counted:";
        match self {
            Self::NoEniForPods => {
                f.write_str("no ENI is left for pods, only host-network pods fit on this node")
            }
            Self::CniTooOld(version) => {
                write!(f, "{NOT_USED} VPC CNI {} is older than 1.9", Escaped(version))
            }
            Self::NotNitro(hypervisor) => {
                write!(f, "{NOT_USED} the hypervisor is {}, not nitro", Escaped(hypervisor))
            }
            Self::BareMetal => {
                write!(f, "{NOT_USED} a bare-metal type reports no hypervisor to EC2, and nitro is asked for")
            }
            Self::UnknownHypervisor => {
                write!(f, "{NOT_USED} the hypervisor of this type is not known, and nitro is asked for")
            }
            Self::UnknownVcpus => {
                write!(f, "the number of vCPUs of this type is not known: the ceiling of {CEILING} is taken")
            }
        }
    }
}

/// How many pods fit on a node of this type, set up in this way, and why.
///
/// Cannot overflow: limits are 16-bit and settings 32-bit numbers, the arithmetic is 64-bit.
#[must_use]
pub fn max_pods(instance_type: &InstanceType, settings: &Settings) -> Breakdown {
    let cni = &settings.cni;
    let mut warnings = Vec::new();

    let type_enis = u64::from(instance_type.enis);
    let max_eni = cni.max_eni.map(|n| u64::from(n.get())).filter(|&n| n < type_enis);
    let attached_enis = max_eni.unwrap_or(type_enis);

    let reserved_enis = u64::from(settings.reserved_enis);
    let enis = attached_enis.saturating_sub(u64::from(cni.custom_networking)).saturating_sub(reserved_enis);
    if enis == 0 {
        warnings.push(Warning::NoEniForPods);
    }

    let mode = mode(instance_type, cni, &mut warnings);
    let ipv4_per_eni = u64::from(instance_type.ipv4_per_eni);
    let host_network_pods = u64::from(settings.host_network_pods);
    let allowed = enis * ipv4_per_eni.saturating_sub(1) * mode.addresses_per_slot() + host_network_pods;

    let (ceiling, ceiling_source) = match (settings.ceiling, instance_type.vcpus) {
        (Some(own), _) => (own.get().into(), CeilingSource::Own),
        (None, Some(vcpus)) if vcpus > CEILING_VCPUS => (CEILING_ABOVE, CeilingSource::Above(vcpus)),
        (None, Some(vcpus)) => (CEILING, CeilingSource::UpTo(vcpus)),
        (None, None) => (CEILING, CeilingSource::UnknownVcpus),
    };
    if ceiling_source == CeilingSource::UnknownVcpus {
        warnings.push(Warning::UnknownVcpus);
    }
    let recommended = allowed.min(ceiling);

    Breakdown {
        attached_enis,
        max_eni,
        custom_networking: cni.custom_networking,
        reserved_enis,
        enis,
        ipv4_per_eni,
        mode,
        host_network_pods,
        allowed,
        ceiling,
        ceiling_source,
        recommended,
        max_pods: if settings.show_max_allowed { allowed } else { recommended },
        warnings,
    }
}

/// Prefix delegation where it is asked for and both the type and the CNI can do it.
fn mode(instance_type: &InstanceType, cni: &CniSettings, warnings: &mut Vec<Warning>) -> Mode {
    if !cni.prefix_delegation {
        return Mode::SecondaryIp;
    }
    let before = warnings.len();
    if let Some(version) = cni.version.as_ref().filter(|version| !version.has_prefix_delegation()) {
        warnings.push(Warning::CniTooOld(version.to_string()));
    }
    if !instance_type.is_nitro() {
        warnings.push(match &instance_type.hypervisor {
            Some(other) => Warning::NotNitro(other.clone()),
            None if instance_type.bare_metal => Warning::BareMetal,
            None => Warning::UnknownHypervisor,
        });
    }
    if warnings.len() == before { Mode::PrefixDelegation } else { Mode::SecondaryIp }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn m5_large() -> InstanceType {
        let mut m5 = InstanceType::new("m5.large", 3, 10);
        m5.hypervisor = Some("nitro".into());
        m5.vcpus = Some(2);
        m5
    }

    fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
        let mut settings = Settings::default();
        change(&mut settings);
        settings
    }

    #[test]
    fn each_setting_changes_what_it_should() {
        let max_eni = |n| settings(|s| s.cni.max_eni = NonZeroU32::new(n));
        for (why, settings, max_pods) in [
            ("the classic formula", settings(|_| ()), 29),
            ("MAX_ENI above the type's ENIs limits nothing", max_eni(4), 29),
            ("MAX_ENI equal to the type's ENIs", max_eni(3), 29),
            ("one ENI fewer", max_eni(2), 20),
            ("custom networking takes the primary ENI", settings(|s| s.cni.custom_networking = true), 20),
            ("a trunk ENI", settings(|s| s.reserved_enis = 1), 20),
            ("more reserved than there are", settings(|s| s.reserved_enis = u32::MAX), 2),
            ("more host-network pods", settings(|s| s.host_network_pods = 5), 32),
            ("no host-network pods", settings(|s| s.host_network_pods = 0), 27),
            ("prefixes, capped at 110", settings(|s| s.cni.prefix_delegation = true), 110),
            (
                "prefixes, uncapped",
                settings(|s| {
                    s.cni.prefix_delegation = true;
                    s.show_max_allowed = true;
                }),
                434,
            ),
            ("an own ceiling", settings(|s| s.ceiling = NonZeroU32::new(17)), 17),
            ("an own ceiling above what is allowed", settings(|s| s.ceiling = NonZeroU32::new(300)), 29),
        ] {
            assert_eq!(super::max_pods(&m5_large(), &settings).max_pods, max_pods, "{why}");
        }
    }

    #[test]
    fn the_higher_ceiling_begins_above_30_vcpus() {
        let mut big = m5_large();
        big.enis = 15;
        big.ipv4_per_eni = 50;
        for (vcpus, ceiling, source) in [
            (Some(30), 110, CeilingSource::UpTo(30)),
            (Some(31), 250, CeilingSource::Above(31)),
            (None, 110, CeilingSource::UnknownVcpus),
        ] {
            big.vcpus = vcpus;
            let breakdown = max_pods(&big, &Settings::default());
            assert_eq!((breakdown.recommended, breakdown.ceiling_source), (ceiling, source));
            assert_eq!(breakdown.warnings.contains(&Warning::UnknownVcpus), vcpus.is_none());
        }
    }

    #[test]
    fn each_reason_against_prefixes_is_said() {
        let prefixes = |version: Option<&str>| {
            settings(|s| {
                s.cni.prefix_delegation = true;
                s.cni.version = version.map(|v| v.parse().unwrap());
            })
        };
        let on = |hypervisor: Option<&str>, bare_metal| {
            let mut t = m5_large();
            t.hypervisor = hypervisor.map(Into::into);
            t.bare_metal = bare_metal;
            t
        };
        let old = || Warning::CniTooOld("1.8.0".into());
        for (t, version, warnings) in [
            (on(Some("nitro"), false), None, vec![]),
            (on(Some("nitro"), false), Some("1.9.0"), vec![]),
            (on(Some("nitro"), false), Some("1.8.0"), vec![old()]),
            (on(Some("xen"), false), None, vec![Warning::NotNitro("xen".into())]),
            (on(Some("xen"), false), Some("1.8.0"), vec![old(), Warning::NotNitro("xen".into())]),
            (on(None, true), None, vec![Warning::BareMetal]),
            (on(None, false), None, vec![Warning::UnknownHypervisor]),
        ] {
            let breakdown = max_pods(&t, &prefixes(version));
            let mode = if warnings.is_empty() { Mode::PrefixDelegation } else { Mode::SecondaryIp };
            assert_eq!((breakdown.mode, breakdown.warnings), (mode, warnings));
        }
    }
}
