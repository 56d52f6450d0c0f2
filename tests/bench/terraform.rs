//! A Terraform plan as `terraform show -json` prints it, of any size.

use std::io::{self, Write};

/// A `NodeConfig` with `maxPods: 29`, in base64, as a launch template holds it.
const USER_DATA: &str = "YXBpVmVyc2lvbjogbm9kZS5la3MuYXdzL3YxYWxwaGExCmtpbmQ6IE5vZGVDb25maWcKc3BlYzoKICBrdWJlbGV0OgogICAgY29uZmlnOgogICAgICBtYXhQb2RzOiAyOQo=";

/// Writes a plan of at least this many bytes: node groups, each with a launch template of its own, and other
/// resources between them.
pub fn plan(bytes: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut resources = Vec::new();
    let mut size = 0;
    for i in 0.. {
        let resource = [
            format!(
                r#"{{"address":"aws_launch_template.t{i}","mode":"managed","type":"aws_launch_template","name":"t{i}","values":{{"name":"t{i}","image_id":"ami-0123456789abcdef0","instance_type":"m5.large","user_data":"{USER_DATA}"}}}}"#
            ),
            format!(
                r#"{{"address":"aws_eks_node_group.g{i}","mode":"managed","type":"aws_eks_node_group","name":"g{i}","values":{{"cluster_name":"c","node_group_name":"g{i}","instance_types":null,"launch_template":[{{"name":"t{i}","version":"1"}}]}}}}"#
            ),
            format!(
                r#"{{"address":"aws_iam_policy.p{i}","mode":"managed","type":"aws_iam_policy","name":"p{i}","values":{{"policy":"{}"}}}}"#,
                "0123456789abcdef".repeat(256)
            ),
        ]
        .join(",");
        size += resource.len();
        resources.push(resource);
        if size >= bytes {
            break;
        }
    }
    write!(
        out,
        r#"{{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{{"root_module":{{"resources":[{}]}}}}}}"#,
        resources.join(",")
    )
}
