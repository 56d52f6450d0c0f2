//! The blocks of a folder's files: the names of its values, its resources, and the links between them.

use std::collections::HashMap;
use std::rc::Rc;

use hcl_edit::Span;
use hcl_edit::structure::{Block, BlockLabel, Body};

use super::evaluate::{Evaluator, Name, Placed};
use super::{Parsed, eks};
use crate::check::facts::Facts;
use crate::check::kinds::terraform::networks::Networks;
use crate::check::kinds::terraform::resource::{
    CLUSTER, KUBECTL_MANIFEST, KUBERNETES_MANIFEST, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE, Resource, TYPES,
    text,
};
use crate::check::kinds::terraform::resources::{self, Links};
use crate::check::reading::Reading;
use crate::check::source::{Mark, Source};
use crate::check::tree::{Content, Entry, Tree};

/// The facts of the files of a folder.
pub(super) fn facts(reading: &Reading, files: &[Parsed]) -> Facts {
    let evaluator = Evaluator::new(files, names(files));
    let mut resources = Vec::new();
    for (file, parsed) in files.iter().enumerate() {
        let blocks = parsed.body.blocks().filter(|block| block.ident.as_str() == "resource");
        resources.extend(blocks.filter_map(|block| resource(&evaluator, file, block)));
    }
    let mut links = ModuleLinks::new(&evaluator, &resources);
    let calls = eks::calls(&evaluator);
    for call in calls.iter().filter(|call| call.kind == eks::Kind::Root) {
        let name = ["name", "cluster_name"].iter().find_map(|key| call.arguments.get(key));
        links.add_cluster(call.address.clone(), name);
    }
    let mut networks = Networks::read(reading, &resources, &links);
    eks::add_networks(&evaluator, &links, &calls, &mut networks);
    let mut facts = resources::facts(reading, &resources, &links, &networks);
    facts += eks::facts(reading, &evaluator, &links, &networks, &calls);
    facts.networks.extend(networks.into_all());
    facts
}

/// The expressions of the local values and of the variables of a folder.
fn names(files: &[Parsed]) -> HashMap<Name<'_>, Option<Placed<'_>>> {
    let mut locals = HashMap::new();
    let mut defaults = HashMap::new();
    let mut given: HashMap<Name<'_>, Option<Placed<'_>>> = HashMap::new();
    for (file, parsed) in files.iter().enumerate() {
        for block in parsed.body.blocks() {
            match (block.ident.as_str(), block.labels.first()) {
                ("locals", None) => {
                    for attribute in block.body.attributes() {
                        let placed = (file, &attribute.value);
                        add(&mut locals, Name::Local(attribute.key.as_str()), placed);
                    }
                }
                ("variable", Some(name)) => {
                    if let Some(default) = block.body.get_attribute("default") {
                        add(&mut defaults, Name::Variable(label(name)), (file, &default.value));
                    }
                }
                _ => {}
            }
        }
        // Attributes outside of blocks are the values of variables, as `.tfvars` has them.
        if parsed.body.blocks().next().is_none() {
            for attribute in parsed.body.attributes() {
                add(&mut given, Name::Variable(attribute.key.as_str()), (file, &attribute.value));
            }
        }
    }
    defaults.extend(given);
    locals.extend(defaults);
    locals
}

/// Adds an expression of a name. A name with two expressions that are not the same has no value that is known.
fn add<'m>(names: &mut HashMap<Name<'m>, Option<Placed<'m>>>, name: Name<'m>, placed: Placed<'m>) {
    let known = names.entry(name).or_insert(Some(placed));
    if known.is_some_and(|(_, first)| first != placed.1) {
        *known = None;
    }
}

pub(super) fn label(label: &BlockLabel) -> &str {
    match label {
        BlockLabel::Ident(name) => name.as_str(),
        BlockLabel::String(name) => name.as_str(),
    }
}

/// A resource of use. One that is not created is none.
fn resource<'m>(evaluator: &Evaluator<'m>, file: usize, block: &'m Block) -> Option<Resource> {
    let [kind, name] = block.labels.as_slice() else { return None };
    let (kind, name) = (label(kind), label(name));
    if !TYPES.contains(&kind) || !is_created(evaluator, file, &block.body) {
        return None;
    }
    let mut values = body(evaluator, file, evaluator.mark(file, block.span()), &block.body);
    // A manifest that is encoded here is read as it is written.
    let manifest = [KUBERNETES_MANIFEST, KUBECTL_MANIFEST].contains(&kind);
    if manifest && let Content::Map(entries) = &values.content {
        let decoded = entries.iter().map(|entry| Entry {
            key: entry.key.clone(),
            mark: entry.mark,
            value: evaluator.decoded(&entry.value),
        });
        values = Rc::new(Tree::new(values.mark, Content::Map(decoded.collect())));
    }
    Some(Resource {
        address: format!("{kind}.{name}"),
        module: Rc::from(""),
        kind: kind.to_owned(),
        name: name.to_owned(),
        index: None,
        source: Rc::clone(evaluator.source(file)?),
        values,
    })
}

/// False if `count` is known to be 0.
pub(super) fn is_created<'m>(evaluator: &Evaluator<'m>, file: usize, body: &'m Body) -> bool {
    let count = body.get_attribute("count").map(|count| evaluator.value(file, &count.value));
    count.is_none_or(|count| count.text() != Some("0"))
}

