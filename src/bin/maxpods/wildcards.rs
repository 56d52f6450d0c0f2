//! Wildcards in the names of files. A shell of Unix expands them, and those of Windows leave that to each program.

use std::path::{Path, PathBuf};

use glob::MatchOptions;

/// The files that the command line names. On Windows, names with `*` or `?` are expanded.
pub fn expand(paths: &[PathBuf]) -> Vec<PathBuf> {
    if cfg!(windows) { paths.iter().flat_map(|path| expand_one(path)).collect() } else { paths.to_vec() }
}

/// True if a name has a wildcard. No file of Windows has such a name. Brackets are no wildcards there, because a file
/// may have them.
pub fn has_wildcard(path: &Path) -> bool {
    let text = path.to_string_lossy();
    // The mark of a long path has a question mark.
    text.strip_prefix(r"\\?\").unwrap_or(&text).contains(['*', '?'])
}

/// The files that match, or the name itself if it has no wildcard or none matches, as in a shell of Unix. Reading
/// that file then fails.
fn expand_one(path: &Path) -> Vec<PathBuf> {
    let found = if has_wildcard(path) { matches(path) } else { Vec::new() };
    if found.is_empty() { vec![path.into()] } else { found }
}

/// The files that match, in alphabetical order.
pub fn matches(path: &Path) -> Vec<PathBuf> {
    let Some(text) = path.to_str() else { return Vec::new() };
    let options = MatchOptions {
        case_sensitive: false,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let pattern = text.replace('[', "[[]");
    let matches = glob::glob_with(&pattern, options).into_iter().flatten();
    // A folder that cannot be read is kept too, so that its error is reported.
    matches.map(|file| file.unwrap_or_else(|error| error.path().into())).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::MAIN_SEPARATOR_STR;

    use super::*;

    #[test]
    fn names_are_expanded_as_in_a_shell_of_unix() {
        let root = tempfile::tempdir().unwrap();
        for file in ["b.yaml", "A.YAML", "c.yml", ".d.yaml", "[e].yaml", "sub/f.yaml", "sub/deep/g.yaml"] {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let path = |name: &str| root.path().join(name.replace('/', MAIN_SEPARATOR_STR));
        for (pattern, mut names) in [
            ("*.yaml", vec!["A.YAML", "[e].yaml", "b.yaml"]),
            ("?.y*ml", vec!["A.YAML", "b.yaml", "c.yml"]),
            ("sub/*.yaml", vec!["sub/f.yaml"]),
            ("*/*.yaml", vec!["sub/f.yaml"]),
            ("**/g.*", vec!["sub/deep/g.yaml"]),
            ("[e]*", vec!["[e].yaml"]),
            ("[e].yaml", vec!["[e].yaml"]),
            ("b.yaml", vec!["b.yaml"]),
            ("no*thing", vec!["no*thing"]),
            ("no-thing", vec!["no-thing"]),
        ] {
            let mut found = expand_one(&path(pattern));
            // The order of capitals and small letters depends on the system.
            found.sort();
            names.sort_unstable();
            assert_eq!(found, names.into_iter().map(path).collect::<Vec<_>>(), "{pattern}");
        }
        for name in ["-", r"\\?\C:\eks\a.yaml"] {
            assert!(!has_wildcard(Path::new(name)), "{name}");
            assert_eq!(expand_one(Path::new(name)), [Path::new(name)]);
        }
    }

    #[test]
    fn a_shell_of_unix_has_done_it_before() {
        let names = [PathBuf::from("src/*.rs"), "-".into()];
        assert_eq!(expand(&names) == names, !cfg!(windows));
    }
}
