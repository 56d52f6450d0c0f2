//! The keys of `maxpods.toml`: one table for each level, from which the reader and the JSON schema follow.

use std::num::NonZeroU32;

use globset::GlobSet;
use maxpods::InstanceType;
use maxpods::cni::CniVersion;

use super::{At, ConfigFile};
use crate::cli::MaxEni;

/// A key of a table, which is read into a `T`.
pub struct Key<T: 'static> {
    pub name: &'static str,
    /// One sentence for the schema, which editors show.
    pub about: &'static str,
    pub takes: Takes<T>,
}

/// The value of a key, and the place where it goes.
pub enum Takes<T: 'static> {
    /// `true` or `false`.
    Flag(fn(&mut T, bool)),
    /// A whole number, this one or more.
    Count(u32, fn(&mut T, u32)),
    /// One of these words.
    Word(&'static [&'static str], fn(&mut T, &'static str)),
    /// A version of the VPC CNI.
    Version(fn(&mut T, CniVersion)),
    /// A list of globs.
    Globs(fn(&mut T, GlobSet)),
    /// A list of the names of rules.
    Rules(fn(&mut T, Vec<&'static str>)),
    /// A list of instance types.
    Types(fn(&mut T, Vec<InstanceType>)),
}

/// The key of the tables with settings.
pub const AT: &str = "at";

/// The key of such a table that says which files it is for.
pub const FILES: &str = "files";

/// The keys of the file itself, besides [`AT`].
pub static TOP: &[Key<ConfigFile>] = &[
    Key {
        name: "exclude",
        about: "Globs of the files that are not checked, relative to the folder of this file.",
        takes: Takes::Globs(|config, globs| config.exclude = globs),
    },
    Key {
        name: "ignore",
        about: "Rules whose findings are left out. maxpods check --rules lists them.",
        takes: Takes::Rules(|config, rules| config.ignore = rules),
    },
];

/// The keys of a table [`AT`]: the files that it is for, and the options of the main job by their names.
pub static SETTINGS: &[Key<At>] = &[
    Key {
        name: FILES,
        about: "Globs of the files that these settings are for, relative to the folder of this file. The last table \
                that matches a file counts.",
        takes: Takes::Globs(|at, globs| at.files = globs),
    },
    Key {
        name: "instance-types",
        about: "The instance types of groups whose file names none.",
        takes: Takes::Types(|at, types| at.instance_types = types),
    },
    Key {
        name: "cni",
        about: "The CNI: vpc, or other, with which addresses of EC2 are no limit.",
        takes: Takes::Word(&["vpc", "other"], |at, word| at.other_cni = Some(word == "other")),
    },
    Key {
        name: "cni-version",
        about: "The version of the VPC CNI, such as 1.19.2. Without it, the newest is meant.",
        takes: Takes::Version(|at, version| at.cni.cni_version = Some(version)),
    },
    Key {
        name: "cni-prefix-delegation-enabled",
        about: "True if the VPC CNI gives each ENI prefixes (ENABLE_PREFIX_DELEGATION), false if single addresses.",
        takes: Takes::Flag(|at, on| at.cni.cni_prefix_delegation_enabled = Some(on)),
    },
    Key {
        name: "cni-custom-networking-enabled",
        about: "True for custom networking: pods use the subnets of an ENIConfig.",
        takes: Takes::Flag(|at, on| at.cni.cni_custom_networking_enabled = Some(on)),
    },
    Key {
        name: "cni-max-eni",
        about: "The most ENIs that the VPC CNI attaches (MAX_ENI).",
        takes: Takes::Count(1, |at, count| at.cni.cni_max_eni = Some(MaxEni(NonZeroU32::new(count)))),
    },
    Key {
        name: "cni-pod-eni-enabled",
        about: "True for security groups for pods (ENABLE_POD_ENI): a trunk ENI takes the place of an ENI.",
        takes: Takes::Flag(|at, on| at.cni.cni_pod_eni_enabled = Some(on)),
    },
    Key {
        name: "branch-eni-pods",
        about: "The number of pods on a node that have security groups of their own, and so a branch ENI each.",
        takes: Takes::Count(0, |at, count| at.branch_eni_pods = Some(count)),
    },
    Key {
        name: "cni-primary-eni-excluded",
        about: "True if the node's own subnet has the tag kubernetes.io/role/cni=0: the primary ENI gives no addresses.",
        takes: Takes::Flag(|at, on| at.cni.cni_primary_eni_excluded = Some(on)),
    },
    Key {
        name: "ip-family",
        about: "The family of the pods' addresses. With ipv6, the network is no limit.",
        takes: Takes::Word(&["ipv4", "ipv6"], |at, word| at.cni.ip_family = Some(word.into())),
    },
    Key {
        name: "reserved-enis",
        about: "The number of ENIs that give pods no addresses, such as EFA-only ENIs, beside the trunk ENI.",
        takes: Takes::Count(0, |at, count| at.limits.reserved_enis = Some(count)),
    },
    Key {
        name: "host-network-pods",
        about: "The number of pods on the host's network, which need no address.",
        takes: Takes::Count(0, |at, count| at.limits.host_network_pods = Some(count)),
    },
    Key {
        name: "max-pods-ceiling",
        about: "Your own ceiling, in place of 110, or 250 for types with more than 30 vCPUs.",
        takes: Takes::Count(1, |at, count| at.limits.max_pods_ceiling = Some(count)),
    },
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    /// Options of `check` that have no key, because they are about a run and not about files.
    const NOT_HERE: [&str; 17] = [
        "config",
        "config-schema",
        "explain",
        "exit-zero",
        "help",
        "ignore",
        "instance-type",
        "instance-types-file",
        "no-config",
        "only",
        "output",
        "quiet",
        "rules",
        "strict",
        "cni-from-daemonset",
        "version",
        "cni",
    ];

    #[test]
    fn every_option_about_nodes_is_a_key_and_every_key_an_option() {
        let mut cli = Cli::command();
        cli.build();
        let check = cli.find_subcommand("check").expect("the command check");
        let mut options: Vec<_> = check.get_arguments().filter_map(|option| option.get_long()).collect();
        options.retain(|name| !NOT_HERE.contains(name));
        options.sort_unstable();
        let mut keys: Vec<_> = SETTINGS.iter().map(|key| key.name).collect();
        keys.retain(|name| !["files", "instance-types", "cni", "branch-eni-pods"].contains(name));
        keys.sort_unstable();
        assert_eq!(options, keys);
    }
}
