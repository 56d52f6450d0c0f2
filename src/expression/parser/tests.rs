//! Compares our parser with the one of the `cel` crate, which is made from cel-go's own grammar.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use super::super::error::ExpressionErrorKind;
use super::super::value::Value;
use super::{Kind, Node, parse};

/// A tree as text: two parsers agree if their texts are the same.
fn ours(node: &Node) -> String {
    let all = |nodes: &[Node]| nodes.iter().map(ours).collect::<Vec<_>>().join(" ");
    match &node.kind {
        Kind::Literal(Value::String(text)) => format!("{text:?}"),
        Kind::Literal(value) => value.to_string(),
        Kind::Name(name) => name.clone(),
        Kind::Not(operand) => format!("(! {})", ours(operand)),
        Kind::Negate(operand) => format!("(- {})", ours(operand)),
        Kind::Binary(operator, left, right) => format!("({operator} {} {})", ours(left), ours(right)),
        Kind::And(sides) => format!("(&& {})", all(sides)),
        Kind::Or(sides) => format!("(|| {})", all(sides)),
        Kind::Conditional(parts) => format!("(? {})", all(parts.as_slice())),
        Kind::List(elements) => format!("[{}]", all(elements)),
        Kind::Map(entries) => {
            let entry = |entry: &[Node; 2]| format!("{}: {}", ours(&entry[0]), ours(&entry[1]));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(" "))
        }
        Kind::Index(value, index) => format!("(index {} {})", ours(value), ours(index)),
        Kind::Select(value, field) => format!("(field {} {field})", ours(value)),
        Kind::Call(name, arguments) => format!("({name} {})", all(arguments)),
        Kind::Method(receiver, name, arguments) => format!("(.{name} {} {})", ours(receiver), all(arguments)),
    }
}