/// The attributes and the nested blocks of a body, as a plan has them: a nested block is a list of maps.
pub(super) fn body<'m>(evaluator: &Evaluator<'m>, file: usize, mark: Mark, body: &'m Body) -> Rc<Tree> {
    let mut entries = Vec::new();
    for attribute in body.attributes() {
        entries.push(Entry {
            key: attribute.key.to_string(),
            mark: evaluator.mark(file, attribute.span()),
            value: evaluator.value(file, &attribute.value),
        });
    }
    let mut nested: HashMap<&str, Vec<Rc<Tree>>> = HashMap::new();
    let mut order = Vec::new();
    for block in body.blocks() {
        let at = evaluator.mark(file, block.span());
        let (name, value) = match (block.ident.as_str(), block.labels.first()) {
            ("dynamic", Some(name)) => (label(name), dynamic(evaluator, file, at, &block.body)),
            (name, _) => (name, vec![self::body(evaluator, file, at, &block.body)]),
        };
        let list = nested.entry(name).or_insert_with(|| {
            order.push((name, at));
            Vec::new()
        });
        list.extend(value);
    }
    for (name, mark) in order {
        let list = nested.remove(name).unwrap_or_default();
        entries.push(Entry {
            key: name.to_owned(),
            mark,
            value: evaluator.make(file, mark, Content::List(list)),
        });
    }
    evaluator.make(file, mark, Content::Map(entries))
}

/// The blocks of a `dynamic` block: as many as its collection has elements, where that is known. What they take from
/// the elements is computed.
fn dynamic<'m>(evaluator: &Evaluator<'m>, file: usize, mark: Mark, dynamic: &'m Body) -> Vec<Rc<Tree>> {
    let each = dynamic.get_attribute("for_each").map(|each| evaluator.value(file, &each.value));
    let count = match each.as_deref().map(|each| &each.content) {
        Some(Content::List(items)) => items.len(),
        Some(Content::Map(entries)) => entries.len(),
        _ => 1,
    };
    let content = dynamic.get_blocks("content").next();
    match content {
        Some(content) if count > 0 => vec![self::body(evaluator, file, mark, &content.body)],
        _ => Vec::new(),
    }
}

/// The links between the resources of a folder: the references of computed values.
pub(super) struct ModuleLinks<'e, 'm> {
    evaluator: &'e Evaluator<'m>,
    /// The numbers of resources, by address.
    by_address: HashMap<String, usize>,
    /// Those with a name of their own, by type and name.
    by_name: HashMap<(String, String), usize>,
    /// The clusters of resources and of modules, by address.
    clusters: HashMap<String, String>,
    /// The number of the first file, which tells the folder from others.
    folder: usize,
}

impl<'e, 'm> ModuleLinks<'e, 'm> {
    fn new(evaluator: &'e Evaluator<'m>, resources: &[Resource]) -> Self {
        let named = |(number, one): (usize, &Resource)| {
            Some(((one.kind.clone(), one.text("name")?.to_owned()), number))
        };
        let mut links = Self {
            evaluator,
            by_address: resources.iter().enumerate().map(|(n, one)| (one.address.clone(), n)).collect(),
            by_name: resources.iter().enumerate().filter_map(named).collect(),
            clusters: HashMap::new(),
            folder: evaluator.source(0).map_or(0, |source| source.file_number()),
        };
        for cluster in resources.iter().filter(|one| one.kind == CLUSTER) {
            let name = cluster.values.get("name");
            links.add_cluster(cluster.address.clone(), name);
        }
        links
    }

    /// Adds the name of the cluster that a resource or a module makes.
    pub fn add_cluster(&mut self, address: String, name: Option<&Rc<Tree>>) {
        let name = name.and_then(|name| self.cluster_named(name));
        let name = name.unwrap_or_else(|| format!("{}:{address}", self.folder));
        self.clusters.insert(address, name);
    }

    /// The name of the cluster that a module makes.
    pub fn cluster_of(&self, address: &str) -> Option<String> {
        self.clusters.get(address).cloned()
    }

    /// The cluster that a value names. A name that is not known is a text that is the same for all values that name
    /// the cluster in the same way.
    pub fn cluster_named(&self, name: &Rc<Tree>) -> Option<String> {
        if let Some(name) = text(name) {
            return Some(name.to_owned());
        }
        let unknown = match name.text() {
            Some("") => return None,
            Some(template) => Rc::from(template),
            None => self.evaluator.reference(name)?,
        };
        let known = self.clusters.get(&*unknown).cloned();
        Some(known.unwrap_or_else(|| format!("{}:{unknown}", self.folder)))
    }
}

impl Links for ModuleLinks<'_, '_> {
    fn launch_template(&self, _: &Resource, named: &Tree, keys: [&str; 2], _: &[&str]) -> Option<usize> {
        keys.iter().find_map(|key| self.named(LAUNCH_TEMPLATE, named.get(key)?))
    }

    fn launch_configuration(&self, group: &Resource) -> Option<usize> {
        self.named(LAUNCH_CONFIGURATION, group.values.get("launch_configuration")?)
    }

    fn cluster(&self, resource: &Resource, key: &str) -> Option<String> {
        if resource.kind == CLUSTER {
            return self.cluster_of(&resource.address);
        }
        if key == "tag" {
            return crate::check::kinds::terraform::cluster(resource, key);
        }
        self.cluster_named(resource.values.get(key)?)
    }

    fn source(&self, resource: &Resource, value: &Rc<Tree>) -> Rc<Source> {
        Rc::clone(self.evaluator.source_of(value).unwrap_or(&resource.source))
    }

    fn tells_unknown(&self) -> bool {
        false
    }
}

impl ModuleLinks<'_, '_> {
    /// The number of the resource that a value names or refers to.
    fn named(&self, kind: &str, value: &Rc<Tree>) -> Option<usize> {
        match text(value) {
            Some(name) => self.by_name.get(&(kind.to_owned(), name.to_owned())).copied(),
            None => self.by_address.get(&*self.evaluator.reference(value)?).copied(),
        }
    }
}
