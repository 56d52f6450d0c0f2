//! The type check that cel-go makes before it evaluates anything. Its result is a tree in which
//! every name is known and the types fit every operator.
//!
//! The overloads are the ones of cel-go's [standard library][1] that are about numbers, bools and
//! strings. Numbers of different types do not mix, not even in comparisons: cel-go has an option
//! that allows it, and neither nodeadm nor Karpenter sets it.
//!
//! [1]: https://github.com/google/cel-go/blob/master/common/stdlib/standard.go

mod collections;
mod names;

use super::dialect::{Dialect, Variable};
use super::error::Fault;
use super::function::{Form, Function};
use super::pattern::{Pattern, Refusal};
use super::syntax::{Kind, Node, Operator};
use super::value::{Type, Value};

/// A part of an expression that has passed the check.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked {
    pub at: usize,
    pub step: Step,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Constant(Value),
    Variable(Variable),
    Not(Box<Checked>),
    Negate(Box<Checked>),
    Binary(Operator, Box<Checked>, Box<Checked>),
    /// True if the value is one of these.
    OneOf(Box<Checked>, Vec<Checked>),
    /// True if the value is a key of this map.
    HasKey(Box<Checked>, Vec<[Checked; 2]>),
    /// The value that a map has for a key.
    Lookup(Vec<[Checked; 2]>, Box<Checked>),
    /// True if a text matches a pattern. If the pattern is wrong, the problem is reported at evaluation.
    Matches(Box<Checked>, Result<Pattern, String>),
    And(Vec<Checked>),
    Or(Vec<Checked>),
    Conditional(Box<[Checked; 3]>),
    /// The receiver of a method is its first argument.
    Call(Function, Vec<Checked>),
}

/// Checks a whole expression.
pub(super) fn check(root: Node, dialect: Dialect) -> Result<Checked, Fault> {
    let at = root.at;
    let (kind, checked) = Checker { dialect }.node(root)?;
    if dialect.takes(kind) {
        return Ok(checked);
    }
    let message = format!("the result is {}; {dialect} takes {}", kind.with_article(), dialect.taken());
    Err(Fault::at(at, message).help(match kind {
        Type::Bool => "choose between two numbers, as in: max_pods > 110 ? 110 : max_pods",
        _ => "convert it, as in int(...)",
    }))
}

struct Checker {
    dialect: Dialect,
}

type Typed = (Type, Checked);

impl Checker {
    /// Each arm calls a helper, so that this recursive function's stack frame stays small.
    fn node(&self, node: Node) -> Result<Typed, Fault> {
        let at = node.at;
        let checked = match node.kind {
            Kind::Literal(value) => Ok((value.kind(), Step::Constant(value))),
            Kind::Name(name) => self.variable(at, &name),
            Kind::Not(operand) => self.not(at, *operand),
            Kind::Negate(operand) => self.negate(at, *operand),
            Kind::Binary(Operator::In, value, among) => self.is_in(at, *value, *among),
            Kind::Binary(operator, left, right) => self.binary(at, operator, *left, *right),
            Kind::And(sides) => self.bools("&&", sides).map(|sides| (Type::Bool, Step::And(sides))),
            Kind::Or(sides) => self.bools("||", sides).map(|sides| (Type::Bool, Step::Or(sides))),
            Kind::Conditional(parts) => self.conditional(at, parts),
            Kind::List(_) => Err(Fault::not_covered(at, "lists outside 'in'")),
            Kind::Map(_) => Err(Fault::not_covered(at, "maps outside 'in' and indexes")),
            Kind::Index(value, index) => self.index(at, *value, *index),
            Kind::Select(value, field) => self.field(at, *value, field),
            Kind::Call(name, arguments) => self.call(at, &name, Form::Function, arguments),
            Kind::Method(receiver, name, mut arguments) => {
                arguments.insert(0, *receiver);
                self.call(at, &name, Form::Method, arguments)
            }
        };
        checked.map(|(kind, step)| (kind, Checked { at, step }))
    }

    fn not(&self, at: usize, operand: Node) -> Result<(Type, Step), Fault> {
        match self.node(operand)? {
            (Type::Bool, operand) => Ok((Type::Bool, Step::Not(Box::new(operand)))),
            (kind, _) => Err(no_overload(at, "!", &[kind])),
        }
    }

    fn negate(&self, at: usize, operand: Node) -> Result<(Type, Step), Fault> {
        match self.node(operand)? {
            (kind @ (Type::Int | Type::Double), operand) => Ok((kind, Step::Negate(Box::new(operand)))),
            (kind, _) => Err(no_overload(at, "-", &[kind])),
        }
    }

