//! The environment of the CNI: the variables that set it up, and their meaning.
//!
//! The `aws-node` `DaemonSet` and the configuration values of the EKS add-on `vpc-cni` both give these
//! variables, and this is the one reader of both.
//!
//! Source: [`pkg/ipamd/ipamd.go`][1] of the VPC CNI 1.23.1. It reads booleans with Go's `strconv.ParseBool`, through
//! `utils.GetBoolAsStringEnvVar` ([`utils/utils.go`][2]) or its own `parseBoolEnvVar`. Both give a value that
//! is no boolean the default of the variable. `ParseBool` accepts `1`, `t`, `T`, `TRUE`, `true`, `True`, and the
//! same spellings of false. It does not accept `TRue` or ` true`. All releases since 1.7 read booleans in this way.
//! Numbers are read with `strconv.Atoi`, and a value that it refuses has the default of the variable, too.
//!
//! [1]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/pkg/ipamd/ipamd.go
//! [2]: https://github.com/aws/amazon-vpc-cni-k8s/blob/v1.23.1/utils/utils.go

use std::num::NonZeroU32;

use super::variable::{MINIMUM_IP, WARM_ENI, WARM_IP, WARM_PREFIX};
use super::{AwsNodeWarning, CniSettings, PoolSettings, WarmTargets};
use crate::text::go_bool;

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
/// Pods have IPv4 addresses. AWS's manifest sets it to `true`.
pub const IPV4: &str = "ENABLE_IPv4";
/// The CNI may attach ENIs in other subnets of the node's VPC and zone than the node's own.
pub const SUBNET_DISCOVERY: &str = "ENABLE_SUBNET_DISCOVERY";
/// The name of the cluster, which tags of subnets refer to.
pub const CLUSTER_NAME: &str = "CLUSTER_NAME";
/// The label of a node that names its `ENIConfig`.
pub const ENI_CONFIG_LABEL: &str = "ENI_CONFIG_LABEL_DEF";
/// The annotation of a node that names its `ENIConfig`; it wins over the label.
pub const ENI_CONFIG_ANNOTATION: &str = "ENI_CONFIG_ANNOTATION_DEF";
/// The CNI also uses ENIs that it did not create.
pub const MANAGE_UNTAGGED: &str = "MANAGE_UNTAGGED_ENI";

/// The booleans, with the values that they have if the environment does not set them.
const BOOLEANS: [(&str, bool); 9] = [
    (PREFIX_DELEGATION, false), // usePrefixDelegation
    (CUSTOM_NETWORKING, false), // UseCustomNetworkCfg
    (IPV6, false),              // isIPv6Enabled
    (POD_ENI, false),           // EnablePodENI
    (MULTI_NIC, false),         // enableMultiNICSupport
    (NO_PROVISIONING, false),   // disableENIProvisioning
    (MANAGE_UNTAGGED, true),    // enableManageUntaggedMode
    (IPV4, false),              // isIPv4Enabled
    (SUBNET_DISCOVERY, true),   // UseSubnetDiscovery
];

/// The warm targets, with the values that they have if the environment does not set them. The functions that
/// read them are `getWarmENITarget` and the like.
const TARGETS: [(&str, u32); 4] = [
    (WARM_ENI, WarmTargets::UNSET.warm_eni),
    (WARM_PREFIX, WarmTargets::UNSET.warm_prefix),
    (WARM_IP, WarmTargets::UNSET.warm_ip),
    (MINIMUM_IP, WarmTargets::UNSET.minimum_ip),
];

/// The variables that decide the pod limit, in the order in which warnings name them.
const OF_SETTINGS: [&str; 5] = [PREFIX_DELEGATION, CUSTOM_NETWORKING, MAX_ENI, IPV6, POD_ENI];
/// The variables that decide the pool of addresses, in the order in which warnings name them.
const OF_POOL: [&str; 7] =
    [WARM_ENI, WARM_PREFIX, WARM_IP, MINIMUM_IP, MULTI_NIC, NO_PROVISIONING, MANAGE_UNTAGGED];
