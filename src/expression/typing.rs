//! The types of an expression, as cel-go finds them out before it evaluates anything: every name is known, and the
//! types fit every operator.
//!
//! The overloads are the ones of cel-go's [standard library][1] that are about numbers, bools and
//! strings. Numbers of different types do not mix, not even in comparisons: cel-go has an option
//! that allows it, and neither nodeadm nor Karpenter sets it.
//!
//! [1]: https://github.com/google/cel-go/blob/master/common/stdlib/standard.go

use super::dialect::Dialect;
use super::error::Fault;
use super::functions::type_of_call;
use super::names;
use super::pattern::{Pattern, Refusal};
use super::tree::{Kind, Node};
use super::value::{Type, Value};
use crate::text::Shortened;

/// The most characters and sets of all patterns of an expression, with repeated ones counted each time. An
/// expression is evaluated on more than a thousand instance types.
const MOST_PATTERN: usize = 500;

/// Finds out the types of a whole expression, and reads its patterns.
pub(super) fn infer(root: &mut Node, dialect: Dialect) -> Result<(), Fault> {
    let kind = Typing { dialect, pattern: 0 }.type_of(root)?;
    if dialect.takes(kind) {
        return Ok(());
    }
    let message = format!("the result is {}; {dialect} takes {}", kind.with_article(), dialect.taken());
    Err(Fault::wrong(message).at(root.at).help(match kind {
        Type::Bool => "choose between two numbers, as in: max_pods > 110 ? 110 : max_pods",
        _ => "convert it, as in int(...)",
    }))
}

struct Typing {
    dialect: Dialect,
    /// The size of all patterns so far.
    pattern: usize,
}

impl Typing {
    fn type_of(&mut self, node: &mut Node) -> Result<Type, Fault> {
        self.kind_of(node).map_err(|fault| fault.at(node.at))
    }

    fn types_of(&mut self, nodes: &mut [Node]) -> Result<Vec<Type>, Fault> {
        // A loop has a smaller stack frame than an iterator.
        let mut types = Vec::with_capacity(nodes.len());
        for node in nodes {
            types.push(self.type_of(node)?);
        }
        Ok(types)
    }

    /// Each arm calls a function of its own, so that the stack frame of this recursive function stays small.
    fn kind_of(&mut self, node: &mut Node) -> Result<Type, Fault> {
        match (&node.kind, node.parts.as_mut_slice()) {
            (Kind::Constant(value), _) => Ok(value.kind()),
            (Kind::Name(name), _) => Ok(names::variable(name, self.dialect)?.kind()),
            (Kind::Operator("in"), [value, among]) => self.is_in(value, among),
            (Kind::Operator("[]"), [map, key]) => self.index(map, key),
            (Kind::Field(name), [map]) => self.field(map, name),
            (Kind::Operator("?:"), [condition, then, otherwise]) => {
                self.conditional(condition, then, otherwise)
            }
            (Kind::Operator(sign @ ("&&" | "||")), sides) => self.bools(sides, sign),
            (Kind::Operator(sign), parts) => {
                let types = self.types_of(parts)?;
                type_of_operation(sign, &types).ok_or_else(|| no_overload(sign, &types))
            }
            (Kind::Function(_) | Kind::Method(_), _) => self.call(node),
            (Kind::List, _) => Err(Fault::not_covered("lists outside 'in'")),
            (Kind::Map, _) => Err(Fault::not_covered("maps outside 'in' and indexes")),
            (Kind::Matches(_) | Kind::Field(_), _) => Ok(Type::Bool),
        }
    }

    fn bools(&mut self, sides: &mut [Node], sign: &str) -> Result<Type, Fault> {
        for side in sides {
            self.bool(side, sign)?;
        }
        Ok(Type::Bool)
    }

    fn bool(&mut self, node: &mut Node, sign: &str) -> Result<(), Fault> {
        match self.type_of(node)? {
            Type::Bool => Ok(()),
            kind => {
                Err(Fault::wrong(format!("this is {}, and {sign} takes bool", kind.with_article()))
                    .at(node.at))
            }
        }
    }

    fn conditional(
        &mut self,
        condition: &mut Node,
        then: &mut Node,
        otherwise: &mut Node,
    ) -> Result<Type, Fault> {
        self.bool(condition, "'?'")?;
        let (kind, other) = (self.type_of(then)?, self.type_of(otherwise)?);
        if kind == other {
            return Ok(kind);
        }
        let message = format!("the sides of '?:' are of different types, {kind} and {other}");
        Err(with_conversion(Fault::wrong(message), &[kind, other]))
    }

    fn call(&mut self, node: &mut Node) -> Result<Type, Fault> {
        let (name, is_method) = match &node.kind {
            Kind::Method(name) => (name, true),
            Kind::Function(name) => (name, false),
            _ => return Err(super::functions::untyped()),
        };
        names::function(name, is_method, self.dialect)?;
        let types = self.types_of(&mut node.parts)?;
        let kind = type_of_call(name, &types).ok_or_else(|| no_overload(&format!("{name}()"), &types))?;
        if name == "matches" {
            self.pattern(node)?;
        }
        Ok(kind)
    }

    /// Reads the pattern of a call of `matches()`, once and not for each instance type.
    fn pattern(&mut self, node: &mut Node) -> Result<(), Fault> {
        let Some(Node { at, kind: Kind::Constant(Value::String(pattern)), .. }) = node.parts.pop() else {
            return Err(Fault::not_covered("computed regular expressions"));
        };
        let pattern = match Pattern::new(&pattern) {
            Ok(pattern) => Ok(pattern),
            // cel-go finds out when it evaluates the call, if it ever does.
            Err(Refusal::Invalid(problem)) => Err(problem),
            Err(Refusal::NotCovered(what)) => return Err(Fault::not_covered(what).at(at)),
        };
        self.pattern += pattern.as_ref().map_or(0, |pattern| pattern.size);
        if self.pattern > MOST_PATTERN {
            return Err(Fault::not_covered("regular expressions this large").at(at));
        }
        node.kind = Kind::Matches(pattern);
        Ok(())
    }

