//! The rules for Linux nodes, whose pods get their addresses from the Amazon VPC CNI.
//!
//! Source: `max-pods-calculator.sh` of the EKS AMI. The user guide describes the same rules in [Choose an
//! optimal EC2 node instance type][1], and EC2's guide the addresses in [IP addresses per network
//! interface][2].
//!
//! [1]: https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
//! [2]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html

use super::{
    Allowed, Breakdown, CEILING, CEILING_VCPUS, CeilingSource, Mode, Os, Settings, Step, Trunk, Warning,
};
use crate::InstanceType;
use crate::cni::{CniSettings, ExcludedEnis};

/// AWS's ceiling for types with more than [`CEILING_VCPUS`] vCPUs.
const CEILING_ABOVE: u64 = 250;

pub(super) fn max_pods(instance_type: &InstanceType, settings: &Settings) -> Breakdown {
    let cni = &settings.cni;
    let mut warnings = Vec::new();

    let type_enis = u64::from(instance_type.enis);
    let max_eni = cni.max_eni.map(|n| u64::from(n.get())).filter(|&n| n < type_enis);
    let attached = max_eni.unwrap_or(type_enis);
    let trunk = cni.pod_eni.then(|| Trunk::on(&instance_type.name, attached));
    let reserved_enis = u64::from(settings.reserved_enis);
    let enis = enis_for_pods(attached, trunk, reserved_enis, cni);
    if enis == 0 {
        warnings.push(Warning::NoEniForPods);
    }
    let branch_eni_pods = branch_eni_pods(trunk, settings.branch_eni_pods, &mut warnings);

    let mode = mode(instance_type, cni, &mut warnings);
    let ipv4_per_eni = u64::from(instance_type.ipv4_per_eni);
    let host_network_pods = settings.host_network_pods();
    let allowed = enis * ipv4_per_eni.saturating_sub(1) * mode.addresses_per_slot()
        + host_network_pods
        + branch_eni_pods;

    let (ceiling, ceiling_source) = ceiling(instance_type, settings);
    if ceiling_source == CeilingSource::UnknownVcpus {
        warnings.push(Warning::UnknownVcpus);
    }
    let recommended = allowed.min(ceiling);

    Breakdown {
        os: Os::Linux,
        type_enis,
        network_cards: instance_type.network_cards.into(),
        max_eni,
        custom_networking: cni.custom_networking,
        excluded_enis: cni.excluded_enis,
        trunk,
        reserved_enis,
        enis,
        ipv4_per_eni,
        mode,
        host_network_pods,
        branch_eni_pods,
        allowed: Allowed::Pods(allowed),
        ceiling,
        ceiling_source,
        recommended,
        max_pods: if settings.show_max_allowed { allowed } else { recommended },
        warnings,
    }
}

/// The largest advisable number of pods, and the reason for it.
fn ceiling(instance_type: &InstanceType, settings: &Settings) -> (u64, CeilingSource) {
    match (settings.ceiling, instance_type.vcpus) {
        (Some(own), _) => (own.get().into(), CeilingSource::Own),
        (None, Some(vcpus)) if vcpus > CEILING_VCPUS => (CEILING_ABOVE, CeilingSource::Above(vcpus)),
        (None, Some(vcpus)) => (CEILING, CeilingSource::UpTo(vcpus)),
        (None, None) => (CEILING, CeilingSource::UnknownVcpus),
    }
}

/// The attached ENIs that give pods addresses. The trunk is never the primary ENI, and neither are reserved ENIs as long
/// as there are others.
fn enis_for_pods(attached: u64, trunk: Option<Trunk>, reserved: u64, cni: &CniSettings) -> u64 {
    let primary = attached.min(1);
    let further = attached - primary - trunk.map_or(0, Trunk::enis);
    let (primary, further) =
        (primary.saturating_sub(reserved.saturating_sub(further)), further.saturating_sub(reserved));
    match cni.excluded_enis {
        ExcludedEnis::All => 0,
        // The further ENIs are in the subnets of an ENIConfig.
        _ if cni.custom_networking => further,
        ExcludedEnis::None => primary + further,
        ExcludedEnis::Primary => further,
        ExcludedEnis::Further => primary,
    }
}

