//! Columns, and the commands that set what is compared, for people.

use std::io::{self, Write};

use maxpods::Mode;
use maxpods::cluster::plan::{Answer, Group, Question, Short, Surge};
use maxpods::cluster::{NodeName, TypeLabel};
use maxpods::subnets::Verdict;
use maxpods::text::Escaped;

use super::super::table::{between, row};
use super::{Cluster, Format, command, count, group_name, group_words, in_effect, mode_words, name, rule};
use crate::advice;
use crate::output::columns::{Columns, Known};

/// The nodes of a list that are shown.
const MOST_DRAINED: usize = 5;

pub struct Table;

impl Format<Cluster> for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "columns and commands, for people"
    }

    fn write(&self, cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
        groups(cluster, out)?;
        compared(cluster, out)?;
        if cluster.subnets.is_some() {
            subnets(cluster, out)?;
            rooms(cluster, out)?;
            answers(cluster, out)?;
            drain(cluster, out)?;
        }
        Ok(())
    }
}

fn groups(cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
    let plan = &cluster.plan;
    let now = in_effect(&cluster.settings.warm_targets, plan.mode);
    let nodes = count(plan.nodes.len() as u64, "node");
    let pods = count(plan.groups.iter().map(|group| group.pods).sum(), "pod");
    writeln!(out, "{nodes} and {pods} that need an address, with {}, {now}:", mode_words(plan.mode))?;
    let unserved = plan.groups.iter().any(|group| group.unserved > 0);
    let branches = plan.groups.iter().any(|group| group.branch_pods > 0);
    let held_now = plan.groups.iter().any(|group| group.held_now.is_some());
    let shown = |name: &&str| match *name {
        "UNSERVED" => unserved,
        "BRANCH" => branches,
        "HELD NOW" => held_now,
        _ => true,
    };
    let all = [
        "GROUP",
        "INSTANCE TYPE",
        "NODES",
        "PODS",
        "BRANCH",
        "MOST",
        "HELD",
        "WARM",
        "UNSERVED",
        "SUBNET",
        "HELD NOW",
    ];
    let header: Vec<_> = all.into_iter().filter(shown).collect();
    let mut columns = Columns::new(&header);
    let mut add = |group: &Group, first: [String; 2], nodes: usize| {
        let figures = [
            nodes.to_string(),
            group.pods.to_string(),
            group.branch_pods.to_string(),
            group.most_pods.to_string(),
            group.held.to_string(),
            group.warm.to_string(),
            group.unserved.to_string(),
            group.subnet_addresses.to_string(),
            Known(group.held_now).to_string(),
        ];
        let cells = all.iter().zip(first.into_iter().chain(figures)).filter(|(name, _)| shown(name));
        row(&mut columns, &cells.map(|(_, cell)| cell).collect::<Vec<_>>());
    };
    for group in &plan.groups {
        let first = [group_name(group.name.as_deref()), TypeLabel(&group.instance_type).to_string()];
        add(group, first, group.nodes.len());
    }
    if let [first, rest @ ..] = &plan.groups[..]
        && !rest.is_empty()
    {
        let total = rest.iter().fold(first.clone(), Group::with);
        add(&total, ["all".into(), String::new()], plan.nodes.len());
    }
    columns.write(out)?;
    if held_now {
        writeln!(
            out,
            "\nHELD is what the warm targets want, and HELD NOW what the ENIs have. They may have more where prefixes of \
             earlier\npeaks still have a pod in them, or where addresses cool down."
        )?;
    }
    let skipped: u64 = plan.left_out.values().sum();
    if skipped > 0 {
        let reasons: Vec<_> = plan.left_out.iter().map(|(why, nodes)| format!("{nodes} {why}")).collect();
        writeln!(out, "\n{} not counted: {}", count(skipped, "node"), reasons.join("; "))?;
    }
    Ok(())
}

