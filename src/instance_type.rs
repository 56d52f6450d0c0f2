//! What EC2 says of one instance type, and the reader of EC2's JSON.
//!
//! The shape is that of `aws ec2 describe-instance-types`; the embedded table and the user's own
//! files both have it, so there is one reader for both.

use serde::Deserialize;
use serde_json::Number;

use crate::aws::{self, Listed};
use crate::{Error, Escaped};

/// The facts of one instance type that bear on its pod limit.
///
/// Source: EC2's [DescribeInstanceTypes], the same call that `max-pods-calculator.sh` made.
///
/// [DescribeInstanceTypes]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Ec2InstanceType")]
#[non_exhaustive]
pub struct InstanceType {
    /// `InstanceType`, such as `m5.large`.
    pub name: String,
    /// `BareMetal`: the type runs without a hypervisor.
    pub bare_metal: bool,
    /// `Hypervisor`: `nitro` or `xen`; bare-metal types report none.
    pub hypervisor: Option<String>,
    /// `VCpuInfo.DefaultVCpus`; unknown for a few types that EC2 no longer describes.
    pub vcpus: Option<u32>,
    /// `MemoryInfo.SizeInMiB`, in MiB; unknown for a few types that EC2 no longer describes.
    pub memory_mib: Option<u64>,
    /// Most ENIs on the **default** network card: its `MaximumNetworkInterfaces`. The VPC CNI
    /// attaches ENIs to that card alone.
    pub enis: u16,
    /// `NetworkInfo.Ipv4AddressesPerInterface`: IPv4 addresses on one ENI, its own included.
    pub ipv4_per_eni: u16,
    /// How many network cards the type has.
    pub network_cards: u16,
}

impl InstanceType {
    /// A type with these limits and nothing else known of it: no hypervisor, vCPUs or memory.
    ///
    /// `enis` counts the ENIs of the default network card, `ipv4_per_eni` the IPv4 addresses of
    /// one ENI, its own included.
    #[must_use]
    pub fn new(name: impl Into<String>, enis: u16, ipv4_per_eni: u16) -> Self {
        Self {
            name: name.into(),
            bare_metal: false,
            hypervisor: None,
            vcpus: None,
            memory_mib: None,
            enis,
            ipv4_per_eni,
            network_cards: 1,
        }
    }

    /// Whether EC2 reports the Nitro hypervisor, as prefix delegation asks.
    #[must_use]
    pub fn is_nitro(&self) -> bool {
        self.hypervisor.as_deref() == Some("nitro")
    }
}

/// Family and size of an instance type's name.
pub(crate) fn split_name(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or((name, ""))
}

/// Orders names by family, and in a family by size as people expect it: nano, micro, small,
/// medium, large, xlarge, 2xlarge … 48xlarge, metal, metal-24xl, metal-48xl.
pub(crate) fn compare_names(a: &str, b: &str) -> std::cmp::Ordering {
    let ((a_family, a_size), (b_family, b_size)) = (split_name(a), split_name(b));
    a_family.cmp(b_family).then_with(|| size_rank(a_size).cmp(&size_rank(b_size))).then_with(|| a.cmp(b))
}

/// Where a size stands in its family: the kind of size, how many of it, and the word itself.
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

/// Reads instance types from the output of `aws ec2 describe-instance-types`.
///
/// Takes an object with an `InstanceTypes` list, the bare list that `--query InstanceTypes`
/// prints, or several of these one after another (pages). Fields that do not bear on the pod
/// limit are ignored, and so is a byte order mark. A type described twice in the same words is kept
/// once.
///
/// # Errors
/// [`Error::InstanceTypes`], with line and column, where the text is not JSON, a field is missing
/// or its value cannot be right (limits are from 1 to 65,535), a type is described in two ways,
/// or no type is described at all.
pub fn parse_instance_types(json: &[u8]) -> Result<Vec<InstanceType>, Error> {
    let mut types: Vec<InstanceType> = aws::items(json).map_err(|error| Error::instance_types(&error))?;
    if types.is_empty() {
        return Err(Error::NoInstanceTypes { empty: aws::is_blank(json) });
    }
    types.sort_by(|a, b| compare_names(&a.name, &b.name));
    types.dedup();
    if let Some([a, _]) = types.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(Error::Contradiction { name: a.name.clone() });
    }
    Ok(types)
}

