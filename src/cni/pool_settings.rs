//! The settings in the `aws-node` `DaemonSet` that decide how many addresses a node holds. They have no effect
//! on its pod limit.

use super::daemonset::{AwsNodeWarning, Container};
use super::{WarmTargets, variable};

/// The settings of the pool of addresses that the CNI keeps on a node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolSettings {
    /// The warm targets. A target that is not set or cannot be read has its value in [`WarmTargets::UNSET`].
    pub warm_targets: WarmTargets,
    /// `ENABLE_MULTI_NIC`: pods have an interface on each network card, and each card a pool.
    pub multi_nic: bool,
}

impl PoolSettings {
    /// Reads them from the container `aws-node`.
    pub(super) fn read(container: &Container, warnings: &mut Vec<AwsNodeWarning>) -> Self {
        let mut target = |name, default| target(container, name, default, warnings);
        let warm_targets = WarmTargets {
            warm_eni: target(variable::WARM_ENI, WarmTargets::UNSET.warm_eni),
            warm_prefix: target(variable::WARM_PREFIX, WarmTargets::UNSET.warm_prefix),
            warm_ip: target(variable::WARM_IP, WarmTargets::UNSET.warm_ip),
            minimum_ip: target(variable::MINIMUM_IP, WarmTargets::UNSET.minimum_ip),
        };
        let multi_nic = container.boolean(variable::MULTI_NIC, warnings);
        if container.boolean(variable::NO_PROVISIONING, warnings) {
            warnings.push(AwsNodeWarning::NoProvisioning);
        }
        // The CNI reads a value that is no boolean as `true`. That is the default, so there is no warning.
        let manage_untagged =
            container.value(variable::MANAGE_UNTAGGED, warnings).and_then(crate::text::go_bool);
        if manage_untagged == Some(false) {
            warnings.push(AwsNodeWarning::UntaggedEnis);
        }
        Self { warm_targets, multi_nic }
    }
}

/// Reads a warm target as Go's `strconv.Atoi` does. A number that does not fit into 32 bits becomes the largest
/// one that does, because no node has so many addresses.
fn target(
    container: &Container,
    name: &'static str,
    default: u32,
    warnings: &mut Vec<AwsNodeWarning>,
) -> u32 {
    let Some(value) = container.value(name, warnings) else {
        return default;
    };
    if let Ok(number @ 0..) = value.parse::<i64>() {
        return u32::try_from(number).unwrap_or(u32::MAX);
    }
    warnings.push(AwsNodeWarning::NotTarget(name, value.into()));
    default
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cni::AwsNode;

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
