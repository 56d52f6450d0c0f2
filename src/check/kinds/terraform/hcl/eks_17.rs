//! The groups of the eks module up to version 17: `worker_groups`, `worker_groups_launch_template` and `node_groups`.
//! Their nodes run the `bootstrap.sh` of Amazon Linux 2.
//!
//! Source: `templates/userdata.sh.tpl`, `locals.tf`, `workers*.tf` and `modules/node_groups` of the module's
//! [version 17.24.0][1].
//!
//! [1]: https://github.com/terraform-aws-modules/terraform-aws-eks/tree/v17.24.0

use std::rc::Rc;

use super::eks_group::{Group, computed_types, field};
use super::eks_text::{As, Groups, Piece};
use super::operations::truth;
use crate::check::facts::{ArgsUnused, Ignored, NumberSetting, Types};
use crate::check::kinds::terraform::resource::text;
use crate::check::kinds::terraform::resources;
use crate::check::tree::{Content, Tree};

/// The arguments of the module that hold groups, with those that hold the defaults of all of them. All groups have the
/// defaults of `workers_group_defaults` behind those.
pub(super) const GROUPS: [(Kind17, &str, Option<&str>); 3] = [
    (Kind17::Workers, "worker_groups", None),
    (Kind17::WorkersByTemplate, "worker_groups_launch_template", None),
    (Kind17::Managed, "node_groups", Some("node_groups_defaults")),
];
pub(super) const DEFAULTS: &str = "workers_group_defaults";

/// The kinds of groups up to version 17.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind17 {
    /// Self-managed, by a launch configuration.
    Workers,
    /// Self-managed, by a launch template.
    WorkersByTemplate,
    Managed,
}

/// The type of a group that names none.
const TYPE: &str = "m4.large";

/// The types of a mixed group that names none.
const TYPES: [&str; 4] = ["m5.large", "m5a.large", "m5d.large", "m5ad.large"];

/// The longest text that is looked at for each group. All of them may share one.
const LONGEST: usize = 2048;

/// A text whose value is not known, for the shell.
const UNKNOWN: &str = "${…}";

impl Groups<'_, '_> {
    /// Adds the facts of a group of the versions up to 17.
    pub fn add_17(&mut self, group: &Group<'_>, kind: Kind17, name: &str) {
        match kind {
            Kind17::Managed => self.managed_17(group, name),
            Kind17::Workers | Kind17::WorkersByTemplate => {
                self.workers(group, name, kind == Kind17::WorkersByTemplate);
            }
        }
    }

    /// A self-managed group. The module calls `bootstrap.sh ${bootstrap_extra_args} --kubelet-extra-args
    /// "${kubelet_extra_args}"`, even without flags.
    fn workers(&mut self, group: &Group<'_>, name: &str, by_template: bool) {
        let other_template = group.own.get("userdata_template_file").is_some_and(|path| !is_null(path));
        let windows = group.field("platform").is_some_and(|platform| platform.text() == Some("windows"));
        if other_template || windows {
            return;
        }
        let arguments = group.field("bootstrap_extra_args").filter(|text| text.text() != Some(""));
        let flags = group.field("kubelet_extra_args").filter(|text| text.text() != Some(""));
        // The last of two `--kubelet-extra-args` counts.
        if let Some(value) = arguments.as_ref().filter(|value| single_line(value).is_some()) {
            let why = Ignored::EksModuleBootstrapArgs(ArgsUnused::Replaced);
            if names_flags(value) && self.ignored(group, name, value, As::Arguments, why) {
                return;
            }
        }
        let types = if by_template { template_types(group) } else { worker_type(group) };
        let pieces = [
            group.field("pre_userdata").as_ref().map(Piece::script),
            call(arguments.as_ref(), flags.as_ref()),
            group.field("additional_userdata").as_ref().map(Piece::script),
        ];
        let pieces: Vec<_> = pieces.into_iter().flatten().collect();
        let found = self.together(group, &pieces);
        self.add_found(group, name, &found, |one| one.types = types.clone());
    }

