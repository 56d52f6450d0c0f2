//! Max-pods expressions.

use super::in_time;
use super::run::{fuzz_processes, maxpods};
use crate::support::is_harmless;
use crate::support::mutate::{Mutant, fuzz, mutated};
use maxpods::expression::{Dialect, Expression};
use maxpods::{Catalog, Error};
use proptest::prelude::*;
use yaml_rust2::YamlLoader;

/// Expressions that people write, and the parts of CEL that they seldom use.
const EXPRESSIONS: &[&str] = &[
    "max_pods < 110 ? max_pods : 110",
    "(default_enis * (ips_per_eni - 1)) + 2",
    "((default_enis - 1) * (ips_per_eni - 1)) + 2",
    "min(default_enis * (ips_per_eni - 1) * 16 + 2, vcpus > 30 ? 250 : 110)",
    "instance_type.startsWith('m5.') && !instance_type.endsWith(\"metal\") || max_pods in [29, 58] ? 58 : 29",
    "uint(string(memory_mib / 1024)) >= 16u ? max(vcpus * 15, 30) : 1e2 // what is left",
    "r'\\d' == '\\\\d' ? -max_pods : '''a\n\"b\"'''.size() + int(\"\\u0037\") - 0x1F % 7",
    "bool('true') ? double('1.5') : {'m5.large': 29.0, 'm5.xlarge': 58.0}[instance_type]",
];

const WORDS: &[&str] = &[
    "max_pods",
    "vcpus",
    "memory_mib",
    "instance_type",
    "default_enis",
    "min",
    "max",
    "int",
    "string",
    "(",
    ")",
    "[",
    "]",
    "?",
    ":",
    "&&",
    "||",
    "!",
    "-",
    "+",
    "%",
    "/ 0",
    "==",
    "<",
    "in",
    ".",
    "'a'",
    "\"\"",
    "'\\",
    "b'a'",
    "1u",
    "1.5",
    "'",
    "9223372036854775807",
    "-9223372036854775808",
    "0x",
    "// x\n",
    "\u{202e}",
    "é数",
    ".matches('^m5[.]\\\\d{1,2}x?|(?i)k$')",
    "'\\\\Q(?<n>[[:alpha:]'",
    "{2,1001}",
    "physical_memory_mib",
    "['a']",
    "{'a': 1}",
];

fn damaged_expression() -> impl Strategy<Value = Mutant> {
    mutated(EXPRESSIONS, WORDS)
}

proptest! {
    #![proptest_config(fuzz(1000))]

    #[test]
    fn a_damaged_expression_is_evaluated_or_refused_at_a_place_in_it(damaged in damaged_expression()) {
        let text = damaged.text();
        let catalog = Catalog::new();
        for dialect in Dialect::ALL {
            for name in ["m5.large", "c5a.metal"] {
                let instance_type = catalog.find(name).expect("a known type");
                let compiled = in_time(|| Expression::compile(&text, dialect));
                match compiled.and_then(|expression| in_time(|| expression.evaluate(&instance_type))) {
                    Ok(evaluation) => prop_assert!(evaluation.max_pods <= 2_147_483_647, "{:?}", evaluation),
                    Err(
                        Error::InvalidExpression { error, .. }
                        | Error::ExpressionNotCovered { error, .. }
                        | Error::ExpressionFailed { error, .. },
                    ) => {
                        let place = error.place().map_or(0, |place| place.offset);
                        prop_assert!(text.is_char_boundary(place), "{:?} {}", text, place);
                        prop_assert!(is_harmless(&error.to_string()), "{:?}", error);
                    }
                    Err(error) => prop_assert!(false, "{:?}", error),
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(fuzz_processes(50))]

    /// The configuration for a node holds exactly the expression that was evaluated, whatever characters it has.
    #[test]
    fn a_damaged_expression_is_printed_as_it_is_or_refused_in_order(
        damaged in damaged_expression(),
        (format, field) in prop::sample::select(vec![("nodeadm", "maxPodsExpression"), ("karpenter", "maxPods")]),
    ) {
        let text = damaged.argument();
        let expression = format!("--expression={text}");
        let run = in_time(|| maxpods(&["--instance-type", "m5.large", "-q", "-o", format, &expression], b""));
        prop_assert!(run.is_orderly(), "{:?}", run);
        if run.code == Some(0) {
            let documents = YamlLoader::load_from_str(&run.stdout).expect("YAML");
            prop_assert_eq!(documents[0]["spec"]["kubelet"][field].as_str(), Some(text.as_str()), "{}", run.stdout);
        }
    }
}
