//! The branch ENIs of instance types, for security groups for pods.
//!
//! EC2 has no API for them. `data/README.md` says where the facts come from.

use std::cmp::Ordering;

/// A line for each type: its name, and the largest number of its branch ENIs, or 0 if the type cannot have a trunk
/// ENI. The lines are in byte order of the names. A test checks that.
static TABLE: &str = include_str!("../../data/branch-enis.tsv");

/// The largest number of branch ENIs on the trunk ENI of this type: 0 if it cannot have a trunk; `None` if it is not
/// known.
///
/// ```
/// use maxpods::instance_type::branch_enis;
/// assert_eq!(branch_enis("m5.large"), Some(9));
/// assert_eq!(branch_enis("t3.medium"), Some(0));
/// assert_eq!(branch_enis("x99.large"), None);
/// ```
#[must_use]
pub fn branch_enis(instance_type: &str) -> Option<u32> {
    // A binary search over the text itself: most callers ask for one type.
    let mut rest = TABLE;
    while !rest.is_empty() {
        let middle = rest.get(..rest.len() / 2)?;
        let start = middle.rfind('\n').map_or(0, |end| end + 1);
        let (line, after) = rest.get(start..)?.split_once('\n')?;
        let (name, count) = line.split_once('\t')?;
        match name.cmp(instance_type) {
            Ordering::Less => rest = after,
            Ordering::Equal => return count.parse().ok(),
            Ordering::Greater => rest = rest.get(..start)?,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found() {
        let names: Vec<_> = TABLE.lines().filter_map(|line| line.split_once('\t')).collect();
        assert_eq!(names.len(), TABLE.lines().count());
        assert!(TABLE.ends_with('\n') && names.is_sorted_by(|(a, _), (b, _)| a < b));
        for (name, count) in names {
            assert_eq!(branch_enis(name), Some(count.parse().unwrap()), "{name}");
            // Names around it that are not in the table.
            assert_eq!(branch_enis(&format!("{name}x")), None);
            assert_eq!(branch_enis(&name[..name.len() - 1]), None);
        }
        for name in ["", "\t", "a", "~", "m5.large\t9", "é"] {
            assert_eq!(branch_enis(name), None, "{name}");
        }
    }
}
