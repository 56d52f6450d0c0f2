use super::{facts, groups, networks};

const TEMPLATE: &str = r#"
resource "aws_launch_template" "t" {
  image_id  = "ami-1"
  user_data = base64encode(<<-EOT
    #!/bin/bash
    /etc/eks/bootstrap.sh ${var.cluster} --use-max-pods false \
      --kubelet-extra-args '--max-pods=110'
  EOT
  )
}
"#;

#[test]
fn a_group_has_its_template_and_the_line_of_the_number() {
    let group = r#"
resource "aws_eks_node_group" "g" {
  instance_types = ["m5.large", local.other]
  launch_template {
    id      = aws_launch_template.t.id
    version = aws_launch_template.t.latest_version
  }
}
locals { other = "m5a.large" }
"#;
    assert_eq!(groups(&[TEMPLATE, group]), ["aws_eks_node_group.g|110 at 0:7|m5.large m5a.large|"]);
    // EKS's own type, and a number that EKS's own may beat.
    let bare = TEMPLATE.replace("image_id", "key_name");
    let no_types = group.replace("instance_types", "labels");
    assert_eq!(
        groups(&[&bare, &no_types]),
        ["aws_eks_node_group.g|110 at 0:7|t3.medium|Overridden(ManagedUserData)"]
    );
}

#[test]
fn what_is_not_created_is_not_read() {
    let counted = TEMPLATE.replace("image_id ", "count = var.on ? 1 : 0\n  image_id ");
    let variable = |value: &str| format!("variable \"on\" {{\n  default = {value}\n}}\n");
    assert_eq!(groups(&[&counted, &variable("false")]), [""; 0]);
    assert_eq!(groups(&[&counted, &variable("true")]).len(), 1);
    assert_eq!(groups(&[&counted]).len(), 1);
}

/// The number of pods of user data that is this expression.
fn number(expression: &str, others: &[&str]) -> String {
    let template = format!("resource \"aws_launch_template\" \"t\" {{\n  user_data = {expression}\n}}\n");
    let files: Vec<&str> = std::iter::once(template.as_str()).chain(others.iter().copied()).collect();
    let found = groups(&files);
    found.first().map_or("", |row| row.split('|').nth(1).unwrap_or("")).to_owned()
}

