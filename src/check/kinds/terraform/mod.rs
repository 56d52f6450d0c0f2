//! Terraform plans: `terraform show -json`.

mod plan;
mod references;

use std::collections::HashSet;
use std::rc::Rc;

use super::addon::{self, VPC_CNI};
use super::finding::{Draft, Rule};
use super::group::{CniOverlay, CniSetting, Fate, Group, Kubelet, Reader, Types};
use super::json::{Head, Json};
use super::node::{Node, Problem};
use super::source::{Source, Spot};
use super::user_data::{self, Unreadable};
use crate::Os;
use crate::text::Shortened;
use plan::{ADDON, CLUSTER, NODE_GROUP, Plan, Resource};
use references::Templates;

/// The type that EKS takes where neither a node group nor its launch template names one.
const DEFAULT_TYPE: &str = "t3.medium";

/// The result of reading a plan.
#[derive(Default)]
pub(super) struct Found {
    pub groups: Vec<Group>,
    pub unreadable: Vec<Unreadable>,
}

/// Reads a plan.
///
/// # Errors
/// If the document is not a plan after all.
pub(super) fn read(source: &Rc<Source>, head: &Head<'_>) -> Result<Found, Problem> {
    let plan = Plan::read(Json::new(source), head)?;
    let reader = PlanReader {
        source,
        addons: plan.of_kind(ADDON).filter(|addon| addon.text("addon_name") == Some(VPC_CNI)).collect(),
        clusters: plan.of_kind(CLUSTER).collect(),
    };
    let templates = Templates::new(&plan);
    let mut found = Found::default();
    let mut used = HashSet::new();
    for group in plan.of_kind(NODE_GROUP) {
        let template = references::launch_template(&plan, &templates, group);
        used.extend(template.map(|template| template.address.as_str()));
        reader.node_group(group, template, &mut found);
    }
    // Launch templates that no managed node group uses: an auto scaling group does.
    for template in templates.all.iter().filter(|template| !used.contains(template.address.as_str())) {
        reader.self_managed(template, &mut found);
    }
    for addon in &reader.addons {
        if addon.is_unknown("configuration_values") {
            let spot = Spot::new(source, addon.values.mark);
            found.groups.push(not_judged(addon, &spot, "the configuration of the vpc-cni add-on"));
        }
    }
    Ok(found)
}

struct PlanReader<'a> {
    source: &'a Rc<Source>,
    /// The vpc-cni add-ons.
    addons: Vec<&'a Resource>,
    clusters: Vec<&'a Resource>,
}

impl PlanReader<'_> {
    /// A managed node group with its launch template.
    fn node_group(&self, group: &Resource, template: Option<&Resource>, found: &mut Found) {
        let Some(template) = template else {
            let has_template =
                group.values.get("launch_template").is_some_and(|list| !list.items().is_empty())
                    || group.is_unknown("launch_template");
            if has_template {
                let mut unknown = Group::new(Reader::Nodeadm, Kubelet::default());
                let message = format!(
                    "{}: its launch template is not in this plan, or cannot be told from others",
                    Shortened(&group.address)
                );
                let spot = Spot::new(self.source, group.values.mark);
                unknown.drafts.push(Draft::new(Rule::NotJudged, &spot, message));
                found.groups.push(unknown);
            }
            return;
        };
        let ami_type = group.text("ami_type").unwrap_or("");
        let own_ami =
            template.text("image_id").is_some() || template.is_unknown("image_id") || ami_type == "CUSTOM";
        let types = types(group, template);
        for mut one in self.user_data(template, found) {
            one.name = Some(Shortened(&group.address).to_string());
            one.types.clone_from(&types);
            one.cni = Rc::new(self.cni(group.text("cluster_name")));
            one.os = if ami_type.starts_with("WINDOWS") { Os::Windows } else { Os::Linux };
            if !own_ami && !one.drop_in {
                one.fate = Fate::Overridden;
            }
            found.groups.push(one);
        }
    }

    /// A launch template that no managed node group uses.
    fn self_managed(&self, template: &Resource, found: &mut Found) {
        for mut group in self.user_data(template, found) {
            group.name = Some(Shortened(&template.address).to_string());
            group.types = match template.text("instance_type") {
                Some(name) => Types::Named(vec![name.to_owned()]),
                None if template.is_unknown("instance_type") => {
                    Types::Unknown("the instance type is known after apply")
                }
                None => Types::Unknown("the launch template names no instance type"),
            };
            group.cni = Rc::new(self.cni(None));
            found.groups.push(group);
        }
    }

    /// The numbers in the user data of a launch template.
    fn user_data(&self, template: &Resource, found: &mut Found) -> Vec<Group> {
        let Some(node) = template.values.get("user_data") else {
            if template.is_unknown("user_data") {
                let spot = Spot::new(self.source, template.values.mark);
                return vec![not_judged(template, &spot, "the user data")];
            }
            return Vec::new();
        };
        match user_data::read_value(self.source, node) {
            Ok(data) => data.groups,
            Err(error) => {
                found.unreadable.push(error);
                Vec::new()
            }
        }
    }

    /// The settings of a cluster's VPC CNI in the plan. The name tells several clusters of a plan apart.
    fn cni(&self, cluster: Option<&str>) -> CniOverlay {
        let same = |addon: &&Resource| cluster.is_some() && addon.text("cluster_name") == cluster;
        let addon = match self.addons.as_slice() {
            [only] => Some(*only),
            several => several.iter().copied().find(same),
        };
        let mut settings = Vec::new();
        if let Some(addon) = addon {
            settings.extend(addon.text("addon_version").and_then(addon::version));
            settings
                .extend(addon.text("configuration_values").into_iter().flat_map(addon::configuration_values));
        }
        let same = |resource: &&&Resource| {
            self.clusters.len() == 1 || cluster.is_some() && resource.text("name") == cluster
        };
        if self.clusters.iter().find(same).is_some_and(|cluster| is_ipv6(&cluster.values)) {
            settings.push(CniSetting::Ipv6(true));
        }
        CniOverlay { settings }
    }
}

/// The types of a managed node group: its own, or that of its launch template.
fn types(group: &Resource, template: &Resource) -> Types {
    let names: Vec<_> = group
        .values
        .get("instance_types")
        .into_iter()
        .flat_map(|list| list.texts())
        .map(Into::into)
        .collect();
    if group.is_unknown("instance_types") || template.is_unknown("instance_type") && names.is_empty() {
        return Types::Unknown("the instance types are known after apply");
    }
    if !names.is_empty() {
        return Types::Named(names);
    }
    Types::Named(vec![template.text("instance_type").unwrap_or(DEFAULT_TYPE).to_owned()])
}

fn is_ipv6(cluster: &Node) -> bool {
    let network = cluster.get("kubernetes_network_config").and_then(|list| list.items().first());
    network.and_then(|network| network.get("ip_family")?.text()).is_some_and(|family| family == "ipv6")
}

/// A group that says nothing but that something is not known yet.
fn not_judged(resource: &Resource, spot: &Spot, what: &str) -> Group {
    let mut group = Group::new(Reader::Nodeadm, Kubelet::default());
    let message = format!("{}: {what} is known only after apply", Shortened(&resource.address));
    group.drafts.push(Draft::new(Rule::NotJudged, spot, message));
    group
}
