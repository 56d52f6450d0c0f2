//! `maxpods.toml`: settings by path.

use std::path::Path;
use std::process::Command;

use super::{check_in, findings_in, tree};
use crate::support::{self, check_each, words};

fn bottlerocket(pods: u32) -> String {
    format!("[settings.kubernetes]\nmax-pods = {pods}\n")
}

/// The findings in `x/a.toml` with this many pods, beside a `maxpods.toml`.
#[track_caller]
fn with(config: &str, pods: u32, options: &[&str]) -> Vec<String> {
    let folder = tree([("maxpods.toml", config), ("x/a.toml", &bottlerocket(pods))]);
    findings_in(folder.path(), &[&["x"], options].concat())
}

#[test]
fn each_key_says_what_its_option_says() {
    let m5 = "instance-types = ['m5.large']\n";
    let prefixes = format!("{m5}cni-prefix-delegation-enabled = true");
    check_each(
        [
            ("no types", String::new(), 29, vec!["note not-judged"]),
            ("types", m5.into(), 29, vec![]),
            (
                "several types",
                "instance-types = ['m5.large', 't3.medium']".into(),
                500,
                vec!["error over-allowed"],
            ),
            ("prefixes not said", m5.into(), 110, vec!["warning needs-prefixes"]),
            ("prefixes on", prefixes.clone(), 110, vec![]),
            (
                "prefixes off",
                format!("{m5}cni-prefix-delegation-enabled = false"),
                110,
                vec!["error over-allowed"],
            ),
            ("an old version", format!("{prefixes}\ncni-version = '1.8.0'"), 110, vec!["error no-prefixes"]),
            ("custom networking", format!("{m5}cni-custom-networking-enabled = true"), 20, vec![]),
            ("MAX_ENI", format!("{m5}cni-max-eni = 2"), 20, vec![]),
            ("a trunk ENI", format!("{m5}cni-pod-eni-enabled = true"), 20, vec![]),
            ("its pods", format!("{m5}cni-pod-eni-enabled = true\nbranch-eni-pods = 9"), 29, vec![]),
            ("a subnet excluded", format!("{m5}cni-primary-eni-excluded = true"), 20, vec![]),
            ("IPv6", format!("{m5}ip-family = 'ipv6'"), 110, vec![]),
            ("IPv4", format!("{m5}ip-family = 'ipv4'"), 500, vec!["error over-allowed"]),
            ("a reserved ENI", format!("{m5}reserved-enis = 1"), 20, vec![]),
            ("pods on the host's network", format!("{m5}host-network-pods = 4"), 31, vec![]),
            ("a ceiling", format!("{m5}max-pods-ceiling = 0x14"), 20, vec![]),
            ("the VPC CNI", format!("{m5}cni = 'vpc'"), 500, vec!["error over-allowed"]),
            ("another CNI", format!("{m5}cni = 'other'"), 500, vec![]),
        ],
        |(_, keys, pods, expected)| {
            assert_eq!(with(&format!("[[at]]\nfiles = ['**']\n{keys}\n"), pods, &[]), expected);
        },
    );
}

#[test]
fn options_of_the_command_line_win() {
    let config = "[[at]]\nfiles = ['**']\ninstance-types = ['t3.medium']\ncni-prefix-delegation-enabled = true\ncni = 'other'\n\
                  reserved-enis = 1\nmax-pods-ceiling = 5\n";
    let options = "--instance-type m5.large --cni-prefix-delegation-enabled=false --cni vpc --reserved-enis 0 \
                   --max-pods-ceiling 110";
    let options: Vec<_> = options.split_whitespace().collect();
    assert_eq!(with(config, 29, &options), [""; 0]);
    assert_eq!(with(config, 30, &options), ["error over-allowed"]);
    // Those that are not given come from the file.
    assert_eq!(with(config, 29, &["--cni", "vpc"]), ["note above-recommended"]);
}

