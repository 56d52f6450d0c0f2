//! Evaluation as cel-go does it: 64-bit integers whose overflow is an error, IEEE doubles, and
//! logical operators that ignore an error on one side if the other side decides.

use super::dialect::Dialect;
use super::error::{ExpressionErrorKind, Fault};
use super::functions::{call, untyped};
use super::tree::{Kind, Node};
use super::value::Value;
use crate::InstanceType;
use crate::text::Shortened;

/// The most bytes of a text that `matches()` is tried on. Names of instance types are far shorter.
const MOST_MATCHED: usize = 64;

/// The values that an expression is evaluated with.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub dialect: Dialect,
    pub instance_type: &'a InstanceType,
}

impl Scope<'_> {
    /// The value of an expression whose types fit.
    pub fn value(self, node: &Node) -> Result<Value, Fault> {
        self.value_of(node).map_err(|fault| fault.at(node.at))
    }

    /// Each arm calls a function of its own, so that the stack frame of this recursive function stays small.
    fn value_of(self, node: &Node) -> Result<Value, Fault> {
        match (&node.kind, node.parts.as_slice()) {
            (Kind::Constant(value), _) => Ok(value.clone()),
            (Kind::Name(name), _) => self.variable(name),
            (Kind::Operator("?:"), [condition, then, otherwise]) => match self.value(condition)? {
                Value::Bool(true) => self.value(then),
                Value::Bool(false) => self.value(otherwise),
                _ => Err(untyped()),
            },
            (Kind::Operator("&&"), sides) => self.logical(sides, false),
            (Kind::Operator("||"), sides) => self.logical(sides, true),
            (Kind::Operator("in"), [wanted, among]) => self.is_in(wanted, among),
            (Kind::Operator("[]"), [map, key]) => self.lookup(map, &self.value(key)?),
            (Kind::Field(name), [map]) => self.lookup(map, &Value::String(name.clone())),
            (Kind::Operator(sign), [operand]) => operation(sign, &[self.value(operand)?], self.dialect),
            (Kind::Operator(sign), [left, right]) => {
                operation(sign, &[self.value(left)?, self.value(right)?], self.dialect)
            }
            (Kind::Function(name) | Kind::Method(name), parts) => call(name, &self.values(parts)?),
            (Kind::Matches(pattern), [text]) => match (self.value(text)?, pattern) {
                (Value::String(text), _) if text.len() > MOST_MATCHED => {
                    Err(Fault::not_covered("matches() on texts this long"))
                }
                (Value::String(text), Ok(pattern)) => Ok(Value::Bool(pattern.is_match(&text))),
                (_, Err(problem)) => {
                    Err(Fault::wrong(format!("RE2 does not take this regular expression: {problem}")))
                }
                _ => Err(untyped()),
            },
            _ => Err(untyped()),
        }
    }

    fn values(self, nodes: &[Node]) -> Result<Vec<Value>, Fault> {
        // A loop has a smaller stack frame than an iterator.
        let mut values = Vec::with_capacity(nodes.len());
        for node in nodes {
            values.push(self.value(node)?);
        }
        Ok(values)
    }

    fn variable(self, name: &str) -> Result<Value, Fault> {
        let variable = self.dialect.variables().iter().find(|variable| variable.name() == name);
        self.dialect.value(*variable.ok_or_else(untyped)?, self.instance_type).ok_or_else(|| {
            let instance_type = Shortened(&self.instance_type.name);
            Fault::unknown_fact(format!("{name} of {instance_type} is not known"))
        })
    }

    /// The value of `&&` or `||`. If a side has the value `deciding`, that is the result, and errors of other sides
    /// do not matter. Otherwise the first error is the result. But an error about a part that is not covered or not
    /// known here goes first, because cel-go may know that part, and it may decide.
    fn logical(self, sides: &[Node], deciding: bool) -> Result<Value, Fault> {
        let is_wrong = |fault: &Fault| fault.kind == ExpressionErrorKind::Wrong;
        let mut error: Option<Fault> = None;
        for side in sides {
            match self.value(side) {
                Ok(Value::Bool(b)) if b == deciding => return Ok(Value::Bool(b)),
                Ok(Value::Bool(_)) => {}
                Ok(_) => return Err(untyped()),
                Err(fault)
                    if error.is_none() || error.as_ref().is_some_and(is_wrong) && !is_wrong(&fault) =>
                {
                    error = Some(fault);
                }
                Err(_) => {}
            }
        }
        error.map_or(Ok(Value::Bool(!deciding)), Err)
    }

    fn is_in(self, wanted: &Node, among: &Node) -> Result<Value, Fault> {
        let wanted = self.value(wanted)?;
        // The whole list or map is evaluated before it is searched.
        Ok(Value::Bool(match among.kind {
            Kind::List => self.values(&among.parts)?.contains(&wanted),
            _ => self.values(&among.parts)?.iter().step_by(2).any(|key| *key == wanted),
        }))
    }

    /// The value that a map has for a key. If the key is there twice, its last value counts.
    fn lookup(self, map: &Node, key: &Value) -> Result<Value, Fault> {
        let entries = self.values(&map.parts)?;
        let found =
            entries.chunks_exact(2).rev().find(|entry| entry[0] == *key).map(|entry| entry[1].clone());
        found.ok_or_else(|| {
            Fault::wrong(format!("this map has no key {}", key.shortened()))
                .help("test for the key before, as in: instance_type in {\"m5.large\": 20} ? ... : max_pods")
        })
    }
}