/// Variables that count only together with others. A value of these that cannot be read is not reported.
const OF_OTHERS: [&str; 5] = [IPV4, SUBNET_DISCOVERY, CLUSTER_NAME, ENI_CONFIG_LABEL, ENI_CONFIG_ANNOTATION];

/// The variables of the CNI that a file names. Other variables are dropped.
///
/// A variable that is not named is not known: something else may set it. A variable that is named with a
/// value that the CNI refuses has its default.
///
/// ```
/// use maxpods::cni::{CniSettings, Environment, variable};
///
/// let mut environment = Environment::default();
/// environment.insert("ENABLE_PREFIX_DELEGATION", "True");
/// environment.insert("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "TRue"); // no boolean to the CNI
/// assert_eq!(environment.boolean(variable::PREFIX_DELEGATION), Some(true));
/// assert_eq!(environment.boolean(variable::CUSTOM_NETWORKING), Some(false));
/// assert_eq!(environment.boolean(variable::IPV6), None); // not named
///
/// let settings = environment.settings(CniSettings::default());
/// assert!(settings.prefix_delegation && !settings.custom_networking);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: Vec<(&'static str, Value)>,
}

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    /// The value stands elsewhere: in a `ConfigMap`, in a `Secret`, or in another variable.
    Elsewhere,
}

impl Environment {
    /// Sets a variable to this text. If a variable is set several times, Kubernetes uses the last value.
    pub fn insert(&mut self, name: &str, text: &str) {
        // `$(NAME)` is a reference to another variable.
        let value = if text.contains("$(") { Value::Elsewhere } else { Value::Text(text.into()) };
        self.set(name, value);
    }

    /// Sets a variable whose value stands elsewhere, or that something fills in later.
    pub fn insert_reference(&mut self, name: &str) {
        self.set(name, Value::Elsewhere);
    }

    fn set(&mut self, name: &str, value: Value) {
        let mut known = OF_SETTINGS.into_iter().chain(OF_POOL).chain(OF_OTHERS);
        let Some(name) = known.find(|known| *known == name) else { return };
        self.variables.retain(|(other, _)| *other != name);
        self.variables.push((name, value));
    }

