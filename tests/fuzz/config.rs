//! Configuration that `check` reads.

use std::path::Path;
use std::rc::Rc;

use super::run::{fuzz_processes, maxpods};
use super::{in_time, is_in};
use crate::encodings::utf16;
use crate::support::is_harmless;
use crate::support::mutate::{Mutant, fuzz, mutated};
use maxpods::Catalog;
use maxpods::check::{Assumed, Checker, Place};
use maxpods::text::ByteOrder;
use proptest::prelude::*;

const EKSCTL: &str = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nx: &x {maxPodsPerNode: 30}\naddons:\n- name: \
    vpc-cni\n  configurationValues: |\n    env: {ENABLE_PREFIX_DELEGATION: \"true\"}\nmanagedNodeGroups:\n- name: a\n  \
    instanceTypes: [m5.large, t3.medium]\n  <<: *x\n  overrideBootstrapCommand: |\n    apiVersion: \
    node.eks.aws/v1alpha1\n    kind: NodeConfig\n    spec: {kubelet: {config: {maxPods: 29}}}\nnodeGroups:\n- {name: b, \
    amiFamily: Bottlerocket, instanceType: m5.large, maxPodsPerNode: 28}\n";

const KARPENTER: &str = "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec:\n  kubelet: \
    {maxPods: 'max_pods + 1', podsPerCore: 4, kubeReserved: {memory: 5Gi}}\n  userData: |\n    [settings.kubernetes]\n    \
    max-pods = 30\n---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\nspec: {template: {spec: \
    {nodeClassRef: {name: a}, requirements: [{key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ['90']}]}}}\n";

const MIME: &str = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: \
    application/node.eks.aws\n\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    \
    maxPodsExpression: max_pods\n    flags: [--max-pods=30]\n--b\nContent-Type: text/x-shellscript\n\n#!/bin/bash\ncat \
    <<-E >/etc/eks/nodeadm.d/x.yaml\n\tapiVersion: node.eks.aws/v1alpha1\n\tE\n/etc/eks/bootstrap.sh c \\\n  \
    --kubelet-extra-args \"--max-pods=$N\"\n--b--\n";

const BASE64: &str =
    "IyEvYmluL2Jhc2gKL2V0Yy9la3MvYm9vdHN0cmFwLnNoIGMgLS1rdWJlbGV0LWV4dHJhLWFyZ3MgLS1tYXgtcG9kcz0zMAo=";

const BOTTLEROCKET: &str = "[settings.kubernetes]\nmax-pods = 30\nkube-reserved = { memory = \"9Gi\" }\n";

const PLAN: &str = r#"{"planned_values":{"root_module":{"child_modules":[{"address":"module.m","resources":[
    {"address":"module.m.aws_launch_template.t","mode":"managed","type":"aws_launch_template","name":"t",
     "values":{"user_data":"W3NldHRpbmdzLmt1YmVybmV0ZXNdCm1heC1wb2RzID0gMzAK","image_id":"ami-1"}},
    {"address":"module.m.aws_eks_node_group.g","mode":"managed","type":"aws_eks_node_group","name":"g",
     "values":{"instance_types":["m5.large"],"launch_template":[{"version":"1"}]}}]}]}},
    "resource_changes":[{"address":"module.m.aws_eks_node_group.g","type":"aws_eks_node_group","change":{"after_unknown":{}}}],
    "configuration":{"root_module":{"module_calls":{"m":{"module":{"resources":[{"type":"aws_eks_node_group","name":"g",
     "expressions":{"launch_template":[{"id":{"references":["aws_launch_template.t.id"]}}]}}]}}}}}}"#;

const HCL: &str = "locals {\n  types = [\"m5.large\"]\n}\n\nmodule \"eks\" {\n  source  = \
    \"terraform-aws-modules/eks/aws\"\n  version = \"~> 20.0\"\n  cluster_addons = {\n    vpc-cni = {\n      \
    configuration_values = jsonencode({ env = { ENABLE_PREFIX_DELEGATION = \"true\" } })\n    }\n  }\n  \
    eks_managed_node_groups = {\n    a = {\n      instance_types = local.types\n      cloudinit_pre_nodeadm = [{\n        \
    content = <<-EOT\n          apiVersion: node.eks.aws/v1alpha1\n          kind: NodeConfig\n          spec: {kubelet: \
    {config: {maxPods: 110}}}\n        EOT\n      }]\n    }\n  }\n}\n";

