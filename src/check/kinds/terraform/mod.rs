//! Terraform: plans and states as `terraform show -json` prints them, and Terraform's own language.

pub(crate) mod hcl;
mod networks;
mod plan;
mod references;
mod resource;
mod resources;

use std::collections::HashMap;
use std::rc::Rc;

use crate::check::facts::Facts;
use crate::check::reading::Reading;
use crate::check::source::Source;
use crate::check::syntax::json::Head;
use crate::check::tree::{Fault, Tree};
use networks::Networks;
use plan::Plan;
use references::Templates;
use resource::{LAUNCH_CONFIGURATION, Resource, text};
use resources::Links;

/// True if this is the head of a plan or of a state.
pub(crate) fn is(head: &Head<'_>) -> bool {
    Plan::is(head)
}

/// Reads a plan or a state.
///
/// # Errors
/// If the document is neither after all.
pub(crate) fn read(reading: &Reading, source: &Rc<Source>, head: &Head<'_>) -> Result<Facts, Fault> {
    let plan = Plan::read(source, head)?;
    let configurations =
        plan.resources.iter().enumerate().filter(|(_, one)| one.kind == LAUNCH_CONFIGURATION);
    let links = PlanLinks {
        templates: Templates::new(&plan),
        launch_configurations: configurations.filter_map(|(n, one)| Some((one.text("name")?, n))).collect(),
    };
    let networks = Networks::read(reading, &plan.resources, &links);
    let mut facts = resources::facts(reading, &plan.resources, &links, &networks);
    facts.networks.extend(networks.into_all());
    facts.documents += 1;
    Ok(facts)
}

/// The links of a plan.
struct PlanLinks<'p> {
    templates: Templates<'p>,
    /// By name.
    launch_configurations: HashMap<&'p str, usize>,
}

impl Links for PlanLinks<'_> {
    fn launch_template(
        &self,
        group: &Resource,
        named: &Tree,
        keys: [&str; 2],
        path: &[&str],
    ) -> Option<usize> {
        self.templates.find(group, named, keys, path)
    }

    fn launch_configuration(&self, group: &Resource) -> Option<usize> {
        // A name that is not known yet is not looked for: who uses launch configurations has them for long.
        self.launch_configurations.get(group.text("launch_configuration")?).copied()
    }

    fn cluster(&self, resource: &Resource, key: &str) -> Option<String> {
        cluster(resource, key)
    }

    fn source(&self, resource: &Resource, _: &Rc<Tree>) -> Rc<Source> {
        Rc::clone(&resource.source)
    }

    fn tells_unknown(&self) -> bool {
        true
    }
}

/// The name of the cluster of a resource. An auto scaling group names it in the key of a tag.
fn cluster(resource: &Resource, key: &str) -> Option<String> {
    if key != "tag" {
        return resource.text(key).map(ToOwned::to_owned);
    }
    let tags = resource.values.get(key)?.items();
    let names = tags.iter().filter_map(|tag| text(tag.get("key")?)?.strip_prefix("kubernetes.io/cluster/"));
    names.map(ToOwned::to_owned).next()
}
