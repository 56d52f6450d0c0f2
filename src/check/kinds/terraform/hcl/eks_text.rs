//! The texts of the arguments of the eks module that reach the user data of its groups, each read once.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::eks_group::Group;
use super::evaluate::Evaluator;
use crate::Os;
use crate::check::facts::{
    Cause, Facts, Ignored, Kubelet, NodeGroup, NotJudged, NumberSetting, Remark, Unreadable, is_template,
};
use crate::check::kinds::terraform::resources;
use crate::check::kinds::{bottlerocket, user_data};
use crate::check::reading::Reading;
use crate::check::source::{Mark, Source, Spot};
use crate::check::tree::Tree;

/// The most groups of nodes that a text tells of for each further group that shares it.
const MOST_SHARED: usize = 16;

/// The bytes of texts that may be read again, as parts of other scripts.
const READ_AGAIN: usize = 1 << 20;

/// The ways in which an argument is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum As {
    /// The arguments of a call of `bootstrap.sh`.
    Arguments,
    /// The flags of the kubelet.
    Flags,
    /// TOML.
    Settings,
    /// TOML behind the head of the table `settings.kubernetes`.
    SettingsOfKubernetes,
    /// A shell script.
    Script,
    /// One of several texts that are a shell script together.
    Together,
    /// The parts of user data, each with its content type.
    Parts,
}

/// Texts by the addresses of their values, with the ways in which they are read.
type Key = Vec<(*const Tree, As)>;

/// A text of a shell script, and the parts of its command that are around it.
pub(super) struct Piece {
    value: Rc<Tree>,
    how: As,
    /// Another text that is in those parts.
    beside: Option<Rc<Tree>>,
    head: String,
    tail: &'static str,
}

impl Piece {
    pub fn script(value: &Rc<Tree>) -> Self {
        Self::new(value, As::Script, String::new(), "")
    }

    /// The arguments of a call of `bootstrap.sh`, behind flags of the kubelet that have no number among them.
    pub fn arguments(value: &Rc<Tree>, flags: Option<&str>) -> Self {
        let flags = flags.map(|flags| format!("--kubelet-extra-args \"{flags}\" "));
        let head = format!("/etc/eks/bootstrap.sh cluster {}\\", flags.unwrap_or_default());
        Self::new(value, As::Arguments, head, "")
    }

    /// The flags of the kubelet in a call of `bootstrap.sh`, with the arguments in front of them.
    pub fn flags(value: &Rc<Tree>, arguments: &str) -> Self {
        let head = format!("/etc/eks/bootstrap.sh cluster {arguments} --kubelet-extra-args \"\\");
        Self::new(value, As::Flags, head, "\n\"")
    }

    /// The flags of the kubelet in the variable that `bootstrap.sh` gets from the user's own call of it.
    pub fn variable(value: &Rc<Tree>) -> Self {
        Self::new(value, As::Flags, "KUBELET_EXTRA_ARGS=\"\\".to_owned(), "\n\"")
    }

    fn new(value: &Rc<Tree>, how: As, head: String, tail: &'static str) -> Self {
        Self { value: Rc::clone(value), how, beside: None, head, tail }
    }

    /// Notes that this text is in the part before or behind.
    pub fn beside(self, other: Option<&Rc<Tree>>) -> Self {
        Self { beside: other.map(Rc::clone), ..self }
    }

    fn around(&self, source: &Rc<Source>) -> Rc<Source> {
        if self.head.is_empty() { Rc::clone(source) } else { around(&self.head, source, self.tail) }
    }
}

/// A text behind another line, with its places, and with more behind it.
fn around(head: &str, source: &Rc<Source>, tail: &str) -> Rc<Source> {
    Source::within(source, Mark::START, Some(0), format!("{head}\n{}{tail}", source.text()))
}

/// The facts of a text, and whether it is read for the first time.
pub(super) type Found = (Rc<Facts>, bool);

/// Reads the groups of the module, each text once.
pub(super) struct Groups<'r, 'm> {
    reading: &'r Reading,
    evaluator: &'r Evaluator<'m>,
    pub facts: Facts,
    read: HashMap<Key, Rc<Facts>>,
    /// The texts that are in a script with others.
    together: HashSet<*const Tree>,
    /// The bytes that may still be read again.
    left: usize,
}

impl<'r, 'm> Groups<'r, 'm> {
    pub fn new(reading: &'r Reading, evaluator: &'r Evaluator<'m>) -> Self {
        Self {
            reading,
            evaluator,
            facts: Facts::default(),
            read: HashMap::new(),
            together: HashSet::new(),
            left: READ_AGAIN,
        }
    }

    /// Adds the groups of nodes that texts tell of, each as `adapt` makes it.
    pub fn add_found(
        &mut self,
        group: &Group<'_>,
        name: &str,
        (data, first): &Found,
        adapt: impl Fn(&mut NodeGroup),
    ) {
        if *first {
            resources::take_rest(&mut self.facts, data);
        }
        for node_group in data.groups.iter().take(if *first { usize::MAX } else { MOST_SHARED }) {
            let mut one = node_group.clone();
            adapt(&mut one);
            if !one.is_empty() {
                self.push(group, name, one);
            }
        }
    }

