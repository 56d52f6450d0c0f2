//! User data: what an instance gets to read when it boots.
//!
//! cloud-init and nodeadm take it as it is, in base64, or compressed by gzip; as one document, or as several
//! in a MIME multi-part message. nodeadm reads the parts of type `application/node.eks.aws`, cloud-init
//! the others.

mod script;

use std::rc::Rc;

use super::bottlerocket;
use super::nodeconfig::{self, NodeConfig};
use crate::check::facts::{Cause, Facts, Ignored, NodeGroup, NotJudged, Remark, Unreadable};
use crate::check::reading::Reading;
use crate::check::source::{Source, Spot};
use crate::check::syntax::encoding::{Decoded, decode};
use crate::check::syntax::{mime, yaml};
use crate::check::tree::{Fault, Tree};

/// The content type of the parts that nodeadm reads.
const NODE_CONFIG: &str = "application/node.eks.aws";

/// Reads user data that is a value of another text, encoded or not. A value that is no text says nothing.
pub(crate) fn read_value(reading: &Reading, source: &Rc<Source>, tree: &Rc<Tree>) -> Rc<Facts> {
    reading.user_data(tree, || {
        let Some(scalar) = tree.scalar() else { return Facts::default() };
        let decoded = match decode(reading, scalar.text.as_bytes()) {
            Ok(Decoded::Plain) => Source::within(source, tree.mark, scalar.first_line, scalar.text.clone()),
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

/// Reads user data.
pub(crate) fn read(reading: &Reading, source: &Rc<Source>) -> Facts {
    let mut reader = Reader { reading, facts: Facts::default(), parts: None, drop_ins: None };
    if mime::is_mime(source.text()) {
        reader.multipart(source);
    } else {
        reader.part(source, None);
    }
    reader.finish()
}

/// Reads the parts of user data that something else puts together, each with its content type.
pub(crate) fn read_parts(reading: &Reading, parts: &[(Rc<Source>, Option<&str>)]) -> Facts {
    let mut reader = Reader { reading, facts: Facts::default(), parts: None, drop_ins: None };
    for (source, media_type) in parts {
        reader.part(source, *media_type);
    }
    reader.finish()
}

/// True if the text begins as user data does that is no `NodeConfig`.
pub(crate) fn is(text: &str) -> bool {
    let text = text.trim_start();
    mime::is_mime(text)
        || is_script(text)
        || ["#cloud-", "#include", "<powershell", "<script", "<persist"]
            .iter()
            .any(|head| text.starts_with(head))
        || bottlerocket::is(text) && !is_structured(text)
}

/// True if the text is a shell script. A part of user data that is put together from several files has no
/// first line of its own.
fn is_script(text: &str) -> bool {
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
            || line.starts_with('{')
            || line.starts_with('[') && !line.trim_end().ends_with(']')
            || line.starts_with("%YAML")
            || line.split_whitespace().take(2).any(|word| word.ends_with(':'))
    })
}

/// True if something fills in a part of the text later.
fn is_template(text: &str) -> bool {
    ["${", "{{", "<%", "%{"].iter().any(|mark| text.contains(mark))
}

/// What has been read of some user data.
struct Reader<'r> {
    reading: &'r Reading,
    facts: Facts,
    /// The `NodeConfig`s, merged in order.
    parts: Option<NodeConfig>,
    /// The drop-in files that scripts write. nodeadm merges them after all parts.
    drop_ins: Option<NodeConfig>,
}

fn merge(into: &mut Option<NodeConfig>, later: NodeConfig) {
    match into {
        Some(first) => first.merge(later),
        None => *into = Some(later),
    }
}

impl Reader<'_> {
    /// The facts, with the result of nodeadm's merge of all its documents.
    fn finish(mut self) -> Facts {
        let drop_in = self.drop_ins.as_ref().is_some_and(NodeConfig::has_number);
        if let Some(drop_ins) = self.drop_ins {
            merge(&mut self.parts, drop_ins);
        }
        if let Some(config) = self.parts {
            self.facts.groups.push(NodeGroup { drop_in, ..config.group() });
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
                    Decoded::Plain => {
                        let first_line = entry.is_plain().then_some(at.line);
                        let text = String::from_utf8_lossy(&bytes).into_owned();
                        Some(Source::within(source, at, first_line, text))
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
        let text = source.text().trim_start();
        if is_script(text) {
            let script = script::read(source);
            self.facts.documents += 1;
            self.facts.groups.extend(script.groups);
            for drop_in in script.drop_ins {
                match node_config(&drop_in) {
                    Ok(Some(config)) => merge(&mut self.drop_ins, config),
                    Ok(None) => {}
                    Err(fault) => self.fault(&drop_in, fault),
                }
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

    fn node_config(&mut self, source: &Rc<Source>, media_type: Option<&str>) {
        let is_read = media_type.is_none_or(|media_type| media_type == NODE_CONFIG);
        match node_config(source) {
            Ok(Some(config)) => {
                self.facts.documents += 1;
                if is_read {
                    merge(&mut self.parts, config);
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
