//! What is refused before an expression is evaluated, and where the caret points.

use super::{caret, evaluate};
use crate::support::check_each;

#[test]
fn what_the_type_check_refuses() {
    // What cel-go refuses before it evaluates anything: where, and what is said of it.
    check_each(
        [
            ("nodeadm", "max_pods * 1.5", 9, "no * for int and double"),
            ("nodeadm", "max_pods > 110.0", 9, "no > for int and double"),
            ("nodeadm", "true ? max_pods : 1.0", 5, "different types, int and double"),
            ("nodeadm", "max_pods + \"2\"", 9, "no + for int and string"),
            ("nodeadm", "fake_variable", 0, "unknown variable 'fake_variable'"),
            ("nodeadm", "max_pods + max_pod", 11, "unknown variable 'max_pod'"),
            ("nodeadm", "min(1, 2)", 0, "unknown function 'min'"),
            ("nodeadm", "1 + vcpus", 4, "unknown variable 'vcpus'"),
            ("nodeadm", "instance_type", 0, "unknown variable 'instance_type'"),
            ("nodeadm", "true", 0, "the result is a bool"),
            ("nodeadm", "max_pods == 29", 9, "the result is a bool"),
            ("nodeadm", "1 == 1.0 ? 1 : 2", 2, "no == for int and double"),
            ("nodeadm", "1u + 1", 3, "no + for uint and int"),
            ("nodeadm", "5.0 % 2.0", 4, "no % for double and double"),
            ("nodeadm", "-'a'", 0, "no - for string"),
            ("nodeadm", "-1u", 0, "no - for uint"),
            ("nodeadm", "!1 ? 1 : 2", 0, "no ! for int"),
            ("nodeadm", "1 && true ? 1 : 2", 0, "this is an int, and && takes bool"),
            ("nodeadm", "max_pods ? 1 : 2", 0, "this is an int, and '?' takes bool"),
            ("nodeadm", "1 < 2 < 3 ? 1 : 2", 6, "no < for bool and int"),
            ("nodeadm", "int(true)", 0, "no int() for bool"),
            ("nodeadm", "size(1)", 0, "no size() for int"),
            ("nodeadm", "int()", 0, "no int() for no value"),
            ("nodeadm", "1 in [1.0] ? 1 : 2", 2, "an int cannot be in a list of double"),
            ("nodeadm", "1 in 2 ? 1 : 2", 2, "'in' takes a list"),
            ("nodeadm", "startsWith('a', 'b') ? 1 : 2", 0, "unknown function 'startsWith'"),
            ("karpenter", "7u", 0, "the result is a uint"),
            ("karpenter", "'7'", 0, "the result is a string"),
            ("karpenter", "max(1u, 2)", 0, "no max() for uint and int"),
            ("karpenter", "min(1, 2, 3)", 0, "no min() for int and int and int"),
            ("karpenter", "vcpus * 1.5", 6, "no * for int and double"),
        ],
        |(dialect, expression, at, says)| {
            let stderr = evaluate("m5.large", dialect, expression).error(1);
            let column = at + 1;
            assert!(
                stderr.starts_with(&format!(
                    "error: this is not an expression for {dialect}: line 1, column {column}: "
                )),
                "{stderr}"
            );
            assert!(stderr.contains(says), "{says}: {stderr}");
            assert_eq!(caret(&stderr), (format!("    {expression}"), 4 + at), "{stderr}");
        },
    );
}

#[test]
fn a_function_in_the_wrong_place_is_put_right() {
    check_each(
        [
            ("nodeadm", "min(1, 2)", "min() is Karpenter's; nodeadm takes: a < b ? a : b"),
            ("nodeadm", "max_pods.max(2)", "max() is Karpenter's; nodeadm takes: a > b ? a : b"),
            ("karpenter", "max_pods.min(1)", "it is no method: write min(...)"),
            ("karpenter", "vcpus.int()", "it is no method: write int(...)"),
            ("karpenter", "contains('a', 'b')", "it is called on a string"),
            ("karpenter", "mim(1, 2)", "did you mean min()?"),
            ("nodeadm", "Int(1)", "did you mean int()?"),
        ],
        |(dialect, expression, help)| {
            let stderr = evaluate("m5.large", dialect, expression).error(1);
            assert!(stderr.contains(&format!("\n  help: {help}")), "{expression}: {stderr}");
        },
    );
    // What the dialect does not have is not offered.
    assert!(!evaluate("m5.large", "nodeadm", "mim(1, 2)").error(1).contains("did you mean"));
}

