//! Charts of Helm that install another CNI, by the tools that install them: Flux, Argo CD, kustomize and Terraform.
//!
//! Source: the values of the charts `cilium` and `tigera-operator`; `HelmRelease` of Flux's helm-controller,
//! `Application` and `ApplicationSet` of Argo CD, `helmCharts` of kustomize.

use std::rc::Rc;

use super::network;
use crate::check::facts::Facts;
use crate::check::reading::Reading;
use crate::check::source::Source;
use crate::check::syntax::yaml;
use crate::check::tree::Tree;

const CILIUM: &str = "cilium";
const CALICO: &str = "tigera-operator";

/// Words of which each object here has one: the names of the charts.
pub(super) const WORDS: &[&str] = &[CILIUM, CALICO];

/// True if an object of this kind may install a chart.
pub(super) fn is(api_version: &str, kind: &str) -> bool {
    let group = match kind {
        "HelmRelease" => "helm.toolkit.fluxcd.io/",
        "Application" | "ApplicationSet" => "argoproj.io/",
        "Kustomization" => "kustomize.config.k8s.io/",
        _ => return false,
    };
    api_version.starts_with(group)
}

/// Reads the object. Most of them install something else.
pub(super) fn read(reading: &Reading, _: &Rc<Source>, tree: &Rc<Tree>) -> Facts {
    let releases = match tree.get("kind").and_then(|kind| kind.text()) {
        Some("HelmRelease") => flux(tree).into_iter().collect(),
        Some("Application") => tree.get("spec").map(|spec| argo_cd(spec)).unwrap_or_default(),
        Some("ApplicationSet") => {
            tree.at(&["spec", "template", "spec"]).map(|spec| argo_cd(spec)).unwrap_or_default()
        }
        _ => kustomize(tree),
    };
    let is_other = releases.iter().any(|release| release.installs_other_cni(reading));
    if is_other { network::other() } else { Facts::default() }
}

fn flux(tree: &Tree) -> Option<Release<'_>> {
    let text = |path: &[&str]| tree.at(path).and_then(|value| value.text());
    // The object that `chartRef` names has most often the name of the chart.
    let chart = text(&["spec", "chart", "spec", "chart"]).or_else(|| text(&["spec", "chartRef", "name"]))?;
    Some(Release { chart, values: tree.at(&["spec", "values"]).into_iter().collect(), single: Vec::new() })
}

fn argo_cd(spec: &Tree) -> Vec<Release<'_>> {
    let sources = spec.get("sources").map_or(&[][..], |sources| sources.items());
    let release = |source| {
        let helm = |key| Tree::at(source, &["helm", key]);
        let chart = Tree::get(source, "chart")?.text()?;
        let values = helm("values").into_iter().chain(helm("valuesObject")).collect();
        let parameters = helm("parameters").map_or(&[][..], |list| list.items());
        Some(Release { chart, values, single: pairs(parameters) })
    };
    let sources = spec.get("source").into_iter().chain(sources);
    sources.filter_map(|source: &Rc<Tree>| release(source)).collect()
}

fn kustomize(tree: &Tree) -> Vec<Release<'_>> {
    let charts = tree.get("helmCharts").map_or(&[][..], |charts| charts.items());
    let release = |chart| {
        let values = Tree::get(chart, "valuesInline").into_iter().collect();
        Some(Release { chart: Tree::get(chart, "name")?.text()?, values, single: Vec::new() })
    };
    charts.iter().filter_map(|chart: &Rc<Tree>| release(chart)).collect()
}

/// A chart that is installed, with the values that are known here.
pub(super) struct Release<'t> {
    /// The name of the chart, or an address that ends with it.
    pub chart: &'t str,
    /// Maps, or texts of YAML. A later one wins.
    pub values: Vec<&'t Rc<Tree>>,
    /// Single values by their dotted keys. They win over `values`.
    pub single: Vec<(&'t str, &'t str)>,
}

impl Release<'_> {
    /// True if the pods of the cluster get their addresses from this chart. Cilium in a chain behind the VPC CNI, or
    /// with addresses of ENIs, leaves the limits of EC2 in force; the operator of Calico takes the VPC CNI on EKS
    /// unless it is told otherwise.
    pub fn installs_other_cni(&self, reading: &Reading) -> bool {
        let chart = self.chart.rsplit('/').next().unwrap_or(self.chart);
        if !WORDS.contains(&chart) {
            return false;
        }
        let values: Vec<_> = self.values.iter().filter_map(|values| parsed(reading, values)).collect();
        let is = |key: &str, wanted: &str| {
            let single = self.single.iter().rev().find(|(name, _)| *name == key).map(|(_, value)| *value);
            let path: Vec<_> = key.split('.').collect();
            let of_values = || values.iter().rev().find_map(|values| values.at(&path)?.text());
            single.or_else(of_values) == Some(wanted)
        };
        if chart == CALICO {
            return is("installation.cni.type", "Calico");
        }
        !(is("cni.chainingMode", "aws-cni") || is("ipam.mode", "eni") || is("eni.enabled", "true"))
    }
}

/// Values as a map. A text counts against the budget of the run, because many releases may share one.
fn parsed(reading: &Reading, values: &Rc<Tree>) -> Option<Rc<Tree>> {
    let Some(text) = values.text() else { return Some(Rc::clone(values)) };
    if reading.left() < text.len() as u64 {
        return None;
    }
    reading.take(text.len());
    let mut first = None;
    yaml::documents(text, |tree, _| first = first.take().or(Some(tree))).ok()?;
    first
}

/// The names and values of a list of maps that have both.
pub(super) fn pairs(list: &[Rc<Tree>]) -> Vec<(&str, &str)> {
    list.iter().filter_map(|one| Some((one.get("name")?.text()?, one.get("value")?.text()?))).collect()
}
