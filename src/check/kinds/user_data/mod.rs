//! User data: what an instance gets to read when it boots.
//!
//! cloud-init and nodeadm take it as it is, in base64, or compressed by gzip; as one document, or as several
//! in a MIME multi-part message. nodeadm reads the parts of type `application/node.eks.aws`, cloud-init
//! the others.

mod cloud_config;
mod script;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::bottlerocket;
use super::nodeconfig::{self, NodeConfig};
use crate::check::facts::{
    Cause, Facts, Ignored, NodeGroup, NotJudged, Remark, ScriptFault, Unreadable, is_template,
};
use crate::check::reading::Reading;
use crate::check::source::{Mark, Source, Spot};
use crate::check::syntax::encoding::{Decoded, decode};
use crate::check::syntax::{mime, yaml};
use crate::check::tree::{Fault, Tree};

/// The content type of the parts that nodeadm reads.
const NODE_CONFIG: &str = "application/node.eks.aws";

/// Reads user data that is a value of another text, encoded or not. A value that is no text says nothing.
pub(crate) fn read_value(reading: &Reading, source: &Rc<Source>, tree: &Rc<Tree>) -> Rc<Facts> {
    shared(reading, source, tree, || {
        let Some(scalar) = tree.scalar() else { return Facts::default() };
        let decoded = match decode(reading, scalar.text.as_bytes()) {
            Ok(Decoded::Plain(text)) => {
                Source::within(source, tree.mark, scalar.first_line, text.into_owned())
            }
            Ok(Decoded::Text(text)) => Source::within(source, tree.mark, None, text),
            Ok(Decoded::Binary) => return Facts { passed_over: 1, ..Facts::default() },
            Err(message) => {
                let malformed = vec![Unreadable { spot: Spot::new(source, tree.mark), message }];
                return Facts { malformed, ..Facts::default() };
            }
        };
        read(reading, &decoded)
    })
}

/// Reads user data that is a list of parts, as [`read_parts`] does.
pub(crate) fn read_list(
    reading: &Reading,
    source: &Rc<Source>,
    list: &Rc<Tree>,
    text: impl Fn(&Rc<Tree>) -> Option<Rc<Source>>,
) -> Rc<Facts> {
    shared(reading, source, list, || read_parts(reading, list.items(), text))
}

/// Reads user data that several places may share.
fn shared(
    reading: &Reading,
    source: &Rc<Source>,
    tree: &Rc<Tree>,
    read: impl FnOnce() -> Facts,
) -> Rc<Facts> {
    reading.user_data(tree, read).unwrap_or_else(|| {
        let message =
            "this user data has so many parts, and so many share it, that it is not read again".into();
        let malformed = vec![Unreadable { spot: Spot::new(source, tree.mark), message }];
        Rc::new(Facts { malformed, ..Facts::default() })
    })
}

/// Reads user data.
pub(crate) fn read(reading: &Reading, source: &Rc<Source>) -> Facts {
    let is_message = mime::is_mime(source.text());
    let mut reader = Reader::new(reading, is_message);
    if is_message {
        reader.multipart(source);
    } else {
        reader.part(source, None);
    }
    reader.finish()
}

/// Reads the parts of user data that something else puts together: maps with a `content` and its `content_type`.
/// `source` finds the text of a content; a part without one says nothing.
pub(crate) fn read_parts<'t>(
    reading: &Reading,
    parts: impl IntoIterator<Item = &'t Rc<Tree>>,
    source: impl Fn(&Rc<Tree>) -> Option<Rc<Source>>,
) -> Facts {
    let mut reader = Reader::new(reading, true);
    // A text that comes again says nothing new before its last place.
    let mut known = HashSet::new();
    let parts = parts.into_iter().filter_map(|part| {
        let content = part.get("content")?;
        let media_type = part.get("content_type").and_then(|kind| kind.text()).unwrap_or("text/plain");
        Some((content, media_type.split(';').next().unwrap_or("").trim()))
    });
    let mut parts: Vec<_> = parts.collect();
    parts.reverse();
    parts.retain(|(content, media_type)| known.insert((Rc::as_ptr(content), *media_type == NODE_CONFIG)));
    for (content, media_type) in parts.into_iter().rev() {
        if let Some(text) = source(content) {
            reader.part(&text, Some(media_type));
        }
    }
    reader.finish()
}

/// Reads texts that are one shell script together.
pub(crate) fn read_script(reading: &Reading, sources: &[Rc<Source>]) -> Facts {
    let mut reader = Reader::new(reading, true);
    if let Some(last) = sources.last() {
        let mut script = script::Reader::new(sources.iter().map(|source| source.text().len()).sum());
        for source in sources {
            script.text(source);
        }
        reader.script(script.finish(last));
    }
    reader.finish()
}