/// The value of an operator that evaluates all of its sides.
fn operation(sign: &str, values: &[Value], dialect: Dialect) -> Result<Value, Fault> {
    use Value::{Bool, Double, Int, String, Uint};
    let result = match (sign, values) {
        ("!", [Bool(b)]) => Some(Bool(!b)),
        ("-", [Double(n)]) => Some(Double(-n)),
        ("-", [Int(n)]) => {
            return n.checked_neg().map(Int).ok_or_else(|| format!("-({n}) overflows int").into());
        }
        ("==", [a, b]) => Some(Bool(a == b)),
        ("!=", [a, b]) => Some(Bool(a != b)),
        ("<" | "<=" | ">" | ">=", [a, b]) => return compared(sign, a, b, dialect).map(Bool),
        ("/" | "%", [a, b @ (Int(0) | Uint(0))]) => {
            return Err(format!("{a} {sign} {b} divides by zero").into());
        }
        ("+", [Int(a), Int(b)]) => a.checked_add(*b).map(Int),
        ("-", [Int(a), Int(b)]) => a.checked_sub(*b).map(Int),
        ("*", [Int(a), Int(b)]) => a.checked_mul(*b).map(Int),
        ("/", [Int(a), Int(b)]) => a.checked_div(*b).map(Int),
        ("%", [Int(a), Int(b)]) => a.checked_rem(*b).map(Int),
        ("+", [Uint(a), Uint(b)]) => a.checked_add(*b).map(Uint),
        ("-", [Uint(a), Uint(b)]) => a.checked_sub(*b).map(Uint),
        ("*", [Uint(a), Uint(b)]) => a.checked_mul(*b).map(Uint),
        ("/", [Uint(a), Uint(b)]) => a.checked_div(*b).map(Uint),
        ("%", [Uint(a), Uint(b)]) => a.checked_rem(*b).map(Uint),
        ("+", [Double(a), Double(b)]) => Some(Double(a + b)),
        ("-", [Double(a), Double(b)]) => Some(Double(a - b)),
        ("*", [Double(a), Double(b)]) => Some(Double(a * b)),
        ("/", [Double(a), Double(b)]) => Some(Double(a / b)),
        ("+", [String(a), String(b)]) => Some(String(format!("{a}{b}"))),
        _ => return Err(untyped()),
    };
    result.ok_or_else(|| match values {
        [a, b] => format!("{a} {sign} {b} overflows {}", a.kind()).into(),
        _ => untyped(),
    })
}

fn compared(sign: &str, a: &Value, b: &Value, dialect: Dialect) -> Result<bool, Fault> {
    let ordering = match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Uint(a), Value::Uint(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Double(a), Value::Double(b)) => match a.partial_cmp(b) {
            Some(ordering) => ordering,
            None if dialect.orders_nan() => return Ok(false),
            None => return Err(Fault::wrong("NaN is neither more nor less")),
        },
        _ => return Err(untyped()),
    };
    Ok(match sign {
        "<" => ordering.is_lt(),
        "<=" => ordering.is_le(),
        ">" => ordering.is_gt(),
        _ => ordering.is_ge(),
    })
}
