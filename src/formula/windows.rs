//! The rules for Windows nodes, whose pods get their addresses from the VPC resource controller.
//!
//! Source: [`pkg/provider/ip`][1] and [`pkg/provider/prefix`][2] of the VPC resource controller. It
//! assigns addresses only to the primary ENI, so the number of ENIs has no effect, and the settings that lower
//! it have none either. On Windows, the CNI and kube-proxy are not pods.
//!
//! [1]: https://github.com/aws/amazon-vpc-resource-controller-k8s/tree/master/pkg/provider/ip
//! [2]: https://github.com/aws/amazon-vpc-resource-controller-k8s/tree/master/pkg/provider/prefix

use super::{Allowed, Breakdown, CEILING, CeilingSource, Mode, Os, Settings, Step, Warning};
use crate::InstanceType;
use crate::cni::ExcludedEnis;

pub(super) fn max_pods(instance_type: &InstanceType, settings: &Settings) -> Breakdown {
    let mut warnings = Vec::new();
    let mode = mode(instance_type, settings, &mut warnings);
    let ipv4_per_eni = u64::from(instance_type.ipv4_per_eni);
    let host_network_pods = settings.host_network_pods();
    let allowed = ipv4_per_eni.saturating_sub(1) * mode.addresses_per_slot() + host_network_pods;
    let (ceiling, ceiling_source) = ceiling(settings);
    let recommended = allowed.min(ceiling);
    Breakdown {
        os: Os::Windows,
        type_enis: instance_type.enis.into(),
        network_cards: instance_type.network_cards.into(),
        max_eni: None,
        custom_networking: false,
        excluded_enis: ExcludedEnis::None,
        trunk: None,
        reserved_enis: 0,
        enis: 1,
        ipv4_per_eni,
        mode,
        host_network_pods,
        branch_eni_pods: 0,
        allowed: Allowed::Pods(allowed),
        ceiling,
        ceiling_source,
        recommended,
        max_pods: if settings.show_max_allowed { allowed } else { recommended },
        warnings,
    }
}

/// The largest advisable number of pods on a Windows node of any type, and the reason for it.
pub(crate) fn ceiling(settings: &Settings) -> (u64, CeilingSource) {
    match settings.ceiling {
        Some(own) => (own.get().into(), CeilingSource::Own),
        None => (CEILING, CeilingSource::Windows),
    }
}

/// Prefix delegation, if it is asked for and the type is Nitro or bare metal. The controller accepts both.
fn mode(instance_type: &InstanceType, settings: &Settings, warnings: &mut Vec<Warning>) -> Mode {
    if !settings.cni.prefix_delegation {
        return Mode::SecondaryIp;
    }
    if instance_type.is_nitro() || instance_type.bare_metal {
        return Mode::PrefixDelegation;
    }
    warnings.push(Warning::of_hypervisor(instance_type));
    Mode::SecondaryIp
}

pub(super) fn steps(b: &Breakdown) -> Vec<Step> {
    let mut steps = vec![
        Step::new(
            "ENIs",
            &b.enis,
            "on Windows, only the primary ENI gives pods addresses, even if the type has more",
        ),
        b.ipv4_step(),
        b.mode_step(),
        Step::new(
            "host-network pods",
            &b.host_network_pods,
            "pods on the host's network; on Windows, the CNI and kube-proxy are not pods",
        ),
        b.allowed_step(None),
    ];
    steps.extend(b.last_steps());
    steps
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::super::tests::m5_large;
    use super::*;

    #[test]
    fn the_primary_eni_alone_counts() {
        type Change = fn(&mut Settings);
        let windows = |change: Change| {
            let mut settings = Settings { os: Os::Windows, ..Settings::default() };
            change(&mut settings);
            let b = max_pods(&m5_large(), &settings);
            (b.allowed.pods().unwrap(), b.recommended, b.max_pods)
        };
        let cases: [(&str, Change, (u64, u64, u64)); 8] = [
            ("secondary IPs", |_| (), (9, 9, 9)),
            ("prefixes", |s| s.cni.prefix_delegation = true, (144, 110, 110)),
            (
                "prefixes, uncapped",
                |s| {
                    s.cni.prefix_delegation = true;
                    s.show_max_allowed = true;
                },
                (144, 110, 144),
            ),
            ("host-network pods", |s| s.host_network_pods = Some(3), (12, 12, 12)),
            ("an own ceiling", |s| s.ceiling = NonZeroU32::new(5), (9, 5, 5)),
            ("MAX_ENI has no effect", |s| s.cni.max_eni = NonZeroU32::new(1), (9, 9, 9)),
            ("custom networking has no effect", |s| s.cni.custom_networking = true, (9, 9, 9)),
            ("reserved ENIs have no effect", |s| s.reserved_enis = 2, (9, 9, 9)),
        ];
        for (why, change, numbers) in cases {
            assert_eq!(windows(change), numbers, "{why}");
        }
    }

    #[test]
    fn the_ceiling_does_not_depend_on_vcpus() {
        let mut big = m5_large();
        big.ipv4_per_eni = 50;
        for vcpus in [Some(96), None] {
            big.vcpus = vcpus;
            let mut settings = Settings { os: Os::Windows, ..Settings::default() };
            settings.cni.prefix_delegation = true;
            let breakdown = max_pods(&big, &settings);
            assert_eq!((breakdown.allowed, breakdown.recommended), (Allowed::Pods(49 * 16), 110));
            assert_eq!(breakdown.warnings, []);
        }
    }

    #[test]
    fn prefixes_on_nitro_and_bare_metal() {
        let mut settings = Settings { os: Os::Windows, ..Settings::default() };
        settings.cni.prefix_delegation = true;
        settings.cni.version = "1.8.0".parse().ok();
        for (hypervisor, bare_metal, warnings) in [
            (Some("nitro"), false, vec![]),
            (None, true, vec![]),
            (Some("xen"), false, vec![Warning::NotNitro("xen".into())]),
            (None, false, vec![Warning::UnknownHypervisor]),
        ] {
            let mut t = m5_large();
            t.hypervisor = hypervisor.map(Into::into);
            t.bare_metal = bare_metal;
            let breakdown = max_pods(&t, &settings);
            let mode = if warnings.is_empty() { Mode::PrefixDelegation } else { Mode::SecondaryIp };
            assert_eq!((breakdown.mode, breakdown.warnings), (mode, warnings));
        }
    }
}