#[test]
fn the_last_table_that_matches_counts() {
    let config = "[[at]]\nfiles = ['**']\ninstance-types = ['t3.medium']\n[[at]]\nfiles = ['x/**']\ninstance-types = \
                  ['m5.large']\n[[at]]\nfiles = ['y/*', '*.json']\ninstance-types = ['t3.nano']\n";
    assert_eq!(with(config, 29, &[]), [""; 0]);
    let folder = tree([
        ("maxpods.toml", config),
        ("x/y/a.toml", &bottlerocket(29)),
        ("y/a.toml", &bottlerocket(4)),
        ("y/y/a.toml", &bottlerocket(17)),
        ("a.toml", &bottlerocket(17)),
    ]);
    assert_eq!(findings_in(folder.path(), &["."]), [""; 0]);
}

#[test]
fn globs() {
    check_each(
        [
            ("x/a.toml", true),
            ("./x/a.toml", true),
            ("x/*.toml", true),
            ("x", true),
            ("x/", true),
            ("**", true),
            ("**/a.toml", true),
            ("**/*.toml", true),
            ("x/**", true),
            ("*/*", true),
            ("{x,y}/a.toml", true),
            ("x/[ab].toml", true),
            ("x/?.toml", true),
            ("*", false),
            ("*/", false),
            ("a.toml", false),
            ("*.toml", false),
            ("X/a.toml", false),
            ("y/**", false),
            ("**/x", true),
        ],
        |(glob, matches)| {
            let config = format!("[[at]]\nfiles = ['{glob}']\ninstance-types = ['m5.large']\n");
            assert_eq!(with(&config, 29, &[]).is_empty(), matches);
            // Excluded files are counted.
            let folder = tree([
                ("maxpods.toml", &*format!("exclude = ['{glob}']\n")),
                ("x/a.toml", &bottlerocket(29)),
            ]);
            for path in ["x", "x/a.toml"] {
                let run = check_in(folder.path(), &["-q", path]);
                assert_eq!(run.stdout.contains("1 file excluded by maxpods.toml"), matches, "{run:?}");
                assert_eq!(run.stdout.contains("note[not-judged]"), !matches, "{run:?}");
            }
        },
    );
}

#[test]
fn the_nearest_file_up_the_tree_is_the_one() {
    let types = |name: &str| format!("[[at]]\nfiles = ['**']\ninstance-types = ['{name}']\n");
    let (upper, lower) = (types("t3.medium"), types("m5.large"));
    let folder = tree([
        ("maxpods.toml", &*upper),
        ("a.toml", &bottlerocket(17)),
        ("b/c/a.toml", &bottlerocket(17)),
        ("b/d/maxpods.toml", &lower),
        ("b/d/a.toml", &bottlerocket(29)),
        ("b/d/e/f/a.toml", &bottlerocket(29)),
    ]);
    assert_eq!(findings_in(folder.path(), &["."]), [""; 0]);
    // From any folder, and by any name.
    assert_eq!(findings_in(&folder.path().join("b/d"), &["../../a.toml", ".", "e/../../c"]), [""; 0]);
    let text = folder.path().to_str().unwrap();
    assert_eq!(findings_in(Path::new("/"), &[text]), [""; 0]);
    // stdin is as a file of the current folder.
    let mut command = support::command();
    let run = support::run(
        command.current_dir(folder.path().join("b/d/e")).args(["check", "-"]),
        bottlerocket(29).as_bytes(),
    );
    assert_eq!(run.stdout, "1 file, 1 document checked: 0 errors, 0 warnings, 0 notes\n");
    let unjudged = findings_in(folder.path(), &["--no-config", "."]);
    assert_eq!(unjudged, ["note not-judged"; 4]);
}

#[test]
fn another_file_may_be_named() {
    let config = "[[at]]\nfiles = ['infra/**']\ninstance-types = ['m5.large']\n";
    let folder = tree([
        (".github/maxpods.toml", config),
        ("infra/a.toml", &bottlerocket(29)),
        ("maxpods.toml", "this is wrong, and not read"),
    ]);
    // Its globs are relative to the current folder for files outside of its own.
    assert_eq!(findings_in(folder.path(), &["--config", ".github/maxpods.toml", "."]), [""; 0]);
    let run = check_in(folder.path(), &["--config", "missing.toml", "."]);
    assert!(run.error(2).contains("cannot read 'missing.toml'"));
    assert!(words("check . --config a --no-config").error(2).contains("--no-config"));
}

