//! `maxpods list`.

use std::collections::BTreeMap;

use crate::support::{check_each, command, maxpods, run, temp_file, words};
use maxpods::cni::CniSettings;
use maxpods::{Catalog, Settings, max_pods};
use serde_json::Value;

const FLAGS: &[&str] = &[
    "",
    "--show-max-allowed",
    "--cni-prefix-delegation-enabled",
    "--cni-prefix-delegation-enabled --show-max-allowed",
    "--cni-custom-networking-enabled --cni-version 1.8.0",
    "--cni-prefix-delegation-enabled --cni-max-eni 2 --host-network-pods 7",
    "--reserved-enis 1 --max-pods-ceiling 40",
];

#[test]
fn every_format_and_the_main_job_agree() {
    check_each(FLAGS.iter().enumerate(), |(at, flags)| {
        let json = words(&format!("list -q -o json {flags}")).answer();
        let json: Vec<Value> = serde_json::from_str(&json).expect("a JSON array");
        assert_eq!(json.len(), Catalog::embedded_names().len(), "{flags}");

        let csv = words(&format!("list -q -o csv {flags}")).answer();
        let mut csv = csv::Reader::from_reader(csv.as_bytes());
        let rows: Vec<BTreeMap<String, String>> =
            csv.deserialize().collect::<Result<_, _>>().expect("CSV with a header");

        let pairs = words(&format!("list -q -o eni-max-pods {flags}")).answer();
        let pairs: Vec<_> = pairs.lines().collect();

        let table = words(&format!("list -q {flags}")).answer();
        let table: Vec<Vec<_>> =
            table.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();

        for (i, object) in json.iter().enumerate() {
            let name = object["instanceType"].as_str().expect("a name");
            let number = object["maxPods"].to_string();
            let vcpus = object.get("vcpus").map(Value::to_string);
            let (enis, per_eni) = (object["enis"].to_string(), object["ipv4PerEni"].to_string());
            let allowed = object["allowed"].to_string();
            assert_eq!(pairs[i], format!("{name} {number}"), "{flags}");
            let dash = vcpus.clone().unwrap_or("-".into());
            assert_eq!(table[i], [name, &dash, &enis, &per_eni, &number, &allowed], "{flags}");
            let row = &rows[i];
            assert_eq!((row["instance_type"].as_str(), &row["max_pods"]), (name, &number), "{flags}");
            assert_eq!(row["vcpus"], vcpus.unwrap_or_default(), "{flags}");
            assert_eq!(row["mode"], object["mode"].as_str().expect("a mode"), "{flags}");
            assert_eq!((&row["enis"], &row["ipv4_per_eni"], &row["allowed"]), (&enis, &per_eni, &allowed));
            assert_eq!(row["recommended"], object["recommended"].to_string(), "{flags}");

            // The types are shared among the sets of flags, so that the main job is asked once for every type.
            if i % FLAGS.len() == at {
                let line = format!("--instance-type {name} -q -o json {flags}");
                let one: Value = serde_json::from_str(&words(&line).answer()).expect("JSON");
                assert_eq!(&one, object, "{line}");
            }
        }
    });
}

