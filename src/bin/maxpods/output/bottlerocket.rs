//! Bottlerocket's settings, for its user data.

use std::io::{self, Write};

use super::{Format, Group};

pub struct Bottlerocket;

impl Format<Group> for Bottlerocket {
    fn name(&self) -> &'static str {
        "bottlerocket"
    }

    fn about(&self) -> &'static str {
        "TOML user data for Bottlerocket"
    }

    fn carries_kube_reserved(&self) -> bool {
        true
    }

    fn takes_zero(&self) -> bool {
        false
    }

    fn write(&self, group: &Group, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "[settings.kubernetes]\nmax-pods = {}", group.max_pods())?;
        let Some(reserved) = group.kube_reserved() else {
            return Ok(());
        };
        writeln!(out, "\n[settings.kubernetes.kube-reserved]")?;
        reserved.quantities().try_for_each(|(name, value)| writeln!(out, "{name} = \"{value}\""))
    }
}
