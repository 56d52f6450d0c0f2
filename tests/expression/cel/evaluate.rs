//! Values of trees.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers are checked before or after"
)]

use std::collections::HashMap;

use super::{Outcome, Tree, Value};

/// The number of pods that a value means to a dialect that takes at least `least`.
pub fn pods(value: &Value, least: i128) -> Option<u64> {
    let number: i128 = match value {
        Value::Int(n) => (*n).into(),
        Value::Uint(n) => (*n).into(),
        Value::Double(n) if n.is_finite() && n.abs() < 1e18 => n.trunc() as i128,
        Value::String(text) => parse_int(text)?,
        _ => return None,
    };
    (number >= least && number <= 2_147_483_647).then_some(u64::try_from(number).ok()?)
}

/// A decimal integer in the grammar of Go's `ParseInt`, digit by digit.
fn parse_int(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    if digits.is_empty() || digits.len() > 30 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let magnitude = digits.iter().fold(0_i128, |n, digit| n * 10 + i128::from(digit - b'0'));
    Some(if negative { -magnitude } else { magnitude })
}

impl Tree {
    /// The value of a tree whose types fit. Comparisons with NaN are false or errors.
    pub fn evaluate(&self, orders_nan: bool) -> Outcome {
        self.value(orders_nan).map_or(Outcome::Error, Outcome::Value)
    }

    pub fn evaluate_if_typed(&self) -> Option<Outcome> {
        self.kind().map(|_| self.evaluate(false))
    }

    fn value(&self, nan: bool) -> Option<Value> {
        match self {
            Self::Constant(value) | Self::Variable(_, value) => Some(value.clone()),
            Self::Negate(a) => match a.value(nan)? {
                Value::Int(n) => int(-i128::from(n)),
                Value::Double(n) => Some(Value::Double(-n)),
                other => unreachable!("{other:?}"),
            },
            Self::Not(a) => Some(Value::Bool(!bool(a, nan)?)),
            Self::Binary(sign, a, b) => {
                // Both sides are evaluated before anything is said of either.
                let (a, b) = (a.value(nan), b.value(nan));
                binary(sign, &a?, &b?, nan)
            }
            // Kleene's three values, the third of which is an error.
            Self::And(a, b) => match (bool(a, nan), bool(b, nan)) {
                (Some(false), _) | (_, Some(false)) => Some(Value::Bool(false)),
                (Some(true), Some(true)) => Some(Value::Bool(true)),
                _ => None,
            },
            Self::Or(a, b) => match (bool(a, nan), bool(b, nan)) {
                (Some(true), _) | (_, Some(true)) => Some(Value::Bool(true)),
                (Some(false), Some(false)) => Some(Value::Bool(false)),
                _ => None,
            },
            Self::Conditional(condition, a, b) => {
                if bool(condition, nan)? {
                    a.value(nan)
                } else {
                    b.value(nan)
                }
            }
            Self::In(a, list) => {
                let a = a.value(nan)?;
                let list = list.iter().map(|tree| tree.value(nan)).collect::<Option<Vec<_>>>()?;
                Some(Value::Bool(list.iter().any(|element| equal(element, &a))))
            }
            Self::HasKey(key, entries) => {
                let (key, entries) = (key.value(nan)?, map(entries, nan)?);
                Some(Value::Bool(entries.contains_key(&text(&key))))
            }
            Self::Index(entries, key) => map(entries, nan)?.remove(&text(&key.value(nan)?)),
            Self::Call(name, arguments) => {
                let values = arguments.iter().map(|tree| tree.value(nan)).collect::<Option<Vec<_>>>()?;
                call(name, &values)
            }
            Self::Method(receiver, name, arguments) => {
                let mut values = vec![receiver.value(nan)?];
                for argument in arguments {
                    values.push(argument.value(nan)?);
                }
                call(name, &values)
            }
        }
    }
}

/// The map of these entries. A key that is there twice has its last value.
fn map(entries: &[[Tree; 2]], nan: bool) -> Option<HashMap<String, Value>> {
    entries.iter().map(|[key, value]| Some((text(&key.value(nan)?), value.value(nan)?))).collect()
}

/// A key that is no string is in no map that has entries.
fn text(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        other => other.literal(),
    }
}

fn bool(tree: &Tree, nan: bool) -> Option<bool> {
    match tree.value(nan)? {
        Value::Bool(b) => Some(b),
        other => unreachable!("{other:?}"),
    }
}

fn int(n: i128) -> Option<Value> {
    (-(1 << 63)..1 << 63).contains(&n).then_some(Value::Int(n as i64))
}

fn uint(n: i128) -> Option<Value> {
    (0..1 << 64).contains(&n).then_some(Value::Uint(n as u64))
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(b) == Some(std::cmp::Ordering::Equal),
        _ => a == b,
    }
}

