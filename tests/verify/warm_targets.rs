//! The settings of the pool of addresses in the `aws-node` `DaemonSet`, and their effect on `maxpods verify`.

use super::{only_node, verify};
use crate::support::check_each;
use crate::support::cluster::*;
use serde_json::{Value, json};

#[test]
fn a_minimum_alone_bounds_what_a_node_holds() {
    let prefixes = ("ENABLE_PREFIX_DELEGATION", "true");
    check_each(
        [
            ("no more than the minimum", &[("MINIMUM_IP_TARGET", "10")][..], "29", "over", json!(12)),
            ("right for it", &[("MINIMUM_IP_TARGET", "10")], "12", "ok", json!(12)),
            (
                "with WARM_IP_TARGET there is more",
                &[("MINIMUM_IP_TARGET", "10"), ("WARM_IP_TARGET", "2")],
                "29",
                "ok",
                json!(29),
            ),
            ("beyond the node's network", &[("MINIMUM_IP_TARGET", "50")], "29", "ok", json!(29)),
            ("a multiple of 16", &[("MINIMUM_IP_TARGET", "20"), prefixes], "34", "ok", json!(34)),
            ("one more", &[("MINIMUM_IP_TARGET", "20"), prefixes], "35", "over", json!(34)),
            (
                "nothing on IPv6",
                &[("MINIMUM_IP_TARGET", "20"), prefixes, ("ENABLE_IPv6", "true")],
                "110",
                "ok",
                Value::Null,
            ),
        ],
        |(why, variables, pods, verdict, allowed)| {
            let items = [node("n", "m5.large", pods), aws_node(AWS_NODE_1_19, variables)];
            let (_, node) = only_node("", &items);
            assert_eq!(
                (&node["verdict"], node.get("allowed").unwrap_or(&Value::Null)),
                (&json!(verdict), &allowed),
                "{why}"
            );
        },
    );
}

#[test]
fn warnings() {
    let prefixes = ("ENABLE_PREFIX_DELEGATION", "true");
    check_each(
        [
            (&[][..], None),
            (
                &[("MINIMUM_IP_TARGET", "40")],
                Some(
                    "MINIMUM_IP_TARGET is 40 and WARM_IP_TARGET is not set: the CNI keeps no more than 40 addresses",
                ),
            ),
            (&[("MINIMUM_IP_TARGET", "40"), ("WARM_IP_TARGET", "1")], None),
            (
                &[prefixes, ("WARM_PREFIX_TARGET", "0")],
                Some(
                    "WARM_PREFIX_TARGET, WARM_IP_TARGET and MINIMUM_IP_TARGET are all 0 or not set: aws-node refuses to start",
                ),
            ),
            (&[prefixes, ("WARM_PREFIX_TARGET", "1")], None),
            (&[("WARM_PREFIX_TARGET", "0")], None),
            (
                &[("DISABLE_NETWORK_RESOURCE_PROVISIONING", "true")],
                Some("DISABLE_NETWORK_RESOURCE_PROVISIONING is on"),
            ),
            (&[("DISABLE_NETWORK_RESOURCE_PROVISIONING", "false")], None),
            (&[("MANAGE_UNTAGGED_ENI", "false")], Some("MANAGE_UNTAGGED_ENI is false")),
            (&[("MANAGE_UNTAGGED_ENI", "true")], None),
            (&[("WARM_IP_TARGET", "many")], Some("WARM_IP_TARGET is 'many'")),
        ],
        |(variables, warning)| {
            let input = list(&[node("n", "m5.large", "29"), aws_node(AWS_NODE_1_19, variables)]);
            let stderr = verify("", &input).stderr;
            match warning {
                Some(warning) => {
                    assert!(stderr.contains(warning), "{stderr}");
                    assert_eq!(stderr.matches("warning: ").count(), 1, "{stderr}");
                }
                None => assert_eq!(stderr, ""),
            }
            assert_eq!(verify("-q", &input).stderr, "");
        },
    );
}

#[test]
fn no_other_ipv4_settings_are_advised_on_ipv6() {
    let daemonset = |prefixes| {
        aws_node(AWS_NODE_1_19, &[("ENABLE_IPv6", "true"), ("ENABLE_PREFIX_DELEGATION", prefixes)])
    };
    check_each([("true", "29"), ("false", "20")], |(prefixes, pods)| {
        let (_, node) = only_node("", &[node("n", "m5.large", pods), daemonset(prefixes)]);
        assert_eq!(node["reason"], "fewer than recommended");
    });
}
