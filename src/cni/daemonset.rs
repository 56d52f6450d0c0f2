//! Reads the settings of the VPC CNI from its `DaemonSet`, `aws-node`.
//!
//! Source: the CNI's [`pkg/ipamd/ipamd.go`][1], which reads the environment of the container
//! `aws-node`. It reads booleans with Go's `strconv.ParseBool` and numbers with `strconv.Atoi`, and
//! treats a value that these refuse as not set.
//!
//! [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/pkg/ipamd/ipamd.go

use std::fmt;
use std::num::NonZeroU32;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{CniSettings, CniVersion, PoolSettings};
use crate::Error;
use crate::text::Shortened;

/// The name of the CNI's `DaemonSet`, and of the container in it that reads the settings.
pub(crate) const AWS_NODE: &str = "aws-node";
/// The namespace of that `DaemonSet`. A `DaemonSet` with the same name in another namespace is not the CNI's.
pub(crate) const NAMESPACE: &str = "kube-system";

/// Prefix delegation: /28 prefixes in place of single addresses.
pub const PREFIX_DELEGATION: &str = "ENABLE_PREFIX_DELEGATION";
/// Custom networking: pods use the subnets of an `ENIConfig`.
pub const CUSTOM_NETWORKING: &str = "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG";
/// The largest number of ENIs that the CNI attaches.
pub const MAX_ENI: &str = "MAX_ENI";
/// Security groups for pods, with a trunk ENI on each node.
pub const POD_ENI: &str = "ENABLE_POD_ENI";
/// Pods have IPv6 addresses.
pub const IPV6: &str = "ENABLE_IPv6";
/// Pods have an interface on each network card.
pub const MULTI_NIC: &str = "ENABLE_MULTI_NIC";
/// The CNI attaches no ENIs and asks for no addresses.
pub const NO_PROVISIONING: &str = "DISABLE_NETWORK_RESOURCE_PROVISIONING";
/// The CNI also uses ENIs that it did not create.
pub const MANAGE_UNTAGGED: &str = "MANAGE_UNTAGGED_ENI";

/// The settings of the VPC CNI, as the `aws-node` `DaemonSet` of a cluster gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AwsNode {
    /// The settings that the CNI runs with.
    pub settings: CniSettings,
    /// Values that could not be read, or that are not counted.
    pub warnings: Vec<AwsNodeWarning>,
    /// The settings of the pool of addresses. They decide how many addresses a node takes from its subnets.
    pub pool: PoolSettings,
    /// Values of the pool's settings that could not be read, or that are not counted.
    pub pool_warnings: Vec<AwsNodeWarning>,
}

