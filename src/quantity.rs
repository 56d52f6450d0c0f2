//! Numbers in a node's `status.capacity`.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A whole number in a node's `status.capacity`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Quantity {
    /// The number.
    Number(u64),
    /// The node does not have the field.
    #[default]
    Missing,
    /// The field holds something that is not a whole number. This is the beginning of its text.
    Nonsense(String),
}

impl Quantity {
    /// The number of characters that are kept of a text. No number is longer.
    const MOST_CHARACTERS: usize = 40;

    /// The number; `None` if there is none.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Missing | Self::Nonsense(_) => None,
        }
    }

    fn from_text(text: &str) -> Self {
        match quantity(text) {
            Some(number) => Self::Number(number),
            None => Self::Nonsense(text.chars().take(Self::MOST_CHARACTERS).collect()),
        }
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

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuantityVisitor)
    }
}

/// Accepts a value of any kind, so that one node with a strange value does not keep the others from
/// being judged.
struct QuantityVisitor;

impl<'de> Visitor<'de> for QuantityVisitor {
    type Value = Quantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_str<E>(self, text: &str) -> Result<Quantity, E> {
        Ok(Quantity::from_text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Quantity, E> {
        Ok(Quantity::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Quantity, E> {
        Ok(Quantity::Nonsense(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Quantity, E> {
        Ok(Quantity::Nonsense(number.to_string()))
    }

    fn visit_bool<E>(self, word: bool) -> Result<Quantity, E> {
        Ok(Quantity::Nonsense(word.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Quantity, E> {
        Ok(Quantity::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Quantity, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Quantity::Nonsense("a list".into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Quantity, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Quantity::Nonsense("an object".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_kubernetes_writes_them() {
        let cases = [
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
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .filter(|(json, number)| {
                let read: Quantity = serde_json::from_str(json).unwrap();
                read.number() != *number || (read == Quantity::Missing) != (*json == "null")
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
