//! The settings in the `aws-node` `DaemonSet` that decide how many addresses a node holds. They have no effect
//! on its pod limit.

use super::WarmTargets;

/// The label or annotation that names the `ENIConfig` of a node, unless the CNI is told of another one.
const ENI_CONFIG: &str = "k8s.amazonaws.com/eniConfig";

/// The settings of the pool of addresses that the CNI keeps on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolSettings {
    /// The warm targets. A target that is not set or cannot be read has its value in [`WarmTargets::UNSET`].
    pub warm_targets: WarmTargets,
    /// `ENABLE_MULTI_NIC`: pods have an interface on each network card, and each card a pool.
    pub multi_nic: bool,
    /// `ENABLE_SUBNET_DISCOVERY`: further ENIs of a node may be in other subnets than its own.
    pub subnet_discovery: bool,
    /// `CLUSTER_NAME`: the name that tags of subnets refer to; `None` if the `DaemonSet` does not give it.
    pub cluster_name: Option<String>,
    /// `ENI_CONFIG_LABEL_DEF`: the label of a node that names its `ENIConfig`.
    pub eni_config_label: String,
    /// `ENI_CONFIG_ANNOTATION_DEF`: the annotation of a node that names its `ENIConfig`. It wins over the label.
    pub eni_config_annotation: String,
}

impl Default for PoolSettings {
    /// The settings of AWS's own manifest.
    fn default() -> Self {
        let warm_targets = WarmTargets::default();
        Self {
            warm_targets,
            multi_nic: false,
            subnet_discovery: true,
            cluster_name: None,
            eni_config_label: ENI_CONFIG.into(),
            eni_config_annotation: ENI_CONFIG.into(),
        }
    }
}

impl PoolSettings {
    /// The settings of an `aws-node` that sets none of them.
    pub(super) fn default_of_aws_node() -> Self {
        Self { warm_targets: WarmTargets::UNSET, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cni::{AwsNode, AwsNodeWarning};

    /// The `DaemonSet` with these variables, as kubectl prints it.
    fn read(variables: &[(&str, &str)]) -> AwsNode {
        let env: Vec<_> =
            variables.iter().map(|(name, value)| serde_json::json!({"name": name, "value": value})).collect();
        let image = "registry/amazon-k8s-cni:v1.19.2";
        let json = serde_json::json!({
            "kind": "DaemonSet", "apiVersion": "apps/v1",
            "metadata": {"name": "aws-node", "namespace": "kube-system"},
            "spec": {"template": {"spec": {"containers": [
                {"name": "aws-node", "image": image, "env": env}
            ]}}}
        });
        AwsNode::read(json.to_string().as_bytes()).unwrap()
    }

    /// Variables, the targets read from them, and the warnings.
    type Case = (&'static [(&'static str, &'static str)], WarmTargets, Vec<AwsNodeWarning>);

    #[test]
    fn targets_are_read_as_the_cni_reads_them() {
        let not = |name, value: &str| AwsNodeWarning::NotTarget(name, value.into());
        let targets = |warm_eni, warm_prefix, warm_ip, minimum_ip| WarmTargets {
            warm_eni,
            warm_prefix,
            warm_ip,
            minimum_ip,
        };
        let cases: [Case; 7] = [
            (&[], targets(1, 0, 0, 0), vec![]),
            (&[("WARM_ENI_TARGET", "1"), ("WARM_PREFIX_TARGET", "1")], targets(1, 1, 0, 0), vec![]),
            (&[("WARM_IP_TARGET", "5"), ("MINIMUM_IP_TARGET", "+32")], targets(1, 0, 5, 32), vec![]),
            (&[("WARM_ENI_TARGET", "0"), ("WARM_IP_TARGET", "")], targets(0, 0, 0, 0), vec![]),
            (
                &[("WARM_ENI_TARGET", "-1"), ("WARM_PREFIX_TARGET", "one")],
                targets(1, 0, 0, 0),
                vec![not("WARM_ENI_TARGET", "-1"), not("WARM_PREFIX_TARGET", "one")],
            ),
            (
                &[("WARM_IP_TARGET", " 5"), ("MINIMUM_IP_TARGET", "1.5")],
                targets(1, 0, 0, 0),
                vec![not("WARM_IP_TARGET", " 5"), not("MINIMUM_IP_TARGET", "1.5")],
            ),
            (&[("MINIMUM_IP_TARGET", "9999999999")], targets(1, 0, 0, u32::MAX), vec![]),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .map(|(variables, targets, warnings)| (variables, targets, warnings, read(variables)))
            .filter(|(_, targets, warnings, read)| {
                (&read.pool.warm_targets, &read.pool_warnings) != (targets, warnings)
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn other_settings_of_the_pool() {
        let read = read(&[
            ("ENABLE_MULTI_NIC", "true"),
            ("DISABLE_NETWORK_RESOURCE_PROVISIONING", "1"),
            ("MANAGE_UNTAGGED_ENI", "false"),
        ]);
        assert!(read.pool.multi_nic);
        assert_eq!(read.pool_warnings, [AwsNodeWarning::NoProvisioning, AwsNodeWarning::UntaggedEnis]);
        assert_eq!(read.warnings, []);

        let read = self::read(&[("MANAGE_UNTAGGED_ENI", "no"), ("ENABLE_MULTI_NIC", "false")]);
        assert_eq!((read.pool.warm_targets, read.pool_warnings), (WarmTargets::UNSET, vec![]));
        assert!(!read.pool.multi_nic);
    }
}
