//! One JSON object with every figure, for programs.

use std::io::{self, Write};

use maxpods::KubeReserved;
use serde::Serialize;

use super::{Answer, Format};

pub struct Json;

impl Format<Answer> for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "one object with every figure, for programs"
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &Object::from(answer))?;
        writeln!(out)
    }
}

/// What is not known is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object<'a> {
    instance_type: &'a str,
    max_pods: u64,
    allowed: u64,
    recommended: u64,
    ceiling: u64,
    mode: &'static str,
    enis: u64,
    ipv4_per_eni: u64,
    addresses_per_slot: u64,
    host_network_pods: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    vcpus: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_mib: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hypervisor: Option<&'a str>,
    bare_metal: bool,
    kube_reserved: Reserved,
    warnings: Vec<String>,
}

/// `kubeReserved` as the kubelet's configuration writes it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Reserved {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<String>,
    memory: String,
    ephemeral_storage: String,
}

impl<'a> From<&'a Answer> for Object<'a> {
    fn from(answer: &'a Answer) -> Self {
        let Answer { instance_type, breakdown } = answer;
        let reserved = KubeReserved::new(breakdown.max_pods, instance_type.vcpus);
        Self {
            instance_type: &instance_type.name,
            max_pods: breakdown.max_pods,
            allowed: breakdown.allowed,
            recommended: breakdown.recommended,
            ceiling: breakdown.ceiling,
            mode: breakdown.mode.name(),
            enis: breakdown.enis,
            ipv4_per_eni: breakdown.ipv4_per_eni,
            addresses_per_slot: breakdown.mode.addresses_per_slot(),
            host_network_pods: breakdown.host_network_pods,
            vcpus: instance_type.vcpus,
            memory_mib: instance_type.memory_mib,
            hypervisor: instance_type.hypervisor.as_deref(),
            bare_metal: instance_type.bare_metal,
            kube_reserved: Reserved {
                cpu: reserved.cpu(),
                memory: reserved.memory(),
                ephemeral_storage: reserved.ephemeral_storage(),
            },
            warnings: breakdown.warnings.iter().map(ToString::to_string).collect(),
        }
    }
}
