//! The formats of `maxpods list`, with a file for each. A new format needs a file and a line in [`FORMATS`].

mod csv;
mod eni_max_pods;
mod json;
mod table;

use maxpods::Breakdown;
use maxpods::expression::{Evaluation, Expression};

use super::{Answer, Format};

/// The rows to print.
pub enum Listing {
    Rules(Vec<Answer<Breakdown>>),
    /// The expression may fail for some types. Then their rows hold the error.
    Expression(Expression, Vec<Answer<Result<Evaluation, maxpods::Error>>>),
}

/// True if the rows show the branch ENIs of their types, because security groups for pods are on.
fn with_branch_enis(rows: &[Answer<Breakdown>]) -> bool {
    rows.iter().any(|row| row.outcome.trunk.is_some())
}

/// The result of an expression for one type. An error is told in one line.
fn in_one_line(result: &Result<Evaluation, maxpods::Error>) -> Result<&Evaluation, String> {
    result.as_ref().map_err(|error| match error {
        maxpods::Error::ExpressionFailed { error, .. }
        | maxpods::Error::ExpressionNotCovered { error, .. } => error.message().to_owned(),
        other => other.to_string().replace('\n', " "),
    })
}

/// Every format of `list`, in the order in which the help lists them.
pub static FORMATS: &[&dyn Format<Listing>] =
    &[&table::Table, &json::Json, &csv::Csv, &eni_max_pods::EniMaxPods];

/// The name of the format that is printed unless another is asked for.
pub const DEFAULT: &str = "table";