fn compared(cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
    let plan = &cluster.plan;
    writeln!(out, "\nWarm targets compared, for all nodes with the pods that they have:")?;
    let unserved = plan.compared.iter().any(|row| row.unserved > 0);
    let shown = |name: &&str| *name != "UNSERVED" || unserved;
    let all = ["NO", "HELD", "WARM", "UNSERVED", "SUBNET", "CHANGE", "ROUNDS", "CALLS", "TARGETS", "WHY"];
    let mut columns = Columns::new(&all.into_iter().filter(shown).collect::<Vec<_>>());
    let now = plan.compared.first().map(|row| row.subnet_addresses).unwrap_or_default();
    for (number, compared) in (1_u64..).zip(&plan.compared) {
        let cells = [
            number.to_string(),
            compared.held.to_string(),
            compared.warm.to_string(),
            compared.unserved.to_string(),
            compared.subnet_addresses.to_string(),
            change(now, compared.subnet_addresses),
            compared.most_rounds.to_string(),
            compared.calls.to_string(),
            in_effect(&compared.targets, compared.mode),
            format!("{}{}", name(&compared.origins), rule(&compared.origins)),
        ];
        let cells = all.iter().zip(cells).filter(|(name, _)| shown(name));
        row(&mut columns, &cells.map(|(_, cell)| cell).collect::<Vec<_>>());
    }
    columns.write(out)?;
    writeln!(
        out,
        "\nSUBNET is what the nodes take from the pods' subnets, and CHANGE the difference to now. Pods that come at \
         once wait\nfor at most ROUNDS of at least 5 s each. CALLS are EC2 calls that change something. Smaller targets \
         free addresses\nbit by bit, and never a block that a pod still uses.\n"
    )?;
    for (number, compared) in (1_u64..).zip(&plan.compared) {
        let command = command(plan.mode, compared.mode, &compared.targets);
        writeln!(out, "# {number}: {}\n{command}", name(&compared.origins))?;
    }
    Ok(())
}

/// The difference between two numbers of addresses, with its sign.
fn change(now: u64, other: u64) -> String {
    match other.checked_sub(now) {
        Some(0) => "0".into(),
        Some(more) => format!("+{more}"),
        None => format!("-{}", now - other),
    }
}

fn subnets(cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
    let plan = &cluster.plan;
    let blocks = plan.mode == Mode::PrefixDelegation;
    let known = plan.subnets.iter().any(|subnet| subnet.holders.is_some());
    writeln!(out, "\nSubnets:")?;
    let shown = |name: &&str| match *name {
        "BLOCKS FREE" => blocks,
        "BROKEN" => blocks && known,
        "POOLS" | "ENIS" | "TRUNK+BRANCH" | "OTHER" => known,
        _ => true,
    };
    let all = [
        "SUBNET",
        "CIDR",
        "ZONE",
        "NODES",
        "ADDRESSES FREE",
        "BLOCKS FREE",
        "BROKEN",
        "POOLS",
        "ENIS",
        "TRUNK+BRANCH",
        "OTHER",
    ];
    let mut columns = Columns::new(&all.into_iter().filter(shown).collect::<Vec<_>>());
    for ((subnet, name), planned) in
        cluster.subnets().into_iter().zip(cluster.subnet_names()).zip(&plan.subnets)
    {
        let holders = planned.holders.unwrap_or_default();
        let reserved = match planned.free.reserved_blocks.most {
            0 => String::new(),
            _ => format!(" + {} reserved", between(planned.free.reserved_blocks)),
        };
        let cells = [
            Escaped(&name).to_string(),
            subnet.cidr().to_string(),
            Known(subnet.zone().map(Escaped)).to_string(),
            planned.nodes.to_string(),
            between(planned.free.addresses),
            between(planned.free.blocks) + &reserved,
            Known(planned.broken_blocks).to_string(),
            holders.pools.to_string(),
            holders.enis.to_string(),
            holders.trunk_and_branch_enis.to_string(),
            holders.other.to_string(),
        ];
        let cells = all.iter().zip(cells).filter(|(name, _)| shown(name));
        row(&mut columns, &cells.map(|(_, cell)| cell).collect::<Vec<_>>());
    }
    columns.write(out)?;
    if known {
        writeln!(
            out,
            "\nThe addresses of POOLS are these nodes' own for pods, those of ENIS the ENIs themselves.{}",
            if blocks { " A BROKEN /28 block has single addresses, and gives no prefix." } else { "" }
        )?;
    }
    Ok(())
}

