//! Resources become facts: the groups of nodes with the user data of their launch templates, the networks of the
//! clusters, and Kubernetes manifests. A plan, a state and Terraform's own language share this.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::networks::Networks;
use super::resource::{
    AUTO_SCALING_GROUP, KUBECTL_MANIFEST, KUBERNETES_MANIFEST, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE,
    NODE_GROUP, Resource, block, holds_computed, text,
};
use crate::Os;
use crate::check::facts::{
    Cause, Facts, Kubelet, NodeGroup, NotJudged, NumberReader, NumberSetting, Overridden, Remark, Types,
};
use crate::check::kinds;
use crate::check::kinds::user_data;
use crate::check::reading::Reading;
use crate::check::source::Source;
use crate::check::tree::{Content, Tree, most_values};

/// The type that EKS takes where neither a managed node group nor its launch template names one.
pub(super) const DEFAULT_TYPE: &str = "t3.medium";

/// The most instance types of a group. EKS takes 20 for a managed node group, and EC2 40 overrides for an auto scaling
/// group, so that more are no configuration that works.
const MOST_TYPES: usize = 64;

/// The most groups of nodes that a launch template's user data tells of for each further group that uses it. User
/// data of the world tells of one.
const MOST_SHARED: usize = 16;

/// The links from one resource to another, which a plan and Terraform's language tell in different ways.
pub(super) trait Links {
    /// The number of the launch template that a block of a group names, with its id and its name under these keys.
    /// The block stands in the group at this path of nested blocks.
    fn launch_template(
        &self,
        group: &Resource,
        named: &Tree,
        keys: [&str; 2],
        path: &[&str],
    ) -> Option<usize>;

    /// The number of the launch configuration that an auto scaling group names.
    fn launch_configuration(&self, group: &Resource) -> Option<usize>;

    /// The name of the cluster that a resource belongs to, or another text that is the same for all resources of
    /// that cluster.
    fn cluster(&self, resource: &Resource, key: &str) -> Option<String>;

    /// The text in which a value of a resource stands.
    fn source(&self, resource: &Resource, value: &Rc<Tree>) -> Rc<Source>;

    /// True if everything that is not known is told. Terraform's language computes a great deal, so there only a
    /// number that is not known is told.
    fn tells_unknown(&self) -> bool;
}

/// The facts of resources.
pub(super) fn facts(
    reading: &Reading,
    resources: &[Resource],
    links: &dyn Links,
    networks: &Networks,
) -> Facts {
    let mut texts: HashMap<*const Source, usize> = HashMap::new();
    texts.extend(resources.iter().map(|one| (Rc::as_ptr(&one.source), one.source.text().len())));
    let values_left = most_values(texts.values().sum());
    let facts = Facts::default();
    let mut reader = Reader { reading, resources, links, networks, facts, read: HashSet::new(), values_left };
    let mut uses = Uses::default();
    for group in resources {
        match group.kind.as_str() {
            NODE_GROUP => reader.managed(group, &mut uses),
            AUTO_SCALING_GROUP => reader.auto_scaling(group, &mut uses),
            _ => {}
        }
    }
    let with_group: HashSet<_> = uses.all.iter().map(|one| one.template).collect();
    // An auto scaling group that is not among the resources may use the others.
    for (number, template) in resources.iter().enumerate() {
        let is_template = [LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION].contains(&template.kind.as_str());
        if is_template && !with_group.contains(&number) {
            let types = own_type(template);
            uses.add(Use { template: number, group: template, types, managed: None, cluster: None, more: 0 });
        }
    }
    for one in uses.all {
        reader.groups(&one);
    }
    for resource in resources {
        reader.manifest(resource);
    }
    reader.facts
}

/// A use of a launch template.
struct Use<'a> {
    template: usize,
    /// The group of nodes, or the template itself where no group uses it.
    group: &'a Resource,
    types: Types,
    /// The AMI type of a managed node group; `None` for other groups.
    managed: Option<String>,
    cluster: Option<String>,
    /// The number of other groups that are the same in all of this.
    more: usize,
}

/// The uses of launch templates. Those that are the same but for their names are kept once: all that is to be said of
/// them is the same.
#[derive(Default)]
struct Uses<'a> {
    all: Vec<Use<'a>>,
    numbers: HashMap<(usize, String, Option<String>, Option<String>), usize>,
}

impl<'a> Uses<'a> {
    fn add(&mut self, one: Use<'a>) {
        let types = match &one.types {
            Types::Named(names) => names.join(" "),
            Types::Unknown(reason) => (*reason).to_owned(),
            _ => String::new(),
        };
        let key = (one.template, types, one.managed.clone(), one.cluster.clone());
        if let Some(first) = self.numbers.get(&key).and_then(|first| self.all.get_mut(*first)) {
            first.more += 1;
        } else {
            self.numbers.insert(key, self.all.len());
            self.all.push(one);
        }
    }
}

