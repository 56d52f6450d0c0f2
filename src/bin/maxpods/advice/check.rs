//! Advice about the findings of `check`, and about files that it cannot read.

use maxpods::check::{Finding, Malformed, Remedy};

/// Advice if no file of `check` holds a number of pods.
pub const NOTHING_TO_CHECK: &str = "nothing to check: there is no number of pods in these files that is read. maxpods check reads \
     eksctl's ClusterConfig, NodeConfig, user data, EC2NodeClass and NodePool, Bottlerocket's TOML, Terraform, and \
     Terraform plans (terraform show -json)";

/// Advice about a finding whose remedy is outside of the file.
pub fn for_finding(finding: &Finding) -> Option<String> {
    Some(match finding.remedy? {
        Remedy::NameInstanceTypes => {
            "name the types: --instance-type TYPE,TYPE, or below [[at]] in maxpods.toml: instance-types = [\"TYPE\"]"
                .into()
        }
        Remedy::GiveFacts => "give the types' facts with --instance-types-file".into(),
        Remedy::SayCni => {
            "say it with --cni vpc or --cni other, or below [[at]] in maxpods.toml: cni = \"vpc\"".into()
        }
        Remedy::SayPrefixes => {
            "say it with --cni-prefix-delegation-enabled=true (or =false), or below [[at]] in maxpods.toml: \
             cni-prefix-delegation-enabled = true"
                .into()
        }
        Remedy::SwitchPrefixesOn => {
            "for this number, switch prefixes on: kubectl set env daemonset aws-node -n kube-system \
             ENABLE_PREFIX_DELEGATION=true WARM_PREFIX_TARGET=1"
                .into()
        }
        Remedy::SwitchPrefixesOnInAddon => {
            "for this number, switch prefixes on in the configuration values of the vpc-cni add-on: \
             {\"env\":{\"ENABLE_PREFIX_DELEGATION\":\"true\",\"WARM_PREFIX_TARGET\":\"1\"}}"
                .into()
        }
        Remedy::LookAtNodes => "see what the nodes have: kubectl get nodes -o \
                                custom-columns=NAME:.metadata.name,PODS:.status.capacity.pods"
            .into(),
        Remedy::UpgradeCni => "upgrade the VPC CNI to 1.9 or newer".into(),
        _ => return None,
    })
}

/// Advice about a file of `check` that cannot be read.
pub fn for_malformed(malformed: &Malformed) -> Option<String> {
    let (line, _) = malformed.line();
    line.contains("{{").then(|| {
        "this is a template: check what it renders to, as in: helm template . | maxpods check -".into()
    })
}
