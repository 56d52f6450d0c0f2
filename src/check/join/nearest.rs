//! The nearest of several facts: one in the same file, else in the same folder, else in the folder that is
//! nearest up the tree. Facts in folders beside each other never meet, because they are of different environments.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Facts by the file and the folder that they are in.
#[derive(Debug, Default)]
pub(super) struct ByPlace {
    files: HashMap<usize, Vec<usize>>,
    folders: HashMap<PathBuf, Vec<usize>>,
}

impl ByPlace {
    /// Adds a fact, by a number of its own.
    pub fn add(&mut self, file: usize, folder: &Path, fact: usize) {
        self.files.entry(file).or_default().push(fact);
        self.folders.entry(folder.to_owned()).or_default().push(fact);
    }

    /// The facts as seen from a file, step by step: those of the file itself, of its folder, and of each folder above.
    pub fn outwards<'a>(&'a self, file: usize, folder: &'a Path) -> impl Iterator<Item = &'a [usize]> + 'a {
        let own = self.files.get(&file).map(Vec::as_slice);
        own.into_iter()
            .chain(folder.ancestors().filter_map(|folder| self.folders.get(folder).map(Vec::as_slice)))
    }

    /// The facts in the nearest folders below a folder.
    pub fn below(&self, folder: &Path) -> Vec<usize> {
        let depth = |path: &Path| path.components().count();
        let below = self.folders.iter().filter(|(path, _)| path.starts_with(folder) && *path != folder);
        let below: Vec<_> = below.map(|(path, facts)| (depth(path), facts)).collect();
        let Some(nearest) = below.iter().map(|(depth, _)| *depth).min() else { return Vec::new() };
        let mut facts: Vec<_> = below
            .iter()
            .filter(|(depth, _)| *depth == nearest)
            .flat_map(|(_, facts)| facts.iter().copied())
            .collect();
        facts.sort_unstable();
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_first() {
        let mut places = ByPlace::default();
        for (file, folder, fact) in
            [(0, "/a/b", 10), (1, "/a/b", 11), (2, "/a", 12), (3, "/a/c", 13), (4, "/", 14)]
        {
            places.add(file, Path::new(folder), fact);
        }
        let seen = |file, folder| {
            places.outwards(file, Path::new(folder)).map(<[usize]>::to_vec).collect::<Vec<_>>()
        };
        assert_eq!(seen(1, "/a/b"), [vec![11], vec![10, 11], vec![12], vec![14]]);
        assert_eq!(seen(9, "/a/c/d"), [vec![13], vec![12], vec![14]]);
        assert_eq!(seen(9, "/x"), [vec![14]]);
        assert_eq!(places.below(Path::new("/a")), [10, 11, 13]);
        assert_eq!(places.below(Path::new("/a/b")), Vec::<usize>::new());
    }
}