struct Reader<'a> {
    reading: &'a Reading,
    resources: &'a [Resource],
    links: &'a dyn Links,
    networks: &'a Networks,
    facts: Facts,
    /// The values that were read, by their addresses.
    read: HashSet<*const Tree>,
    /// The number of values that manifests may still have. Those of Terraform's language may share values.
    values_left: usize,
}

impl<'a> Reader<'a> {
    /// A managed node group.
    fn managed(&mut self, group: &'a Resource, uses: &mut Uses<'a>) {
        let Some(named) = group.block("launch_template") else {
            if group.is_computed("launch_template") {
                self.without_template(group);
            }
            return;
        };
        let found = self.links.launch_template(group, named, ["id", "name"], &["launch_template"]);
        let Some((number, template)) = found.and_then(|number| Some((number, self.resources.get(number)?)))
        else {
            return self.without_template(group);
        };
        let mut types =
            group.values.get("instance_types").map_or(Types::Named(Vec::new()), |list| types(list));
        if matches!(&types, Types::Named(given) if given.is_empty()) {
            types = match own_type(template) {
                Types::Unknown(_) if !template.is_computed("instance_type") => {
                    Types::Named(vec![DEFAULT_TYPE.to_owned()])
                }
                own => own,
            };
        }
        let managed = Some(group.text("ami_type").unwrap_or("").to_owned());
        let cluster = self.links.cluster(group, "cluster_name");
        uses.add(Use { template: number, group, types, managed, cluster, more: 0 });
    }

    /// An auto scaling group: its overrides decide the types, and each may name a launch template of its own.
    fn auto_scaling(&mut self, group: &'a Resource, uses: &mut Uses<'a>) {
        let cluster = self.links.cluster(group, "tag");
        let mut add = |number: Option<usize>, types: Option<Types>| {
            let Some((number, template)) =
                number.and_then(|number| Some((number, self.resources.get(number)?)))
            else {
                return;
            };
            let types = types.unwrap_or_else(|| own_type(template));
            uses.add(Use {
                template: number,
                group,
                types,
                managed: None,
                cluster: cluster.clone(),
                more: 0,
            });
        };
        if let Some(named) = group.block("launch_template") {
            add(self.links.launch_template(group, named, ["id", "name"], &["launch_template"]), None);
        }
        if group.values.get("launch_configuration").is_some() {
            add(self.links.launch_configuration(group), None);
        }
        let Some(mixed) =
            group.block("mixed_instances_policy").and_then(|policy| block(policy, "launch_template"))
        else {
            return;
        };
        let keys = ["launch_template_id", "launch_template_name"];
        let specification = "launch_template_specification";
        let path = ["mixed_instances_policy", "launch_template", specification];
        let template = block(mixed, specification)
            .and_then(|named| self.links.launch_template(group, named, keys, &path));
        let overrides = mixed.get("override").map(|list| list.items()).unwrap_or_default();
        let (own, shared): (Vec<_>, Vec<_>) =
            overrides.iter().partition(|one| block(one, specification).is_some());
        for one in own {
            let named = block(one, specification);
            let found = named.and_then(|named| self.links.launch_template(group, named, keys, &[]));
            add(found, Some(override_types(&[one])));
        }
        if overrides.is_empty() || !shared.is_empty() {
            add(template, (!shared.is_empty()).then(|| override_types(&shared)));
        }
    }

    /// A managed node group whose launch template is not found.
    fn without_template(&mut self, group: &Resource) {
        if self.links.tells_unknown() {
            self.remark(group, NotJudged::LaunchTemplate);
        }
    }

    /// A group that says nothing but that something is not known.
    fn remark(&mut self, resource: &Resource, cause: NotJudged) {
        let spot = resource.spot();
        let mut unknown = NodeGroup::new(NumberReader::Nodeadm, Kubelet::default(), spot.clone());
        unknown.name = Some(resource.shown());
        unknown.remarks.push(Remark::at(&spot, Cause::NotJudged(cause)));
        self.facts.groups.push(unknown);
    }

