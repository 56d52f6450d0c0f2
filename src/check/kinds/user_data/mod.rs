//! User data: what an instance gets to read when it boots.
//!
//! cloud-init and nodeadm take it as it is, in base64, or compressed by gzip; as one document, or as several
//! in a MIME multi-part message. nodeadm reads the parts of type `application/node.eks.aws`, cloud-init
//! the others.

mod decode;
mod mime;
mod script;
mod shell;

use std::rc::Rc;

use super::bottlerocket;
use super::finding::{Draft, Rule};
use super::group::{Group, Reader};
use super::node::{Node, Problem};
use super::nodeconfig::NodeConfig;
use super::source::{Mark, Source, Spot};
use super::yaml;
pub(super) use decode::{Decoded, decode};
pub(super) use mime::is_mime;

/// The numbers of pods in user data.
#[derive(Default)]
pub(super) struct UserData {
    pub groups: Vec<Group>,
    /// Documents that are not read here: cloud-config, PowerShell, others.
    pub ignored: usize,
    /// Documents that were read.
    pub documents: usize,
}

/// A text that cannot be read, and where.
pub(super) type Unreadable = (Spot, String);

/// Reads user data that is a value of another text, encoded or not.
///
/// # Errors
/// If a document in it is malformed.
pub(super) fn read_value(outer: &Rc<Source>, node: &Node) -> Result<UserData, Unreadable> {
    let Some(scalar) = node.scalar() else { return Ok(UserData::default()) };
    read_text(outer, node.mark, scalar.first_line, &scalar.text)
}

/// Reads user data that stands at a place of another text. See [`Source::within`] for `first_line`.
///
/// # Errors
/// If a document in it is malformed.
pub(super) fn read_text(
    outer: &Rc<Source>,
    at: Mark,
    first_line: Option<usize>,
    text: &str,
) -> Result<UserData, Unreadable> {
    let spot = || Spot::new(outer, at);
    let source = match decode(text.as_bytes()).map_err(|problem| (spot(), problem))? {
        Decoded::Plain => Source::within(outer, at, first_line, text.to_owned()),
        Decoded::Text(text) => Source::within(outer, at, None, text),
        Decoded::Binary => return Ok(UserData { ignored: 1, ..UserData::default() }),
    };
    read(&source)
}

/// Reads user data.
///
/// # Errors
/// If a document in it is malformed.
pub(super) fn read(source: &Rc<Source>) -> Result<UserData, Unreadable> {
    let mut user_data = UserData::default();
    let mut node_configs = NodeConfigs::default();
    if is_mime(source.text()) {
        multipart(source, &mut user_data, &mut node_configs)?;
    } else {
        part(source, None, &mut user_data, &mut node_configs)?;
    }
    if let Some(merged) = node_configs.merged() {
        user_data.groups.push(merged);
    }
    Ok(user_data)
}

/// True if the text is a shell script. A part of user data that is put together from several files has no
/// first line of its own.
pub(super) fn is_script(text: &str) -> bool {
    let names = ["eks/bootstrap.sh", "USE_MAX_PODS", "KUBELET_EXTRA_ARGS"];
    text.starts_with("#!") || names.iter().any(|name| text.contains(name)) && !is_structured(text)
}

/// True if the first line that is no comment begins as a line of YAML or JSON does: with a key of a word or
/// two, a list item, or a bracket.
pub(super) fn is_structured(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        line.starts_with("- ")
            || line.starts_with("---")
            || line.starts_with(['{', '['])
            || line.starts_with("%YAML")
            || line.split_whitespace().take(2).any(|word| word.ends_with(':'))
    })
}

/// The `NodeConfig`s of user data, in order, and the drop-in files that scripts write.
#[derive(Default)]
struct NodeConfigs {
    parts: Option<NodeConfig>,
    drop_ins: Option<NodeConfig>,
}

impl NodeConfigs {
    fn add(into: &mut Option<NodeConfig>, later: NodeConfig) {
        match into {
            Some(first) => first.merge(later),
            None => *into = Some(later),
        }
    }