    /// A managed group. Without an AMI of its own, the module changes `bootstrap.sh` on the node, so that the flags
    /// come behind those of EKS; the last of two `--max-pods` counts. EKS itself gives `--use-max-pods false`.
    fn managed_17(&mut self, group: &Group<'_>, name: &str) {
        let family = group.field("ami_type");
        let family = family.as_ref().and_then(|ami| ami.text());
        let other_template = group.field("launch_template_id").is_some_and(|id| !is_null(&id));
        // Up to version 14, nothing of all this is read.
        if group.call.major < 15
            || other_template
            || family.is_some_and(|ami| !ami.starts_with("AL2_") && ami != "CUSTOM")
        {
            return;
        }
        let flags = group.field("kubelet_extra_args").filter(|text| text.text() != Some(""));
        let mut own = [Some(group.own), group.defaults[0]].into_iter().flatten();
        let arguments = own.find_map(|map| field(map, "bootstrap_extra_args"));
        if let Some(arguments) = arguments.filter(|_| !has_number(flags.as_ref())) {
            let why = Ignored::EksModuleBootstrapArgs(ArgsUnused::NodeGroups);
            self.ignored(group, name, &arguments, As::Arguments, why);
        }
        let created = group.field("create_launch_template");
        if created.is_none_or(|created| truth(&created) == Some(false)) {
            if let Some(flags) = flags {
                self.ignored(group, name, &flags, As::Flags, Ignored::EksModuleNoTemplate);
            }
            return;
        }
        let types = managed_types(group);
        let before = group.field("pre_userdata");
        let own_ami = group.field("ami_id").is_some_and(|image| !is_null(&image) && image.text() != Some(""));
        if own_ami {
            let calls = group.is_true("ami_is_eks_optimized", true);
            let flags = |piece: fn(&Rc<Tree>) -> Piece| flags.as_ref().map(piece);
            let pieces = [
                if calls { None } else { flags(Piece::variable) },
                before.as_ref().map(Piece::script),
                if calls { flags(|text| Piece::flags(text, "")) } else { None },
            ];
            let pieces: Vec<_> = pieces.into_iter().flatten().collect();
            let found = self.together(group, &pieces);
            return self.add_found(group, name, &found, |one| one.types = types.clone());
        }
        if let Some(before) = before {
            let found = self.text(group, &before, As::Script);
            self.add_found(group, name, &found, |one| {
                one.types = types.clone();
                resources::overridden(one);
            });
        }
        if let Some(flags) = flags {
            let found = self.text(group, &flags, As::Flags);
            self.add_found(group, name, &found, |one| {
                one.types = types.clone();
                // Without a number among them, that of EKS counts.
                if one.kubelet.from == NumberSetting::KubeletDefault {
                    (one.kubelet.max_pods, one.kubelet.from) = (None, NumberSetting::Config);
                }
            });
        }
    }
}

/// The call of `bootstrap.sh` with these arguments and these flags of the kubelet.
fn call(arguments: Option<&Rc<Tree>>, flags: Option<&Rc<Tree>>) -> Option<Piece> {
    let known = |value: Option<&Rc<Tree>>| value.map_or(Some(String::new()), |value| single_line(value));
    if has_number(flags) || arguments.is_none() {
        let before = match arguments {
            // The rest of the command is lost behind the end of a line.
            Some(text) if text.text().is_some() => known(arguments)?,
            // They may say anything of the script's own number.
            Some(_) => format!("--use-max-pods '{UNKNOWN}'"),
            None => String::new(),
        };
        return Some(Piece::flags(flags?, &before).beside(arguments));
    }
    let own = arguments.is_some_and(|text| names_flags(text));
    // Flags that are not known come behind these of the arguments.
    let flags_or_mark = known(flags).or_else(|| (!own).then(|| UNKNOWN.to_owned()))?;
    Some(Piece::arguments(arguments?, Some(&flags_or_mark)).beside(flags))
}

/// A text as one line of a shell's script, where it is one.
fn single_line(value: &Tree) -> Option<String> {
    let text = short(value)?.replace("\\\r\n", " ").replace("\\\n", " ");
    (!text.contains('\n')).then_some(text)
}

/// True if flags of the kubelet have a number of pods.
fn has_number(flags: Option<&Rc<Tree>>) -> bool {
    flags.and_then(|flags| short(flags)).is_some_and(|text| text.contains("max-pods"))
}

/// True if arguments of `bootstrap.sh` have flags of the kubelet.
fn names_flags(arguments: &Tree) -> bool {
    short(arguments).is_some_and(|text| text.contains("--kubelet-extra-args"))
}

fn short(value: &Tree) -> Option<&str> {
    value.text().filter(|text| text.len() <= LONGEST)
}

fn is_null(value: &Tree) -> bool {
    matches!(value.content, Content::Null)
}

/// The type of a self-managed group.
fn worker_type(group: &Group<'_>) -> Types {
    match group.field("instance_type") {
        Some(name) => text(&name).map_or(Types::Unknown("the instance type is computed"), |name| {
            Types::Named(vec![name.to_owned()])
        }),
        None => Types::Named(vec![TYPE.to_owned()]),
    }
}

/// The types of a self-managed group with a launch template, which may be mixed.
fn template_types(group: &Group<'_>) -> Types {
    let not_null = |value: Option<Rc<Tree>>| value.filter(|value| !is_null(value));
    let own = not_null(field(group.own, "override_instance_types"));
    let mixed = own.is_some() || not_null(group.field("on_demand_allocation_strategy")).is_some();
    if !mixed {
        return worker_type(group);
    }
    match own.or_else(|| group.field("override_instance_types")) {
        Some(list) => computed_types(&list),
        None => Types::Named(TYPES.map(str::to_owned).to_vec()),
    }
}

/// The types of a managed group.
fn managed_types(group: &Group<'_>) -> Types {
    match group.field("instance_types") {
        Some(list) if list.items().is_empty() && !list.is_computed() => {
            Types::Unknown("the group names no instance type")
        }
        Some(list) => computed_types(&list),
        // The key of older versions.
        None if group.own.get("instance_type").is_some() => {
            Types::Unknown("the group names no list of types")
        }
        None => worker_type(group),
    }
}
