//! A second evaluator of the part of CEL that is covered, written from the language's definition and
//! Go's arithmetic. It is slow and plain, counts in 128 bits, and has a tree of its own.

mod evaluate;
mod generate;

pub use evaluate::pods;
pub use generate::Generator;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Int,
    Uint,
    Double,
    Bool,
    String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Int(i64),
    Uint(u64),
    Double(f64),
    Bool(bool),
    String(String),
}

impl Value {
    pub fn kind(&self) -> Type {
        match self {
            Self::Int(_) => Type::Int,
            Self::Uint(_) => Type::Uint,
            Self::Double(_) => Type::Double,
            Self::Bool(_) => Type::Bool,
            Self::String(_) => Type::String,
        }
    }

    pub fn literal(&self) -> String {
        match self {
            Self::Int(n) => n.to_string(),
            Self::Uint(n) => format!("{n}u"),
            Self::Double(n) => format!("{n:?}"),
            Self::Bool(b) => b.to_string(),
            Self::String(text) => {
                let quote = if text.contains('\'') { '"' } else { '\'' };
                let escaped = text.replace('\\', "\\\\").replace('\n', "\\n").replace('"', "\\x22");
                format!("{quote}{escaped}{quote}")
            }
        }
    }
}

/// The outcome of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Value(Value),
    Error,
}

#[derive(Debug, Clone)]
pub enum Tree {
    Constant(Value),
    /// Its name and value.
    Variable(&'static str, Value),
    Negate(Box<Tree>),
    Not(Box<Tree>),
    /// Arithmetic and comparisons by their sign.
    Binary(&'static str, Box<Tree>, Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Conditional(Box<Tree>, Box<Tree>, Box<Tree>),
    In(Box<Tree>, Vec<Tree>),
    /// True if the map has this key.
    HasKey(Box<Tree>, Vec<[Tree; 2]>),
    /// The map's value for this key.
    Index(Vec<[Tree; 2]>, Box<Tree>),
    Call(&'static str, Vec<Tree>),
    Method(Box<Tree>, &'static str, Vec<Tree>),
}

impl Tree {
    /// Its type; `None` where types do not fit.
    #[allow(clippy::match_same_arms, reason = "a line for each function")]
    pub fn kind(&self) -> Option<Type> {
        use Type::{Bool, Double, Int, String, Uint};
        Some(match self {
            Self::Constant(value) | Self::Variable(_, value) => value.kind(),
            Self::Negate(a) => a.kind().filter(|kind| [Int, Double].contains(kind))?,
            Self::Not(a) => a.kind().filter(|kind| *kind == Bool)?,
            Self::Binary(sign, a, b) => {
                let kind = a.kind()?;
                if b.kind()? != kind {
                    return None;
                }
                match (*sign, kind) {
                    ("==" | "!=" | "<" | "<=" | ">" | ">=", _) => Bool,
                    ("+", Int | Uint | Double | String)
                    | ("-" | "*" | "/", Int | Uint | Double)
                    | ("%", Int | Uint) => kind,
                    _ => return None,
                }
            }
            Self::And(a, b) | Self::Or(a, b) => match (a.kind()?, b.kind()?) {
                (Bool, Bool) => Bool,
                _ => return None,
            },
            Self::Conditional(condition, a, b) => match (condition.kind()?, a.kind()?, b.kind()?) {
                (Bool, a, b) if a == b => a,
                _ => return None,
            },
            Self::In(a, list) => {
                let kind = a.kind()?;
                list.iter().try_for_each(|element| (element.kind() == Some(kind)).then_some(()))?;
                Bool
            }
            Self::HasKey(key, entries) => {
                let key = key.kind()?;
                for [name, value] in entries {
                    if name.kind()? != String || key != String {
                        return None;
                    }
                    value.kind()?;
                }
                Bool
            }
            Self::Index(entries, key) => {
                let first = entries.first()?[1].kind()?;
                for [name, value] in entries {
                    if name.kind()? != String || value.kind()? != first {
                        return None;
                    }
                }
                key.kind().filter(|key| *key == String).map(|_| first)?
            }
            Self::Call(name, arguments) => {
                let kinds = arguments.iter().map(Self::kind).collect::<Option<Vec<_>>>()?;
                match (*name, kinds.as_slice()) {
                    ("int", [Int | Uint | Double | String])
                    | ("size", [String])
                    | ("min" | "max", [Int, Int]) => Int,
                    ("uint", [Int | Uint | Double | String]) => Uint,
                    ("double", [Int | Uint | Double | String]) => Double,
                    ("string", [_]) => String,
                    ("bool", [Bool | String]) => Bool,
                    ("min" | "max", [Int | Double, Int | Double]) => Double,
                    _ => return None,
                }
            }
            Self::Method(receiver, name, arguments) => {
                let kinds = arguments.iter().map(Self::kind).collect::<Option<Vec<_>>>()?;
                match (receiver.kind()?, *name, kinds.as_slice()) {
                    (String, "size", []) => Int,
                    (String, "startsWith" | "endsWith" | "contains" | "matches", [String]) => Bool,
                    _ => return None,
                }
            }
        })
    }
}
