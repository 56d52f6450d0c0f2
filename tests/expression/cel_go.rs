//! Expressions whose answers are known from cel-go itself.

use maxpods::expression::{Dialect, Expression};
use maxpods::{Error, InstanceType};

/// The answers of cel-go 0.29.2 in nodeadm's environment and of 0.31.0 in Karpenter's.
const TABLE: &str = include_str!("cel-go.tsv");
/// The same for maps, patterns and doubles as text.
const MAPS: &str = include_str!("cel-go-maps.tsv");

/// The outcome of an expression here, in the words of the table.
fn outcome(result: Result<u64, Error>) -> String {
    match result {
        Ok(pods) => pods.to_string(),
        Err(Error::InvalidExpression { .. }) => "compile".into(),
        Err(Error::ExpressionNotCovered { error, .. }) => {
            let message = error.message();
            assert!(message.starts_with("maxpods does not cover "), "{message}");
            let end = " of CEL: this expression may be right, and cannot be tried here";
            assert!(message.ends_with(end), "{message}");
            "not-covered".into()
        }
        Err(Error::ExpressionFailed { error, .. }) => {
            let Some(result) = error.message().strip_prefix("the result ") else { return "eval".into() };
            let range = result.strip_prefix("is ").and_then(|result| result.split_once(';'));
            range.map_or("convert".into(), |(number, _)| format!("range {number}"))
        }
        Err(other) => other.to_string(),
    }
}

/// A row of a table.
#[derive(Clone)]
struct Row<'a> {
    cel_go: &'a str,
    here: &'a str,
    dialect: Dialect,
    instance_type: InstanceType,
    expression: String,
}

fn rows(table: &str) -> Vec<Row<'_>> {
    table.lines().filter(|line| !line.starts_with('#')).skip(1).map(row).collect()
}

fn row(line: &str) -> Row<'_> {
    let cells: Vec<_> = line.split('\t').collect();
    let [cel_go, here, dialect, name, enis, ipv4, vcpus, memory, expression] = cells[..] else {
        panic!("{line}");
    };
    let dialect = Dialect::ALL.into_iter().find(|d| d.name() == dialect).expect("a dialect");
    let mut instance_type = InstanceType::new(name, enis.parse().unwrap(), ipv4.parse().unwrap());
    instance_type.vcpus = Some(vcpus.parse().unwrap());
    instance_type.memory_mib = Some(memory.parse().unwrap());
    let expression = serde_json::from_str(expression).expect("a JSON string");
    Row { cel_go, here, dialect, instance_type, expression }
}

/// Compares the outcome of a row with cel-go's.
fn check(row: &Row) -> Result<(), String> {
    let compiled = Expression::compile(&row.expression, row.dialect);
    let result = compiled.and_then(|compiled| compiled.evaluate(&row.instance_type));
    let outcome = outcome(result.map(|evaluation| evaluation.max_pods));
    let fits = match (row.here, row.cel_go) {
        // Before it evaluates anything, this says that a bool or a type is no number in the end.
        ("=", "convert") => outcome == "convert" || outcome == "compile",
        ("=", expected) | (expected, _) => outcome == expected,
    };
    let start: String = row.expression.chars().take(100).collect();
    if fits { Ok(()) } else { Err(format!("{}: {start}: {outcome}, not {}", row.dialect, row.cel_go)) }
}

#[test]
fn every_expression_comes_out_as_in_cel_go() {
    let (rows, mut maps) = (rows(TABLE), rows(MAPS));
    assert_eq!((rows.len(), maps.len()), (377, 219));
    // A row of the second table for nodeadm holds for Karpenter too, unless Karpenter has its own.
    let (own, others): (Vec<_>, Vec<_>) =
        maps.iter().cloned().partition(|row| row.dialect == Dialect::Karpenter);
    let is_own = |row: &Row| own.iter().any(|own| own.expression == row.expression);
    let shared = others.into_iter().filter(|row| row.dialect == Dialect::Nodeadm && !is_own(row));
    maps.extend(shared.map(|row| Row { dialect: Dialect::Karpenter, ..row }));
    let wrong: Vec<_> = rows.iter().chain(&maps).filter_map(|row| check(row).err()).collect();
    assert_eq!(wrong, Vec::<String>::new());
}
