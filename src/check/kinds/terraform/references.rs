//! The launch template of a node group. If the plan does not know its id yet, the references of the
//! configuration lead to it, through modules, their variables and their outputs.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::plan::{LAUNCH_TEMPLATE, Module, Plan, Resource};

/// The most references that are followed one after another. Modules are seldom nested deeper than five.
const MOST_STEPS: usize = 32;

/// The launch templates of a plan. A plan can have thousands, and each node group looks for its own.
pub(super) struct Templates<'p> {
    /// In the order of the plan.
    pub all: Vec<&'p Resource>,
    by_id: HashMap<&'p str, &'p Resource>,
    by_name: HashMap<&'p str, &'p Resource>,
}

impl<'p> Templates<'p> {
    pub fn new(plan: &'p Plan<'_>) -> Self {
        let all: Vec<_> = plan.of_kind(LAUNCH_TEMPLATE).collect();
        // The first of several with one id or name is the one that counts.
        let by = |key: &str| {
            all.iter().rev().filter_map(|template| Some((template.text(key)?, *template))).collect()
        };
        Self { by_id: by("id"), by_name: by("name"), all }
    }
}

/// The launch template that a node group uses, if it is in the plan.
pub(super) fn launch_template<'p>(
    plan: &'p Plan<'_>,
    templates: &Templates<'p>,
    group: &'p Resource,
) -> Option<&'p Resource> {
    let block = group.values.get("launch_template")?.items().first()?;
    let text = |key| block.get(key).and_then(|value| value.text()).filter(|text| !text.is_empty());
    if let Some(id) = text("id") {
        return templates.by_id.get(id).copied();
    }
    if let Some(name) = text("name") {
        return templates.by_name.get(name).copied();
    }
    let mut search = Search { plan, templates, group, steps: 0 };
    let configured = module(&plan.configuration, &group.module)
        .and_then(|module| module.resources.iter().find(|r| r.r#type == group.kind && r.name == group.name));
    let references = configured.and_then(|resource| resource.expressions).map(|expressions| {
        let expressions: Expressions<'_> = serde_json::from_str(expressions.get()).unwrap_or_default();
        let block = expressions.launch_template.into_iter().next().unwrap_or_default();
        [block.id, block.name].into_iter().flatten().flat_map(references).collect::<Vec<_>>()
    });
    if let Some(found) = references.and_then(|references| search.resolve(&references, &group.module)) {
        return Some(found);
    }
    // A module passes the id through a local value, which the plan's JSON does not have. Where the module
    // has one launch template alone, that is the one.
    let mut same_module = templates.all.iter().copied().filter(|template| template.module == group.module);
    match (same_module.next(), same_module.next()) {
        (Some(only), None) => Some(only),
        (Some(_), Some(_)) => search.instance(None, &group.module, None),
        _ => None,
    }
}

#[derive(Default, Deserialize)]
struct Expressions<'a> {
    #[serde(borrow, default)]
    launch_template: Vec<Block<'a>>,
}

#[derive(Default, Deserialize)]
struct Block<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
}

/// The references of an expression.
fn references(expression: &RawValue) -> Vec<String> {
    #[derive(Deserialize)]
    struct Expression<'a> {
        #[serde(borrow, default)]
        references: Vec<Cow<'a, str>>,
    }
    let expression = serde_json::from_str::<Expression<'_>>(expression.get());
    expression.map_or_else(|_| Vec::new(), |e| e.references.into_iter().map(Cow::into_owned).collect())
}

struct Search<'s, 'p, 'a> {
    plan: &'p Plan<'a>,
    templates: &'s Templates<'p>,
    group: &'p Resource,
    steps: usize,
}

