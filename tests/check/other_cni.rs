//! Another CNI, which one of the files installs: the network of EC2 then sets no limit.

use super::{check_in, findings_in, node_config, tree};
use crate::support::{check_each, temp_file};

const TYPES: [&str; 2] = ["--instance-type", "m5.large"];

/// A `NodeConfig` with more pods than any CNI of EC2's addresses gives to an m5.large.
fn high() -> String {
    node_config("config: {maxPods: 900}")
}

const HELM_RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cni}\nspec:\n  \
    chart: {spec: {chart: cilium, version: 1.16.x}}\n";

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    chart: cilium\n    \
    helm:\n";

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts:\n- name: \
    cilium\n  valuesInline: ";

#[test]
fn charts_in_manifests() {
    let calico = HELM_RELEASE.replace("cilium", "tigera-operator");
    let other = HELM_RELEASE.replace("cilium", "karpenter");
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {template: {spec: {sources: [{path: a}, \
               {chart: cilium}]}}}\n";
    check_each(
        [
            ("Flux", HELM_RELEASE.to_owned(), true),
            (
                "Flux, in a chain",
                format!("{HELM_RELEASE}  values: {{cni: {{chainingMode: aws-cni}}}}\n"),
                false,
            ),
            (
                "Flux, with addresses of ENIs",
                format!("{HELM_RELEASE}  values: {{eni: {{enabled: true}}}}\n"),
                false,
            ),
            (
                "Flux, by reference",
                HELM_RELEASE.replace(
                    "chart: {spec: {chart: cilium, version: 1.16.x}}",
                    "chartRef: {kind: OCIRepository, name: cilium}",
                ),
                true,
            ),
            ("Calico for policies", calico.clone(), false),
            ("Calico", format!("{calico}  values: {{installation: {{cni: {{type: Calico}}}}}}\n"), true),
            ("another chart", other, false),
            ("Argo CD", format!("{APPLICATION}      releaseName: cilium\n"), true),
            (
                "Argo CD, values",
                format!("{APPLICATION}      values: |\n        ipam: {{mode: eni}}\n"),
                false,
            ),
            ("Argo CD, a map", format!("{APPLICATION}      valuesObject: {{ipam: {{mode: eni}}}}\n"), false),
            (
                "Argo CD, parameters",
                format!("{APPLICATION}      parameters: [{{name: cni.chainingMode, value: aws-cni}}]\n"),
                false,
            ),
            ("a set of Argo CD", set.into(), true),
            ("kustomize", format!("{KUSTOMIZATION}{{}}\n"), true),
            ("kustomize, in a chain", format!("{KUSTOMIZATION}{{cni: {{chainingMode: aws-cni}}}}\n"), false),
        ],
        |(_, manifest, is_other)| {
            let folder = tree([("node.yaml", high().as_str()), ("cni.yaml", manifest.as_str())]);
            let expected = if is_other { vec!["note reserve-too-small"] } else { vec!["error over-allowed"] };
            assert_eq!(findings_in(folder.path(), &[&["."][..], &TYPES].concat()), expected);
        },
    );
}

const TEMPLATE: &str = "resource \"aws_launch_template\" \"a\" {\n  instance_type = \"m5.large\"\n  user_data = \
    base64encode(<<-E\n    #!/bin/bash\n    /etc/eks/bootstrap.sh c --use-max-pods false --kubelet-extra-args \
    '--max-pods=900'\n  E\n  )\n}\n";

#[test]
fn releases_of_terraform() {
    let release = |body: &str| {
        format!("{TEMPLATE}resource \"helm_release\" \"cni\" {{\n  chart = \"cilium\"\n{body}\n}}\n")
    };
    check_each(
        [
            ("none", TEMPLATE.to_owned(), false),
            ("a release", release("values = [file(\"cilium.yaml\")]"), true),
            ("an address", release("").replace("\"cilium\"", "\"oci://quay.io/cilium/charts/cilium\""), true),
            (
                "a block",
                release("  set {\n    name = \"cni.chainingMode\"\n    value = \"aws-cni\"\n  }"),
                false,
            ),
            ("a list", release("  set = [{ name = \"ipam.mode\", value = \"eni\" }]"), false),
            ("values", release("  values = [yamlencode({ cni = { chainingMode = \"aws-cni\" } })]"), false),
            ("a text", release("  values = [<<-E\n    eni:\n      enabled: true\n  E\n  ]"), false),
            ("not created", release("  count = 0"), false),
        ],
        |(_, text, is_other)| {
            let folder = tree([("main.tf", text.as_str())]);
            let expected = if is_other { vec![] } else { vec!["error over-allowed"] };
            assert_eq!(findings_in(folder.path(), &["."]), expected);
        },
    );
}

