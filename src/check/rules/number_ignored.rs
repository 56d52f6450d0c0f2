//! `number-ignored`: a number that nothing reads, or that its reader refuses.

use super::Rule;
use super::words::{amount, setting, subject};
use crate::check::facts::{
    Amount, ArgsUnused, Cause, Ignored, NumberReader, NumberSetting, ReadArgument, Remark,
};
use crate::check::join::Case;
use crate::check::report::{Finding, Level};
use crate::text::Shortened;

pub(super) static RULE: Rule = Rule {
    id: "number-ignored",
    level: Level::Error,
    other_levels: &[],
    summary: "A number of pods that nothing reads, or that its reader refuses.",
    why: "The nodes boot with another number than the file says, or do not boot at all. Some of these \
          places:\n- `kubelet` in a Karpenter NodePool of `karpenter.sh/v1`, which belongs in the \
          EC2NodeClass\n- `spec.kubelet.maxPods` in a NodeConfig, which belongs in \
          `spec.kubelet.config`\n- `maxPodsPerNode` of an eksctl managed node group beside `ami` or \
          `launchTemplate`\n- `kubeletExtraConfig` of an eksctl managed node group, or of a group with \
          Bottlerocket or Windows\n- `config.maxPods` in the user data of an EC2NodeClass for AL2023, \
          behind which Karpenter writes its own number\n- `bootstrap_extra_args` of the Terraform module \
          eks for AL2023, and its `kubelet_extra_args` since version 18\n- a number that is a text (`\"29\"`) or negative",
    example: "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {maxPods: 29}}",
    remedy: "Write the number at the place that the help line shows. The guide has a correct file for [each \
          kind of node](nodes.md#the-configuration-of-a-node).",
    source: "`validation.go` of [eksctl](https://github.com/eksctl-io/eksctl); `internal/api` and \
          `internal/configprovider` of nodeadm in \
          [amazon-eks-ami](https://github.com/awslabs/amazon-eks-ami); `pkg/providers/amifamily` of \
          [karpenter-provider-aws](https://github.com/aws/karpenter-provider-aws); `modules/_user_data` \
          of [terraform-aws-eks](https://github.com/terraform-aws-modules/terraform-aws-eks)",
    judge,
    remark,
};

/// The number in force, which its reader refuses.
fn judge(case: &Case<'_>) -> Vec<Finding> {
    let reader = case.group.reader;
    if let Some(number) = case.number.as_ref().filter(|number| number.value == 0) {
        if reader != NumberReader::Karpenter {
            return Vec::new();
        }
        let message = format!("{}with a maxPods of 0, Karpenter puts no pod on these nodes", subject(case));
        let lowest = case.types.as_ref().and_then(|types| types.lowest_recommended()).unwrap_or(110);
        return vec![
            Finding::new(&RULE, &number.spot, message).help(Some(setting(reader, lowest))).max_pods(Some(0)),
        ];
    }
    let Some(found) = case.no_number() else { return Vec::new() };
    let Amount::Refused(text) = &found.value else { return Vec::new() };
    // A flag of the kubelet is handed on to it as it is.
    let refuses = if case.group.kubelet.from == NumberSetting::Flag { "the kubelet" } else { reader.name() };
    let message =
        format!("{}'{}' is no whole number of pods: {refuses} refuses it", subject(case), Shortened(text));
    let is_quoted = text.trim().parse::<u64>().is_ok();
    let number = if is_quoted { "a number without quotes" } else { "a whole number" };
    let help = format!("write {number}, such as {}", setting(reader, 110));
    vec![Finding::new(&RULE, &found.spot, message).help(Some(help))]
}

fn remark(remark: &Remark) -> Option<Finding> {
    let Cause::Ignored(cause) = &remark.cause else { return None };
    let number = amount(remark.number.as_ref());
    let (message, help) = words(*cause, &number);
    let max_pods = remark.number.as_ref().and_then(Amount::number);
    Some(Finding::new(&RULE, &remark.spot, message).help(Some(help)).max_pods(max_pods))
}

