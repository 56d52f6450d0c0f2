//! A group of nodes of the eks module: the arguments that reach its user data, which depends on the AMI and on the
//! version of the module.

use std::collections::HashMap;
use std::rc::Rc;

use super::eks::{Call, Kind};
use super::evaluate::{Evaluator, truth};
use super::functions::OPEN;
use crate::Os;
use crate::check::facts::{
    ArgsUnused, Cause, DeclaredNetwork, Facts, Ignored, Kubelet, NodeGroup, NotJudged, Remark, Types,
    Unreadable, is_template,
};
use crate::check::kinds::terraform::resource::{block, text};
use crate::check::kinds::terraform::resources::{self, DEFAULT_TYPE};
use crate::check::kinds::{bottlerocket, user_data};
use crate::check::reading::Reading;
use crate::check::source::{Mark, Source, Spot};
use crate::check::tree::{Content, Tree};

/// The type of a self-managed group that names none.
const SELF_MANAGED_TYPE: &str = "m6i.large";

/// The most groups of nodes that a text tells of for each further group that shares it.
const MOST_SHARED: usize = 16;

/// The user data that the module writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Al2,
    Al2023,
    Bottlerocket,
    Windows,
    Unknown,
}

/// A group of the module.
pub(super) struct Group<'a> {
    pub call: &'a Call,
    pub kind: Kind,
    /// Its own arguments.
    pub own: &'a Rc<Tree>,
    /// Those of all groups, which count where the group has none of its own.
    pub defaults: Option<&'a Rc<Tree>>,
    pub cluster: Option<String>,
    pub network: Option<Rc<DeclaredNetwork>>,
    pub ipv6: Option<bool>,
}

/// A value of a map; computed where a part of the map is not known and may have it.
pub(super) fn field(map: &Tree, key: &str) -> Option<Rc<Tree>> {
    map.get(key).or_else(|| map.get(OPEN)).cloned()
}

impl Group<'_> {
    fn field(&self, key: &str) -> Option<Rc<Tree>> {
        field(self.own, key).or_else(|| field(self.defaults?, key))
    }

    fn is_true(&self, key: &str, default: bool) -> bool {
        self.field(key).map_or(default, |value| truth(&value).unwrap_or(default))
    }

    fn family(&self) -> Family {
        let of_ami = |ami: &str| {
            let families = [
                ("AL2_", Family::Al2),
                ("AL2023_", Family::Al2023),
                ("BOTTLEROCKET_", Family::Bottlerocket),
                ("WINDOWS_", Family::Windows),
            ];
            families.iter().find(|(head, _)| ami.starts_with(head)).map(|(_, family)| *family)
        };
        let ami = self.field("ami_type");
        let of_ami = ami.as_ref().map(|ami| text(ami).and_then(of_ami));
        let platform = self.field("platform");
        let of_platform = match platform.as_ref().map(|platform| text(platform)) {
            None => None,
            Some(Some("linux")) => Some(Family::Al2),
            Some(Some("al2023")) => Some(Family::Al2023),
            Some(Some("bottlerocket")) => Some(Family::Bottlerocket),
            Some(Some("windows")) => Some(Family::Windows),
            Some(_) => Some(Family::Unknown),
        };
        if !self.call.official {
            return of_ami.flatten().or(of_platform).unwrap_or(Family::Unknown);
        }
        match (self.call.major, of_ami) {
            (20, Some(Some(family))) => family,
            // The AMI type is computed, and not the platform.
            (20, Some(None)) if ami.is_some_and(|ami| ami.is_computed()) => Family::Unknown,
            (..=20, _) => of_platform.unwrap_or(Family::Al2),
            (_, None) => Family::Al2023,
            (_, Some(family)) => family.unwrap_or(Family::Unknown),
        }
    }

    fn types(&self) -> Types {
        if self.kind == Kind::Managed {
            return match self.field("instance_types") {
                Some(list) if list.is_computed() => Types::Unknown("the instance types are computed"),
                Some(list) if !list.items().is_empty() => resources::types(&list),
                _ => Types::Named(vec![DEFAULT_TYPE.into()]),
            };
        }
        if self.is_true("use_mixed_instances_policy", false)
            && let Some(policy) = self.field("mixed_instances_policy")
        {
            let overrides =
                policy.get("override").or_else(|| block(&policy, "launch_template")?.get("override"));
            match overrides {
                Some(list) if !list.items().is_empty() => {
                    return resources::override_types(&list.items().iter().collect::<Vec<_>>());
                }
                Some(list) if list.is_computed() => return Types::Unknown("the instance types are computed"),
                _ => {}
            }
        }
        match self.field("instance_type") {
            Some(name) => text(&name).map_or(Types::Unknown("the instance type is computed"), |name| {
                Types::Named(vec![name.to_owned()])
            }),
            None if self.call.official && (self.call.kind == Kind::Root || self.call.major > 20) => {
                Types::Named(vec![SELF_MANAGED_TYPE.into()])
            }
            None => Types::Unknown("the group names no instance type"),
        }
    }
}

