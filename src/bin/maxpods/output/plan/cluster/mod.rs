//! The formats of a cluster's plan, with a file for each.

pub mod csv;
pub mod json;
mod maps;
pub mod svg;
pub mod table;

use maxpods::cluster::plan::{ClusterPlan, Group, Question};
use maxpods::cluster::{ClusterSettings, GroupName};
use maxpods::subnets::{Subnet, Subnets};

use super::{Format, command, count, in_effect, mode_words, name, rule};

/// The plan of a cluster, and what it was made from.
pub struct Cluster {
    pub plan: ClusterPlan,
    pub subnets: Option<Subnets>,
    pub question: Option<Question>,
    pub settings: ClusterSettings,
    pub warnings: Vec<String>,
}

impl Cluster {
    /// The subnets, in the order of the plan.
    fn subnets(&self) -> Vec<&Subnet> {
        self.subnets.iter().flat_map(Subnets::iter).collect()
    }

    /// The names of the subnets, in the order of the plan.
    fn subnet_names(&self) -> Vec<String> {
        self.subnets().into_iter().map(Subnet::name).collect()
    }
}

/// The name of a group as the formats show it; `-` for nodes without a group.
fn group_name(name: Option<&str>) -> String {
    name.map_or_else(|| "-".into(), |name| GroupName(name).to_string())
}

/// The name of a group with its type, such as `workers m5.large`.
fn group_words(group: &Group) -> String {
    match &group.name {
        Some(name) => format!("{} {}", GroupName(name), group.instance_type),
        None => group.instance_type.to_string(),
    }
}
