//! What a node says of itself.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A node of the cluster, as far as it bears on the pod limit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// `.metadata.name`; empty where it is missing.
    pub name: String,
    /// The label `node.kubernetes.io/instance-type`, or the older `beta.kubernetes.io/instance-type`.
    pub instance_type: Option<String>,
    /// `.status.capacity.pods`, the kubelet's `maxPods`.
    pub pods: Pods,
    /// Why the rules do not apply to it, where they do not.
    pub skip: Option<Skip>,
}

/// Why the rules do not apply to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skip {
    /// Fargate: each pod has a machine of its own.
    Fargate,
    /// EKS Auto Mode: AWS sets the limit.
    AutoMode,
    /// A hybrid node: no EC2 instance, and another CNI.
    Hybrid,
    /// Windows: the VPC resource controller gives pods their addresses.
    Windows,
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fargate => "Fargate: each pod has its own machine",
            Self::AutoMode => "EKS Auto Mode: AWS sets the pod limit",
            Self::Hybrid => "hybrid node: it has no ENIs",
            Self::Windows => "Windows: the rules are those of Linux nodes",
        })
    }
}

/// How many pods a node says it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pods {
    /// So many.
    Number(u64),
    /// Nothing is said.
    Missing,
    /// What is said is no number of pods.
    Nonsense(String),
}

impl Pods {
    /// The number, where there is one.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Missing | Self::Nonsense(_) => None,
        }
    }

    fn from_text(text: &str) -> Self {
        quantity(text).map_or_else(|| Self::Nonsense(text.chars().take(40).collect()), Self::Number)
    }
}

/// A whole number written as one of [Kubernetes' quantities][1]: `110`, `1k`, `1Ki`, `11e1`.
///
/// [1]: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
fn quantity(text: &str) -> Option<u64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (digits, suffix) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let number: u64 = digits.parse().ok()?;
    let times = match suffix {
        "" => 1,
        "m" => return number.is_multiple_of(1000).then_some(number / 1000),
        "k" => 1000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => 10_u64.checked_pow(suffix.strip_prefix(['e', 'E'])?.parse().ok()?)?,
    };
    number.checked_mul(times)
}

impl<'de> Deserialize<'de> for Pods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PodsVisitor)
    }
}

/// Takes whatever is there: a node that says nonsense is judged, and does not stop the others from
/// being judged.
struct PodsVisitor;

impl<'de> Visitor<'de> for PodsVisitor {
    type Value = Pods;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of pods")
    }

    fn visit_str<E>(self, text: &str) -> Result<Pods, E> {
        Ok(Pods::from_text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Pods, E> {
        Ok(Pods::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Pods, E> {
        Ok(Pods::Nonsense(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Pods, E> {
        Ok(Pods::Nonsense(number.to_string()))
    }

    fn visit_bool<E>(self, word: bool) -> Result<Pods, E> {
        Ok(Pods::Nonsense(word.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Pods, E> {
        Ok(Pods::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Pods, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Pods::Nonsense("a list".into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pods, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Pods::Nonsense("an object".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_pods_as_kubernetes_writes_them() {
        for (json, pods) in [
            ("\"29\"", Some(29)),
            ("29", Some(29)),
            ("\"0\"", Some(0)),
            ("\"+110\"", Some(110)),
            ("\"1k\"", Some(1000)),
            ("\"1Ki\"", Some(1024)),
            ("\"11e1\"", Some(110)),
            ("\"110000m\"", Some(110)),
            ("\"110500m\"", None),
            ("\"\"", None),
            ("\"k\"", None),
            ("\"-1\"", None),
            ("\"29 \"", None),
            ("\"2x\"", None),
            ("\"1e99\"", None),
            ("\"18446744073709551616\"", None),
            ("\"18446744073709551615k\"", None),
            ("-1", None),
            ("29.5", None),
            ("1e99", None),
            ("true", None),
            ("null", None),
            ("[29]", None),
            ("{\"pods\":29}", None),
        ] {
            let read: Pods = serde_json::from_str(json).unwrap();
            assert_eq!(read.number(), pods, "{json}");
            assert_eq!(read == Pods::Missing, json == "null", "{json}");
        }
    }
}
