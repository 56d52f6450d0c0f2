//! The kinds of documents: each is recognised by its content, and read into facts with their places.
//!
//! A new kind is one file here, its `mod` line, and its line in [`OBJECTS`], or an arm of [`text`] for text without an
//! `apiVersion`. A text that is of no kind is nobody's fault: it is counted and passed over.

mod bottlerocket;
mod eksctl;
mod helm;
mod karpenter;
mod kubelet_flags;
mod network;
mod nodeconfig;
mod terraform;
mod user_data;

use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

use serde_json::value::RawValue;

pub(super) use terraform::hcl::TerraformFolder;

use super::facts::{Cause, Facts, NotJudged, Remark, Unreadable, is_template};
use super::reading::Reading;
use super::source::{Mark, Source, Spot};
use super::syntax::encoding::{self, Decoded};
use super::syntax::json::Json;
use super::syntax::yaml;
use super::tree::{DEEPEST, Fault, Tree};

/// A kind of object with an `apiVersion` and a `kind`.
struct ObjectKind {
    /// Words of which each object of the kind has one. Most texts have none of them, and are not parsed.
    words: &'static [&'static str],
    /// True if an object with this `apiVersion` and `kind` is one.
    is: fn(&str, &str) -> bool,
    read: fn(&Reading, &Rc<Source>, &Rc<Tree>) -> Facts,
    /// True if the values of such an object may hold objects of other kinds.
    holds_others: bool,
}

/// Every kind of object.
const OBJECTS: &[ObjectKind] = &[
    ObjectKind { words: &["eksctl.io/"], is: eksctl::is, read: eksctl::read, holds_others: false },
    ObjectKind {
        words: &["node.eks.aws/"],
        is: nodeconfig::is_kind,
        read: nodeconfig::facts,
        holds_others: false,
    },
    ObjectKind {
        words: &["karpenter.sh/", "karpenter.k8s.aws/"],
        is: karpenter::is,
        read: karpenter::read,
        holds_others: false,
    },
    ObjectKind { words: network::WORDS, is: network::is, read: network::read, holds_others: false },
    ObjectKind { words: helm::WORDS, is: helm::is, read: helm::read, holds_others: true },
];

/// The text of a file, with what encodes it undone.
///
/// # Errors
/// The facts of a file that has no text.
pub(super) fn file(reading: &Reading, number: usize, bytes: &[u8]) -> Result<Rc<Source>, Box<Facts>> {
    let encoded = || Source::file(number, String::from_utf8_lossy(bytes).into_owned());
    match encoding::decode(reading, bytes) {
        Ok(Decoded::Plain(text)) => Ok(Source::file(number, text.into_owned())),
        Ok(Decoded::Text(text)) => Ok(Source::within(&encoded(), Mark::START, None, text)),
        Ok(Decoded::Binary) => Err(Box::new(no_text(&encoded(), bytes))),
        Err(message) => {
            let spot = Spot::new(&encoded(), Mark::START);
            Err(Box::new(Facts { malformed: vec![Unreadable { spot, message }], ..Facts::default() }))
        }
    }
}

/// True if a file is in Terraform's language, by the end of its name or by its text.
pub(super) fn is_terraform(path: &Path, text: &str) -> bool {
    let is = |end: &str| path.extension().is_some_and(|extension| extension == end);
    ["tf", "tofu", "tfvars", "hcl"].into_iter().any(is) || terraform::hcl::is(text)
}

/// The facts of bytes that are not UTF-8: a fault if they claim to be of a kind that is read here, and nobody's
/// otherwise.
fn no_text(lossy: &Rc<Source>, bytes: &[u8]) -> Facts {
    if claims(lossy.text()).is_none() {
        return Facts { passed_over: 1, ..Facts::default() };
    }
    let valid = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    let message = "this is no text: it is not encoded in UTF-8".into();
    let malformed = vec![Unreadable { spot: Spot::new(lossy, lossy.mark(valid)), message }];
    Facts { malformed, ..Facts::default() }
}

/// Reads a whole text.
pub(super) fn text(reading: &Reading, source: &Rc<Source>) -> Facts {
    let text = source.text().trim_start();
    if user_data::is(text) {
        user_data::read(reading, source)
    } else if text.starts_with(['{', '[']) {
        json_text(reading, source)
    } else {
        yaml_text(reading, source)
    }
}

