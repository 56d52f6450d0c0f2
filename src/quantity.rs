//! Kubernetes' quantities, and the numbers in a node's `status.capacity` that are written as such.
//!
//! Source: [`pkg/api/resource/quantity.go`][1] of `k8s.io/apimachinery`.
//!
//! [1]: https://github.com/kubernetes/apimachinery/blob/master/pkg/api/resource/quantity.go

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The reason why a text is no quantity that a node can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantityError {
    /// Kubernetes refuses the text.
    #[error("not a quantity of Kubernetes, such as 1465Mi")]
    NotQuantity,
    /// Kubernetes reads the text, and the quantity is below 0.
    #[error("a negative quantity")]
    Negative,
    /// Kubernetes reads the text, and the quantity does not fit into 64 bits.
    #[error("a quantity larger than any machine has")]
    TooLarge,
}

/// The quantity in MiB, rounded up, if its unit is the byte.
///
/// ```
/// use maxpods::quantity::{QuantityError, mebibytes};
/// assert_eq!(mebibytes("1.5Gi"), Ok(1536));
/// assert_eq!(mebibytes("1e3"), Ok(1)); // 1000 bytes
/// assert_eq!(mebibytes("-1Gi"), Err(QuantityError::Negative));
/// ```
///
/// # Errors
/// Each [`QuantityError`].
pub fn mebibytes(text: &str) -> Result<u64, QuantityError> {
    let exact = Exact::parse(text)?;
    Ok(exact.rounded_up.div_ceil(1 << 20))
}

/// The quantity as a whole number; `None` if it has a fraction.
///
/// # Errors
/// Each [`QuantityError`].
pub fn whole(text: &str) -> Result<Option<u64>, QuantityError> {
    let exact = Exact::parse(text)?;
    Ok(exact.is_whole.then_some(exact.rounded_up))
}

/// A quantity without rounding errors.
struct Exact {
    /// The next whole number that is not below the quantity.
    rounded_up: u64,
    /// True if that is the quantity itself.
    is_whole: bool,
}

/// The digits that count after the point. Kubernetes itself keeps nine.
const FRACTION_DIGITS: u32 = 18;

impl Exact {
    /// Reads the grammar of `Quantity`'s own documentation: a sign, digits with or without a point among them, and a
    /// suffix. Kubernetes also takes a suffix without any digit for 0, which nobody means.
    fn parse(text: &str) -> Result<Self, QuantityError> {
        use QuantityError::{Negative, NotQuantity, TooLarge};
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (integer, rest) = split_digits(unsigned);
        let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), split_digits);
        if integer.is_empty() && fraction.is_empty() {
            return Err(NotQuantity);
        }
        let (power_of_two, power_of_ten) = powers(suffix)?;

        // The number is `coefficient * 2^power_of_two * 10^(power_of_ten - places)`, and a little more if digits are
        // dropped that are not 0.
        let append = |number: u128, digit: u8| number.checked_mul(10)?.checked_add((digit - b'0').into());
        let coefficient = integer.bytes().try_fold(0_u128, append);
        let (mut coefficient, mut places, mut dropped) = (coefficient.ok_or(TooLarge)?, 0_u32, false);
        for digit in fraction.bytes() {
            match append(coefficient, digit).filter(|_| places < FRACTION_DIGITS) {
                Some(longer) => (coefficient, places) = (longer, places + 1),
                None => dropped |= digit != b'0',
            }
        }
        if coefficient == 0 && !dropped {
            return Ok(Self { rounded_up: 0, is_whole: true });
        }
        if negative {
            return Err(Negative);
        }
        let exponent = power_of_ten.saturating_sub(places.into());
        let ten_to = |exponent: i64| u32::try_from(exponent).ok().and_then(|n| 10_u128.checked_pow(n));
        let (whole, remainder) = if exponent >= 0 {
            (ten_to(exponent).and_then(|factor| coefficient.checked_mul(factor)).ok_or(TooLarge)?, false)
        } else if let Some(divisor) = ten_to(exponent.saturating_neg()) {
            // The remainder is multiplied on its own, so that no product needs more than 128 bits.
            let (quotient, rest) = (coefficient / divisor, coefficient % divisor);
            let rest = rest.checked_shl(power_of_two).unwrap_or_default();
            let whole = quotient.checked_mul(1 << power_of_two).ok_or(TooLarge)?;
            (whole.checked_add(rest / divisor).ok_or(TooLarge)?, rest % divisor > 0)
        } else {
            (0, true)
        };
        let whole = if exponent >= 0 { whole.checked_mul(1 << power_of_two).ok_or(TooLarge)? } else { whole };
        let is_whole = !remainder && !dropped;
        let rounded_up = u64::try_from(whole).ok().and_then(|n| n.checked_add(u64::from(!is_whole)));
        Ok(Self { rounded_up: rounded_up.ok_or(TooLarge)?, is_whole })
    }
}

