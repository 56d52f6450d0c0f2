//! Reads EC2's JSON.
//!
//! The embedded table and the user's own files both have the shape of `aws ec2 describe-instance-types`, so
//! one reader is enough for both.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::{Deserialize, Deserializer, de};
use serde_json::Number;

use super::{InstanceType, LONGEST_NAME, compare_names, normalise};
use crate::Error;
use crate::aws::{self, Listed};
use crate::text::{Shortened, to_utf8};

/// Reads instance types from the output of `aws ec2 describe-instance-types`.
///
/// Takes an object with an `InstanceTypes` list, the bare list that `--query InstanceTypes`
/// prints, or several of these one after another (pages). Other fields are ignored. A type that is described several times with the same facts is kept once.
///
/// # Errors
/// - [`Error::InstanceTypes`], with line and column, if the text is not JSON, an object has a key twice, a
///   field is missing, or a value is impossible. Limits are from 1 to 65,535. A name has at most 64 letters,
///   digits, dots and hyphens. Two network cards of a type cannot have the same index.
/// - [`Error::Encoding`] if the text is in another encoding than those of [`decode`](crate::text::decode).
/// - [`Error::Contradiction`] if a type is described twice with different facts.
/// - [`Error::NoInstanceTypes`] if no type is described.
pub fn parse_instance_types(json: &[u8]) -> Result<Vec<InstanceType>, Error> {
    let json = &*to_utf8(json)?;
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

/// Reads an `Ec2InstanceType` and converts it at once, because then the reader still knows the line and
/// column of a fault.
impl<'de> Deserialize<'de> for InstanceType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ec2InstanceType::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

/// EC2's own shape. Every field may be missing, and every number may have any value. The conversion to an
/// [`InstanceType`] checks them, because its errors can name the field and the type.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an instance type as EC2 describes it")]
pub(crate) struct Ec2InstanceType<'a> {
    #[serde(borrow)]
    instance_type: Option<Text<'a>>,
    bare_metal: Option<bool>,
    #[serde(borrow)]
    hypervisor: Option<Text<'a>>,
    #[serde(rename = "VCpuInfo")]
    vcpu_info: Option<Ec2VCpuInfo>,
    memory_info: Option<Ec2MemoryInfo>,
    network_info: Option<Ec2NetworkInfo>,
    #[serde(borrow)]
    processor_info: Option<Ec2ProcessorInfo<'a>>,
}

/// A text that borrows from the JSON if it has no escapes. Serde would copy every text of an
/// `Option<Cow<str>>`.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object, ProcessorInfo")]
struct Ec2ProcessorInfo<'a> {
    #[serde(borrow)]
    supported_architectures: Option<Vec<Text<'a>>>,
}

impl Listed for Ec2InstanceType<'_> {
    const KEY: &'static str = InstanceType::KEY;
}

impl Ec2InstanceType<'_> {
    /// The name as it is written; empty if there is none.
    pub(crate) fn name(&self) -> &str {
        self.instance_type.as_ref().map_or("", |name| &name.0)
    }
}

impl TryFrom<Ec2InstanceType<'_>> for InstanceType {
    type Error = String;

    fn try_from(ec2: Ec2InstanceType<'_>) -> Result<Self, String> {
        if ec2.instance_type.is_none() {
            return Err("a type without the field InstanceType".into());
        }
        let name = normalise(ec2.name());
        if !is_name(&name) {
            return Err(format!(
                "'{}' is not the name of an instance type: a name has 1 to {LONGEST_NAME} letters, digits, dots and hyphens",
                Shortened(&name)
            ));
        }
        match facts(ec2) {
            Ok(facts) => Ok(Self { name, ..facts }),
            Err(problem) => Err(format!("{name}: {problem}")),
        }
    }
}

fn is_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