/// Reads JSON. Text in braces that is not JSON may be YAML, or nobody's.
fn json_text(reading: &Reading, source: &Rc<Source>) -> Facts {
    let mut facts = Facts::default();
    let json = Json::new(source);
    match json.documents(|document| facts += json_document(reading, source, document)) {
        Ok(()) => facts,
        Err(_) => yaml_text(reading, source),
    }
}

/// Reads one JSON document.
fn json_document(reading: &Reading, source: &Rc<Source>, document: &RawValue) -> Facts {
    let json = Json::new(source);
    let head = document.get().starts_with('{').then(|| json.head(document).ok()).flatten();
    let read = match &head {
        Some(head) if terraform::is(head) => {
            return terraform::read(reading, source, head).unwrap_or_else(|fault| refused(source, fault));
        }
        _ if mentions_a_kind(document.get()) => {
            json.tree(document).map(|tree| object(reading, source, &tree))
        }
        _ => return Facts { passed_over: 1, ..Facts::default() },
    };
    read.unwrap_or_else(|fault| malformed(source, document.get(), fault))
}

/// True if a text has a word of a kind that is read here. Most texts do not, and their values are not looked at.
fn mentions_a_kind(text: &str) -> bool {
    OBJECTS.iter().flat_map(|object| object.words).any(|word| text.contains(word))
}

/// Reads YAML. Where it cannot be read as a whole, its documents are read one by one, so that a document that is not
/// YAML does not hide the others.
fn yaml_text(reading: &Reading, source: &Rc<Source>) -> Facts {
    let text = source.text();
    if !mentions_a_kind(text) {
        return Facts { passed_over: pieces(text).len(), ..Facts::default() };
    }
    let mut facts = Facts::default();
    let read = yaml::documents(text, |tree, twice| facts += yaml_document(reading, source, &tree, twice));
    let Err(fault) = read else { return facts };
    let pieces = pieces(text);
    if pieces.len() == 1 {
        return malformed(source, text, fault);
    }
    let mut facts = Facts::default();
    for (line, piece) in pieces {
        let inner = Source::within(source, Mark { line, column: 1 }, Some(line), piece.to_owned());
        let mut of_piece = Facts::default();
        let read = yaml::documents(piece, |tree, twice| {
            of_piece += yaml_document(reading, &inner, &tree, twice);
        });
        match read {
            Ok(()) => facts += of_piece,
            // A script has manifests in here-documents, and the line that ends one is not YAML.
            Err(_) if has_here_document(text) => facts.passed_over += 1,
            Err(fault) => facts += malformed(&inner, piece, fault),
        }
    }
    facts
}

/// Reads one YAML document. A key that is there twice is a fault of the kinds that are read here, and of no others.
fn yaml_document(reading: &Reading, source: &Rc<Source>, tree: &Rc<Tree>, twice: Option<Fault>) -> Facts {
    let facts = object(reading, source, tree);
    match twice {
        // The branches of a template may each have the key.
        Some(fault) if facts.documents > 0 && is_template(source.text()) => {
            malformed(source, source.text(), fault)
        }
        Some(fault) if facts.documents > 0 => refused(source, fault),
        _ => facts,
    }
}

/// The documents of a text, each with the number of its first line.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let (mut start, mut first) = (0, 1);
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if line.trim_end() == "---" || line.starts_with("--- ") {
            pieces.push((first, text.get(start..at).unwrap_or("")));
            (start, first) = (at + line.len(), number + 2);
        }
        at += line.len();
    }
    pieces.push((first, text.get(start..).unwrap_or("")));
    pieces.retain(|(_, piece)| !piece.trim().is_empty());
    pieces
}

/// True if a text is a script with a here-document, such as `cat <<EOF`, and no manifest itself.
fn has_here_document(text: &str) -> bool {
    let begins = |line: &str| {
        line.split_once("<<").is_some_and(|(_, word)| {
            word.trim_start_matches(['-', ' ', '"', '\'']).starts_with(|c: char| c.is_ascii_alphabetic())
        })
    };
    !user_data::is_structured(text) && text.lines().any(begins)
}

