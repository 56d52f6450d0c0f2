//! The formats of `maxpods plan`, a file for each. A new format is its file and its line here. `cluster` has
//! the same formats for a whole cluster.

mod cluster;
mod csv;
mod json;
mod svg;
mod table;

use std::io::{self, Write};

use ipnet::Ipv4Net;
use maxpods::cni::WarmTargets;
use maxpods::cni::variable;
use maxpods::pool::{Compared, Origin, Pool, PoolLimits};
use maxpods::subnets::{Free, Need, SubnetVerdict, Verdict};
use maxpods::{InstanceType, Mode, Settings};

use super::Format;

pub use cluster::Cluster;

/// Every format of `plan`, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<Answer>] = &[
    &Both { one_type: &table::Table, cluster: &cluster::table::Table },
    &Both { one_type: &json::Json, cluster: &cluster::json::Json },
    &Both { one_type: &csv::Csv, cluster: &cluster::csv::Csv },
    &Both { one_type: &svg::Svg, cluster: &cluster::svg::Svg },
];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "table";

/// The answer of `plan`.
pub enum Answer {
    /// For nodes of one type.
    OneType(Box<Plan>),
    /// For a whole cluster.
    Cluster(Box<Cluster>),
}

/// A format for both answers.
struct Both {
    one_type: &'static dyn Format<Plan>,
    cluster: &'static dyn Format<Cluster>,
}

impl Format<Answer> for Both {
    fn name(&self) -> &'static str {
        self.one_type.name()
    }

    fn about(&self) -> &'static str {
        self.cluster.about()
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        match answer {
            Answer::OneType(plan) => self.one_type.write(plan, out),
            Answer::Cluster(cluster) => self.cluster.write(cluster, out),
        }
    }
}

/// The addresses that nodes of one type take from their subnets.
pub struct Plan {
    pub instance_type: InstanceType,
    pub settings: Settings,
    pub limits: PoolLimits,
    /// Pods that the kubelet takes, those on the host's network included.
    pub max_pods: u64,
    /// The warm targets that are set.
    pub targets: WarmTargets,
    /// The pool for each number of pods, with these targets.
    pub pools: Vec<Pool>,
    /// The pools with other targets, for the largest number of pods.
    pub compared: Vec<Compared>,
    /// The subnets that hold a number of nodes, if a number was given.
    pub nodes: Option<Nodes>,
    pub warnings: Vec<String>,
}

/// A number of nodes, and subnets for them.
pub struct Nodes {
    pub count: u64,
    /// Addresses to leave free in each subnet.
    pub spare: u64,
    pub placement: Placement,
}

/// The answer about subnets.
pub enum Placement {
    /// A verdict for each subnet.
    Subnets(Vec<Row>),
    /// For 1, 2 and 3 subnets, the length of their CIDRs; `None` if subnets of /16 are too small.
    Smallest([(u64, Option<u8>); 3]),
}

/// The verdict on one subnet.
pub struct Row {
    pub subnet: String,
    pub cidr: Ipv4Net,
    pub nodes: u64,
    pub needed: Need,
    pub free: Free,
    pub verdict: Verdict,
}

impl Row {
    pub fn new(verdict: &SubnetVerdict<'_>) -> Self {
        Self {
            subnet: verdict.subnet.name(),
            cidr: verdict.subnet.cidr(),
            nodes: verdict.nodes,
            needed: verdict.needed,
            free: verdict.free,
            verdict: verdict.verdict,
        }
    }
}

impl Nodes {
    /// True if every subnet surely holds its nodes.
    pub fn all_fit(&self) -> bool {
        match &self.placement {
            Placement::Subnets(rows) => rows.iter().all(|row| row.verdict == Verdict::Fits),
            Placement::Smallest(_) => true,
        }
    }
}

impl Plan {
    /// Pods that need an address on a full node.
    fn most_pods(&self) -> u64 {
        self.settings.pods_with_address(self.max_pods)
    }
}

/// The origins of compared targets, such as `now; default for prefixes`.
fn name(origins: &[Origin]) -> String {
    origins.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The origins of compared targets, with the rule that made them. For targets of the other mode, the text also
/// has the pod limit of that mode.
fn why(plan: &Plan, compared: &Compared) -> String {
    let max_pods = compared.limits.max_pods.filter(|&max_pods| max_pods != plan.max_pods);
    let limit = max_pods.map_or_else(String::new, |max_pods| format!(", max pods {max_pods}"));
    format!("{}{limit}{}", name(&compared.origins), rule(&compared.origins))
}

/// The rule that made compared targets, behind a colon; empty if no rule made them.
fn rule(origins: &[Origin]) -> String {
    let rule = origins.iter().find_map(Origin::rule);
    rule.map_or_else(String::new, |rule| format!(": {rule}"))
}

/// The command that sets targets of this mode, whatever is set now. If it is not the mode that is on now, the
/// command sets that too.
fn command(now: Mode, mode: Mode, targets: &WarmTargets) -> String {
    let mut words = vec!["kubectl set env daemonset aws-node -n kube-system".to_owned()];
    if mode != now {
        let on = mode == Mode::PrefixDelegation;
        words.push(format!("{}={on}", variable::PREFIX_DELEGATION));
    }
    words.extend(targets.variables().map(|(name, value)| match value {
        Some(value) => format!("{name}={value}"),
        None => format!("{name}-"),
    }));
    words.join(" ")
}

/// The targets that count in this mode, such as `WARM_PREFIX_TARGET=1`.
fn in_effect(targets: &WarmTargets, mode: Mode) -> String {
    let words = targets.in_effect(mode).into_iter().map(|(name, value)| format!("{name}={value}"));
    words.collect::<Vec<_>>().join(" ")
}

/// How pods get their addresses, in words.
fn mode_words(mode: Mode) -> &'static str {
    match mode {
        Mode::SecondaryIp => "secondary IPs",
        Mode::PrefixDelegation => "prefixes",
    }
}

/// A number of things, such as `1 pod` and `2 addresses`.
fn count(number: u64, noun: &str) -> String {
    let ending = match (number, noun.ends_with('s')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{number} {noun}{ending}")
}