fn binary(sign: &str, a: &Value, b: &Value, orders_nan: bool) -> Option<Value> {
    match sign {
        "==" => return Some(Value::Bool(equal(a, b))),
        "!=" => return Some(Value::Bool(!equal(a, b))),
        _ => {}
    }
    let (less, more) = match (a, b) {
        (Value::Int(a), Value::Int(b)) => (a < b, a > b),
        (Value::Uint(a), Value::Uint(b)) => (a < b, a > b),
        (Value::Double(a), Value::Double(b)) => (a < b, a > b),
        (Value::Bool(a), Value::Bool(b)) => (!a && *b, *a && !b),
        (Value::String(a), Value::String(b)) => (a.as_bytes() < b.as_bytes(), a.as_bytes() > b.as_bytes()),
        other => unreachable!("{other:?}"),
    };
    let compared = match sign {
        "<" => Some(less),
        ">" => Some(more),
        "<=" => Some(!more),
        ">=" => Some(!less),
        _ => None,
    };
    if let Some(compared) = compared {
        let nan = |value: &Value| matches!(value, Value::Double(n) if n.is_nan());
        if nan(a) || nan(b) {
            return orders_nan.then_some(Value::Bool(false));
        }
        return Some(Value::Bool(compared));
    }
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => int(whole(sign, (*a).into(), (*b).into())?),
        (Value::Uint(a), Value::Uint(b)) => uint(whole(sign, (*a).into(), (*b).into())?),
        (Value::Double(a), Value::Double(b)) => Some(Value::Double(match sign {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            _ => a / b,
        })),
        (Value::String(a), Value::String(b)) => Some(Value::String([a.as_str(), b].concat())),
        other => unreachable!("{other:?}"),
    }
}

fn whole(sign: &str, a: i128, b: i128) -> Option<i128> {
    Some(match sign {
        "+" => a + b,
        "-" => a - b,
        "*" => a.checked_mul(b)?,
        _ if b == 0 => return None,
        "/" => a / b,
        // Go's quotient would overflow, and cel-go refuses the remainder with it.
        _ if a == -(1 << 63) && b == -1 => return None,
        _ => a % b,
    })
}

fn call(name: &str, values: &[Value]) -> Option<Value> {
    match (name, values) {
        ("int", [value]) => int(match value {
            Value::Int(n) => (*n).into(),
            Value::Uint(n) => (*n).into(),
            Value::Double(n) if n.abs() < 9_223_372_036_854_775_808.0 => n.trunc() as i128,
            Value::String(text) => parse_int(text)?,
            _ => return None,
        }),
        ("uint", [value]) => uint(match value {
            Value::Int(n) => (*n).into(),
            Value::Uint(n) => (*n).into(),
            Value::Double(n) if *n >= 0.0 && *n < 18_446_744_073_709_551_616.0 => n.trunc() as i128,
            Value::String(text) if !text.starts_with(['+', '-']) => parse_int(text)?,
            _ => return None,
        }),
        ("double", [value]) => Some(Value::Double(match value {
            Value::Int(n) => *n as f64,
            Value::Uint(n) => *n as f64,
            Value::Double(n) => *n,
            // Of the texts that come up, Go and Rust differ on numbers that are too large.
            Value::String(text) => {
                let number = text.contains(|c: char| c.is_ascii_digit());
                text.parse().ok().filter(|n: &f64| n.is_finite() || !number)?
            }
            Value::Bool(_) => return None,
        })),
        ("string", [value]) => Some(Value::String(match value {
            Value::Int(n) => n.to_string(),
            Value::Uint(n) => n.to_string(),
            Value::Double(n) => go_g(*n),
            Value::Bool(b) => b.to_string(),
            Value::String(text) => text.clone(),
        })),
        ("bool", [Value::Bool(b)]) => Some(Value::Bool(*b)),
        ("bool", [Value::String(text)]) => match text.as_str() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        ("size", [Value::String(text)]) => int(text.chars().count() as i128),
        ("startsWith", [Value::String(a), Value::String(b)]) => {
            Some(Value::Bool(a.as_bytes().starts_with(b.as_bytes())))
        }
        ("endsWith", [Value::String(a), Value::String(b)]) => {
            Some(Value::Bool(a.as_bytes().ends_with(b.as_bytes())))
        }
        ("contains", [Value::String(a), Value::String(b)]) => {
            let found = b.is_empty() || a.as_bytes().windows(b.len()).any(|window| window == b.as_bytes());
            Some(Value::Bool(found))
        }
        ("min", [Value::Int(a), Value::Int(b)]) => Some(Value::Int(if a < b { *a } else { *b })),
        ("max", [Value::Int(a), Value::Int(b)]) => Some(Value::Int(if a > b { *a } else { *b })),
        ("min" | "max", [a, b]) => {
            let number = |value: &Value| match value {
                Value::Int(n) => *n as f64,
                Value::Double(n) => *n,
                other => unreachable!("{other:?}"),
            };
            let (a, b) = (number(a), number(b));
            let first = if name == "min" { a < b } else { a > b };
            Some(Value::Double(if first { a } else { b }))
        }
        other => unreachable!("{other:?}"),
    }
}

/// Go's `%g`: the fewest digits that are read back as the same number.
fn go_g(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return format!("{}Inf", if n < 0.0 { '-' } else { '+' });
    }
    if n == 0.0 || (n.abs() >= 1e-4 && n.abs() < 1e6) {
        return format!("{n}");
    }
    let mut texts = (0..18).map(|digits| format!("{n:.digits$e}"));
    let text = texts.find(|text| text.parse() == Ok(n)).expect("18 digits are enough");
    let (digits, exponent) = text.split_once('e').expect("an exponent");
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}e{sign}{exponent:0>2}")
}