fn rooms(cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
    let plan = &cluster.plan;
    if plan.subnets.iter().all(|subnet| subnet.room.is_empty()) {
        return Ok(());
    }
    writeln!(out, "\nRoom for one group alone, each node with as many pods as the group's fullest:")?;
    let mut columns = Columns::new(&["SUBNET", "GROUP", "INSTANCE TYPE", "PODS", "MORE NODES"]);
    for (name, planned) in cluster.subnet_names().iter().zip(&plan.subnets) {
        for room in &planned.room {
            let Some(group) = plan.groups.get(room.group) else { continue };
            row(
                &mut columns,
                &[
                    Escaped(name).to_string(),
                    group_name(group.name.as_deref()),
                    TypeLabel(&group.instance_type).to_string(),
                    room.pods.to_string(),
                    room.nodes.to_string(),
                ],
            );
        }
    }
    columns.write(out)
}

fn answers(cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
    let plan = &cluster.plan;
    let Some(question) = &cluster.question else { return unplaced(cluster, out) };
    writeln!(out, "\n{}:", question_words(question))?;
    let blocks = plan.mode == Mode::PrefixDelegation;
    let shown = |name: &&str| *name != "BLOCKS" || blocks;
    let all = ["SUBNET", "BLOCKS", "ADDRESSES", "VERDICT", "SHORT OF"];
    let mut columns = Columns::new(&all.into_iter().filter(shown).collect::<Vec<_>>());
    let mut verdicts: Vec<(Verdict, u64)> = Vec::new();
    for (name, planned) in cluster.subnet_names().iter().zip(&plan.subnets) {
        let Some(Answer { needed, verdict, short, .. }) = planned.answer else { continue };
        let short = match short {
            Some(Short::Blocks(blocks)) => count(blocks, "free block"),
            Some(Short::Addresses(addresses)) => count(addresses, "address"),
            None => "-".into(),
        };
        let cells = [
            Escaped(name).to_string(),
            needed.blocks.to_string(),
            needed.addresses.to_string(),
            verdict.name().to_owned(),
            short,
        ];
        let cells = all.iter().zip(cells).filter(|(name, _)| shown(name));
        row(&mut columns, &cells.map(|(_, cell)| cell).collect::<Vec<_>>());
        match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, subnets)) => *subnets += 1,
            None => verdicts.push((verdict, 1)),
        }
    }
    columns.write(out)?;
    verdicts.retain(|(verdict, _)| *verdict != Verdict::Fits);
    if !verdicts.is_empty() {
        writeln!(out)?;
    }
    for (verdict, subnets) in verdicts {
        let advice = advice::for_subnet(verdict, blocks);
        writeln!(out, "{}: {}: {advice}", count(subnets, "subnet"), verdict.name())?;
    }
    unplaced(cluster, out)
}

fn unplaced(cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
    match cluster.plan.unplaced {
        0 => Ok(()),
        nodes => writeln!(
            out,
            "\n{}: the subnet or the ENIs are not known, and no verdict counts them.",
            count(nodes, "node")
        ),
    }
}

/// The question in words, such as `10% more nodes, each node as full as its kubelet allows`.
fn question_words(question: &Question) -> String {
    let mut words = Vec::new();
    match question.surge {
        Some(Surge::Nodes(nodes)) => {
            words.push(format!("{nodes} more node{} of each group", if nodes == 1 { "" } else { "s" }));
        }
        Some(Surge::Percent(percent)) => words.push(format!("{percent}% more nodes of each group")),
        None => {}
    }
    if question.full {
        words.push("each node as full as its kubelet allows".into());
    }
    if question.spare > 0 {
        words.push(format!("{} to spare in each subnet", count(question.spare, "address")));
    }
    format!("Needed beyond what is held now, for {}", words.join(", "))
}

fn drain(cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
    let plan = &cluster.plan;
    if plan.drain.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\nNodes whose single addresses alone stand in blocks: drained and terminated, each frees them whole:"
    )?;
    let mut columns = Columns::new(&["NODE", "GROUP", "BLOCKS"]);
    for drain in plan.drain.iter().take(MOST_DRAINED) {
        let Some(node) = plan.nodes.get(drain.node) else { continue };
        let group = plan.groups.iter().find(|group| group.nodes.contains(&drain.node));
        let group = Known(group.map(group_words)).to_string();
        row(&mut columns, &[NodeName(&node.name).to_string(), group, drain.blocks.to_string()]);
    }
    columns.write(out)?;
    match plan.drain.len().saturating_sub(MOST_DRAINED) {
        0 => Ok(()),
        more => writeln!(out, "and {}", count(more as u64, "more node")),
    }
}
