//! The formats of `maxpods verify`, a file a format; a new one is its file and its line here.

mod csv;
mod json;
mod table;

use maxpods::{CniSettings, Judgement, Node, Verdict};

use super::Format;

/// Every format of `verify`, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<Report>] = &[&table::Table, &json::Json, &csv::Csv];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "table";

/// The verdicts on a cluster's nodes, in the order of the input.
pub struct Report {
    checks: Vec<(Node, Judgement)>,
    cni: CniSettings,
}

impl Report {
    /// A report on a cluster whose CNI has these settings.
    pub fn new(cni: &CniSettings) -> Self {
        Self { checks: Vec::new(), cni: cni.clone() }
    }

    pub fn add(&mut self, node: Node, judgement: Judgement) {
        self.checks.push((node, judgement));
    }

    /// Whether no node is off.
    pub fn is_right(&self, allow_under: bool) -> bool {
        self.checks.iter().all(|(_, judgement)| match judgement.verdict {
            Verdict::Ok | Verdict::Skipped => true,
            Verdict::Under => allow_under,
            Verdict::Over | Verdict::Unknown => false,
        })
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.checks.iter().filter(|(_, judgement)| judgement.verdict == verdict).count()
    }
}
