//! Advice about the plan of a cluster.

use maxpods::cluster::plan::LeftOut;

/// Advice if `plan` cannot run kubectl.
pub const NO_KUBECTL_FOR_PLAN: &str = "install kubectl or name it with --kubectl PROGRAM, or give its output: \
     kubectl get nodes,pods,daemonsets -A -o json | maxpods plan";

/// Advice if the kubectl of `plan` fails. Its own message says why.
pub const KUBECTL_FAILED_FOR_PLAN: &str = "a message above is kubectl's own. If you may list nodes and pods and no \
     DaemonSets, give the settings yourself: kubectl get nodes,pods -A -o json | maxpods plan, with the --cni-... \
     options";

/// Advice if kubectl does not list the `ENIConfig`s.
pub const ENI_CONFIGS_FAILED: &str = "a message above is kubectl's own. Custom networking is on, and the ENIConfigs \
     name the pods' subnets. Without them, plan without subnets";

/// Advice if the AWS CLI cannot be run.
pub const NO_AWS: &str = "install the AWS CLI or name it with --aws PROGRAM, or give its output with --subnets-file \
     and --network-interfaces-file";

/// Advice if the AWS CLI fails. Its own message says why.
pub const AWS_FAILED: &str = "a message above is the AWS CLI's own. --region and --profile are handed on to it; it \
     needs ec2:DescribeSubnets, ec2:DescribeNetworkInterfaces and ec2:GetSubnetCidrReservations";

/// Advice if the output of the AWS CLI is no JSON.
pub const NOT_THE_AWS_CLI: &str = "is the program that --aws names the AWS CLI?";

/// The advice behind the note that there are no pods.
pub const ADD_PODS: &str = ". Add them: kubectl get nodes,pods,daemonsets -A -o json";

/// The advice behind the note that there are no `ENIConfig`s.
pub const ADD_ENI_CONFIGS: &str = ". Add them: kubectl get eniconfigs -o json";

/// A warning about nodes that are not counted because something is not known about them.
pub fn left_out(why: LeftOut, nodes: u64) -> String {
    let (nodes, are) = if nodes == 1 { ("1 node".into(), "is") } else { (format!("{nodes} nodes"), "are") };
    let advice = match why {
        LeftOut::UnknownType => "; give the facts of the type with --instance-types-file",
        _ => "",
    };
    format!("{nodes} {are} not counted: {why}{advice}")
}
