//! `no-ipv6`: a type that cannot run in an IPv6 cluster.

use super::words::{all_names, names, subject};
use super::{Rule, no_remark};
use crate::InstanceType;
use crate::check::join::Case;
use crate::check::report::{Finding, Level};
use crate::cni::CniSettings;
use crate::formula::require_ipv6;

pub(super) static RULE: Rule = Rule {
    id: "no-ipv6",
    level: Level::Error,
    other_levels: &[(Level::Warning, "where it is not certain that the group has the type")],
    summary: "An instance type that cannot run in an IPv6 cluster.",
    why: "The VPC CNI gives IPv6 addresses by prefix delegation, on Nitro types and on bare metal only. \
          On other types it refuses to start, and the node does not become ready.",
    example: "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nkubernetesNetworkConfig: {ipFamily: IPv6}\nmanagedNodeGroups:\n- {name: a, instanceType: m4.large, maxPodsPerNode: 110}",
    remedy: "Choose a Nitro type, or leave these types out.",
    source: "[Learn about IPv6 addresses to clusters, Pods, and \
          services](https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html); `isConfigValid` in \
          `pkg/ipamd/ipamd.go` of [amazon-vpc-cni-k8s](https://github.com/aws/amazon-vpc-cni-k8s)",
    judge,
    remark: no_remark,
};

fn judge(case: &Case<'_>) -> Vec<Finding> {
    let Some(types) = case.types.as_ref().filter(|_| case.network.ipv6) else { return Vec::new() };
    // A type whose hypervisor is not known is not judged.
    let is_refused = |facts: &InstanceType| {
        (facts.hypervisor.is_some() || facts.bare_metal)
            && require_ipv6(facts, &CniSettings::default()).is_err()
    };
    let found = types.types.iter().filter(|one| is_refused(&one.facts)).map(|one| (&**one, 0));
    let found: Vec<_> = found.collect();
    if found.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "{}{} cannot run in an IPv6 cluster: the VPC CNI supports IPv6 on Nitro instances only",
        subject(case),
        names(&found),
    );
    let spot = case.group.kubelet.spot().unwrap_or(&case.group.spot);
    let mut finding = Finding::new(&RULE, spot, message).level(super::fit::at_most(case, Level::Error));
    finding.instance_types = all_names(case, &found);
    vec![finding]
}
