//! Shell scripts of user data: calls of the AMI's `bootstrap.sh`, the variables that it reads, and
//! `NodeConfig`s that the script writes for nodeadm.
//!
//! Source: `bootstrap.sh` of the EKS AMI for Amazon Linux 2, which takes `--use-max-pods` and
//! `--kubelet-extra-args`, or the variables `USE_MAX_PODS` and `KUBELET_EXTRA_ARGS`; nodeadm reads its
//! drop-in files from `/etc/eks/nodeadm.d`.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::kubelet_flags;
use crate::check::facts::{Cause, Kubelet, NodeGroup, NumberReader, Remark};
use crate::check::source::{Mark, Source, Spot};
use crate::check::syntax::shell::{self, Command, Heredoc, Word};

/// The folder of nodeadm's drop-in files.
const DROP_INS: &str = "/etc/eks/nodeadm.d";

/// Commands that name the script without running it.
const READERS: [&str; 14] =
    ["sed", "grep", "cat", "chmod", "cp", "mv", "ls", "curl", "wget", "echo", "test", "[", "[[", "source"];

/// The longest value of a variable that is followed.
const LONGEST_VALUE: usize = 4096;

/// The numbers of pods in a script.
#[derive(Default)]
pub(super) struct Script {
    pub groups: Vec<NodeGroup>,
    /// The drop-in files that the script writes for nodeadm.
    pub drop_ins: Vec<Rc<Source>>,
}

/// Reads a script.
pub(super) fn read(source: &Rc<Source>) -> Script {
    let mut reader = ScriptReader { variables: HashMap::new(), script: Script::default(), exported: None };
    reader.read(source, true);
    let ScriptReader { variables, mut script, exported } = reader;
    // The variables are for a bootstrap.sh that something else calls.
    if script.groups.is_empty()
        && let Some(kubelet) = exported
    {
        let own_number = variables.get("USE_MAX_PODS").is_none_or(|value| value == "true");
        script.groups.push(group(source, kubelet, own_number));
    }
    script
}

struct ScriptReader {
    variables: HashMap<String, String>,
    script: Script,
    /// The kubelet's settings in `KUBELET_EXTRA_ARGS`.
    exported: Option<Kubelet>,
}

impl ScriptReader {
    fn read(&mut self, source: &Rc<Source>, outermost: bool) {
        for command in shell::commands(source.text()) {
            self.assignments(source, &command);
            if command.words.iter().any(|word| word.text.contains(DROP_INS)) {
                let texts = command.heredocs.iter().map(|heredoc| text_of(source, heredoc));
                self.script.drop_ins.extend(texts);
            } else if outermost {
                for heredoc in &command.heredocs {
                    if ["USE_MAX_PODS", "KUBELET_EXTRA_ARGS", "bootstrap.sh"]
                        .iter()
                        .any(|w| heredoc.text.contains(w))
                    {
                        self.read(&text_of(source, heredoc), false);
                    }
                }
            }
            self.bootstrap(source, &command);
        }
    }

    /// Notes `NAME=value` in front of a command or alone, with or without `export`.
    fn assignments(&mut self, source: &Rc<Source>, command: &Command) {
        for word in &command.words {
            if matches!(
                word.text.as_str(),
                "export" | "sudo" | "env" | "declare" | "-x" | "local" | "readonly"
            ) {
                continue;
            }
            let Some((name, value)) = word.text.split_once('=') else { return };
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return;
            }
            let value = self.expand(value);
            if name == "KUBELET_EXTRA_ARGS" {
                self.exported = Some(kubelet(source, word, &value));
            }
            if value.len() <= LONGEST_VALUE {
                self.variables.insert(name.to_owned(), value);
            }
        }
    }

    /// The text with the variables in place whose values the script gives.
    fn expand(&self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, after) = rest.split_at(at);
            expanded.push_str(before);
            let name = after
                .strip_prefix("${")
                .and_then(|name| name.split_once('}'))
                .map(|(name, _)| (name, name.len() + 3));
            let (name, length) = name.unwrap_or_else(|| {
                let name = after.get(1..).unwrap_or("");
                let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
                (name.get(..end).unwrap_or(""), end + 1)
            });
            match self.variables.get(name).filter(|_| expanded.len() <= LONGEST_VALUE) {
                Some(value) => expanded.push_str(value),
                None => expanded.push_str(after.get(..length).unwrap_or(after)),
            }
            rest = after.get(length..).unwrap_or("");
        }
        expanded + rest
    }

    /// Reads a call of `bootstrap.sh`.
    fn bootstrap(&mut self, source: &Rc<Source>, command: &Command) {
        let mut words = command.words.iter();
        let first = command.words.first().map_or("", |word| word.text.rsplit('/').next().unwrap_or(""));
        if READERS.contains(&first) || !words.any(|word| is_bootstrap(&word.text)) {
            return;
        }
        let mut own_number = self.variables.get("USE_MAX_PODS").is_none_or(|value| value == "true");
        let mut found = self.exported.take();
        while let Some(word) = words.next() {
            match word.text.as_str() {
                "--use-max-pods" => {
                    own_number = words.next().is_some_and(|value| self.expand(&value.text) == "true");
                }
                "--kubelet-extra-args" => {
                    found = words.next().map(|value| kubelet(source, value, &self.expand(&value.text)));
                }
                _ => {}
            }
        }
        self.script.groups.push(group(source, found.unwrap_or_default(), own_number));
    }
}

/// The text of a here-document, with the places of the script.
fn text_of(source: &Rc<Source>, heredoc: &Heredoc) -> Rc<Source> {
    let mark = source.mark(heredoc.start);
    Source::within(source, mark, Some(mark.line), heredoc.text.clone())
}

/// The kubelet's arguments that a word holds. `text` is the word with its variables in place.
fn kubelet(source: &Rc<Source>, word: &Word, text: &str) -> Kubelet {
    let written = source.text().get(word.start..word.end).unwrap_or("");
    let words = text.split_ascii_whitespace().map(|flag| {
        let flag = flag.trim_matches(['\'', '"']);
        // If the flag does not stand there as it is, a variable holds it, and the word is the place.
        let name = flag.split('=').next().unwrap_or(flag);
        let at = if name.is_empty() { 0 } else { written.find(name).unwrap_or(0) };
        (flag, Spot::new(source, source.mark(word.start + at)))
    });
    kubelet_flags::read(words.collect::<Vec<_>>())
}

/// A group that boots by `bootstrap.sh`. `own_number` says whether the script also sets its own number.
fn group(source: &Rc<Source>, kubelet: Kubelet, own_number: bool) -> NodeGroup {
    let spot = kubelet.spot().cloned().unwrap_or_else(|| Spot::new(source, Mark::START));
    let mut group = NodeGroup::new(NumberReader::Bootstrap, kubelet, spot);
    if let Some(max_pods) = &group.kubelet.max_pods
        && own_number
    {
        group.remarks.push(Remark::number(max_pods.clone(), Cause::TwoNumbers));
    }
    group
}
/// True if a word runs the AMI's `bootstrap.sh`, which scripts also call from its own folder.
fn is_bootstrap(word: &str) -> bool {
    word == "bootstrap.sh" || word.ends_with("/bootstrap.sh")
}
