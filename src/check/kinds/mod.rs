//! Documents are recognised by their content, and not by the names of their files.

use std::rc::Rc;

use serde_json::value::RawValue;

use super::finding::{Draft, Rule};
use super::group::{Group, Kubelet, Reader};
use super::json::{Head, Json, elements};
use super::node::{Node, Problem};
use super::nodeconfig::NodeConfig;
use super::source::{Mark, Source, Spot};
use super::user_data::{self, Decoded, Unreadable, decode};
use super::{Configuration, Malformed, addon, bottlerocket, eksctl, terraform, yaml};
use crate::text::BYTE_ORDER_MARK;

/// Larger files are not looked at as base64: EC2 takes 16 KiB of user data.
const LONGEST_USER_DATA: usize = 1 << 20;

/// The first words of Terraform's own language.
const TERRAFORM: [&str; 9] =
    ["resource", "variable", "module", "terraform", "provider", "data", "locals", "output", "import"];

impl Configuration {
    /// Reads a file.
    pub(super) fn read(&mut self, file: usize, bytes: &[u8]) {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let source = |text: &[u8]| Source::file(file, String::from_utf8_lossy(text).into_owned());
        if bytes.len() <= LONGEST_USER_DATA {
            match decode(bytes) {
                Ok(Decoded::Text(text)) => {
                    return self.source(&Source::within(&source(bytes), Mark::START, None, text));
                }
                Ok(_) => {}
                Err(problem) => return self.unreadable((Spot::new(&source(b""), Mark::START), problem)),
            }
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => self.source(&Source::file(file, text.to_owned())),
            Err(error) => {
                let source = source(bytes.get(..error.valid_up_to()).unwrap_or_default());
                let spot = Spot::new(&source, source.mark(error.valid_up_to()));
                self.unreadable((spot, "this is no text: these bytes are not UTF-8".into()));
            }
        }
    }

    /// Reads a text.
    fn source(&mut self, source: &Rc<Source>) {
        let text = source.text().trim_start();
        if bottlerocket::is_toml(text) && !bottlerocket::is(text) || is_terraform(text) {
            self.ignored_documents += 1;
        } else if text.starts_with(['{', '[']) && !bottlerocket::is(text) {
            // YAML's own short form begins so too, but has seldom a quote behind it.
            let quoted =
                text.trim_start_matches(['{', '[', ' ', '\t', '\r', '\n']).starts_with(['"', '}', ']']);
            match self.json(source) {
                Ok(()) => {}
                Err(problem) if quoted => self.problem(source, problem),
                Err(_) => self.yaml(source),
            }
        } else if is_user_data(text) {
            match user_data::read(source) {
                Ok(read) => {
                    self.documents += read.documents;
                    self.ignored_documents += read.ignored;
                    self.groups.extend(read.groups);
                }
                Err(error) => self.unreadable(error),
            }
        } else {
            self.yaml(source);
        }
    }

    fn yaml(&mut self, source: &Rc<Source>) {
        match yaml::documents(source.text(), |node| self.document(source, &node)) {
            Ok(()) => {}
            Err(problem) if user_data::is_structured(source.text()) => self.problem(source, problem),
            // Prose, or a language that is none of those read here.
            Err(_) => self.ignored_documents += 1,
        }
    }

    fn json(&mut self, source: &Rc<Source>) -> Result<(), Problem> {
        let json = Json::new(source);
        let mut problems = Vec::new();
        let read = json.documents(|document| problems.extend(self.json_object(source, json, document).err()));
        for problem in problems {
            self.problem(source, problem);
        }
        read
    }

