//! The module `terraform-aws-modules/eks/aws` and its modules for one group, in the shapes of the versions up to 21.
//!
//! Source: `node_groups.tf`, `variables.tf` and `modules/_user_data/main.tf` of the [module][1].
//!
//! [1]: https://github.com/terraform-aws-modules/terraform-aws-eks

use std::rc::Rc;

use hcl_edit::Span;
use hcl_edit::structure::Body;

use super::blocks::{self, ModuleLinks};
use super::eks_17;
use super::eks_group::{Group, field};
use super::eks_text::Groups;
use super::evaluate::Evaluator;
use super::functions::is_open;
use crate::check::facts::{DeclaredCni, DeclaredNetwork, Facts, NetworkBy};
use crate::check::kinds::network;
use crate::check::kinds::terraform::networks::Networks;
use crate::check::kinds::terraform::resource::text;
use crate::check::reading::Reading;
use crate::check::tree::Tree;
use crate::text::Shortened;

/// The arguments of the module that hold groups, with those that hold the defaults of all of them.
const MAPS_OF_GROUPS: [(Kind, &str, &str); 2] = [
    (Kind::Managed, "eks_managed_node_groups", "eks_managed_node_group_defaults"),
    (Kind::SelfManaged, "self_managed_node_groups", "self_managed_node_group_defaults"),
];

/// Arguments that the module has up to version 20 and no more in version 21.
const UP_TO_20: [&str; 9] = [
    "cluster_name",
    "cluster_version",
    "cluster_addons",
    "cluster_ip_family",
    "cluster_endpoint_public_access",
    "cluster_endpoint_private_access",
    "eks_managed_node_group_defaults",
    "self_managed_node_group_defaults",
    "platform",
];

/// The module that a call names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The whole cluster.
    Root,
    /// One managed node group.
    Managed,
    /// One self-managed group.
    SelfManaged,
}

/// A call of the module.
pub(super) struct Call {
    pub kind: Kind,
    pub file: usize,
    /// Such as `module.eks`.
    pub address: String,
    pub arguments: Rc<Tree>,
    /// The major version. Where it is not said, the arguments tell it.
    pub major: u32,
    /// True if it is this module. Others have arguments of the same names and may do other things with them.
    pub official: bool,
}

/// The calls in a folder's files: blocks `module`, and Terragrunt's inputs.
pub(super) fn calls(evaluator: &Evaluator<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    for (file, parsed) in evaluator.files.iter().enumerate() {
        for block in parsed.body.blocks().filter(|block| block.ident.as_str() == "module") {
            let name = block.labels.first().map_or("", blocks::label);
            let text = |key: &str| {
                let attribute = block.body.get_attribute(key)?;
                Some(evaluator.value(file, &attribute.value).text()?.to_owned())
            };
            let source = text("source").unwrap_or_default();
            let Some((kind, official)) = kind(&source, |key| block.body.has_attribute(key)) else { continue };
            if !blocks::is_created(evaluator, file, &block.body) {
                continue;
            }
            let mark = evaluator.mark(file, block.span());
            let arguments = blocks::body(evaluator, file, mark, &block.body);
            let major = major(text("version").as_deref(), &source, &arguments);
            let address = format!("module.{name}");
            calls.push(Call { kind, file, address, arguments, major, official });
        }
        calls.extend(terragrunt(evaluator, file, &parsed.body));
    }
    calls
}

/// The inputs of a Terragrunt file.
fn terragrunt<'m>(evaluator: &Evaluator<'m>, file: usize, body: &'m Body) -> Option<Call> {
    let inputs = body.get_attribute("inputs")?;
    let source = body.get_blocks("terraform").next().and_then(|block| block.body.get_attribute("source"));
    let source = source.map(|source| evaluator.value(file, &source.value));
    let source = source.as_ref().and_then(|source| source.text()).unwrap_or("");
    let arguments = evaluator.value(file, &inputs.value);
    let (kind, official) = kind(source, |key| arguments.get(key).is_some())?;
    let major = major(None, source, &arguments);
    Some(Call { kind, file, address: "inputs".into(), arguments, major, official })
}

