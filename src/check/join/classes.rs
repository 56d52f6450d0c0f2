//! Karpenter's classes with the pools that name them.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::FileFacts;
use super::nearest::ByPlace;
use crate::Os;
use crate::check::facts::{NodeClass, NodeGroup, NodePool, Types};
use crate::text::Shortened;

/// The most pools that a message names.
const MOST_POOLS: usize = 3;

/// The groups of nodes of all classes, by the file of their class.
pub(super) struct ClassGroups {
    by_file: HashMap<usize, Vec<NodeGroup>>,
}

impl ClassGroups {
    /// The groups of the classes in a file.
    pub fn of_file(&self, file: usize) -> impl Iterator<Item = &NodeGroup> {
        self.by_file.get(&file).into_iter().flatten()
    }
}

/// The pools of a file that name a class, by the operating system of their nodes. Several classes may have the name.
#[derive(Default)]
struct Pools {
    linux: Vec<Rc<NodePool>>,
    windows: Vec<Rc<NodePool>>,
}

/// The pools that choose a class.
#[derive(Default)]
struct Chosen {
    linux: Vec<Rc<[Rc<NodePool>]>>,
    windows: Vec<Rc<[Rc<NodePool>]>>,
    /// True if a pool may mean another class of the same name as well.
    ambiguous: bool,
}

/// Joins each pool with the class that it names.
pub(super) fn groups(files: &[FileFacts]) -> ClassGroups {
    let classes: Vec<(usize, &NodeClass)> = files
        .iter()
        .enumerate()
        .flat_map(|(number, file)| file.facts.classes.iter().map(move |class| (number, class)))
        .collect();
    let mut by_name: HashMap<(&str, &str), ByPlace> = HashMap::new();
    for (at, (file, class)) in classes.iter().enumerate() {
        let places = by_name.entry((class.kind, &class.name)).or_default();
        places.add(*file, &files[*file].folder, at);
    }
    let mut chosen: HashMap<usize, Chosen> = HashMap::new();
    for (number, file) in files.iter().enumerate() {
        let mut pools: BTreeMap<(&str, &str), Pools> = BTreeMap::new();
        for pool in &file.facts.pools {
            let of_class = pools.entry((pool.class_kind, pool.class.as_str())).or_default();
            let of_os = if pool.is_windows() { &mut of_class.windows } else { &mut of_class.linux };
            of_os.push(Rc::new(pool.clone()));
        }
        for (class, pools) in pools {
            let Some(places) = by_name.get(&class) else { continue };
            let nearest = places.outwards(number, &file.folder).next().map(<[usize]>::to_vec);
            let meant = nearest.unwrap_or_else(|| places.below(&file.folder));
            let ambiguous = !alike(&classes, &meant);
            let (linux, windows): (Rc<[_]>, Rc<[_]>) = (pools.linux.into(), pools.windows.into());
            for at in meant {
                let entry = chosen.entry(at).or_default();
                entry.ambiguous |= ambiguous;
                entry.linux.push(Rc::clone(&linux));
                entry.windows.push(Rc::clone(&windows));
            }
        }
    }
    let mut by_file: HashMap<usize, Vec<NodeGroup>> = HashMap::new();
    for (at, (file, class)) in classes.iter().enumerate() {
        let groups = of_class(class, &chosen.remove(&at).unwrap_or_default());
        by_file.entry(*file).or_default().extend(groups);
    }
    ClassGroups { by_file }
}

/// True if it does not matter which of these classes is meant.
fn alike(classes: &[(usize, &NodeClass)], meant: &[usize]) -> bool {
    let says = |at: &usize| -> Vec<_> {
        let groups = classes.get(*at).map_or(&[][..], |(_, class)| class.groups.as_slice());
        let kubelet = |group: &NodeGroup| {
            let number = group.kubelet.max_pods.as_ref().map(|found| found.value.clone());
            (number, group.kubelet.expression.as_ref().map(|found| found.value.clone()))
        };
        groups.iter().map(kubelet).collect()
    };
    let mut all = meant.iter().map(says);
    let first = all.next();
    all.all(|one| Some(one) == first)
}

/// The groups of a class: for Linux and for Windows nodes, where its pools ask for both.
fn of_class(class: &NodeClass, chosen: &Chosen) -> Vec<NodeGroup> {
    let (linux, windows) = (joined(&chosen.linux), joined(&chosen.windows));
    let has_pools = !linux.is_empty() || !windows.is_empty();
    let mut groups = Vec::new();
    for (pools, os) in [(linux, Os::Linux), (windows, Os::Windows)] {
        // Without any pool, the class is told as one for Linux.
        if pools.is_empty() && (os == Os::Windows || has_pools) {
            continue;
        }
        let is_first = groups.is_empty();
        for group in &class.groups {
            let mut group = group.clone();
            if os == Os::Windows {
                group.os = os;
            }
            if !is_first {
                // The remarks are those of the class itself, and told once.
                group.remarks.clear();
            }
            group.name = names(&pools);
            group.types = match (chosen.ambiguous, pools.is_empty()) {
                (true, _) => Types::Ambiguous("several classes have the name that its NodePools give"),
                (false, true) => Types::NoPool,
                (false, false) => Types::Pools(pools.clone()),
            };
            groups.push(group);
        }
    }
    groups
}

/// One list of several; the list itself where it is the only one.
fn joined(lists: &[Rc<[Rc<NodePool>]>]) -> Rc<[Rc<NodePool>]> {
    match lists {
        [only] => Rc::clone(only),
        _ => lists.iter().flat_map(|list| list.iter().cloned()).collect(),
    }
}

/// The names of pools for messages.
fn names(pools: &[Rc<NodePool>]) -> Option<String> {
    let quoted: Vec<_> =
        pools.iter().take(MOST_POOLS).map(|pool| format!("'{}'", Shortened(&pool.name))).collect();
    let more = pools.len().saturating_sub(MOST_POOLS);
    match quoted.as_slice() {
        [] => None,
        [only] => Some(format!("NodePool {only}")),
        _ if more > 0 => Some(format!("NodePools {} and {more} more", quoted.join(", "))),
        _ => Some(format!("NodePools {}", quoted.join(", "))),
    }
}
