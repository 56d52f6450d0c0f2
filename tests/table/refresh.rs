//! `data/refresh.sh` against stand-ins for the EC2 API: a stub of the AWS CLI, and moto's server.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::moto::{self, Moto, NO_SETTINGS};
use crate::support::{check_each, in_no_account};
use serde_json::{Value, json};
use tempfile::TempDir;

/// True if the tools are installed that a test of the script needs.
fn can_run(tools: &[&str]) -> bool {
    moto::can_run("data/refresh.sh", tools)
}

/// A copy of the script with a table of its own.
struct Checkout(TempDir);

impl Checkout {
    fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let root = folder.path();
        fs::create_dir_all(root.join("data/instance-types")).expect("a folder");
        fs::create_dir_all(root.join("bin")).expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        fs::copy(source.join("refresh.sh"), root.join("data/refresh.sh")).expect("the script");
        fs::write(root.join("data/AS_OF"), "2020-01-01\n").expect("a date");
        Self(folder)
    }

    fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(path)
    }

    fn with_table(self, types: &[Value]) -> Self {
        let mut families: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for t in types {
            let family =
                t["InstanceType"].as_str().and_then(|name| name.split('.').next()).expect("a family");
            families.entry(family).or_default().push(t.to_string());
        }
        for (family, lines) in families {
            let text = format!("{{\"InstanceTypes\":[\n{}\n]}}\n", lines.join(",\n"));
            fs::write(self.join(format!("data/instance-types/{family}.json")), text).expect("a file");
        }
        self
    }

    /// Makes the stub of the AWS CLI answer with these types for this region.
    fn answer(&self, region: &str, types: &[Value]) {
        let page = json!({"InstanceTypes": types}).to_string();
        fs::write(self.join(format!("bin/{region}.json")), page).expect("an answer");
    }

    fn files(&self) -> BTreeMap<String, String> {
        fs::read_dir(self.join("data/instance-types"))
            .expect("a table")
            .map(|entry| {
                let path = entry.expect("an entry").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, fs::read_to_string(path).expect("a file"))
            })
            .collect()
    }

    /// Runs the script; the exit code, stdout and stderr.
    fn refresh(&self, regions: &[&str], endpoint: Option<u16>) -> (Option<i32>, String, String) {
        let mut command = Command::new("bash");
        command.arg(self.join("data/refresh.sh")).args(regions).stdin(Stdio::null());
        in_no_account(&mut command).envs(NO_SETTINGS);
        if let Some(port) = endpoint {
            command.envs(moto::account(port));
        } else {
            let paths = std::env::var("PATH").unwrap_or_default();
            command.env("PATH", format!("{}:{paths}", self.stub().display()));
        }
        let output = command.output().expect("bash");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let left: Vec<_> =
            fs::read_dir(self.join("data")).expect("data").flatten().map(|e| e.file_name()).collect();
        assert_eq!(left.len(), 3, "something was left behind: {left:?}");
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// The folder of a stand-in for the AWS CLI, which prints the answers that the test gave it.
    fn stub(&self) -> PathBuf {
        let stub = "#!/bin/sh\n\
            here=$(dirname \"$0\")\n\
            [ \"$2\" != describe-regions ] || { cat \"$here/regions\"; exit; }\n\
            exec cat \"$here/$4.json\"\n";
        let folder = self.join("bin");
        fs::write(folder.join("aws"), stub).expect("a stub");
        let status = Command::new("chmod").arg("+x").arg(folder.join("aws")).status().expect("chmod");
        assert!(status.success());
        folder
    }

    fn as_of(&self) -> String {
        fs::read_to_string(self.join("data/AS_OF")).expect("a date")
    }
}

fn instance_type(name: &str, enis: u32) -> Value {
    json!({
        "InstanceType": name,
        "BareMetal": false,
        "Hypervisor": "nitro",
        "VCpuInfo": {"DefaultVCpus": 2},
        "MemoryInfo": {"SizeInMiB": 1024},
        "NetworkInfo": {
            "Ipv4AddressesPerInterface": 10,
            "DefaultNetworkCardIndex": 0,
            "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": enis}],
        },
        "ProcessorInfo": {"SupportedArchitectures": ["i386", "x86_64"]},
    })
}

