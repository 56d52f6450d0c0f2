//! The main job, as a script or a person calls it.

#[cfg(unix)]
mod bootstrap;
mod branch_enis;
mod daemonset;
mod excluded_subnet;
mod formats;
mod groups;
mod instance_types_file;
mod ip_family;
mod properties;
mod streams;

use crate::support::{LONG, check_each, maxpods, words};

#[test]
fn numbers() {
    check_each(
        [
            ("--instance-type m5.large --cni-prefix-delegation-enabled", 110),
            ("--instance-type m5.large --cni-prefix-delegation-enabled --show-max-allowed", 434),
            ("--instance-type m5.large", 29),
            ("--instance-type=m5.large --cni-version=1.9.0", 29),
            ("--instance-type p5.48xlarge --cni-version 1.19.0", 100),
            ("--instance-type c6in.32xlarge --cni-version 1.18.0 --show-max-allowed", 394),
            ("--instance-type m5.24xlarge --cni-prefix-delegation-enabled", 250),
            ("--instance-type m5.large --cni-max-eni 1 --cni-custom-networking-enabled", 2),
            ("--instance-type m5.large --cni-max-eni 99999999999999999999999", 29),
            ("--instance-type m5.large --cni-prefix-delegation-enabled --cni-version v1.9.0-eksbuild.1", 110),
            ("--instance-type m5.large --cni-prefix-delegation-enabled --cni-version 1.8.9", 29),
            ("--instance-type m5.large --max-pods-ceiling 20", 20),
            ("--instance-type m5.large --host-network-pods 4", 31),
            ("--instance-type m5.large --host-network-pods 2147483620 --show-max-allowed", 2_147_483_647),
            ("--instance-type m5.large --reserved-enis 1", 20),
            ("--instance-type m5.large --reserved-enis 4294967295", 2),
            // If an option is given twice, the last one counts.
            ("--instance-type t3.nano --instance-type m5.large --show-max-allowed --show-max-allowed", 29),
            ("--instance-type m5.large --cni-max-eni 1 --cni-max-eni 2", 20),
            ("--instance-type m5.24xlarge --show-max-allowed --show-max-allowed", 737),
            ("--instance-type m5.24xlarge --show-max-allowed -q --show-max-allowed", 737),
        ],
        |(args, number)| {
            assert_eq!(words(args).answer(), format!("{number}\n"), "{args}");
        },
    );
}

#[test]
fn names_are_normalised() {
    check_each(["M5.LARGE", " m5.large ", "m5.large\n", "\tM5.Large"], |name| {
        assert_eq!(maxpods(["--instance-type", name]).answer(), "29\n", "{name:?}");
    });
}

#[test]
fn warnings_go_to_stderr_unless_quiet() {
    check_each(
        [
            ("--instance-type t2.micro --cni-prefix-delegation-enabled", "the hypervisor is xen, not nitro"),
            ("--instance-type i3.metal --cni-prefix-delegation-enabled", "bare-metal"),
            (
                "--instance-type m5.large --cni-prefix-delegation-enabled --cni-version v1.8.0",
                "v1.8.0 is older",
            ),
            (
                "--instance-type m5.large --cni-max-eni 1 --cni-custom-networking-enabled",
                "no ENI is left for pods",
            ),
            ("--instance-type c5a.metal", "vCPUs of this type is not known"),
        ],
        |(args, warning)| {
            let run = words(args);
            assert!(run.stderr.starts_with("warning: ") && run.stderr.contains(warning), "{run:?}");
            assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
            let loud = run.answer();
            assert!(loud.trim_end().parse::<u64>().is_ok(), "{args}: {loud}");
            let quiet = words(&format!("{args} -q"));
            assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), (loud.as_str(), ""), "{args}");
        },
    );
    assert_eq!(words("--instance-type m5.large --cni-prefix-delegation-enabled").stderr, "");
}

#[test]
fn an_empty_limit_is_no_limit_as_in_the_script() {
    let run = maxpods(["--instance-type", "m5.large", "--cni-max-eni", ""]);
    assert!(run.stderr.contains("warning: --cni-max-eni is empty"), "{run:?}");
    assert_eq!(run.answer(), "29\n");
}

