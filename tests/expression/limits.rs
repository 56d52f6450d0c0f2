//! Expressions that are long, deep or slow to evaluate.

use std::time::{Duration, Instant};

use maxpods::expression::{Dialect, Expression};
use maxpods::{Catalog, Error, InstanceType};

use super::evaluate;
use crate::support::check_each;

fn pods(text: &str, dialect: Dialect) -> Result<u64, Error> {
    Ok(Expression::compile(text, dialect)?.evaluate(&InstanceType::new("m5.large", 3, 10))?.max_pods)
}

fn nested(open: &str, core: &str, close: &str, times: usize) -> String {
    open.repeat(times) + core + &close.repeat(times)
}

#[test]
fn a_megabyte_is_refused() {
    check_each(
        ["max_pods + ".repeat(100_000) + "1", "é".repeat(500_000), "(".repeat(1 << 20), "\n".repeat(1 << 20)],
        |text| {
            let error = pods(&text, Dialect::Nodeadm).expect_err("too long").to_string();
            assert!(error.contains("longer than the 100000 characters"), "{error}");
            assert!(error.len() < 300, "{error}");
        },
    );
    // Characters are counted, not bytes.
    let text = format!("7 // {}", "é".repeat(99_995));
    assert_eq!(pods(&text, Dialect::Nodeadm).ok(), Some(7));
    assert!(pods(&(text + "é"), Dialect::Nodeadm).is_err());
}

#[test]
fn how_deep_is_too_deep() {
    check_each(
        [
            ("(", ")", 80),
            ("1 * (", ")", 80),
            ("int(", ")", 80),
            ("max_pods == 1 ? 1 : ", "", 249),
            ("0 + ", "", 250),
        ],
        |(open, close, most)| {
            assert_eq!(pods(&nested(open, "7", close, most), Dialect::Nodeadm).ok(), Some(7), "{open}");
            let error = evaluate("m5.large", "nodeadm", &nested(open, "7", close, most + 1)).error(1);
            assert!(error.contains("does not cover nesting this deep of CEL"), "{error}");
        },
    );
    // A long list is not a deep one.
    let list = format!("max_pods in [{}29] ? 7 : 1", "1, ".repeat(5_000));
    assert_eq!(pods(&list, Dialect::Nodeadm).ok(), Some(7));
}

#[test]
fn nothing_overflows_the_stack_of_a_thread() {
    // In a debug build, on the stack that Rust gives a thread.
    let deep = || {
        for (open, core, close) in [
            ("(", "1", ")"),
            ("1+(", "1", ")"),
            ("int(", "1", ")"),
            ("true?1:", "1", ""),
            ("1+", "1", ""),
            ("-(", "1", ")"),
            ("true?(", "1", "):1"),
            ("min(1,", "1", ")"),
            ("{'a':", "1", "}['a']"),
            ("1 in [", "1", "] ? 1 : 2"),
            ("{'a': 1}[", "'a'", "]"),
            ("''.matches(string(", "'a'", "))"),
            ("", "{'a': 1}", ".a"),
            ("", "a", ".b"),
            ("", "a", "[0]"),
        ] {
            for times in [1, 50, 79, 80, 81, 248, 249, 250, 251, 9_000] {
                let _ = pods(&nested(open, core, close, times), Dialect::Karpenter);
            }
        }
        let groups = nested("(", "a", ")", 40_000);
        let _ = pods(&format!("'a'.matches('{groups}') ? 1 : 2"), Dialect::Karpenter);
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(deep);
    thread.expect("a thread starts").join().expect("it ends");
}

#[test]
fn hostile_patterns_are_quick_or_refused() {
    let catalog = Catalog::new();
    let text = format!("('{}' + instance_type)", "a".repeat(40));
    check_each(["a?".repeat(500), "(a|a)*".repeat(249), nested("(a*", "b", ")*", 15)], |pattern| {
        let call = format!("{text}.matches('{pattern}')");
        let start = Instant::now();
        let expression = Expression::compile(&format!("{call} ? 1 : 2"), Dialect::Karpenter).expect("taken");
        for instance_type in catalog.types() {
            expression.evaluate(&instance_type).expect("a value");
        }
        // In a debug build, on a machine that has other things to do.
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    });
    // The patterns of an expression are counted together.
    let many = format!("''.matches('a') || ''.matches('{}') ? 1 : 2", "a?".repeat(500));
    let error = pods(&many, Dialect::Nodeadm).expect_err("too large").to_string();
    assert!(error.contains("does not cover regular expressions this large of CEL"), "{error}");
    let long = format!("'{}'.matches('a') ? 1 : 2", "a".repeat(65));
    let error = pods(&long, Dialect::Nodeadm).expect_err("too long").to_string();
    assert!(error.contains("does not cover matches() on texts this long of CEL"), "{error}");
}
