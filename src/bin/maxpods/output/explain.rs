//! Each step of the calculation, for people.

use std::io::{self, Write};

use maxpods::expression::{Evaluation, Expression};
use maxpods::formula::Warning;
use maxpods::text::Escaped;
use maxpods::{Breakdown, InstanceType, KubeReserved};

use super::{Answer, Format, Group, Outcome};

pub struct Explain;

impl Format<Group> for Explain {
    fn name(&self) -> &'static str {
        "explain"
    }

    fn about(&self) -> &'static str {
        "each step of the calculation, for people"
    }

    fn shows_warnings(&self) -> bool {
        true
    }

    fn is_for_windows(&self) -> bool {
        true
    }

    fn write(&self, group: &Group, out: &mut dyn Write) -> io::Result<()> {
        for Answer { instance_type, outcome } in &group.answers {
            match outcome {
                Outcome::Rules(breakdown) => rules(instance_type, breakdown, out)?,
                Outcome::Expression(expression, evaluation) => {
                    evaluated(instance_type, expression, evaluation, out)?;
                }
            }
            if group.only_type().is_none() {
                writeln!(out)?;
            }
        }
        if group.only_type().is_none() { lowest(group, out) } else { Ok(()) }
    }
}

/// The number of each type, and the type with the lowest number.
fn lowest(group: &Group, out: &mut dyn Write) -> io::Result<()> {
    for answer in &group.answers {
        writeln!(out, "{:<19}{}", Escaped(&answer.instance_type.name).to_string(), answer.max_pods())?;
    }
    let binding = Escaped(&group.lowest().instance_type.name);
    writeln!(
        out,
        "{:<19}{}: {binding} has the lowest number, which holds for all",
        "max pods",
        group.max_pods()
    )
}

fn rules(instance_type: &InstanceType, b: &Breakdown, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |label: &str, text: String| writeln!(out, "{label:<19}{text}");

    line("instance type", facts(instance_type))?;
    for step in b.steps() {
        line(step.label, format!("{}: {}", step.figure, step.why))?;
    }
    line("kubeReserved", reserved(instance_type, b.max_pods))?;
    for warning in &b.warnings {
        line("warning", warning.to_string())?;
    }
    if b.warnings.contains(&Warning::BareMetal) {
        line(
            "note",
            "the VPC CNI itself can use prefixes on bare metal, but the reference script does".into(),
        )?;
        line(
            "",
            "not count them, and neither does this: set a higher number yourself if you use them".into(),
        )?;
    }
    Ok(())
}

/// Writes the values of the variables, the expression, and its result.
fn evaluated(
    instance_type: &InstanceType,
    expression: &Expression,
    evaluation: &Evaluation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = |label: &str, text: String| writeln!(out, "{label:<19}{text}");

    line("instance type", facts(instance_type))?;
    for variable in expression.dialect().variables() {
        let value = expression.dialect().value(*variable, instance_type);
        let value = value.map_or("not known".into(), |value| value.to_string());
        let formula = variable.formula(instance_type);
        let formula = formula.map_or_else(String::new, |formula| format!("  [{formula}]"));
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

fn reserved(t: &InstanceType, max_pods: u64) -> String {
    let reserved = KubeReserved::new(max_pods, t.vcpus);
    let cpu = reserved.cpu().unwrap_or("unknown".into());
    format!("cpu {cpu}, memory {}, ephemeral-storage {}", reserved.memory(), reserved.ephemeral_storage())
}
