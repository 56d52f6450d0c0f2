//! A text that is of no kind that is read here is nobody's fault, whether it is well-formed or not. A template of such a
//! kind gets one note.

use super::check;
use crate::support::check_each;

#[test]
fn what_is_not_ours_is_passed_over() {
    let cases = [
        ("JSON with comments", "// settings\n{\"a\": 1, /* b */ \"c\": 2}\n"),
        ("TOML that is not Bottlerocket's", "[package]\nname = \"a\"\nname = \"b\"\n"),
        (
            "a Deployment with a key twice",
            "apiVersion: apps/v1\nkind: Deployment\nspec: {a: 1}\nspec: {a: 2}\n",
        ),
        (
            "a kops file with a key twice",
            "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nspec:\n  a: 1\n  a: 2\n",
        ),
        ("a Helm template", "{{- if .Values.a }}\nkind: Deployment\n{{- end }}\n"),
        ("prose", "Write apiVersion: eksctl.io/v1alpha5 and kind: ClusterConfig, and go on.\n"),
        (
            "a script that applies a manifest",
            "mkdir a\ncat <<EOF >a.yaml\napiVersion: karpenter.sh/v1\nkind: NodePool\n---\napiVersion: karpenter.sh/v1\n\
             kind: NodePool\nspec: {}\nEOF\nkubectl apply -f a.yaml\n",
        ),
        (
            "a MIME message with a broken header",
            "MIME_VERSION = 1.0\nContent: x\n\n--B\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n--B--\n",
        ),
        ("nothing", ""),
    ];
    check_each(cases, |(_, text)| {
        let run = check("", text);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stderr.starts_with("warning: nothing to check"), "{}", run.stderr);
    });
}

#[test]
fn a_template_of_ours_gets_one_note() {
    let cases = [
        (
            "Helm",
            "apiVersion: karpenter.sh/v1\nkind: NodePool\nspec:\n{{- toYaml .Values.maxPods | nindent 2 }}\n",
        ),
        (
            "a branch with a key twice",
            "apiVersion: karpenter.sh/v1\nkind: NodePool\nspec: {maxPods: 1}\n#{{ else }}\nspec: 2\n",
        ),
        (
            "Go",
            "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster:\n    name: %s\n  kubelet: {config: {maxPods: 1}}\n",
        ),
        (
            "sed",
            "apiVersion: karpenter.sh/v1alpha5\nkind: Provisioner\nspec: {a: {CLUSTER_NAME}-b}\nmaxPods: {NAME}-d\n",
        ),
    ];
    check_each(cases, |(_, text)| {
        let run = check("", text);
        let notes = run.stdout.matches(": note[not-judged]: this text is a template").count();
        assert_eq!((run.code, notes), (Some(0), 1), "{}{}", run.stdout, run.stderr);
    });
}

#[test]
fn what_is_ours_and_malformed_is_told() {
    let cases = [
        ("YAML", "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmanagedNodeGroups: [\n"),
        ("a key twice", "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\na: 1\na: 2\n"),
        ("JSON", "{\"apiVersion\": \"node.eks.aws/v1alpha1\",\n\"kind\": \"NodeConfig\",\n"),
        (
            "a document behind prose",
            "Some words: see\n below.\nmore\n---\napiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\na: [\n",
        ),
    ];
    check_each(cases, |(_, text)| {
        let run = check("", text);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains("error: stdin: line "), "{}", run.stderr);
    });
}