#[test]
fn rules_may_be_left_out() {
    let folder =
        tree([("maxpods.toml", "ignore = ['not-judged', 'over-allowed']\n"), ("a.toml", &bottlerocket(29))]);
    assert_eq!(findings_in(folder.path(), &["."]), [""; 0]);
    assert_eq!(findings_in(folder.path(), &[".", "--instance-type", "t3.nano"]), ["warning needs-prefixes"]);
}

#[test]
fn a_wrong_file_stops_the_run_before_any_verdict() {
    let at = |keys: &str| format!("[[at]]\nfiles = ['**']\n{keys}\n");
    check_each(
        [
            ("exlude = []".into(), "line 1, column 1: unknown key 'exlude'\n  help: did you mean 'exclude'?"),
            (
                "ignore = ['mixed-type']".into(),
                "line 1, column 11: unknown rule 'mixed-type'\n  help: did you mean 'mixed-types'?",
            ),
            ("ignore = 'mixed-types'".into(), "line 1, column 10: 'ignore' takes a list of rules"),
            ("ignore = [1]".into(), "line 1, column 10: 'ignore' takes a list of rules"),
            ("zzz = 1".into(), "unknown key 'zzz'\n  help: it is one of: exclude, ignore, at"),
            (
                "cni = 'vpc'".into(),
                "'cni' is a key of [[at]]\n  help: put it below a line [[at]], with files = [\"**\"]",
            ),
            (
                "[at]\nfiles = []".into(),
                "line 1, column 1: 'at' takes tables\n  help: begin each with a line [[at]]",
            ),
            ("at = [1]".into(), "'at' takes tables"),
            ("[[at]]\ncni = 'vpc'".into(), "line 1, column 1: this table does not say which files it is for"),
            (
                at("instance-type = ['m5.large']"),
                "unknown key 'instance-type'\n  help: did you mean 'instance-types'?",
            ),
            (
                at("instance-types = ['m5.largee']"),
                "line 3, column 19: unknown instance type 'm5.largee'\n  help: did you mean m5.large",
            ),
            (at("cni = 'vpcc'"), "unknown value 'vpcc'\n  help: did you mean 'vpc'?"),
            (
                at("cni-version = '1.x'"),
                "line 3, column 15: not a version of the VPC CNI; write it like 1.19.2",
            ),
            (at("cni-version = 1.19"), "takes a version in quotes, such as \"1.19.2\", and not 1.19"),
            (at("cni-max-eni = 0"), "'cni-max-eni' takes a whole number, 1 or more, and not 0"),
            (at("reserved-enis = -1"), "takes a whole number, 0 or more, and not -1"),
            (at("reserved-enis = 99999999999999999999"), "takes a whole number"),
            (at("cni-prefix-delegation-enabled = 'on'"), "takes true or false, and not 'on'"),
            (at("a = 1\na = 2"), "line "),
            ("exclude = ['/a']".into(), "'/a' is no glob below the folder of maxpods.toml"),
            ("exclude = ['a/../b']".into(), "is no glob below the folder"),
            ("exclude = ['']".into(), "is no glob below the folder"),
            ("exclude = ['a[b']".into(), "line 1, column 12: 'a[b' is no glob: "),
            ("a = \n".into(), "this is not TOML: "),
            ("a = '\u{1b}[2J".into(), "this is not TOML: "),
            (format!("a = {}", "[".repeat(100_000)), "this is not TOML: "),
        ],
        |(config, says): (String, &str)| {
            let folder =
                tree([("x/maxpods.toml", &*config), ("a.toml", &bottlerocket(500)), ("x/b.toml", "a = 1")]);
            let error = check_in(folder.path(), &["--instance-type", "m5.large", "."]).error(2);
            assert!(error.starts_with("error: x/maxpods.toml: line ") && error.contains(says), "{error}");
            assert!(!error.contains('\u{1b}'), "{error:?}");
        },
    );
}

