//! The functions that are evaluated where their arguments are known.

use std::collections::HashMap;
use std::rc::Rc;

use hcl_edit::expr::FuncCall;

use super::data;
use super::evaluate::Evaluator;
use crate::check::source::Mark;
use crate::check::tree::{Content, Entry, Tree};

/// The value of a function's call.
pub(super) fn call<'m>(evaluator: &Evaluator<'m>, file: usize, mark: Mark, call: &'m FuncCall) -> Rc<Tree> {
    let computed = || evaluator.computed(file, mark);
    if !call.name.namespace.is_empty() || call.args.expand_final() {
        return computed();
    }
    let arguments = || call.args.iter().map(|argument| evaluator.value(file, argument));
    let first = || call.args.get(0).map_or_else(computed, |argument| evaluator.value(file, argument));
    let text = |text: Option<String>| text.map_or_else(computed, |text| evaluator.text(file, mark, text));
    match call.name.name.as_str() {
        "jsonencode" | "yamlencode" => {
            let value = first();
            match json(evaluator, &value) {
                Some(text) => evaluator.encoded(file, mark, text, &value),
                None => computed(),
            }
        }
        "base64encode" | "base64gzip" => {
            let value = first();
            match value.text() {
                Some(_) => evaluator.in_base64(&value),
                None if data::is_parts(evaluator, &value) => value,
                None => computed(),
            }
        }
        // The readers take a text as well as its value, and the text has its lines where the file has them.
        "yamldecode" | "jsondecode" => {
            let value = first();
            if value.text().is_some() { value } else { computed() }
        }
        "tolist" | "toset" | "tomap" | "tostring" | "tonumber" | "tobool" | "sensitive" | "nonsensitive" => {
            first()
        }
        "try" | "coalesce" => {
            let empty = |value: &Tree| matches!(value.content, Content::Null) || value.text() == Some("");
            arguments().find(|value| !empty(value)).unwrap_or_else(computed)
        }
        "trimspace" => evaluator.shorter(&first(), str::trim),
        "chomp" => evaluator.shorter(&first(), |text| text.trim_end_matches(['\r', '\n'])),
        "join" => {
            let mut arguments = arguments();
            text(
                arguments
                    .next()
                    .zip(arguments.next())
                    .and_then(|(between, list)| join(evaluator, &between, &list)),
            )
        }
        "format" => {
            let arguments: Vec<_> = arguments().collect();
            let enough = charge(evaluator, &arguments);
            let arguments = arguments.split_first().filter(|_| enough);
            text(arguments.and_then(|(format, values)| self::format(format, values)))
        }
        "concat" => concat(evaluator, file, mark, arguments()),
        "merge" => merge(evaluator, file, mark, arguments()),
        _ => computed(),
    }
}

/// The mark of a part that is computed.
const UNKNOWN: &str = "${…}";

/// Takes the texts of values off the budget before they are put together: many may share one long text.
fn charge<'t>(evaluator: &Evaluator<'_>, values: impl IntoIterator<Item = &'t Rc<Tree>>) -> bool {
    values.into_iter().all(|value| match &value.content {
        Content::Null | Content::Computed => evaluator.charge(UNKNOWN.len()),
        Content::Scalar(scalar) => evaluator.charge(1 + scalar.text.len()),
        Content::List(items) => evaluator.charge(1) && charge(evaluator, items),
        Content::Map(entries) => entries
            .iter()
            .all(|entry| evaluator.charge(1 + entry.key.len()) && charge(evaluator, [&entry.value])),
    })
}

/// A value as JSON. What is computed in it becomes a template's mark.
fn json(evaluator: &Evaluator<'_>, value: &Rc<Tree>) -> Option<String> {
    (!value.is_computed() && charge(evaluator, [value])).then(|| as_json(value).to_string())
}

fn as_json(value: &Tree) -> serde_json::Value {
    use serde_json::Value as Json;
    match &value.content {
        Content::Computed => Json::String(UNKNOWN.into()),
        Content::List(items) => items.iter().map(|item| as_json(item)).collect(),
        Content::Map(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), as_json(&entry.value))).collect()
        }
        Content::Null | Content::Scalar(_) => value.to_json(),
    }
}

fn join(evaluator: &Evaluator<'_>, between: &Rc<Tree>, list: &Tree) -> Option<String> {
    let enough = list.items().iter().all(|item| charge(evaluator, [item, between]));
    let between = between.text().filter(|_| enough)?;
    let texts: Vec<_> = list.items().iter().map(|item| item.text().unwrap_or(UNKNOWN)).collect();
    (!texts.is_empty()).then(|| texts.join(between))
}

/// `format` with `%s`, `%d` and `%v`.
fn format(format: &Tree, values: &[Rc<Tree>]) -> Option<String> {
    let mut values = values.iter();
    let mut parts = format.text()?.split('%');
    let mut text = parts.next()?.to_owned();
    while let Some(part) = parts.next() {
        match part.bytes().next() {
            Some(b's' | b'd' | b'v') => {
                text.push_str(values.next()?.text().unwrap_or(UNKNOWN));
                text.push_str(part.get(1..)?);
            }
            // `%%`
            None => {
                text.push('%');
                text.push_str(parts.next()?);
            }
            Some(_) => return None,
        }
    }
    Some(text)
}

fn concat(
    evaluator: &Evaluator<'_>,
    file: usize,
    mark: Mark,
    lists: impl Iterator<Item = Rc<Tree>>,
) -> Rc<Tree> {
    let mut all = Vec::new();
    for list in lists {
        if !evaluator.charge(list.items().len()) {
            return evaluator.computed(file, mark);
        }
        match &list.content {
            Content::List(items) => all.extend(items.iter().cloned()),
            // One computed value stands for the values of a list that is not known.
            _ => all.push(evaluator.computed(file, mark)),
        }
    }
    evaluator.make(file, mark, Content::List(all))
}

/// The key of a map for all keys that are not known.
pub(super) const OPEN: &str = "…";

/// True if a value has a map whose keys are not all known.
pub(super) fn is_open(value: &Tree) -> bool {
    value.entries().iter().any(|entry| entry.key == OPEN || is_open(&entry.value))
}

/// `merge`: the last map that has a key wins. A map that is not known may have any key of those before it.
fn merge(
    evaluator: &Evaluator<'_>,
    file: usize,
    mark: Mark,
    maps: impl Iterator<Item = Rc<Tree>>,
) -> Rc<Tree> {
    let mut numbers = HashMap::new();
    let mut all: Vec<Entry> = Vec::new();
    for map in maps {
        if !evaluator.charge(map.entries().len()) {
            return evaluator.computed(file, mark);
        }
        if !matches!(map.content, Content::Map(_) | Content::Null) {
            numbers = HashMap::from([(OPEN.to_owned(), 0)]);
            all = vec![Entry { key: OPEN.to_owned(), mark, value: evaluator.computed(file, mark) }];
        }
        for entry in map.entries() {
            let one = Entry { key: entry.key.clone(), mark: entry.mark, value: Rc::clone(&entry.value) };
            let number = *numbers.entry(entry.key.clone()).or_insert(all.len());
            match all.get_mut(number) {
                Some(earlier) => *earlier = one,
                None => all.push(one),
            }
        }
    }
    evaluator.make(file, mark, Content::Map(all))
}