    /// `value in among`
    fn is_in(&mut self, value: &mut Node, among: &mut Node) -> Result<Type, Fault> {
        let kind = self.type_of(value)?;
        match among.kind {
            Kind::List => {
                let element = self.one_type(&mut among.parts)?.unwrap_or(kind);
                if element == kind {
                    return Ok(Type::Bool);
                }
                let message = format!("{} cannot be in a list of {element}", kind.with_article());
                Err(with_conversion(Fault::wrong(message), &[kind, element]))
            }
            Kind::Map => {
                check_key(&self.entries(&mut among.parts)?, kind)?;
                Ok(Type::Bool)
            }
            _ => {
                let other = self.type_of(among)?.with_article();
                Err(Fault::wrong(format!("'in' takes a list or a map on its right, and this is {other}")))
            }
        }
    }

    /// The type of the elements of a list; `None` if it is empty.
    fn one_type(&mut self, elements: &mut [Node]) -> Result<Option<Type>, Fault> {
        let mut first = None;
        for element in elements {
            let kind = self.type_of(element)?;
            // cel-go takes such a list, and compares numbers across types in it.
            if *first.get_or_insert(kind) != kind {
                return Err(Fault::not_covered("lists with values of several types").at(element.at));
            }
        }
        Ok(first)
    }

    /// `map[key]`
    fn index(&mut self, map: &mut Node, key: &mut Node) -> Result<Type, Fault> {
        match map.kind {
            Kind::Map => {
                let values = self.entries(&mut map.parts)?;
                type_of_lookup(&values, self.type_of(key)?)
            }
            Kind::List => Err(Fault::not_covered("indexes of lists")),
            _ => {
                let kind = self.type_of(map)?;
                Err(Fault::wrong(format!("{} has no index", kind.with_article())))
            }
        }
    }

    /// `map.field`, which is also a way to write an index of a map.
    fn field(&mut self, map: &mut Node, field: &str) -> Result<Type, Fault> {
        if matches!(map.kind, Kind::Map) {
            return type_of_lookup(&self.entries(&mut map.parts)?, Type::String);
        }
        let kind = self.type_of(map)?.with_article();
        Err(Fault::wrong(format!("{kind} has no field '{}'", Shortened(field))))
    }

    /// The types of the values of a map.
    fn entries(&mut self, entries: &mut [Node]) -> Result<Vec<Type>, Fault> {
        let mut values = Vec::with_capacity(entries.len() / 2);
        for entry in entries.chunks_exact_mut(2) {
            if self.type_of(&mut entry[0])? != Type::String {
                return Err(Fault::not_covered("maps with other keys than strings").at(entry[0].at));
            }
            values.push(self.type_of(&mut entry[1])?);
        }
        Ok(values)
    }
}

/// Refuses a key of the wrong type. An empty map takes keys of every type, and has none.
fn check_key(values: &[Type], key: Type) -> Result<(), Fault> {
    if key == Type::String || values.is_empty() {
        return Ok(());
    }
    let message = format!("the keys of this map are strings, and this is {}", key.with_article());
    Err(with_conversion(Fault::wrong(message), &[key, Type::String]))
}

/// The type of the value that a map with values of these types has for a key.
fn type_of_lookup(values: &[Type], key: Type) -> Result<Type, Fault> {
    check_key(values, key)?;
    match values {
        [] => Err(Fault::not_covered("indexes of empty maps")),
        [first, rest @ ..] if rest.iter().all(|kind| kind == first) => Ok(*first),
        // cel-go finds out the type of the value when it evaluates the index.
        _ => Err(Fault::not_covered("indexes of maps with values of several types")),
    }
}

/// The type of an operation with sides of these types; `None` if the operator does not take them.
fn type_of_operation(sign: &str, types: &[Type]) -> Option<Type> {
    use Type::{Bool, Double, Int, String, Uint};
    Some(match (sign, types) {
        (_, [a, b]) if a != b => return None,
        ("-", [kind @ (Int | Double)])
        | ("+", [kind @ (Int | Uint | Double | String), _])
        | ("-" | "*" | "/", [kind @ (Int | Uint | Double), _])
        | ("%", [kind @ (Int | Uint), _]) => *kind,
        // Comparisons take every type, bool too: false < true.
        ("!", [Bool]) | ("==" | "!=" | "<" | "<=" | ">" | ">=", [_, _]) => Bool,
        _ => return None,
    })
}

fn no_overload(what: &str, kinds: &[Type]) -> Fault {
    let types = match kinds {
        [] => "no value".into(),
        kinds => kinds.iter().map(Type::to_string).collect::<Vec<_>>().join(" and "),
    };
    with_conversion(Fault::wrong(format!("there is no {what} for {types}")), kinds)
}

/// Adds advice on how to convert, if these are types that other languages would mix.
fn with_conversion(fault: Fault, kinds: &[Type]) -> Fault {
    let example = match kinds {
        [a, b] if a == b => return fault,
        [Type::Bool, _] | [_, Type::Bool] => return fault,
        [Type::Int, Type::Double] | [Type::Double, Type::Int] => "double(max_pods) * 1.5",
        [Type::String, _] | [_, Type::String] => "string(max_pods), or int(\"110\")",
        [_, _] => "int(110u)",
        _ => return fault,
    };
    fault.help(format!("CEL does not convert by itself: do it, as in {example}"))
}