#[test]
fn a_plan_with_a_release() {
    let plan = |chart: &str| {
        let resources = serde_json::json!([
            {"address": "aws_launch_template.t", "mode": "managed", "type": "aws_launch_template", "name": "t", "values":
             {"instance_type": "m5.large", "user_data": "[settings.kubernetes]\nmax-pods = 900\n"}},
            {"address": "helm_release.cni", "mode": "managed", "type": "helm_release", "name": "cni",
             "values": {"chart": chart}},
        ]);
        serde_json::json!({"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}}).to_string()
    };
    for (chart, expected) in [("cilium", vec![]), ("karpenter", vec!["error over-allowed"])] {
        let file = temp_file(plan(chart));
        assert_eq!(findings_in(file.path().parent().unwrap(), &[file.path().to_str().unwrap()]), expected);
    }
}

/// The file that installs the CNI is not near the nodes.
#[test]
fn a_cni_elsewhere() {
    let settings = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: aws-node}\nspec: {template: {spec: \
                    {containers: [{name: aws-node, env: [{name: ENABLE_PREFIX_DELEGATION, value: 'false'}]}]}}}\n";
    let error = "error over-allowed";
    let note = "note not-judged";
    check_each(
        [
            ("no other CNI", vec![("a/b/node.yaml", high())], "", error),
            ("beside", vec![("a/b/node.yaml", high()), ("a/c/cni.yaml", HELM_RELEASE.into())], "", note),
            ("far away", vec![("a/b/node.yaml", high()), ("x/y/cni.yaml", HELM_RELEASE.into())], "", note),
            (
                "beside, and the VPC CNI is set here",
                vec![("a/b/node.yaml", high() + "---\n" + settings), ("a/c/cni.yaml", HELM_RELEASE.into())],
                "",
                note,
            ),
            (
                "far away, and the VPC CNI is set here",
                vec![("a/b/node.yaml", high() + "---\n" + settings), ("x/cni.yaml", HELM_RELEASE.into())],
                "",
                error,
            ),
            (
                "the caller says it",
                vec![("a/node.yaml", high()), ("b/cni.yaml", HELM_RELEASE.into())],
                "--cni=vpc",
                error,
            ),
            (
                "the caller says it, and it is in the same folder",
                vec![("a/node.yaml", high()), ("a/cni.yaml", HELM_RELEASE.into())],
                "--cni=vpc",
                error,
            ),
        ],
        |(_, files, option, expected)| {
            let folder = tree(files.iter().map(|(path, text)| (*path, text.as_str())));
            let words: Vec<&str> =
                [".", option].into_iter().filter(|word| !word.is_empty()).chain(TYPES).collect();
            assert_eq!(findings_in(folder.path(), &words), [expected]);
        },
    );
    let folder = tree([("a/node.yaml", high().as_str()), ("b/cni.yaml", HELM_RELEASE)]);
    let run = check_in(folder.path(), &[&["."][..], &TYPES].concat());
    assert!(run.stdout.contains("installs a CNI that is not the VPC CNI"), "{run:?}");
    assert!(run.stdout.contains("help: say it with --cni vpc or --cni other"), "{run:?}");
}

/// A chart of something else may bring objects of its own.
#[test]
fn objects_in_the_values_of_a_chart() {
    let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    chart: x\n    helm:\n      \
                valuesObject:\n        extra:\n        - {apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, \
                metadata: {name: cilium}, spec: {kubelet: {maxPods: 900}}}\n";
    let folder = tree([("app.yaml", text)]);
    assert_eq!(findings_in(folder.path(), &[&["."][..], &TYPES].concat()), ["error over-allowed"]);
    // A template that installs something is nobody's fault.
    let folder = tree([(
        "app.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {chart: x, [\n",
    )]);
    assert_eq!(check_in(folder.path(), &["."]).code, Some(0));
}
