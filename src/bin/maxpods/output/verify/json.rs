//! One object, with a line for each node, for programs.

use std::io::{self, Write};
use std::num::NonZeroU32;

use maxpods::cluster::{Judgement, Node, Verdict};
use maxpods::cni::CniSettings;
use serde::Serialize;

use super::{Format, Report};
use crate::output::json_text;

pub struct Json;

impl Format<Report> for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "one object with every node and the CNI's settings, for programs"
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"nodes\":[")?;
        for (i, (node, judgement)) in report.checks().enumerate() {
            out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
            json_text::write(&Check::new(node, judgement), out)?;
        }
        out.write_all(b"\n],\"cni\":")?;
        json_text::write(&Cni::from(&report.cni), out)?;
        out.write_all(b",\"summary\":{")?;
        for (i, verdict) in Verdict::ALL.into_iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            write!(out, "{comma}\"{}\":{}", verdict.name(), report.count(verdict))?;
        }
        writeln!(out, "}}}}")
    }
}

/// A value that is not known is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Check<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pods: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recommended: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<u64>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl<'a> Check<'a> {
    fn new(node: &'a Node, judgement: &Judgement) -> Self {
        Self {
            name: &node.name,
            instance_type: node.instance_type.as_deref(),
            pods: node.pods.number(),
            recommended: judgement.recommended,
            allowed: judgement.allowed,
            verdict: judgement.verdict.name(),
            reason: judgement.reason.as_ref().map(ToString::to_string),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_excessive_bools, reason = "each one is a variable of the CNI")]
pub struct Cni {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    prefix_delegation: bool,
    custom_networking: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_eni: Option<NonZeroU32>,
    pod_eni: bool,
    ipv6: bool,
}

impl From<&CniSettings> for Cni {
    fn from(cni: &CniSettings) -> Self {
        Self {
            version: cni.version.as_ref().map(ToString::to_string),
            prefix_delegation: cni.prefix_delegation,
            custom_networking: cni.custom_networking,
            max_eni: cni.max_eni,
            pod_eni: cni.pod_eni,
            ipv6: cni.ipv6,
        }
    }
}