#[test]
fn what_is_not_covered_is_refused_by_name() {
    check_each(
        [
            ("[1][0]", 3, "an index"),
            ("size([1])", 5, "a list"),
            ("[1, 2] == [1, 2] ? 1 : 2", 0, "a list"),
            ("1 in [1, 2.0] ? 1 : 2", 9, "a list of values of different types"),
            ("{'a': 1}", 0, "maps"),
            ("a.b", 2, "selecting a field"),
            ("max_pods.all(x, x)", 9, "all()"),
            ("[1].exists(x, x > 0) ? 1 : 2", 4, "exists()"),
            ("has(a) ? 1 : 2", 0, "has()"),
            ("timestamp(0)", 0, "timestamp()"),
            ("duration('1s')", 0, "duration()"),
            ("dyn(1)", 0, "dyn()"),
            ("type(1) == int ? 1 : 2", 0, "type()"),
            ("int == int ? 1 : 2", 0, "the type 'int' as a value"),
            ("'a'.matches('b') ? 1 : 2", 4, "matches()"),
            ("b'a'", 0, "bytes"),
            ("null", 0, "null"),
            ("Message{a: 1}", 7, "messages"),
            ("`a`", 0, "names in backquotes"),
        ],
        |(expression, at, what)| {
            let stderr = evaluate("m5.large", "nodeadm", expression).error(1);
            assert!(stderr.contains(what), "{stderr}");
            assert!(stderr.contains("does not cover this part of CEL"), "{stderr}");
            assert_eq!(caret(&stderr), (format!("    {expression}"), 4 + at), "{stderr}");
        },
    );
}

#[test]
fn what_is_no_expression() {
    check_each(
        [
            ("(max_pods + 2", 0, "never closed"),
            ("int(max_pods", 3, "never closed"),
            ("max_pods)", 8, "never opened"),
            ("(1]", 2, "unexpected ']'"),
            ("1 +", 3, "ends too soon"),
            ("1 2", 2, "unexpected '2'"),
            ("max_pods max_pods", 9, "unexpected 'max_pods'"),
            ("true and true ? 1 : 2", 5, "unexpected 'and'"),
            ("true ? 1", 5, "no ':'"),
            ("true ? false ? 1 : 2 : 3", 13, "unexpected '?'"),
            ("1 = 1 ? 1 : 2", 2, "a single '='"),
            ("true & true ? 1 : 2", 5, "a single '&'"),
            ("1; 2", 1, "the character ';' has no meaning"),
            ("1 + ‘a’", 4, "the character '\\u{2018}' has no meaning"),
            ("'abc", 0, "never closed"),
            ("'a\nb'", 0, "never closed"),
            ("'\\q'", 1, "'\\q' does not begin an escape"),
            ("1x", 0, "'1x' is not a number"),
            ("0x", 0, "without digits"),
            ("9223372036854775808", 0, "too large for int"),
            ("18446744073709551616u", 0, "too large for uint"),
            ("1e400", 0, "too large for double"),
            ("while", 0, "reserved word"),
            ("int(1,)", 6, "unexpected ')'"),
            ("1..2", 2, "unexpected '.2'"),
            ("a.", 2, "ends too soon"),
            ("1\u{b}+ 2", 1, "the character '\\u{b}' has no meaning"),
        ],
        |(expression, at, says)| {
            let stderr = evaluate("m5.large", "nodeadm", expression).error(1);
            assert!(stderr.contains(says), "{expression}: {stderr}");
            if expression.is_ascii() && !expression.contains(['\n', '\u{b}']) {
                assert_eq!(caret(&stderr), (format!("    {expression}"), 4 + at), "{stderr}");
            }
        },
    );
    check_each(["", "  ", "\n", "// nothing"], |blank| {
        assert!(evaluate("m5.large", "nodeadm", blank).error(1).contains("it is empty"));
    });
}
