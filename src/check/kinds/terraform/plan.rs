//! The parts of a Terraform plan that are of use: read as they come, everything else is skipped.
//!
//! Source: [JSON output format][1] of Terraform.
//!
//! [1]: https://developer.hashicorp.com/terraform/internals/json-format

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::check::json::{Head, Json, elements};
use crate::check::node::{Node, Problem};

pub(super) const LAUNCH_TEMPLATE: &str = "aws_launch_template";
pub(super) const NODE_GROUP: &str = "aws_eks_node_group";
pub(super) const ADDON: &str = "aws_eks_addon";
pub(super) const CLUSTER: &str = "aws_eks_cluster";
const TYPES: [&str; 4] = [LAUNCH_TEMPLATE, NODE_GROUP, ADDON, CLUSTER];

/// A resource of one of [`TYPES`], with its values.
pub(super) struct Resource {
    /// Such as `module.eks.aws_launch_template.this["a"]`.
    pub address: String,
    /// The address of the module that it is in; empty for the root module.
    pub module: String,
    pub kind: String,
    pub name: String,
    /// The key of `count` or `for_each`, as JSON.
    pub index: Option<String>,
    pub values: Rc<Node>,
    /// The values that are known only after apply.
    pub unknown: Option<Rc<Node>>,
}

impl Resource {
    /// The text of a value.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.values.get(key)?.text().filter(|text| !text.is_empty())
    }

    /// True if a value is known after apply only.
    pub fn is_unknown(&self, key: &str) -> bool {
        self.unknown.as_ref().and_then(|unknown| unknown.get(key)).is_some_and(|value| holds_true(value))
    }
}

/// True if there is a `true` anywhere in a value.
fn holds_true(node: &Node) -> bool {
    node.is_true()
        || node.items().iter().any(|item| holds_true(item))
        || node.entries().iter().any(|entry| holds_true(&entry.value))
}

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

#[derive(Deserialize)]
#[serde(expecting = "the planned values of a Terraform plan")]
struct PlannedValues<'a> {
    #[serde(borrow)]
    root_module: Option<PlannedModule<'a>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a module of a Terraform plan")]
struct PlannedModule<'a> {
    #[serde(borrow, default)]
    address: Cow<'a, str>,
    #[serde(borrow, default)]
    resources: Vec<PlannedResource<'a>>,
    #[serde(borrow, default)]
    child_modules: Vec<PlannedModule<'a>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a resource of a Terraform plan")]
struct PlannedResource<'a> {
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
    /// The resources of a kind, in the order of the plan.
    pub fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// Reads a plan. `planned_values` is what makes a document one.
    ///
    /// # Errors
    /// If the document is not a plan after all.
    pub fn read(json: Json<'a>, head: &Head<'a>) -> Result<Self, Problem> {
        let mut resources = Vec::new();
        if let Some(planned) = head.planned_values {
            let planned: PlannedValues<'_> = json.parse(planned)?;
            if let Some(module) = planned.root_module {
                keep(json, module, &mut resources)?;
            }
        }
        let mut unknown = match head.resource_changes {
            Some(changes) => after_unknown(json, changes)?,
            None => HashMap::new(),
        };
        for resource in &mut resources {
            resource.unknown = unknown.remove(&resource.address);
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
fn keep<'a>(json: Json<'a>, module: PlannedModule<'a>, kept: &mut Vec<Resource>) -> Result<(), Problem> {
    for resource in module.resources {
        let Some(values) = resource.values else { continue };
        if !TYPES.contains(&resource.r#type.as_ref()) || resource.mode == "data" {
            continue;
        }
        kept.push(Resource {
            address: resource.address.into_owned(),
            module: module.address.clone().into_owned(),
            kind: resource.r#type.into_owned(),
            name: resource.name.into_owned(),
            index: resource.index.map(|index| index.get().to_owned()),
            values: json.tree(values)?,
            unknown: None,
        });
    }
    // As deep as serde_json reads, which is 128 levels.
    module.child_modules.into_iter().try_for_each(|child| keep(json, child, kept))
}

/// The values that are known only after apply, by the address of their resource.
fn after_unknown<'a>(json: Json<'a>, changes: &'a RawValue) -> Result<HashMap<String, Rc<Node>>, Problem> {
    let mut found = Vec::new();
    let read = elements(changes, &mut |change: Change<'a>| {
        if TYPES.contains(&change.r#type.as_ref()) {
            found.push(change);
        }
    });
    read.map_err(|error| Problem {
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