    fn json_object(&mut self, source: &Rc<Source>, json: Json<'_>, object: &RawValue) -> Result<(), Problem> {
        // A list, a text or a number is nobody's configuration.
        if !object.get().starts_with('{') {
            self.ignored_documents += 1;
            return Ok(());
        }
        let head: Head<'_> = json.head(object)?;
        let kind = head.kind.as_deref().unwrap_or("");
        if head.planned_values.is_some() {
            let found = terraform::read(source, &head)?;
            self.documents += 1;
            self.groups.extend(found.groups);
            for error in found.unreadable {
                self.unreadable(error);
            }
        } else if let (Some(items), true) = (head.items, kind.ends_with("List")) {
            let mut problems = Vec::new();
            let read =
                elements(items, &mut |item| problems.extend(self.json_object(source, json, item).err()));
            // Items that are no list are no list of Kubernetes'.
            if read.is_err() {
                self.ignored_documents += 1;
            }
            for problem in problems {
                self.problem(source, problem);
            }
        } else if matches!(kind, "ClusterConfig" | "NodeConfig" | "EC2NodeClass" | "NodePool" | "DaemonSet") {
            let node = json.tree(object)?;
            self.document(source, &node);
        } else {
            self.ignored_documents += 1;
        }
        Ok(())
    }

    /// Keeps what an object of eksctl, nodeadm or Kubernetes says.
    fn document(&mut self, source: &Rc<Source>, node: &Rc<Node>) {
        let kind = node.get("kind").and_then(|kind| kind.text()).unwrap_or("");
        if kind.ends_with("List")
            && let Some(items) = node.get("items")
        {
            for item in items.items() {
                self.document(source, item);
            }
            return;
        }
        if eksctl::is(node) {
            match eksctl::read(source, node) {
                Ok(groups) => self.groups.extend(groups),
                Err(error) => self.unreadable(error),
            }
        } else if NodeConfig::is(node) {
            self.groups.push(Group::new(Reader::Nodeadm, NodeConfig::read(source, node).kubelet()));
        } else if let Some(aws_node) = addon::daemon_set(node) {
            match aws_node {
                Ok(aws_node) if self.aws_node.as_ref().is_some_and(|first| *first != aws_node) => {
                    let message = crate::Error::AwsNodeContradiction.to_string();
                    self.problem(source, Problem { mark: node.mark, message });
                }
                Ok(aws_node) => self.aws_node = Some(aws_node),
                Err(error) => self.problem(source, Problem { mark: node.mark, message: error.to_string() }),
            }
        } else if !self.karpenter.take(source, node) {
            self.ignored_documents += 1;
            return;
        }
        self.documents += 1;
    }

    fn problem(&mut self, source: &Rc<Source>, problem: Problem) {
        self.unreadable((Spot::new(source, problem.mark), problem.message));
    }

    /// Keeps what cannot be read. A template within a file that is no template is not wrong: something fills
    /// it in later.
    pub(super) fn unreadable(&mut self, (spot, message): Unreadable) {
        if spot.source.is_within() && ["${", "{{", "<%"].iter().any(|mark| spot.source.text().contains(mark))
        {
            let mut group = Group::new(Reader::Nodeadm, Kubelet::default());
            let message = "this text is a template that something fills in later";
            group.drafts.push(Draft::new(Rule::NotJudged, &spot, message));
            self.groups.push(group);
            return;
        }
        let place = spot.place();
        self.malformed.push(Malformed {
            file: place.file,
            mark: place.mark,
            inner: place.inner,
            line: place.line,
            message,
        });
    }
}

/// True if the text begins as user data does that is no `NodeConfig`.
fn is_user_data(text: &str) -> bool {
    bottlerocket::is(text)
        || user_data::is_mime(text)
        || user_data::is_script(text)
        || ["#cloud-", "#include", "<powershell", "<script", "<persist"]
            .iter()
            .any(|head| text.starts_with(head))
}

/// True if the text begins as Terraform's own language does.
fn is_terraform(text: &str) -> bool {
    let significant = |line: &&str| !line.is_empty() && !line.starts_with(['#', '/', '*']);
    text.lines().map(str::trim).find(significant).is_some_and(|line| {
        let word = line.split([' ', '"', '{']).next().unwrap_or("");
        TERRAFORM.contains(&word) && line.trim_end_matches('}').trim_end().ends_with('{')
    })
}
