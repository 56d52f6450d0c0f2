//! Karpenter's `EC2NodeClass` and `NodePool`.

use super::{SINGLE, findings, indent, report};
use crate::support::{check_each, maxpods, temp_file};

/// An `EC2NodeClass` with these fields of its spec.
fn node_class(spec: &str) -> String {
    format!(
        "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {{name: a}}\nspec:\n{}",
        indent(2, spec)
    )
}

/// A `NodePool` of that class with these requirements.
fn node_pool(requirements: &[&str]) -> String {
    let requirements: String =
        requirements.iter().flat_map(|requirement| ["      - {", requirement, "}\n"]).collect();
    format!(
        "---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {{name: p}}\nspec:\n  template:\n    spec:\n      \
         nodeClassRef: {{group: karpenter.k8s.aws, kind: EC2NodeClass, name: a}}\n      requirements:\n{requirements}"
    )
}

const M5: &str = "key: karpenter.k8s.aws/instance-family, operator: In, values: [m5]";

/// The types for which a number as high as this is too high: all of the pool.
#[track_caller]
fn types(requirements: &[&str]) -> Vec<String> {
    let (_, report) = report(SINGLE, node_class("kubelet: {maxPods: 2000000}") + &node_pool(requirements));
    let rows = report["findings"].as_array().unwrap();
    let over = rows.iter().find(|row| row["rule"] == "over-allowed");
    let names = over.map(|row| row["instanceTypes"].as_array().unwrap().clone()).unwrap_or_default();
    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn requirements_choose_the_types() {
    let size = "key: karpenter.k8s.aws/instance-size, operator";
    let cpu = "key: karpenter.k8s.aws/instance-cpu, operator";
    check_each(
        [
            ("In", vec![format!("{size}: In, values: [large]")], vec!["m5.large"]),
            (
                "NotIn",
                vec![format!("{cpu}: Lt, values: ['8']"), format!("{size}: NotIn, values: [xlarge]")],
                vec!["m5.large"],
            ),
            ("Lt", vec![format!("{cpu}: Lt, values: ['4']")], vec!["m5.large"]),
            ("Lte", vec![format!("{cpu}: Lte, values: ['4']")], vec!["m5.large", "m5.xlarge"]),
            ("Gt", vec![format!("{cpu}: Gt, values: ['64']")], vec!["m5.24xlarge", "m5.metal"]),
            ("Gte", vec![format!("{cpu}: Gte, values: ['96']")], vec!["m5.24xlarge", "m5.metal"]),
            (
                "Exists",
                vec![format!("{size}: Exists"), format!("{cpu}: In, values: ['2']")],
                vec!["m5.large"],
            ),
            ("DoesNotExist", vec![format!("{size}: DoesNotExist")], vec![]),
            (
                "memory",
                vec!["key: karpenter.k8s.aws/instance-memory, operator: Lt, values: ['10000']".into()],
                vec!["m5.large"],
            ),
            (
                "hypervisor",
                vec!["key: karpenter.k8s.aws/instance-hypervisor, operator: NotIn, values: [nitro]".into()],
                vec!["m5.metal"],
            ),
            (
                "category, generation and architecture",
                vec![
                    "key: karpenter.k8s.aws/instance-category, operator: In, values: [m]".into(),
                    "key: karpenter.k8s.aws/instance-generation, operator: In, values: ['5']".into(),
                    "key: kubernetes.io/arch, operator: In, values: [amd64]".into(),
                    format!("{size}: In, values: [large]"),
                ],
                vec!["m5.large"],
            ),
            (
                "another architecture",
                vec!["key: kubernetes.io/arch, operator: In, values: [arm64]".into()],
                vec![],
            ),
            (
                "the type itself",
                vec![
                    "key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, c5.large]"
                        .into(),
                ],
                vec!["m5.large"],
            ),
            (
                "zone and capacity type do not matter",
                vec![
                    "key: topology.kubernetes.io/zone, operator: In, values: [a]".into(),
                    "key: karpenter.sh/capacity-type, operator: In, values: [spot]".into(),
                    format!("{size}: In, values: [large]"),
                ],
                vec!["m5.large"],
            ),
        ],
        |(_, requirements, expected)| {
            let mut all: Vec<&str> = requirements.iter().map(String::as_str).collect();
            all.push(M5);
            assert_eq!(types(&all), expected);
        },
    );
}

#[test]
fn category_and_generation_of_odd_names() {
    for (category, generation, name) in
        [("u", "1", "u-6tb1.metal"), ("u", "7", "u7i-12tb.224xlarge"), ("trn", "1", "trn1n.32xlarge")]
    {
        let found = types(&[
            &format!("key: karpenter.k8s.aws/instance-category, operator: In, values: [{category}]"),
            &format!("key: karpenter.k8s.aws/instance-generation, operator: In, values: ['{generation}']"),
        ]);
        assert!(found.iter().any(|found| found == name), "{name}: {found:?}");
    }
    // Karpenter launches no Macs.
    assert_eq!(types(&["key: karpenter.k8s.aws/instance-category, operator: In, values: [mac]"]), [""; 0]);
}

#[test]
fn a_key_that_is_not_evaluated_makes_it_a_may() {
    let input = |key: &str| {
        node_class("kubelet: {maxPods: 30}")
            + &node_pool(&[M5, "key: karpenter.k8s.aws/instance-size, operator: In, values: [large]", key])
    };
    for (key, says) in [
        // It is not certain that the pool has this type, so it is no error.
        (
            "key: karpenter.k8s.aws/instance-local-nvme, operator: Gt, values: ['100']",
            "warning 30 pods may be more",
        ),
        ("key: karpenter.sh/capacity-type, operator: In, values: [spot]", "error 30 pods are more"),
    ] {
        let (code, report) = report(SINGLE, input(key));
        let finding = &report["findings"][0];
        let text = |key: &str| finding[key].as_str().unwrap();
        let (_, message) = text("message").split_once(": ").unwrap();
        let told = format!("{} {message}", text("level"));
        assert!(told.starts_with(says), "{told}");
        assert_eq!(code, Some(i32::from(text("level") == "error")));
    }
}

#[test]
fn numbers_and_expressions() {
    let large = "key: karpenter.k8s.aws/instance-size, operator: In, values: [large]";
    let input = |kubelet: &str| node_class(&format!("kubelet: {{{kubelet}}}")) + &node_pool(&[M5, large]);
    check_each(
        [
            ("the right number", "maxPods: 29", vec![]),
            ("too many", "maxPods: 30", vec!["error over-allowed 5:22"]),
            ("podsPerCore makes it fewer", "maxPods: 30, podsPerCore: 10", vec![]),
            ("podsPerCore of 0 is none", "maxPods: 30, podsPerCore: 0", vec!["error over-allowed 5:22"]),
            ("an expression", "maxPods: 'min(max_pods, 110)'", vec!["note unreleased 5:22"]),
            (
                "a number in quotes is an expression",
                "maxPods: '30'",
                vec!["error over-allowed 5:22", "note unreleased 5:22"],
            ),
            (
                "an expression that gives too many",
                "maxPods: vcpus * 20",
                vec!["error over-allowed 5:22", "note unreleased 5:22"],
            ),
            // i3.large has 2 vCPUs, and other types of the table too.
            (
                "one that fails on another type",
                "maxPods: 100 / (vcpus - 96)",
                vec!["error expression 5:22", "note unreleased 5:22"],
            ),
            (
                "one with a text that is not read here",
                r#"maxPods: 'int(double("0x1p3"))'"#,
                vec!["note not-judged 5:22", "note unreleased 5:22"],
            ),
            (
                "one that fails, or has a text that is not read here",
                r#"maxPods: 'vcpus == 2 ? int(double("0x1p3")) : 100 / (vcpus - 96)'"#,
                vec!["error expression 5:22", "note not-judged 5:22", "note unreleased 5:22"],
            ),
            ("one that does not compile", "maxPods: max_pods +", vec!["error expression 5:22"]),
            ("a negative number", "maxPods: -1", vec!["error number-ignored 5:22"]),
            (
                "a reserve of more than half",
                "maxPods: 29, kubeReserved: {memory: 5Gi}",
                vec!["warning reserved-memory 5:49"],
            ),
        ],
        |(_, kubelet, expected)| assert_eq!(findings(SINGLE, input(kubelet)).1, expected),
    );
}

/// Each is evaluated on all types, and there are types of many names.
#[test]
fn more_expressions_than_are_evaluated() {
    let class = |i| {
        let expression = format!("'instance_type == \"a\" ? {i} : 1 / 0'");
        format!("---\n{}\n", node_class(&format!("kubelet: {{maxPods: {expression}}}")))
    };
    let classes = (0..200).map(class).collect::<Vec<_>>().concat();
    let (code, report) = report(SINGLE, classes);
    let rows = report["findings"].as_array().unwrap();
    let told = |row: &&serde_json::Value| {
        row["message"]
            .as_str()
            .unwrap()
            .ends_with("the files hold more expressions than are evaluated in one run")
    };
    let of_rule = |rule: &str| rows.iter().filter(|row| row["rule"] == rule).count();
    let not_evaluated = rows.iter().filter(told).count();
    assert_eq!(code, Some(1));
    assert!(of_rule("expression") > 50 && not_evaluated > 10, "{} {not_evaluated}", of_rule("expression"));
    assert_eq!(of_rule("expression") + not_evaluated, 200);
}

#[test]
fn user_data_is_not_read_by_karpenter() {
    let user_data = "userData: |\n  apiVersion: node.eks.aws/v1alpha1\n  kind: NodeConfig\n  spec:\n    kubelet:\n      \
                     config:\n        maxPods: 29\n";
    let drop_in = "userData: |\n  #!/bin/bash\n  cat > /etc/eks/nodeadm.d/a.yaml <<'EOF'\n  apiVersion: \
                   node.eks.aws/v1alpha1\n  kind: NodeConfig\n  spec: {kubelet: {config: {maxPods: 30}}}\n  EOF\n";
    let pool = node_pool(&[M5, "key: karpenter.k8s.aws/instance-size, operator: In, values: [large]"]);
    check_each(
        [
            ("a NodeConfig", node_class(user_data), vec!["error number-ignored 11:20"]),
            // The kubelet takes it, and Karpenter plans with a number of its own.
            (
                "with a custom AMI it is",
                node_class(&format!("amiFamily: Custom\n{user_data}")),
                vec!["warning number-overridden 12:20"],
            ),
            (
                "the same number in both places",
                node_class(&format!("amiFamily: Custom\nkubelet: {{maxPods: 29}}\n{user_data}")),
                vec![],
            ),
            (
                "TOML",
                node_class("userData: |\n  [settings.kubernetes]\n  max-pods = 29\n"),
                vec!["error number-ignored 7:16"],
            ),
            (
                "a script",
                node_class("userData: |\n  /etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=29\n"),
                vec!["warning number-overridden 6:50"],
            ),
            ("a drop-in file comes last", node_class(drop_in), vec!["error over-allowed 10:40"]),
            ("nothing of it", node_class("userData: |\n  #!/bin/bash\n  echo\n"), vec![]),
        ],
        |(_, class, expected)| assert_eq!(findings(SINGLE, class + &pool).1, expected),
    );
}

#[test]
fn class_and_pool_may_stand_in_different_files() {
    let class = temp_file(node_class("kubelet: {maxPods: 30}"));
    let pool =
        temp_file(node_pool(&[M5, "key: karpenter.k8s.aws/instance-size, operator: In, values: [large]"]));
    let run = maxpods(["check".as_ref(), SINGLE.as_ref(), class.path().as_os_str(), pool.path().as_os_str()]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stdout
            .starts_with(&format!("{}:5:22: error[over-allowed]: NodePool 'p': ", class.path().display()))
    );
}

#[test]
fn a_class_without_a_pool() {
    let class = node_class("kubelet: {maxPods: 30}");
    assert_eq!(findings(SINGLE, &class).1, ["note not-judged 5:22"]);
    assert_eq!(
        findings("--cni-prefix-delegation-enabled=false --instance-type m5.large", &class).1,
        ["error over-allowed 5:22"]
    );
}

#[test]
fn windows_pools() {
    let class = |pods| node_class(&format!("kubelet: {{maxPods: {pods}}}"));
    let large = "key: karpenter.k8s.aws/instance-size, operator: In, values: [large]";
    let pool = node_pool(&[M5, large, "key: kubernetes.io/os, operator: In, values: [windows]"]);
    assert_eq!(findings(SINGLE, class(9) + &pool).1, [""; 0]);
    assert_eq!(findings(SINGLE, class(8) + &pool).1, ["note under-recommended 5:22"]);
    // Pods beyond the addresses wait as Pending there, and nothing breaks.
    assert_eq!(findings(SINGLE, class(10) + &pool).1, [""; 0]);
    // A pool for Linux beside it is judged by the rules of Linux.
    let linux = node_pool(&[M5, large]);
    assert_eq!(findings(SINGLE, class(30) + &pool + &linux).1, ["error over-allowed 5:22"]);
}

#[test]
fn json_of_kubectl_is_read_as_yaml_is() {
    let list = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "karpenter.k8s.aws/v1", "kind": "EC2NodeClass", "metadata": {"name": "a", "x": "\ud83d\ude00"},
         "spec": {"kubelet": {"maxPods": 30}}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}]}"#;
    let (code, report) = report("--cni-prefix-delegation-enabled=false --instance-type m5.large", list);
    assert_eq!(
        (code, &report["findings"][0]["line"], &report["findings"][0]["column"]),
        (Some(1), &3.into(), &42.into())
    );
    assert_eq!(report["summary"]["ignoredDocuments"], 1);
}

#[test]
fn a_pool_of_another_kind_of_class_does_not_count() {
    let class = node_class("kubelet: {maxPods: 1000}");
    let pool = node_pool(&["key: node.kubernetes.io/instance-type, operator: In, values: [t3.nano]"]);
    assert_eq!(findings(SINGLE, class.clone() + &pool).1, ["error over-allowed 5:22"]);
    let auto_mode = pool
        .replace("group: karpenter.k8s.aws", "group: eks.amazonaws.com")
        .replace("kind: EC2NodeClass", "kind: NodeClass");
    assert_eq!(findings(SINGLE, class + &auto_mode), (Some(0), vec!["note not-judged 5:22".into()]));
}

#[test]
fn a_named_type_that_is_not_known_is_told() {
    let types = "key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, zz9.large]";
    let (code, report) = report(SINGLE, node_class("kubelet: {maxPods: 29}") + &node_pool(&[types]));
    let findings = report["findings"].as_array().unwrap();
    assert_eq!((code, findings.len()), (Some(0), 1), "{report}");
    assert_eq!(
        (&findings[0]["rule"], &findings[0]["instanceTypes"][0]),
        (&"not-judged".into(), &"zz9.large".into())
    );
}
