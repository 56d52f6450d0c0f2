//! One JSON object with every figure, for programs.

use std::io::{self, Write};

use maxpods::expression::{CelValue, Dialect, Evaluation, Expression};
use maxpods::formula::Trunk;
use maxpods::{Allowed, Breakdown, InstanceType, KubeReserved};
use serde::{Serialize, Serializer};

use super::{Answer, Format, Group, Outcome, json_text};

pub struct Json;

impl Format<Group> for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "one object with every figure, for programs"
    }

    fn is_for_windows(&self) -> bool {
        true
    }

    fn write(&self, group: &Group, out: &mut dyn Write) -> io::Result<()> {
        let Answer { instance_type, outcome } = group.lowest();
        let instance_types = match group.answers.as_slice() {
            [_] => None,
            answers => Some(answers.iter().map(Member::new).collect()),
        };
        match outcome {
            Outcome::Rules(breakdown) => {
                let lowest = RulesObject::new(instance_type, breakdown);
                json_text::write(&GroupObject { lowest, instance_types }, out)?;
            }
            Outcome::Expression(expression, evaluation) => {
                let lowest = ExpressionObject::new(instance_type, expression, Ok(evaluation));
                json_text::write(&GroupObject { lowest, instance_types }, out)?;
            }
        }
        writeln!(out)
    }
}

/// The lowest type's object and, if there are several types, the number of each.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupObject<'a, T> {
    #[serde(flatten)]
    lowest: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_types: Option<Vec<Member<'a>>>,
}

/// One of several types.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Member<'a> {
    instance_type: &'a str,
    max_pods: u64,
}

impl<'a> Member<'a> {
    fn new(answer: &'a Answer<Outcome>) -> Self {
        Self { instance_type: &answer.instance_type.name, max_pods: answer.max_pods() }
    }
}

/// The result of the rules. Facts that are not known are left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RulesObject<'a> {
    instance_type: &'a str,
    max_pods: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<u64>,
    recommended: u64,
    ceiling: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_family: Option<&'static str>,
    mode: &'static str,
    enis: u64,
    ipv4_per_eni: u64,
    addresses_per_slot: u64,
    host_network_pods: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_enis: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_eni_pods: Option<u64>,
    #[serde(flatten)]
    facts: Facts<'a>,
    kube_reserved: Reserved,
    warnings: Vec<String>,
}

/// The result of an expression, with the facts of the type. The figures of the rules are not in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpressionObject<'a> {
    instance_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_pods: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    expression: &'a str,
    dialect: &'static str,
    variables: Variables<'a>,
    #[serde(flatten)]
    facts: Facts<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kube_reserved: Option<Reserved>,
    warnings: [&'a str; 0],
}

/// Facts of the instance type.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    vcpus: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_mib: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hypervisor: Option<&'a str>,
    bare_metal: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    architectures: &'a [String],
}

/// `kubeReserved` as the kubelet's configuration writes it.
struct Reserved(KubeReserved);

/// The variables of an expression by name, without those whose value is not known.
struct Variables<'a>(Dialect, &'a InstanceType);

impl<'a> RulesObject<'a> {
    pub fn new(instance_type: &'a InstanceType, breakdown: &'a Breakdown) -> Self {
        Self {
            instance_type: &instance_type.name,
            max_pods: breakdown.max_pods,
            allowed: breakdown.allowed.pods(),
            recommended: breakdown.recommended,
            ceiling: breakdown.ceiling,
            ip_family: (breakdown.allowed == Allowed::Unlimited).then_some("ipv6"),
            mode: breakdown.mode.name(),
            enis: breakdown.enis,
            ipv4_per_eni: breakdown.ipv4_per_eni,
            addresses_per_slot: breakdown.mode.addresses_per_slot(),
            host_network_pods: breakdown.host_network_pods,
            branch_enis: breakdown.trunk.and_then(Trunk::branch_enis),
            branch_eni_pods: Some(breakdown.branch_eni_pods).filter(|&pods| pods > 0),
            facts: Facts::new(instance_type),
            kube_reserved: Reserved::new(breakdown.max_pods, instance_type),
            warnings: breakdown.warnings.iter().map(ToString::to_string).collect(),
        }
    }
}

impl<'a> ExpressionObject<'a> {
    /// If the expression fails, `outcome` is the reason, in one line.
    pub fn new(
        instance_type: &'a InstanceType,
        expression: &'a Expression,
        outcome: Result<&'a Evaluation, &'a str>,
    ) -> Self {
        let max_pods = outcome.ok().map(|evaluation| evaluation.max_pods);
        Self {
            instance_type: &instance_type.name,
            max_pods,
            error: outcome.err(),
            expression: expression.text(),
            dialect: expression.dialect().name(),
            variables: Variables(expression.dialect(), instance_type),
            facts: Facts::new(instance_type),
            kube_reserved: max_pods.map(|max_pods| Reserved::new(max_pods, instance_type)),
            warnings: [],
        }
    }
}

impl<'a> Facts<'a> {
    fn new(instance_type: &'a InstanceType) -> Self {
        Self {
            vcpus: instance_type.vcpus,
            memory_mib: instance_type.memory_mib,
            hypervisor: instance_type.hypervisor.as_deref(),
            bare_metal: instance_type.bare_metal,
            architectures: &instance_type.architectures,
        }
    }
}

impl Reserved {
    fn new(max_pods: u64, instance_type: &InstanceType) -> Self {
        Self(KubeReserved::new(max_pods, instance_type.vcpus))
    }
}

impl Serialize for Reserved {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.quantities())
    }
}

impl Serialize for Variables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(dialect, instance_type) = self;
        let known = dialect.variables().iter().filter_map(|variable| {
            let value = match dialect.value(*variable, instance_type)? {
                CelValue::Int(n) => serde_json::Value::from(n),
                CelValue::String(text) => serde_json::Value::from(text),
                other => serde_json::Value::from(other.to_string()),
            };
            Some((variable.name(), value))
        });
        serializer.collect_map(known)
    }
}