/// Something in the `aws-node` `DaemonSet` that could not be read, or that has an effect on the pod limit and
/// is not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AwsNodeWarning {
    /// The value of this variable is not in the `DaemonSet`: `valueFrom`, or a reference to another.
    ElsewhereSet(&'static str),
    /// The container takes variables from a `ConfigMap` or `Secret` with `envFrom`.
    EnvFrom,
    /// The value of this variable is no boolean to the CNI, which reads it as `false`.
    NotBoolean(&'static str, String),
    /// The value is a boolean here, but it mixes upper and lower case in a way that the CNI reads as `false`.
    MixedCase(&'static str, String),
    /// The value of `MAX_ENI` is no number to the CNI, which reads it as no limit.
    NotNumber(String),
    /// `ENABLE_POD_ENI`: the trunk ENI of security groups for pods takes the place of an ENI.
    PodEni,
    /// `ENABLE_IPv6`: pods have IPv6 addresses, so IPv4 addresses do not limit them.
    Ipv6,
    /// The image names no version of the CNI; the newest is assumed.
    NoVersion(String),
    /// The value of this warm target is not a whole number of 0 or more. The CNI uses the default.
    NotTarget(&'static str, String),
    /// `DISABLE_NETWORK_RESOURCE_PROVISIONING`: the CNI attaches no ENIs and asks for no addresses.
    NoProvisioning,
    /// `MANAGE_UNTAGGED_ENI` is false: the CNI leaves ENIs alone that it did not create.
    UntaggedEnis,
}

impl AwsNodeWarning {
    /// The variable that the warning is about, such as `MAX_ENI`; `None` if it is about the image or about all
    /// variables.
    #[must_use]
    pub fn variable(&self) -> Option<&'static str> {
        match self {
            Self::ElsewhereSet(name)
            | Self::NotBoolean(name, _)
            | Self::MixedCase(name, _)
            | Self::NotTarget(name, _) => Some(name),
            Self::NotNumber(_) => Some(MAX_ENI),
            Self::PodEni => Some(POD_ENI),
            Self::Ipv6 => Some(IPV6),
            Self::NoProvisioning => Some(NO_PROVISIONING),
            Self::UntaggedEnis => Some(MANAGE_UNTAGGED),
            Self::NoVersion(_) | Self::EnvFrom => None,
        }
    }
}

impl fmt::Display for AwsNodeWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("aws-node DaemonSet: ")?;
        match self {
            Self::ElsewhereSet(name) => {
                write!(f, "{name} is set by a reference, which cannot be followed here: it counts as not set")
            }
            Self::EnvFrom => f.write_str("variables from envFrom cannot be read here: they count as not set"),
            Self::NotBoolean(name, value) => {
                write!(f, "{name} is '{}', which is no boolean: the CNI reads it as false", Shortened(value))
            }
            Self::MixedCase(name, value) => write!(
                f,
                "{name} is '{}', which the CNI itself does not understand: write true or false",
                Shortened(value)
            ),
            Self::NotNumber(value) => {
                write!(
                    f,
                    "{MAX_ENI} is '{}', which is no number: the CNI reads it as no limit",
                    Shortened(value)
                )
            }
            Self::PodEni => f.write_str(
                "security groups for pods are on (ENABLE_POD_ENI): on nodes with a trunk ENI, it takes the \
                 place of an ENI that gives pods addresses",
            ),
            Self::Ipv6 => f.write_str(
                "IPv6 is on (ENABLE_IPv6): pods have IPv6 addresses, so IPv4 addresses do not limit them",
            ),
            Self::NoVersion(image) => write!(
                f,
                "the image '{}' does not tell the CNI's version: the newest is assumed",
                Shortened(image)
            ),
            Self::NotTarget(name, value) => write!(
                f,
                "{name} is '{}', which is no whole number of 0 or more: the CNI takes the default of {name}",
                Shortened(value)
            ),
            Self::NoProvisioning => f.write_str(
                "DISABLE_NETWORK_RESOURCE_PROVISIONING is on: the CNI attaches no ENIs and no addresses itself, \
                 and a node has those that something else attaches",
            ),
            Self::UntaggedEnis => f.write_str(
                "MANAGE_UNTAGGED_ENI is false: the CNI gives pods no addresses of ENIs that it did not create, \
                 and those ENIs are not counted here",
            ),
        }
    }
}

/// The `spec` of a `DaemonSet`, as far as it is of use here.
#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the spec of a DaemonSet")]
pub(crate) struct DaemonSetSpec {
    template: Option<PodTemplate>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "a template of pods")]
struct PodTemplate {
    spec: Option<PodSpec>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "the spec of a pod")]
