//! The usual call of the main job, read without clap.
//!
//! clap's set-up is most of what the main job does beyond starting a process, about 80 µs of half a
//! millisecond, and bootstrap scripts call with nothing but the reference script's flags. So these are
//! looked at first; whatever else stands there, or is in any way odd, is clap's. The tests hold the
//! two to each other.

use std::ffi::OsString;

use super::options::max_eni;
use super::{Bounds, Calculate, Cni, ExpressionArgs, Facts, Limits};
use crate::output;

/// The main job's arguments, if the words are the reference script's flags alone and beyond doubt.
pub fn parse(mut words: impl Iterator<Item = OsString>) -> Option<Calculate> {
    let mut args = Calculate {
        instance_type: None,
        instance_type_from_imds: false,
        facts: Facts { instance_types_file: None },
        cni: Cni {
            cni_version: None,
            cni_custom_networking_enabled: false,
            cni_prefix_delegation_enabled: false,
            cni_max_eni: None,
            cni_from_daemonset: None,
        },
        limits: Limits {
            show_max_allowed: false,
            bounds: Bounds {
                max_pods_ceiling: None,
                host_network_pods: maxpods::HOST_NETWORK_PODS,
                reserved_enis: 0,
            },
        },
        expression: ExpressionArgs { expression: None, expression_dialect: None },
        output: output::FORMATS.iter().copied().find(|format| format.name() == output::DEFAULT)?,
        quiet: false,
    };
    while let Some(word) = words.next() {
        let word = word.into_string().ok()?;
        match word.as_str() {
            "--cni-custom-networking-enabled" => args.cni.cni_custom_networking_enabled = true,
            "--cni-prefix-delegation-enabled" => args.cni.cni_prefix_delegation_enabled = true,
            "--show-max-allowed" => args.limits.show_max_allowed = true,
            _ => {
                let (flag, value) = match word.split_once('=') {
                    Some((flag, value)) => (flag, value.to_owned()),
                    None => (word.as_str(), words.next()?.into_string().ok()?),
                };
                if value.starts_with('-') {
                    return None;
                }
                match flag {
                    "--instance-type" => args.instance_type = Some(value),
                    "--cni-version" => args.cni.cni_version = Some(value.parse().ok()?),
                    "--cni-max-eni" => args.cni.cni_max_eni = Some(max_eni(&value).ok()?),
                    _ => return None,
                }
            }
        }
    }
    args.instance_type.is_some().then_some(args)
}
