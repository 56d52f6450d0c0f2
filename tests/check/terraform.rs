//! Terraform plans.

use base64::Engine;
use serde_json::{Value, json};

use super::{SINGLE, findings, node_config, report};
use crate::support::check_each;

/// User data with a `NodeConfig` of this many pods, as a launch template has it.
fn user_data(pods: u32) -> String {
    base64::engine::general_purpose::STANDARD
        .encode(node_config(&format!("config: {{maxPods: {pods}, kubeReserved: {{cpu: 1m}}}}")))
}

#[allow(clippy::needless_pass_by_value, reason = "the callers make the values for this")]
fn resource(address: &str, values: Value) -> Value {
    let local = address.rfind("aws_").map_or(address, |at| &address[at..]);
    let (kind, name) = local.split_once('.').unwrap();
    let (name, index) = match name.split_once('[') {
        Some((name, index)) => (name, serde_json::from_str(index.trim_end_matches(']')).unwrap()),
        None => (name, Value::Null),
    };
    let mut resource =
        json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values});
    if !index.is_null() {
        resource["index"] = index;
    }
    resource
}

/// A plan whose root module has these resources.
fn plan(resources: &[Value]) -> Value {
    json!({"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}})
}

fn template(values: &Value) -> Value {
    let mut template = json!({"name": "t", "user_data": user_data(30), "image_id": "ami-1"});
    template.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    resource("aws_launch_template.t", template)
}

fn group(values: &Value) -> Value {
    let mut group = json!({"instance_types": ["m5.large"], "launch_template": [{"name": "t"}]});
    group.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    resource("aws_eks_node_group.g", group)
}

/// The levels and rules of the findings, without their places.
#[track_caller]
fn rules(line: &str, plan: &Value) -> Vec<String> {
    let found = findings(line, plan.to_string()).1;
    found.iter().map(|row| row.rsplit_once(' ').unwrap().0.to_owned()).collect()
}

#[test]
fn types_and_images() {
    let none = json!({});
    let over = vec!["error over-allowed"];
    check_each(
        [
            ("the group's types", template(&none), group(&none), over.clone()),
            (
                "a type that is large enough",
                template(&none),
                group(&json!({"instance_types": ["m5.xlarge"]})),
                vec!["note under-recommended"],
            ),
            (
                "the template's type",
                template(&json!({"instance_type": "m5.large"})),
                group(&json!({"instance_types": null})),
                over.clone(),
            ),
            // t3.medium: 17
            ("EKS's own type", template(&none), group(&json!({"instance_types": null})), over.clone()),
            (
                "no AMI",
                template(&json!({"image_id": null})),
                group(&none),
                vec!["error over-allowed", "note number-overridden"],
            ),
            (
                "an empty AMI",
                template(&json!({"image_id": ""})),
                group(&none),
                vec!["error over-allowed", "note number-overridden"],
            ),
            ("no user data", template(&json!({"user_data": null})), group(&none), vec![]),
            (
                "another template",
                template(&none),
                group(&json!({"launch_template": [{"name": "x"}]})),
                vec!["note not-judged", "note not-judged"],
            ),
            (
                "the template by its id",
                template(&json!({"id": "lt-1"})),
                group(&json!({"launch_template": [{"id": "lt-1"}]})),
                over,
            ),
        ],
        |(_, template, group, expected)| assert_eq!(rules(SINGLE, &plan(&[template, group])), expected),
    );
}

#[test]
fn a_template_without_a_node_group_is_self_managed() {
    let template = template(&json!({"image_id": null, "instance_type": "m5.large"}));
    assert_eq!(rules(SINGLE, &plan(&[template])), ["error over-allowed"]);
}

/// The plan with a launch template whose id is not known yet.
fn by_reference(references: &Value, resources: &[Value]) -> Value {
    let mut plan = plan(resources);
    plan["configuration"] = json!({"root_module": {"resources": [
        {"type": "aws_eks_node_group", "name": "g",
         "expressions": {"launch_template": [{"id": {"references": references}, "version": {"references": ["x"]}}]}},
    ]}});
    plan
}

#[test]
fn references_lead_to_the_template() {
    let group = group(&json!({"launch_template": [{"version": "1"}]}));
    let other =
        resource("aws_launch_template.other", json!({"user_data": user_data(29), "image_id": "ami-1"}));
    let first = json!(["aws_launch_template.t.id", "aws_launch_template.t"]);
    let second = json!(["aws_launch_template.other.id", "aws_launch_template.other"]);
    let resources = [template(&json!({"instance_type": "m5.xlarge"})), other, group];
    let (over, under) = ("error over-allowed", "note under-recommended");
    assert_eq!(rules(SINGLE, &by_reference(&first, &resources)), [over, "note not-judged"]);
    // The template that the group does not use is judged by its own type.
    assert_eq!(rules(SINGLE, &by_reference(&second, &resources)), [under]);
    // It cannot be told which of the two it is.
    let unclear = rules(SINGLE, &by_reference(&json!(["local.id"]), &resources));
    assert!(unclear.contains(&"note not-judged".into()), "{unclear:?}");
}

#[test]
fn each_of_several_has_its_own_template() {
    let template = |key: &str, pods| {
        resource(
            &format!("aws_launch_template.t[\"{key}\"]"),
            json!({"user_data": user_data(pods), "image_id": "ami-1"}),
        )
    };
    let group = |key: &str| {
        resource(
            &format!("aws_eks_node_group.g[\"{key}\"]"),
            json!({"instance_types": ["m5.large"], "launch_template": [{}]}),
        )
    };
    let references = json!(["aws_launch_template.t", "each.key"]);
    let resources = [template("a", 29), template("b", 30), group("a"), group("b")];
    let (_, report) = report(SINGLE, by_reference(&references, &resources).to_string());
    let rows = report["findings"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{report}");
    assert!(
        rows[0]["message"].as_str().unwrap().starts_with("aws_eks_node_group.g[\"b\"]: 30 pods"),
        "{report}"
    );
}

#[test]
fn modules() {
    let in_module = |resources: &[Value]| {
        let child = json!({"address": "module.m", "resources": resources});
        json!({"planned_values": {"root_module": {"child_modules": [child]}}})
    };
    let template =
        resource("module.m.aws_launch_template.t", json!({"user_data": user_data(30), "image_id": "ami-1"}));
    let group = |address| resource(address, json!({"instance_types": ["m5.large"], "launch_template": [{}]}));

    // A module that passes the id on through a local value.
    let inner = in_module(&[template.clone(), group("module.m.aws_eks_node_group.g")]);
    assert_eq!(rules(SINGLE, &inner), ["error over-allowed"]);

    // A group of the root module with the output of a module.
    let mut outer = in_module(std::slice::from_ref(&template));
    outer["planned_values"]["root_module"]["resources"] = json!([group("aws_eks_node_group.g")]);
    outer["configuration"] = json!({"root_module": {
        "resources": [{"type": "aws_eks_node_group", "name": "g",
            "expressions": {"launch_template": [{"id": {"references": ["module.m.id", "module.m"]}}]}}],
        "module_calls": {"m": {"module": {"outputs": {
            "id": {"expression": {"references": ["aws_launch_template.t.id", "aws_launch_template.t"]}}}}}},
    }});
    assert_eq!(rules(SINGLE, &outer), ["error over-allowed"]);

    // A group of a module with the variable of the root module.
    let mut variable = in_module(&[group("module.m.aws_eks_node_group.g")]);
    let root = resource("aws_launch_template.t", template["values"].clone());
    let other = resource("aws_launch_template.u", json!({"user_data": user_data(29), "image_id": "ami-1"}));
    variable["planned_values"]["root_module"]["resources"] = json!([root, other]);
    variable["configuration"] = json!({"root_module": {"module_calls": {"m": {
        "expressions": {"template": {"references": ["aws_launch_template.t.id", "aws_launch_template.t"]}},
        "module": {"resources": [{"type": "aws_eks_node_group", "name": "g",
            "expressions": {"launch_template": [{"id": {"references": ["var.template"]}}]}}]},
    }}}});
    assert_eq!(rules(SINGLE, &variable), ["error over-allowed", "note not-judged"]);
}

#[test]
fn what_is_known_after_apply_is_told() {
    let changes = |unknown: Value, address: &str, kind: &str| json!([{"address": address, "type": kind, "change": {"after_unknown": unknown}}]);
    check_each(
        [
            (
                "user data",
                template(&json!({"user_data": null})),
                json!({"user_data": true}),
                vec!["note not-judged"],
            ),
            (
                "an image is an image",
                template(&json!({"image_id": null})),
                json!({"image_id": true}),
                vec!["error over-allowed"],
            ),
        ],
        |(_, template, unknown, expected)| {
            let mut plan = plan(&[template, group(&json!({}))]);
            plan["resource_changes"] = changes(unknown, "aws_launch_template.t", "aws_launch_template");
            assert_eq!(rules(SINGLE, &plan), expected);
        },
    );
    let mut plan = plan(&[template(&json!({})), group(&json!({"instance_types": null}))]);
    plan["resource_changes"] =
        changes(json!({"instance_types": true}), "aws_eks_node_group.g", "aws_eks_node_group");
    assert_eq!(rules(SINGLE, &plan), ["note not-judged"]);
}

#[test]
fn the_add_on_of_the_plan() {
    let addon = |values: Value| {
        let mut all = json!({"addon_name": "vpc-cni", "cluster_name": "c"});
        all.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
        resource("aws_eks_addon.a", all)
    };
    let prefixes = json!({"configuration_values": "{\"env\":{\"ENABLE_PREFIX_DELEGATION\":\"true\"}}"});
    let resources = |addon| [template(&json!({"user_data": user_data(110)})), group(&json!({})), addon];
    assert_eq!(rules(SINGLE, &plan(&resources(addon(prefixes.clone())))), [""; 0]);
    let mut old = prefixes;
    old["addon_version"] = "v1.8.0-eksbuild.1".into();
    assert_eq!(rules(SINGLE, &plan(&resources(addon(old)))), ["error no-prefixes"]);
    let mut unknown = plan(&resources(addon(json!({}))));
    unknown["resource_changes"] = json!([{"address": "aws_eks_addon.a", "type": "aws_eks_addon",
        "change": {"after_unknown": {"configuration_values": true}}}]);
    // Nothing says how the CNI is set, unless an option does.
    assert_eq!(rules("", &unknown), ["warning needs-prefixes"]);
    assert_eq!(rules(SINGLE, &unknown), ["error over-allowed"]);
}

#[test]
fn the_place_is_that_of_the_user_data() {
    let plan = format!(
        "{{\n\"planned_values\": {}}}",
        plan(&[template(&json!({})), group(&json!({}))])["planned_values"]
    );
    let (_, report) = report(SINGLE, &plan);
    let row = &report["findings"][0];
    let line = plan.lines().nth(1).unwrap();
    let column = usize::try_from(row["column"].as_u64().unwrap()).unwrap();
    assert_eq!(row["line"], 2);
    assert!(line[column - 1..].starts_with(&format!("\"{}", user_data(30))), "{row}");
    assert!(row["message"].as_str().unwrap().ends_with("(line 5 of the text encoded here)"), "{row}");
}

#[test]
fn a_state_is_read_as_a_plan_is() {
    let plan = plan(&[template(&json!({})), group(&json!({}))]);
    let state =
        json!({"format_version": "1.0", "terraform_version": "1.9.0", "values": plan["planned_values"]});
    assert_eq!(rules(SINGLE, &state), ["error over-allowed"]);
    // Values of a chart of Helm's are no state.
    assert_eq!(rules(SINGLE, &json!({"values": plan["planned_values"]})), [""; 0]);
}

/// An auto scaling group with this policy for mixed instances.
#[allow(clippy::needless_pass_by_value, reason = "the callers make the value for this")]
fn auto_scaling(overrides: Value) -> Value {
    let policy = json!([{"launch_template": [{
        "launch_template_specification": [{"launch_template_name": "t"}], "override": overrides}]}]);
    resource("aws_autoscaling_group.g", json!({"mixed_instances_policy": policy}))
}

#[test]
fn overrides_decide_the_types() {
    let template = template(&json!({"image_id": null, "instance_type": "m5.large"}));
    for (overrides, expected) in [
        (json!([]), vec!["error over-allowed"]),
        (json!([{"instance_type": "m5.large"}, {"instance_type": "m5.xlarge"}]), vec!["error over-allowed"]),
        (json!([{"instance_type": "m5.xlarge"}]), vec!["note under-recommended"]),
        (json!([{"instance_requirements": [{"vcpu_count": [{"min": 2}]}]}]), vec!["note not-judged"]),
    ] {
        let found = rules(SINGLE, &plan(&[template.clone(), auto_scaling(overrides.clone())]));
        assert_eq!(found, expected, "{overrides}");
    }
    let by_name = resource("aws_autoscaling_group.g", json!({"launch_template": [{"name": "t"}]}));
    assert_eq!(rules(SINGLE, &plan(&[template.clone(), by_name])), ["error over-allowed"]);
    // An override may have a launch template of its own.
    let other = resource("aws_launch_template.u", json!({"name": "u", "user_data": user_data(29)}));
    let own = json!([
        {"instance_type": "m5.xlarge"},
        {"instance_type": "m5.large", "launch_template_specification": [{"launch_template_name": "u"}]},
    ]);
    assert_eq!(rules(SINGLE, &plan(&[template, other, auto_scaling(own)])), ["note under-recommended"]);
}

#[test]
fn a_launch_configuration() {
    let values = json!({"name": "l", "instance_type": "m5.large", "user_data_base64": user_data(30)});
    let configuration = resource("aws_launch_configuration.l", values);
    assert_eq!(rules(SINGLE, &plan(std::slice::from_ref(&configuration))), ["error over-allowed"]);
    let group = resource("aws_autoscaling_group.g", json!({"launch_configuration": "l"}));
    let (_, report) = report(SINGLE, plan(&[configuration, group]).to_string());
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("aws_autoscaling_group.g: "), "{report}");
}

#[test]
fn manifests_of_a_plan() {
    let class = |pods: u32| {
        json!({"apiVersion": "karpenter.k8s.aws/v1", "kind": "EC2NodeClass", "metadata": {"name": "a"},
            "spec": {"kubelet": {"maxPods": pods}}})
    };
    let pool = json!({"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "a"},
        "spec": {"template": {"spec": {
            "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "a"},
            "requirements": [{"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["m5.large"]}]}}}});
    let object = resource("aws_x.x", json!({"manifest": class(30)}));
    let object = json!({"address": "kubernetes_manifest.a", "mode": "managed", "type": "kubernetes_manifest", "name": "a",
        "values": object["values"]});
    let text = json!({"address": "kubectl_manifest.b", "mode": "managed", "type": "kubectl_manifest", "name": "b",
        "values": {"yaml_body": pool.to_string()}});
    assert_eq!(rules(SINGLE, &plan(&[object, text])), ["error over-allowed"]);
}

#[test]
fn groups_that_differ_by_name_alone_are_told_once() {
    let group = |number: usize| {
        resource(
            &format!("aws_eks_node_group.g[\"{number}\"]"),
            json!({"instance_types": ["m5.large"], "launch_template": [{"name": "t"}]}),
        )
    };
    let mut resources = vec![template(&json!({}))];
    resources.extend((0..60).map(group));
    let (_, told) = report(SINGLE, plan(&resources).to_string());
    let rows = told["findings"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{told}");
    let message = rows[0]["message"].as_str().unwrap();
    assert!(message.starts_with("aws_eks_node_group.g[\"0\"] and 59 more: 30 pods"), "{told}");
}

#[test]
fn bottlerocket_takes_the_number_of_the_user() {
    let settings = base64::engine::general_purpose::STANDARD.encode("[settings.kubernetes]\nmax-pods = 30\n");
    let template = template(&json!({"image_id": null, "user_data": settings}));
    let group = group(&json!({"ami_type": "BOTTLEROCKET_x86_64"}));
    assert_eq!(rules(SINGLE, &plan(&[template, group])), ["error over-allowed"]);
}

#[test]
fn each_cluster_has_its_own_network() {
    let addon = |cluster: &str, on: bool| {
        resource(
            &format!("aws_eks_addon.a[\"{cluster}\"]"),
            json!({"addon_name": "vpc-cni", "cluster_name": cluster,
                "configuration_values": format!("{{\"env\":{{\"ENABLE_PREFIX_DELEGATION\":\"{on}\"}}}}")}),
        )
    };
    let group = |cluster: &str| {
        resource(
            &format!("aws_eks_node_group.g[\"{cluster}\"]"),
            json!({"cluster_name": cluster, "instance_types": ["m5.large"], "launch_template": [{"name": "t"}]}),
        )
    };
    let template = template(&json!({"user_data": user_data(110)}));
    let resources = [template, addon("a", true), addon("b", false), group("a"), group("b")];
    let (_, report) = report("", plan(&resources).to_string());
    let rows = report["findings"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{report}");
    assert!(
        rows[0]["message"].as_str().unwrap().starts_with("aws_eks_node_group.g[\"b\"]: 110 pods"),
        "{report}"
    );
}
