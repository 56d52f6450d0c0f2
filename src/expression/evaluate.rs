//! Evaluation as cel-go does it: 64-bit integers whose overflow is an error, IEEE doubles, and
//! logical operators that ignore an error on one side if the other side decides.

use super::convert;
use super::dialect::{Dialect, Variable};
use super::error::{ExpressionErrorKind, Fault};
use super::function::Function;
use super::pattern::{Pattern, Refusal};
use super::syntax::Operator;
use super::typing::{Checked, Step};
use super::value::Value;
use crate::InstanceType;
use crate::text::Shortened;

/// The values that an expression is evaluated with.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub dialect: Dialect,
    pub instance_type: &'a InstanceType,
}

/// The value of an expression. Each arm calls a helper, so that this recursive function's stack
/// frame stays small.
pub(super) fn evaluate(checked: &Checked, scope: Scope) -> Result<Value, Fault> {
    let at = checked.at;
    let value = |checked: &Checked| evaluate(checked, scope);
    match &checked.step {
        Step::Constant(constant) => Ok(constant.clone()),
        Step::Variable(variable) => known(at, *variable, scope),
        Step::Not(operand) => value(operand).and_then(|operand| not(at, &operand)),
        Step::Negate(operand) => value(operand).and_then(|operand| negate(at, &operand)),
        Step::Binary(operator, left, right) => {
            let (left, right) = (value(left)?, value(right)?);
            binary(*operator, &left, &right, scope.dialect).map_err(|problem| Fault::at(at, problem))
        }
        Step::OneOf(wanted, elements) => {
            let wanted = value(wanted)?;
            // The whole list is evaluated before it is searched.
            let elements = elements.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            Ok(Value::Bool(elements.contains(&wanted)))
        }
        Step::HasKey(wanted, entries) => {
            let wanted = value(wanted)?;
            find(entries, &wanted, value).map(|found| Value::Bool(found.is_some()))
        }
        Step::Lookup(entries, key) => {
            let key = value(key)?;
            find(entries, &key, value)?.ok_or_else(|| no_such_key(at, &key))
        }
        Step::Matches(text, pattern) => matches(&value(text)?, pattern.as_ref(), at),
        Step::And(sides) => logical(sides.iter().map(value), false, at),
        Step::Or(sides) => logical(sides.iter().map(value), true, at),
        Step::Conditional(parts) => match value(&parts[0])? {
            Value::Bool(true) => value(&parts[1]),
            Value::Bool(false) => value(&parts[2]),
            _ => Err(unchecked(at)),
        },
        Step::Call(function, arguments) => {
            let arguments = arguments.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            call(*function, &arguments, at)
        }
    }
}

fn known(at: usize, variable: Variable, scope: Scope) -> Result<Value, Fault> {
    scope.dialect.value(variable, scope.instance_type).ok_or_else(|| {
        let name = Shortened(&scope.instance_type.name);
        Fault::unknown_fact(at, format!("{} of {name} is not known", variable.name()))
    })
}

/// The value of the last entry with this key. All entries are evaluated, as in cel-go, so an error in any entry is
/// an error of the whole map.
fn find(
    entries: &[[Checked; 2]],
    wanted: &Value,
    value: impl Fn(&Checked) -> Result<Value, Fault>,
) -> Result<Option<Value>, Fault> {
    let mut found = None;
    for [key, entry] in entries {
        let (key, entry) = (value(key)?, value(entry)?);
        if key == *wanted {
            found = Some(entry);
        }
    }
    Ok(found)
}

fn no_such_key(at: usize, key: &Value) -> Fault {
    Fault::at(at, format!("this map has no key {}", Shortened(&key.to_string())))
        .help("test for the key before, as in: instance_type in {\"m5.large\": 20} ? ... : max_pods")
}

fn matches(text: &Value, pattern: Result<&Pattern, &String>, at: usize) -> Result<Value, Fault> {
    match (text, pattern) {
        (Value::String(text), Ok(pattern)) => Ok(Value::Bool(pattern.is_match(text))),
        (_, Err(problem)) => Err(not_a_pattern(at, problem)),
        _ => Err(unchecked(at)),
    }
}

fn not_a_pattern(at: usize, problem: &str) -> Fault {
    Fault::at(at, format!("RE2 does not take this regular expression: {problem}"))
}

fn not(at: usize, operand: &Value) -> Result<Value, Fault> {
    match operand {
        Value::Bool(b) => Ok(Value::Bool(!b)),
        _ => Err(unchecked(at)),
    }
}

fn negate(at: usize, operand: &Value) -> Result<Value, Fault> {
    match operand {
        Value::Int(n) => {
            n.checked_neg().map(Value::Int).ok_or_else(|| Fault::at(at, format!("-({n}) overflows int")))
        }
        Value::Double(n) => Ok(Value::Double(-n)),
        _ => Err(unchecked(at)),
    }
}

/// The value of `&&` or `||`. If a side has the value `deciding`, that is the result, and errors of other sides do
/// not matter. Otherwise the first error is the result. But an error about a part that is not covered or not known
/// here goes first, because cel-go may know that part, and it may decide.
fn logical(
    sides: impl Iterator<Item = Result<Value, Fault>>,
    deciding: bool,
    at: usize,
) -> Result<Value, Fault> {
    let mut error: Option<Fault> = None;
    for side in sides {
        match side {
            Ok(Value::Bool(b)) if b == deciding => return Ok(Value::Bool(b)),
            Ok(Value::Bool(_)) => {}
            Ok(_) => return Err(unchecked(at)),
            Err(fault) => match &error {
                Some(first) if is_wrong(&fault) || !is_wrong(first) => {}
                _ => error = Some(fault),
            },
        }
    }
    error.map_or(Ok(Value::Bool(!deciding)), Err)
}

