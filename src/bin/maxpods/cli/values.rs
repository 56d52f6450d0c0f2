//! Parsers for the values of options.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use maxpods::text::whole_number;

/// A parser for whole numbers in this range. Its error names what is counted, the range, and an example.
pub(super) fn count(
    what: &'static str,
    range: RangeInclusive<u32>,
    example: u32,
) -> impl Fn(&str) -> Result<u32, String> + Clone {
    move |text| match whole_number(text).map(u32::try_from) {
        Some(Ok(number)) if range.contains(&number) => Ok(number),
        _ => {
            let (least, most) = (range.start(), range.end());
            Err(format!("not a whole number of {what} from {least} to {most}; give one, such as {example}"))
        }
    }
}

/// The value of `--cni-max-eni`. An empty value counts as not given.
#[derive(Clone, Copy)]
pub struct MaxEni(pub Option<NonZeroU32>);

/// Reads the value of `--cni-max-eni`. Callers of the reference script write `--cni-max-eni "$MAX_ENI"` with a
/// variable that may be empty. The script treats an empty value as not given.
pub(super) fn max_eni(text: &str) -> Result<MaxEni, &'static str> {
    if text.trim().is_empty() {
        return Ok(MaxEni(None));
    }
    let limit = whole_number(text).ok_or("not a whole number of ENIs; give 1 or more")?;
    // No node has as many ENIs as the largest 32-bit number, so a larger limit means the same.
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    NonZeroU32::new(limit).map(|n| MaxEni(Some(n))).ok_or("a node has at least 1 ENI; give 1 or more")
}
