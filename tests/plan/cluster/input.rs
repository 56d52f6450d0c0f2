//! The input of a cluster's plan: what is counted, and what is refused.

use super::*;
use crate::support::check_each;

#[test]
fn pods_that_need_an_address_are_counted_on_their_nodes() {
    let mut host = pod("host", 1);
    host["spec"]["hostNetwork"] = true.into();
    let mut done = pod("done", 1);
    done["status"]["phase"] = "Succeeded".into();
    let mut failed = pod("failed", 1);
    failed["status"]["phase"] = "Failed".into();
    let mut waiting = pod("waiting", 1);
    waiting["status"]["phase"] = "Pending".into();
    let mut unbound = pod("unbound", 1);
    unbound["spec"].as_object_mut().unwrap().remove("nodeName");
    let mut branch = pod("branch", 1);
    branch["metadata"]["annotations"] = json!({"vpc.amazonaws.com/pod-eni": "[{\"eniId\":\"eni-1\"}]"});
    let mut other_namespace = pod("a", 1);
    other_namespace["metadata"]["namespace"] = "other".into();
    let items = [
        member(1, "m5.large", 29, "10.0.0.10"),
        pod("a", 1),
        // The same object twice counts once.
        pod("a", 1),
        other_namespace,
        host,
        done,
        failed,
        waiting,
        unbound,
        branch,
        pod("stray", 9),
        with_prefixes(),
    ];
    for text in [list(&items), items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")] {
        let run = plan("-o json", &text);
        let stray = "warning: 1 pod is on a node that is not in the input: it is not counted\n";
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), stray));
        let answer: Value = serde_json::from_str(&run.stdout).expect("one object");
        let node = &answer["nodes"][0];
        assert_eq!(json!([node["pods"], node["branchPods"]]), json!([3, 1]));
        // 32 addresses in prefixes, the ENI's own, and the branch ENI's.
        assert_eq!(json!([node["held"], node["warm"], node["subnetAddresses"]]), json!([32, 29, 34]));
    }
}

#[test]
fn lists_of_the_api_are_read_as_those_of_kubectl() {
    let items = |items: &[Value]| -> Vec<Value> {
        let bare = items.iter().cloned().map(|mut item| {
            item.as_object_mut().unwrap().remove("kind");
            item.as_object_mut().unwrap().remove("apiVersion");
            item
        });
        bare.collect()
    };
    let (nodes, pods) = ([member(1, "m5.large", 29, "10.0.0.10")], pods(5, 1));
    let first = format!(
        "{{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"items\":{}}}\n{{\"kind\":\"PodList\",\"items\":{}}}",
        json!(items(&nodes)),
        json!(items(&pods))
    );
    // The kind may also come last.
    let last = format!(
        "{{\"items\":{},\"kind\":\"PodList\"}} {{\"items\":{},\"kind\":\"NodeList\"}}",
        json!(items(&pods)),
        json!(items(&nodes))
    );
    for text in [first, last] {
        let (answer, _) = json_of("--cni-version 1.19", &text);
        let node = &answer["nodes"][0];
        assert_eq!(json!([node["name"], node["pods"], node["instanceType"]]), json!(["n1", 5, "m5.large"]));
    }
}

