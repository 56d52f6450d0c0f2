//! The pool against the tables in the CNI's own documents.

use super::{P, S, eni, ip, limits, prefix};
use crate::Mode;
use crate::cni::WarmTargets;

/// Mode, type, targets, pods, slots on each ENI, spare addresses, and a remark where the document has
/// something else.
type Row = (Mode, &'static str, WarmTargets, u64, &'static [u64], u64, &'static str);

/// The tables of `docs/eni-and-ip-target.md` and `docs/prefix-and-ip-target.md`. Four of their rows
/// contradict the document's own text: here they have what the text and the source say. Max pods are
/// out of reach.
#[rustfmt::skip]
const TABLES: [Row; 36] = [
    (S, "t3.small", eni(1), 0, &[3], 3, ""),
    (S, "t3.small", eni(1), 5, &[3, 3, 3], 4, ""),
    (S, "t3.small", eni(1), 9, &[3, 3, 3], 0, ""),
    (S, "t3.small", ip(1, 1), 0, &[1], 1, ""),
    (S, "t3.small", ip(1, 1), 5, &[3, 3], 1, ""),
    (S, "t3.small", ip(1, 1), 9, &[3, 3, 3], 0, ""),
    (S, "t3.small", ip(2, 5), 0, &[3, 2], 5, "the document has 2 and 3: an ENI is filled before the next one"),
    (S, "t3.small", ip(2, 5), 5, &[3, 3, 1], 2, ""),
    (S, "t3.small", ip(2, 5), 9, &[3, 3, 3], 0, ""),
    (S, "p3dn.24xlarge", eni(1), 0, &[49], 49, ""),
    (S, "p3dn.24xlarge", eni(1), 3, &[49, 49], 95, ""),
    (S, "p3dn.24xlarge", eni(1), 95, &[49, 49, 49], 52, ""),
    (S, "p3dn.24xlarge", ip(5, 10), 0, &[10], 10, ""),
    (S, "p3dn.24xlarge", ip(5, 10), 7, &[12], 5, ""),
    (S, "p3dn.24xlarge", ip(5, 10), 15, &[20], 5, ""),
    (S, "p3dn.24xlarge", ip(5, 10), 45, &[49, 1], 5, ""),
    (P, "t3.small", prefix(1), 0, &[1], 16, ""),
    (P, "t3.small", prefix(1), 5, &[2], 27, ""),
    (P, "t3.small", prefix(1), 16, &[2], 16, ""),
    (P, "t3.small", prefix(1), 17, &[3], 31, ""),
    (P, "t3.small", prefix(1), 58, &[3, 2], 22, ""),
    (P, "t3.small", ip(1, 1), 0, &[1], 16, ""),
    (P, "t3.small", ip(1, 1), 5, &[1], 11, ""),
    (P, "t3.small", ip(1, 1), 17, &[2], 15, ""),
    (P, "t3.small", ip(1, 1), 58, &[3, 1], 6, ""),
    (P, "t3.small", ip(7, 20), 0, &[2], 32, "mistake: the document has 1 prefix, which is less than the minimum of 20"),
    (P, "t3.small", ip(7, 20), 5, &[2], 27, ""),
    (P, "t3.small", ip(7, 20), 17, &[2], 15, ""),
    (P, "t3.small", ip(7, 20), 58, &[3, 2], 22, ""),
    (P, "p3dn.24xlarge", prefix(1), 0, &[1], 16, ""),
    (P, "p3dn.24xlarge", prefix(1), 3, &[2], 29, "mistake: the document has more ENIs, but an ENI is attached once the others are full"),
    (P, "p3dn.24xlarge", prefix(1), 95, &[7], 17, "mistake: the document has more ENIs, but an ENI is attached once the others are full"),
    (P, "p3dn.24xlarge", ip(5, 10), 0, &[1], 16, ""),
    (P, "p3dn.24xlarge", ip(5, 10), 7, &[1], 9, ""),
    (P, "p3dn.24xlarge", ip(5, 10), 15, &[2], 17, ""),
    (P, "p3dn.24xlarge", ip(5, 10), 45, &[4], 19, "mistake: the document has more ENIs, but an ENI is attached once the others are full"),
];

#[test]
fn the_tables_of_the_cni() {
    let wrong: Vec<_> = TABLES
        .into_iter()
        .map(|row| (row, limits(row.1, row.0).pool(&row.2, row.3)))
        .filter(|((_, _, _, _, per_eni, warm, _), pool)| (&*pool.per_eni, pool.warm) != (*per_eni, *warm))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(TABLES.iter().filter(|row| row.6.starts_with("mistake")).count(), 4);
}
