//! The facts of one instance type, and the order of types by name.

mod branch_enis;
mod ec2;

use std::cmp::Ordering;

pub use branch_enis::branch_enis;
pub(crate) use ec2::Ec2InstanceType;
pub use ec2::parse_instance_types;

/// EC2's word for the Nitro hypervisor.
pub(crate) const NITRO: &str = "nitro";

/// The longest name of an instance type. EC2's own have about 20 characters.
pub(crate) const LONGEST_NAME: usize = 64;

/// The facts of one instance type that have an effect on its pod limit.
///
/// Source: EC2's [DescribeInstanceTypes], the same call that `max-pods-calculator.sh` made.
///
/// [DescribeInstanceTypes]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct InstanceType {
    /// `InstanceType`, such as `m5.large`.
    pub name: String,
    /// `BareMetal`: the type runs without a hypervisor.
    pub bare_metal: bool,
    /// `ProcessorInfo.SupportedArchitectures` in EC2's words and order, such as `x86_64`, `arm64`,
    /// `i386` or `arm64_mac`; empty if they are not known.
    pub architectures: Vec<String>,
    /// `Hypervisor`: `nitro` or `xen`; bare-metal types report none.
    pub hypervisor: Option<String>,
    /// `VCpuInfo.DefaultVCpus`; unknown for a few types that EC2 does not describe.
    pub vcpus: Option<u32>,
    /// `MemoryInfo.SizeInMiB`, in MiB; unknown for a few types that EC2 does not describe.
    pub memory_mib: Option<u64>,
    /// The largest number of ENIs on the **default** network card: its `MaximumNetworkInterfaces`. The VPC CNI
    /// attaches ENIs only to that card.
    pub enis: u16,
    /// `NetworkInfo.Ipv4AddressesPerInterface`: the number of IPv4 addresses on one ENI, with the ENI's own
    /// address.
    pub ipv4_per_eni: u16,
    /// The number of network cards.
    pub network_cards: u16,
}

impl InstanceType {
    /// A type with these limits. Everything else about it is unknown.
    ///
    /// `enis` is the number of ENIs of the default network card, and `ipv4_per_eni` the number of IPv4
    /// addresses on one ENI, with the ENI's own address.
    #[must_use]
    pub fn new(name: impl Into<String>, enis: u16, ipv4_per_eni: u16) -> Self {
        Self {
            name: name.into(),
            bare_metal: false,
            architectures: Vec::new(),
            hypervisor: None,
            vcpus: None,
            memory_mib: None,
            enis,
            ipv4_per_eni,
            network_cards: 1,
        }
    }

    /// True if EC2 reports the Nitro hypervisor, which prefix delegation needs.
    #[must_use]
    pub fn is_nitro(&self) -> bool {
        self.hypervisor.as_deref() == Some(NITRO)
    }

    /// True if the type is known to support this architecture, in EC2's words (`x86_64`, `arm64`).
    #[must_use]
    pub fn supports(&self, architecture: &str) -> bool {
        self.architectures.iter().any(|known| known == architecture)
    }
}

/// The name of an instance type as EC2 spells it: in lower case, without blanks around it.
pub(crate) fn normalise(name: impl Into<String>) -> String {
    let mut name = name.into();
    name.make_ascii_lowercase();
    let trimmed = name.trim();
    if trimmed.len() == name.len() { name } else { trimmed.to_owned() }
}

/// The family and the size in the name of an instance type. The size is empty if there is no dot in the name.
pub(crate) fn split_name(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or((name, ""))
}

/// Orders names by family, and in a family by size as people expect it: nano, micro, small,
/// medium, large, xlarge, 2xlarge … 48xlarge, metal, metal-24xl, metal-48xl.
pub(crate) fn compare_names(a: &str, b: &str) -> Ordering {
    let ((a_family, a_size), (b_family, b_size)) = (split_name(a), split_name(b));
    a_family.cmp(b_family).then_with(|| size_rank(a_size).cmp(&size_rank(b_size))).then_with(|| a.cmp(b))
}

/// The sort key of a size in its family: its kind (`xlarge` for `2xlarge`), the number in it (2), and the whole word.
fn size_rank(size: &str) -> (u8, u64, &str) {
    let number = |digits: &str| digits.parse::<u64>().ok();
    let (kind, count) = match size {
        "nano" => (0, 0),
        "micro" => (1, 0),
        "small" => (2, 0),
        "medium" => (3, 0),
        "large" => (4, 0),
        "xlarge" => (5, 1),
        "metal" => (6, 0),
        _ => {
            let xlarge = size.strip_suffix("xlarge").and_then(number).map(|n| (5, n));
            let metal = || {
                let digits = size.strip_prefix("metal-")?.strip_suffix("xl")?;
                number(digits).map(|n| (6, n))
            };
            xlarge.or_else(metal).unwrap_or((7, 0))
        }
    };
    (kind, count, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_sort_as_people_expect() {
        let sorted = [
            "nano",
            "micro",
            "small",
            "medium",
            "large",
            "xlarge",
            "2xlarge",
            "12xlarge",
            "metal",
            "metal-24xl",
            "metal-48xl",
            "odd",
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(size_rank(a).cmp(&size_rank(b)), i.cmp(&j), "{a} {b}");
            }
        }
    }

    #[test]
    fn a_family_comes_before_its_variants() {
        assert!(compare_names("m7i.metal-48xl", "m7i-flex.large").is_lt());
        assert!(compare_names("c5.metal", "c5a.large").is_lt());
    }
}