    fn binary(&self, at: usize, operator: Operator, left: Node, right: Node) -> Result<(Type, Step), Fault> {
        let (left_kind, left) = self.node(left)?;
        let (right_kind, right) = self.node(right)?;
        match result_of(operator, left_kind, right_kind) {
            Some(kind) => Ok((kind, Step::Binary(operator, Box::new(left), Box::new(right)))),
            None => Err(no_overload(at, &operator.to_string(), &[left_kind, right_kind])),
        }
    }

    fn call(&self, at: usize, name: &str, form: Form, arguments: Vec<Node>) -> Result<(Type, Step), Fault> {
        let function = self.function(at, name, form)?;
        let typed =
            arguments.into_iter().map(|argument| self.node(argument)).collect::<Result<Vec<_>, _>>()?;
        let (kinds, arguments): (Vec<_>, Vec<_>) = typed.into_iter().unzip();
        match function.result(&kinds) {
            Some(kind) => Ok((kind, step_of_call(function, arguments)?)),
            None => Err(no_overload(at, &format!("{name}()"), &kinds)),
        }
    }

    /// Checks the sides of a logical operator.
    fn bools(&self, operator: &str, sides: Vec<Node>) -> Result<Vec<Checked>, Fault> {
        let side = |node: Node| {
            let at = node.at;
            match self.node(node)? {
                (Type::Bool, checked) => Ok(checked),
                (kind, _) => {
                    Err(Fault::at(at, format!("this is {}, and {operator} takes bool", kind.with_article())))
                }
            }
        };
        sides.into_iter().map(side).collect()
    }

    fn conditional(&self, at: usize, parts: Box<[Node; 3]>) -> Result<(Type, Step), Fault> {
        let [condition, then, otherwise] = *parts;
        let condition_at = condition.at;
        let (condition_kind, condition) = self.node(condition)?;
        if condition_kind != Type::Bool {
            let message = format!("this is {}, and '?' takes bool", condition_kind.with_article());
            return Err(Fault::at(condition_at, message));
        }
        let (kind, then) = self.node(then)?;
        let (other_kind, otherwise) = self.node(otherwise)?;
        if kind != other_kind {
            let message = format!("the sides of '?:' are of different types, {kind} and {other_kind}");
            return Err(with_conversion(Fault::at(at, message), &[kind, other_kind]));
        }
        Ok((kind, Step::Conditional(Box::new([condition, then, otherwise]))))
    }
}

/// A call. A pattern that is a constant is read here, once, and not for each instance type.
fn step_of_call(function: Function, mut arguments: Vec<Checked>) -> Result<Step, Fault> {
    if function == Function::Matches
        && let [text, Checked { at, step: Step::Constant(Value::String(pattern)) }] = arguments.as_mut_slice()
    {
        let pattern = match Pattern::new(pattern) {
            Ok(pattern) => Ok(pattern),
            // cel-go finds out when it evaluates the call, if it ever does.
            Err(Refusal::Invalid(problem)) => Err(problem),
            Err(Refusal::NotCovered(what)) => return Err(Fault::not_covered(*at, what)),
        };
        let text = Checked {
            at: text.at,
            step: std::mem::replace(&mut text.step, Step::Constant(Value::Bool(false))),
        };
        return Ok(Step::Matches(Box::new(text), pattern));
    }
    Ok(Step::Call(function, arguments))
}

/// The type of `left operator right`.
fn result_of(operator: Operator, left: Type, right: Type) -> Option<Type> {
    use Operator::{Add, Divide, In, Multiply, Remainder, Subtract};
    let number = matches!(left, Type::Int | Type::Uint | Type::Double);
    let takes = match operator {
        Add => number || left == Type::String,
        Subtract | Multiply | Divide => number,
        Remainder => matches!(left, Type::Int | Type::Uint),
        In => false,
        // Comparisons take every type, bool too: false < true.
        _ => return (left == right).then_some(Type::Bool),
    };
    (takes && left == right).then_some(left)
}

fn no_overload(at: usize, what: &str, kinds: &[Type]) -> Fault {
    let types = match kinds {
        [] => "no value".into(),
        kinds => kinds.iter().map(Type::to_string).collect::<Vec<_>>().join(" and "),
    };
    with_conversion(Fault::at(at, format!("there is no {what} for {types}")), kinds)
}

/// Adds advice on how to convert, if these are types that other languages would mix.
fn with_conversion(fault: Fault, kinds: &[Type]) -> Fault {
    match kinds {
        [a, b] if a == b => fault,
        [Type::Bool, _] | [_, Type::Bool] => fault,
        [a, b] => {
            let example = match (a, b) {
                (Type::Int, Type::Double) | (Type::Double, Type::Int) => "double(max_pods) * 1.5",
                (Type::String, _) | (_, Type::String) => "string(max_pods), or int(\"110\")",
                _ => "int(110u)",
            };
            fault.help(format!("CEL does not convert by itself: do it, as in {example}"))
        }
        _ => fault,
    }
}
