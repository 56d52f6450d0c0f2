//! The resources that the kubelet reserves for itself and for the node's daemons.

/// The `kubeReserved` that nodeadm's formula gives for a number of pods.
///
/// nodeadm itself applies the formula to the classic number of pods (secondary IPs, without a ceiling), or to
/// the result of `maxPodsExpression`, even if the kubelet's configuration sets another `maxPods`.
///
/// Source: nodeadm of the EKS AMI, [`internal/kubelet/config.go`][1].
///
/// [1]: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KubeReserved {
    /// CPU in millicores; `None` if the number of vCPUs is not known.
    pub cpu_millicores: Option<u64>,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Ephemeral storage in GiB.
    pub ephemeral_storage_gib: u64,
}

impl KubeReserved {
    /// The resources that the formula reserves on a node with `vcpus` vCPUs and at most `max_pods` pods.
    #[must_use]
    pub fn new(max_pods: u64, vcpus: Option<u32>) -> Self {
        Self {
            cpu_millicores: vcpus.map(cpu_millicores),
            memory_mib: max_pods.saturating_mul(11).saturating_add(255),
            ephemeral_storage_gib: 1,
        }
    }

    /// The names of the resources, as the kubelet writes them, with Kubernetes quantities. The CPU is left
    /// out if it is not known.
    pub fn quantities(&self) -> impl Iterator<Item = (&'static str, String)> {
        let cpu = self.cpu().map(|cpu| ("cpu", cpu));
        let others = [("memory", self.memory()), ("ephemeral-storage", self.ephemeral_storage())];
        cpu.into_iter().chain(others)
    }

    /// CPU as a Kubernetes quantity, such as `70m`.
    #[must_use]
    pub fn cpu(&self) -> Option<String> {
        self.cpu_millicores.map(|millicores| format!("{millicores}m"))
    }

    /// Memory as a Kubernetes quantity, such as `1465Mi`.
    #[must_use]
    pub fn memory(&self) -> String {
        format!("{}Mi", self.memory_mib)
    }

    /// Ephemeral storage as a Kubernetes quantity, such as `1Gi`.
    #[must_use]
    pub fn ephemeral_storage(&self) -> String {
        format!("{}Gi", self.ephemeral_storage_gib)
    }
}

/// The reserved CPU in millicores: 6% of the first core, 1% of the second, 0.5% of the next two, and 0.25% of
/// the rest. The part of each range is rounded down.
fn cpu_millicores(vcpus: u32) -> u64 {
    // Each range has a number of cores, and the reserved share of them in ten-thousandths.
    let ranges = [(1, 600), (1, 100), (2, 50), (u64::MAX, 25)];
    let mut left = u64::from(vcpus);
    let mut millicores = 0;
    for (cores, share) in ranges {
        let cores = left.min(cores);
        millicores += cores * 1000 * share / 10_000;
        left -= cores;
    }
    millicores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_by_ranges() {
        for (vcpus, millicores) in
            [(0, 0), (1, 60), (2, 70), (3, 75), (4, 80), (5, 82), (6, 85), (8, 90), (96, 310), (192, 550)]
        {
            assert_eq!(KubeReserved::new(110, Some(vcpus)).cpu_millicores, Some(millicores), "{vcpus}");
        }
        assert_eq!(KubeReserved::new(110, None).cpu_millicores, None);
        assert_eq!(
            KubeReserved::new(0, Some(u32::MAX)).cpu_millicores,
            Some(80 + (u64::from(u32::MAX) - 4) * 5 / 2)
        );
    }

    #[test]
    fn memory_by_pods() {
        for (max_pods, mib) in [(110, 1465), (29, 574), (0, 255), (u64::MAX, u64::MAX)] {
            assert_eq!(KubeReserved::new(max_pods, None).memory_mib, mib);
        }
    }
}