    /// The groups of nodes that boot with a launch template's user data.
    fn groups(&mut self, one: &Use<'a>) {
        let Some(template) = self.resources.get(one.template) else { return };
        let Some(value) = template.values.get("user_data").or(template.values.get("user_data_base64")) else {
            return;
        };
        let first = self.read.insert(Rc::as_ptr(value));
        if value.is_computed() {
            if self.links.tells_unknown() && first {
                self.remark(template, NotJudged::AfterApply("the user data"));
            }
            return;
        }
        let source = self.links.source(template, value);
        let data = if value.items().is_empty() {
            user_data::read_value(self.reading, &source, value)
        } else {
            let text = |content: &Rc<Tree>| Source::of_value(&self.links.source(template, content), content);
            user_data::read_list(self.reading, &source, value, text)
        };
        if first {
            take_rest(&mut self.facts, &data);
        }
        let own_ami = template.values.get("image_id").is_some_and(|image| image.text() != Some(""))
            || one.managed.as_deref() == Some("CUSTOM");
        let windows = one.managed.as_deref().is_some_and(|ami| ami.starts_with("WINDOWS"));
        let network = self.networks.of(one.cluster.as_deref());
        let name = match one.more {
            0 => one.group.shown(),
            more => format!("{} and {more} more", one.group.shown()),
        };
        let most = if first { data.groups.len() } else { MOST_SHARED };
        for group in data.groups.iter().take(most) {
            let mut group = group.clone();
            group.name = Some(name.clone());
            group.types = one.types.clone();
            group.cluster.clone_from(&one.cluster);
            group.network.clone_from(&network);
            if windows {
                group.os = Os::Windows;
            }
            if one.managed.is_some() && !own_ami {
                overridden(&mut group);
            }
            self.facts.groups.push(group);
        }
    }

    /// A Kubernetes manifest.
    fn manifest(&mut self, resource: &Resource) {
        let value = match resource.kind.as_str() {
            KUBERNETES_MANIFEST => resource.values.get("manifest"),
            KUBECTL_MANIFEST => resource.values.get("yaml_body"),
            _ => None,
        };
        let Some(value) = value.filter(|value| self.read.insert(Rc::as_ptr(value))) else { return };
        let Some(left) = self.values_left.checked_sub(value.size) else { return };
        self.values_left = left;
        let source = self.links.source(resource, value);
        self.facts += manifest(self.reading, &source, value);
    }
}

/// The facts of a manifest: an object, or the text of one or more.
pub(super) fn manifest(reading: &Reading, source: &Rc<Source>, value: &Rc<Tree>) -> Facts {
    match &value.content {
        Content::Map(_) => kinds::object(reading, source, value),
        Content::Scalar(scalar) => {
            let inner =
                Source::within(source, value.mark, scalar.first_line, scalar.text.as_ref().to_owned());
            kinds::text(reading, &inner)
        }
        _ => Facts::default(),
    }
}

/// Takes what user data says besides its groups of nodes.
pub(super) fn take_rest(facts: &mut Facts, data: &Facts) {
    facts.remarks.extend(data.remarks.iter().cloned());
    facts.malformed.extend(data.malformed.iter().cloned());
}

/// Notes that EKS writes a number of its own to the user data of a managed node group without an AMI of its own.
/// Bottlerocket takes the user's number there, the kubelet takes its flag before its file, and nodeadm takes drop-in
/// files last.
pub(super) fn overridden(group: &mut NodeGroup) {
    let kept = match group.reader {
        NumberReader::Bottlerocket => true,
        NumberReader::Nodeadm => group.drop_in || group.kubelet.from == NumberSetting::Flag,
        _ => false,
    };
    if kept {
        return;
    }
    let cause = Cause::Overridden(Overridden::ManagedUserData);
    if let Some(number) = &group.kubelet.max_pods {
        group.remarks.push(Remark::number(number.clone(), cause));
    } else if let Some(expression) = &group.kubelet.expression {
        group.remarks.push(Remark::at(&expression.spot, cause));
    }
}

/// The types of a launch template.
fn own_type(template: &Resource) -> Types {
    match template.text("instance_type") {
        Some(name) => Types::Named(vec![name.to_owned()]),
        None if template.block("instance_requirements").is_some() => Types::Unknown(BY_ATTRIBUTES),
        None if template.is_computed("instance_type") => Types::Unknown("the instance type is computed"),
        None => Types::Unknown("the launch template names no instance type"),
    }
}

const BY_ATTRIBUTES: &str = "EC2 chooses the instance types by their attributes";

/// The types of the overrides of an auto scaling group.
pub(super) fn override_types(overrides: &[&Rc<Tree>]) -> Types {
    if overrides.iter().any(|one| block(one, "instance_requirements").is_some()) {
        return Types::Unknown(BY_ATTRIBUTES);
    }
    named(overrides.iter().map(|one| one.get("instance_type").and_then(|value| text(value))))
}

/// The types that a list names.
pub(super) fn types(list: &Tree) -> Types {
    if list.items().len() <= MOST_TYPES && holds_computed(list) {
        return Types::Unknown("the instance types are computed");
    }
    named(list.items().iter().map(|item| text(item)))
}

fn named<'t>(names: impl ExactSizeIterator<Item = Option<&'t str>>) -> Types {
    if names.len() > MOST_TYPES {
        return Types::Unknown("the group names more instance types than EC2 takes");
    }
    match names.map(|name| name.map(ToOwned::to_owned)).collect() {
        Some(names) => Types::Named(names),
        None => Types::Unknown("the instance types are computed"),
    }
}
