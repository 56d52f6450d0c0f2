//! A cluster that kubectl is asked for: a stand-in that does as it is told, and the real one.

use super::*;
use crate::support::check_each;
use crate::verify::kubectl::{Home, StandIn, is_installed, is_running};

/// A cluster with two nodes and pods on one of them.
fn cluster(cni: Value) -> String {
    list(
        &[
            &[member(1, "m5.large", 110, "10.0.0.10"), member(2, "m5.large", 110, "10.0.1.10"), cni][..],
            &pods(20, 1),
        ]
        .concat(),
    )
}

fn plan_with(stand_in: &StandIn, args: &[&str]) -> Run {
    run(command().args(["plan", "--kubectl"]).arg(stand_in.program()).args(args), b"")
}

#[test]
fn kubectl_is_asked_for_nodes_pods_and_daemonsets() {
    let stand_in =
        StandIn::new("printf '%s\\n' \"$@\" >>\"$here/args\"; cat \"$cluster\"", &cluster(with_prefixes()));
    let run = plan_with(&stand_in, &["--context", "prod", "-o", "csv"]);
    assert_eq!(run.answer().lines().nth(1), Some("workers,m5.large,2,20,20,0,64,44,0,66,"));
    assert_eq!(stand_in.wrote("args"), "get\nnodes,pods,daemonsets\n-A\n-o\njson\n--context=prod\n");
}

#[test]
fn eni_configs_are_asked_for_only_where_they_are_needed() {
    let custom =
        aws_node(AWS_NODE_1_19, &[&PREFIXES[..], &[("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true")]].concat());
    let config = json!({"apiVersion": "crd.k8s.amazonaws.com/v1alpha1", "kind": "ENIConfig",
        "metadata": {"name": "default"}, "spec": {"subnet": "pods-a"}});
    let script = format!(
        "printf '%s ' \"$@\" >>\"$here/args\"\n\
         case \"$*\" in *eniconfigs*) echo '{}';; *) cat \"$cluster\";; esac",
        json!({"kind": "List", "apiVersion": "v1", "items": [config]})
    );
    let files = Files::new(
        &[
            subnet("subnet-a", "10.0.0.0/24", "a"),
            subnet("subnet-b", "10.0.1.0/24", "b"),
            subnet("pods-a", "100.64.0.0/24", "a"),
        ],
        Some(&[eni(1, 0, "subnet-a", "10.0.0.10", &[], &[]), eni(2, 0, "subnet-b", "10.0.1.10", &[], &[])]),
    );
    let options = files.options();
    let with_subnets: Vec<_> = options.split(' ').chain(["-o", "json", "--full"]).collect();
    let asks = "get nodes,pods,daemonsets -A -o json ";
    let asks_for_configs = "get eniconfigs.crd.k8s.amazonaws.com -o json ";
    check_each(
        [
            (custom.clone(), &with_subnets[..], format!("{asks}{asks_for_configs}")),
            (custom, &["-o", "json"], asks.into()),
            (with_prefixes(), &with_subnets, asks.into()),
        ],
        |(cni, args, asked)| {
            let stand_in = StandIn::new(&script, &cluster(cni));
            let run = plan_with(&stand_in, args);
            assert_eq!(run.stderr, "");
            assert_eq!(stand_in.wrote("args"), asked);
        },
    );
}

#[test]
fn where_kubectl_fails_there_is_no_figure() {
    let whole = cluster(with_prefixes());
    let forbidden = "Error from server (Forbidden): pods is forbidden";
    check_each(
        [
            (format!("echo '{forbidden}' >&2; exit 1"), forbidden),
            (format!("cat \"$cluster\"; echo '{forbidden}' >&2; exit 1"), forbidden),
            ("head -c 1000 \"$cluster\"; exit 1".into(), "exit status: 1"),
            ("head -c 1000 \"$cluster\"".into(), "line "),
        ],
        |(script, says)| {
            let run = plan_with(&StandIn::new(&script, &whole), &["-o", "json"]);
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
            assert!(run.stderr.contains(says), "{run:?}");
            assert!(!run.stderr.contains("was checked"), "{run:?}");
        },
    );
}

#[test]
fn a_kubectl_that_prints_garbage_and_hangs_is_refused_at_once() {
    check_each(["plan", "verify"], |subcommand| {
        for garbage in ["NAME   STATUS", "{\"kind\": \"List\", \"items\": [{]"] {
            let script = format!("echo $$ >\"$here/pid\"; echo '{garbage}'; exec sleep 600");
            let stand_in = StandIn::new(&script, "");
            let start = std::time::Instant::now();
            let error = run(command().args([subcommand, "--kubectl"]).arg(stand_in.program()), b"").error(2);
            assert!(error.contains("line 1, column "), "{error}");
            assert!(start.elapsed() < std::time::Duration::from_secs(20));
            assert!(!is_running(stand_in.process()));
        }
    });
}

#[test]
fn the_real_kubectl_lists_pods_too() {
    if !is_installed("plan with a real kubectl") {
        return;
    }
    let home = Home::new();
    let csv = |args: &[&str]| {
        let run = home.run(command().args(["plan", "-o", "csv", "--kubectl", "kubectl"]).args(args));
        assert_eq!(run.stderr, "");
        run.stdout
    };
    // 250 nodes, in pages, and a pod on each that needs an address.
    assert_eq!(csv(&[]).lines().nth(1), Some("workers,m5.large,250,250,1,0,4500,4250,0,5000,"));
    assert_eq!(csv(&["--context", "off"]).lines().nth(1), Some("workers,m5.large,3,3,1,0,54,51,0,60,"));
    let run = home.run(command().args(["plan", "--context", "nobody"]));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.stderr.contains("so nothing was planned"), "{run:?}");

    // As a plugin of kubectl.
    let plugin = home.plugin(&["plan", "-o", "csv"]);
    assert_eq!(plugin.answer().lines().nth(1), Some("workers,m5.large,250,250,1,0,4500,4250,0,5000,"));
}