/// A text that cannot be read: a fault if it claims to be of a kind that is read here, a note if it is a template of
/// one, and nobody's otherwise.
fn malformed(source: &Rc<Source>, text: &str, fault: Fault) -> Facts {
    let mut facts = Facts::default();
    // A script or a page of prose may have a manifest in it, and is no malformed manifest.
    let Some(line) = claims(text).filter(|_| user_data::is_structured(text)) else {
        facts.passed_over = 1;
        return facts;
    };
    if is_template(text) {
        facts.documents = 1;
        if names_a_number(text) {
            let spot = Spot::new(source, Mark { line, column: 1 });
            facts.remarks.push(Remark::at(&spot, Cause::NotJudged(NotJudged::Template)));
        }
        facts
    } else {
        refused(source, fault)
    }
}

/// True if a template may give nodes a number of pods. Of another one there is nothing to tell.
fn names_a_number(text: &str) -> bool {
    ["maxPods", "max-pods", "max_pods", "podsPerCore", "ENABLE_PREFIX_DELEGATION"]
        .iter()
        .any(|word| text.contains(word))
}

/// The facts of a text of a kind that is read here, which is malformed.
fn refused(source: &Rc<Source>, fault: Fault) -> Facts {
    let malformed = vec![Unreadable { spot: Spot::new(source, fault.mark), message: fault.message }];
    Facts { malformed, ..Facts::default() }
}

/// The line on which a text that cannot be parsed says that it is an object of a kind that is read here.
fn claims(text: &str) -> Option<usize> {
    // A key begins a line of YAML, or follows a brace or a comma.
    let is_key = |before: &str| {
        let before = before.trim_end_matches([' ', '\t', '"', '\'']);
        before.is_empty() || before.ends_with(['\n', '{', ','])
    };
    let value = |name: &str| {
        text.match_indices(name).filter(|(at, _)| is_key(&text[..*at])).find_map(|(at, _)| {
            let rest =
                text[at + name.len()..].trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
            let rest = rest.lines().next()?.trim_start().trim_start_matches(['"', '\'']);
            let end = rest.find(['"', '\'', ',', ' ', '}', '#']).unwrap_or(rest.len());
            Some((at, rest[..end].trim_end()))
        })
    };
    let (_, api_version) = value("apiVersion")?;
    let (at, kind) = value("kind")?;
    let line = text[..at].matches('\n').count() + 1;
    // Most DaemonSets and the like have nothing to do with the network of pods.
    let has_word = |object: &ObjectKind| object.words.iter().any(|word| text.contains(word));
    OBJECTS.iter().any(|object| (object.is)(api_version, kind) && has_word(object)).then_some(line)
}

/// Reads an object, or all objects of the kinds that are read here within a value: in a `List` of Kubernetes, or under
/// any key that another tool puts them under.
pub(super) fn object(reading: &Reading, source: &Rc<Source>, tree: &Rc<Tree>) -> Facts {
    let mut facts = Facts::default();
    let mut left = vec![(Rc::clone(tree), 0)];
    // A value that an alias repeats is the same, at the same place. It is read once.
    let mut known = HashSet::new();
    while let Some((tree, depth)) = left.pop() {
        if depth > DEEPEST || !known.insert(Rc::as_ptr(&tree)) {
            continue;
        }
        if let Some(kind) = kind_of(&tree) {
            facts += (kind.read)(reading, source, &tree);
            if !kind.holds_others {
                continue;
            }
        }
        // In their order, since the last one that is put here is read first.
        let values = tree.entries().iter().map(|entry| &entry.value).chain(tree.items());
        let mut values: Vec<_> =
            values.filter(|value| value.size > 1).map(|value| (Rc::clone(value), depth + 1)).collect();
        values.reverse();
        left.append(&mut values);
    }
    if facts.documents == 0 {
        facts.passed_over = 1;
    }
    facts
}

fn kind_of(tree: &Tree) -> Option<&'static ObjectKind> {
    let text = |key| tree.get(key).and_then(|value| value.text());
    let (api_version, kind) = (text("apiVersion")?, text("kind")?);
    OBJECTS.iter().find(|object| (object.is)(api_version, kind))
}
