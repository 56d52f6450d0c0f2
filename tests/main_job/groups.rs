//! Several instance types of one node group, and the reserve in the configuration formats.

use serde_json::Value;

use crate::support::{check_each, words};

#[test]
fn the_lowest_number_of_several_types_is_the_answer() {
    check_each(
        [
            ("m5.large,t3.small", "11\n"),
            ("t3.small,m5.large", "11\n"),
            ("m5.large,m5a.large,t3.large", "29\n"),
            ("M5.large,m5.large", "29\n"),
            ("m5.large,t3.small --cni-prefix-delegation-enabled --show-max-allowed", "146\n"),
            ("m5.large,t3.small --os windows", "3\n"),
            ("m5.large,t3.small --expression max_pods-1", "10\n"),
        ],
        |(args, answer)| {
            assert_eq!(words(&format!("--instance-type {args}")).answer(), answer);
        },
    );
    for (args, message) in [
        ("m5.large,,t3.large", "has an empty place"),
        ("m5.large,", "has an empty place"),
        (",", "has an empty place"),
        (",m5.large", "has an empty place"),
    ] {
        let error = words(&format!("--instance-type {args}")).error(2);
        assert!(error.contains(message), "{error}");
    }
    let error = words("--instance-type m5.large,m5.lagre").error(1);
    assert!(error.contains("unknown instance type 'm5.lagre'"), "{error}");
}

#[test]
fn every_format_names_all_types() {
    let group = "--instance-type m5.large,m5a.large,t3.small";
    let json: Value = serde_json::from_str(&words(&format!("{group} -o json")).answer()).expect("JSON");
    assert_eq!((&json["instanceType"], &json["maxPods"]), (&"t3.small".into(), &11.into()));
    let members: Vec<_> =
        json["instanceTypes"].as_array().expect("a list").iter().map(ToString::to_string).collect();
    assert_eq!(
        members,
        [
            r#"{"instanceType":"m5.large","maxPods":29}"#,
            r#"{"instanceType":"m5a.large","maxPods":29}"#,
            r#"{"instanceType":"t3.small","maxPods":11}"#,
        ]
    );
    let one: Value = serde_json::from_str(&words("--instance-type t3.small -o json").answer()).expect("JSON");
    assert_eq!(one.get("instanceTypes"), None);

    // A type that is named twice is in the group once.
    let twice = words("--instance-type t3.small,T3.Small -o json").answer();
    assert_eq!(twice, words("--instance-type t3.small -o json").answer());

    let explained = words(&format!("{group} -o explain")).answer();
    let end = "\nm5.large           29\nm5a.large          29\nt3.small           11\n\
               max pods           11: t3.small has the lowest number, which holds for all\n";
    assert!(explained.ends_with(end), "{explained}");
    assert_eq!(explained.matches("\nallowed ").count(), 3, "{explained}");

    let eksctl = words(&format!("{group} -o eksctl")).answer();
    assert!(eksctl.contains("\n    instanceTypes: [m5.large, m5a.large, t3.small]\n"), "{eksctl}");
    assert!(eksctl.contains("\n    maxPodsPerNode: 11\n"), "{eksctl}");
    let windows = words(&format!("{group} -o eksctl --os windows")).answer();
    assert!(windows.contains("\nnodeGroups:\n  - name: t3-small\n    instancesDistribution:\n      instanceTypes: [m5.large, m5a.large, t3.small]\n    amiFamily: WindowsServer2022FullContainer\n"), "{windows}");
    let command = words(&format!("{group} -o eksctl-command")).answer();
    assert!(command.contains(" --instance-types m5.large,m5a.large,t3.small --managed "), "{command}");
}

#[test]
fn warnings_of_several_types_name_them() {
    let run = words("--instance-type m5.large,t2.micro --cni-prefix-delegation-enabled");
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        (
            "4\n",
            "warning: t2.micro: prefix delegation is not used, secondary IPs are counted: the hypervisor is xen, \
             not nitro\n"
        )
    );
}

