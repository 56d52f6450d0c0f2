//! A part of a Kubernetes API server on loopback: the answers that `kubectl get nodes,pods,daemonsets -A` needs.

use crate::imds::server::{Reply, Request, Server, answer};
use serde_json::{Value, json};

/// The number of nodes in one answer. kubectl asks for more, and so has to ask again.
const PAGE: usize = 100;

/// Serves this cluster until the test process ends.
pub fn serve(nodes: Vec<Value>, pods: Vec<Value>, daemonsets: Vec<Value>) -> Server {
    Server::start(move |request, _| reply(request, &nodes, &pods, &daemonsets))
}

/// A server that answers every request with "forbidden".
pub fn serve_nobody() -> Server {
    Server::start(|request, _| {
        discovery(&request.line).unwrap_or_else(|| {
            let message = "nodes is forbidden: User \"nobody\" cannot list resource \"nodes\"";
            let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message,
                "reason": "Forbidden", "code": 403});
            json_answer("403 Forbidden", &status)
        })
    })
}

fn reply(request: &Request, nodes: &[Value], pods: &[Value], daemonsets: &[Value]) -> Reply {
    let path = path(&request.line);
    match path {
        "/api/v1/nodes" => page("NodeList", "v1", nodes, &request.line),
        "/api/v1/pods" => page("PodList", "v1", pods, &request.line),
        "/apis/apps/v1/daemonsets" => page("DaemonSetList", "apps/v1", daemonsets, &request.line),
        _ => discovery(&request.line).unwrap_or_else(|| json_answer("404 Not Found", &json!({}))),
    }
}

fn path(line: &str) -> &str {
    let target = line.strip_prefix("GET ").unwrap_or_default();
    target.split_once('?').map_or(target, |(path, _)| path)
}

/// The resources of the server, in the form that every version of kubectl understands.
fn discovery(line: &str) -> Option<Reply> {
    let resource = |name: &str, kind: &str, namespaced: bool, short: &str| {
        json!({"name": name, "singularName": "", "kind": kind, "namespaced": namespaced,
            "verbs": ["get", "list"], "shortNames": [short]})
    };
    let group_version = json!({"groupVersion": "apps/v1", "version": "v1"});
    let body = match path(line) {
        "/api" => json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}),
        "/apis" => json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": [
            {"name": "apps", "versions": [group_version], "preferredVersion": group_version}]}),
        "/api/v1" => json!({"kind": "APIResourceList", "groupVersion": "v1",
            "resources": [resource("nodes", "Node", false, "no"), resource("pods", "Pod", true, "po")]}),
        "/apis/apps/v1" => json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "apps/v1",
            "resources": [resource("daemonsets", "DaemonSet", true, "ds")]}),
        _ => return None,
    };
    Some(json_answer("200 OK", &body))
}

/// A part of a list, as an API server gives out a long one. The items tell no kind.
fn page(kind: &str, api_version: &str, items: &[Value], line: &str) -> Reply {
    let start: usize = line
        .split(['?', '&', ' '])
        .find_map(|part| part.strip_prefix("continue=")?.parse().ok())
        .unwrap_or_default();
    let end = items.len().min(start + PAGE);
    let mut items = items[start.min(end)..end].to_vec();
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.remove("kind");
        item.remove("apiVersion");
    }
    let next = if items.len() == PAGE { end.to_string() } else { String::new() };
    let metadata = json!({"resourceVersion": "1", "continue": next});
    json_answer(
        "200 OK",
        &json!({"kind": kind, "apiVersion": api_version, "metadata": metadata, "items": items}),
    )
}

fn json_answer(status: &str, body: &Value) -> Reply {
    answer(status, "Content-Type: application/json\r\nConnection: close\r\n", body.to_string())
}