    /// The result of nodeadm's merge of all of them: the drop-in files come last.
    fn merged(self) -> Option<Group> {
        let drop_in = self.drop_ins.clone().map(NodeConfig::kubelet).unwrap_or_default().max_pods.is_some();
        let mut all = self.parts;
        if let Some(drop_ins) = self.drop_ins {
            Self::add(&mut all, drop_ins);
        }
        let mut group = Group::new(Reader::Nodeadm, all?.kubelet());
        group.drop_in = drop_in;
        Some(group)
    }
}

fn multipart(source: &Rc<Source>, data: &mut UserData, configs: &mut NodeConfigs) -> Result<(), Unreadable> {
    let text = source.text();
    for entry in mime::parts(text) {
        let at = source.mark(entry.body.start);
        let fail = |problem| (Spot::new(source, at), problem);
        let bytes = entry.decoded(text).map_err(fail)?;
        let inner = match decode(&bytes).map_err(fail)? {
            Decoded::Plain => {
                let first_line = entry.is_plain().then_some(at.line);
                Source::within(source, at, first_line, String::from_utf8_lossy(&bytes).into_owned())
            }
            Decoded::Text(text) => Source::within(source, at, None, text),
            Decoded::Binary => {
                data.ignored += 1;
                continue;
            }
        };
        part(&inner, entry.media_type.as_deref(), data, configs)?;
    }
    Ok(())
}

/// Reads one document of user data.
fn part(
    source: &Rc<Source>,
    media_type: Option<&str>,
    data: &mut UserData,
    configs: &mut NodeConfigs,
) -> Result<(), Unreadable> {
    let text = source.text().trim_start();
    if is_script(text) {
        let script = script::read(source);
        data.documents += 1;
        data.groups.extend(script.groups);
        for drop_in in script.drop_ins {
            if let Some(config) = node_config(&drop_in)? {
                NodeConfigs::add(&mut configs.drop_ins, config);
            }
        }
        return Ok(());
    }
    if bottlerocket::is(text) {
        let group = bottlerocket::read(source).map_err(|problem| at(source, problem))?;
        data.documents += 1;
        data.groups.extend(group);
        return Ok(());
    }
    if text.starts_with('#') && !text.contains("NodeConfig") || text.starts_with('<') {
        data.ignored += 1;
        return Ok(());
    }
    let read = media_type.is_none_or(|media_type| media_type == "application/node.eks.aws");
    let config = match node_config(source) {
        Ok(config) => config,
        // Only nodeadm's own parts have to be YAML.
        Err(_) if media_type.is_some() && !read => None,
        Err(problem) => return Err(problem),
    };
    let Some(config) = config else {
        data.ignored += 1;
        return Ok(());
    };
    data.documents += 1;
    if read {
        NodeConfigs::add(&mut configs.parts, config);
    } else if let Some(max_pods) = config.kubelet().max_pods {
        let message =
            "nodeadm does not read this NodeConfig: its part of the user data has another content type";
        let draft = Draft::new(Rule::NumberIgnored, &max_pods.spot, message)
            .help("write above this part: Content-Type: application/node.eks.aws");
        let mut group = Group::new(Reader::Nodeadm, super::group::Kubelet::default());
        group.drafts.push(draft);
        data.groups.push(group);
    }
    Ok(())
}

/// The `NodeConfig` that a text is, if it is one. nodeadm decodes the first document of it.
fn node_config(source: &Rc<Source>) -> Result<Option<NodeConfig>, Unreadable> {
    let mut found = None;
    yaml::documents(source.text(), |node| {
        if NodeConfig::is(&node) && found.is_none() {
            found = Some(NodeConfig::read(source, &node));
        }
    })
    .map_err(|problem| at(source, problem))?;
    Ok(found)
}

fn at(source: &Rc<Source>, problem: Problem) -> Unreadable {
    (Spot::new(source, problem.mark), problem.message)
}