/// The facts without the name.
fn facts(ec2: Ec2InstanceType) -> Result<InstanceType, String> {
    const ENIS: &str = "MaximumNetworkInterfaces";
    const IPV4_PER_ENI: &str = "NetworkInfo.Ipv4AddressesPerInterface";

    let network = required(ec2.network_info, "NetworkInfo")?;
    let cards = required(network.network_cards, "NetworkInfo.NetworkCards")?;
    let default_card = default_card(&cards, network.default_network_card_index)?;
    let enis = required(default_card.maximum_network_interfaces.as_ref(), ENIS)?;
    let ipv4_per_eni = required(network.ipv4_addresses_per_interface.as_ref(), IPV4_PER_ENI)?;
    let vcpus = ec2.vcpu_info.and_then(|info| info.default_vcpus);
    let memory_mib = ec2.memory_info.and_then(|info| info.size_in_mib);
    let memory_mib = memory_mib.map(|size| match size.as_u64() {
        Some(mib @ 1..) => Ok(mib),
        _ => Err(format!("MemoryInfo.SizeInMiB is {size}, but it must be at least 1")),
    });
    let architectures = ec2.processor_info.and_then(|info| info.supported_architectures);
    Ok(InstanceType {
        name: String::new(),
        bare_metal: ec2.bare_metal.unwrap_or(false),
        architectures: architectures.into_iter().flatten().map(|text| text.0.into_owned()).collect(),
        hypervisor: ec2.hypervisor.map(|text| text.0.into_owned()).filter(|text| !text.is_empty()),
        vcpus: vcpus.map(|n| bounded(&n, "VCpuInfo.DefaultVCpus")).transpose()?.map(u32::from),
        memory_mib: memory_mib.transpose()?,
        enis: bounded(enis, ENIS)?,
        ipv4_per_eni: bounded(ipv4_per_eni, IPV4_PER_ENI)?,
        network_cards: bounded(&cards.len().into(), "the number of NetworkCards")?,
    })
}

/// The card whose ENIs the VPC CNI uses.
fn default_card(cards: &[Ec2NetworkCard], index: Option<Number>) -> Result<&Ec2NetworkCard, String> {
    if let (None, [only]) = (&index, cards) {
        return Ok(only);
    }
    if let Some(twice) = double_index(cards) {
        return Err(format!("two network cards have the NetworkCardIndex {twice}"));
    }
    let index = required(index, "NetworkInfo.DefaultNetworkCardIndex")?;
    cards
        .iter()
        .find(|card| card.network_card_index.as_ref() == Some(&index))
        .ok_or_else(|| format!("there is no network card {index}, its DefaultNetworkCardIndex"))
}

/// An index that two cards have.
fn double_index(cards: &[Ec2NetworkCard]) -> Option<&Number> {
    if cards.len() < 2 {
        // Nearly all types have one card, so they do without the set.
        return None;
    }
    let mut seen = HashSet::with_capacity(cards.len());
    cards.iter().filter_map(|card| card.network_card_index.as_ref()).find(|&index| !seen.insert(index))
}

fn required<T>(value: Option<T>, field: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("the field {field} is missing"))
}

