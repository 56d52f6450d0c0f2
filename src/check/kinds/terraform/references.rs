//! The launch template that a group of nodes uses. If the plan does not know its id yet, the references of the
//! configuration lead to it, through modules, their variables and their outputs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::plan::{Call, Module, Plan};
use super::resource::{LAUNCH_TEMPLATE, Resource, text};
use crate::check::tree::Tree;

/// The most references that are followed one after another. Modules are seldom nested deeper than five.
const MOST_STEPS: usize = 32;

/// The launch templates of a plan. A plan can have thousands, and each group of nodes looks for its own.
pub(super) struct Templates<'p> {
    plan: &'p Plan<'p>,
    by_id: HashMap<&'p str, usize>,
    by_name: HashMap<&'p str, usize>,
    /// By the address of the module, with and without its last index, and by the name in it; those of all names
    /// under `None`.
    by_place: HashMap<(&'p str, Option<&'p str>), Instances<'p>>,
    configuration: Known<'p>,
}

/// The parts of the configuration that were read: many groups lead to the same.
#[derive(Default)]
struct Known<'p> {
    /// The expressions of a module's resources, by the type and the name.
    configured: RefCell<HashMap<*const Module<'p>, Rc<Configured<'p>>>>,
    /// The references of a group, by the module's address, its type and its name.
    of_groups: RefCell<HashMap<Configuring, Rc<[String]>>>,
    /// The arguments of a module's call.
    arguments: RefCell<HashMap<*const Call<'p>, Rc<HashMap<String, &'p RawValue>>>>,
    /// The references of an expression.
    references: RefCell<HashMap<*const RawValue, Rc<[String]>>>,
}

/// The module's address, the type and the name of a resource.
type Configuring = (Rc<str>, String, String);

type Configured<'p> = HashMap<(&'p str, &'p str), &'p RawValue>;

impl<'p> Known<'p> {
    fn configured(&self, module: &'p Module<'p>) -> Rc<Configured<'p>> {
        let read = || {
            let resources = module.resources.iter();
            let all = resources.filter_map(|r| Some(((&*r.r#type, &*r.name), r.expressions?)));
            Rc::new(all.collect())
        };
        Rc::clone(self.configured.borrow_mut().entry(ptr::from_ref(module)).or_insert_with(read))
    }

    fn arguments(&self, call: &'p Call<'p>) -> Rc<HashMap<String, &'p RawValue>> {
        let read = || {
            let expressions = call.expressions.map(|expressions| serde_json::from_str(expressions.get()));
            Rc::new(expressions.and_then(Result::ok).unwrap_or_default())
        };
        Rc::clone(self.arguments.borrow_mut().entry(ptr::from_ref(call)).or_insert_with(read))
    }

    fn references(&self, expression: &'p RawValue) -> Rc<[String]> {
        #[derive(Default, Deserialize)]
        struct Expression {
            #[serde(default)]
            references: Vec<String>,
        }
        let read =
            || serde_json::from_str::<Expression>(expression.get()).unwrap_or_default().references.into();
        Rc::clone(self.references.borrow_mut().entry(ptr::from_ref(expression)).or_insert_with(read))
    }
}

/// The launch templates of a place.
#[derive(Default)]
struct Instances<'p> {
    first: usize,
    count: usize,
    by_index: HashMap<Option<&'p str>, usize>,
}

impl<'p> Templates<'p> {
    pub fn new(plan: &'p Plan<'p>) -> Self {
        let mut templates = Self {
            plan,
            by_id: HashMap::new(),
            by_name: HashMap::new(),
            by_place: HashMap::new(),
            configuration: Known::default(),
        };
        for (number, template) in plan.resources.iter().enumerate() {
            if template.kind != LAUNCH_TEMPLATE {
                continue;
            }
            // The first of several with one id or name is the one that counts.
            if let Some(id) = template.text("id") {
                templates.by_id.entry(id).or_insert(number);
            }
            if let Some(name) = template.text("name") {
                templates.by_name.entry(name).or_insert(number);
            }
            let stripped = without_index(&template.module);
            let modules = [Some(&*template.module), (stripped != &*template.module).then_some(stripped)];
            for module in modules.into_iter().flatten() {
                for name in [Some(template.name.as_str()), None] {
                    let place = templates.by_place.entry((module, name)).or_default();
                    if place.count == 0 {
                        place.first = number;
                    }
                    place.count += 1;
                    place.by_index.entry(template.index.as_deref()).or_insert(number);
                }
            }
        }
        templates
    }

    /// The number of the launch template that a block of a group names, if it is in the plan. The block has the
    /// template's id and name under these keys, and stands in the group's configuration at `path`.
    pub fn find(&self, group: &Resource, named: &Tree, keys: [&str; 2], path: &[&str]) -> Option<usize> {
        let given = |key: &str| named.get(key).and_then(|value| text(value));
        if let Some(id) = given(keys[0]) {
            return self.by_id.get(id).copied();
        }
        if let Some(name) = given(keys[1]) {
            return self.by_name.get(name).copied();
        }
        let mut search = Search { templates: self, group, steps: 0 };
        let references = self.of_group(group, keys, path);
        if let Some(found) = search.resolve(&references, &group.module) {
            return Some(found);
        }
        // A module passes the id through a local value, which the plan's JSON does not have. Where the module
        // has one launch template alone, that is the one.
        self.instance(None, &group.module, None, group)
    }

