//! Max-pods expressions, as the command evaluates them.

mod cel_go;
mod every_type;
mod limits;
mod output;
mod refusals;

use crate::support::{LONG, Run, check_each, maxpods};

fn evaluate(instance_type: &str, dialect: &str, expression: &str) -> Run {
    maxpods(["--instance-type", instance_type, "--expression-dialect", dialect, "--expression", expression])
}

/// The lines of an error under its first: the expression, the caret, the help.
fn caret(stderr: &str) -> (String, usize) {
    let mut lines = stderr.lines().skip(1);
    let line = lines.next().unwrap_or_else(|| panic!("{stderr}"));
    let caret = lines.next().and_then(|line| line.find('^')).unwrap_or_else(|| panic!("{stderr}"));
    (line.into(), caret)
}

#[test]
fn nodeadm() {
    // m5.large: 3 ENIs of 10 addresses, 29 pods. m5.24xlarge: 15 of 50, 737 pods.
    check_each(
        [
            ("max_pods", 29, 737),
            ("(default_enis * (ips_per_eni - 1)) + 2", 29, 737),
            ("max_pods < 30 ? max_pods : 30", 29, 30),
            ("417", 417, 417),
            ("max_pods + 2", 31, 739),
            ("((default_enis - 1) * (ips_per_eni - 1)) + 2", 20, 688),
            ("double(max_pods) * 0.9", 26, 663),
            ("max_pods > 100 && default_enis >= 4 ? 100 : max_pods", 29, 100),
            // Everything that int() takes is a result: uint, double towards zero, string.
            ("7u", 7, 7),
            ("0x6e", 110, 110),
            ("7.99", 7, 7),
            ("\"42\"", 42, 42),
            ("string(max_pods) + '1'", 291, 7371),
            ("2147483647", 2_147_483_647, 2_147_483_647),
            ("-(-5) % 3", 2, 2),
            ("-7 / 2 + 10", 7, 7),
            ("-7 % 3 + 10", 9, 9),
            ("--max_pods", 29, 737),
            (".max_pods", 29, 737),
            ("// the classic number\nmax_pods", 29, 737),
            ("max_pods in [29, 58] ? 1 : 2", 1, 2),
            ("max_pods in [] ? 1 : 2", 2, 2),
            ("29in [,] ? 1 : 2", 2, 2),
            ("double('1e1') + double('1_6')", 26, 26),
            ("'1e-07' == string(1e-7) ? 1 : 2", 1, 1),
            // An error in a pattern matters only where it is evaluated.
            ("true ? 1 : 'a'.matches('(') ? 2 : 3", 1, 1),
            ("'a'.matches('(') || true ? 1 : 2", 1, 1),
            ("size('日本語') + 'a'.size()", 4, 4),
            // Line ends of every kind are one character.
            ("size('''a\r\nb\rc''') + size(r\"\"\"\\\r\n\"\"\")", 7, 7),
            // One side decides, whatever is wrong with the other.
            ("1 / 0 > 0 || true ? 1 : 2", 1, 1),
            ("false && 1 / 0 > 0 ? 1 : 2", 2, 2),
            ("1 / 0 > 0 && false ? 1 : 2", 2, 2),
            // Only the side that is chosen is evaluated.
            ("default_enis > 3 ? 100 / (default_enis - 3) : 100", 100, 8),
        ],
        |(expression, m5_large, m5_24xlarge)| {
            for (instance_type, pods) in [("m5.large", m5_large), ("m5.24xlarge", m5_24xlarge)] {
                let run = evaluate(instance_type, "nodeadm", expression);
                assert_eq!(run.stderr, "", "{expression}");
                assert_eq!(run.answer(), format!("{pods}\n"), "{expression} {instance_type}");
            }
        },
    );
}

#[test]
fn karpenter() {
    check_each(
        [
            ("min(110, max_pods)", 29, 110),
            ("max(60, vcpus * 30)", 60, 2880),
            ("instance_type == \"m5.large\" ? vcpus * 2 : vcpus", 4, 96),
            ("min(110.5, max_pods)", 29, 110),
            ("max(3, 7.9)", 7, 7),
            ("memory_mib / 100", 81, 3932),
            ("min(7.5, 3.5)", 3, 3),
            ("max_pods - max_pods", 0, 0),
            // If the first is NaN, the second counts.
            ("0.0 / 0.0 >= 0.0 || !(0.0 / 0.0 < 1.0) ? 7 : 8", 7, 7),
            ("min(0.0 / 0.0, 5.0) + max(0.0 / 0.0, 6)", 11, 11),
            ("-0.9", 0, 0),
            ("instance_type.startsWith('m5.') && instance_type.endsWith('xlarge') ? 2 : 1", 1, 2),
            ("instance_type.contains('24') ? 24 : 8", 8, 24),
            ("min(default_enis * (ips_per_eni - 1) * 16 + 2, vcpus > 30 ? 250 : 110)", 110, 250),
        ],
        |(expression, m5_large, m5_24xlarge)| {
            for (instance_type, pods) in [("m5.large", m5_large), ("m5.24xlarge", m5_24xlarge)] {
                let answer = evaluate(instance_type, "karpenter", expression).answer();
                assert_eq!(answer, format!("{pods}\n"), "{expression} {instance_type}");
            }
        },
    );
}

