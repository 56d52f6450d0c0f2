//! The network of a group's cluster, from the nearest files that say it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
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
    /// It cannot be told.
    Ambiguous(Ambiguity),
}

/// The reason why it cannot be told how pods get their addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ambiguity {
    /// Several files at the same distance say different things.
    Settings,
    /// A file installs another CNI, and nothing says in which cluster.
    OtherCni,
}

/// The networks of all files.
pub(super) struct Networks {
    /// The file and the place in its list of each.
    all: Vec<(usize, usize)>,
    places: ByPlace,
    /// The folders of files that install another CNI.
    others: BTreeSet<PathBuf>,
}

impl Networks {
    pub fn new(files: &[FileFacts]) -> Self {
        let mut networks = Self { all: Vec::new(), places: ByPlace::default(), others: BTreeSet::new() };
        for (number, file) in files.iter().enumerate() {
            if file.facts.networks.iter().any(|network| network.by == NetworkBy::OtherCni) {
                networks.others.insert(file.folder.clone());
            }
            for at in 0..file.facts.networks.len() {
                networks.places.add(number, &file.folder, networks.all.len());
                networks.all.push((number, at));
            }
        }
        networks
    }

    /// The network of a group in a file.
    pub fn of(&self, files: &[FileFacts], file: usize, group: &NodeGroup) -> ClusterNetwork {
        // The caller may say that it is the VPC CNI.
        let is_vpc_cni = files.get(file).is_some_and(|file| file.assumed.other_cni == Some(false));
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
        let (mut cni, by) = steps.iter().find_map(|step| cni(step, is_vpc_cni)).unwrap_or_default();
        if !is_vpc_cni && self.may_be_other(&cni, folder) {
            cni = ClusterCni::Ambiguous(Ambiguity::OtherCni);
        }
        ClusterNetwork {
            cni,
            by,
            version: steps.iter().find_map(|step| step.iter().find_map(|network| network.version.clone())),
            ipv6: group.ipv6.or_else(|| first(&steps, |network| network.ipv6)).unwrap_or(false),
        }
    }
}

impl Networks {
    /// True if a file that is not near a group installs another CNI, and may do so in the group's cluster: any file where
    /// none near the group says how the CNI is set, and else one in the folders beside the group's own. A node that
    /// cannot take its pods is told later all the same, and a false error would be told at each check.
    fn may_be_other(&self, cni: &ClusterCni, folder: &Path) -> bool {
        match cni {
            ClusterCni::Unknown => !self.others.is_empty(),
            ClusterCni::Vpc(_) => {
                let near = folder.parent().unwrap_or(folder);
                self.others.range(near.to_owned()..).next().is_some_and(|other| other.starts_with(near))
            }
            ClusterCni::Other | ClusterCni::Ambiguous(_) => false,
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

/// The CNI that the networks of one step agree on; `None` where none of them says it. `is_vpc_cni` leaves other CNIs out.
fn cni(step: &[&DeclaredNetwork], is_vpc_cni: bool) -> Option<(ClusterCni, Option<NetworkBy>)> {
    let says_it = |network: &&&DeclaredNetwork| match network.cni {
        DeclaredCni::Nothing => false,
        DeclaredCni::Other => !is_vpc_cni,
        DeclaredCni::Vpc(_) | DeclaredCni::Later => true,
    };
    let mut said = step.iter().filter(says_it);
    let first = said.next()?;
    // Several files of one cluster may say the same.
    let alike = |other: &&&DeclaredNetwork| match (&first.cni, &other.cni) {
        (DeclaredCni::Vpc(a), DeclaredCni::Vpc(b)) => a == b,
        (DeclaredCni::Other, DeclaredCni::Other) | (DeclaredCni::Later, DeclaredCni::Later) => true,
        _ => false,
    };
    if !said.all(|other| alike(&other)) {
        return Some((ClusterCni::Ambiguous(Ambiguity::Settings), None));
    }
    let cni = match &first.cni {
        DeclaredCni::Vpc(values) => ClusterCni::Vpc((**values).clone()),
        DeclaredCni::Other => ClusterCni::Other,
        DeclaredCni::Later | DeclaredCni::Nothing => ClusterCni::Unknown,
    };
    Some((cni, Some(first.by)))
}