/// A limit, from 1 to 65,535. No VPC subnet has more than 65,536 addresses, and the formula cannot overflow with
/// limits of this size.
fn bounded(value: &Number, field: &str) -> Result<u16, String> {
    match value.as_u64().map(u16::try_from) {
        Some(Ok(n @ 1..)) => Ok(n),
        _ => Err(format!("{field} is {value}, but it must be from 1 to 65535")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const M5: &str = r#"{"InstanceType":"m5.large","Hypervisor":"nitro","VCpuInfo":{"DefaultVCpus":2},
        "NetworkInfo":{"Ipv4AddressesPerInterface":10,"DefaultNetworkCardIndex":0,
        "NetworkCards":[{"NetworkCardIndex":0,"MaximumNetworkInterfaces":3}]}}"#;

    fn one(json: &str) -> Result<InstanceType, String> {
        let types =
            parse_instance_types(format!("[{json}]").as_bytes()).map_err(|error| error.to_string())?;
        let [one] = <[_; 1]>::try_from(types).map_err(|types| format!("{types:?}"))?;
        Ok(one)
    }

    #[test]
    fn several_pages_give_one_sorted_list() {
        let other = M5.replace("m5.large", "x9.large");
        for json in [
            format!(r#"{{"InstanceTypes":[{M5},{other}],"NextToken":"x"}}"#),
            format!("[{other},{M5}]"),
            format!(r#"{{"InstanceTypes":[{M5}]}}{{"InstanceTypes":[{other},{M5}]}}"#),
        ] {
            let types = parse_instance_types(json.as_bytes()).unwrap();
            let names: Vec<_> = types.iter().map(|t| t.name.as_str()).collect();
            assert_eq!(names, ["m5.large", "x9.large"], "{json}");
        }
    }

    #[test]
    fn facts_are_read_where_ec2_has_them() {
        let m5 = one(M5).unwrap();
        assert_eq!((m5.enis, m5.ipv4_per_eni, m5.vcpus, m5.memory_mib), (3, 10, Some(2), None));
        assert_eq!((m5.is_nitro(), m5.architectures.len(), m5.supports("x86_64")), (true, 0, false));
        // The AWS CLI prints `null` for a missing field if `--query` names that field.
        let nulls = M5.replace("\"nitro\"", "null, \"ProcessorInfo\": null, \"MemoryInfo\": {}");
        assert_eq!(one(&nulls).unwrap().hypervisor, None);

        let text =
            r#""nitro", "ProcessorInfo": {"SupportedArchitectures": ["i386", "x86\u005f64"], "Other": 1}"#;
        let m5 = one(&M5.replace("\"nitro\"", text)).unwrap();
        assert_eq!(m5.architectures, ["i386", "x86_64"]);
        assert!(m5.supports("x86_64") && m5.supports("i386") && !m5.supports("arm64"));
    }

    #[test]
    fn one_card_needs_no_index() {
        let text = M5.replace("\"DefaultNetworkCardIndex\":0,", "").replace("\"NetworkCardIndex\":0,", "");
        assert_eq!(one(&text).unwrap().enis, 3);
    }

    #[test]
    fn names_are_taken_in_any_case_and_with_blanks_around() {
        let long = "x".repeat(LONGEST_NAME);
        for (written, name) in
            [(" M5.Large\t", "m5.large"), ("u-24tb1.112xlarge", "u-24tb1.112xlarge"), (&long, &long)]
        {
            let json = serde_json::to_string(written).unwrap();
            assert_eq!(one(&M5.replace("\"m5.large\"", &json)).unwrap().name, name);
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let without = |from: &str, to: &str| format!("[{}]", M5.replace(from, to));
        let name = |name: &str| without("m5.large", name);
        let cards = |other: &str| without("faces\":3}]", &format!("faces\":3}},{other}]"));
        let cases = [
            (String::new(), "no instance types: it is empty"),
            ("[]".into(), "no instance types"),
            ("{}".into(), "missing field `InstanceTypes`"),
            ("[1]".into(), "line 1, column 2: invalid type: integer `1`, expected an instance type"),
            ("[{}]".into(), "without the field InstanceType"),
            (without("NetworkInfo", "Other"), "m5.large: the field NetworkInfo is missing"),
            (without("NetworkCards", "Other"), "m5.large: the field NetworkInfo.NetworkCards is missing"),
            (without("Maximum", "Other"), "m5.large: the field MaximumNetworkInterfaces is missing"),
            (without("Ipv4", "Ipv5"), "the field NetworkInfo.Ipv4AddressesPerInterface is missing"),
            (
                without("Interfaces\":3", "Interfaces\":0"),
                "MaximumNetworkInterfaces is 0, but it must be from 1",
            ),
            (without("Interfaces\":3", "Interfaces\":65536"), "MaximumNetworkInterfaces is 65536"),
            (without("Interfaces\":3", "Interfaces\":-3"), "m5.large: MaximumNetworkInterfaces is -3, but"),
            (
                without("Interfaces\":3", "Interfaces\":1e99"),
                "m5.large: MaximumNetworkInterfaces is 1e+99, but",
            ),
            (without("CardIndex\":0,\n", "CardIndex\":7,\n"), "no network card 7"),
            (
                cards(r#"{"NetworkCardIndex":0}"#),
                "line 3, column 102: m5.large: two network cards have the NetworkCardIndex 0",
            ),
            (
                cards(r#"{"NetworkCardIndex":1},{"NetworkCardIndex":1}"#),
                "two network cards have the NetworkCardIndex 1",
            ),
            (
                without("Hypervisor\":\"nitro", "InstanceType\":\"a"),
                "line 1, column 42: duplicate field `InstanceType`",
            ),
            (name(" "), "'' is not the name of an instance type"),
            (
                name("m5 large"),
                "line 3, column 79: 'm5 large' is not the name of an instance type: a name has 1 to 64",
            ),
            (name("m5.large\\u001b[2J"), "'m5.large\\u{1b}[2j' is not the name"),
            (name("m5.lärge"), "'m5.lärge' is not the name"),
            (name("=m5.large"), "'=m5.large' is not the name"),
            (name(&"x".repeat(LONGEST_NAME + 1)), "is not the name"),
            (
                format!("[{M5}, {}]", M5.replace("Interface\":10", "Interface\":11")),
                "m5.large is described twice",
            ),
            (format!("[{M5}, {}]", M5.replace("nitro", "xen")), "m5.large is described twice"),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .map(|(json, says)| {
                (parse_instance_types(json.as_bytes()).map_err(|e| e.to_string()), says, json)
            })
            .filter(|(read, says, _)| read.as_ref().err().is_none_or(|error| !error.contains(says)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
