//! The real kubectl, against an API server on loopback.

use super::api_server::{serve, serve_nobody};
use super::*;
use crate::support::check_each;
use serde_json::json;

/// True if kubectl is installed. Where `MAXPODS_TEST_KUBECTL` is set, it must be.
pub fn is_installed(test: &str) -> bool {
    let installed = Command::new("kubectl").args(["version", "--client"]).output().is_ok();
    assert!(
        installed || std::env::var_os("MAXPODS_TEST_KUBECTL").is_none(),
        "kubectl is not installed, and MAXPODS_TEST_KUBECTL is set"
    );
    if !installed {
        eprintln!("skipped {test}: kubectl is not installed");
    }
    installed
}

/// A home with a kubeconfig: `right` and `off` are two clusters, and `nobody` may not ask the first.
pub struct Home {
    folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        let daemonset = aws_node(AWS_NODE_1_19, &[]);
        let nodes = |count: usize, pods: &str| {
            (0..count).map(|i| node(&format!("n{i}"), "m5.large", pods)).collect::<Vec<_>>()
        };
        // On each node a pod that needs an address, and one on the host's network.
        let pods = |count: usize| -> Vec<_> {
            let pod = |i: usize| {
                json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("p{i}"), "namespace": "default"},
                    "spec": {"nodeName": format!("n{}", i / 2), "hostNetwork": i.is_multiple_of(2)}, "status": {"phase": "Running"}})
            };
            (0..2 * count).map(pod).collect()
        };
        let servers = [
            ("right", serve(nodes(250, "29"), pods(250), vec![daemonset.clone()])),
            ("off", serve(nodes(3, "110"), pods(3), vec![daemonset])),
            ("nobody", serve_nobody()),
        ];
        let clusters: Vec<_> = servers
            .iter()
            .map(|(name, server)| json!({"name": name, "cluster": {"server": server.url()}}))
            .collect();
        let contexts: Vec<_> = servers
            .iter()
            .map(|(name, _)| json!({"name": name, "context": {"cluster": name, "user": "me"}}))
            .collect();
        let config = json!({"apiVersion": "v1", "kind": "Config", "clusters": clusters, "contexts": contexts,
            "users": [{"name": "me", "user": {}}], "current-context": "right"});
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(".kube")).expect("a folder");
        fs::write(folder.path().join(".kube/config"), config.to_string()).expect("a file");
        fs::write(
            folder.path().join("other"),
            config.to_string().replace("\"current-context\":\"right\"", "\"current-context\":\"off\""),
        )
        .expect("a file");
        Self { folder }
    }

    /// Runs a command of a user who has this home.
    pub fn run(&self, command: &mut Command) -> Run {
        in_no_account(command).env("HOME", self.folder.path()).env_remove("KUBECONFIG");
        run(command, b"")
    }

    /// Runs `kubectl maxpods` with these words.
    pub fn plugin(&self, args: &[&str]) -> Run {
        let link = self.folder.path().join("kubectl-maxpods");
        if !link.exists() {
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_maxpods"), link).expect("a link");
        }
        let mut command = Command::new("kubectl");
        command.env("PATH", path_with(self.folder.path()));
        self.run(command.arg("maxpods").args(args))
    }

    fn verify(&self, args: &[&str]) -> Run {
        // stdin is no terminal here, so the name of the program says that kubectl is to be asked.
        self.run(command().args(["verify", "--kubectl", "kubectl"]).args(args))
    }
}

#[test]
fn a_cluster_is_asked_and_judged() {
    if !is_installed("verify with a real kubectl") {
        return;
    }
    let home = Home::new();
    let other = home.folder.path().join("other");
    let other = other.to_str().expect("UTF-8");
    let right = "\n250 nodes: 250 ok, 0 over, 0 under, 0 unknown, 0 skipped\n";
    let off = "\n3 nodes: 0 ok, 3 over, 0 under, 0 unknown, 0 skipped\n";
    check_each(
        [
            (&[][..], 0, right),
            (&["--context", "off"], 1, off),
            (&["--cluster", "off"], 1, off),
            (&["--kubeconfig", other], 1, off),
            (&["--kubeconfig", other, "--context", "right"], 0, right),
        ],
        |(args, code, summary)| {
            let run = home.verify(args);
            assert_eq!((run.code, run.stderr.as_str()), (Some(code), ""), "{args:?}");
            assert!(run.stdout.ends_with(summary), "{args:?}: {}", run.stdout);
        },
    );
}

#[test]
fn a_failure_of_kubectl_is_told_in_its_own_words() {
    if !is_installed("failures of a real kubectl") {
        return;
    }
    let home = Home::new();
    check_each(
        [
            (&["--context", "nobody"][..], "nodes is forbidden: User \"nobody\" cannot list resource"),
            (&["--context", "no-such"], "no-such"),
            (&["--kubeconfig", "/no/such/file"], "/no/such/file"),
        ],
        |(args, says)| {
            let run = home.verify(args);
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
            assert!(run.stderr.contains(says), "{run:?}");
            assert!(
                run.stderr.contains("error: 'kubectl' failed (exit status: 1), so nothing was checked"),
                "{run:?}"
            );
        },
    );
}

#[test]
fn kubectl_finds_its_plugin() {
    if !is_installed("kubectl maxpods") {
        return;
    }
    let home = Home::new();
    assert_eq!(home.plugin(&["verify"]).code, Some(0));
    let off = home.plugin(&["verify", "--context", "off", "-o", "github"]);
    assert_eq!(off.stdout.matches("::error title=node n").count(), 3, "{off:?}");
}