#[test]
fn usage_errors() {
    check_each(
        [
            (&[][..], "no instance type was given"),
            (&["--instance-type", ""], "the instance type is empty"),
            (&["--instance-type", "  "], "the instance type is empty"),
            (&["--instance-type"], "a value is required for '--instance-type"),
            (&["--instance-type", "m5.large", "--cni-version", "1"], "like 1.19.2"),
            (&["--instance-type", "m5.large", "--cni-version", "abc"], "like 1.19.2"),
            (&["--instance-type", "m5.large", "--cni-version", "1.x"], "like 1.19.2"),
            (&["--instance-type", "m5.large", "--cni-version", ""], "like 1.19.2"),
            (&["--instance-type", "m5.large", "--cni-max-eni", "0"], "at least 1 ENI"),
            (&["--instance-type", "m5.large", "--cni-max-eni", "-1"], "not a whole number"),
            (&["--instance-type", "m5.large", "--cni-max-eni", "abc"], "not a whole number"),
            (&["--instance-type", "m5.large", "--cni-max-eni", "1.5"], "not a whole number"),
            (
                &["--instance-type", "m5.large", "--max-pods-ceiling", "0"],
                "number of pods from 1 to 4294967295",
            ),
            (&["--instance-type", "m5.large", "--max-pods-ceiling", "abc"], "give one, such as 110"),
            (
                &["--instance-type", "m5.large", "--host-network-pods", "abc"],
                "not a whole number of pods from 0 to",
            ),
            (
                &["--instance-type", "m5.large", "--host-network-pods", "4294967296"],
                "to 4294967295; give one, such as 2",
            ),
            (
                &["--instance-type", "m5.large", "--host-network-pods", "-2"],
                "not a whole number of pods from 0 to",
            ),
            (
                &["--instance-type", "m5.large", "--reserved-enis", "x"],
                "not a whole number of ENIs from 0 to 4294967295; give one, such as 1",
            ),
            (&["--instance-type", "m5.large", "--reserved-enis", ""], "not a whole number of ENIs"),
            (&["list", "--min-pods", "-1"], "not a whole number of pods from 0 to"),
            (&["list", "--min-pods", "many"], "give one, such as 110"),
            (
                &["--instance-type", "m5.large", "--max-pods-ceiling", "9", "--show-max-allowed"],
                "cannot be used with",
            ),
            (
                &["--instance-type", "m5.large", "--cni-max-enis", "2"],
                "similar argument exists: '--cni-max-eni'",
            ),
            (&["m5.large"], "help: give an instance type as --instance-type m5.large"),
            (&["--instance-type", "m5.large", "-o", "yaml"], "possible values: value, json, explain"),
            (&["--instance-type", "m5.large", "-o", "jsn"], "help: a similar value exists: 'json'"),
            (&["lits"], "help: a similar subcommand exists: 'list'"),
            (&["--instance-type", "m5.large", "list"], "cannot be used with"),
            (&["--show-max-allowed=true"], "unexpected value 'true'"),
        ],
        |(args, says)| {
            let error = maxpods(args).error(2);
            assert!(error.contains(says), "{args:?}\n{error}");
        },
    );
}

#[test]
fn unknown_types_are_answered_with_the_nearest() {
    check_each(
        [
            ("m5.3xlarge", "did you mean m5.xlarge, m5.2xlarge, m5.4xlarge?"),
            ("m5large", "did you mean m5.large"),
            ("m7i-flex.lrage", "did you mean m7i-flex.large"),
            ("p5.48xlarg", "did you mean p5.48xlarge"),
            ("m5", "did you mean m5.large, m5.xlarge, m5.2xlarge, m5.4xlarge, m5.8xlarge, "),
            (
                "t3.huge",
                "did you mean t3.nano, t3.micro, t3.small, t3.medium, t3.large, t3.xlarge, t3.2xlarge?",
            ),
            ("completely-different", "help: For a type newer than this table"),
        ],
        |(name, help)| {
            let error = maxpods(["--instance-type", name]).error(1);
            assert!(
                error.starts_with(&format!("error: unknown instance type '{name}'\n  help: ")),
                "{error}"
            );
            assert!(error.contains(help) && error.contains("--instance-types-file"), "{error}");
        },
    );
}

/// Values of very many characters, and of characters that take several bytes.
#[test]
fn long_values_are_cut() {
    check_each(
        [
            "--instance-type=VALUE",
            "--cni-version=VALUE",
            "--cni-max-eni=VALUE",
            "--cni-prefix-delegation-enabled=VALUE",
            "--cni-from-daemonset=VALUE --instance-type=m5.large",
            "--instance-types-file=VALUE --instance-type=m5.large",
            "--os=VALUE",
            "--max-pods-ceiling=VALUE",
            "--host-network-pods=VALUE",
            "--reserved-enis=VALUE",
            "--expression=VALUE --instance-type=m5.large",
            "--expression-dialect=VALUE --expression=1",
            "--output=VALUE",
            "--quiet=VALUE",
            "--VALUE",
            "-VALUE",
            "VALUE",
            "help VALUE",
            "verify VALUE",
            "completions VALUE",
            "list --min-pods=VALUE",
            "list --output=VALUE",
            "list [VALUE",
        ],
        |line| {
            for value in ["x".repeat(LONG), "é".repeat(LONG / 2)] {
                let run = words(&line.replace("VALUE", &value));
                assert!(matches!(run.code, Some(1 | 2)) && run.stdout.is_empty(), "{line}: {:?}", run.code);
                assert!(run.stderr.starts_with("error: "), "{line}");
                let longest = run.stderr.split_whitespace().map(|word| word.chars().count()).max();
                assert!(longest < Some(100) && run.stderr.len() < 700, "{line}: {}", run.stderr.len());
            }
        },
    );
}

