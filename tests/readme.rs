//! The front page and the guide: every example is run, and every link points to something that exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::support::{check_each, words};

/// The folder of the guide.
const GUIDE: &str = ".github/docs";

/// A page in Markdown.
pub struct Page {
    /// Its path from the root of the repository.
    pub path: PathBuf,
    /// Its blocks of code: the language of each, and its text.
    pub blocks: Vec<(String, String)>,
    links: Vec<String>,
    /// The names that links to its headings use.
    anchors: BTreeSet<String>,
}

impl Page {
    fn read(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let text = fs::read_to_string(root().join(&path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut page = Self { path, blocks: Vec::new(), links: Vec::new(), anchors: BTreeSet::new() };
        // The block of code or the heading that is being read.
        let mut language = None;
        let mut text_inside = String::new();
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    language = Some(match kind {
                        CodeBlockKind::Fenced(language) => language.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    });
                    text_inside.clear();
                }
                Event::End(TagEnd::CodeBlock) => {
                    let language = language.take().expect("a block begins before it ends");
                    page.blocks.push((language, std::mem::take(&mut text_inside)));
                }
                Event::Start(Tag::Heading { .. }) => text_inside.clear(),
                Event::End(TagEnd::Heading(_)) => {
                    let new = page.anchors.insert(anchor(&text_inside));
                    assert!(new, "{}: two headings '{text_inside}'", page.path.display());
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.to_string());
                }
                Event::Text(text) | Event::Code(text) => text_inside.push_str(&text),
                _ => {}
            }
        }
        page
    }

    /// The files that its relative links point to, with the names of headings in them.
    fn targets(&self) -> impl Iterator<Item = (PathBuf, Option<&str>)> {
        let folder = self.path.parent().expect("a page is in a folder");
        self.links.iter().filter(|link| !link.contains("://")).map(move |link| {
            let (path, heading) = link.split_once('#').map_or((link.as_str(), None), |(p, h)| (p, Some(h)));
            let path = if path.is_empty() { self.path.clone() } else { normal(&folder.join(path)) };
            (path, heading)
        })
    }
}

/// The front page and every page of the guide.
pub fn pages() -> Vec<Page> {
    let folder = fs::read_dir(root().join(GUIDE)).expect("the guide");
    let names: BTreeSet<_> = folder.map(|entry| entry.expect("a page").file_name()).collect();
    let guide = names.into_iter().map(|name| Path::new(GUIDE).join(name));
    guide.chain(["README.md".into()]).map(Page::read).collect()
}

/// The block of code that begins with this text, on the front page or in the guide.
#[track_caller]
pub fn block(begin: &str) -> String {
    let mut blocks = pages().into_iter().flat_map(|page| page.blocks).map(|(_, text)| text);
    blocks.find(|text| text.starts_with(begin)).unwrap_or_else(|| panic!("no block begins with '{begin}'"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The name by which a link on GitHub finds a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(normal.pop(), "{} is in the repository", path.display()),
            part => normal.push(part),
        }
    }
    normal
}

#[test]
fn examples() {
    trycmd::TestCases::new().case("README.md").case(".github/docs/*.md");
}

#[test]
fn no_example_is_there_twice() {
    let mut seen = BTreeMap::new();
    let blocks = pages().into_iter().flat_map(|page| {
        let path = page.path;
        page.blocks.into_iter().map(move |(language, text)| (path.clone(), language, text))
    });
    check_each(blocks, |(path, language, text)| {
        // Two examples may have the same output, such as 110.
        let example = if language == "console" { text.lines().next().unwrap_or_default() } else { &text };
        let before = seen.insert(example.to_owned(), path.clone());
        assert!(before.is_none(), "{path:?} and {before:?} have the same example:\n{example}");
    });
}

#[test]
fn links_point_to_something_that_exists() {
    let mut all = pages();
    all.extend([".github/CONTRIBUTING.md", "data/README.md"].map(Page::read));
    let anchors: BTreeMap<_, _> = all.iter().map(|page| (page.path.clone(), page.anchors.clone())).collect();
    let links = all.iter().flat_map(|page| page.targets().map(|(path, heading)| (&page.path, path, heading)));
    check_each(links, |(page, path, heading)| {
        assert!(root().join(&path).exists(), "{page:?} has a link to {path:?}, which does not exist");
        if let Some(heading) = heading {
            let known = anchors.get(&path).is_some_and(|anchors| anchors.contains(heading));
            assert!(known, "{page:?} has a link to '{heading}' in {path:?}, which has no such heading");
        }
    });
}

#[test]
fn the_packaged_crate_has_the_targets_of_all_links() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let include = manifest["package"]["include"].as_array().expect("a list of paths");
    let include: Vec<_> =
        include.iter().map(|path| path.as_str().expect("a path").trim_start_matches('/')).collect();
    let pages = pages();
    check_each(pages.iter().flat_map(Page::targets), |(path, _)| {
        assert!(include.iter().any(|included| path.starts_with(included)), "{path:?} is not in `include`");
    });
}

/// Examples that need a cluster or an AWS account are not run. But each option in them must exist.
#[test]
fn options_of_all_commands_exist() {
    let subcommands = ["list", "verify", "plan", "check", "completions", "man"];
    let help: BTreeMap<_, _> = [""]
        .into_iter()
        .chain(subcommands)
        .map(|name| (name, words(&format!("{name} --help")).answer()))
        .collect();
    let blocks = pages().into_iter().flat_map(|page| page.blocks);
    let blocks =
        blocks.filter(|(language, _)| ["sh", "yaml", "dockerfile", "hcl"].contains(&language.as_str()));
    let lines: Vec<_> = blocks
        .flat_map(|(_, text)| {
            let text = text.replace("\\\n", " ");
            text.split(['\n', '|', ';', '&', ')', '`', '#']).map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|line| line.contains("maxpods"))
        .collect();
    let mut options = 0;
    check_each(lines, |line| {
        let mut words = line.split([' ', '"', '(']).filter(|word| !word.is_empty()).peekable();
        let is_command = |word: &str| {
            let name = word.rsplit('/').next().unwrap_or(word);
            name == "maxpods" || name.starts_with("maxpods:")
        };
        if !words.any(is_command) {
            return;
        }
        let subcommand = words.peek().copied().filter(|word| subcommands.contains(word)).unwrap_or("");
        for option in words.filter(|word| word.starts_with('-') && *word != "-") {
            let option = option.split('=').next().unwrap_or(option);
            let known = help[subcommand].split([' ', ',', '[', '\n']).any(|word| word == option);
            assert!(known, "`maxpods {subcommand}` has no option {option}: {line}");
            options += 1;
        }
    });
    assert!(options > 20, "the options are found: {options}");
}

#[test]
fn contributing_names_every_room() {
    let text = fs::read_to_string(root().join(".github/CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let rooms = fs::read_dir(root().join("src")).expect("src").map(|entry| entry.expect("a room").path());
    // The entry to the library, the build script and the folder of binaries hold nothing by themselves.
    let rooms = rooms.filter(|path| !["lib.rs", "build.rs", "bin"].iter().any(|name| path.ends_with(name)));
    check_each(rooms, |path| {
        let room = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(text.contains(&format!("`src/{room}")), "CONTRIBUTING.md does not name src/{room}");
    });
}
