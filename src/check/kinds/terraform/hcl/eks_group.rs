//! A group of nodes of the eks module: the arguments that reach its user data, which depends on the AMI and on the
//! version of the module.

use std::rc::Rc;

use super::eks::{Call, Kind};
use super::eks_text::{As, Groups, Piece};
use super::functions::OPEN;
use super::operations::truth;
use crate::check::facts::{ArgsUnused, DeclaredNetwork, Ignored, NumberSetting, ReadArgument, Types};
use crate::check::kinds::bottlerocket;
use crate::check::kinds::terraform::resource::{block, text};
use crate::check::kinds::terraform::resources::{self, DEFAULT_TYPE};
use crate::check::tree::Tree;

/// The type of a self-managed group that names none.
const SELF_MANAGED_TYPE: &str = "m6i.large";

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
#[derive(Clone)]
pub(super) struct Group<'a> {
    pub call: &'a Call,
    pub kind: Kind,
    /// Its own arguments.
    pub own: &'a Rc<Tree>,
    /// Those of all groups, which count where the group has none of its own, the nearest first.
    pub defaults: [Option<&'a Rc<Tree>>; 2],
    pub cluster: Option<String>,
    pub network: Option<Rc<DeclaredNetwork>>,
    pub ipv6: Option<bool>,
}

/// A value of a map; computed where a part of the map is not known and may have it.
pub(super) fn field(map: &Tree, key: &str) -> Option<Rc<Tree>> {
    map.get(key).or_else(|| map.get(OPEN)).cloned()
}

impl Group<'_> {
    /// The value of an argument, of the group itself or of all groups.
    pub fn field(&self, key: &str) -> Option<Rc<Tree>> {
        let mut defaults = self.defaults.into_iter().flatten();
        field(self.own, key).or_else(|| defaults.find_map(|map| field(map, key)))
    }

    pub fn is_true(&self, key: &str, default: bool) -> bool {
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
                Some(list) if list.is_computed() || !list.items().is_empty() => computed_types(&list),
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

impl Groups<'_, '_> {
    /// Adds the facts of a group.
    pub fn add(&mut self, group: &Group<'_>, name: &str) {
        // A template of the user's own may do anything with the other arguments.
        let mut own = [Some(group.own), group.defaults[0]].into_iter().flatten();
        let path = own.find_map(|map| map.get("user_data_template_path"));
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
                // The module writes one script of them.
                let pieces = [
                    before.as_ref().map(Piece::script),
                    arguments.as_ref().map(|text| Piece::arguments(text, None)),
                    after.as_ref().map(Piece::script),
                ];
                let pieces: Vec<_> = pieces.into_iter().flatten().collect();
                found.push(self.together(group, &pieces));
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
        // Beside a number that is read, another one is a harmless rest.
        let is_given = found
            .iter()
            .flat_map(|(data, _)| &data.groups)
            .any(|one| one.kubelet.max_pods.is_some() && one.kubelet.from != NumberSetting::KubeletDefault);
        let instead = match family {
            Family::Al2 if enabled => Some(ReadArgument::BootstrapArgs),
            Family::Al2 => Some(ReadArgument::EnabledBootstrapArgs),
            Family::Al2023 => Some(ReadArgument::NodeConfig),
            Family::Bottlerocket => Some(ReadArgument::Settings),
            Family::Unknown => Some(ReadArgument::ByAmi),
            Family::Windows => None,
        };
        // Terraform itself refuses it in a module of one group.
        if group.call.kind == Kind::Root
            && !is_given
            && let Some((flags, instead)) = group.field("kubelet_extra_args").zip(instead)
        {
            ignored.push((flags, (As::Flags, Ignored::EksModuleKubeletArgs(instead))));
        }
        let own_ami = group.field("ami_id").is_some_and(|image| image.text() != Some(""));
        let types = group.types();
        for one in &found {
            self.add_found(group, name, one, |node_group| {
                node_group.types = types.clone();
                node_group.bottlerocket = family == Family::Bottlerocket;
                if managed && !own_ami && group.call.official && family != Family::Unknown {
                    resources::overridden(node_group);
                }
            });
        }
        if group.call.official {
            for (value, (how, why)) in ignored {
                self.ignored(group, name, &value, how, why);
            }
        }
    }
}

/// The types of a list, which may be computed as a whole.
pub(super) fn computed_types(list: &Tree) -> Types {
    if list.is_computed() {
        Types::Unknown("the instance types are computed")
    } else {
        resources::types(list)
    }
}

/// The way in which `bootstrap_extra_args` would be read, and the reason for which it is not.
fn by_arguments(why: ArgsUnused) -> (As, Ignored) {
    (As::Arguments, Ignored::EksModuleBootstrapArgs(why))
}