struct PodSpec {
    containers: Option<Vec<Container>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a container")]
pub(super) struct Container {
    name: Option<String>,
    image: Option<String>,
    env: Option<Vec<Variable>>,
    env_from: Option<Vec<IgnoredAny>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an environment variable")]
struct Variable {
    name: Option<String>,
    value: Option<String>,
    value_from: Option<IgnoredAny>,
}

impl DaemonSetSpec {
    /// The settings in the spec of the `aws-node` `DaemonSet`.
    pub(crate) fn aws_node(self) -> Result<AwsNode, Error> {
        let containers = self.template.and_then(|template| template.spec).and_then(|spec| spec.containers);
        let container = containers
            .into_iter()
            .flatten()
            .find(|container| container.name.as_deref() == Some(AWS_NODE))
            .ok_or(Error::NoAwsNodeContainer)?;
        Ok(container.settings())
    }
}

impl Container {
    fn settings(self) -> AwsNode {
        let mut warnings = Vec::new();
        let settings = CniSettings {
            version: self.version(&mut warnings),
            prefix_delegation: self.boolean(PREFIX_DELEGATION, &mut warnings),
            custom_networking: self.boolean(CUSTOM_NETWORKING, &mut warnings),
            max_eni: self.max_eni(&mut warnings),
            ipv6: self.boolean(IPV6, &mut warnings),
        };
        if self.boolean(POD_ENI, &mut warnings) {
            warnings.push(AwsNodeWarning::PodEni);
        }
        if settings.ipv6 {
            warnings.push(AwsNodeWarning::Ipv6);
        }
        if self.env_from.as_ref().is_some_and(|sources| !sources.is_empty()) {
            warnings.push(AwsNodeWarning::EnvFrom);
        }
        let mut pool_warnings = Vec::new();
        let pool = PoolSettings::read(&self, &mut pool_warnings);
        AwsNode { settings, warnings, pool, pool_warnings }
    }

    /// The value of a variable; `None` if it is not set, is empty, or cannot be read.
    pub(super) fn value(&self, name: &'static str, warnings: &mut Vec<AwsNodeWarning>) -> Option<&str> {
        // If several variables have the same name, Kubernetes uses the last one.
        let variable = self.env.iter().flatten().rfind(|variable| variable.name.as_deref() == Some(name))?;
        let value = variable.value.as_deref().unwrap_or_default();
        if variable.value_from.is_some() || value.contains("$(") {
            warnings.push(AwsNodeWarning::ElsewhereSet(name));
            return None;
        }
        Some(value).filter(|value| !value.is_empty())
    }

    /// A boolean; `false` if it is not set or is no boolean.
    pub(super) fn boolean(&self, name: &'static str, warnings: &mut Vec<AwsNodeWarning>) -> bool {
        let Some(value) = self.value(name, warnings) else {
            return false;
        };
        if let Some(known) = crate::text::go_bool(value) {
            return known;
        }
        let known = crate::text::go_bool(&value.to_ascii_lowercase());
        warnings.push(match known {
            Some(_) => AwsNodeWarning::MixedCase(name, value.into()),
            None => AwsNodeWarning::NotBoolean(name, value.into()),
        });
        known.unwrap_or(false)
    }

    /// Reads `MAX_ENI`. For the CNI, 0 and negative numbers mean that there is no limit.
    fn max_eni(&self, warnings: &mut Vec<AwsNodeWarning>) -> Option<NonZeroU32> {
        let value = self.value(MAX_ENI, warnings)?;
        let Ok(number) = value.parse::<i64>() else {
            warnings.push(AwsNodeWarning::NotNumber(value.into()));
            return None;
        };
        // No node has as many ENIs as the largest 32-bit number, so a larger limit has no effect either.
        NonZeroU32::new(u32::try_from(number.max(0)).unwrap_or(u32::MAX))
    }

    /// Reads the version from the tag of the image, which looks like
    /// `registry:port/path/amazon-k8s-cni:v1.19.2-eksbuild.1@sha256:…`.
    fn version(&self, warnings: &mut Vec<AwsNodeWarning>) -> Option<CniVersion> {
        let image = self.image.as_deref().unwrap_or_default();
        let without_digest = image.split_once('@').map_or(image, |(name, _)| name);
        let name = without_digest.rsplit_once('/').map_or(without_digest, |(_, name)| name);
        let version = name.split_once(':').and_then(|(_, tag)| tag.parse().ok());
        if version.is_none() {
            warnings.push(AwsNodeWarning::NoVersion(image.into()));
        }
        version
    }
}
