//! The formats of `maxpods list`, a file a format; a new one is its file and its line here.

mod csv;
mod eni_max_pods;
mod json;
mod table;

use maxpods::{Breakdown, Evaluation, Expression};

use super::{Answer, Format};

/// What there is to list.
pub enum Listing {
    Rules(Vec<Answer<Breakdown>>),
    /// An expression that fails for some types fails in their rows.
    Expression(Expression, Vec<Answer<Result<Evaluation, maxpods::Error>>>),
}

/// The number of a row, or why there is none, in one line.
fn outcome(result: &Result<Evaluation, maxpods::Error>) -> Result<&Evaluation, String> {
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