impl Listed for InstanceType {
    const KEY: &'static str = "InstanceTypes";
}

/// EC2's own shape. Everything may be missing here, and a number be any, so that what is wrong can be
/// named together with the type that it is wrong for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an instance type as EC2 describes it")]
struct Ec2InstanceType {
    instance_type: Option<String>,
    bare_metal: Option<bool>,
    hypervisor: Option<String>,
    #[serde(rename = "VCpuInfo")]
    vcpu_info: Option<Ec2VCpuInfo>,
    memory_info: Option<Ec2MemoryInfo>,
    network_info: Option<Ec2NetworkInfo>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object, VCpuInfo")]
struct Ec2VCpuInfo {
    #[serde(rename = "DefaultVCpus")]
    default_vcpus: Option<Number>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object, MemoryInfo")]
struct Ec2MemoryInfo {
    #[serde(rename = "SizeInMiB")]
    size_in_mib: Option<Number>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object, NetworkInfo")]
struct Ec2NetworkInfo {
    ipv4_addresses_per_interface: Option<Number>,
    default_network_card_index: Option<Number>,
    network_cards: Option<Vec<Ec2NetworkCard>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object, a network card")]
struct Ec2NetworkCard {
    network_card_index: Option<Number>,
    maximum_network_interfaces: Option<Number>,
}

impl TryFrom<Ec2InstanceType> for InstanceType {
    type Error = String;

    fn try_from(mut ec2: Ec2InstanceType) -> Result<Self, String> {
        let name = ec2.instance_type.take().ok_or("a type without the field InstanceType")?;
        let name = crate::normalise(name);
        if name.is_empty() {
            return Err("a type with an empty InstanceType".into());
        }
        if !Escaped(&name).is_plain() {
            return Err(format!("{}: a name with control characters", Escaped(&name)));
        }
        match facts(ec2) {
            Ok(facts) => Ok(Self { name, ..facts }),
            Err(problem) => Err(format!("{}: {problem}", Escaped(&name))),
        }
    }
}

/// The facts without the name.
fn facts(ec2: Ec2InstanceType) -> Result<InstanceType, String> {
    const ENIS: &str = "MaximumNetworkInterfaces";
    const IPV4_PER_ENI: &str = "NetworkInfo.Ipv4AddressesPerInterface";

    let network = required(ec2.network_info, "NetworkInfo")?;
    let cards = required(network.network_cards, "NetworkInfo.NetworkCards")?;
    let default_card = match (network.default_network_card_index, cards.as_slice()) {
        (None, [only]) => only,
        (index, _) => {
            let index = required(index, "NetworkInfo.DefaultNetworkCardIndex")?;
            cards
                .iter()
                .find(|card| card.network_card_index.as_ref() == Some(&index))
                .ok_or_else(|| format!("there is no network card {index}, its DefaultNetworkCardIndex"))?
        }
    };
    let enis = required(default_card.maximum_network_interfaces.as_ref(), ENIS)?;
    let ipv4_per_eni = required(network.ipv4_addresses_per_interface.as_ref(), IPV4_PER_ENI)?;
    let vcpus = ec2.vcpu_info.and_then(|info| info.default_vcpus);
    let memory_mib = ec2.memory_info.and_then(|info| info.size_in_mib);
    let memory_mib = memory_mib.map(|size| match size.as_u64() {
        Some(mib @ 1..) => Ok(mib),
        _ => Err(format!("MemoryInfo.SizeInMiB is {size}, which cannot be")),
    });
    Ok(InstanceType {
        name: String::new(),
        bare_metal: ec2.bare_metal.unwrap_or(false),
        hypervisor: ec2.hypervisor.filter(|hypervisor| !hypervisor.is_empty()),
        vcpus: vcpus.map(|n| bounded(&n, "VCpuInfo.DefaultVCpus")).transpose()?.map(u32::from),
        memory_mib: memory_mib.transpose()?,
        enis: bounded(enis, ENIS)?,
        ipv4_per_eni: bounded(ipv4_per_eni, IPV4_PER_ENI)?,
        network_cards: bounded(&cards.len().into(), "the number of NetworkCards")?,
    })
}

fn required<T>(value: Option<T>, field: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("the field {field} is missing"))
}

/// Limits are counted in 16 bits: no VPC subnet has more than 65,536 addresses, and with 16 bits
/// each the formula cannot overflow.
fn bounded(value: &Number, field: &str) -> Result<u16, String> {
    match value.as_u64().map(u16::try_from) {
        Some(Ok(n @ 1..)) => Ok(n),
        _ => Err(format!("{field} is {value}, which cannot be (it is from 1 to 65535)")),
    }
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

    const M5: &str = r#"{"InstanceType":"m5.large","Hypervisor":"nitro","VCpuInfo":{"DefaultVCpus":2},
        "NetworkInfo":{"Ipv4AddressesPerInterface":10,"DefaultNetworkCardIndex":0,
        "NetworkCards":[{"NetworkCardIndex":0,"MaximumNetworkInterfaces":3}]}}"#;