/// The message and the help for each cause.
fn words(cause: Ignored, number: &str) -> (String, String) {
    let per_node = || format!("write maxPodsPerNode: {number}");
    let in_class = || format!("write it in the EC2NodeClass: spec.kubelet.maxPods: {number}");
    match cause {
        Ignored::ExtraConfigInManaged => {
            ("eksctl refuses kubeletExtraConfig in a managed node group".into(), per_node())
        }
        Ignored::ExtraConfigOn(family) => {
            (format!("eksctl refuses kubeletExtraConfig on {family}"), per_node())
        }
        Ignored::BottlerocketInSelfManaged => {
            ("eksctl refuses max-pods in bottlerocket.settings.kubernetes of nodeGroups".into(), per_node())
        }
        Ignored::MaxPodsPerNodeBeside("ami") => (
            "eksctl refuses maxPodsPerNode beside ami in a managed node group".into(),
            "set the number in overrideBootstrapCommand, in a NodeConfig or for bootstrap.sh".into(),
        ),
        Ignored::MaxPodsPerNodeBeside(key) => (
            format!("eksctl refuses maxPodsPerNode beside {key} in a managed node group"),
            "set the number in the user data of the launch template".into(),
        ),
        Ignored::OverrideBootstrapCommand => {
            ("eksctl refuses overrideBootstrapCommand in this managed node group".into(), per_node())
        }
        Ignored::OtherContentType => (
            "nodeadm does not read this NodeConfig: its part of the user data has another content type"
                .into(),
            "write above this part: Content-Type: application/node.eks.aws".into(),
        ),
        Ignored::NodeConfigOutsideConfig => (
            "nodeadm reads no maxPods at this place of a NodeConfig".into(),
            format!("write it as spec.kubelet.config.maxPods: {number}, and look at the indentation"),
        ),
        Ignored::ClassOutsideKubelet => {
            ("Karpenter reads no maxPods in spec of an EC2NodeClass".into(), in_class())
        }
        Ignored::PoolKubelet => {
            ("karpenter.sh/v1 has no kubelet in a NodePool, and nothing reads this number".into(), in_class())
        }
        Ignored::KarpenterNodeConfig | Ignored::KarpenterBottlerocket => (
            "Karpenter writes the number of pods itself: nothing reads the one in userData".into(),
            in_class(),
        ),
        Ignored::EksModulePreBootstrap => (
            "the eks module does not use pre_bootstrap_user_data here: the nodes run Amazon Linux 2023"
                .into(),
            "write a NodeConfig with the number in cloudinit_pre_nodeadm".into(),
        ),
        Ignored::EksModuleNoTemplate => (
            "the eks module does not use kubelet_extra_args here: it makes no launch template".into(),
            "set create_launch_template = true".into(),
        ),
        Ignored::EksModuleKubeletArgs(instead) => {
            let flag = format!("--kubelet-extra-args '--max-pods={number}'");
            let help = match instead {
                ReadArgument::BootstrapArgs => {
                    format!("write bootstrap_extra_args = \"--use-max-pods false {flag}\"")
                }
                ReadArgument::EnabledBootstrapArgs => format!(
                    "set enable_bootstrap_user_data and ami_id, and write bootstrap_extra_args = \"--use-max-pods false {flag}\""
                ),
                ReadArgument::NodeConfig => {
                    "write a NodeConfig with the number in cloudinit_pre_nodeadm".into()
                }
                ReadArgument::Settings => format!(
                    "write in bootstrap_extra_args: max-pods = {number}, in the table [settings.kubernetes]"
                ),
                ReadArgument::ByAmi => {
                    "write the number in bootstrap_extra_args on Amazon Linux 2, and in cloudinit_pre_nodeadm on Amazon \
                     Linux 2023"
                        .into()
                }
            };
            ("since version 18, the eks module does not read kubelet_extra_args".into(), help)
        }
        Ignored::EksModuleBootstrapArgs(why) => {
            let (why, help) = match why {
                ArgsUnused::Al2023 => (
                    "the nodes run Amazon Linux 2023",
                    "write a NodeConfig with the number in cloudinit_pre_nodeadm",
                ),
                ArgsUnused::NotEnabled => (
                    "enable_bootstrap_user_data is not set",
                    "set enable_bootstrap_user_data and ami_id, or change the number in pre_bootstrap_user_data",
                ),
                ArgsUnused::NoTemplate => (
                    "the group uses no launch template of the module",
                    "leave use_custom_launch_template and create_launch_template out",
                ),
                ArgsUnused::Replaced => (
                    "it gives bootstrap.sh the flags of kubelet_extra_args behind them",
                    "write the flag in kubelet_extra_args, and --use-max-pods false in bootstrap_extra_args",
                ),
                ArgsUnused::NodeGroups => {
                    ("node_groups have none up to version 17", "write the flag in kubelet_extra_args")
                }
            };
            (format!("the eks module does not use bootstrap_extra_args here: {why}"), help.into())
        }
    }
}
