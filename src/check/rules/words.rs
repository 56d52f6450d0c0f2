//! The parts of messages that several rules have in common.

use std::rc::Rc;

use crate::Allowed;
use crate::check::facts::{Amount, Declared, NumberReader};
use crate::check::join::{Case, TypeLimits};
use crate::check::report::listed;
use crate::check::source::Spot;
use crate::text::Escaped;

/// A longer line is not repeated in a remedy: a Terraform plan is a single line.
const LONGEST_LINE: usize = 160;

/// The beginning of a message: the name of the group.
pub(super) fn subject(case: &Case<'_>) -> String {
    case.group.name.as_ref().map_or_else(String::new, |name| format!("{name}: "))
}

/// A number of pods in words.
pub(super) fn counted(pods: u64) -> String {
    format!("{pods} {}", if pods == 1 { "pod" } else { "pods" })
}

/// A number of pods with its verb, as in `58 pods are`; `may be` where the types are not certain.
pub(super) fn pods_are(case: &Case<'_>, pods: u64) -> String {
    let are = if pods == 1 { "is" } else { "are" };
    format!("{} {}", counted(pods), verb(case, are, "may be"))
}

/// `may be` where the types may be fewer than those that are known, else `is`, or the like.
pub(super) fn verb<'v>(case: &Case<'_>, is: &'v str, may_be: &'v str) -> &'v str {
    case.types.as_ref().map_or(is, |types| types.verb(is, may_be))
}

/// The names of types in a row, cut where there are many.
pub(super) fn names(types: &[(&TypeLimits, u64)]) -> String {
    listed(types.iter().map(|(one, _)| one.name()))
}

/// The names of types in a row, each with the number of pods that it allows.
pub(super) fn names_with(types: &[(&TypeLimits, u64)], allowed: impl Fn(&TypeLimits) -> Allowed) -> String {
    listed(types.iter().map(|(one, _)| format!("{} ({})", one.name(), allowed(one))))
}

/// The names of types for a program.
pub(super) fn all_names(case: &Case<'_>, types: &[(&TypeLimits, u64)]) -> Rc<[Rc<str>]> {
    case.table.shared(types.iter().map(|(one, _)| Rc::clone(&one.name)).collect())
}

/// The line with another number in place of this one, so that everything else on it stays: `None` where the line is
/// long, or does not have the number at that place.
pub(super) fn line_with(spot: &Spot, old: u64, new: u64) -> Option<String> {
    let (line, column) = spot.line();
    if line.len() > LONGEST_LINE {
        return None;
    }
    let start = line.char_indices().nth(column.checked_sub(1)?).map(|(at, _)| at)?;
    let (before, rest) = line.split_at(start);
    let digits = old.to_string();
    // The place is that of the number, or that of a flag in front of it.
    let is_digit = |text: &str, at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let found = rest.match_indices(&digits).map(|(at, _)| at);
    let mut whole =
        found.filter(|&at| (at == 0 || !is_digit(rest, at - 1)) && !is_digit(rest, at + digits.len()));
    let at = whole.next()?;
    let after = rest.get(at + digits.len()..)?;
    let line = format!("{before}{}{new}{after}", rest.get(..at)?);
    Some(Escaped(line.trim().trim_end_matches('\\').trim_end()).to_string())
}

/// The remedy that writes this number in place of the one there.
pub(super) fn write(case: &Case<'_>, found: &Declared<u64>, new: u64) -> String {
    line_with(&found.spot, found.value, new).unwrap_or_else(|| setting(case.group.reader, new))
}

/// The number as its reader takes it.
pub(super) fn setting(reader: NumberReader, pods: u64) -> String {
    match reader {
        NumberReader::Nodeadm | NumberReader::Karpenter | NumberReader::Kubelet => format!("maxPods: {pods}"),
        NumberReader::Bootstrap => format!("--use-max-pods false --kubelet-extra-args '--max-pods={pods}'"),
        NumberReader::Bottlerocket => format!("max-pods = {pods}"),
        NumberReader::Eksctl { .. } => format!("maxPodsPerNode: {pods}"),
    }
}

/// The number of an amount in a remedy, or a word where it is none.
pub(super) fn amount(number: Option<&Amount>) -> String {
    number.and_then(Amount::number).map_or_else(|| "NUMBER".into(), |number| number.to_string())
}