    #[test]
    fn pages_and_plain_lists_are_read() {
        let other = M5.replace("m5.large", "x9.large");
        for json in [
            format!(r#"{{"InstanceTypes":[{M5},{other}],"NextToken":"x"}}"#),
            format!("[{other},{M5}]"),
            format!(r#"{{"InstanceTypes":[{M5}]}}{{"InstanceTypes":[{other},{M5}]}}"#),
            format!("[]\n[{other}]\n[{M5}]"),
        ] {
            let types = parse_instance_types(json.as_bytes()).unwrap();
            let names: Vec<_> = types.iter().map(|t| t.name.as_str()).collect();
            assert_eq!(names, ["m5.large", "x9.large"], "{json}");
            assert_eq!((types[0].enis, types[0].ipv4_per_eni, types[0].vcpus), (3, 10, Some(2)));
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let without = |from: &str, to: &str| format!("[{}]", M5.replace(from, to));
        for (json, says) in [
            (String::new(), "no instance types: it is empty"),
            ("[]".into(), "no instance types"),
            ("{}".into(), "missing field `InstanceTypes`"),
            (
                r#"{"InstanceTypes":[],"InstanceTypes":[]}"#.into(),
                "line 1, column 35: duplicate field `InstanceTypes`",
            ),
            ("[1]".into(), "line 1, column 2: invalid type: integer `1`, expected an instance type"),
            ("[{}]".into(), "without the field InstanceType"),
            (without("NetworkInfo", "Other"), "m5.large: the field NetworkInfo is missing"),
            (without("NetworkCards", "Other"), "m5.large: the field NetworkInfo.NetworkCards is missing"),
            (without("Maximum", "Other"), "m5.large: the field MaximumNetworkInterfaces is missing"),
            (without("Ipv4", "Ipv5"), "the field NetworkInfo.Ipv4AddressesPerInterface is missing"),
            (without("Interfaces\":3", "Interfaces\":0"), "MaximumNetworkInterfaces is 0"),
            (without("Interfaces\":3", "Interfaces\":65536"), "MaximumNetworkInterfaces is 65536"),
            (without("Interfaces\":3", "Interfaces\":-3"), "m5.large: MaximumNetworkInterfaces is -3, which"),
            (
                without("Interfaces\":3", "Interfaces\":1e99"),
                "m5.large: MaximumNetworkInterfaces is 1e+99, which",
            ),
            (without("CardIndex\":0,\n", "CardIndex\":7,\n"), "no network card 7"),
            (without("large", "large\\u001b[2J"), "m5.large\\u{1b}[2j: a name with control characters"),
            (
                format!("[{M5}, {}]", M5.replace("Interface\":10", "Interface\":11")),
                "m5.large is described twice",
            ),
        ] {
            let error = parse_instance_types(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(says), "{json}\n{error}");
        }
    }
}