/// The pods with a branch ENI that are counted. Warns if there are fewer than asked for.
fn branch_eni_pods(trunk: Option<Trunk>, asked: u32, warnings: &mut Vec<Warning>) -> u64 {
    let Some(trunk) = trunk else { return 0 };
    warnings.extend(trunk.warning());
    match trunk {
        Trunk::Attached { branch_enis: Some(limit) } if limit < asked => {
            warnings.push(Warning::TooManyBranchEniPods { asked, limit });
            limit.into()
        }
        Trunk::Attached { .. } => asked.into(),
        Trunk::NotOnType | Trunk::NoRoom { .. } => 0,
    }
}

/// Prefix delegation, if it is asked for and both the type and the CNI can do it.
fn mode(instance_type: &InstanceType, cni: &CniSettings, warnings: &mut Vec<Warning>) -> Mode {
    if !cni.prefix_delegation {
        return Mode::SecondaryIp;
    }
    let before = warnings.len();
    if let Some(version) = cni.version.as_ref().filter(|version| !version.has_prefix_delegation()) {
        warnings.push(Warning::CniTooOld(version.to_string()));
    }
    if !instance_type.is_nitro() {
        warnings.push(Warning::of_hypervisor(instance_type));
    }
    if warnings.len() == before { Mode::PrefixDelegation } else { Mode::SecondaryIp }
}

pub(super) fn steps(b: &Breakdown) -> Vec<Step> {
    let host_network = if b.host_network_pods == 1 { "it needs" } else { "they need" };
    let mut steps = vec![
        Step::new("ENIs", &b.enis, enis(b)),
        b.ipv4_step(),
        b.mode_step(),
        Step::new("host-network pods", &b.host_network_pods, format!("{host_network} no address of the CNI")),
    ];
    steps.extend(b.trunk.iter().flat_map(|trunk| trunk.steps(b.branch_eni_pods)));
    steps.push(b.allowed_step(Some(b.enis)));
    steps.extend(b.last_steps());
    steps
}

/// The reason for the number of ENIs.
fn enis(b: &Breakdown) -> String {
    let mut parts = vec![match b.network_cards {
        1 => format!("the type has {}", b.type_enis),
        cards => format!(
            "the default network card has {} (the CNI uses only this one of {cards} cards)",
            b.type_enis
        ),
    }];
    if let Some(max_eni) = b.max_eni {
        parts.push(format!("MAX_ENI limits them to {max_eni}"));
    }
    if b.trunk.is_some_and(|trunk| trunk.enis() > 0) {
        parts.push("1 less for the trunk ENI of security groups for pods".into());
    }
    match b.excluded_enis {
        ExcludedEnis::All => parts.push("none of them is in a subnet that gives pods addresses".into()),
        _ if b.custom_networking => {
            parts.push("1 less, because custom networking leaves out the primary ENI".into());
        }
        ExcludedEnis::None => {}
        ExcludedEnis::Primary => {
            parts.push("1 less, because the node's own subnet, with the primary ENI, is excluded".into());
        }
        ExcludedEnis::Further => parts.push(
            "only the primary ENI, because the node's own subnet is excluded and subnet discovery is off"
                .into(),
        ),
    }
    if b.reserved_enis > 0 {
        parts.push(format!("{} less, which are reserved", b.reserved_enis));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::super::tests::m5_large;
    use super::*;

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
            ("a reserved ENI", settings(|s| s.reserved_enis = 1), 20),
            ("more reserved than there are", settings(|s| s.reserved_enis = u32::MAX), 2),
            (
                "a reserved ENI with custom networking",
                settings(|s| {
                    s.cni.custom_networking = true;
                    s.reserved_enis = 1;
                }),
                11,
            ),
            ("the primary ENI excluded", settings(|s| s.cni.excluded_enis = ExcludedEnis::Primary), 20),
            ("the primary ENI alone", settings(|s| s.cni.excluded_enis = ExcludedEnis::Further), 11),
            (
                "the primary ENI alone, and a trunk beside it",
                settings(|s| {
                    s.cni.excluded_enis = ExcludedEnis::Further;
                    s.reserved_enis = 1;
                }),
                11,
            ),
            ("no subnet serves", settings(|s| s.cni.excluded_enis = ExcludedEnis::All), 2),
            (
                "no subnet of an ENIConfig serves",
                settings(|s| {
                    s.cni.custom_networking = true;
                    s.cni.excluded_enis = ExcludedEnis::All;
                }),
                2,
            ),
            ("more host-network pods", settings(|s| s.host_network_pods = Some(5)), 32),
            ("no host-network pods", settings(|s| s.host_network_pods = Some(0)), 27),
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
