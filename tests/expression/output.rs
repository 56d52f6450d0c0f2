//! Expressions in every format, and on every type.

use crate::support::{check_each, command, maxpods, run, temp_file};
use maxpods::Catalog;
use serde_json::{Value, json};
use yaml_rust2::YamlLoader;

const CAPPED: &str = "max_pods < 30 ? max_pods + 2 : 30";

fn main_job(words: &[&str]) -> String {
    maxpods([&["--instance-type", "m5.large"], words].concat()).answer()
}

fn list(words: &[&str]) -> String {
    maxpods([&["list"], words].concat()).answer()
}

#[test]
fn the_others_print_the_result() {
    check_each(
        [
            ("value", "31\n"),
            ("kubelet-args", "--max-pods=31\n"),
            ("bootstrap", "--use-max-pods false --kubelet-extra-args '--max-pods=31'\n"),
            ("launch-template", "--kubelet-extra-args '--max-pods=31'\n"),
            ("bottlerocket", "[settings.kubernetes]\nmax-pods = 31\n"),
        ],
        |(format, text)| {
            assert_eq!(main_job(&["--expression", CAPPED, "-o", format]), text);
        },
    );
    assert!(main_job(&["--expression", CAPPED, "-o", "eksctl"]).contains("maxPodsPerNode: 31"));
    assert!(main_job(&["--expression", CAPPED, "-o", "eksctl-command"]).contains("--max-pods-per-node 31"));
}

#[test]
fn json() {
    let object: Value = serde_json::from_str(&main_job(&["--expression", CAPPED, "-o", "json"])).unwrap();
    assert_eq!(
        object,
        json!({
            "instanceType": "m5.large", "maxPods": 31, "expression": CAPPED, "dialect": "nodeadm",
            "variables": {"default_enis": 3, "ips_per_eni": 10, "max_pods": 29},
            "vcpus": 2, "memoryMib": 8192, "hypervisor": "nitro", "bareMetal": false,
            "architectures": ["x86_64"], "kubeReserved": {"cpu": "70m", "memory": "596Mi", "ephemeral-storage": "1Gi"}, "warnings": [],
        })
    );
    let text =
        main_job(&["--expression", "min(9, vcpus)", "--expression-dialect", "karpenter", "-o", "json"]);
    let object: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(object["dialect"], "karpenter");
    let variables = json!({
        "default_enis": 3, "ips_per_eni": 10, "max_pods": 29, "vcpus": 2, "memory_mib": 8192,
        "instance_type": "m5.large",
    });
    assert_eq!(object["variables"], variables);
    let words = ["--expression", "vcpus", "--expression-dialect", "nodeadm-next", "-o", "json"];
    let object: Value = serde_json::from_str(&main_job(&words)).unwrap();
    assert_eq!(object["dialect"], "nodeadm-next");
    let variables = json!({"default_enis": 3, "ips_per_eni": 10, "max_pods": 29, "vcpus": 2, "physical_memory_mib": 8192});
    assert_eq!(object["variables"], variables);
}

#[test]
fn explain() {
    let text = main_job(&["--expression", "double(max_pods)\n* 0.9", "-o", "explain"]);
    let expected = "\
instance type      m5.large: 2 vCPUs, 8192 MiB, nitro
default_enis       3
ips_per_eni        10
max_pods           29  [default_enis * (ips_per_eni - 1) + 2: 3 * (10 - 1) + 2]
expression         double(max_pods)
                   * 0.9
dialect            nodeadm
result             26.1 (double)
max pods           26: the result as a whole number
kubeReserved       cpu 70m, memory 541Mi, ephemeral-storage 1Gi
";
    assert_eq!(text, expected);

    let run = maxpods([
        "--instance-type",
        "c5a.metal",
        "--expression",
        "1",
        "-o",
        "explain",
        "--expression-dialect",
        "karpenter",
    ]);
    let text = run.answer();
    assert!(
        text.contains("vcpus              not known\n") && text.contains("kubeReserved       cpu unknown"),
        "{text}"
    );
}

#[test]
fn nodeadm_and_karpenter_take_the_expression_itself() {
    check_each(
        [
            "max_pods < 30 ? max_pods : 30",
            "417",
            "-1 + max_pods",
            "max_pods // half: \"of\" it\n/ 2",
            "size('é\\n: #') + 0x10",
            "  'a' == \"a\" ? 1 : 2  ",
        ],
        |expression| {
            let read = |format, path: &[&str]| {
                let yaml = main_job(&["--expression", expression, "-o", format]);
                let documents =
                    YamlLoader::load_from_str(&yaml).unwrap_or_else(|error| panic!("{error}: {yaml}"));
                let found = path.iter().fold(&documents[0], |node, key| &node[*key]);
                found.as_str().unwrap_or_else(|| panic!("{yaml}")).to_owned()
            };
            assert_eq!(read("nodeadm", &["spec", "kubelet", "maxPodsExpression"]), expression);
            assert_eq!(read("karpenter", &["spec", "kubelet", "maxPods"]), expression);
        },
    );
    let next = ["--expression", "vcpus * 10", "--expression-dialect", "nodeadm-next", "-o", "nodeadm"];
    assert!(main_job(&next).contains("maxPodsExpression: \"vcpus * 10\""));
    // The dialect goes with the format.
    assert!(
        main_job(&["--expression", "min(110, vcpus)", "-o", "karpenter"])
            .contains("maxPods: \"min(110, vcpus)\"")
    );
    let words = ["--instance-type", "m5.large", "--expression", "min(110, vcpus)", "-o", "nodeadm"];
    assert!(maxpods(words).error(1).contains("unknown function 'min'"));
}

