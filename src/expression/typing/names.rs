//! The names of variables and functions, and suggestions for names that are not known.

use super::super::dialect::Dialect;
use super::super::error::Fault;
use super::super::function::{Form, Function};
use super::super::value::Type;
use super::{Checker, Step};
use crate::text::Shortened;

/// Functions and macros of CEL's standard library that are not covered here.
const FUNCTIONS_NOT_COVERED: &[&str] = &["dyn", "type", "bytes", "duration", "timestamp", "has"];
const METHODS_NOT_COVERED: &[&str] = &[
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
/// Names of types, which CEL also takes for values.
const TYPES: &[&str] =
    &["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"];

impl Checker {
    pub(super) fn variable(&self, at: usize, name: &str) -> Result<(Type, Step), Fault> {
        let known = self.dialect.variables();
        if let Some(variable) = known.iter().find(|variable| variable.name() == name) {
            return Ok((variable.kind(), Step::Variable(*variable)));
        }
        if TYPES.contains(&name) {
            return Err(Fault::not_covered(at, "types as values"));
        }
        if name == "google" {
            return Err(Fault::not_covered(at, "the names of google.protobuf"));
        }
        let names: Vec<_> = known.iter().map(|variable| variable.name()).collect();
        let others = dialects_with(name);
        let help = match (others.as_slice(), nearest(name, &names)) {
            ([], Some(near)) => format!("did you mean {near}?"),
            ([], None) => format!("{} has {}", self.dialect, names.join(", ")),
            ([other], _) => {
                format!("the dialect {other} has this variable; {} has {}", self.dialect, names.join(", "))
            }
            (others, _) => {
                let (others, names) = (others.join(" and "), names.join(", "));
                format!("the dialects {others} have this variable; {} has {names}", self.dialect)
            }
        };
        Err(Fault::at(at, format!("unknown variable '{}'", Shortened(name))).help(help))
    }

    pub(super) fn function(&self, at: usize, name: &str, form: Form) -> Result<Function, Fault> {
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
            return Err(Fault::not_covered(at, format!("the function {name}()")));
        }
        let fault = Fault::at(at, format!("unknown function '{}'", Shortened(name)));
        Err(match known {
            Some(function) => self.misplaced(function, form, fault),
            None => match nearest(name, &self.functions()) {
                Some(near) => fault.help(format!("did you mean {near}()?")),
                None => fault,
            },
        })
    }

    /// The names of the dialect's functions.
    fn functions(&self) -> Vec<&'static str> {
        let has = |function: &Function| function.dialects().contains(&self.dialect);
        Function::ALL.into_iter().filter(has).map(Function::name).collect()
    }

    /// Says what is wrong with a function that exists in another dialect or in another form.
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
}

/// The dialects that have a variable of this name, in words.
fn dialects_with(name: &str) -> Vec<String> {
    let has = |dialect: &Dialect| dialect.variables().iter().any(|variable| variable.name() == name);
    let in_words = |dialect| match dialect {
        Dialect::NodeadmNext => format!("{dialect} (AMIs newer than v20260724)"),
        dialect => dialect.to_string(),
    };
    Dialect::ALL.into_iter().filter(has).map(in_words).collect()
}

/// The name that the author probably meant.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    // A name that is much longer than all others is not a typing error.
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
