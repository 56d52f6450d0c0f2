//! `--instance-types-file`: the user's own facts.

use std::ffi::OsStr;

use crate::support::{self, Run, check_each, command, maxpods, run, temp_file};
use tempfile::NamedTempFile;

/// The output of `aws ec2 describe-instance-types`, with fields that have no effect here.
const NEW_TYPE: &str = r#"{
    "InstanceTypes": [
        {
            "InstanceType": "x99.large",
            "CurrentGeneration": true,
            "SupportedUsageClasses": ["on-demand", "spot"],
            "BareMetal": false,
            "Hypervisor": "nitro",
            "VCpuInfo": {"DefaultVCpus": 32, "DefaultCores": 16},
            "MemoryInfo": {"SizeInMiB": 8192},
            "NetworkInfo": {
                "NetworkPerformance": "Up to 12.5 Gigabit",
                "MaximumNetworkInterfaces": 6,
                "MaximumNetworkCards": 2,
                "DefaultNetworkCardIndex": 1,
                "NetworkCards": [
                    {"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 2},
                    {"NetworkCardIndex": 1, "MaximumNetworkInterfaces": 4}
                ],
                "Ipv4AddressesPerInterface": 15
            }
        }
    ]
}"#;

fn ask(file: &NamedTempFile, instance_type: &str) -> Run {
    maxpods([
        "--instance-types-file".as_ref(),
        file.path().as_ref(),
        "--instance-type".as_ref(),
        OsStr::new(instance_type),
    ])
}

#[test]
fn a_new_type_is_known() {
    let file = temp_file(NEW_TYPE);
    assert_eq!(ask(&file, "X99.large").answer(), "58\n");
    assert_eq!(ask(&file, "m5.large").answer(), "29\n", "the embedded ones stay known");
    let error = ask(&file, "x99.larg").error(1);
    assert!(error.contains("did you mean x99.large"), "{error}");
}

#[test]
fn stdin_and_pages() {
    let second = NEW_TYPE.replace("x99.large", "x99.xlarge").replace("\": 15", "\": 30");
    let pages = format!("{NEW_TYPE}\n{second}");
    let args = ["--instance-types-file", "-", "--instance-type", "x99.xlarge", "--show-max-allowed"];
    assert_eq!(run(command().args(args), pages.as_bytes()).answer(), "118\n");
}

/// PowerShell writes it at the start of a file.
#[test]
fn a_byte_order_mark_is_ignored() {
    let file = temp_file(format!("\u{feff}{NEW_TYPE}"));
    assert_eq!(ask(&file, "x99.large").answer(), "58\n");
    let file = temp_file("\u{feff}[1]");
    let error = ask(&file, "x99.large").error(1);
    assert!(error.contains("line 1, column 2: invalid type: integer `1`"), "{error}");
    let file = temp_file("\u{feff}");
    assert!(ask(&file, "x99.large").error(1).contains("there are no instance types: it is empty"));
}

#[test]
fn facts_of_the_file_win_over_the_embedded_ones() {
    let file = temp_file(NEW_TYPE.replace("x99.large", "m5.large"));
    assert_eq!(ask(&file, "m5.large").answer(), "58\n");
    let args = ["list", "m5.large", "-o", "eni-max-pods", "--instance-types-file"];
    let listed = run(command().args(args).arg(file.path()), b"").answer();
    assert_eq!(listed, "m5.large 58\n", "once, and the own one");
}

#[test]
fn types_of_the_file_are_listed_in_their_place() {
    let file = temp_file(NEW_TYPE.replace("x99.large", "m5.6xlarge"));
    let args = ["list", "m5.*", "-o", "eni-max-pods", "--instance-types-file"];
    let names = run(command().args(args).arg(file.path()), b"").answer();
    let names: Vec<_> = names.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names[3..6], ["m5.4xlarge", "m5.6xlarge", "m5.8xlarge"], "{names:?}");
    assert_eq!(names.len(), 10);
}

#[test]
fn an_unknown_vcpu_count_is_a_warning() {
    let file = temp_file(NEW_TYPE.replace("\"DefaultVCpus\": 32, ", "").replace("\": 15", "\": 60"));
    let run = ask(&file, "x99.large");
    assert!(run.stderr.contains("the number of vCPUs of this type is not known"), "{run:?}");
    assert_eq!(run.answer(), "110\n");

    let mut expression = command();
    expression.args(["--expression", "vcpus", "--expression-dialect", "karpenter"]);
    expression.args(["--instance-type", "x99.large", "--instance-types-file"]).arg(file.path());
    let error = support::run(&mut expression, b"").error(1);
    assert!(error.contains("vcpus of x99.large is not known"), "{error}");
    assert!(
        error.contains("help: the table does not have it: give the type's facts with --instance-types-file"),
        "{error}"
    );
}

