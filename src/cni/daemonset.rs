//! Reads the settings of the VPC CNI from its `DaemonSet`, `aws-node`.
//!
//! The variables are those of the container `aws-node`. [`Environment`] knows what they mean.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{AwsNodeWarning, CniSettings, CniVersion, Environment, PoolSettings};
use crate::Error;

/// The name of the CNI's `DaemonSet`, and of the container in it that reads the settings.
pub(crate) const AWS_NODE: &str = "aws-node";
/// The namespace of that `DaemonSet`. A `DaemonSet` with the same name in another namespace is not the CNI's.
pub(crate) const NAMESPACE: &str = "kube-system";

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
    /// The variables themselves. They tell a setting that is not named from one that has its default value.
    pub environment: Environment,
    /// True if the container takes further variables from a `ConfigMap` or `Secret`.
    pub has_env_from: bool,
}

impl AwsNode {
    /// True if both give the same settings, whether they name them or leave them at their defaults.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        let settings = |one: &Self| (one.settings.clone(), one.pool.clone());
        let warnings = |one: &Self| (one.warnings.clone(), one.pool_warnings.clone());
        settings(self) == settings(other) && warnings(self) == warnings(other)
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
struct Container {
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
        let version = self.version();
        let has_env_from = self.env_from.as_ref().is_some_and(|sources| !sources.is_empty());
        let image = self.image.unwrap_or_default();
        let mut environment = Environment::default();
        for Variable { name, value, value_from } in self.env.into_iter().flatten() {
            match (name, value_from) {
                (None, _) => {}
                (Some(name), None) => environment.insert(&name, &value.unwrap_or_default()),
                (Some(name), Some(_)) => environment.insert_reference(&name),
            }
        }

        let settings = environment.settings(CniSettings { version, ..CniSettings::default() });
        let mut warnings = Vec::new();
        if settings.version.is_none() {
            warnings.push(AwsNodeWarning::NoVersion(image));
        }
        warnings.extend(environment.warnings());
        if has_env_from {
            warnings.push(AwsNodeWarning::EnvFrom);
        }
        let pool = environment.pool_settings(PoolSettings::default_of_aws_node());
        let pool_warnings = environment.pool_warnings();
        AwsNode { settings, warnings, pool, pool_warnings, environment, has_env_from }
    }

    /// Reads the version from the tag of the image, which looks like
    /// `registry:port/path/amazon-k8s-cni:v1.19.2-eksbuild.1@sha256:…`.
    fn version(&self) -> Option<CniVersion> {
        let image = self.image.as_deref().unwrap_or_default();
        let without_digest = image.split_once('@').map_or(image, |(name, _)| name);
        let name = without_digest.rsplit_once('/').map_or(without_digest, |(_, name)| name);
        name.split_once(':').and_then(|(_, tag)| tag.parse().ok())
    }
}