#[test]
fn expressions() {
    let config = |pods: &str| {
        format!(
            "jsonencode({{ apiVersion = \"node.eks.aws/v1alpha1\", kind = \"NodeConfig\", spec = {{ kubelet = {{ \
             config = {{ maxPods = {pods} }} }} }} }})"
        )
    };
    let text = "\"apiVersion: node.eks.aws/v1alpha1\\nkind: NodeConfig\\nspec:\\n  kubelet:\\n    config:\\n      maxPods: 29\"";
    let locals = "locals {\n  pods = 29\n  map = { a = { b = 30 } }\n  list = [31, 32]\n  text = \"33\"\n}\n";
    let mut wrong = Vec::new();
    for (expression, expected) in [
        (config("29"), "29 at 0:2"),
        (config("local.pods"), "29 at 0:2"),
        (config("local.map.a.b"), "30 at 0:2"),
        (config("local.map[\"a\"].b"), "30 at 0:2"),
        (config("local.list[1]"), "32 at 0:2"),
        (config("local.list.0"), "31 at 0:2"),
        (config("tonumber(local.pods)"), "29 at 0:2"),
        (config("merge({ a = 1 }, local.map.a).b"), "30 at 0:2"),
        (config("concat([1], local.list)[2]"), "32 at 0:2"),
        (config("true ? 1 : 2"), "1 at 0:2"),
        (config("local.pods == 29 && !false ? 1 : 2"), "1 at 0:2"),
        (config("local.pods != 29 || false ? 1 : 2"), "2 at 0:2"),
        (config("(local.pods)"), "29 at 0:2"),
        (config("try(local.pods, 1)"), "29 at 0:2"),
        (config("var.unknown"), "later ${…} at 0:2"),
        (config("each.value.pods"), "later ${…} at 0:2"),
        (config("max(1, 2)"), "later ${…} at 0:2"),
        (text.to_owned(), "29 at 0:2"),
        (format!("base64encode({text})"), "29 at 0:2"),
        (format!("join(\"\\n\", [\"# c\", {text}])"), "29 at 0:2"),
        (text.replace("29", "${local.text}"), "33 at 0:2"),
        (text.replace("29", "${var.unknown}"), "later ${var.unknown} at 0:2"),
        (format!("format(\"%s\", {text})"), "29 at 0:2"),
        (text.replace("\"ap", "format(\"ap").replace("29", "%d") + ", 34)", "34 at 0:2"),
        ("templatefile(\"a.tpl\", { max_pods = 29 })".into(), ""),
        ("file(\"a.yaml\")".into(), ""),
        ("null".into(), ""),
        ("[for x in local.list : x]".into(), ""),
    ] {
        let found = number(&expression, &[locals]);
        if found != expected {
            wrong.push(format!("{expression}: {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A part in base64 of a larger text would break it as the text itself.
#[test]
fn base64_within_a_text() {
    let data = |part: &str| {
        format!(
            "resource \"aws_launch_template\" \"t\" {{\n  user_data = <<-EOT\n    [settings.kubernetes]\n    \
                 max-pods = 29\n    [settings.bootstrap-containers.x]\n    user-data = \"{part}\"\n  EOT\n}}\n"
        )
    };
    let encode = "base64encode(jsonencode([\"swap\"]))";
    for part in [format!("${{{encode}}}"), "${base64encode(\"${var.a}\\\"\")}".into(), "${local.x}".into()] {
        let locals = format!("locals {{\n  x = {encode}\n}}\n");
        assert_eq!(groups(&[&data(&part), &locals]).len(), 1, "{part}");
    }
}

#[test]
fn variables_have_the_value_of_the_folder() {
    let expression = "\"apiVersion: node.eks.aws/v1alpha1\\nkind: NodeConfig\\nspec:\\n  kubelet:\\n    config:\\n      maxPods: ${var.pods}\"";
    let default = "variable \"pods\" {\n  type = number\n  default = 29\n}\n";
    assert_eq!(number(expression, &[default]), "29 at 0:2");
    assert_eq!(number(expression, &[default, "pods = 30\n"]), "30 at 0:2");
    assert_eq!(number(expression, &[default, "pods = 30\n", "pods = 30\n"]), "30 at 0:2");
    let unknown = "later ${var.pods} at 0:2";
    assert_eq!(number(expression, &[default, "pods = 30\n", "pods = 31\n"]), unknown);
    assert_eq!(number(expression, &["variable \"pods\" {}\n"]), unknown);
}

#[test]
fn places_are_those_of_the_file_of_the_value() {
    let template = "resource \"aws_launch_template\" \"t\" {\n  user_data = local.config\n}\n";
    let locals = "# a\nlocals {\n  config = <<-EOT\n    apiVersion: node.eks.aws/v1alpha1\n    kind: NodeConfig\n    \
                  spec:\n      kubelet:\n        config:\n          maxPods: 29\n  EOT\n}\n";
    let found = facts(&[template, locals]);
    let place = found.groups[0].kubelet.max_pods.as_ref().unwrap().spot.place();
    assert_eq!((place.file, place.mark.line, place.mark.column, place.inner), (1, 9, 20, None));
}

#[test]
fn carriage_returns_stay() {
    let template = "resource \"aws_launch_template\" \"t\" {\r\n  user_data = <<-EOT\r\n    #!/bin/bash\r\n    \
                    /etc/eks/bootstrap.sh c --kubelet-extra-args '--max-pods=29'\r\n  EOT\r\n}\r\n";
    let found = facts(&[template]);
    let spot = &found.groups[0].kubelet.max_pods.as_ref().unwrap().spot;
    assert!(spot.source.text().contains("\r\n"), "{:?}", spot.source.text());
    assert!(spot.source.text().starts_with("#!"), "{:?}", spot.source.text());
}

#[test]
fn auto_scaling_groups() {
    let group = |body: &str| format!("resource \"aws_autoscaling_group\" \"g\" {{\n{body}\n}}\n");
    let mixed = |overrides: &str| {
        group(&format!(
            "mixed_instances_policy {{\n launch_template {{\n launch_template_specification {{\n \
             launch_template_id = aws_launch_template.t.id\n }}\n {overrides}\n }}\n }}"
        ))
    };
    let template = TEMPLATE.replace("image_id ", "instance_type = \"m5.4xlarge\"\n  image_id ");
    for (group, expected) in [
        (group("launch_template {\n id = aws_launch_template.t.id\n }"), "m5.4xlarge"),
        (
            mixed(
                "override {\n instance_type = \"m5.large\"\n }\n override {\n instance_type = \"t3.large\"\n }",
            ),
            "m5.large t3.large",
        ),
        (mixed(""), "m5.4xlarge"),
        (mixed("override {\n instance_type = var.x\n }"), "(the instance types are computed)"),
        (
            mixed(
                "dynamic \"override\" {\n for_each = var.types\n content {\n instance_type = override.value\n }\n }",
            ),
            "(the instance types are computed)",
        ),
        (
            mixed("override {\n instance_requirements {\n vcpu_count {\n min = 2\n }\n }\n }"),
            "(EC2 chooses the instance types by their attributes)",
        ),
    ] {
        let found = groups(&[&template, &group]);
        assert_eq!(found, [format!("aws_autoscaling_group.g|110 at 0:8|{expected}|")], "{group}");
    }
}

#[test]
fn add_ons_and_clusters() {
    let addon = |more: &str| {
        format!(
            "resource \"aws_eks_addon\" \"a\" {{\n  cluster_name = aws_eks_cluster.c.name\n  addon_name = \"vpc-cni\"\n{more}\n}}\n"
        )
    };
    let cluster = "resource \"aws_eks_cluster\" \"c\" {\n  name = \"c\"\n  kubernetes_network_config {\n    ip_family = \"ipv6\"\n  }\n}\n";
    let values = |on: &str| {
        addon(&format!(
            "configuration_values = jsonencode({{ env = {{ ENABLE_PREFIX_DELEGATION = {on} }} }})"
        ))
    };
    assert_eq!(networks(&[&values("\"true\"")]), ["prefixes"]);
    assert_eq!(networks(&[&values("true")]), ["prefixes"]);
    assert_eq!(networks(&[&values("\"false\"")]), ["no prefixes"]);
    assert_eq!(networks(&[&addon("")]), ["nothing"]);
    assert_eq!(networks(&[&addon("configuration_values = var.x")]), ["later"]);
    assert_eq!(networks(&[&values("\"true\""), cluster]), ["prefixes ipv6"]);
    assert_eq!(networks(&[cluster]), ["nothing ipv6"]);
}

#[test]
fn manifests() {
    let yaml = "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec:\n  kubelet: {maxPods: 30}\n";
    let body = format!("resource \"kubectl_manifest\" \"a\" {{\n  yaml_body = <<-EOT\n{yaml}  EOT\n}}\n");
    let object = "resource \"kubernetes_manifest\" \"a\" {\n  manifest = {\n    apiVersion = \"karpenter.k8s.aws/v1\"\n    \
                  kind = \"EC2NodeClass\"\n    metadata = { name = \"a\" }\n    spec = { kubelet = { maxPods = 30 } }\n  }\n}\n";
    let encoded = object
        .replace("manifest = {", "yaml_body = yamlencode({")
        .replace("  }\n}\n", "  })\n}\n")
        .replace("kubernetes_", "kubectl_");
    for (text, line) in [(body.as_str(), 7), (object, 6), (&encoded, 6)] {
        let found = facts(&[text]);
        let class = found.classes.first().unwrap_or_else(|| panic!("{text}"));
        let place = class.groups[0].kubelet.max_pods.as_ref().unwrap().spot.place();
        assert_eq!((place.mark.line, place.inner), (line, None), "{text}");
    }
}
