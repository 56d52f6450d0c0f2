//! The networks of the clusters of Terraform's resources: the VPC CNI's add-on, and the IP family.

use std::collections::HashMap;
use std::rc::Rc;

use super::resource::{ADDON, CLUSTER, HELM_RELEASE, Resource};
use super::resources::Links;
use crate::check::facts::{DeclaredCni, DeclaredNetwork, NetworkBy};
use crate::check::kinds::helm::{self, Release};
use crate::check::kinds::network;
use crate::check::reading::Reading;
use crate::check::tree::Tree;

/// The networks of clusters: one for each cluster.
#[derive(Default)]
pub(super) struct Networks {
    all: Vec<Rc<DeclaredNetwork>>,
    by_cluster: HashMap<String, usize>,
    /// True if a release of Helm's installs another CNI. The release does not name the cluster.
    has_other_cni: bool,
}

impl Networks {
    pub fn read(reading: &Reading, resources: &[Resource], links: &dyn Links) -> Self {
        let mut networks = Self::default();
        let mut values = AddonValues::default();
        for resource in resources {
            match resource.kind.as_str() {
                ADDON if resource.text("addon_name") == Some(network::VPC_CNI) => {
                    let cluster = links.cluster(resource, "cluster_name");
                    let cni = values.read(resource.values.get("configuration_values"));
                    let version = resource.text("addon_version").and_then(network::addon_version);
                    networks.add(DeclaredNetwork { cluster, by: NetworkBy::Addon, version, cni, ipv6: None });
                }
                CLUSTER => {
                    let family =
                        resource.block("kubernetes_network_config").and_then(|block| block.get("ip_family"));
                    let Some(family) = family.and_then(|family| family.text()) else { continue };
                    networks.add(DeclaredNetwork {
                        cluster: links.cluster(resource, "name"),
                        by: NetworkBy::Cluster,
                        version: None,
                        cni: DeclaredCni::Nothing,
                        ipv6: Some(family == "ipv6"),
                    });
                }
                HELM_RELEASE if !networks.has_other_cni => {
                    networks.has_other_cni = installs_other_cni(reading, resource);
                }
                _ => {}
            }
        }
        networks
    }

    /// Adds what one document says of a cluster to what others say.
    pub fn add(&mut self, network: DeclaredNetwork) {
        let Some(cluster) = network.cluster.clone() else {
            self.all.push(Rc::new(network));
            return;
        };
        let number = *self.by_cluster.entry(cluster).or_insert(self.all.len());
        match self.all.get_mut(number) {
            Some(known) => {
                let known = Rc::make_mut(known);
                let ipv6 = known.ipv6.or(network.ipv6);
                if network.by == NetworkBy::Addon && known.by == NetworkBy::Cluster {
                    *known = network;
                }
                known.ipv6 = ipv6;
            }
            None => self.all.push(Rc::new(network)),
        }
    }

    /// The network of a cluster. Where either name is not known, the only network is the one.
    pub fn of(&self, cluster: Option<&str>) -> Option<Rc<DeclaredNetwork>> {
        let named = cluster.and_then(|cluster| self.by_cluster.get(cluster));
        if let Some(network) = named.and_then(|number| self.all.get(*number)) {
            return Some(Rc::clone(network));
        }
        // A name that is not known has a colon, which no cluster's name may have.
        let is_known = |name: Option<&str>| name.is_some_and(|name| !name.contains(':'));
        match self.all.as_slice() {
            [only] if !(is_known(cluster) && is_known(only.cluster.as_deref())) => Some(Rc::clone(only)),
            _ => None,
        }
    }

    /// All of them.
    pub fn into_all(self) -> impl Iterator<Item = DeclaredNetwork> {
        let other_cni = self.has_other_cni.then(network::other_cni);
        self.all.into_iter().map(Rc::unwrap_or_clone).chain(other_cni)
    }
}

/// True if a `helm_release` installs another CNI.
fn installs_other_cni(reading: &Reading, release: &Resource) -> bool {
    let Some(chart) = release.text("chart") else { return false };
    let values = release.values.get("values").map_or(&[][..], |values| values.items());
    // Up to version 2 of the provider these are blocks, and from version 3 a list.
    let single = release.values.get("set").map_or(&[][..], |set| set.items());
    Release { chart, values: values.iter().collect(), single: helm::pairs(single) }
        .installs_other_cni(reading)
}

/// Reads the add-on's configuration values, each text once: many add-ons may share one.
#[derive(Default)]
pub(super) struct AddonValues {
    known: HashMap<*const Tree, DeclaredCni>,
}

impl AddonValues {
    /// The settings of the CNI in the values. An add-on without values says nothing.
    pub fn read(&mut self, values: Option<&Rc<Tree>>) -> DeclaredCni {
        let Some(values) = values else { return DeclaredCni::Nothing };
        let read = || network::addon_values(values);
        self.known.entry(Rc::as_ptr(values)).or_insert_with(read).clone()
    }
}