/// The powers of two and of ten that a suffix stands for.
fn powers(suffix: &str) -> Result<(u32, i64), QuantityError> {
    Ok(match suffix {
        "n" => (0, -9),
        "u" => (0, -6),
        "m" => (0, -3),
        "" => (0, 0),
        "k" => (0, 3),
        "M" => (0, 6),
        "G" => (0, 9),
        "T" => (0, 12),
        "P" => (0, 15),
        "E" => (0, 18),
        "Ki" => (10, 0),
        "Mi" => (20, 0),
        "Gi" => (30, 0),
        "Ti" => (40, 0),
        "Pi" => (50, 0),
        "Ei" => (60, 0),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E']).ok_or(QuantityError::NotQuantity)?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(QuantityError::NotQuantity);
            }
            (0, exponent.parse().map_err(|_| QuantityError::TooLarge)?)
        }
    })
}

/// Splits a text behind the decimal digits at its start.
fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

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
    ///
    /// It is in a box, because a cluster has very many quantities, and nearly all of them are numbers.
    #[allow(clippy::box_collection, reason = "a boxed `str` is as large as a `String` beside a number")]
    Nonsense(Box<String>),
}

impl Quantity {
    /// The number of characters that are kept of a text. No number is longer.
    const MOST_CHARACTERS: usize = 40;

    fn nonsense(text: impl Into<String>) -> Self {
        Self::Nonsense(Box::new(text.into()))
    }

    /// The number; `None` if there is none.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Missing | Self::Nonsense(_) => None,
        }
    }

    fn from_text(text: &str) -> Self {
        match whole(text) {
            Ok(Some(number)) => Self::Number(number),
            _ => Self::Nonsense(Box::new(text.chars().take(Self::MOST_CHARACTERS).collect())),
        }
    }
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
        Ok(Quantity::nonsense(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Quantity, E> {
        Ok(Quantity::nonsense(number.to_string()))
    }

    fn visit_bool<E>(self, word: bool) -> Result<Quantity, E> {
        Ok(Quantity::nonsense(word.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Quantity, E> {
        Ok(Quantity::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Quantity, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Quantity::nonsense("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Quantity, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Quantity::nonsense("an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::QuantityError::{Negative, NotQuantity, TooLarge};
    use super::*;

    #[test]
    fn mebibytes_as_kubernetes_reads_them() {
        let cases = [
            ("1465Mi", Ok(1465)),
            ("1Gi", Ok(1024)),
            ("+7Gi", Ok(7168)),
            ("1.5Gi", Ok(1536)),
            (".5Gi", Ok(512)),
            ("5.Mi", Ok(5)),
            ("0.1Mi", Ok(1)),
            ("1G", Ok(954)),
            ("1048576", Ok(1)),
            ("1048577", Ok(2)),
            ("1048576000m", Ok(1)),
            ("1048576001m", Ok(2)),
            ("1048576000000u", Ok(1)),
            ("1n", Ok(1)),
            ("300M", Ok(287)),
            ("1Ti", Ok(1 << 20)),
            ("1Pi", Ok(1 << 30)),
            ("1Ei", Ok(1 << 40)),
            ("1P", Ok(953_674_317)),
            ("1E", Ok(953_674_316_407)),
            ("1e3", Ok(1)),
            ("1E3", Ok(1)),
            ("12e6", Ok(12)),
            ("1e+9", Ok(954)),
            ("1048576e-0", Ok(1)),
            ("10485760000e-4", Ok(1)),
            ("1.5e9", Ok(1431)),
            ("1e-300", Ok(1)),
            ("0e400", Ok(0)),
            ("0", Ok(0)),
            ("-0", Ok(0)),
            ("000128974848", Ok(123)),
            ("1.0000000000000000001Mi", Ok(2)),
            ("1.0000000000000000000000000000Mi", Ok(1)),
            // Kubernetes reads these, and no machine can have them.
            ("-1Gi", Err(Negative)),
            ("-1m", Err(Negative)),
            ("16Ei", Err(TooLarge)),
            ("1e20", Err(TooLarge)),
            ("1e400", Err(TooLarge)),
            ("1e99999999999999999999", Err(TooLarge)),
            ("99999999999999999999999999999999999999999999", Err(TooLarge)),
            // Kubernetes refuses these.
            ("1e400Mi", Err(NotQuantity)),
            ("", Err(NotQuantity)),
            ("+", Err(NotQuantity)),
            (".", Err(NotQuantity)),
            ("Mi", Err(NotQuantity)),
            ("x", Err(NotQuantity)),
            ("1Mb", Err(NotQuantity)),
            ("1i", Err(NotQuantity)),
            ("1mi", Err(NotQuantity)),
            ("1K", Err(NotQuantity)),
            ("1e", Err(NotQuantity)),
            ("1e+", Err(NotQuantity)),
            ("1e1.5", Err(NotQuantity)),
            ("1.2.3Gi", Err(NotQuantity)),
            ("++1", Err(NotQuantity)),
            (" 1Gi", Err(NotQuantity)),
            ("1 Gi", Err(NotQuantity)),
            ("1,5Gi", Err(NotQuantity)),
            ("٣Gi", Err(NotQuantity)),
        ];
        let wrong: Vec<_> = cases.into_iter().filter(|(text, mib)| mebibytes(text) != *mib).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

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
            ("\"1.1e2\"", Some(110)),
            ("\"110.\"", Some(110)),
            ("\"0.11k\"", Some(110)),
            ("\"110000000u\"", Some(110)),
            ("\"1Pi\"", Some(1 << 50)),
            ("\"1E\"", Some(1_000_000_000_000_000_000)),
            ("\"-0\"", Some(0)),
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