/// True if cel-go fails here too. For other faults it may have a value, which is not known here.
fn is_wrong(fault: &Fault) -> bool {
    fault.kind() == ExpressionErrorKind::Wrong
}

fn binary(operator: Operator, left: &Value, right: &Value, dialect: Dialect) -> Result<Value, String> {
    use Operator::{Divide, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual, Remainder};
    let ordered = |wanted: fn(std::cmp::Ordering) -> bool| {
        let ordering = match (left, right) {
            (Value::Double(a), Value::Double(b)) => match a.partial_cmp(b) {
                Some(ordering) => ordering,
                None if dialect.orders_nan() => return Ok(Value::Bool(false)),
                None => return Err("NaN is neither more nor less".into()),
            },
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Uint(a), Value::Uint(b)) => a.cmp(b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::String(a), Value::String(b)) => a.cmp(b),
            _ => return Err(UNCHECKED.into()),
        };
        Ok(Value::Bool(wanted(ordering)))
    };
    match operator {
        Equal => Ok(Value::Bool(left == right)),
        NotEqual => Ok(Value::Bool(left != right)),
        Less => ordered(std::cmp::Ordering::is_lt),
        LessOrEqual => ordered(std::cmp::Ordering::is_le),
        Greater => ordered(std::cmp::Ordering::is_gt),
        GreaterOrEqual => ordered(std::cmp::Ordering::is_ge),
        Divide | Remainder if matches!(right, Value::Int(0) | Value::Uint(0)) => {
            Err(format!("{left} {operator} {right} divides by zero"))
        }
        _ => arithmetic(operator, left, right),
    }
}

fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Result<Value, String> {
    use Operator::{Add, Divide, Multiply, Remainder, Subtract};
    let result = match (left, right) {
        (&Value::Int(a), &Value::Int(b)) => match operator {
            Add => a.checked_add(b),
            Subtract => a.checked_sub(b),
            Multiply => a.checked_mul(b),
            Divide => a.checked_div(b),
            Remainder => a.checked_rem(b),
            _ => return Err(UNCHECKED.into()),
        }
        .map(Value::Int),
        (&Value::Uint(a), &Value::Uint(b)) => match operator {
            Add => a.checked_add(b),
            Subtract => a.checked_sub(b),
            Multiply => a.checked_mul(b),
            Divide => a.checked_div(b),
            Remainder => a.checked_rem(b),
            _ => return Err(UNCHECKED.into()),
        }
        .map(Value::Uint),
        (&Value::Double(a), &Value::Double(b)) => Some(Value::Double(match operator {
            Add => a + b,
            Subtract => a - b,
            Multiply => a * b,
            Divide => a / b,
            _ => return Err(UNCHECKED.into()),
        })),
        (Value::String(a), Value::String(b)) if operator == Add => Some(Value::String(format!("{a}{b}"))),
        _ => return Err(UNCHECKED.into()),
    };
    result.ok_or_else(|| format!("{left} {operator} {right} overflows {}", left.kind()))
}

fn call(function: Function, arguments: &[Value], at: usize) -> Result<Value, Fault> {
    if let (Function::Matches, [text, Value::String(pattern)]) = (function, arguments) {
        return match Pattern::new(pattern) {
            Ok(pattern) => matches(text, Ok(&pattern), at),
            Err(Refusal::Invalid(problem)) => Err(not_a_pattern(at, &problem)),
            Err(Refusal::NotCovered(what)) => Err(Fault::not_covered(at, what)),
        };
    }
    result_of(function, arguments).map_err(|problem| Fault::at(at, problem))
}

fn result_of(function: Function, arguments: &[Value]) -> Result<Value, String> {
    Ok(match (function, arguments) {
        (Function::Int, [value]) => Value::Int(convert::to_int(value)?),
        (Function::Uint, [value]) => Value::Uint(convert::to_uint(value)?),
        (Function::Double, [value]) => Value::Double(convert::to_double(value)?),
        (Function::String, [value]) => Value::String(convert::to_string(value)),
        (Function::Bool, [value]) => Value::Bool(convert::to_bool(value)?),
        (Function::Size, [Value::String(text)]) => {
            Value::Int(i64::try_from(text.chars().count()).map_err(|_| UNCHECKED)?)
        }
        (Function::StartsWith, [Value::String(text), Value::String(part)]) => {
            Value::Bool(text.starts_with(part.as_str()))
        }
        (Function::EndsWith, [Value::String(text), Value::String(part)]) => {
            Value::Bool(text.ends_with(part.as_str()))
        }
        (Function::Contains, [Value::String(text), Value::String(part)]) => {
            Value::Bool(text.contains(part.as_str()))
        }
        (Function::Min, [Value::Int(a), Value::Int(b)]) => Value::Int(*a.min(b)),
        (Function::Max, [Value::Int(a), Value::Int(b)]) => Value::Int(*a.max(b)),
        // Karpenter's comparison: if one is NaN, the second is the result.
        (Function::Min, [a, b]) => {
            let (a, b) = (convert::to_double(a)?, convert::to_double(b)?);
            Value::Double(if a < b { a } else { b })
        }
        (Function::Max, [a, b]) => {
            let (a, b) = (convert::to_double(a)?, convert::to_double(b)?);
            Value::Double(if a > b { a } else { b })
        }
        _ => return Err(UNCHECKED.into()),
    })
}

/// The type check rules these out. They are errors all the same, and not wrong numbers or panics.
const UNCHECKED: &str = "the types do not fit";

fn unchecked(at: usize) -> Fault {
    Fault::at(at, UNCHECKED)
}