    /// True if the file names no variable of the CNI that is known here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// True if the variable is named and its value stands elsewhere.
    #[must_use]
    pub fn is_reference(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Elsewhere))
    }

    /// A boolean, as the CNI reads it; `None` if the environment does not name it, or if its value stands
    /// elsewhere.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Option<bool> {
        let text = self.text(name)?;
        let (_, default) = BOOLEANS.into_iter().find(|(known, _)| *known == name)?;
        Some(go_bool(text).unwrap_or(default))
    }

    /// A warm target, as the CNI reads it; `None` if the environment does not name it, or if its value stands
    /// elsewhere. A number that does not fit into 32 bits becomes the largest one that does, because no node has
    /// so many addresses.
    #[must_use]
    pub fn target(&self, name: &str) -> Option<u32> {
        let text = self.text(name)?;
        let (_, default) = TARGETS.into_iter().find(|(known, _)| *known == name)?;
        Some(target(text).unwrap_or(default))
    }

    /// `MAX_ENI`, as the CNI's `getMaxENI` reads it; `None` if the environment does not name it, or if its value
    /// stands elsewhere. `Some(None)` means that there is no limit: 0, negative numbers and everything that is no
    /// number.
    #[must_use]
    pub fn max_eni(&self) -> Option<Option<NonZeroU32>> {
        let number = self.text(MAX_ENI)?.parse::<i64>().unwrap_or_default();
        // No node has as many ENIs as the largest 32-bit number, so a larger limit has no effect either.
        Some(NonZeroU32::new(u32::try_from(number.max(0)).unwrap_or(u32::MAX)))
    }

    /// The settings of the CNI. Those that the environment does not name are the ones in `others`.
    #[must_use]
    pub fn settings(&self, mut others: CniSettings) -> CniSettings {
        replace(&mut others.prefix_delegation, self.boolean(PREFIX_DELEGATION));
        replace(&mut others.custom_networking, self.boolean(CUSTOM_NETWORKING));
        replace(&mut others.max_eni, self.max_eni());
        replace(&mut others.pod_eni, self.boolean(POD_ENI));
        replace(&mut others.ipv6, self.boolean(IPV6));
        others
    }

    /// The settings of the pool of addresses. Those that the environment does not name are the ones in `others`.
    #[must_use]
    pub fn pool_settings(&self, mut others: PoolSettings) -> PoolSettings {
        let targets = &mut others.warm_targets;
        replace(&mut targets.warm_eni, self.target(WARM_ENI));
        replace(&mut targets.warm_prefix, self.target(WARM_PREFIX));
        replace(&mut targets.warm_ip, self.target(WARM_IP));
        replace(&mut targets.minimum_ip, self.target(MINIMUM_IP));
        replace(&mut others.multi_nic, self.boolean(MULTI_NIC));
        replace(&mut others.subnet_discovery, self.boolean(SUBNET_DISCOVERY));
        if let Some(name) = self.text(CLUSTER_NAME) {
            // To the CNI, an empty name is the same as none.
            others.cluster_name = Some(name.to_owned()).filter(|name| !name.is_empty());
        }
        let key = |name| self.text(name).filter(|key| !key.is_empty()).map(ToOwned::to_owned);
        replace(&mut others.eni_config_label, key(ENI_CONFIG_LABEL));
        replace(&mut others.eni_config_annotation, key(ENI_CONFIG_ANNOTATION));
        others
    }

    /// Values of [`settings`](Self::settings) that could not be read, or that are not counted.
    #[must_use]
    pub fn warnings(&self) -> Vec<AwsNodeWarning> {
        let mut warnings: Vec<_> = OF_SETTINGS.into_iter().filter_map(|name| self.unreadable(name)).collect();
        warnings.extend(self.refused_with_ipv6());
        warnings
    }

    /// The settings with which `aws-node` refuses to start on IPv6.
    ///
    /// Source: `isConfigValid` in the CNI's `pkg/ipamd/ipamd.go`.
    fn refused_with_ipv6(&self) -> Vec<AwsNodeWarning> {
        // A variable that is not set is off. If its value stands elsewhere, nobody knows.
        let is_on = |name| self.boolean(name) == Some(true);
        let is_off = |name| !is_on(name) && !self.is_reference(name);
        let refused = [
            (is_off(PREFIX_DELEGATION), AwsNodeWarning::Ipv6WithoutPrefixes),
            (is_on(CUSTOM_NETWORKING), AwsNodeWarning::Ipv6WithCustomNetworking),
            (is_on(IPV4), AwsNodeWarning::Ipv6WithIpv4),
        ];
        let refused = refused.into_iter().filter(|(is_refused, _)| *is_refused && is_on(IPV6));
        refused.map(|(_, warning)| warning).collect()
    }

    /// Values of [`pool_settings`](Self::pool_settings) that could not be read, or that are not counted.
    #[must_use]
    pub fn pool_warnings(&self) -> Vec<AwsNodeWarning> {
        let mut warnings: Vec<_> = OF_POOL.into_iter().filter_map(|name| self.unreadable(name)).collect();
        if self.boolean(NO_PROVISIONING) == Some(true) {
            warnings.push(AwsNodeWarning::NoProvisioning);
        }
        if self.boolean(MANAGE_UNTAGGED) == Some(false) {
            warnings.push(AwsNodeWarning::UntaggedEnis);
        }
        warnings
    }

    /// The warning about a value that the CNI or this program cannot read. An empty value is the same as none to
    /// the CNI, and a value that it reads as `true` in place of a default of `true` changes nothing.
    fn unreadable(&self, name: &'static str) -> Option<AwsNodeWarning> {
        let text = match self.value(name)? {
            Value::Elsewhere => return Some(AwsNodeWarning::ElsewhereSet(name)),
            Value::Text(text) if text.is_empty() => return None,
            Value::Text(text) => text,
        };
        let is_off_by_default = BOOLEANS.contains(&(name, false));
        if is_off_by_default && go_bool(text).is_none() {
            return Some(AwsNodeWarning::NotBoolean(name, text.clone()));
        }
        if name == MAX_ENI && text.parse::<i64>().is_err() {
            return Some(AwsNodeWarning::NotNumber(text.clone()));
        }
        let is_target = TARGETS.iter().any(|(target, _)| *target == name);
        (is_target && target(text).is_none()).then(|| AwsNodeWarning::NotTarget(name, text.clone()))
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            Value::Elsewhere => None,
        }
    }
}

