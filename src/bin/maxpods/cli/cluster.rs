//! The options that choose the cluster for kubectl.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Args;

/// The options that choose the cluster for kubectl.
#[derive(Args)]
#[command(next_help_heading = "Cluster")]
pub struct ClusterArgs {
    /// Ask the cluster of this context, with kubectl
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, conflicts_with = "file")]
    pub context: Option<OsString>,

    /// Ask a cluster of this kubeconfig, with kubectl
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub kubeconfig: Option<OsString>,

    /// Ask this cluster of the kubeconfig, with kubectl
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, conflicts_with = "file")]
    pub cluster: Option<OsString>,

    /// Ask the cluster with PROGRAM in place of kubectl
    #[arg(long, value_name = "PROGRAM", conflicts_with = "file")]
    pub kubectl: Option<OsString>,
}

impl ClusterArgs {
    /// True if one of these options is given.
    pub fn any_given(&self) -> bool {
        self.kubectl.is_some() || self.handed_on().any(|(_, value)| value.is_some())
    }

    /// The program that is run as kubectl.
    pub fn program(&self) -> &OsStr {
        self.kubectl.as_deref().unwrap_or(OsStr::new("kubectl"))
    }

    /// The options that are passed on to kubectl.
    pub fn for_kubectl(&self) -> impl Iterator<Item = OsString> {
        self.handed_on().filter_map(|(option, value)| {
            let mut word = OsString::from(option);
            word.push("=");
            word.push(value?);
            Some(word)
        })
    }

    fn handed_on(&self) -> impl Iterator<Item = (&'static str, Option<&OsString>)> {
        [
            ("--context", self.context.as_ref()),
            ("--kubeconfig", self.kubeconfig.as_ref()),
            ("--cluster", self.cluster.as_ref()),
        ]
        .into_iter()
    }
}

/// True if kubectl runs us as its plugin: `kubectl maxpods` looks for a program `kubectl-maxpods`.
pub fn is_kubectl_plugin() -> bool {
    env::args_os().next().is_some_and(|program| is_plugin_name(&program))
}

fn is_plugin_name(program: &OsStr) -> bool {
    let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy();
    // On Windows, names of files have no fixed case.
    let name = if cfg!(windows) { name.to_lowercase() } else { name.into_owned() };
    name.strip_suffix(".exe").unwrap_or(&name) == "kubectl-maxpods"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_plugin() {
        let cases = [
            ("kubectl-maxpods", true),
            ("/usr/local/bin/kubectl-maxpods", true),
            ("kubectl-maxpods.exe", true),
            ("KUBECTL-MAXPODS.EXE", cfg!(windows)),
            ("Kubectl-Maxpods", cfg!(windows)),
            ("maxpods", false),
            ("/kubectl-maxpods/maxpods", false),
            ("kubectl-maxpods-old", false),
            ("", false),
        ];
        let wrong: Vec<_> =
            cases.into_iter().filter(|(name, is)| is_plugin_name(OsStr::new(name)) != *is).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
