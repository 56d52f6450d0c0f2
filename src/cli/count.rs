//! Values of options that count something.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// A parser of whole numbers in this range. What it refuses is answered with what is counted, the
/// range, and a number to take.
pub(super) fn count<N>(
    what: &'static str,
    range: RangeInclusive<N>,
    such_as: N,
) -> impl Fn(&str) -> Result<N, String> + Clone
where
    N: FromStr + PartialOrd + Display + Clone,
{
    move |text| match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => {
            let (least, most) = (range.start(), range.end());
            Err(format!("not a whole number of {what} from {least} to {most}; give one, such as {such_as}"))
        }
    }
}
