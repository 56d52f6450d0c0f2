//! Comma-separated values with a header, for spreadsheets: the groups.

use std::io::{self, Write};

use maxpods::cluster::TypeLabel;

use super::{Cluster, Format, group_name};

pub struct Csv;

impl Format<Cluster> for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "comma-separated values with a header: the groups, or the pools of one type"
    }

    fn write(&self, cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record([
            "group",
            "instance_type",
            "nodes",
            "pods",
            "most_pods",
            "branch_pods",
            "held",
            "warm",
            "unserved",
            "subnet_addresses",
            "held_now",
        ])?;
        for group in &cluster.plan.groups {
            csv.serialize((
                group_name(group.name.as_deref()),
                TypeLabel(&group.instance_type).to_string(),
                group.nodes.len(),
                group.pods,
                group.most_pods,
                group.branch_pods,
                group.held,
                group.warm,
                group.unserved,
                group.subnet_addresses,
                group.held_now,
            ))?;
        }
        csv.flush()
    }
}
