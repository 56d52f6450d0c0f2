//! One object, for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use maxpods::Mode;
use maxpods::cni::WarmTargets;
use maxpods::pool::Pool;
use maxpods::subnets::{Between, Free, Need};
use serde::Serialize;

use super::{Format, Placement, Plan, Row, command, why};
use crate::output::json_text;

pub struct Json;

impl Format<Plan> for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "one object with every figure, for programs"
    }

    fn write(&self, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
        json_text::write(&Object::new(plan), out)?;
        writeln!(out)
    }
}

/// Fields that do not apply are left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    instance_type: &'a str,
    mode: &'static str,
    max_pods: u64,
    settings: Targets,
    pools: Vec<PoolObject<'a>>,
    compared: Vec<ComparedObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnets: Option<Vec<SubnetObject<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smallest: Option<BTreeMap<u64, String>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names, reason = "each field is named after its variable")]
pub(super) struct Targets {
    warm_eni_target: u32,
    warm_prefix_target: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    warm_ip_target: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_ip_target: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PoolObject<'a> {
    pods: u64,
    enis: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefixes: Option<u64>,
    held: u64,
    warm: u64,
    unserved: u64,
    per_eni: &'a [u64],
    subnet_addresses: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_subnet_addresses: Option<u64>,
    rounds: u64,
    calls: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComparedObject<'a> {
    mode: &'static str,
    settings: Targets,
    why: String,
    command: String,
    pool: PoolObject<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubnetObject<'a> {
    subnet: &'a str,
    cidr: String,
    nodes: u64,
    needed: NeedObject,
    free: FreeObject,
    verdict: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NeedObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<u64>,
    addresses: u64,
}

/// A number that is only known to be between two others has the upper one here, and the lower one in a field of
/// its own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FreeObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    least_blocks: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reserved_blocks: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    least_reserved_blocks: Option<u64>,
    addresses: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    least_addresses: Option<u64>,
}

impl<'a> Object<'a> {
    fn new(plan: &'a Plan) -> Self {
        let placement = plan.nodes.as_ref().map(|nodes| &nodes.placement);
        let (subnets, smallest) = match placement {
            None => (None, None),
            Some(Placement::Subnets(rows)) => {
                (Some(rows.iter().map(|row| SubnetObject::new(row, plan.limits.mode)).collect()), None)
            }
            Some(Placement::Smallest(lengths)) => {
                let known = lengths.iter().filter_map(|(subnets, length)| Some((*subnets, (*length)?)));
                (None, Some(known.map(|(subnets, length)| (subnets, format!("/{length}"))).collect()))
            }
        };
        let compared = plan.compared.iter().map(|compared| ComparedObject {
            mode: compared.mode.name(),
            settings: Targets::new(&compared.targets),
            why: why(plan, compared),
            command: command(plan.limits.mode, compared.mode, &compared.targets),
            pool: PoolObject::new(&compared.pool),
        });
        Self {
            instance_type: &plan.instance_type.name,
            mode: plan.limits.mode.name(),
            max_pods: plan.max_pods,
            settings: Targets::new(&plan.targets),
            pools: plan.pools.iter().map(PoolObject::new).collect(),
            compared: compared.collect(),
            subnets,
            smallest,
            warnings: &plan.warnings,
        }
    }
}

impl Targets {
    pub(super) fn new(targets: &WarmTargets) -> Self {
        let if_on = |target| Some(target).filter(|&target| target > 0);
        Self {
            warm_eni_target: targets.warm_eni,
            warm_prefix_target: targets.warm_prefix,
            warm_ip_target: if_on(targets.warm_ip),
            minimum_ip_target: if_on(targets.minimum_ip),
        }
    }
}

impl<'a> PoolObject<'a> {
    fn new(pool: &'a Pool) -> Self {
        Self {
            pods: pool.pods,
            enis: pool.enis,
            prefixes: pool.prefixes(),
            held: pool.held,
            warm: pool.warm,
            unserved: pool.unserved,
            per_eni: &pool.per_eni,
            subnet_addresses: pool.subnet_addresses,
            node_subnet_addresses: pool.node_subnet_addresses,
            rounds: pool.rounds,
            calls: pool.calls,
        }
    }
}

impl<'a> SubnetObject<'a> {
    fn new(row: &'a Row, mode: Mode) -> Self {
        let blocks = mode == Mode::PrefixDelegation;
        Self {
            subnet: &row.subnet,
            cidr: row.cidr.to_string(),
            nodes: row.nodes,
            needed: NeedObject::new(row.needed, blocks),
            free: FreeObject::new(&row.free, blocks),
            verdict: row.verdict.name(),
        }
    }
}

impl NeedObject {
    pub(super) fn new(Need { blocks, addresses }: Need, in_blocks: bool) -> Self {
        Self { blocks: in_blocks.then_some(blocks), addresses }
    }
}

impl FreeObject {
    pub(super) fn new(free: &Free, blocks: bool) -> Self {
        let least = |number: Between| (!number.is_known()).then_some(number.least);
        let in_blocks = |number: Option<u64>| number.filter(|_| blocks);
        let reserved = free.reserved_blocks.most > 0;
        Self {
            blocks: in_blocks(Some(free.blocks.most)),
            least_blocks: in_blocks(least(free.blocks)),
            reserved_blocks: in_blocks(reserved.then_some(free.reserved_blocks.most)),
            least_reserved_blocks: in_blocks(least(free.reserved_blocks)),
            addresses: free.addresses.most,
            least_addresses: least(free.addresses),
        }
    }
}
