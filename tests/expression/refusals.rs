//! Expressions that are refused before they are evaluated, and the place of the caret in the message.

use super::{caret, evaluate};
use crate::support::check_each;

#[test]
fn what_the_type_check_refuses() {
    // Expressions that cel-go refuses before it evaluates anything, the place of the fault, and the message.
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
            ("nodeadm", "1 in 2 ? 1 : 2", 2, "'in' takes a list or a map"),
            ("nodeadm", "1 in {'a': 1} ? 1 : 2", 2, "the keys of this map are strings, and this is an int"),
            ("nodeadm", "{'a': 1}[1]", 8, "the keys of this map are strings, and this is an int"),
            ("nodeadm", "max_pods[0]", 8, "an int has no index"),
            ("nodeadm", "max_pods.pods", 9, "an int has no field 'pods'"),
            ("nodeadm", "'a'.matches(1) ? 1 : 2", 4, "no matches() for string and int"),
            ("nodeadm", "{'a': 'b'}['a'] + 1", 16, "no + for string and int"),
            ("nodeadm", "a.b", 0, "unknown variable 'a'"),
            ("nodeadm", "Message{a: 1}", 0, "unknown message 'Message'"),
            ("nodeadm-next", "memory_mib", 0, "unknown variable 'memory_mib'"),
            ("nodeadm-next", "instance_type", 0, "unknown variable 'instance_type'"),
            ("karpenter", "physical_memory_mib", 0, "unknown variable 'physical_memory_mib'"),
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
    // Names that the dialect does not have are not suggested.
    assert!(!evaluate("m5.large", "nodeadm", "mim(1, 2)").error(1).contains("did you mean"));
}

#[test]
fn a_variable_of_another_dialect_names_that_dialect() {
    check_each(
        [
            (
                "nodeadm",
                "vcpus",
                "the dialects nodeadm-next (AMIs newer than v20260724) and karpenter have this variable; \
                 nodeadm has default_enis, ips_per_eni, max_pods",
            ),
            (
                "nodeadm",
                "physical_memory_mib",
                "the dialect nodeadm-next (AMIs newer than v20260724) has this variable; \
                 nodeadm has default_enis, ips_per_eni, max_pods",
            ),
            (
                "nodeadm-next",
                "memory_mib",
                "the dialect karpenter has this variable; \
                 nodeadm-next has default_enis, ips_per_eni, max_pods, vcpus, physical_memory_mib",
            ),
            (
                "karpenter",
                "physical_memory_mib",
                "the dialect nodeadm-next (AMIs newer than v20260724) has this variable; \
                 karpenter has default_enis, ips_per_eni, max_pods, vcpus, memory_mib, instance_type",
            ),
        ],
        |(dialect, variable, help)| {
            let stderr = evaluate("m5.large", dialect, variable).error(1);
            assert!(stderr.ends_with(&format!("\n  help: {help}\n")), "{stderr}");
        },
    );
}