#[test]
fn the_reserve_is_for_the_number_and_the_most_vcpus() {
    let args = "--instance-type m5.large,m5.4xlarge --cni-prefix-delegation-enabled --kube-reserved";
    check_each(
        [
            ("kubelet-args", "--max-pods=110 --kube-reserved=cpu=110m,memory=1465Mi,ephemeral-storage=1Gi\n"),
            (
                "bootstrap",
                "--use-max-pods false --kubelet-extra-args '--max-pods=110 \
                 --kube-reserved=cpu=110m,memory=1465Mi,ephemeral-storage=1Gi'\n",
            ),
            (
                "launch-template",
                "--kubelet-extra-args '--max-pods=110 --kube-reserved=cpu=110m,memory=1465Mi,ephemeral-storage=1Gi'\n",
            ),
            (
                "bottlerocket",
                "[settings.kubernetes]\nmax-pods = 110\n\n[settings.kubernetes.kube-reserved]\ncpu = \"110m\"\n\
                 memory = \"1465Mi\"\nephemeral-storage = \"1Gi\"\n",
            ),
            (
                "karpenter",
                "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nspec:\n  kubelet:\n    maxPods: 110\n    \
                 kubeReserved:\n      cpu: 110m\n      memory: 1465Mi\n      ephemeral-storage: 1Gi\n",
            ),
            (
                "nodeadm",
                "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config:\n      \
                 maxPods: 110\n      kubeReserved:\n        cpu: 110m\n        memory: 1465Mi\n        \
                 ephemeral-storage: 1Gi\n",
            ),
        ],
        |(format, answer)| assert_eq!(words(&format!("{args} -o {format}")).answer(), answer),
    );
    let eksctl = words(&format!("{args} -o eksctl")).answer();
    let node_config = words(&format!("{args} -o nodeadm")).answer().replace("      maxPods: 110\n", "");
    let indented: Vec<_> = node_config.lines().map(|line| format!("      {line}\n")).collect();
    let last = format!("    overrideBootstrapCommand: |\n{}", indented.concat());
    assert!(eksctl.ends_with(&last), "{eksctl}");
    assert!(eksctl.contains("\n    amiFamily: AmazonLinux2023\n"), "{eksctl}");
}

#[test]
fn combinations_without_a_place_are_usage_errors() {
    check_each(
        [
            ("--kube-reserved", "--kube-reserved has no place in -o value"),
            ("--kube-reserved -o json", "has no place in -o json"),
            ("--kube-reserved -o explain", "has no place in -o explain"),
            ("--kube-reserved -o eksctl-command", "has no place in -o eksctl-command"),
            ("--kube-reserved -o kubelet-args --os windows", "nodeadm's formula, which is for Linux"),
            ("--os windows -o nodeadm", "-o nodeadm is not for Windows nodes"),
            ("--os windows -o karpenter", "-o karpenter is not for Windows nodes"),
            ("--os windows -o bottlerocket", "-o bottlerocket is not for Windows nodes"),
            ("--os windows -o bootstrap", "-o bootstrap is not for Windows nodes"),
            ("--os windows -o launch-template", "-o launch-template is not for Windows nodes"),
            ("--os windows -o eksctl-command", "-o eksctl-command is not for Windows nodes"),
        ],
        |(args, message)| {
            let error = words(&format!("--instance-type m5.large {args}")).error(2);
            assert!(error.contains(message), "{error}");
        },
    );
}

#[test]
fn formats_whose_readers_take_0_as_unset_refuse_it() {
    let zero =
        "--instance-type m5.large --cni-max-eni 1 --cni-custom-networking-enabled --host-network-pods 0 -q";
    for format in ["value", "json", "karpenter", "explain"] {
        words(&format!("{zero} -o {format}")).answer();
    }
    check_each(
        [
            "nodeadm",
            "eksctl",
            "eksctl-command",
            "bottlerocket",
            "kubelet-args",
            "bootstrap",
            "launch-template",
        ],
        |format| {
            let error = words(&format!("{zero} -o {format}")).error(1);
            assert!(
                error
                    .contains(&format!("the number is 0, but the reader of -o {format} treats 0 as not set"))
            );
        },
    );
}
