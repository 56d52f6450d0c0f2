//! Nodes whose own subnet is excluded by the tag `kubernetes.io/role/cni`.

use crate::support::{check_each, words};
use serde_json::Value;

#[test]
fn the_primary_eni_gives_pods_nothing() {
    check_each(
        [
            ("m5.large --cni-primary-eni-excluded", 20),
            ("m5.large --cni-primary-eni-excluded=false", 29),
            ("m5.large --cni-primary-eni-excluded --cni-prefix-delegation-enabled --show-max-allowed", 290),
            ("m5.large --cni-primary-eni-excluded --reserved-enis 1", 11),
            ("m5.large --cni-primary-eni-excluded --cni-max-eni 1 -q", 2),
            // Custom networking leaves out the primary ENI anyway.
            ("m5.large --cni-primary-eni-excluded --cni-custom-networking-enabled", 20),
        ],
        |(args, number)| {
            let run = words(&format!("--instance-type {args}"));
            assert_eq!((run.stdout, run.stderr), (format!("{number}\n"), String::new()), "{args}");
        },
    );
    let explain = words("--instance-type m5.large --cni-primary-eni-excluded -o explain").answer();
    assert!(explain.contains("2: the type has 3; 1 less, because the node's own subnet"), "{explain}");
    let error = words("--instance-type m5.large --os windows --cni-primary-eni-excluded").error(2);
    assert!(error.contains("--cni-primary-eni-excluded has no effect on Windows nodes"), "{error}");
    let listed = words("list m5.large --cni-primary-eni-excluded -o eni-max-pods").answer();
    assert_eq!(listed, "m5.large 20\n");
}

/// The pool starts without an ENI, and the primary ENI has its address in the node's own subnet.
#[test]
fn plan_counts_as_with_custom_networking() {
    let pool = |option: &str| -> Value {
        let text = words(&format!("plan --instance-type m5.large --pods 18 -o json -q {option}")).answer();
        let plan: Value = serde_json::from_str(&text).expect("JSON");
        plan["pools"][0].clone()
    };
    let excluded = pool("--cni-primary-eni-excluded");
    assert_eq!(excluded, pool("--cni-custom-networking-enabled"));
    assert_eq!(
        (&excluded["perEni"], &excluded["nodeSubnetAddresses"]),
        (&serde_json::json!([9, 9]), &1.into())
    );
}

/// The trunk holds one ENI and its one address.
#[test]
fn plan_counts_the_trunk() {
    let pool = |option: &str| -> Value {
        let text = words(&format!("plan --instance-type m5.large --pods 18 -o json -q {option}")).answer();
        let plan: Value = serde_json::from_str(&text).expect("JSON");
        plan["pools"][0].clone()
    };
    let figures =
        |pool: &Value| ["enis", "held", "subnetAddresses", "calls"].map(|key| pool[key].as_u64().unwrap());
    assert_eq!(figures(&pool("")), [3, 27, 30, 7]);
    assert_eq!(figures(&pool("--cni-pod-eni-enabled")), [3, 18, 21, 4]);
    assert_eq!(figures(&pool("--cni-pod-eni-enabled --branch-eni-pods 9")), [3, 18, 30, 4]);
    assert_eq!(
        figures(&pool("--cni-pod-eni-enabled --cni-custom-networking-enabled --max-pods 20")),
        [3, 9, 11, 3]
    );
}
