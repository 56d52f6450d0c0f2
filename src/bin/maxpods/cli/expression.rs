//! The options of max-pods expressions.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use maxpods::expression::Dialect;

/// The options that apply to the rules and not to an expression. They are named one by one, because
/// clap's message for a conflict with a group names every member of it.
const OF_THE_RULES: [&str; 13] = [
    "cni_version",
    "cni_custom_networking_enabled",
    "cni_prefix_delegation_enabled",
    "cni_max_eni",
    "cni_pod_eni_enabled",
    "cni_primary_eni_excluded",
    "ip_family",
    "cni_from_daemonset",
    "show_max_allowed",
    "max_pods_ceiling",
    "host_network_pods",
    "reserved_enis",
    "branch_eni_pods",
];

/// A max-pods expression in place of the rules. The options of the rules conflict with it.
#[derive(Args)]
#[command(next_help_heading = "Expression")]
#[allow(clippy::doc_markdown, reason = "the help is plain text")]
pub struct ExpressionArgs {
    /// Evaluate a max-pods expression (CEL) as nodeadm or Karpenter would, in place of the rules
    ///
    /// It may use default_enis, ips_per_eni and max_pods (the classic number, uncapped). In the dialect
    /// nodeadm-next it may also use vcpus and physical_memory_mib; in the dialect karpenter also vcpus,
    /// memory_mib, instance_type, min(a, b) and max(a, b).
    #[arg(long, value_name = "CEL", allow_hyphen_values = true, conflicts_with_all = OF_THE_RULES)]
    pub expression: Option<String>,

    /// Evaluate the expression as this program does [default: nodeadm, or karpenter with -o karpenter]
    #[arg(long, value_name = "DIALECT", requires = "expression", value_parser = dialect())]
    pub expression_dialect: Option<Dialect>,
}

fn dialect() -> impl TypedValueParser<Value = Dialect> {
    let values = Dialect::ALL.map(|dialect| {
        let about = match dialect {
            Dialect::NodeadmNext => "nodeadm of AL2023 AMIs newer than v20260724",
            Dialect::Karpenter => "Karpenter releases newer than 1.14",
            _ => "nodeadm of AL2023 AMIs up to v20260724",
        };
        PossibleValue::new(dialect.name()).help(about)
    });
    PossibleValuesParser::new(values).try_map(|name| {
        Dialect::ALL.into_iter().find(|dialect| dialect.name() == name).ok_or("no such dialect")
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::{Args, Command};

    use super::OF_THE_RULES;
    use crate::cli::{CniArgs, RulesArgs};

    #[test]
    fn every_option_of_the_rules_conflicts() {
        let command = RulesArgs::augment_args(CniArgs::augment_args(Command::new("maxpods")));
        let options = command.get_arguments().map(|option| option.get_id().as_str());
        // An expression is refused for Windows nodes by its own message.
        let options: BTreeSet<_> = options.filter(|id| *id != "os").collect();
        assert_eq!(options, BTreeSet::from(OF_THE_RULES));
    }
}