/// True if the text begins as user data does that is no `NodeConfig`.
pub(crate) fn is(text: &str) -> bool {
    let text = without_mark(text).trim_start();
    mime::is_mime(text)
        || is_script(text)
        || ["#cloud-", "#include", "<powershell", "<script", "<persist"]
            .iter()
            .any(|head| text.starts_with(head))
        || bottlerocket::is(text) && !is_structured(text)
}

/// The text without the byte order mark that some editors put in front of it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// True if the text is a shell script. A part of user data that is put together from several files has no
/// first line of its own.
fn is_script(text: &str) -> bool {
    text.starts_with("#!") || starts_nodes(text) && !is_structured(text)
}

/// True if a script may start a node of EKS. Most scripts of a repository do something else.
fn starts_nodes(text: &str) -> bool {
    let names =
        ["eks/bootstrap.sh", "USE_MAX_PODS", "KUBELET_EXTRA_ARGS", "/etc/eks/nodeadm.d/", "nodeadm init"];
    names.iter().any(|name| text.contains(name))
}

/// True if the first line that is no comment begins as a line of YAML or JSON does: with a key of a word or
/// two, a list item, or a bracket.
pub(super) fn is_structured(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        line.starts_with("- ")
            || line.starts_with("---")
            || line.starts_with('{')
            || line.starts_with('[') && !line.trim_end().ends_with(']')
            || line.starts_with("%YAML")
            || line.split_whitespace().take(2).any(|word| word.ends_with(':'))
    })
}

/// A reader of user data, with the facts that it has found so far.
struct Reader<'r> {
    reading: &'r Reading,
    facts: Facts,
    /// The `NodeConfig`s, merged in order.
    parts: Option<NodeConfig>,
    /// The drop-in files that scripts write, which nodeadm merges after all parts. `true` stands beside those that a
    /// branch of a script decides about.
    drop_ins: Vec<(NodeConfig, bool)>,
    /// The texts that scripts write, by address, and the `NodeConfig`s that they are. Many files may have the same.
    texts: HashMap<*const Source, (Rc<Source>, Option<NodeConfig>)>,
    /// True for the parts of a MIME message.
    is_message: bool,
}

/// The result of nodeadm's merge of documents in order.
fn merged(configs: impl IntoIterator<Item = NodeConfig>) -> Option<NodeConfig> {
    configs.into_iter().reduce(|mut first, later| {
        first.merge(later);
        first
    })
}

/// The group that gets these documents. `true` marks a document that only a branch of a script writes.
fn group(configs: Vec<(NodeConfig, bool)>) -> Option<NodeGroup> {
    let mut numbers: Vec<_> = configs.iter().filter_map(|(config, _)| config.clone().max_pods()).collect();
    let in_branch = configs.iter().any(|(config, in_branch)| *in_branch && config.has_number());
    let same = numbers.len() > 1 && numbers.iter().all(|number| number.value == numbers[0].value);
    let mut group = merged(configs.into_iter().map(|(config, _)| config))?.group();
    if in_branch && !same {
        group.kubelet.max_pods = None;
        let branch = |number| Remark::number(number, Cause::NotJudged(NotJudged::Branch));
        group.remarks.extend(numbers.drain(..).map(branch));
    }
    Some(group)
}

impl<'r> Reader<'r> {
    fn new(reading: &'r Reading, is_message: bool) -> Self {
        let (facts, drop_ins, texts) = (Facts::default(), Vec::new(), HashMap::new());
        Self { reading, facts, parts: None, drop_ins, texts, is_message }
    }

    /// The facts, with the result of nodeadm's merge of all its documents.
    fn finish(mut self) -> Facts {
        let drop_in = self.drop_ins.iter().any(|(config, _)| config.has_number());
        let parts = self.parts.map(|parts| (parts, false));
        if let Some(group) = group(parts.into_iter().chain(self.drop_ins).collect()) {
            self.facts.groups.push(NodeGroup { drop_in, ..group });
        }
        self.facts.groups.retain(|group| !group.is_empty());
        self.facts
    }

    fn multipart(&mut self, source: &Rc<Source>) {
        let text = source.text();
        for entry in mime::parts(text) {
            let at = source.mark(entry.body.start);
            let decoded = entry.decoded(text).and_then(|bytes| {
                Ok(match decode(self.reading, &bytes)? {
                    Decoded::Plain(text) => {
                        let first_line = entry.is_plain().then_some(at.line);
                        Some(Source::within(source, at, first_line, text.into_owned()))
                    }
                    Decoded::Text(text) => Some(Source::within(source, at, None, text)),
                    Decoded::Binary => None,
                })
            });
            match decoded {
                Ok(Some(inner)) => self.part(&inner, entry.media_type.as_deref()),
                Ok(None) => self.facts.passed_over += 1,
                Err(message) => self.fault(source, Fault { mark: at, message }),
            }
        }
    }