fn theirs(node: &IdedExpr) -> String {
    let all = |nodes: &[IdedExpr]| nodes.iter().map(theirs).collect::<Vec<_>>().join(" ");
    match &node.expr {
        Expr::Literal(LiteralValue::Boolean(b)) => b.inner().to_string(),
        Expr::Literal(LiteralValue::Int(n)) => n.inner().to_string(),
        Expr::Literal(LiteralValue::UInt(n)) => format!("{}u", n.inner()),
        Expr::Literal(LiteralValue::Double(n)) => format!("{:?}", n.inner()),
        Expr::Literal(LiteralValue::String(text)) => format!("{:?}", text.inner()),
        Expr::Ident(name) => name.trim_start_matches('.').into(),
        Expr::List(list) => format!("[{}]", all(&list.elements)),
        Expr::Map(map) => {
            let entries = map.entries.iter().map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => format!("{}: {}", theirs(&entry.key), theirs(&entry.value)),
                EntryExpr::StructField(field) => format!("not covered: {field:?}"),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        Expr::Select(select) => format!("(field {} {})", theirs(&select.operand), select.field),
        Expr::Call(call) => theirs_call(call),
        other => format!("not covered: {other:?}"),
    }
}

fn theirs_call(call: &CallExpr) -> String {
    let arguments = call.args.iter().map(theirs).collect::<Vec<_>>().join(" ");
    if let Some(target) = &call.target {
        return format!("(.{} {} {arguments})", call.func_name, theirs(target));
    }
    let sign = match call.func_name.as_str() {
        operators::CONDITIONAL => "?",
        operators::LOGICAL_AND => "&&",
        operators::LOGICAL_OR => "||",
        operators::LOGICAL_NOT => "!",
        operators::NEGATE => "-",
        operators::IN => "in",
        operators::INDEX => "index",
        name => name.trim_start_matches('.').trim_matches('_'),
    };
    if sign == "&&" || sign == "||" {
        return format!("({sign} {})", flattened(call).join(" "));
    }
    format!("({sign} {arguments})")
}

/// Their parser balances a chain of logical operators; ours keeps it as it was written.
fn flattened(call: &CallExpr) -> Vec<String> {
    let side = |side: &IdedExpr| match &side.expr {
        Expr::Call(inner) if inner.func_name == call.func_name && inner.target.is_none() => flattened(inner),
        _ => vec![theirs(side)],
    };
    call.args.iter().flat_map(side).collect()
}

/// Our parser makes a node of brackets in a chain of one logical operator, which mean nothing.
fn without_nested_chains(node: Node) -> Node {
    let map = |nodes: Vec<Node>| nodes.into_iter().map(without_nested_chains).collect::<Vec<_>>();
    let boxed = |node: Box<Node>| Box::new(without_nested_chains(*node));
    let kind = match node.kind {
        Kind::And(sides) => Kind::And(
            map(sides)
                .into_iter()
                .flat_map(|side| match side.kind {
                    Kind::And(inner) => inner,
                    kind => vec![Node { kind, ..side }],
                })
                .collect(),
        ),
        Kind::Or(sides) => Kind::Or(
            map(sides)
                .into_iter()
                .flat_map(|side| match side.kind {
                    Kind::Or(inner) => inner,
                    kind => vec![Node { kind, ..side }],
                })
                .collect(),
        ),
        Kind::Not(a) => Kind::Not(boxed(a)),
        Kind::Negate(a) => Kind::Negate(boxed(a)),
        Kind::Binary(operator, a, b) => Kind::Binary(operator, boxed(a), boxed(b)),
        Kind::Conditional(parts) => Kind::Conditional(Box::new(parts.map(without_nested_chains))),
        Kind::List(elements) => Kind::List(map(elements)),
        Kind::Map(entries) => {
            Kind::Map(entries.into_iter().map(|entry| entry.map(without_nested_chains)).collect())
        }
        Kind::Index(value, index) => Kind::Index(boxed(value), boxed(index)),
        Kind::Select(value, field) => Kind::Select(boxed(value), field),
        Kind::Call(name, arguments) => Kind::Call(name, map(arguments)),
        Kind::Method(receiver, name, arguments) => Kind::Method(boxed(receiver), name, map(arguments)),
        kind => kind,
    };
    Node { kind, ..node }
}

fn compare(text: &str) -> Result<(), TestCaseError> {
    let parsed = cel::parser::Parser::new().parse(text);
    match (parse(text), parsed) {
        (Ok(node), Ok(reference)) => {
            prop_assert_eq!(ours(&without_nested_chains(node)), theirs(&reference), "{:?}", text);
        }
        (Ok(node), Err(_)) => prop_assert!(false, "taken: {:?} {}", text, ours(&node)),
        (Err(fault), Ok(reference)) => {
            let refused_on_purpose = fault.kind() == ExpressionErrorKind::NotCovered
                // `!-1` is grammatical, and its types never fit.
                || text.replace(' ', "").contains("!-");
            prop_assert!(refused_on_purpose, "refused: {:?} {:?} {}", text, fault, theirs(&reference));
        }
        (Err(_), Err(_)) => {}
    }
    Ok(())
}

const WORDS: &[&str] = &[
    "a",
    "max_pods",
    "f(",
    "g()",
    ".size()",
    ".b(",
    ".b",
    "{",
    "}",
    "(",
    "(",
    ")",
    ")",
    "[",
    "]",
    ",",
    "?",
    ":",
    "+",
    "-",
    "-",
    "*",
    "/",
    "%",
    "!",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "&&",
    "||",
    "true",
    "false",
    "1",
    "0x1F",
    "110",
    "7u",
    "0xAu",
    "1.5",
    ".5",
    "1e3",
    "2E-7",
    "9223372036854775808",
    "18446744073709551616u",
    "1e999",
    "\"\"",
    "'a'",
    "r'\\'",
    "'\\x41\\u00e9\\101'",
    "\"\"\"x\"y\"\"\"",
    "'\\q'",
    "'",
    "// c\n",
    "while",
    ".",
    "é",
    "=",
];

proptest! {
    #![proptest_config(Config { cases: 4_000, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..Config::default() })]

    #[test]
    fn any_words(words in proptest::collection::vec(proptest::sample::select(WORDS), 1..14)) {
        compare(&words.join(" "))?;
    }

    /// Takes values and operators in turn, so that most texts are expressions.
    #[test]
    fn words_that_fit(
        words in proptest::collection::vec((
            proptest::sample::select(&["", "", "-", "!", "--", "(", "f(", "[", "-(", "{1: "][..]),
            proptest::sample::select(&["a", "1", "7u", "1.5", "'x'", "true", "g(1, 2)", "a.size()", "-9223372036854775808"][..]),
            proptest::sample::select(&["", "", "", ")", "]", ".b(1)", ".c", "[0]", "}"][..]),
            proptest::sample::select(&["+", "-", "*", "/", "%", "<", "==", "in", "&&", "||", "&&", "||", "?", ":", ","][..]),
        ), 1..8)
    ) {
        let parts = words.iter().flat_map(|&(before, value, behind, sign)| [before, value, behind, " ", sign, " "]);
        let mut text: String = parts.collect();
        text.push('b');
        for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
            let (opened, closed) = (text.matches(open).count(), text.matches(close).count());
            text.insert_str(0, &open.to_string().repeat(closed.saturating_sub(opened)));
            text.push_str(&close.to_string().repeat(opened.saturating_sub(closed)));
        }
        compare(&text)?;
    }
}
