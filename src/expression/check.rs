//! The type check that cel-go makes before it evaluates anything, and what comes of it: a tree in
//! which every name is known and every operator has its types.
//!
//! The overloads are those of cel-go's [standard library][1], as far as they are about scalars.
//! Numbers of different types do not mix, not even in comparisons: cel-go can be told to allow
//! that, and neither nodeadm nor Karpenter does.
//!
//! [1]: https://github.com/google/cel-go/blob/master/common/stdlib/standard.go

use super::dialect::{Dialect, Variable};
use super::error::Fault;
use super::function::{Form, Function};
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
    /// The value is among these.
    OneOf(Box<Checked>, Vec<Checked>),
    And(Vec<Checked>),
    Or(Vec<Checked>),
    Conditional(Box<[Checked; 3]>),
    /// The receiver of a method is its first argument.
    Call(Function, Vec<Checked>),
}

/// Functions and macros of CEL's standard that are left out here.
const FUNCTIONS_NOT_COVERED: &[&str] = &["matches", "dyn", "type", "bytes", "duration", "timestamp", "has"];
const METHODS_NOT_COVERED: &[&str] = &[
    "matches",
    "all",
    "exists",
    "exists_one",
    "existsOne",
    "map",
    "filter",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
];
/// Names of types, which are values too in CEL.
const TYPES: &[&str] =
    &["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"];

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
    /// One line a kind: what happens in each is elsewhere, to keep what recurs small.
    fn node(&self, node: Node) -> Result<Typed, Fault> {
        let at = node.at;
        let checked = match node.kind {
            Kind::Literal(value) => Ok((value.kind(), Step::Constant(value))),
            Kind::Name(name) => self.variable(at, &name),
            Kind::Not(operand) => self.not(at, *operand),
            Kind::Negate(operand) => self.negate(at, *operand),
            Kind::Binary(Operator::In, value, list) => self.one_of(at, *value, *list),
            Kind::Binary(operator, left, right) => self.binary(at, operator, *left, *right),
            Kind::And(sides) => self.bools("&&", sides).map(|sides| (Type::Bool, Step::And(sides))),
            Kind::Or(sides) => self.bools("||", sides).map(|sides| (Type::Bool, Step::Or(sides))),
            Kind::Conditional(parts) => self.conditional(at, parts),
            Kind::List(_) => Err(Fault::not_covered(at, "a list elsewhere than after 'in'")),
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

    fn variable(&self, at: usize, name: &str) -> Result<(Type, Step), Fault> {
        let known = self.dialect.variables();
        if let Some(variable) = known.iter().find(|variable| variable.name() == name) {
            return Ok((variable.kind(), Step::Variable(*variable)));
        }
        if TYPES.contains(&name) {
            return Err(Fault::not_covered(at, format!("the type '{name}' as a value")));
        }
        let names: Vec<_> = known.iter().map(|variable| variable.name()).collect();
        let other =
            Dialect::ALL.iter().find(|d| d.variables().iter().any(|variable| variable.name() == name));
        let help = match (other, nearest(name, &names)) {
            (Some(other), _) => {
                format!("it is known in the {other} dialect only; here there are {}", names.join(", "))
            }
            (None, Some(near)) => format!("did you mean {near}?"),
            (None, None) => format!("{} knows {}", self.dialect, names.join(", ")),
        };
        Err(Fault::at(at, format!("unknown variable '{}'", Fault::short(name))).help(help))
    }

    fn function(&self, at: usize, name: &str, form: Form) -> Result<Function, Fault> {
        let known = Function::ALL.into_iter().find(|function| function.name() == name);
        if let Some(function) = known
            && function.forms().contains(&form)
            && function.dialects().contains(&self.dialect)
        {
            return Ok(function);
        }
        let not_covered = match form {
            Form::Function => FUNCTIONS_NOT_COVERED,
            Form::Method => METHODS_NOT_COVERED,
        };
        if not_covered.contains(&name) {
            return Err(Fault::not_covered(at, format!("{name}()")));
        }
        let fault = Fault::at(at, format!("unknown function '{}'", Fault::short(name)));
        Err(match known {
            Some(function) => self.misplaced(function, form, fault),
            None => match nearest(name, &self.functions()) {
                Some(near) => fault.help(format!("did you mean {near}()?")),
                None => fault,
            },
        })
    }

    /// The names of the functions that the dialect has.
    fn functions(&self) -> Vec<&'static str> {
        let has = |function: &Function| function.dialects().contains(&self.dialect);
        Function::ALL.into_iter().filter(has).map(Function::name).collect()
    }

    /// A function that there is, but not in this dialect or not in this form.
    fn misplaced(&self, function: Function, form: Form, fault: Fault) -> Fault {
        let name = function.name();
        match function {
            Function::Min | Function::Max if !function.dialects().contains(&self.dialect) => {
                let sign = if function == Function::Min { '<' } else { '>' };
                fault.help(format!("{name}() is Karpenter's; {} takes: a {sign} b ? a : b", self.dialect))
            }
            _ if form == Form::Function => {
                fault.help(format!("it is called on a string, as in: instance_type.{name}(\"m5\")"))
            }
            _ => fault.help(format!("it is no method: write {name}(...)")),
        }
    }

    fn call(&self, at: usize, name: &str, form: Form, arguments: Vec<Node>) -> Result<(Type, Step), Fault> {
        let function = self.function(at, name, form)?;
        let typed =
            arguments.into_iter().map(|argument| self.node(argument)).collect::<Result<Vec<_>, _>>()?;
        let (kinds, arguments): (Vec<_>, Vec<_>) = typed.into_iter().unzip();
        match function.result(&kinds) {
            Some(kind) => Ok((kind, Step::Call(function, arguments))),
            None => Err(no_overload(at, &format!("{name}()"), &kinds)),
        }
    }

    /// Sides of a logical operator.
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

    fn one_of(&self, at: usize, value: Node, list: Node) -> Result<(Type, Step), Fault> {
        let (kind, value) = self.node(value)?;
        let Kind::List(elements) = list.kind else {
            let (list_kind, _) = self.node(list)?;
            return Err(Fault::at(
                at,
                format!("'in' takes a list on its right, and this is {}", list_kind.with_article()),
            ));
        };
        let mut checked = Vec::with_capacity(elements.len());
        let mut kinds = Vec::new();
        for element in elements {
            let element_at = element.at;
            let (kind, element) = self.node(element)?;
            // cel-go makes a list of anything of it, and compares across types.
            if kinds.first().is_some_and(|first| *first != kind) {
                return Err(Fault::not_covered(element_at, "a list of values of different types"));
            }
            kinds.push(kind);
            checked.push(element);
        }
        match kinds.first() {
            Some(&element) if element != kind => Err(with_conversion(
                Fault::at(at, format!("{} cannot be in a list of {element}", kind.with_article())),
                &[kind, element],
            )),
            _ => Ok((Type::Bool, Step::OneOf(Box::new(value), checked))),
        }
    }
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
        // Comparisons; even false < true.
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

/// Types that mix in other languages do not in CEL.
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

/// What was probably meant.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    // Longer names are not slips of the keyboard.
    if name.len() > 20 {
        return None;
    }
    let slips =
        |known: &str| strsim::damerau_levenshtein(&name.to_ascii_lowercase(), &known.to_ascii_lowercase());
    let most = if name.len() < 5 { 1 } else { 2 };
    known
        .iter()
        .copied()
        .map(|known| (slips(known), known))
        .filter(|&(slips, _)| slips <= most)
        .min()
        .map(|(_, k)| k)
}