impl<'p> Search<'_, 'p, '_> {
    /// The launch template that the first reference leads to which leads to one. `within` is the address of
    /// the module that the references stand in.
    fn resolve(&mut self, references: &[String], within: &str) -> Option<&'p Resource> {
        references.iter().find_map(|reference| self.follow(reference, within))
    }

    fn follow(&mut self, reference: &str, within: &str) -> Option<&'p Resource> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return None;
        }
        let (first, rest) = reference.split_once('.')?;
        match first {
            LAUNCH_TEMPLATE => {
                let name = rest.split(['.', '[']).next().unwrap_or(rest);
                let index =
                    rest.split_once('[').and_then(|(_, index)| index.split_once(']')).map(|(index, _)| index);
                self.instance(Some(name), within, index)
            }
            "module" => {
                let name = rest.split(['.', '[']).next()?;
                let output = rest.rsplit('.').next().filter(|output| *output != rest)?;
                let inner = module(&self.plan.configuration, within)?.calls.get(name)?;
                let references = references(inner.module.outputs.get(output)?.expression?);
                let address = format!("{within}{}module.{name}", if within.is_empty() { "" } else { "." });
                self.resolve(&references, &address)
            }
            "var" => {
                let name = rest.split(['.', '[']).next()?;
                let (parent, call) = last_module(within)?;
                let call = module(&self.plan.configuration, parent)?.calls.get(call)?;
                let expressions: std::collections::BTreeMap<Cow<'_, str>, &RawValue> =
                    serde_json::from_str(call.expressions?.get()).ok()?;
                self.resolve(&references(expressions.get(name)?), parent)
            }
            _ => None,
        }
    }

    /// The launch template of a name in a module. Of several, the one with the index, or with that of the node
    /// group.
    fn instance(&self, name: Option<&str>, within: &str, index: Option<&str>) -> Option<&'p Resource> {
        let named =
            self.templates.all.iter().filter(|template| name.is_none_or(|name| template.name == name));
        let named: Vec<_> = named.copied().filter(|template| same_module(&template.module, within)).collect();
        let by_index = |index: Option<&str>| {
            index.and_then(|index| {
                named.iter().copied().find(|resource| resource.index.as_deref() == Some(index))
            })
        };
        let only = if let [only] = named.as_slice() { Some(*only) } else { None };
        only.or_else(|| by_index(index)).or_else(|| by_index(self.group.index.as_deref()))
    }
}

/// The configuration of the module at an address.
fn module<'m, 'a>(root: &'m Module<'a>, address: &str) -> Option<&'m Module<'a>> {
    names(address).into_iter().try_fold(root, |module, name| Some(&module.calls.get(name)?.module))
}

/// The names of an address, without indexes: `a` and `b` of `module.a["x.y"].module.b`.
fn names(address: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = address;
    while let Some(after) = rest.strip_prefix("module.") {
        let end = after.find(['.', '[']).unwrap_or(after.len());
        names.push(after.get(..end).unwrap_or(""));
        rest = after.get(end..).unwrap_or("");
        if rest.starts_with('[') {
            // A key in quotes may have brackets and dots in it.
            let close = if rest.starts_with("[\"") {
                rest.find("\"]").map(|at| at + 2)
            } else {
                rest.find(']').map(|at| at + 1)
            };
            rest = close.and_then(|close| rest.get(close..)).unwrap_or("");
        }
        rest = rest.strip_prefix('.').unwrap_or("");
    }
    names
}

/// The address of the module around a module, and the name of the latter.
fn last_module(address: &str) -> Option<(&str, &str)> {
    let name = names(address).pop()?;
    // The last place where the name of a module can start.
    let at = address.rfind(&format!("module.{name}"))?;
    Some((address.get(..at)?.trim_end_matches('.'), name))
}

/// True if a module is the one at an address, whose last part may lack its index.
fn same_module(module: &str, address: &str) -> bool {
    module == address
        || module.strip_prefix(address).is_some_and(|rest| rest.starts_with('[') && names(rest).is_empty())
            && names(module) == names(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (address, expected) in [
            ("", vec![]),
            ("module.a", vec!["a"]),
            ("module.a.module.b", vec!["a", "b"]),
            ("module.a[\"x.module.y\"].module.b[0]", vec!["a", "b"]),
            ("module.a[\"x", vec!["a"]),
        ] {
            assert_eq!(names(address), expected, "{address}");
        }
        assert_eq!(last_module("module.a[0].module.b[\"x\"]"), Some(("module.a[0]", "b")));
        assert_eq!(last_module("module.a"), Some(("", "a")));
        assert_eq!(last_module(""), None);
        assert!(same_module("module.a[0]", "module.a"));
        assert!(!same_module("module.ab", "module.a"));
        assert!(!same_module("module.a.module.b", "module.a"));
    }
}