    /// The references of a group's block in the configuration.
    fn of_group(&self, group: &Resource, keys: [&str; 2], path: &[&str]) -> Rc<[String]> {
        let place = (Rc::clone(&group.module), group.kind.clone(), group.name.clone());
        if let Some(found) = self.configuration.of_groups.borrow().get(&place) {
            return Rc::clone(found);
        }
        let configured = module(&self.plan.configuration, &group.module).and_then(|module| {
            let all = self.configuration.configured(module);
            all.get(&(group.kind.as_str(), group.name.as_str())).copied()
        });
        let found = configured.and_then(|expressions| {
            let expressions: Value = serde_json::from_str(expressions.get()).ok()?;
            let block = path.iter().try_fold(&expressions, |value, key| value.get(key)?.get(0))?;
            let each = keys.iter().filter_map(|key| block.get(key)?.get("references")?.as_array());
            Some(each.flatten().filter_map(|text| Some(text.as_str()?.to_owned())).collect())
        });
        let found: Rc<[String]> = found.unwrap_or_else(|| Rc::from([]));
        self.configuration.of_groups.borrow_mut().insert(place, Rc::clone(&found));
        found
    }

    /// The launch template of a name in a module. Of several, the one with the index, or with that of the group.
    fn instance(
        &self,
        name: Option<&str>,
        within: &str,
        index: Option<&str>,
        group: &Resource,
    ) -> Option<usize> {
        let place = self.by_place.get(&(within, name))?;
        if place.count == 1 {
            return Some(place.first);
        }
        let by_index = |index: Option<&str>| place.by_index.get(&Some(index?)).copied();
        by_index(index).or_else(|| by_index(group.index.as_deref()))
    }
}

struct Search<'s, 'p> {
    templates: &'s Templates<'p>,
    group: &'s Resource,
    steps: usize,
}

impl Search<'_, '_> {
    /// The launch template that the first reference leads to which leads to one. `within` is the address of
    /// the module that the references stand in.
    fn resolve(&mut self, references: &[String], within: &str) -> Option<usize> {
        references.iter().find_map(|reference| self.follow(reference, within))
    }

    fn follow(&mut self, reference: &str, within: &str) -> Option<usize> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return None;
        }
        let configuration = &self.templates.plan.configuration;
        let (first, rest) = reference.split_once('.')?;
        match first {
            LAUNCH_TEMPLATE => {
                let name = rest.split(['.', '[']).next().unwrap_or(rest);
                let index =
                    rest.split_once('[').and_then(|(_, index)| index.split_once(']')).map(|(index, _)| index);
                self.templates.instance(Some(name), within, index, self.group)
            }
            "module" => {
                let name = rest.split(['.', '[']).next()?;
                let output = rest.rsplit('.').next().filter(|output| *output != rest)?;
                let inner = module(configuration, within)?.calls.get(name)?;
                let expression = inner.module.outputs.get(output)?.expression?;
                let references = self.templates.configuration.references(expression);
                let address = format!("{within}{}module.{name}", if within.is_empty() { "" } else { "." });
                self.resolve(&references, &address)
            }
            "var" => {
                let name = rest.split(['.', '[']).next()?;
                let (parent, call) = last_module(within)?;
                let call = module(configuration, parent)?.calls.get(call)?;
                let expression = *self.templates.configuration.arguments(call).get(name)?;
                self.resolve(&self.templates.configuration.references(expression), parent)
            }
            _ => None,
        }
    }
}

/// The configuration of the module at an address.
fn module<'m, 'a>(root: &'m Module<'a>, address: &str) -> Option<&'m Module<'a>> {
    names(address).into_iter().try_fold(root, |module, name| Some(&module.calls.get(name)?.module))
}

/// The names of an address, without indexes: `a` and `b` of `module.a["x.y"].module.b`.
fn names(address: &str) -> Vec<&str> {
    parts(address).into_iter().map(|(_, name)| name).collect()
}

/// The names of an address, each with the byte at which its part begins.
fn parts(address: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut rest = address;
    while let Some(after) = rest.strip_prefix("module.") {
        let end = after.find(['.', '[']).unwrap_or(after.len());
        parts.push((address.len() - rest.len(), after.get(..end).unwrap_or("")));
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
    parts
}

/// The address of the module around a module, and the name of the latter.
fn last_module(address: &str) -> Option<(&str, &str)> {
    let (at, name) = parts(address).pop()?;
    Some((address.get(..at)?.trim_end_matches('.'), name))
}

/// The address of a module without the index of its last part.
fn without_index(address: &str) -> &str {
    let Some((parent, name)) = last_module(address) else { return address };
    let length = parent.len() + usize::from(!parent.is_empty()) + "module.".len() + name.len();
    address.get(..length).unwrap_or(address)
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
        for (address, expected) in [
            ("", ""),
            ("module.a", "module.a"),
            ("module.a[0]", "module.a"),
            ("module.a[\"x\"].module.b[\"module.b\"]", "module.a[\"x\"].module.b"),
        ] {
            assert_eq!(without_index(address), expected, "{address}");
        }
    }
}
