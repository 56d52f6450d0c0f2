//! The parts of a Terraform plan or state that are of use: read as they come, everything else is skipped.
//!
//! Source: [JSON output format][1] of Terraform.
//!
//! [1]: https://developer.hashicorp.com/terraform/internals/json-format

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::resource::{Resource, TYPES};
use crate::check::source::Source;
use crate::check::syntax::json::{Head, Json, elements};
use crate::check::tree::{Content, Entry, Fault, Tree};

/// The parts of a plan that are of use.
pub(super) struct Plan<'a> {
    pub resources: Vec<Resource>,
    pub configuration: Module<'a>,
}

/// A module of the configuration.
#[derive(Default, Deserialize)]
#[serde(expecting = "a module of the configuration")]
pub(super) struct Module<'a> {
    #[serde(borrow, default)]
    pub resources: Vec<Configured<'a>>,
    #[serde(borrow, default, rename = "module_calls")]
    pub calls: BTreeMap<Cow<'a, str>, Call<'a>>,
    #[serde(borrow, default)]
    pub outputs: BTreeMap<Cow<'a, str>, Output<'a>>,
}

/// A resource of the configuration.
#[derive(Deserialize)]
#[serde(expecting = "a resource of the configuration")]
pub(super) struct Configured<'a> {
    #[serde(borrow, default)]
    pub r#type: Cow<'a, str>,
    #[serde(borrow, default)]
    pub name: Cow<'a, str>,
    #[serde(borrow)]
    pub expressions: Option<&'a RawValue>,
}

/// A call of a module.
#[derive(Deserialize)]
#[serde(expecting = "a call of a module of a Terraform plan")]
pub(super) struct Call<'a> {
    #[serde(borrow)]
    pub expressions: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub module: Module<'a>,
}

/// An output of a module.
#[derive(Deserialize)]
#[serde(expecting = "an output of a module of a Terraform plan")]
pub(super) struct Output<'a> {
    #[serde(borrow)]
    pub expression: Option<&'a RawValue>,
}

/// `planned_values` of a plan, `values` of a state.
#[derive(Deserialize)]
#[serde(expecting = "the planned values of a Terraform plan")]
struct Values<'a> {
    #[serde(borrow)]
    root_module: Option<ModuleValues<'a>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a module of a Terraform plan")]
struct ModuleValues<'a> {
    #[serde(borrow, default)]
    address: Cow<'a, str>,
    #[serde(borrow, default)]
    resources: Vec<ResourceValues<'a>>,
    #[serde(borrow, default)]
    child_modules: Vec<ModuleValues<'a>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a resource of a Terraform plan")]
struct ResourceValues<'a> {
    #[serde(borrow, default)]
    address: Cow<'a, str>,
    #[serde(borrow, default)]
    r#type: Cow<'a, str>,
    #[serde(borrow, default)]
    mode: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    index: Option<&'a RawValue>,
    #[serde(borrow)]
    values: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(expecting = "a change of a resource of a Terraform plan")]
struct Change<'a> {
    #[serde(borrow, default)]
    address: Cow<'a, str>,
    #[serde(borrow, default)]
    r#type: Cow<'a, str>,
    #[serde(borrow, rename = "change")]
    values: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(expecting = "a change of a Terraform plan")]
struct After<'a> {
    #[serde(borrow)]
    after_unknown: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(expecting = "the configuration of a Terraform plan")]
struct Configuration<'a> {
    #[serde(borrow, default)]
    root_module: Module<'a>,
}

impl<'a> Plan<'a> {
    /// True if this is the head of a plan or of a state.
    pub fn is(head: &Head<'_>) -> bool {
        head.planned_values.is_some() || head.values.is_some() && head.format_version.is_some()
    }

    /// Reads a plan or a state.
    ///
    /// # Errors
    /// If the document is neither after all.
    pub fn read(source: &'a Rc<Source>, head: &Head<'a>) -> Result<Self, Fault> {
        let json = Json::new(source);
        let mut unknown = match head.resource_changes {
            Some(changes) => after_unknown(json, changes)?,
            None => HashMap::new(),
        };
        let mut resources = Vec::new();
        if let Some(values) = head.planned_values.or(head.values) {
            let values: Values<'_> = json.parse(values)?;
            if let Some(module) = values.root_module {
                keep(source, module, &mut unknown, &mut resources)?;
            }
        }
        let configuration = match head.configuration {
            Some(configuration) if !resources.is_empty() => {
                json.parse::<Configuration<'_>>(configuration)?.root_module
            }
            _ => Module::default(),
        };
        Ok(Self { resources, configuration })
    }
}

