//! One object, with a line for each node, for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use maxpods::Mode;
use maxpods::cluster::plan::{ComparedTargets, Group, PlannedNode, Room, Short, SubnetPlan};
use maxpods::subnets::{Holders, Subnet};
use serde::Serialize;

use super::super::json::{FreeObject, NeedObject, Targets};
use super::{Cluster, Format, command, name, rule};
use crate::output::json_text;
use crate::output::verify::json::Cni;

pub struct Json;

impl Format<Cluster> for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "one object with every figure, for programs"
    }

    fn write(&self, cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
        let names = cluster.subnet_names();
        out.write_all(b"{\"nodes\":[")?;
        for (i, node) in cluster.plan.nodes.iter().enumerate() {
            out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
            json_text::write(&NodeObject::new(node, &names), out)?;
        }
        out.write_all(b"\n],")?;
        // The fields of the rest follow those of the nodes in one object.
        let mut rest = Vec::new();
        json_text::write(&Rest::new(cluster, &names), &mut rest)?;
        out.write_all(rest.strip_prefix(b"{").unwrap_or(&rest))?;
        writeln!(out)
    }
}

/// Fields that are not known are left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeObject<'a> {
    name: &'a str,
    group: &'a str,
    instance_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnet: Option<&'a str>,
    pods: u64,
    branch_pods: u64,
    held: u64,
    warm: u64,
    unserved: u64,
    subnet_addresses: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_now: Option<u64>,
}

impl<'a> NodeObject<'a> {
    fn new(node: &'a PlannedNode, names: &'a [String]) -> Self {
        Self {
            name: &node.name,
            group: group(node.group.as_deref()),
            instance_type: &node.instance_type,
            subnet: node.subnet.and_then(|place| names.get(place)).map(String::as_str),
            pods: node.pods.with_address,
            branch_pods: node.pods.with_branch_eni,
            held: node.pool.held,
            warm: node.pool.warm,
            unserved: node.pool.unserved,
            subnet_addresses: node.pool.subnet_addresses,
            held_now: node.held.as_ref().map(|held| held.addresses),
        }
    }
}