/// Replaces a setting if its value is known.
fn replace<T>(setting: &mut T, known: Option<T>) {
    if let Some(known) = known {
        *setting = known;
    }
}

/// Reads a warm target as Go's `strconv.Atoi` does; `None` if the CNI takes the default in place of it.
fn target(text: &str) -> Option<u32> {
    let number = text.parse::<i64>().ok().filter(|number| *number >= 0)?;
    Some(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let mut environment = Environment::default();
        for (name, text) in variables {
            environment.insert(name, text);
        }
        environment
    }

    #[test]
    fn booleans_are_read_as_the_cni_reads_them() {
        let cases = [
            ("true", Some(true), Some(true)),
            ("True", Some(true), Some(true)),
            ("TRUE", Some(true), Some(true)),
            ("t", Some(true), Some(true)),
            ("T", Some(true), Some(true)),
            ("1", Some(true), Some(true)),
            ("false", Some(false), Some(false)),
            ("F", Some(false), Some(false)),
            ("0", Some(false), Some(false)),
            // strconv.ParseBool refuses these, and the variable has its default.
            ("TRue", Some(false), Some(true)),
            ("tRUE", Some(false), Some(true)),
            (" true", Some(false), Some(true)),
            ("true ", Some(false), Some(true)),
            ("yes", Some(false), Some(true)),
            ("on", Some(false), Some(true)),
            ("FALSe", Some(false), Some(true)),
            ("", Some(false), Some(true)),
            ("$(OTHER)", None, None),
        ];
        let wrong: Vec<_> = cases
            .into_iter()
            .filter(|&(text, off_by_default, on_by_default)| {
                let environment = environment(&[(PREFIX_DELEGATION, text), (MANAGE_UNTAGGED, text)]);
                (environment.boolean(PREFIX_DELEGATION), environment.boolean(MANAGE_UNTAGGED))
                    != (off_by_default, on_by_default)
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn a_variable_that_is_not_named_is_not_known() {
        let mut environment = environment(&[("OTHER", "true"), (CUSTOM_NETWORKING, "true")]);
        environment.insert_reference(IPV6);
        for name in [PREFIX_DELEGATION, IPV6, MULTI_NIC, "OTHER"] {
            assert_eq!(environment.boolean(name), None, "{name}");
        }
        assert_eq!((environment.max_eni(), environment.target(WARM_ENI)), (None, None));
        assert!(environment.is_reference(IPV6) && !environment.is_reference(POD_ENI));

        let others = CniSettings { prefix_delegation: true, ipv6: true, ..CniSettings::default() };
        let settings = environment.settings(others);
        assert!(settings.prefix_delegation && settings.custom_networking && settings.ipv6);
        assert_eq!(environment.warnings(), [AwsNodeWarning::ElsewhereSet(IPV6)]);
    }

    #[test]
    fn the_last_value_counts() {
        let mut environment = environment(&[(PREFIX_DELEGATION, "true"), (PREFIX_DELEGATION, "false")]);
        assert_eq!(environment.boolean(PREFIX_DELEGATION), Some(false));
        environment.insert_reference(PREFIX_DELEGATION);
        assert_eq!(environment.boolean(PREFIX_DELEGATION), None);
        assert!(Environment::default().is_empty() && !environment.is_empty());
    }

    #[test]
    fn max_eni_below_1_is_no_limit() {
        let limit = |n| Some(NonZeroU32::new(n));
        for (text, max_eni) in [
            ("2", limit(2)),
            ("+2", limit(2)),
            ("0", Some(None)),
            ("-1", Some(None)),
            ("", Some(None)),
            ("two", Some(None)),
            (" 2", Some(None)),
            ("2.0", Some(None)),
            ("9999999999", limit(u32::MAX)),
            ("99999999999999999999", Some(None)),
        ] {
            assert_eq!(environment(&[(MAX_ENI, text)]).max_eni(), max_eni, "{text}");
        }
    }
}