#[test]
fn the_list_is_the_librarys() {
    let mut settings = Settings::default();
    settings.cni = CniSettings::default();
    settings.cni.prefix_delegation = true;
    let catalog = Catalog::new();
    let expected: Vec<_> =
        catalog.types().iter().map(|t| format!("{} {}", t.name, max_pods(t, &settings).max_pods)).collect();
    let ours = words("list -q -o eni-max-pods --cni-prefix-delegation-enabled").answer();
    assert_eq!(ours.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn patterns() {
    let names = |args: &[&str]| -> Vec<String> {
        let args = ["list", "-q", "-o", "eni-max-pods"].iter().chain(args);
        let lines = maxpods(args).answer();
        lines.lines().filter_map(|line| line.split(' ').next()).map(Into::into).collect()
    };
    assert_eq!(
        names(&["t3.*"]),
        ["t3.nano", "t3.micro", "t3.small", "t3.medium", "t3.large", "t3.xlarge", "t3.2xlarge"]
    );
    assert_eq!(names(&["M5.LARGE", "a1.metal"]), ["a1.metal", "m5.large"]);
    assert_eq!(names(&["m[56].large"]), ["m5.large"]);
    assert_eq!(names(&["m7i.metal*"]), ["m7i.metal-24xl", "m7i.metal-48xl"]);
    assert_eq!(names(&["c5?.large"]), ["c5a.large", "c5d.large", "c5n.large"]);
    assert_eq!(names(&["m5.l*", "*.large", "m5*.large"]), names(&["*.large"]));
    assert_eq!(names(&["m5**"]), names(&["m5*"]));
    assert_eq!(names(&["m7i.***-**48xl"]), ["m7i.metal-48xl"]);
    assert_eq!(names(&["**"]), Catalog::embedded_names());
    assert_eq!(names(&[]), Catalog::embedded_names());
}

#[test]
fn architectures() {
    let json = words("list -q -o json").answer();
    let json: Vec<Value> = serde_json::from_str(&json).expect("a JSON array");
    let supporting = |arch: &str| -> Vec<&str> {
        let supports = |object: &&Value| {
            object["architectures"].as_array().is_some_and(|all| all.contains(&arch.into()))
        };
        json.iter().filter(supports).filter_map(|object| object["instanceType"].as_str()).collect()
    };
    check_each(["x86_64", "arm64"], |arch| {
        let lines = words(&format!("list -q -o eni-max-pods --arch {arch}")).answer();
        let names: Vec<_> = lines.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(names, supporting(arch));
        assert!(names.len() > 400, "{}", names.len());
        // The architecture of the first type is not known, and the other two are Macs.
        assert!(["bmn-sf1.metal", "mac1.metal", "mac2.metal"].iter().all(|name| !names.contains(name)));
    });
    let ours = words("list --arch arm64 -o eni-max-pods t2.micro t4g.micro m8g-flex.large").answer();
    assert_eq!(ours, "m8g-flex.large 29\nt4g.micro 4\n");
    let ours = words("list --arch x86_64 -o eni-max-pods t2.micro t4g.micro").answer();
    assert_eq!(ours, "t2.micro 4\n");
    assert_eq!(
        words("list --arch arm64 m5.* bmn*").error(1),
        "error: no instance type of these is known to support arm64\n"
    );
    let error = words("list --arch amd64").error(2);
    assert!(error.contains("'amd64'") && error.contains("[possible values: x86_64, arm64]"), "{error}");
}

#[test]
fn the_number_of_patterns_is_bounded() {
    let some = |count: usize| {
        let patterns = (0..count).map(|i| format!("*zz{i}*"));
        maxpods(
            ["list", "-q", "m5.large", "-o", "eni-max-pods"].into_iter().map(String::from).chain(patterns),
        )
    };
    assert_eq!(some(999).answer(), "m5.large 29\n");
    assert_eq!(
        some(1000).error(2),
        "error: there are 1001 patterns, and at most 1000 are accepted\n  \
         help: use patterns that match more types, such as 'm5.*'\n"
    );
}

#[test]
fn no_match_is_an_error() {
    assert_eq!(words("list zz*").error(1), "error: no instance type matches 'zz*'\n");
    assert_eq!(words("list zz* yy").error(1), "error: no instance type matches 'zz*' or 'yy'\n");
    let help = "write 'm5.*' for all types of the family";
    assert_eq!(words("list M5").error(1), format!("error: no instance type matches 'm5'\n  help: {help}\n"));
    let beside = words("list m5 t3.nano -o eni-max-pods");
    assert_eq!(beside.stderr, format!("warning: no instance type matches 'm5'; {help}\n"));
    assert_eq!(beside.answer(), "t3.nano 4\n");
    let long = format!("list {}", "z".repeat(1000));
    assert_eq!(words(&long).error(1), format!("error: no instance type matches '{}…'\n", "z".repeat(80)));
    let some = words("list zz* m5.large -o eni-max-pods");
    assert_eq!(some.stderr, "warning: no instance type matches 'zz*'\n");
    assert_eq!(some.answer(), "m5.large 29\n");
}

#[test]
fn a_bad_pattern_is_a_usage_error() {
    check_each(["[m5", "m5[", "[[]["], |pattern| {
        let error = maxpods(["list", pattern]).error(2);
        assert!(
            error.starts_with(&format!("error: invalid value '{pattern}' for '[PATTERN]...'")),
            "{error}"
        );
    });
}

#[test]
fn min_pods_keeps_what_reaches_it() {
    let all = words("list -q -o eni-max-pods m5*").answer();
    let number = |line: &str| line.rsplit(' ').next().and_then(|n| n.parse::<u64>().ok()).expect("a number");
    let kept: Vec<_> = all.lines().filter(|line| number(line) >= 58).collect();
    assert!(kept.len() < all.lines().count() && kept.iter().any(|line| number(line) == 58));
    let ours = words("list -q -o eni-max-pods m5* --min-pods 58").answer();
    assert_eq!(ours.lines().collect::<Vec<_>>(), kept);
    assert_eq!(
        words("list m5* --min-pods 251").error(1),
        "error: no instance type of these reaches 251 pods: the most is 250\n"
    );
}

/// Types of the user's file may get no prefixes for different reasons.
#[test]
fn a_warning_for_each_hypervisor() {
    let types: Vec<_> = (0..300)
        .map(|i| {
            serde_json::json!({
                "InstanceType": format!("x{i}.large"), "Hypervisor": format!("h{}", i / 2),
                "VCpuInfo": {"DefaultVCpus": 2},
                "NetworkInfo": {"Ipv4AddressesPerInterface": 10, "NetworkCards": [{"MaximumNetworkInterfaces": 3}]},
            })
        })
        .collect();
    let file = temp_file(serde_json::to_vec(&types).expect("JSON"));
    let mut command = command();
    command
        .args(["list", "x*.large", "--cni-prefix-delegation-enabled", "--instance-types-file"])
        .arg(file.path());
    let run = run(&mut command, b"");
    assert_eq!(run.stderr.lines().count(), 150);
    assert!(run.stderr.contains("warning: 2 types (x0.large to x1.large): "), "{}", run.stderr);
    assert!(run.stderr.contains("the hypervisor is h149, not nitro"), "{}", run.stderr);
}

#[test]
fn one_line_a_warning() {
    let run = words("list m4.* --cni-prefix-delegation-enabled");
    assert_eq!(
        run.stderr,
        "warning: 6 types (m4.large to m4.16xlarge): prefix delegation is not used, secondary IPs are counted: \
         the hypervisor is xen, not nitro\n"
    );
    assert_eq!(words("list").stderr, "");
}

#[test]
fn the_table_fits_80_columns() {
    let table = words("list -q").answer();
    assert!(table.lines().all(|line| line.len() <= 80 && line == line.trim_end()));
}