/// The name of a group; `-` for nodes without one.
fn group(name: Option<&str>) -> &str {
    name.unwrap_or("-")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rest<'a> {
    groups: Vec<GroupObject<'a>>,
    compared: Vec<ComparedObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnets: Option<Vec<SubnetObject<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unplaced_nodes: Option<u64>,
    drain: Vec<DrainObject<'a>>,
    skipped: Skipped,
    cni: Cni,
    warnings: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupObject<'a> {
    group: &'a str,
    instance_type: &'a str,
    nodes: usize,
    pods: u64,
    most_pods: u64,
    branch_pods: u64,
    held: u64,
    warm: u64,
    unserved: u64,
    subnet_addresses: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_now: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComparedObject {
    settings: Targets,
    mode: &'static str,
    why: String,
    command: String,
    held: u64,
    warm: u64,
    unserved: u64,
    subnet_addresses: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_subnet_addresses: Option<u64>,
    calls: u64,
    most_rounds: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubnetObject<'a> {
    subnet: &'a str,
    cidr: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
    nodes: u64,
    free: FreeObject,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_blocks: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holders: Option<HoldersObject>,
    room: Vec<RoomObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needed: Option<NeedObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    short: Option<ShortObject>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HoldersObject {
    pools: u64,
    enis: u64,
    trunk_and_branch_enis: u64,
    other: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoomObject<'a> {
    group: &'a str,
    instance_type: &'a str,
    pods: u64,
    nodes: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum ShortObject {
    Blocks(u64),
    Addresses(u64),
}

#[derive(Serialize)]
struct DrainObject<'a> {
    node: &'a str,
    blocks: u64,
}

#[derive(Serialize)]
struct Skipped {
    count: u64,
    reasons: BTreeMap<String, u64>,
}

impl<'a> Rest<'a> {
    fn new(cluster: &'a Cluster, names: &'a [String]) -> Self {
        let plan = &cluster.plan;
        let known = cluster.subnets.is_some();
        let subnets = cluster.subnets().into_iter().zip(names).zip(&plan.subnets);
        let subnets = subnets
            .map(|((subnet, name), planned)| SubnetObject::new(cluster, subnet, name, planned))
            .collect();
        let drain = plan.drain.iter().filter_map(|drain| {
            Some(DrainObject { node: &plan.nodes.get(drain.node)?.name, blocks: drain.blocks })
        });
        let reasons = plan.left_out.iter().map(|(why, nodes)| (why.to_string(), *nodes)).collect();
        Self {
            groups: plan.groups.iter().map(GroupObject::new).collect(),
            compared: plan.compared.iter().map(|row| ComparedObject::new(plan.mode, row)).collect(),
            subnets: Some(subnets).filter(|_| known),
            unplaced_nodes: Some(plan.unplaced).filter(|_| known),
            drain: drain.collect(),
            skipped: Skipped { count: plan.left_out.values().sum(), reasons },
            cni: Cni::from(&cluster.settings.common.cni),
            warnings: &cluster.warnings,
        }
    }
}

impl<'a> GroupObject<'a> {
    fn new(group: &'a Group) -> Self {
        Self {
            group: self::group(group.name.as_deref()),
            instance_type: &group.instance_type,
            nodes: group.nodes.len(),
            pods: group.pods,
            most_pods: group.most_pods,
            branch_pods: group.branch_pods,
            held: group.held,
            warm: group.warm,
            unserved: group.unserved,
            subnet_addresses: group.subnet_addresses,
            held_now: group.held_now,
        }
    }
}

impl ComparedObject {
    fn new(now: Mode, row: &ComparedTargets) -> Self {
        Self {
            settings: Targets::new(&row.targets),
            mode: row.mode.name(),
            why: format!("{}{}", name(&row.origins), rule(&row.origins)),
            command: command(now, row.mode, &row.targets),
            held: row.held,
            warm: row.warm,
            unserved: row.unserved,
            subnet_addresses: row.subnet_addresses,
            node_subnet_addresses: row.node_subnet_addresses,
            calls: row.calls,
            most_rounds: row.most_rounds,
        }
    }
}

impl<'a> SubnetObject<'a> {
    fn new(cluster: &'a Cluster, subnet: &'a Subnet, name: &'a str, planned: &'a SubnetPlan) -> Self {
        let blocks = cluster.plan.mode == Mode::PrefixDelegation;
        let answer = planned.answer;
        let short = |short| match short {
            Short::Blocks(blocks) => ShortObject::Blocks(blocks),
            Short::Addresses(addresses) => ShortObject::Addresses(addresses),
        };
        let room = planned.room.iter().filter_map(|room| RoomObject::new(cluster, room));
        Self {
            subnet: name,
            cidr: subnet.cidr().to_string(),
            zone: subnet.zone(),
            nodes: planned.nodes,
            free: FreeObject::new(&planned.free, blocks),
            broken_blocks: planned.broken_blocks,
            holders: planned.holders.map(HoldersObject::new),
            room: room.collect(),
            needed: answer.map(|answer| NeedObject::new(answer.needed, blocks)),
            verdict: answer.map(|answer| answer.verdict.name()),
            short: answer.and_then(|answer| answer.short).map(short),
        }
    }
}

impl HoldersObject {
    fn new(Holders { pools, enis, trunk_and_branch_enis, other }: Holders) -> Self {
        Self { pools, enis, trunk_and_branch_enis, other }
    }
}

impl<'a> RoomObject<'a> {
    fn new(cluster: &'a Cluster, room: &Room) -> Option<Self> {
        let group = cluster.plan.groups.get(room.group)?;
        Some(Self {
            group: self::group(group.name.as_deref()),
            instance_type: &group.instance_type,
            pods: room.pods,
            nodes: room.nodes,
        })
    }
}