/// Keeps the resources of use of a module and those within it.
fn keep<'a>(
    source: &'a Rc<Source>,
    module: ModuleValues<'a>,
    unknown: &mut HashMap<String, Rc<Tree>>,
    kept: &mut Vec<Resource>,
) -> Result<(), Fault> {
    let address: Rc<str> = Rc::from(module.address.as_ref());
    for resource in module.resources {
        let Some(values) = resource.values else { continue };
        if !TYPES.contains(&resource.r#type.as_ref()) || resource.mode == "data" {
            continue;
        }
        let mut values = Json::new(source).tree(values)?;
        if let Some(unknown) = unknown.remove(resource.address.as_ref()) {
            values = with_unknown(&values, &unknown);
        }
        kept.push(Resource {
            address: resource.address.into_owned(),
            module: Rc::clone(&address),
            kind: resource.r#type.into_owned(),
            name: resource.name.into_owned(),
            index: resource.index.map(|index| index.get().to_owned()),
            source: Rc::clone(source),
            values,
        });
    }
    // As deep as serde_json reads, which is 128 levels.
    module.child_modules.into_iter().try_for_each(|child| keep(source, child, unknown, kept))
}

/// The values that are known only after apply, by the address of their resource.
fn after_unknown<'a>(json: Json<'a>, changes: &'a RawValue) -> Result<HashMap<String, Rc<Tree>>, Fault> {
    let mut found = Vec::new();
    let read = elements(changes, &mut |change: Change<'a>| {
        if TYPES.contains(&change.r#type.as_ref()) {
            found.push(change);
        }
    });
    read.map_err(|error| Fault {
        mark: json.mark(changes),
        message: format!("resource_changes: {}", crate::error::without_place(&error)),
    })?;
    let mut unknown = HashMap::new();
    for Change { address, values, .. } in found {
        let Some(change) = values else { continue };
        if let Some(after) = json.parse::<After<'_>>(change)?.after_unknown {
            unknown.insert(address.into_owned(), json.tree(after)?);
        }
    }
    Ok(unknown)
}

/// The values with those that are known only after apply: `unknown` has `true` in place of each.
fn with_unknown(values: &Rc<Tree>, unknown: &Tree) -> Rc<Tree> {
    let content = match (&unknown.content, &values.content) {
        _ if unknown.is_true() => Content::Computed,
        _ if !holds_true(unknown) => return Rc::clone(values),
        (Content::List(unknown), Content::List(items)) => {
            let mut unknown = unknown.iter();
            Content::List(
                items
                    .iter()
                    .map(|item| unknown.next().map_or_else(|| Rc::clone(item), |u| with_unknown(item, u)))
                    .collect(),
            )
        }
        (Content::Map(unknown), Content::Map(entries)) => {
            let mut by_key: HashMap<&str, &Rc<Tree>> =
                unknown.iter().map(|entry| (entry.key.as_str(), &entry.value)).collect();
            let known = entries.iter().map(|entry| {
                let value = match by_key.remove(entry.key.as_str()) {
                    Some(unknown) => with_unknown(&entry.value, unknown),
                    None => Rc::clone(&entry.value),
                };
                Entry { key: entry.key.clone(), mark: entry.mark, value }
            });
            let mut entries: Vec<_> = known.collect();
            let left = unknown.iter().filter(|entry| by_key.contains_key(entry.key.as_str()));
            entries.extend(left.filter(|entry| holds_true(&entry.value)).map(|entry| Entry {
                key: entry.key.clone(),
                mark: values.mark,
                value: Rc::new(Tree::new(values.mark, Content::Computed)),
            }));
            Content::Map(entries)
        }
        _ => Content::Computed,
    };
    Rc::new(Tree::new(values.mark, content))
}

/// True if there is a `true` anywhere in a value.
fn holds_true(tree: &Tree) -> bool {
    tree.is_true()
        || tree.items().iter().any(|item| holds_true(item))
        || tree.entries().iter().any(|entry| holds_true(&entry.value))
}