/// The module that a source names, and whether it is this one.
fn kind(source: &str, has: impl Fn(&str) -> bool) -> Option<(Kind, bool)> {
    let has_groups = MAPS_OF_GROUPS.iter().any(|(_, groups, _)| has(groups));
    let named = ["terraform-aws-modules/eks/aws", "terraform-aws-modules/terraform-aws-eks"];
    // The module's own examples and tests name it by its folder.
    let path = source.trim_end_matches('/');
    let inner = path.strip_prefix("../../").unwrap_or("");
    let own = path == "../.." && has_groups
        || inner == "modules/eks-managed-node-group"
        || inner == "modules/self-managed-node-group";
    if own || named.iter().any(|name| source.contains(name)) {
        let inner = source.split_once("modules/eks/aws").map_or(source, |(_, inner)| inner);
        return if inner.contains("modules/eks-managed-node-group") {
            Some((Kind::Managed, true))
        } else if inner.contains("modules/self-managed-node-group") {
            Some((Kind::SelfManaged, true))
        } else if inner.contains("//modules/") {
            None
        } else {
            Some((Kind::Root, true))
        };
    }
    has_groups.then_some((Kind::Root, false))
}

/// The major version of the module.
fn major(version: Option<&str>, source: &str, arguments: &Tree) -> u32 {
    let reference = || source.split_once("ref=").or_else(|| source.split_once("version="));
    let said = match version {
        Some(version) => constrained(version),
        None => reference().and_then(|(_, version)| constrained(version)),
    };
    let has = |keys: &[&str]| keys.iter().any(|key| arguments.get(key).is_some());
    said.unwrap_or_else(|| {
        if has(&eks_17::GROUPS.map(|(_, groups, _)| groups)) {
            17
        } else if has(&UP_TO_20) {
            20
        } else {
            21
        }
    })
}

/// The highest major version that a constraint allows, where it has a bound.
fn constrained(version: &str) -> Option<u32> {
    let number = |text: &str| {
        let text = text.trim().trim_start_matches('v');
        // A commit may begin with digits too.
        let (number, _) = text.split_once('.').unwrap_or((text, ""));
        number.parse::<u32>().ok().filter(|number| *number < 1000)
    };
    version.split(',').map(str::trim).find_map(|clause| {
        let (operator, rest) = clause.split_at(clause.find(|c: char| !"<>=~!".contains(c))?);
        match operator {
            // `~> 20` allows 21.
            "~>" if rest.contains('.') => number(rest),
            "<" => number(rest).map(|bound| bound.saturating_sub(1)),
            "" | "=" | "<=" => number(rest),
            _ => None,
        }
    })
}

/// Adds the networks of the clusters that the calls make.
pub(super) fn add_networks(
    evaluator: &Evaluator<'_>,
    links: &ModuleLinks<'_, '_>,
    calls: &[Call],
    networks: &mut Networks,
) {
    for call in calls.iter().filter(|call| call.kind == Kind::Root) {
        let cluster = links.cluster_of(&call.address);
        let family = ["ip_family", "cluster_ip_family"].iter().find_map(|key| call.arguments.get(key));
        let ipv6 = family.and_then(|family| text(family)).map(|family| family == "ipv6");
        let addons = ["addons", "cluster_addons"].iter().find_map(|key| call.arguments.get(key));
        let addon = addons.and_then(|addons| {
            let named =
                |tree: &Rc<Tree>| tree.get("name").and_then(|name| name.text()) == Some(network::VPC_CNI);
            addons.entries().iter().find(|entry| entry.key == network::VPC_CNI || named(&entry.value))
        });
        let value = |key: &str| addon?.value.get(key);
        let version = value("addon_version").and_then(|version| network::addon_version(text(version)?));
        let cni = value("configuration_values").map_or(DeclaredCni::Nothing, |values| {
            let values = evaluator.decoded(values);
            if is_open(&values) { DeclaredCni::Later } else { network::addon_values(&values) }
        });
        if addon.is_none() && ipv6.is_none() {
            continue;
        }
        let by = if addon.is_some() { NetworkBy::Addon } else { NetworkBy::Cluster };
        networks.add(DeclaredNetwork { cluster, by, version, cni, ipv6 });
    }
}