#[test]
fn the_classic_number_on_every_type() {
    check_each(["nodeadm", "karpenter"], |dialect| {
        let classic = "(default_enis * (ips_per_eni - 1)) + 2";
        let lines = list(&["--expression", classic, "--expression-dialect", dialect, "-o", "eni-max-pods"]);
        assert_eq!(lines, list(&["--show-max-allowed", "-o", "eni-max-pods"]));
        assert_eq!(lines.lines().count(), Catalog::embedded_names().len());
    });
}

#[test]
fn every_row_is_the_main_jobs() {
    let expression =
        "instance_type.startsWith('c5') ? double(vcpus + max_pods / (vcpus - 2)) : min(max_pods, 110.5)";
    let karpenter = ["--expression", expression, "--expression-dialect", "karpenter"];
    let listed = maxpods([&["list", "c5*", "m7g*", "-o", "json"], &karpenter[..]].concat());
    assert_eq!(listed.code, Some(1), "some fail");
    let rows: Vec<Value> = serde_json::from_str(&listed.stdout).unwrap();
    assert!(rows.len() > 50, "{}", rows.len());
    check_each(rows, |row| {
        let instance_type = row["instanceType"].as_str().unwrap();
        let one = maxpods([&["--instance-type", instance_type, "-o", "json"], &karpenter[..]].concat());
        match row["error"].as_str() {
            Some(error) => assert!(row.get("maxPods").is_none() && one.error(1).contains(error), "{row}"),
            None => assert_eq!(row, serde_json::from_str::<Value>(&one.answer()).unwrap()),
        }
    });
}

#[test]
fn a_type_on_which_it_fails_says_so_in_its_row() {
    let fails = ["m5.*large", "--expression", "max_pods / (default_enis - 8)"];
    let rows = |format: &str| {
        let run = maxpods([&["list", "-o", format], &fails[..]].concat());
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(
            run.stderr.starts_with("error: the expression fails for 6 of 8 instance types\n  help: "),
            "{run:?}"
        );
        run.stdout
    };
    assert!(rows("table").starts_with(
        "INSTANCE TYPE  VCPUS  ENIS  IPV4/ENI  MAX PODS\n\
         m5.large       2      3     10        error: the result is -5; nodeadm takes 1 to 2147483647\n"
    ));
    assert!(rows("table").ends_with(
        "m5.12xlarge    48     8     30        error: 234 / 0 divides by zero\n\
         m5.16xlarge    64     15    50        105\n\
         m5.24xlarge    96     15    50        105\n"
    ));
    assert!(
        rows("csv")
            .starts_with("instance_type,vcpus,enis,ipv4_per_eni,max_pods,error\nm5.large,2,3,10,,the result")
    );
    assert!(rows("csv").ends_with(
        "m5.12xlarge,48,8,30,,234 / 0 divides by zero\nm5.16xlarge,64,15,50,105,\nm5.24xlarge,96,15,50,105,\n"
    ));
    assert!(
        rows("eni-max-pods")
            .ends_with("# m5.12xlarge: 234 / 0 divides by zero\nm5.16xlarge 105\nm5.24xlarge 105\n")
    );

    // A wrong expression is wrong on all of them: nothing is printed.
    assert!(maxpods(["list", "--expression", "max_pods * 1.5"]).error(1).contains("no * for int and double"));
}

#[test]
fn types_that_do_not_reach_are_left_out() {
    let text =
        list(&["m5.*large", "--expression", "max_pods / 2", "--min-pods", "100", "-o", "eni-max-pods"]);
    assert_eq!(text, "m5.4xlarge 117\nm5.8xlarge 117\nm5.12xlarge 117\nm5.16xlarge 368\nm5.24xlarge 368\n");
    let error = maxpods(["list", "m5.large", "--expression", "max_pods", "--min-pods", "30"]).error(1);
    assert!(error.contains("the most is 29"), "{error}");
}

#[test]
fn facts_of_ones_own_are_used() {
    let facts = br#"[{"InstanceType":"x\u0039\u0039.large","VCpuInfo":{"DefaultVCpus":64},"MemoryInfo":{"SizeInMiB":1000},
        "NetworkInfo":{"Ipv4AddressesPerInterface":50,"DefaultNetworkCardIndex":1,"NetworkCards":[
        {"NetworkCardIndex":0,"MaximumNetworkInterfaces":2},{"NetworkCardIndex":1,"MaximumNetworkInterfaces":7}]}}]"#;
    let file = temp_file(facts);
    let mut command = command();
    command
        .args(["--instance-type", "x99.large", "--expression-dialect", "karpenter", "--instance-types-file"])
        .arg(file.path());
    let expression =
        "instance_type == \"x99.large\" ? default_enis * 10000 + ips_per_eni * 100 + vcpus : memory_mib";
    command.args(["--expression", expression]);
    assert_eq!(run(&mut command, b"").answer(), "75064\n");
}

#[test]
fn a_reader_that_is_gone_still_learns_that_types_failed() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = command();
    command.args(["list", "--expression", "max_pods - 10"]).stdout(writer);
    let output = command.stderr(std::process::Stdio::piped()).output().expect("a run");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.starts_with("error: the expression fails for "), "{error}");
}