#[test]
fn maps_and_patterns() {
    check_each(
        [
            ("karpenter", "{'m5.large': 20, 'm5.24xlarge': 58}[instance_type]", 20, 58),
            ("karpenter", "instance_type in {'m5.large': 20} ? {'m5.large': 20}[instance_type] : 58", 20, 58),
            ("karpenter", "instance_type.matches('^m5[.]large$') ? 20 : 58", 20, 58),
            ("karpenter", "matches(instance_type, '[.](2[0-9]|4)x?large$') ? 20 : 58", 58, 20),
            ("karpenter", "('x' + instance_type).matches('^xm5[.][a-k]*l') ? 20 : 58", 20, 58),
            // The last of two values for one key counts.
            ("nodeadm", "{'a': 1, 'b': 2, 'a': 3,}['a']", 3, 3),
            ("nodeadm", "{'a': 7}.a", 7, 7),
            ("nodeadm", "int({'a' + 'b': '7'}['ab'])", 7, 7),
            ("nodeadm", "'a' in {} || 1 in {,} ? 1 : 2", 2, 2),
            ("nodeadm", "'b' in {'a': 1, 'b': 2.5} ? 1 : 2", 1, 1),
            ("nodeadm-next", "vcpus + physical_memory_mib / 1024", 10, 480),
        ],
        |(dialect, expression, m5_large, m5_24xlarge)| {
            for (instance_type, pods) in [("m5.large", m5_large), ("m5.24xlarge", m5_24xlarge)] {
                let answer = evaluate(instance_type, dialect, expression).answer();
                assert_eq!(answer, format!("{pods}\n"), "{expression} {instance_type}");
            }
        },
    );
}

#[test]
fn what_nodeadm_does_not_know_is_zero_to_it() {
    check_each(["cr1.8xlarge", "hs1.8xlarge", "c5a.metal", "c5ad.metal", "bmn-sf1.metal"], |instance_type| {
        let answer = evaluate(instance_type, "nodeadm-next", "vcpus + physical_memory_mib + 7").answer();
        assert_eq!(answer, "7\n", "{instance_type}");
    });
    assert_eq!(evaluate("cr1.8xlarge", "karpenter", "vcpus").answer(), "32\n");
}

#[test]
fn a_fact_that_is_not_known_fails_what_needs_it() {
    // EC2 no longer describes c5a.metal: its vCPUs and memory are not known.
    check_each([("vcpus", "vcpus"), ("max_pods + memory_mib", "memory_mib")], |(expression, unknown)| {
        let stderr = evaluate("c5a.metal", "karpenter", expression).error(1);
        assert!(stderr.contains(&format!("{unknown} of c5a.metal is not known")), "{stderr}");
        assert!(
            stderr.contains(
                "help: the table does not have it: give the type's facts with --instance-types-file"
            )
        );
    });
    assert_eq!(evaluate("c5a.metal", "karpenter", "min(110, max_pods)").answer(), "110\n");
    assert_eq!(evaluate("c5a.metal", "karpenter", "max_pods > 5 ? 5 : vcpus").answer(), "5\n");
}

