//! The network of a group's cluster, from the nearest files that say it.

use std::path::Path;
use std::rc::Rc;

use super::FileFacts;
use super::nearest::ByPlace;
use crate::check::facts::{CniValues, DeclaredCni, DeclaredNetwork, NetworkBy, NodeGroup};
use crate::cni::CniVersion;

/// The network of a group's cluster, as far as the files and their neighbours declare it.
#[derive(Debug, Default)]
pub(crate) struct ClusterNetwork {
    pub cni: ClusterCni,
    /// The version of the VPC CNI.
    pub version: Option<CniVersion>,
    /// True for an IPv6 cluster.
    pub ipv6: bool,
    /// The kind of document that manages the CNI's settings among the files.
    pub by: Option<NetworkBy>,
}

/// How pods get their addresses.
#[derive(Debug, Default)]
pub(crate) enum ClusterCni {
    /// No file says how the CNI is set.
    #[default]
    Unknown,
    /// The VPC CNI, with these settings.
    Vpc(CniValues),
    /// Another CNI.
    Other,
    /// Several files at the same distance say different things.
    Ambiguous,
}

/// The networks of all files.
pub(super) struct Networks {
    /// The file and the place in its list of each.
    all: Vec<(usize, usize)>,
    places: ByPlace,
}

impl Networks {
    pub fn new(files: &[FileFacts]) -> Self {
        let mut networks = Self { all: Vec::new(), places: ByPlace::default() };
        for (number, file) in files.iter().enumerate() {
            for at in 0..file.facts.networks.len() {
                networks.places.add(number, &file.folder, networks.all.len());
                networks.all.push((number, at));
            }
        }
        networks
    }

    /// The network of a group in a file.
    pub fn of(&self, files: &[FileFacts], file: usize, group: &NodeGroup) -> ClusterNetwork {
        let folder = files.get(file).map_or(Path::new(""), |file| file.folder.as_path());
        let own: Vec<&DeclaredNetwork> = group.network.as_ref().map(Rc::as_ref).into_iter().collect();
        let network = |at: &usize| {
            let (file, at) = self.all.get(*at)?;
            files.get(*file)?.facts.networks.get(*at)
        };
        let steps = self
            .places
            .outwards(file, folder)
            .map(|step| of_cluster(step.iter().filter_map(network).collect(), group.cluster.as_deref()));
        let steps: Vec<Vec<&DeclaredNetwork>> = std::iter::once(own).chain(steps).collect();
        let (cni, by) = steps.iter().find_map(|step| cni(step)).unwrap_or_default();
        ClusterNetwork {
            cni,
            by,
            version: steps.iter().find_map(|step| step.iter().find_map(|network| network.version.clone())),
            ipv6: group.ipv6.or_else(|| first(&steps, |network| network.ipv6)).unwrap_or(false),
        }
    }
}

fn first<T>(steps: &[Vec<&DeclaredNetwork>], get: impl Fn(&DeclaredNetwork) -> Option<T>) -> Option<T> {
    steps.iter().flatten().find_map(|network| get(network))
}

/// Those of the group's own cluster, where the names tell it; else those that name no other cluster.
fn of_cluster<'n>(networks: Vec<&'n DeclaredNetwork>, cluster: Option<&str>) -> Vec<&'n DeclaredNetwork> {
    let Some(cluster) = cluster else { return networks };
    let own: Vec<_> =
        networks.iter().copied().filter(|network| network.cluster.as_deref() == Some(cluster)).collect();
    if !own.is_empty() {
        return own;
    }
    networks.into_iter().filter(|network| network.cluster.is_none()).collect()
}

/// The CNI that the networks of one step agree on; `None` where none of them says it.
fn cni(step: &[&DeclaredNetwork]) -> Option<(ClusterCni, Option<NetworkBy>)> {
    let mut said = step.iter().filter(|network| !matches!(network.cni, DeclaredCni::Nothing));
    let first = said.next()?;
    // Several files of one cluster may say the same.
    let alike = |other: &&&DeclaredNetwork| match (&first.cni, &other.cni) {
        (DeclaredCni::Vpc(a), DeclaredCni::Vpc(b)) => a == b,
        (DeclaredCni::Other, DeclaredCni::Other) | (DeclaredCni::Later, DeclaredCni::Later) => true,
        _ => false,
    };
    if !said.all(|other| alike(&other)) {
        return Some((ClusterCni::Ambiguous, None));
    }
    let cni = match &first.cni {
        DeclaredCni::Vpc(values) => ClusterCni::Vpc((**values).clone()),
        DeclaredCni::Other => ClusterCni::Other,
        DeclaredCni::Later | DeclaredCni::Nothing => ClusterCni::Unknown,
    };
    Some((cni, Some(first.by)))
}