#[test]
fn what_is_not_covered_is_refused_by_name() {
    check_each(
        [
            ("[1][0]", 3, "indexes of lists"),
            ("size([1])", 5, "lists outside 'in'"),
            ("[1, 2] == [1, 2] ? 1 : 2", 0, "lists outside 'in'"),
            ("1 in [1, 2.0] ? 1 : 2", 9, "lists with values of several types"),
            ("{'a': 1}", 0, "maps outside 'in' and indexes"),
            ("{1: 1}[1]", 1, "maps with other keys than strings"),
            ("{'a': 1, 'b': 'x'}['a']", 18, "indexes of maps with values of several types"),
            ("{}['a']", 2, "indexes of empty maps"),
            ("max_pods.all(x, x)", 9, "the function all()"),
            ("[1].exists(x, x > 0) ? 1 : 2", 4, "the function exists()"),
            ("has(a) ? 1 : 2", 0, "the function has()"),
            ("timestamp(0)", 0, "the function timestamp()"),
            ("duration('1s')", 0, "the function duration()"),
            ("dyn(1)", 0, "the function dyn()"),
            ("type(1) == int ? 1 : 2", 0, "the function type()"),
            ("int == int ? 1 : 2", 0, "types as values"),
            ("'a'.matches(r'\\pL') ? 1 : 2", 12, "escapes such as '\\p' in regular expressions"),
            ("'a'.matches('(?i)A') ? 1 : 2", 12, "flags and names of groups in regular expressions"),
            ("'a'.matches('^' + 'a') ? 1 : 2", 4, "computed regular expressions"),
            ("double('0x1p4')", 0, "hexadecimal doubles"),
            ("b'a'", 0, "bytes"),
            ("null", 0, "null"),
            ("google.protobuf.Int64Value{value: 110}", 26, "messages"),
            ("google.protobuf.NullValue.NULL_VALUE", 0, "the names of google.protobuf"),
            ("`a`", 0, "names in backquotes"),
        ],
        |(expression, at, what)| {
            let stderr = evaluate("m5.large", "nodeadm", expression).error(1);
            let column = at + 1;
            let message = format!(
                "error: line 1, column {column}: maxpods does not cover {what} of CEL: \
                 this expression may be right, and cannot be tried here\n"
            );
            assert!(stderr.starts_with(&message), "{stderr}");
            assert_eq!(caret(&stderr), (format!("    {expression}"), 4 + at), "{stderr}");
            assert!(stderr.contains("\n  help: maxpods covers int, uint, double"), "{stderr}");
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
            ("1 in [,1] ? 1 : 2", 7, "unexpected '1'"),
            ("{'a' 1}", 5, "unexpected '1'"),
            ("{'a': 1", 0, "never closed"),
            ("{'a': 1}[", 8, "never closed"),
            ("{'a': 1}['a', 'b']", 12, "unexpected ','"),
            ("1{}", 1, "unexpected '{'"),
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

#[test]
fn what_fails_at_evaluation() {
    check_each(
        [
            ("nodeadm", "max_pods / (default_enis - default_enis)", Some(9), "29 / 0 divides by zero"),
            ("nodeadm", "max_pods % (default_enis - default_enis)", Some(9), "29 % 0 divides by zero"),
            ("nodeadm", "9223372036854775807 + max_pods", Some(20), "9223372036854775807 + 29 overflows int"),
            ("nodeadm", "-9223372036854775808 - max_pods", Some(21), "overflows int"),
            ("nodeadm", "-9223372036854775808 / -1", Some(21), "overflows int"),
            ("nodeadm", "-9223372036854775808 % -1", Some(21), "overflows int"),
            ("nodeadm", "-(-9223372036854775808)", Some(0), "overflows int"),
            ("nodeadm", "1u - 2u", Some(3), "1u - 2u overflows uint"),
            ("nodeadm", "int(1e30)", Some(0), "out of the range of int"),
            ("nodeadm", "int('4x')", Some(0), "does not hold an integer"),
            ("nodeadm", "uint(-1)", Some(0), "out of the range of uint"),
            ("nodeadm", "0.0 / 0.0 > 1.0 ? 1 : 2", Some(10), "NaN is neither more nor less"),
            ("nodeadm-next", "0.0 / 0.0 > 1.0 ? 1 : 2", Some(10), "NaN is neither more nor less"),
            ("nodeadm", "{'a': 1}['b']", Some(8), "this map has no key \"b\""),
            ("nodeadm", "{'a': 1, 'b': 1 / 0}['a']", Some(16), "1 / 0 divides by zero"),
            ("nodeadm", "'a' in {'a': 1, 'b': 1 / 0} ? 1 : 2", Some(23), "1 / 0 divides by zero"),
            (
                "nodeadm",
                "'a'.matches('(') ? 1 : 2",
                Some(4),
                "RE2 does not take this regular expression: a '(' is",
            ),
            ("nodeadm", "double('1__0')", Some(0), "does not hold a double"),
            ("nodeadm", "1 / 0 > 0 || false ? 1 : 2", Some(2), "1 / 0 divides by zero"),
            ("nodeadm", "max_pods - max_pods", None, "the result is 0; nodeadm takes 1 to 2147483647"),
            ("nodeadm", "-5", None, "the result is -5;"),
            ("nodeadm", "0.9", None, "the result is 0;"),
            ("nodeadm", "2147483648", None, "the result is 2147483648;"),
            ("nodeadm", "9223372036854775808u", None, "out of the range of int"),
            ("nodeadm", "0.0 / 0.0", None, "the result NaN is out of the range"),
            ("nodeadm", "1.0 / 0.0", None, "the result inf is out of the range"),
            ("nodeadm", "'many'", None, "does not hold an integer"),
            ("karpenter", "0 - 1", None, "the result is -1; karpenter takes 0 to 2147483647"),
            ("karpenter", "2147483647 + 1", None, "the result is 2147483648;"),
            ("karpenter", "0.0 / 0.0", None, "the result NaN"),
            ("karpenter", "-1.0 / 0.0", None, "the result -inf"),
            ("karpenter", "min(5.0, 0.0 / 0.0)", None, "the result NaN"),
            ("karpenter", "1e30", None, "out of the range of int"),
        ],
        |(dialect, expression, at, says)| {
            let stderr = evaluate("m5.large", dialect, expression).error(1);
            assert!(stderr.starts_with("error: the expression fails for m5.large: "), "{stderr}");
            assert!(stderr.contains(says), "{stderr}");
            match at {
                Some(at) => assert_eq!(caret(&stderr), (format!("    {expression}"), 4 + at), "{stderr}"),
                None => assert!(stderr.contains(&format!("\n    {expression}\n")), "{stderr}"),
            }
        },
    );
}