    /// Reads one document of user data.
    fn part(&mut self, source: &Rc<Source>, media_type: Option<&str>) {
        let text = without_mark(source.text()).trim_start();
        if is_script(text) {
            if starts_nodes(text) {
                self.script_faults(source);
            }
            self.script(script::read(source));
        } else if text.starts_with("#cloud-config") {
            match cloud_config::read(self.reading, source) {
                Ok(Some(script)) => self.script(script),
                Ok(None) => self.facts.passed_over += 1,
                Err(fault) => self.fault(source, fault),
            }
        } else if bottlerocket::is(text) && !is_structured(text) {
            match bottlerocket::read(source) {
                Ok(facts) => self.facts += facts,
                Err(fault) => self.fault(source, fault),
            }
        } else if text.starts_with('#') && !text.contains("NodeConfig") || text.starts_with('<') {
            self.facts.passed_over += 1;
        } else {
            self.node_config(source, media_type);
        }
    }

    /// Keeps what a script says.
    fn script(&mut self, script: script::Script) {
        self.facts.documents += 1;
        self.facts.groups.extend(script.groups);
        let drop_ins = self.written(&script.drop_ins);
        self.drop_ins.extend(drop_ins);
        for init in script.inits {
            let configs = self.written(&init.files);
            if init.with_user_data {
                self.drop_ins.extend(configs);
            } else {
                self.facts.groups.extend(group(configs));
            }
        }
    }

    /// The `NodeConfig`s among the files that a script writes.
    fn written(&mut self, files: &[script::Written]) -> Vec<(NodeConfig, bool)> {
        let mut configs = Vec::new();
        for file in files {
            let address = Rc::as_ptr(&file.source);
            if !self.texts.contains_key(&address) {
                let config = node_config(&file.source).unwrap_or_else(|fault| {
                    self.fault(&file.source, fault);
                    None
                });
                self.texts.insert(address, (Rc::clone(&file.source), config));
            }
            let config = self.texts.get(&address).and_then(|(_, config)| config.clone());
            configs.extend(config.map(|config| (config, file.in_branch)));
        }
        configs
    }

    /// Tells what keeps a script from running.
    fn script_faults(&mut self, source: &Rc<Source>) {
        let text = source.text();
        let fault = if text.starts_with("\u{feff}#!") {
            ScriptFault::ByteOrderMark
        } else if !self.is_message && text.starts_with("#!") && text.lines().next() != text.split('\n').next()
        {
            // The lines of a MIME message end so.
            ScriptFault::CarriageReturns
        } else {
            return;
        };
        self.facts.remarks.push(Remark::at(&Spot::new(source, Mark::START), Cause::NotAScript(fault)));
    }

    fn node_config(&mut self, source: &Rc<Source>, media_type: Option<&str>) {
        let is_read = media_type.is_none_or(|media_type| media_type == NODE_CONFIG);
        match node_config(source) {
            Ok(Some(config)) => {
                self.facts.documents += 1;
                if is_read {
                    self.parts = merged(self.parts.take().into_iter().chain([config]));
                } else if let Some(max_pods) = config.max_pods() {
                    let cause = Cause::Ignored(Ignored::OtherContentType);
                    self.facts.remarks.push(Remark::number(max_pods, cause));
                }
            }
            // Only nodeadm's own parts have to be YAML.
            Err(fault) if media_type == Some(NODE_CONFIG) || source.text().contains("node.eks.aws/") => {
                self.fault(source, fault);
            }
            _ => self.facts.passed_over += 1,
        }
    }

    /// Keeps a fault. A template is not wrong: something fills it in later.
    fn fault(&mut self, source: &Rc<Source>, fault: Fault) {
        let spot = Spot::new(source, fault.mark);
        if is_template(source.text()) {
            self.facts.remarks.push(Remark::at(&spot, Cause::NotJudged(NotJudged::Template)));
        } else {
            self.facts.malformed.push(Unreadable { spot, message: fault.message });
        }
    }
}

/// The `NodeConfig` that a text is, if it is one. nodeadm decodes the first document of it.
fn node_config(source: &Rc<Source>) -> Result<Option<NodeConfig>, Fault> {
    let mut found = Ok(None);
    yaml::documents(source.text(), |tree, twice| {
        if nodeconfig::is(&tree) && matches!(found, Ok(None)) {
            found = twice.map_or_else(|| Ok(Some(nodeconfig::read(source, &tree))), Err);
        }
    })?;
    found
}