#[test]
fn characters_that_steer_a_terminal_are_escaped_in_json() {
    let file = temp_file(NEW_TYPE.replace("nitro", "ni\u{9b}31m\u{202e}tro\u{7f}"));
    let options = ["-o", "json", "--instance-types-file"];
    check_each([&["--instance-type", "x99.large"][..], &["list", "x99.large"]], |command_line| {
        let json = run(command().args(command_line).args(options).arg(file.path()), b"").answer();
        assert!(json.contains(r#""hypervisor":"ni\u009b31m\u202etro\u007f""#), "{json}");
        assert!(!json.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{json:?}");
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let object = read.get(0).unwrap_or(&read);
        assert_eq!(object["hypervisor"], "ni\u{9b}31m\u{202e}tro\u{7f}");
    });
}

#[test]
fn each_fault_has_its_own_error() {
    check_each(
        [
            ("empty", String::new(), "there are no instance types: it is empty"),
            ("blank", " \n".into(), "there are no instance types: it is empty"),
            ("none", r#"{"InstanceTypes":[]}"#.into(), "there are no instance types in it"),
            ("other", r#"{"Reservations":[]}"#.into(), "line 1, column 19: missing field `InstanceTypes`"),
            ("text", "An error occurred (AuthFailure)".into(), "line 1, column 1: expected value"),
            ("number", "12".into(), "invalid type: integer `12`"),
            ("cut", NEW_TYPE[..400].into(), "line 12, column 16: EOF while parsing an object"),
            ("comma", NEW_TYPE.replace("true,", "true"), "line 6, column 13: expected `,` or `}`"),
            (
                "field",
                NEW_TYPE.replace("Ipv4Addr", "Ipv6Addr"),
                "x99.large: the field NetworkInfo.Ipv4Addresses",
            ),
            (
                "card",
                NEW_TYPE.replace("DefaultNetworkCardIndex\": 1", "DefaultNetworkCardIndex\": 5"),
                "x99.large: there is no network card 5",
            ),
            ("zero", NEW_TYPE.replace("\": 4}", "\": 0}"), "x99.large: MaximumNetworkInterfaces is 0"),
            ("minus", NEW_TYPE.replace("\": 4}", "\": -4}"), "x99.large: MaximumNetworkInterfaces is -4"),
            ("absurd", NEW_TYPE.replace("\": 15", "\": 99999999"), "Ipv4AddressesPerInterface is 99999999"),
            ("huge", NEW_TYPE.replace("\": 15", "\": 1e400"), "number out of range"),
            ("word", NEW_TYPE.replace("\": 15", "\": \"15\""), "invalid type: string \"15\""),
            ("deep", format!("{{\"x\":{}", "[".repeat(100_000)), "EOF while parsing a list"),
            (
                "twice",
                format!("{NEW_TYPE}{}", NEW_TYPE.replace("\": 15", "\": 16")),
                "x99.large is described twice",
            ),
            (
                "two lists",
                format!("{},{}", NEW_TYPE.trim_end_matches('}'), &NEW_TYPE[1..]),
                "duplicate field `InstanceTypes`",
            ),
            (
                "two cards",
                NEW_TYPE.replace("Index\": 0, ", "Index\": 1, "),
                "x99.large: two network cards have the NetworkCardIndex 1",
            ),
            (
                "name",
                NEW_TYPE.replace("x99.large", "x99 large"),
                "line 23, column 5: 'x99 large' is not the name of an instance type",
            ),
        ],
        |(name, content, says)| {
            let file = temp_file(&content);
            let error = ask(&file, "x99.large").error(1);
            assert!(error.contains(says), "{name}: {error}");
            assert!(error.starts_with(&format!("error: {}", file.path().display())), "{name}: {error}");
            assert!(error.contains("\n  help: "), "{name}: {error}");
        },
    );
}

#[test]
fn files_that_cannot_be_read() {
    // Windows has other words for what its own functions report.
    let missing = if cfg!(windows) { "(os error 3)" } else { "No such file or directory" };
    check_each(
        [("/no/such/file", missing), (env!("CARGO_TARGET_TMPDIR"), "it is a folder, and a file is needed")],
        |(path, says)| {
            let error =
                maxpods(["--instance-type", "m5.large", "--instance-types-file", path].iter()).error(1);
            assert!(
                error.starts_with(&format!("error: cannot read '{path}': ")) && error.contains(says),
                "{error}"
            );
        },
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_that_never_ends_is_given_up() {
    let args = ["--instance-type", "m5.large", "--instance-types-file", "/dev/zero"];
    let error = maxpods(args).error(1);
    assert!(error.contains("is larger than"), "{error}");
}

#[test]
fn bytes_that_are_not_text_are_an_error() {
    let file = temp_file(b"\x80{\"");
    let error = ask(&file, "x99.large").error(1);
    assert!(error.contains("line 1, column 1: expected value"), "{error}");
}
