//! Evaluation as cel-go makes it: 64-bit integers that overflow with an error, IEEE doubles,
//! logical operators that take no notice of an error on one side where the other decides.

use super::check::{Checked, Step};
use super::convert;
use super::dialect::Variable;
use super::error::Fault;
use super::function::Function;
use super::syntax::Operator;
use super::value::Value;
use crate::InstanceType;

/// The value of an expression for an instance type. One line a step: what happens in each is
/// elsewhere, to keep what recurs small.
pub(super) fn evaluate(checked: &Checked, instance_type: &InstanceType) -> Result<Value, Fault> {
    let at = checked.at;
    let value = |checked: &Checked| evaluate(checked, instance_type);
    match &checked.step {
        Step::Constant(constant) => Ok(constant.clone()),
        Step::Variable(variable) => known(at, *variable, instance_type),
        Step::Not(operand) => value(operand).and_then(|operand| not(at, &operand)),
        Step::Negate(operand) => value(operand).and_then(|operand| negate(at, &operand)),
        Step::Binary(operator, left, right) => {
            let (left, right) = (value(left)?, value(right)?);
            binary(*operator, &left, &right).map_err(|problem| Fault::at(at, problem))
        }
        Step::OneOf(wanted, elements) => {
            let wanted = value(wanted)?;
            // The whole list is evaluated before it is searched.
            let elements = elements.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            Ok(Value::Bool(elements.contains(&wanted)))
        }
        Step::And(sides) => logical(sides.iter().map(value), false, at),
        Step::Or(sides) => logical(sides.iter().map(value), true, at),
        Step::Conditional(parts) => match value(&parts[0])? {
            Value::Bool(true) => value(&parts[1]),
            Value::Bool(false) => value(&parts[2]),
            _ => Err(unchecked(at)),
        },
        Step::Call(function, arguments) => {
            let arguments = arguments.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            call(*function, &arguments).map_err(|problem| Fault::at(at, problem))
        }
    }
}

fn known(at: usize, variable: Variable, instance_type: &InstanceType) -> Result<Value, Fault> {
    variable.value(instance_type).ok_or_else(|| {
        let name = Fault::short(&instance_type.name);
        Fault::at(at, format!("{} of {name} is not known", variable.name()))
            .help("its facts do not say it; give them with --instance-types-file")
    })
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

/// One side that decides is the result, whatever is wrong with the others; without one, the first
/// error is.
fn logical(
    sides: impl Iterator<Item = Result<Value, Fault>>,
    deciding: bool,
    at: usize,
) -> Result<Value, Fault> {
    let mut error = None;
    for side in sides {
        match side {
            Ok(Value::Bool(b)) if b == deciding => return Ok(Value::Bool(b)),
            Ok(Value::Bool(_)) => {}
            Ok(_) => return Err(unchecked(at)),
            Err(fault) => _ = error.get_or_insert(fault),
        }
    }
    error.map_or(Ok(Value::Bool(!deciding)), Err)
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Result<Value, String> {
    use Operator::{Divide, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual, Remainder};
    let ordered = |wanted: fn(std::cmp::Ordering) -> bool| {
        let ordering = match (left, right) {
            (Value::Double(a), Value::Double(b)) => a.partial_cmp(b).ok_or("NaN is neither more nor less")?,
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

fn call(function: Function, arguments: &[Value]) -> Result<Value, String> {
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
        // As Karpenter has it: where one is NaN, the second counts.
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

/// What the type check rules out; an error all the same, rather than a wrong number or a panic.
const UNCHECKED: &str = "the types do not fit";

fn unchecked(at: usize) -> Fault {
    Fault::at(at, UNCHECKED)
}