    fn push(&mut self, group: &Group<'_>, name: &str, mut one: NodeGroup) {
        one.name = Some(name.to_owned());
        one.cluster.clone_from(&group.cluster);
        one.network.clone_from(&group.network);
        one.ipv6 = one.ipv6.or(group.ipv6);
        one.os = Os::Linux;
        self.facts.groups.push(one);
    }

    /// Tells that the module does not use a number. True if there is one.
    pub fn ignored(
        &mut self,
        group: &Group<'_>,
        name: &str,
        value: &Rc<Tree>,
        how: As,
        why: Ignored,
    ) -> bool {
        let how = match value.text() {
            Some(text) if bottlerocket::is(text) => As::Settings,
            _ => how,
        };
        let (data, _) = self.text(group, value, how);
        let mut groups = data.groups.iter().filter(|one| one.kubelet.from != NumberSetting::KubeletDefault);
        let number = groups.find_map(|one| one.kubelet.max_pods.as_ref().map(|number| (one, number)));
        let Some((one, number)) = number else { return false };
        let mut told = NodeGroup::new(one.reader, Kubelet::default(), number.spot.clone());
        told.remarks.push(Remark::number(number.clone(), Cause::Ignored(why)));
        self.push(group, name, told);
        true
    }

    /// The facts of texts that are known by the addresses of their values, and by the ways in which they are read.
    fn once(&mut self, key: Key, read: impl FnOnce(&Self) -> Facts) -> Found {
        if let Some(known) = self.read.get(&key) {
            return (Rc::clone(known), false);
        }
        let facts = Rc::new(read(self));
        self.read.insert(key, Rc::clone(&facts));
        (facts, true)
    }

    /// The facts of an argument.
    pub fn text(&mut self, group: &Group<'_>, value: &Rc<Tree>, how: As) -> Found {
        self.once(vec![(Rc::as_ptr(value), how)], |groups| {
            groups.read_text(group, value, how).unwrap_or_default()
        })
    }

    fn read_text(&self, group: &Group<'_>, value: &Rc<Tree>, how: As) -> Option<Facts> {
        let source = self.source(group, value)?;
        let piece = |piece: Piece| user_data::read_script(self.reading, &[piece.around(&source)]);
        Some(match how {
            As::Script => user_data::read(self.reading, &source),
            As::Arguments => piece(Piece::arguments(value, None)),
            As::Flags => piece(Piece::flags(value, "--use-max-pods false")),
            As::SettingsOfKubernetes if !source.text().contains("settings.kubernetes]") => {
                settings(&around("[settings.kubernetes]", &source, ""))
            }
            As::Settings | As::SettingsOfKubernetes => settings(&source),
            As::Together | As::Parts => return None,
        })
    }

    /// The facts of texts that are one shell script together. One that is not known leaves out itself alone.
    pub fn together(&mut self, group: &Group<'_>, pieces: &[Piece]) -> Found {
        let mut key: Key = pieces.iter().map(|piece| (Rc::as_ptr(&piece.value), piece.how)).collect();
        key.extend(
            pieces.iter().filter_map(|piece| Some((Rc::as_ptr(piece.beside.as_ref()?), As::Together))),
        );
        key.push((std::ptr::null(), As::Together));
        if let Some(known) = self.read.get(&key) {
            return (Rc::clone(known), false);
        }
        let mut sources = Vec::new();
        for piece in pieces {
            let length = piece.value.text().map_or(0, str::len);
            // A text that many groups share is not read again without end.
            if !self.together.insert(Rc::as_ptr(&piece.value)) {
                let Some(left) = self.left.checked_sub(length) else { continue };
                self.left = left;
            }
            let Some(source) = self.source(group, &piece.value) else { continue };
            sources.push(piece.around(&source));
        }
        self.once(key, |groups| user_data::read_script(groups.reading, &sources))
    }

    /// The facts of the parts of a group's user data.
    pub fn parts(&mut self, group: &Group<'_>, lists: &[Rc<Tree>]) -> Found {
        let key = lists.iter().map(|list| (Rc::as_ptr(list), As::Parts)).collect();
        self.once(key, |groups| {
            let parts = lists.iter().flat_map(|list| list.items());
            user_data::read_parts(groups.reading, parts, |content| groups.source(group, content))
        })
    }

    /// The text of an argument, as a text of its own.
    fn source(&self, group: &Group<'_>, value: &Rc<Tree>) -> Option<Rc<Source>> {
        Source::of_value(self.outer(group, value)?, value)
    }

    /// The text in which an argument stands.
    fn outer(&self, group: &Group<'_>, value: &Rc<Tree>) -> Option<&'m Rc<Source>> {
        self.evaluator.source_of(value).or_else(|| self.evaluator.source(group.call.file))
    }
}

/// The facts of Bottlerocket's settings.
fn settings(source: &Rc<Source>) -> Facts {
    bottlerocket::read(source).unwrap_or_else(|fault| {
        let mut facts = Facts::default();
        let spot = Spot::new(source, fault.mark);
        if is_template(source.text()) {
            // A text that says nothing of a number is of no interest.
            if source.text().contains("max-pods") {
                let cause = Cause::NotJudged(NotJudged::Computed("a part of bootstrap_extra_args"));
                facts.remarks.push(Remark::at(&spot, cause));
            }
        } else {
            facts.malformed.push(Unreadable { spot, message: fault.message });
        }
        facts
    })
}