#[test]
fn hostile_text_is_refused_and_not_repeated_raw() {
    let nested =
        |open: &str, core: &str, close: &str, times| open.repeat(times) + core + &close.repeat(times);
    check_each(
        [
            (nested("(", "1", ")", 10_000), "does not cover nesting this deep of CEL"),
            (nested("true ? 1 : ", "1", "", 8_000), "does not cover nesting this deep of CEL"),
            (nested("1+", "1", "", 10_000), "does not cover nesting this deep of CEL"),
            (nested("-", "'a'", "", 9_999), "no - for string"),
            (nested("!", "1", "", 9_999), "no ! for int"),
            (nested("true||", "1", "", 10_000), "this is an int, and || takes bool"),
            ("é".repeat(50_000), "the character '\\u{e9}' has no meaning"),
            ("\u{1b}[2J\u{7}".into(), "the character '\\u{1b}' has no meaning"),
            ("max_pods + '\u{1b}[2J\u{202e}'".into(), "no + for int and string"),
            ("a\u{1b}[31m".into(), "the character '\\u{1b}'"),
        ],
        |(expression, says)| {
            if cfg!(windows) && expression.chars().count() > LONG {
                return;
            }
            let stderr = evaluate("m5.large", "nodeadm", &expression).error(1);
            assert!(stderr.contains(says), "{stderr}");
            assert!(stderr.len() < 1000, "{stderr}");
            assert!(!stderr.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{stderr:?}");
        },
    );
    // Even numbers of them undo each other, as in cel-go.
    assert_eq!(evaluate("m5.large", "nodeadm", &nested("-", "7", "", 10_000)).answer(), "7\n");
    assert_eq!(evaluate("m5.large", "nodeadm", &nested("!", "true ? 1 : 2", "", 10_000)).answer(), "1\n");
    assert_eq!(
        evaluate("m5.large", "nodeadm", &nested("false||", "true ? 1 : 2", "", LONG / 10)).answer(),
        "1\n"
    );
}

#[test]
fn the_caret_is_right_in_long_and_in_many_lines() {
    let expression = format!("{} + fake + {}", ["max_pods"; 30].join(" + "), ["max_pods"; 30].join(" + "));
    let (line, at) = caret(&evaluate("m5.large", "nodeadm", &expression).error(1));
    assert!(line.len() < 90 && line[at..].starts_with("fake + max_pods"), "{line}");

    let (line, at) = caret(&evaluate("m5.large", "nodeadm", "max_pods > 1\n\t? '数' + fake\r\n: 2").error(1));
    assert_eq!((line.as_str(), &line[at..]), ("     ? '\\u{6570}' + fake", "fake"));
}

#[test]
fn command_lines_that_make_no_sense() {
    let usage = |words: &[&str]| {
        let stderr = maxpods([&["--instance-type", "m5.large"], words].concat()).error(2);
        stderr.lines().next().unwrap_or_default().to_owned()
    };
    let with = |words: &[&'static str]| usage(&[&["--expression", "max_pods"], words].concat());
    check_each(
        [
            &["--cni-version", "1.9.0"][..],
            &["--cni-custom-networking-enabled"],
            &["--cni-prefix-delegation-enabled"],
            &["--cni-max-eni", "2"],
            &["--show-max-allowed"],
            &["--max-pods-ceiling", "50"],
            &["--host-network-pods", "2"],
            &["--reserved-enis", "0"],
            &["--cni-from-daemonset", "-"],
        ],
        |flag| {
            let error = with(flag);
            // The one that was given, and no other.
            assert!(
                error.contains(&format!("'--expression <CEL>' cannot be used with '{}", flag[0])),
                "{error}"
            );
            assert!(
                maxpods([&["list", "--expression", "1"], flag].concat()).error(2).contains("cannot be used")
            );
        },
    );
    assert!(with(&["--expression-dialect", "cel"]).contains("invalid value 'cel'"));
    assert!(
        with(&["--expression-dialect", "karpenter", "-o", "nodeadm"])
            .contains("for nodeadm, and not one for karpenter")
    );
    assert!(
        with(&["--expression-dialect", "nodeadm-next", "-o", "karpenter"])
            .contains("for karpenter, and not one for nodeadm-next")
    );
    assert!(with(&["--os", "windows"]).contains("does not go with --os windows"));
    assert!(
        with(&["--expression-dialect", "nodeadm", "-o", "karpenter"])
            .contains("for karpenter, and not one for nodeadm")
    );
    assert!(usage(&["--expression-dialect", "nodeadm"]).contains("required"));
    let unquoted = maxpods(["--instance-type", "m5.large", "--expression", "max_pods", "+", "2"]).error(2);
    assert!(unquoted.contains("help: put the whole expression in quotes"), "{unquoted}");
    let unquoted = maxpods(["--instance-type", "m5.large", "--expression=max_pods", "+", "2"]).error(2);
    assert!(unquoted.contains("help: put the whole expression in quotes"), "{unquoted}");
    // The last one counts, and an expression may begin with a hyphen.
    let run = maxpods(["--instance-type", "m5.large", "--expression", "x", "--expression", "-1 + max_pods"]);
    assert_eq!(run.answer(), "28\n");
}
