//! How the number came about, line by line, for people.

use std::io::{self, Write};

use maxpods::{
    Breakdown, CEILING_VCPUS, CeilingSource, Escaped, Evaluation, Expression, HOST_NETWORK_PODS,
    InstanceType, KubeReserved, Mode, Variable, Warning,
};

use super::{Answer, Format, Outcome};

pub struct Explain;

impl Format<Answer> for Explain {
    fn name(&self) -> &'static str {
        "explain"
    }

    fn about(&self) -> &'static str {
        "how the number came about, line by line"
    }

    fn shows_warnings(&self) -> bool {
        true
    }

    fn write(&self, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
        match &answer.outcome {
            Outcome::Rules(breakdown) => rules(&answer.instance_type, breakdown, out),
            Outcome::Expression(expression, evaluation) => {
                evaluated(&answer.instance_type, expression, evaluation, out)
            }
        }
    }
}

fn rules(instance_type: &InstanceType, b: &Breakdown, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |label: &str, text: String| writeln!(out, "{label:<19}{text}");

    line("instance type", facts(instance_type))?;
    line("ENIs", enis(instance_type, b))?;
    line(
        "IPv4 per ENI",
        format!("{}: the first is the ENI's own, {}", b.ipv4_per_eni, slots(b.slots_per_eni())),
    )?;
    line("mode", mode(b.mode))?;
    line("host-network pods", host_network_pods(b.host_network_pods))?;
    line("allowed", allowed(b))?;
    line("ceiling", ceiling(b))?;
    line("recommended", format!("{}: the lower of allowed and ceiling", b.recommended))?;
    line("max pods", conclusion(b))?;
    line("kubeReserved", reserved(instance_type, b.max_pods))?;
    for warning in &b.warnings {
        line("warning", warning.to_string())?;
    }
    if b.warnings.contains(&Warning::BareMetal) {
        line(
            "note",
            "the VPC CNI itself can use prefixes on bare metal; the reference script does not count".into(),
        )?;
        line("", "them, and so this does not either: set a higher value yourself if your nodes do".into())?;
    }
    Ok(())
}

/// The variables' values, the expression, and what came of it.
fn evaluated(
    instance_type: &InstanceType,
    expression: &Expression,
    evaluation: &Evaluation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = |label: &str, text: String| writeln!(out, "{label:<19}{text}");

    line("instance type", facts(instance_type))?;
    for variable in expression.dialect().variables() {
        let value = variable.value(instance_type).map_or("not known".into(), |value| value.to_string());
        let formula = match variable {
            Variable::MaxPods => format!(
                "  [default_enis * (ips_per_eni - 1) + {HOST_NETWORK_PODS}: {} * ({} - 1) + {HOST_NETWORK_PODS}]",
                instance_type.enis, instance_type.ipv4_per_eni
            ),
            _ => String::new(),
        };
        line(variable.name(), value + &formula)?;
    }
    for (i, text) in expression.text().lines().enumerate() {
        line(if i == 0 { "expression" } else { "" }, Escaped(text).to_string())?;
    }
    line("dialect", expression.dialect().to_string())?;
    line("result", format!("{} ({})", evaluation.result, evaluation.result.kind()))?;
    line("max pods", format!("{}: the result as a whole number", evaluation.max_pods))?;
    line("kubeReserved", reserved(instance_type, evaluation.max_pods))
}

fn facts(t: &InstanceType) -> String {
    let vcpus = t.vcpus.map_or("vCPUs unknown".into(), vcpus);
    let memory = t.memory_mib.map_or("memory unknown".into(), |n| format!("{n} MiB"));
    let hypervisor = match &t.hypervisor {
        Some(hypervisor) => Escaped(hypervisor).to_string(),
        None if t.bare_metal => "bare metal".into(),
        None => "hypervisor unknown".into(),
    };
    format!("{}: {vcpus}, {memory}, {hypervisor}", Escaped(&t.name))
}

fn vcpus(n: u32) -> String {
    format!("{n} {}", if n == 1 { "vCPU" } else { "vCPUs" })
}

fn vcpus_are(n: u32) -> String {
    format!("{} {}", vcpus(n), if n == 1 { "is" } else { "are" })
}

fn slots(n: u64) -> String {
    format!("{n} {} for pods", if n == 1 { "is a slot" } else { "are slots" })
}

fn host_network_pods(n: u64) -> String {
    format!("{n}: {} no address of the CNI", if n == 1 { "it needs" } else { "they need" })
}

/// The count that is used and, where it is not simply the type's, how it came to that.
fn enis(t: &InstanceType, b: &Breakdown) -> String {
    let mut steps = vec![match t.network_cards {
        1 => format!("the type has {}", t.enis),
        cards => format!("the default network card has {} (the CNI uses that one of {cards})", t.enis),
    }];
    if let Some(max_eni) = b.max_eni {
        steps.push(format!("MAX_ENI lets {max_eni} be attached"));
    }
    if b.custom_networking {
        steps.push("1 less for custom networking, which leaves the primary out".into());
    }
    if b.reserved_enis > 0 {
        steps.push(format!("{} less, reserved", b.reserved_enis));
    }
    format!("{}: {}", b.enis, steps.join("; "))
}

fn mode(mode: Mode) -> String {
    match mode {
        Mode::SecondaryIp => "secondary IP: 1 address a slot".into(),
        Mode::PrefixDelegation => {
            format!("prefix delegation: a /28 prefix of {} addresses a slot", mode.addresses_per_slot())
        }
    }
}

fn allowed(b: &Breakdown) -> String {
    let (factor, name) = match b.mode {
        Mode::SecondaryIp => (String::new(), ""),
        Mode::PrefixDelegation => (format!(" * {}", b.mode.addresses_per_slot()), " * addresses per prefix"),
    };
    format!(
        "{} * ({} - 1){factor} + {} = {}  [ENIs * (IPv4 per ENI - 1){name} + host-network pods]",
        b.enis, b.ipv4_per_eni, b.host_network_pods, b.allowed
    )
}

fn ceiling(b: &Breakdown) -> String {
    let why = match b.ceiling_source {
        CeilingSource::UpTo(n) => format!("{} not more than {CEILING_VCPUS}", vcpus_are(n)),
        CeilingSource::Above(n) => format!("{} more than {CEILING_VCPUS}", vcpus_are(n)),
        CeilingSource::UnknownVcpus => "the number of vCPUs is not known".into(),
        CeilingSource::Own => "your own, from --max-pods-ceiling".into(),
    };
    format!("{}: {why}", b.ceiling)
}

fn conclusion(b: &Breakdown) -> String {
    let why = if b.max_pods > b.recommended {
        "all that the network allows (--show-max-allowed), above the recommended value"
    } else if b.recommended < b.allowed {
        "capped by the ceiling"
    } else {
        "all that the network allows"
    };
    format!("{}: {why}", b.max_pods)
}

fn reserved(t: &InstanceType, max_pods: u64) -> String {
    let reserved = KubeReserved::new(max_pods, t.vcpus);
    let cpu = reserved.cpu().unwrap_or("unknown".into());
    format!("cpu {cpu}, memory {}, ephemeral-storage {}", reserved.memory(), reserved.ephemeral_storage())
}
