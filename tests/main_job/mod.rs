//! The main job as a script or a person calls it.

mod daemonset;
mod formats;
mod groups;
mod instance_types_file;
mod properties;

use std::fs::{File, OpenOptions};
use std::process::Stdio;

use crate::support::{check_each, command, maxpods, words};

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
            // The last one counts.
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

#[test]
fn a_long_name_is_cut() {
    let error = maxpods(["--instance-type", &"é".repeat(5000)]).error(1);
    assert!(error.contains(&format!("'{}…'", "é".repeat(80))) && error.len() < 700, "{error}");
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

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error() {
    check_each(
        ["--instance-type m5.large", "list", "--help", "-V", "--instance-type m5.large -o json"],
        |args| {
            let full = OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
            let output =
                command().args(args.split(' ')).stdout(full).stderr(Stdio::piped()).output().expect("a run");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{args}: {stderr}");
            assert!(
                stderr.starts_with("error: cannot write the answer to stdout: No space left"),
                "{args}: {stderr}"
            );
        },
    );
}

#[test]
fn a_reader_that_is_gone_is_no_error() {
    check_each(["--instance-type m5.large", "list", "--help"], |args| {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output =
            command().args(args.split(' ')).stdout(writer).stderr(Stdio::piped()).output().expect("a run");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args}");
    });
}

#[test]
fn nobody_on_stderr_is_no_panic() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = command().stdout(Stdio::null()).stderr(writer).status().expect("a run");
    assert_eq!(status.code(), Some(2));
}

#[test]
fn stdin_is_left_alone() {
    // In a `while read` loop of a script, whoever reads stdin eats the loop's input.
    let file = File::open(file!()).or_else(|_| File::open("Cargo.toml")).expect("a file");
    let mut rest = file.try_clone().expect("a second handle");
    let status = command()
        .args(["--instance-type", "m5.large"])
        .stdin(file)
        .stdout(Stdio::null())
        .status()
        .expect("a run");
    assert!(status.success());
    assert_eq!(std::io::Seek::stream_position(&mut rest).expect("a position"), 0);
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
