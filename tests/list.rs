//! `maxpods list`.

use std::collections::BTreeMap;

use crate::support::{check_each, maxpods, words};
use maxpods::{Catalog, CniSettings, Settings, max_pods};
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

            // Over all sets of flags, the main job is asked for every type.
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
    assert_eq!(names(&[]), Catalog::embedded_names());
}

#[test]
fn no_match_is_an_error() {
    assert_eq!(words("list zz*").error(1), "error: no instance type matches 'zz*'\n");
    assert_eq!(words("list zz* yy").error(1), "error: no instance type matches 'zz*' or 'yy'\n");
    let some = words("list zz* m5.large -o eni-max-pods");
    assert_eq!(some.stderr, "warning: no instance type matches 'zz*'\n");
    assert_eq!(some.answer(), "m5.large 29\n");
}

#[test]
fn a_bad_pattern_is_a_usage_error() {
    check_each(["[m5", "m5**"], |pattern| {
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