/// The ways in which an argument is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum As {
    /// The arguments of a call of `bootstrap.sh`.
    Arguments,
    /// TOML.
    Settings,
    /// TOML behind the head of the table `settings.kubernetes`.
    SettingsOfKubernetes,
    /// A shell script.
    Script,
}

/// Reads the groups of the module, each text once.
pub(super) struct Groups<'r, 'm> {
    reading: &'r Reading,
    evaluator: &'r Evaluator<'m>,
    pub facts: Facts,
    read: HashMap<(*const Tree, As), Rc<Facts>>,
    parts: HashMap<Vec<*const Tree>, Rc<Facts>>,
}

impl<'r, 'm> Groups<'r, 'm> {
    pub fn new(reading: &'r Reading, evaluator: &'r Evaluator<'m>) -> Self {
        Self { reading, evaluator, facts: Facts::default(), read: HashMap::new(), parts: HashMap::new() }
    }

    /// Adds the facts of a group.
    pub fn add(&mut self, group: &Group<'_>, name: &str) {
        // A template of the user's own may do anything with the other arguments.
        let path = group.own.get("user_data_template_path");
        let path = path.or_else(|| group.defaults?.get("user_data_template_path"));
        if path.is_some_and(|path| path.text() != Some("")) {
            return;
        }
        let managed = group.kind == Kind::Managed;
        let family = group.family();
        let has_template = group.is_true("create_launch_template", true)
            && group.is_true("use_custom_launch_template", true);
        let enabled = !managed || group.is_true("enable_bootstrap_user_data", false);
        let arguments = group.field("bootstrap_extra_args");
        let before = group.field("pre_bootstrap_user_data");
        let after = group.field("post_bootstrap_user_data");
        let mut found = Vec::new();
        let mut ignored = Vec::new();
        match family {
            _ if managed && !has_template => {
                ignored.extend(arguments.map(|text| (text, by_arguments(ArgsUnused::NoTemplate))));
            }
            Family::Al2 if enabled => {
                found.extend(before.map(|text| self.text(group, &text, As::Script)));
                found.extend(arguments.map(|text| self.text(group, &text, As::Arguments)));
                found.extend(after.map(|text| self.text(group, &text, As::Script)));
            }
            Family::Al2 => {
                found.extend(before.map(|text| self.text(group, &text, As::Script)));
                ignored.extend(arguments.map(|text| (text, by_arguments(ArgsUnused::NotEnabled))));
            }
            Family::Al2023 => {
                let parts = ["cloudinit_pre_nodeadm", "cloudinit_post_nodeadm"];
                let parts = parts.get(..if enabled { 2 } else { 1 }).unwrap_or(&[]);
                let parts: Vec<_> = parts.iter().filter_map(|key| group.field(key)).collect();
                found.push(self.parts(group, &parts));
                ignored.extend(arguments.map(|text| (text, by_arguments(ArgsUnused::Al2023))));
                ignored.extend(before.map(|text| (text, (As::Script, Ignored::EksModulePreBootstrap))));
            }
            Family::Bottlerocket => {
                let how = if enabled { As::SettingsOfKubernetes } else { As::Settings };
                found.extend(arguments.map(|text| self.text(group, &text, how)));
            }
            Family::Unknown => {
                // The text itself tells what it is for.
                let how = match arguments.as_ref().and_then(|text| text.text()) {
                    Some(text) if bottlerocket::is(text) => As::Settings,
                    _ => As::Arguments,
                };
                found.extend(arguments.map(|text| self.text(group, &text, how)));
                found.extend(before.map(|text| self.text(group, &text, As::Script)));
                if let Some(parts) = group.field("cloudinit_pre_nodeadm") {
                    found.push(self.parts(group, &[parts]));
                }
            }
            Family::Windows => {}
        }
        let own_ami = group.field("ami_id").is_some_and(|image| image.text() != Some(""));
        let types = group.types();
        for (data, first) in found {
            if first {
                resources::take_rest(&mut self.facts, &data);
            }
            for node_group in data.groups.iter().take(if first { usize::MAX } else { MOST_SHARED }) {
                let mut one = node_group.clone();
                one.types = types.clone();
                one.bottlerocket = family == Family::Bottlerocket;
                if managed && !own_ami && group.call.official && family != Family::Unknown {
                    resources::overridden(&mut one);
                }
                self.push(group, name, one);
            }
        }
        if group.call.official {
            for (value, (how, why)) in ignored {
                self.ignored(group, name, &value, how, why);
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

    /// Tells that the module does not use a number.
    fn ignored(&mut self, group: &Group<'_>, name: &str, value: &Rc<Tree>, how: As, why: Ignored) {
        let how = match value.text() {
            Some(text) if bottlerocket::is(text) => As::Settings,
            _ => how,
        };
        let (data, _) = self.text(group, value, how);
        let numbers =
            data.groups.iter().filter_map(|one| one.kubelet.max_pods.as_ref().map(|number| (one, number)));
        for (one, number) in numbers.take(1) {
            let cause = Cause::Ignored(why);
            let mut told = NodeGroup::new(one.reader, Kubelet::default(), number.spot.clone());
            told.remarks.push(Remark::number(number.clone(), cause));
            self.push(group, name, told);
        }
    }

    /// The facts of an argument, and whether it is read for the first time.
    fn text(&mut self, group: &Group<'_>, value: &Rc<Tree>, how: As) -> (Rc<Facts>, bool) {
        let key = (Rc::as_ptr(value), how);
        if let Some(known) = self.read.get(&key) {
            return (Rc::clone(known), false);
        }
        let facts = Rc::new(self.read_text(group, value, how).unwrap_or_default());
        self.read.insert(key, Rc::clone(&facts));
        (facts, true)
    }

    fn read_text(&self, group: &Group<'_>, value: &Rc<Tree>, how: As) -> Option<Facts> {
        let source = self.source(group, value)?;
        Some(match how {
            As::Script => user_data::read(self.reading, &source),
            As::Arguments => {
                let script = behind("/etc/eks/bootstrap.sh cluster \\\n", &source);
                user_data::read(self.reading, &script)
            }
            As::SettingsOfKubernetes if !source.text().contains("settings.kubernetes]") => {
                settings(&behind("[settings.kubernetes]\n", &source))
            }
            As::Settings | As::SettingsOfKubernetes => settings(&source),
        })
    }

    /// The facts of the parts of a group's user data.
    fn parts(&mut self, group: &Group<'_>, lists: &[Rc<Tree>]) -> (Rc<Facts>, bool) {
        let key: Vec<_> = lists.iter().map(Rc::as_ptr).collect();
        if let Some(known) = self.parts.get(&key) {
            return (Rc::clone(known), false);
        }
        let parts = lists.iter().flat_map(|list| list.items()).filter_map(|part| {
            let content = part.get("content")?;
            let source = self.source(group, content)?;
            let media_type = part.get("content_type").and_then(|kind| kind.text()).unwrap_or("text/plain");
            let media_type = media_type.split(';').next().unwrap_or("").trim();
            // `media_type` lives as long as the lists do.
            Some((source, Some(media_type)))
        });
        let facts = Rc::new(user_data::read_parts(self.reading, &parts.collect::<Vec<_>>()));
        self.parts.insert(key, Rc::clone(&facts));
        (facts, true)
    }

    /// The text of an argument, as a text of its own.
    fn source(&self, group: &Group<'_>, value: &Rc<Tree>) -> Option<Rc<Source>> {
        let Content::Scalar(scalar) = &value.content else { return None };
        let outer = self.evaluator.source_of(value).or_else(|| self.evaluator.source(group.call.file))?;
        Some(Source::within(outer, value.mark, scalar.first_line, scalar.text.as_ref().to_owned()))
    }
}

/// The way in which `bootstrap_extra_args` would be read, and the reason for which it is not.
fn by_arguments(why: ArgsUnused) -> (As, Ignored) {
    (As::Arguments, Ignored::EksModuleBootstrapArgs(why))
}

/// A text behind another line, with its places.
fn behind(head: &str, source: &Rc<Source>) -> Rc<Source> {
    Source::within(source, Mark::START, Some(0), format!("{head}{}", source.text()))
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