#[test]
fn what_is_new_is_added_and_what_is_gone_is_kept() {
    if !can_run(&["jq"]) {
        return;
    }
    let old = [instance_type("a1.large", 3), instance_type("a1.metal", 4), instance_type("gone.large", 5)];
    let checkout = Checkout::new().with_table(&old);
    fs::write(checkout.join("bin/regions"), r#"["r-1","r-2"]"#).expect("regions");
    let mut changed = instance_type("a1.metal", 4);
    changed["Hypervisor"] = "".into();
    changed["BareMetal"] = true.into();
    changed["CurrentGeneration"] = true.into();
    changed["ProcessorInfo"] = json!({
        "SupportedArchitectures": ["arm64"],
        "SustainedClockSpeedInGhz": 2.5,
        "Manufacturer": "AWS",
    });
    checkout.answer("r-1", &[instance_type("a1.large", 3), changed, instance_type("a1.10xlarge", 8)]);
    checkout.answer(
        "r-2",
        &[instance_type("a1.2xlarge", 7), instance_type("a1.large", 3), instance_type("b.nano", 2)],
    );

    let (code, told, errors) = checkout.refresh(&[], None);
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{told}");
    assert_eq!(
        told,
        "added: a1.10xlarge\nadded: a1.2xlarge\nadded: b.nano\n\
         changed: a1.metal: BareMetal: false is now true, Hypervisor: \"nitro\" is now null, \
         ProcessorInfo.SupportedArchitectures.0: \"i386\" is now \"arm64\", \
         ProcessorInfo.SupportedArchitectures.1: \"x86_64\" is now null\n\
         kept, though EC2 no longer lists it: gone.large\n\
         5 types in 2 regions: 3 added, 1 changed, 1 kept that EC2 no longer lists\n\
         the table was renewed\n"
    );
    let files = checkout.files();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["a1.json", "b.json", "gone.json"]);
    let starts: Vec<_> =
        files["a1.json"].lines().map(|line| line.split(',').next().expect("a start")).collect();
    let name = |name: &str| format!("{{\"InstanceType\":\"{name}\"");
    assert_eq!(
        starts,
        [
            "{\"InstanceTypes\":[",
            &name("a1.large"),
            &name("a1.2xlarge"),
            &name("a1.10xlarge"),
            &name("a1.metal"),
            "]}"
        ]
    );
    for (name, end) in [
        ("a1.2xlarge", r#"}]},"ProcessorInfo":{"SupportedArchitectures":["i386","x86_64"]}},"#),
        ("a1.metal", r#"}]},"ProcessorInfo":{"SupportedArchitectures":["arm64"]}}"#),
    ] {
        let line = files["a1.json"].lines().find(|line| line.contains(name)).expect("a line");
        assert!(line.ends_with(end), "{line}");
    }
    assert!(!files["a1.json"].contains("CurrentGeneration"));
    assert_ne!(checkout.as_of(), "2020-01-01\n");

    fs::write(checkout.join("data/AS_OF"), "2020-01-02\n").expect("a date");
    let (code, told, _) = checkout.refresh(&[], None);
    assert_eq!(code, Some(0));
    assert!(
        told.ends_with("0 added, 0 changed, 1 kept that EC2 no longer lists\nthe table is up to date\n"),
        "{told}"
    );
    assert_eq!((checkout.files(), checkout.as_of().as_str()), (files, "2020-01-02\n"));
}

#[test]
fn whatever_is_wrong_nothing_is_written() {
    if !can_run(&["jq"]) {
        return;
    }
    let checkout = Checkout::new().with_table(&[instance_type("a1.large", 3)]);
    let before = checkout.files();
    checkout.answer("r-good", &[instance_type("a1.large", 9)]);
    checkout.answer("r-other", &[instance_type("a1.large", 8)]);
    checkout.answer("r-empty", &[]);
    checkout.answer("r-name", &[instance_type("../a.large", 9)]);
    let mut lacks = instance_type("a1.xlarge", 9);
    lacks["NetworkInfo"]["Ipv4AddressesPerInterface"].take();
    checkout.answer("r-lacks", &[lacks]);
    let mut lacks = instance_type("a1.xlarge", 9);
    lacks["ProcessorInfo"].take();
    checkout.answer("r-processor", &[lacks]);
    checkout.answer("r-long", &[instance_type(&format!("a1.{}", "x".repeat(62)), 9)]);
    fs::write(checkout.join("bin/r-cut.json"), "{\"InstanceTypes\":[{").expect("an answer");
    check_each(
        [
            ("r-other", "a1.large: r-good and r-other contradict each other"),
            ("r-empty", "r-empty: no instance types"),
            ("r-name", "is not the name of an instance type"),
            ("r-lacks", "r-lacks: a1.xlarge: NetworkInfo.Ipv4AddressesPerInterface is missing"),
            ("r-processor", "r-processor: a1.xlarge: ProcessorInfo.SupportedArchitectures is missing"),
            ("r-long", "is not the name of an instance type"),
            ("r-cut", "the answer of r-cut cannot be used"),
            ("r-silent", "r-silent did not answer"),
            ("no region", "'no region' is not a region"),
        ],
        |(region, says)| {
            let (code, told, errors) = checkout.refresh(&["r-good", region], None);
            assert_eq!((code, told.as_str()), (Some(1), ""), "{region}: {errors}");
            assert!(errors.contains(says), "{region}: {errors}");
            assert_eq!(
                (checkout.files(), checkout.as_of().as_str()),
                (before.clone(), "2020-01-01\n"),
                "{region}"
            );
        },
    );
}

#[test]
fn against_an_ec2_api() {
    if !can_run(&["jq", "aws", "moto_server"]) {
        return;
    }
    let checkout = Checkout::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/instance-types");
    for entry in fs::read_dir(source).expect("the table").flatten() {
        fs::copy(entry.path(), checkout.join("data/instance-types").join(entry.file_name())).expect("a copy");
    }
    let lines = |files: &BTreeMap<String, String>| -> Vec<String> {
        files
            .values()
            .flat_map(|text| text.lines())
            .map(|line| line.trim_end_matches(',').to_owned())
            .collect()
    };
    let before = checkout.files();

    let moto = Moto::start();
    let regions = ["us-east-1", "eu-central-1"];
    let (code, told, errors) = checkout.refresh(&regions, Some(moto.port()));
    assert_eq!(code, Some(0), "{told}{errors}");
    let after = checkout.files();

    // The table is newer than moto's answer. So the script must name the types about which moto says something
    // else, and all other types must stay as they were.
    let known_otherwise: Vec<_> = told
        .lines()
        .filter_map(|line| line.strip_prefix("changed: ").or(line.strip_prefix("added: ")))
        .map(|line| format!("\"InstanceType\":\"{}\"", line.split(':').next().unwrap_or(line)))
        .collect();
    let others = |files| -> Vec<String> {
        lines(files)
            .into_iter()
            .filter(|line| !known_otherwise.iter().any(|name| line.contains(name)))
            .collect()
    };
    assert_eq!(others(&after), others(&before), "{told}");
    assert!(told.contains("kept, though EC2 no longer lists it: f1.2xlarge\n"), "{told}");
    assert_eq!(
        told.lines().last(),
        Some(if after == before { "the table is up to date" } else { "the table was renewed" })
    );

    let (code, told, errors) = checkout.refresh(&regions[..1], Some(moto.port()));
    assert_eq!((code, checkout.files()), (Some(0), after), "{told}{errors}");
    assert!(told.contains(": 0 added, 0 changed, ") && told.ends_with("the table is up to date\n"), "{told}");
}
