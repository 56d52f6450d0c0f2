//! The names of variables and functions, and suggestions for names that are not known.

use super::dialect::{Dialect, Variable};
use super::error::Fault;
use super::functions::{FUNCTIONS, Function};
use crate::text::Shortened;

/// Functions, methods and macros of CEL's standard library that are not covered here.
const FUNCTIONS_NOT_COVERED: &str = "dyn type bytes duration timestamp has";
const METHODS_NOT_COVERED: &str = "all exists exists_one existsOne map filter getDate getDayOfMonth getDayOfWeek \
    getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth getSeconds";
/// Names of types, which CEL also takes for values.
const TYPES: &str = "bool bytes double int list map null_type string type uint";

fn has(words: &str, name: &str) -> bool {
    words.split(' ').any(|word| word == name)
}

/// The variable of this name.
pub(super) fn variable(name: &str, dialect: Dialect) -> Result<Variable, Fault> {
    let known = dialect.variables();
    if let Some(variable) = known.iter().find(|variable| variable.name() == name) {
        return Ok(*variable);
    }
    if has(TYPES, name) {
        return Err(Fault::not_covered("types as values"));
    }
    if name == "google" {
        return Err(Fault::not_covered("the names of google.protobuf"));
    }
    let names: Vec<_> = known.iter().map(|variable| variable.name()).collect();
    let (others, has) = (dialects_with(name), format!("{dialect} has {}", names.join(", ")));
    let help = match (others.as_slice(), nearest(name, &names)) {
        ([], Some(near)) => format!("did you mean {near}?"),
        ([], None) => has,
        ([other], _) => format!("the dialect {other} has this variable; {has}"),
        (others, _) => format!("the dialects {} have this variable; {has}", others.join(" and ")),
    };
    Err(Fault::wrong(format!("unknown variable '{}'", Shortened(name))).help(help))
}

/// Refuses a function that the dialect does not have in this form.
pub(super) fn function(name: &str, is_method: bool, dialect: Dialect) -> Result<(), Fault> {
    let known = FUNCTIONS.iter().find(|function| function.name == name);
    if known
        .is_some_and(|known| known.is_in(dialect) && if is_method { known.is_method } else { known.is_plain })
    {
        return Ok(());
    }
    if has(if is_method { METHODS_NOT_COVERED } else { FUNCTIONS_NOT_COVERED }, name) {
        return Err(Fault::not_covered(format!("the function {name}()")));
    }
    let fault = Fault::wrong(format!("unknown function '{}'", Shortened(name)));
    let of_dialect = FUNCTIONS.iter().filter(|function| function.is_in(dialect));
    Err(match known {
        Some(function) => fault.help(right_form(function, is_method, dialect)),
        None => match nearest(name, &of_dialect.map(|function| function.name).collect::<Vec<_>>()) {
            Some(near) => fault.help(format!("did you mean {near}()?")),
            None => fault,
        },
    })
}

/// Tells how to write a function that exists in another dialect or in another form.
fn right_form(function: &Function, is_method: bool, dialect: Dialect) -> String {
    let name = function.name;
    if !function.is_in(dialect) {
        let sign = if name == "min" { '<' } else { '>' };
        format!("{name}() is Karpenter's; {dialect} takes: a {sign} b ? a : b")
    } else if is_method {
        format!("it is no method: write {name}(...)")
    } else {
        format!("it is called on a string, as in: instance_type.{name}(\"m5\")")
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
    let near = known.iter().map(|known| (slips(known), *known)).filter(|(slips, _)| *slips <= most);
    near.min().map(|(_, known)| known)
}