/// The groups of nodes of the calls.
pub(super) fn facts(
    reading: &Reading,
    evaluator: &Evaluator<'_>,
    links: &ModuleLinks<'_, '_>,
    networks: &Networks,
    calls: &[Call],
) -> Facts {
    let mut groups = Groups::new(reading, evaluator);
    for call in calls {
        let cluster = match call.kind {
            Kind::Root => links.cluster_of(&call.address),
            _ => call.arguments.get("cluster_name").and_then(|name| links.cluster_named(name)),
        };
        let network = networks.of(cluster.as_deref());
        let ipv6 = call.arguments.get("cluster_ip_family").and_then(|family| text(family));
        let ipv6 = ipv6.map(|family| family == "ipv6");
        // The group of the whole call.
        let of_call = Group {
            call,
            kind: call.kind,
            own: &call.arguments,
            defaults: [None; 2],
            cluster,
            network,
            ipv6,
        };
        let mut add = |kind: Kind, name: &str, own: &Rc<Tree>, defaults: Option<&Rc<Tree>>| {
            groups.add(&Group { kind, own, defaults: [defaults, None], ..of_call.clone() }, name);
        };
        if call.kind != Kind::Root {
            add(call.kind, &Shortened(&call.address).to_string(), &call.arguments, None);
            continue;
        }
        if call.official && call.major <= 17 {
            add_17(&mut groups, &of_call);
            continue;
        }
        for (kind, key, defaults) in MAPS_OF_GROUPS {
            let defaults = call.arguments.get(defaults);
            for entry in call.arguments.get(key).into_iter().flat_map(|all| all.entries()) {
                // A group that is computed says nothing here.
                if field(&entry.value, "create").and_then(|create| create.text().map(|text| text == "false"))
                    != Some(true)
                {
                    let name = format!("group '{}' of {}", Shortened(&entry.key), Shortened(&call.address));
                    add(kind, &name, &entry.value, defaults);
                }
            }
        }
    }
    groups.facts
}

/// Adds the groups of a call up to version 17.
fn add_17(groups: &mut Groups<'_, '_>, of_call: &Group<'_>) {
    let call = of_call.call;
    let argument = |key: &str| call.arguments.get(key);
    for (kind, key, defaults) in eks_17::GROUPS {
        let workers = argument(eks_17::DEFAULTS);
        let defaults = match defaults {
            Some(key) => [argument(key), workers],
            None => [workers, None],
        };
        let Some(all) = argument(key) else { continue };
        let numbered = all.items().iter().enumerate().map(|(number, one)| (number.to_string(), one));
        let named = all.entries().iter().map(|entry| (entry.key.clone(), &entry.value));
        for (known, own) in numbered.chain(named) {
            let name =
                own.get("name").and_then(|name| text(name)).filter(|_| kind != eks_17::Kind17::Managed);
            let shown = Shortened(name.unwrap_or(&known)).to_string();
            let name = format!("group '{shown}' of {}", Shortened(&call.address));
            groups.add_17(&Group { own, defaults, ..of_call.clone() }, kind, &name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_a_highest_major_one() {
        for (version, expected) in [
            ("20.8.4", Some(20)),
            ("= 20.8.4", Some(20)),
            ("~> 19.0", Some(19)),
            ("~>18.31", Some(18)),
            ("~> 20", None),
            (">= 19.0, < 21.0", Some(20)),
            (">= 18", None),
            ("v19.21.0", Some(19)),
            ("", None),
            ("20ab3f", None),
            ("2012345678", None),
            ("!= 20.1", None),
            ("${var.version}", None),
        ] {
            assert_eq!(constrained(version), expected, "{version}");
        }
    }

    #[test]
    fn sources_name_the_module() {
        for (source, groups, expected) in [
            ("terraform-aws-modules/eks/aws", false, Some((Kind::Root, true))),
            (
                "terraform-aws-modules/eks/aws//modules/eks-managed-node-group",
                false,
                Some((Kind::Managed, true)),
            ),
            (
                "terraform-aws-modules/eks/aws//modules/self-managed-node-group",
                false,
                Some((Kind::SelfManaged, true)),
            ),
            ("terraform-aws-modules/eks/aws//modules/karpenter", false, None),
            (
                "git::https://github.com/terraform-aws-modules/terraform-aws-eks.git?ref=v20.8.4",
                false,
                Some((Kind::Root, true)),
            ),
            ("tfr:///terraform-aws-modules/eks/aws?version=20.8.4", false, Some((Kind::Root, true))),
            (
                "github.com/terraform-aws-modules/terraform-aws-eks//modules/eks-managed-node-group",
                false,
                Some((Kind::Managed, true)),
            ),
            ("../..", true, Some((Kind::Root, true))),
            ("../..", false, None),
            ("../../modules/eks-managed-node-group", false, Some((Kind::Managed, true))),
            ("../../modules/eks", true, Some((Kind::Root, false))),
            ("../../modules/vpc", false, None),
        ] {
            assert_eq!(kind(source, |_| groups), expected, "{source}");
        }
    }
}
