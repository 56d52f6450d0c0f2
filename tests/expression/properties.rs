//! Random expressions, held to a second evaluator that shares nothing with the first.

use super::cel::{self, Generator, Outcome, Type, Value};
use crate::support::{cases, check_each};
use maxpods::expression::{Dialect, Expression};
use maxpods::{Error, InstanceType};
use proptest::prelude::*;

/// A type whose variables have the values that the second evaluator knows.
fn instance_type() -> InstanceType {
    let mut t = InstanceType::new("m5.large", 3, 10);
    t.vcpus = Some(2);
    t.memory_mib = Some(8192);
    t
}

fn pods(text: &str, dialect: Dialect) -> Result<u64, Error> {
    Ok(Expression::compile(text, dialect)?.evaluate(&instance_type())?.max_pods)
}

/// Turns an expression of any type into one whose result says whether it has this value.
fn probe(text: &str, value: &Value) -> String {
    match value {
        Value::Double(n) if n.is_nan() => format!("({text}) != ({text}) ? 1 : 2"),
        Value::Double(n) if n.is_infinite() => {
            format!("({text}) == {}1.0 / 0.0 ? 1 : 2", if *n < 0.0 { "-" } else { "" })
        }
        value => format!("({text}) == {} ? 1 : 2", value.literal()),
    }
}

proptest! {
    #![proptest_config(cases(5_000))]

    #[test]
    fn both_evaluators_agree(seed: u64, karpenter: bool) {
        let mut generator = Generator::new(seed, karpenter);
        let expression = generator.any(4);
        let text = expression.to_text(&mut generator);
        let dialect = if karpenter { Dialect::Karpenter } else { Dialect::Nodeadm };
        let compiled = Expression::compile(&text, dialect);
        match expression.kind() {
            None => {
                // A list or a map of mixed types is not covered; all else is wrong.
                let refused = matches!(compiled, Err(Error::InvalidExpression { .. } | Error::ExpressionNotCovered { .. }));
                prop_assert!(refused, "{text}");
            }
            Some(kind) => {
                let takes = if karpenter { matches!(kind, Type::Int | Type::Double) } else { kind != Type::Bool };
                prop_assert_eq!(compiled.is_ok(), takes, "{} {:?}", text, compiled);
                match expression.evaluate(karpenter) {
                    Outcome::Value(value) => {
                        prop_assert_eq!(pods(&probe(&text, &value), dialect).ok(), Some(1), "{} {:?}", text, value);
                        if takes {
                            let expected = cel::pods(&value, i128::from(!karpenter));
                            prop_assert_eq!(pods(&text, dialect).ok(), expected, "{} {:?}", text, value);
                        }
                    }
                    Outcome::Error => {
                        let failed = pods(&format!("[{text}] == [] ? 1 : 2"), dialect).is_err()
                            && matches!(pods(&format!("({text}) == ({text}) ? 1 : 2"), dialect), Err(Error::ExpressionFailed { .. }));
                        prop_assert!(failed, "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_damage_to_an_expression_makes_it_panic(seed: u64, at: prop::sample::Index, junk in "[(){}?:+*'\"!&|<=.,0-9au\\[\\]\\\\\u{e9}-]{0,3}", cut in 0_usize..3) {
        let mut generator = Generator::new(seed, true);
        let expression = generator.any(4);
        let mut text: Vec<char> = expression.to_text(&mut generator).chars().collect();
        let at = at.index(text.len());
        let end = (at + cut).min(text.len());
        text.splice(at..end, junk.chars());
        let text: String = text.into_iter().collect();
        for dialect in Dialect::ALL {
            if let Err(error) = pods(&text, dialect) {
                let (Error::InvalidExpression { error, .. }
                | Error::ExpressionNotCovered { error, .. }
                | Error::ExpressionFailed { error, .. }) = error
                else {
                    return Err(TestCaseError::fail(text));
                };
                let place = error.place().map_or(0, |place| place.offset);
                prop_assert!(place <= text.len() && text.is_char_boundary(place), "{text:?} {place}");
            }
        }
    }
}

#[test]
fn the_random_expressions_are_of_every_kind() {
    let (mut refused, mut failed, mut given) = (0, 0, 0);
    for seed in 0..10_000_u64 {
        let expression = Generator::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), seed % 2 == 0).any(4);
        match (expression.kind(), expression.evaluate_if_typed()) {
            (None, _) => refused += 1,
            (Some(_), Some(Outcome::Value(_))) => given += 1,
            (Some(_), _) => failed += 1,
        }
    }
    assert!(refused > 500 && failed > 1_000 && given > 3_000, "{refused} {failed} {given}");
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
                let text = open.repeat(times) + core + &close.repeat(times);
                let _ = pods(&text, Dialect::Karpenter);
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(deep);
    thread.expect("a thread starts").join().expect("it ends");
}