const OTHER_HCL: &str = "module \"old\" {\n  source = \"terraform-aws-modules/eks/aws\"\n  version = \"17.24.0\"\n  \
    worker_groups = [{\n    instance_type = \"m5.large\"\n    kubelet_extra_args = \"--max-pods=${local.pods}\"\n  \
    }]\n}\n\nmodule \"one\" {\n  source = \"terraform-aws-modules/eks/aws//modules/eks-managed-node-group\"\n  version = \
    \"20.37.1\"\n  ami_type = \"BOTTLEROCKET_x86_64\"\n  bootstrap_extra_args = <<-E\n    [settings.kubernetes]\n    \
    max-pods = 500\n    user-data = \"${base64encode(\"x\")}\"\n  E\n}\n\nresource \"aws_launch_template\" \"t\" {\n  \
    user_data = data.cloudinit_config.c.rendered\n}\n\ndata \"cloudinit_config\" \"c\" {\n  part {\n    content = \
    \"#!/bin/bash\\n/etc/eks/bootstrap.sh c --kubelet-extra-args --max-pods=30\"\n  }\n}\n\nresource \"helm_release\" \
    \"cni\" {\n  chart = \"cilium\"\n  values = [yamlencode({ a = 1, a = 2 })]\n}\n";

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    chart: cilium\n    \
    helm: {values: 'cni: {chainingMode: aws-cni}', parameters: [{name: ipam.mode, value: eni}]}\n";

fn damaged() -> impl Strategy<Value = Mutant> {
    mutated(
        &[EKSCTL, KARPENTER, MIME, BASE64, BOTTLEROCKET, PLAN, HCL, OTHER_HCL, APPLICATION],
        &[
            "maxPods",
            "&x",
            "*x",
            "<<",
            "|",
            "\"",
            "'",
            "{{",
            "${",
            "\t",
            "---",
            "%",
            "<<E",
            "$(",
            "aws_launch_template.t",
            "jsonencode(",
            "local.types",
            "EOT",
        ],
    )
}

/// The paths of files in one folder. The name decides how some are read.
const PATHS: [&str; 3] = ["/a/file", "/a/main.tf", "/a/variables.tf"];

/// The text, or sometimes its UTF-16.
fn encoded(text: &[u8], order: Option<ByteOrder>) -> Vec<u8> {
    match (order, std::str::from_utf8(text)) {
        (Some(order), Ok(text)) => utf16(order, &format!("\u{feff}{text}")),
        _ => text.to_vec(),
    }
}

proptest! {
    #![proptest_config(fuzz(1000))]

    #[test]
    fn damaged_configuration_is_checked_or_refused_at_a_place_in_it(
        files in prop::collection::vec((damaged(), prop::sample::select(&PATHS[..])), 1..=3),
        order in prop_oneof![
            8 => Just(None),
            1 => Just(Some(ByteOrder::LittleEndian)),
            1 => Just(Some(ByteOrder::BigEndian)),
        ],
    ) {
        let report = in_time(|| {
            let catalog = Catalog::new();
            let mut assumed = Assumed::default();
            assumed.instance_types = vec![catalog.get("m5.large").expect("a type of the table")];
            let assumed = Rc::new(assumed);
            let mut checker = Checker::new();
            for (damaged, path) in &files {
                checker.add(Path::new(path), &encoded(&damaged.bytes, order), Rc::clone(&assumed));
            }
            checker.check(&catalog)
        });
        let is_in = |place: &Place| is_in(&files[place.file].0.bytes, place.mark.line, place.mark.column);
        for finding in &report.findings {
            prop_assert!(is_harmless(&finding.message), "{:?}", finding);
            prop_assert!(finding.help.as_deref().is_none_or(is_harmless), "{:?}", finding);
            prop_assert!(is_in(&finding.place), "{:?}", finding);
        }
        for malformed in report.malformed.iter().chain(&report.malformed_terraform) {
            prop_assert!(is_harmless(&malformed.message), "{:?}", malformed);
            prop_assert!(is_in(&malformed.place), "{:?}", malformed);
        }
    }
}

proptest! {
    #![proptest_config(fuzz_processes(50))]

    #[test]
    fn damaged_configuration_is_answered_in_order(
        damaged in damaged(),
        format in prop::sample::select(vec!["text", "json", "github", "sarif", "gitlab", "junit"]),
    ) {
        let run = in_time(|| maxpods(&["check", "-", "--instance-type", "m5.large", "-o", format], &damaged.bytes));
        // If a document is malformed, the findings on the others are printed all the same.
        let ends_well = match run.code {
            Some(0 | 1) => run.stderr.lines().all(|line| line.starts_with("warning: ")),
            code => code == Some(2) && run.stderr.starts_with("error: stdin: line "),
        };
        prop_assert!(ends_well && is_harmless(&run.stderr) && is_harmless(&run.stdout), "{:?}", run);
    }
}
