//! Columns, and the commands that set what is compared, for people.

use std::fmt::Display;
use std::io::{self, Write};

use maxpods::Mode;
use maxpods::pool::Pool;
use maxpods::subnets::{Between, Verdict};
use maxpods::text::Escaped;

use super::{Format, Nodes, Placement, Plan, Row, command, count, in_effect, mode_words, name, why};
use crate::advice;
use crate::output::columns::{Columns, Known};

pub struct Table;

impl Format<Plan> for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "columns and commands, for people"
    }

    fn write(&self, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
        pools(plan, out)?;
        compared(plan, out)?;
        match &plan.nodes {
            Some(nodes) => self::nodes(plan, nodes, out),
            None => Ok(()),
        }
    }
}

/// The columns of a table of pools. Columns without figures are left out.
struct Shown {
    prefixes: bool,
    unserved: bool,
}

impl Shown {
    fn new<'a>(pools: impl IntoIterator<Item = &'a Pool>) -> Self {
        let mut shown = Self { prefixes: false, unserved: false };
        for pool in pools {
            shown.prefixes |= pool.mode == Mode::PrefixDelegation;
            shown.unserved |= pool.unserved > 0;
        }
        shown
    }

    fn header(&self) -> Vec<&'static str> {
        let all = ["ENIS", "PREFIXES", "HELD", "WARM", "UNSERVED", "SUBNET", "ROUNDS", "CALLS"];
        all.into_iter().filter(|name| self.has(name)).collect()
    }

    fn has(&self, name: &str) -> bool {
        match name {
            "PREFIXES" => self.prefixes,
            "UNSERVED" => self.unserved,
            _ => true,
        }
    }

    fn cells(&self, pool: &Pool) -> Vec<String> {
        let mut cells = vec![pool.enis.to_string()];
        if self.prefixes {
            cells.push(Known(pool.prefixes()).to_string());
        }
        cells.extend([pool.held.to_string(), pool.warm.to_string()]);
        if self.unserved {
            cells.push(pool.unserved.to_string());
        }
        cells.extend([pool.subnet_addresses, pool.rounds, pool.calls].map(|figure| figure.to_string()));
        cells
    }
}

/// A row of texts.
pub(super) fn row(columns: &mut Columns, cells: &[String]) {
    columns.row(&cells.iter().map(|cell| cell as &dyn Display).collect::<Vec<_>>());
}

fn pools(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let (mode, now) = (mode_words(plan.limits.mode), in_effect(&plan.targets, plan.limits.mode));
    let name = Escaped(&plan.instance_type.name);
    writeln!(out, "{name} with {mode}, {now}, max pods {}:", plan.max_pods)?;
    let shown = Shown::new(&plan.pools);
    let mut columns = Columns::new(&[vec!["PODS"], shown.header()].concat());
    for pool in &plan.pools {
        row(&mut columns, &[vec![pool.pods.to_string()], shown.cells(pool)].concat());
    }
    columns.write(out)
}

fn compared(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let pods = plan.compared.first().map(|compared| compared.pool.pods).unwrap_or_default();
    writeln!(out, "\nWarm targets compared, at {}:", count(pods, "pod"))?;
    let shown = Shown::new(plan.compared.iter().map(|compared| &compared.pool));
    let mut columns = Columns::new(&[vec!["NO"], shown.header(), vec!["TARGETS", "WHY"]].concat());
    for (number, compared) in (1..).zip(&plan.compared) {
        let number: u64 = number;
        let begin = vec![number.to_string()];
        let end = vec![in_effect(&compared.targets, compared.mode), why(plan, compared)];
        row(&mut columns, &[begin, shown.cells(&compared.pool), end].concat());
    }
    columns.write(out)?;
    writeln!(
        out,
        "\nSUBNET is what a node takes from its subnet. Pods that come at once wait for ROUNDS of at least 5 s \
         each.\nCALLS are EC2 calls that change something.\n"
    )?;
    for (number, compared) in (1..).zip(&plan.compared) {
        let number: u64 = number;
        let command = command(plan.limits.mode, compared.mode, &compared.targets);
        writeln!(out, "# {number}: {}\n{command}", name(&compared.origins))?;
    }
    Ok(())
}

fn nodes(plan: &Plan, nodes: &Nodes, out: &mut dyn Write) -> io::Result<()> {
    let pods = plan.compared.first().map(|compared| compared.pool.pods).unwrap_or_default();
    let spare = match nodes.spare {
        0 => String::new(),
        spare => format!(", and {} to spare in each subnet", count(spare, "address")),
    };
    let (count_of_nodes, each) = (count(nodes.count, "node"), count(pods, "pod"));
    writeln!(out, "\n{count_of_nodes} with {each} each{spare}:")?;
    match &nodes.placement {
        Placement::Subnets(rows) => subnets(plan, rows, out),
        Placement::Smallest(lengths) => {
            let mut columns = Columns::new(&["SUBNETS", "SMALLEST"]);
            for (subnets, length) in lengths {
                let length = length.map_or("larger than a /16".to_owned(), |length| format!("/{length}"));
                row(&mut columns, &[subnets.to_string(), length]);
            }
            columns.write(out)
        }
    }
}

fn subnets(plan: &Plan, rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let blocks = plan.limits.mode == Mode::PrefixDelegation;
    // A subnet without an id is named by its CIDR.
    let ids = rows.iter().any(|row| row.subnet != row.cidr.to_string());
    let mut header = vec!["SUBNET", "CIDR", "NODES", "BLOCKS", "FREE", "ADDRESSES", "FREE", "VERDICT"];
    if !blocks {
        header.drain(3..5);
    }
    if !ids {
        header.remove(1);
    }
    let mut columns = Columns::new(&header);
    for subnet in rows {
        let mut cells = vec![Escaped(&subnet.subnet).to_string()];
        if ids {
            cells.push(subnet.cidr.to_string());
        }
        cells.push(subnet.nodes.to_string());
        if blocks {
            let reserved = match subnet.free.reserved_blocks {
                Between { most: 0, .. } => String::new(),
                reserved => format!(" + {} reserved", between(reserved)),
            };
            cells.push(subnet.needed.blocks.to_string());
            cells.push(between(subnet.free.blocks) + &reserved);
        }
        cells.push(subnet.needed.addresses.to_string());
        cells.push(between(subnet.free.addresses));
        cells.push(subnet.verdict.name().to_owned());
        row(&mut columns, &cells);
    }
    columns.write(out)?;
    let mut verdicts: Vec<_> = Vec::new();
    for verdict in [Verdict::Depends, Verdict::DoesNotFit] {
        let count = rows.iter().filter(|row| row.verdict == verdict).count();
        if count > 0 {
            verdicts.push((verdict, count));
        }
    }
    if !verdicts.is_empty() {
        writeln!(out)?;
    }
    for (verdict, subnets) in verdicts {
        writeln!(
            out,
            "{}: {}: {}",
            count(subnets as u64, "subnet"),
            verdict.name(),
            advice::for_subnet(verdict, blocks)
        )?;
    }
    Ok(())
}

/// A number that is known, or the two numbers that it lies between.
pub(super) fn between(number: Between) -> String {
    if number.is_known() { number.most.to_string() } else { format!("{} to {}", number.least, number.most) }
}
