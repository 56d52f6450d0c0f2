//! Expressions whose answers are known from cel-go itself.

use maxpods::{Dialect, Error, Expression, InstanceType};

/// The answers of cel-go 0.29.2 in nodeadm's environment and of 0.31.0 in Karpenter's.
const TABLE: &str = include_str!("cel/cel-go.tsv");

/// What comes of an expression here, in the words of the table.
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

#[test]
fn every_expression_comes_out_as_in_cel_go() {
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in TABLE.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let cells: Vec<_> = line.split('\t').collect();
        let [cel_go, here, dialect, name, enis, ipv4, vcpus, memory, expression] = cells[..] else {
            panic!("{line}");
        };
        rows += 1;
        let dialect = Dialect::ALL.into_iter().find(|d| d.name() == dialect).expect("a dialect");
        let mut instance_type = InstanceType::new(name, enis.parse().unwrap(), ipv4.parse().unwrap());
        instance_type.vcpus = Some(vcpus.parse().unwrap());
        instance_type.memory_mib = Some(memory.parse().unwrap());
        let text: String = serde_json::from_str(expression).expect("a JSON string");

        let compiled = Expression::compile(&text, dialect);
        let result = compiled.and_then(|compiled| compiled.evaluate(&instance_type));
        let outcome = outcome(result.map(|evaluation| evaluation.max_pods));
        let fits = match (here, cel_go) {
            // Before it evaluates anything, this says what becomes of a bool or a type at the end.
            ("=", "convert") => outcome == "convert" || outcome == "compile",
            ("=", expected) | (expected, _) => outcome == expected,
        };
        if !fits {
            let start: String = expression.chars().take(100).collect();
            wrong.push(format!("{dialect}: {start}: {outcome}, and {cel_go} in cel-go"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(rows, 377);
}