#[test]
fn nodes_that_are_not_counted_are_told_with_their_reasons() {
    let labelled = |number, label: &str, value: &str| {
        labelled(member(number, "m5.large", 29, "10.0.0.10"), label, value)
    };
    let mut silent = member(5, "m5.large", 29, "10.0.0.10");
    silent["status"]["capacity"].as_object_mut().unwrap().remove("pods");
    let items = [
        member(1, "m5.large", 29, "10.0.0.10"),
        labelled(2, COMPUTE_TYPE, "fargate"),
        labelled(3, "kubernetes.io/os", "windows"),
        member(4, "x99.large", 29, "10.0.0.10"),
        silent,
        member(6, "m5.large", 100_000, "10.0.0.10"),
    ];
    let run = plan("-o json --cni-version 1.19", &list(&items));
    let answer: Value = serde_json::from_str(&run.stdout).expect("one object");
    assert_eq!(answer["nodes"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["skipped"]["count"], 5);
    assert_eq!(answer["skipped"]["reasons"]["instance type not in the table"], 1);
    assert_eq!(answer["skipped"]["reasons"]["Fargate: each pod has its own machine"], 1);
    for says in [
        "warning: 1 node is not counted: instance type not in the table; give the facts of the type with \
         --instance-types-file\n",
        "warning: 1 node is not counted: no number of pods in .status.capacity.pods\n",
        "warning: 1 node is not counted: max pods larger than any subnet\n",
        "warning: there are no pods in the input: every node counts as empty. Add them: kubectl get \
         nodes,pods,daemonsets -A -o json\n",
    ] {
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    assert_eq!(run.stderr.matches("warning: ").count(), 4, "{}", run.stderr);
    let table = plan("-q", &list(&items)).stdout;
    assert!(
        table.contains("\n5 nodes not counted: 1 Fargate: each pod has its own machine; 1 Windows: "),
        "{table}"
    );
}

#[test]
fn a_trunk_eni_and_the_group_are_the_nodes_own() {
    let mut trunk = member(1, "m5.large", 29, "10.0.0.10");
    trunk["status"]["capacity"]["vpc.amazonaws.com/pod-eni"] = "9".into();
    let grouped = |number, labels: &[(&str, &str)]| {
        let mut node =
            unlabelled(member(number, "m5.large", 29, "10.0.0.10"), &["eks.amazonaws.com/nodegroup"]);
        for (label, value) in labels {
            node = labelled(node, label, value);
        }
        node
    };
    let items = [
        trunk,
        grouped(2, &[]),
        grouped(3, &[("eks.amazonaws.com/nodegroup", "b"), ("karpenter.sh/nodepool", "a")]),
        grouped(4, &[("alpha.eksctl.io/nodegroup-name", "c"), ("eks.amazonaws.com/nodegroup", "b")]),
        grouped(5, &[("alpha.eksctl.io/nodegroup-name", "c")]),
    ];
    let items = [&items[..], &pods(20, 1)].concat();
    let (answer, code) = json_of("--cni-version 1.19", &list(&items));
    let groups: Vec<_> = answer["nodes"].as_array().unwrap().iter().map(|node| &node["group"]).collect();
    assert_eq!(json!(groups), json!(["workers", "-", "a", "b", "c"]));
    // Two ENIs of nine addresses each are left beside the trunk, and two pods get none.
    let node = &answer["nodes"][0];
    assert_eq!(json!([node["held"], node["unserved"], node["subnetAddresses"]]), json!([18, 2, 21]));
    assert_eq!(code, Some(1), "a pod without an address is off");
}

#[test]
fn a_node_that_is_there_twice_counts_once() {
    let one = member(1, "m5.large", 29, "10.0.0.10");
    let run = plan("-o csv --cni-version 1.19", &list(&[one.clone(), one.clone(), pod("a", 1)]));
    assert_eq!(run.stderr, "");
    assert!(run.answer().contains("workers,m5.large,1,1,1,"));
    let other = member(1, "m5.xlarge", 58, "10.0.0.10");
    let run = plan("-o csv --cni-version 1.19", &list(&[one, other, pod("a", 1)]));
    assert_eq!(run.stderr, "warning: the node 'n1' is there more than once, with different values\n");
}

#[test]
fn input_of_which_nothing_can_be_said_ends_with_2() {
    let node = || member(1, "m5.large", 29, "10.0.0.10");
    let with = |variables: &[(&str, &str)]| list(&[node(), aws_node(AWS_NODE_1_19, variables)]);
    let fargate = labelled(node(), COMPUTE_TYPE, "fargate");
    let whole = list(&[node(), pod("a", 1)]);
    check_each(
        [
            (String::new(), "there are no nodes: it is empty"),
            (list(&[pod("a", 1)]), "there are no nodes in it"),
            (whole[..whole.len() - 20].into(), "line "),
            (whole[..whole.len() / 2].into(), "line "),
            ("NAME STATUS".into(), "does not begin with '{'"),
            (list(&[fargate]), "no node can be planned for: 1 node: Fargate"),
            (with(&[("ENABLE_IPv6", "true")]), "IPv6"),
            (with(&[("ENABLE_MULTI_NIC", "true")]), "ENABLE_MULTI_NIC"),
            (
                with(&[("ENABLE_PREFIX_DELEGATION", "true"), ("WARM_PREFIX_TARGET", "0")]),
                "aws-node refuses to start",
            ),
            (
                list(&[node(), with_prefixes(), aws_node(AWS_NODE_1_19, &[])]),
                "the aws-node DaemonSet is there twice",
            ),
            ("{\"kind\":\"Pod\",\"spec\":{\"nodeName\":1}}".into(), "invalid type"),
            ("{\"spec\":{\"nodeName\":1},\"kind\":\"Pod\"}".into(), "invalid type"),
        ],
        |(cluster, says)| {
            let error = plan("-q", &cluster).error(2);
            assert!(error.contains(says), "{error}");
        },
    );
}

#[test]
fn options_for_the_other_kind_of_plan_are_refused() {
    check_each(
        [
            ("--pods 27", "--pods is for nodes of one type"),
            ("--nodes 3", "--nodes is for nodes of one type"),
            ("--subnet 10.0.0.0/24 --nodes 1", "is for nodes of one type"),
            ("--max-pods 29", "--max-pods is for nodes of one type"),
            ("--os linux", "--os is for nodes of one type"),
            ("--os=windows", "--os is for nodes of one type"),
            ("--host-network-pods 3", "--host-network-pods is for nodes of one type"),
            ("--show-max-allowed", "--show-max-allowed is for nodes of one type"),
            ("--max-pods-ceiling 50", "--max-pods-ceiling is for nodes of one type"),
            ("--instance-type m5.large cluster.json", "CLUSTER is for a cluster"),
            ("--instance-type m5.large --context prod", "--context is for a cluster"),
            ("--instance-type m5.large --vpc vpc-1", "--vpc is for a cluster"),
            ("--instance-type m5.large --surge 3", "--surge is for a cluster"),
            ("--instance-type m5.large --full", "--full is for a cluster"),
            ("--surge 10%", "--surge is a question to subnets, and none were given"),
            ("--full", "--full is a question to subnets, and none were given"),
            ("--spare 3", "--spare is a question to subnets, and none were given"),
            ("--surge many --vpc vpc-1", "not a number of nodes or a percentage"),
            ("--surge -1 --vpc vpc-1", "not a number of nodes or a percentage"),
            ("--surge %", "not a number of nodes or a percentage"),
            ("--vpc vpc-1,vpc-2", "not the id of a VPC"),
            ("--vpc prod", "not the id of a VPC"),
            ("--vpc vpc-1 --subnets-file x", "cannot be used with"),
            ("--region eu-west-1", "required arguments"),
            ("cluster.json --context prod", "cannot be used with"),
            ("- --subnets-file -", "both to read stdin"),
        ],
        |(line, says)| {
            let error = plan(line, "").error(2);
            assert!(error.contains(says), "{error}");
        },
    );
}

#[test]
fn options_win_over_the_daemonset() {
    let items = [&[member(1, "m5.large", 110, "10.0.0.10"), with_prefixes()][..], &pods(20, 1)].concat();
    let text = list(&items);
    check_each(
        [
            ("", 48),
            ("--cni-warm-prefix-target 2", 64),
            ("--cni-warm-ip-target 5", 32),
            ("--cni-minimum-ip-target 40", 48),
            ("--cni-prefix-delegation-enabled=false", 27),
            ("--cni-prefix-delegation-enabled=false --cni-max-eni 2", 18),
            ("--cni-prefix-delegation-enabled=false --reserved-enis 2", 9),
        ],
        |(line, held)| assert_eq!(json_of(line, &text).0["nodes"][0]["held"], held, "{line}"),
    );
}

#[test]
fn names_from_outside_are_harmless_in_every_format() {
    let evil = "<b>\u{1b}[2J\u{202e}::error::=1+1,\"";
    let mut node = labelled(member(1, "m5.large", 29, "10.0.0.10"), "karpenter.sh/nodepool", evil);
    node["metadata"]["name"] = evil.into();
    let mut pod = pod("p", 1);
    pod["spec"]["nodeName"] = evil.into();
    let subnets = json!([{"SubnetId": evil, "AvailabilityZone": evil, "CidrBlock": "10.0.0.0/24",
        "VpcId": evil, "AvailableIpAddressCount": 250}]);
    let mut eni = eni(1, 0, evil, "10.0.0.10", &[], &[]);
    eni["VpcId"] = evil.into();
    let files = Files::new(subnets.as_array().unwrap(), Some(&[eni]));
    check_each(["table", "json", "csv", "svg"], |format| {
        let line = format!("-o {format} --cni-prefix-delegation-enabled {} --full", files.options());
        let run = plan(&line, &list(&[node.clone(), pod.clone()]));
        assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
        let text = run.stdout + &run.stderr;
        let steers = |c: char| c != '\n' && maxpods::text::Escaped::steers(c);
        assert!(!text.chars().any(steers), "{text:?}");
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
        match format {
            "json" => {
                let answer: Value = serde_json::from_str(&text).expect("one object");
                assert_eq!(answer["nodes"][0]["group"], evil);
            }
            "svg" => {
                assert!(!text.contains("<b>"), "{text}");
                roxmltree::Document::parse(&text).expect("XML");
            }
            "csv" => assert!(text.lines().all(|line| !line.starts_with('=')), "{text}"),
            _ => {}
        }
    });
}
