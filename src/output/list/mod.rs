//! The formats of `maxpods list`, a file a format; a new one is its file and its line here.

mod csv;
mod eni_max_pods;
mod json;
mod table;

use super::{Answer, Format};

/// Every format of `list`, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<[Answer]>] =
    &[&table::Table, &json::Json, &csv::Csv, &eni_max_pods::EniMaxPods];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "table";