#[test]
fn it_may_begin_with_a_byte_order_mark() {
    assert_eq!(
        with("\u{feff}[[at]]\r\nfiles = ['**']\r\ninstance-types = ['m5.large']\r\n", 29, &[]),
        [""; 0]
    );
}

#[test]
fn the_example_of_the_guide_is_right() {
    let config = crate::readme::block("# Files that are not checked.");
    let folder = tree([
        ("maxpods.toml", &*config),
        ("prod/a.toml", &bottlerocket(110)),
        ("edge/a.toml", &bottlerocket(500)),
        ("dev/testdata/a.toml", &bottlerocket(500)),
        ("dev/a.toml", &bottlerocket(58)),
    ]);
    let run = check_in(folder.path(), &["--instance-type", "m5.large", "."]);
    assert!(run.stdout.starts_with("dev/a.toml:2:12: error[over-allowed]: 58 pods"), "{run:?}");
    assert!(
        run.stdout.ends_with("1 file excluded by maxpods.toml: 1 error, 0 warnings, 0 notes\n"),
        "{run:?}"
    );
}

/// A real validator takes what the reader takes, and refuses what it refuses.
#[test]
fn the_schema_agrees_with_the_reader() {
    let schema = words("check --config-schema").answer();
    let validator = "import json, sys, jsonschema, tomllib\nschema = json.load(open(sys.argv[1]))\n\
                     jsonschema.Draft7Validator.check_schema(schema)\nvalidator = jsonschema.Draft7Validator(schema)\n\
                     print(*['yes' if validator.is_valid(tomllib.loads(text)) else 'no' for text in json.load(sys.stdin)])";
    let at = |keys: &str| format!("[[at]]\nfiles = ['**']\n{keys}\n");
    let rows = [
        (String::new(), true),
        ("exclude = ['a/**']\nignore = ['mixed-types', 'not-judged']".into(), true),
        (at("instance-types = ['m5.large']\ncni-prefix-delegation-enabled = true\ncni = 'vpc'"), true),
        (at("cni-version = '1.19.2'\ncni-custom-networking-enabled = false\ncni-max-eni = 2"), true),
        (at("reserved-enis = 0\nhost-network-pods = 0\nmax-pods-ceiling = 1"), true),
        (at("") + &at(""), true),
        ("exlude = []".into(), false),
        ("ignore = ['mixed-type']".into(), false),
        ("ignore = 'mixed-types'".into(), false),
        ("[at]\nfiles = ['**']".into(), false),
        ("[[at]]\ncni = 'vpc'".into(), false),
        (at("cni = 'calico'"), false),
        (
            at(
                "cni-pod-eni-enabled = true\nbranch-eni-pods = 0\ncni-primary-eni-excluded = false\nip-family = 'ipv6'",
            ),
            true,
        ),
        (at("ip-family = 6"), false),
        (at("cni-max-eni = 0"), false),
        (at("reserved-enis = -1"), false),
        (at("cni-version = '1'"), false),
        (at("cni-prefix-delegation-enabled = 'true'"), false),
        (at("instance-type = ['m5.large']"), false),
    ];
    for (config, is_right) in &rows {
        let folder = tree([("maxpods.toml", &**config), ("a.toml", "a = 1")]);
        let run = check_in(folder.path(), &["-q", "."]);
        assert_eq!(run.code == Some(0), *is_right, "{config}: {run:?}");
    }
    let file = support::temp_file(&schema);
    let texts: Vec<_> = rows.iter().map(|(config, _)| config).collect();
    let mut python = Command::new("python3");
    python.args(["-W", "ignore", "-c", validator]).arg(file.path());
    if !Command::new("python3")
        .args(["-c", "import jsonschema, tomllib"])
        .output()
        .is_ok_and(|run| run.status.success())
    {
        eprintln!("skipped: there is no python3 with jsonschema here");
        return;
    }
    let run = support::run(&mut python, serde_json::to_string(&texts).unwrap().as_bytes());
    let verdicts: Vec<_> = run.stdout.split_whitespace().map(|word| word == "yes").collect();
    assert_eq!(verdicts, rows.iter().map(|(_, is_right)| *is_right).collect::<Vec<_>>(), "{run:?}");
}