#[test]
fn control_characters_are_never_echoed() {
    check_each(
        [
            vec!["--instance-type", "m5\u{1b}[31m.large\u{7}"],
            vec!["--instance-type", "m5.large", "--cni-version", "1\u{1b}[2J"],
            vec!["--instance-type", "m5.large", "--cni-max-eni", "\u{9b}1\n2"],
            vec!["--\u{1b}]0;owned\u{7}"],
            vec!["a\nerror: forged"],
            vec!["--instance-type", "m5.large", "--instance-types-file", "/\u{1b}[31m\nwarning: forged"],
            vec!["list", "zz\u{1b}*"],
            vec!["list", "[\u{1b}"],
        ],
        |args| {
            let run = maxpods(&args);
            assert!(!run.stderr.chars().any(|c| c.is_control() && c != '\n'), "{run:?}");
            assert!(
                !run.stderr.contains("\nerror: forged") && !run.stderr.contains("\nwarning: forged"),
                "{run:?}"
            );
            assert_eq!(run.stdout, "", "{run:?}");
        },
    );
}

#[test]
fn help_and_version() {
    let version = words("-V").answer();
    let (count, date) = (maxpods::Catalog::embedded_names().len(), maxpods::TABLE_DATE);
    let package = env!("CARGO_PKG_VERSION");
    assert_eq!(version, format!("maxpods {package} ({count} instance types, EC2 as of {date})\n"));
    check_each(["-h", "--help", "--instance-type m5.large --help", "list -h"], |flags| {
        let help = words(flags).answer();
        assert!(help.contains("--cni-prefix-delegation-enabled"), "{help}");
    });
}

#[test]
fn a_number_that_no_kubelet_takes_is_refused() {
    check_each(
        [
            "--instance-type m5.large --host-network-pods 2147483621 --show-max-allowed",
            "--instance-type m5.large --host-network-pods 4294967295 --show-max-allowed",
            "--instance-type m5.large --host-network-pods 4294967295 --max-pods-ceiling 4294967295",
            "list m5.large --host-network-pods 4294967295 --show-max-allowed",
        ],
        |args| {
            let error = words(args).error(1);
            assert!(error.contains("pods on m5.large are more than a kubelet takes"), "{error}");
        },
    );
}

#[test]
fn windows() {
    check_each(
        [
            ("", 9),
            ("--cni-prefix-delegation-enabled", 110),
            ("--cni-prefix-delegation-enabled --show-max-allowed", 144),
            ("--host-network-pods 2", 11),
            ("--max-pods-ceiling 5", 5),
            ("--cni-custom-networking-enabled=false", 9),
        ],
        |(args, number)| {
            let line = format!("--instance-type m5.large --os windows {args}");
            assert_eq!(words(&line).answer(), format!("{number}\n"), "{line}");
            let line = format!("list m5.large --os windows -o eni-max-pods {args}");
            assert_eq!(words(&line).answer(), format!("m5.large {number}\n"), "{line}");
        },
    );
    check_each(["--cni-max-eni 2", "--cni-custom-networking-enabled", "--reserved-enis 1"], |option| {
        for command in ["--instance-type m5.large", "list m5.large"] {
            let error = words(&format!("{command} --os windows {option}")).error(2);
            assert!(error.contains("has no effect on Windows nodes"), "{error}");
        }
    });
    for command in ["--instance-type m5.large", "list"] {
        let error = words(&format!("{command} --os windows --expression max_pods")).error(2);
        assert!(error.contains("--expression does not go with --os windows"), "{error}");
    }
    assert_eq!(words("--instance-type m5.large --os linux --expression max_pods").answer(), "29\n");
    let explained = words("--instance-type m5.large --os windows -o explain").answer();
    assert!(
        explained.contains("\nallowed            (10 - 1) + 0 = 9: (IPv4 per ENI - 1) + host-network pods\n")
    );
    assert!(explained.contains("\nENIs               1: on Windows, only the primary ENI"), "{explained}");
}

#[test]
fn the_cni_switches_take_true_and_false_with_an_equals_sign() {
    check_each(
        [
            ("--cni-prefix-delegation-enabled=true", "110\n"),
            ("--cni-prefix-delegation-enabled=false", "29\n"),
            ("--cni-prefix-delegation-enabled --cni-prefix-delegation-enabled=false", "29\n"),
            ("--cni-custom-networking-enabled=true", "20\n"),
            ("--cni-custom-networking-enabled=true --cni-custom-networking-enabled=false", "29\n"),
        ],
        |(args, answer)| {
            assert_eq!(words(&format!("--instance-type m5.large {args}")).answer(), answer, "{args}");
        },
    );
    check_each(["--cni-prefix-delegation-enabled true", "--cni-prefix-delegation-enabled=yes"], |args| {
        words(&format!("--instance-type m5.large {args}")).error(2);
    });
}
