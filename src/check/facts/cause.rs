//! Facts that are findings by themselves: no number is compared with the network.

use super::{Amount, Declared};
use crate::check::source::Spot;

/// A fact about a place that a rule tells, with the number there where it is one.
#[derive(Debug, Clone)]
pub(crate) struct Remark {
    pub spot: Spot,
    pub cause: Cause,
    pub number: Option<Amount>,
}

impl Remark {
    /// A remark about a number.
    pub fn number(found: Declared<Amount>, cause: Cause) -> Self {
        Self { spot: found.spot, cause, number: Some(found.value) }
    }

    /// A remark about a place.
    pub fn at(spot: &Spot, cause: Cause) -> Self {
        Self { spot: spot.clone(), cause, number: None }
    }
}

/// The fact itself. The rule that tells it has the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Nothing reads the number here, or its reader refuses it.
    Ignored(Ignored),
    /// Another number takes precedence, or may do so.
    Overridden(Overridden),
    /// `bootstrap.sh` gets a number of its own and another one by flag.
    TwoNumbers,
    /// `--use-max-pods=false`, which `bootstrap.sh` does not parse, beside a number by flag.
    UnparsedSwitch,
    /// A script for a node that does not run.
    NotAScript(ScriptFault),
    /// Something here is not known or not judged.
    NotJudged(NotJudged),
}

/// The reasons for which a number is not read, or is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ignored {
    /// eksctl refuses `kubeletExtraConfig` in a managed group.
    ExtraConfigInManaged,
    /// eksctl refuses `kubeletExtraConfig` on Bottlerocket or Windows: the name of the family.
    ExtraConfigOn(&'static str),
    /// eksctl refuses `max-pods` in `bottlerocket.settings.kubernetes` of a self-managed group.
    BottlerocketInSelfManaged,
    /// eksctl refuses `maxPodsPerNode` beside this key in a managed group.
    MaxPodsPerNodeBeside(&'static str),
    /// eksctl refuses `overrideBootstrapCommand` in this managed group.
    OverrideBootstrapCommand,
    /// A `NodeConfig` in a part of user data that nodeadm does not read.
    OtherContentType,
    /// `maxPods` elsewhere in a `NodeConfig` than in `spec.kubelet.config`.
    NodeConfigOutsideConfig,
    /// `spec.maxPods` of an `EC2NodeClass`.
    ClassOutsideKubelet,
    /// `kubelet` in a `karpenter.sh/v1` `NodePool`: it belongs to the `EC2NodeClass` there.
    PoolKubelet,
    /// The number in a Karpenter class's user data for nodeadm: Karpenter writes its own.
    KarpenterNodeConfig,
    /// The number in a Karpenter class's user data for Bottlerocket: Karpenter writes its own.
    KarpenterBottlerocket,
    /// `bootstrap_extra_args` of the eks module, which does not use it for this reason.
    EksModuleBootstrapArgs(ArgsUnused),
    /// `pre_bootstrap_user_data` of the eks module, which does not read it for Amazon Linux 2023.
    EksModulePreBootstrap,
    /// `kubelet_extra_args` of a managed group of the eks module up to version 17, which writes no launch template.
    EksModuleNoTemplate,
    /// `kubelet_extra_args` of the eks module since version 18, which reads this instead.
    EksModuleKubeletArgs(ReadArgument),
}

/// The arguments of the eks module that take the place of `kubelet_extra_args`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadArgument {
    /// `bootstrap_extra_args`, for `bootstrap.sh`.
    BootstrapArgs,
    /// The same, which is read with `enable_bootstrap_user_data` and an AMI of the group's own alone.
    EnabledBootstrapArgs,
    /// `cloudinit_pre_nodeadm`.
    NodeConfig,
    /// `bootstrap_extra_args`, for Bottlerocket.
    Settings,
    /// It depends on the AMI, which is not known.
    ByAmi,
}

/// The reasons for which the eks module does not use `bootstrap_extra_args`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArgsUnused {
    /// nodeadm configures the nodes of Amazon Linux 2023.
    Al2023,
    /// `enable_bootstrap_user_data` is not set.
    NotEnabled,
    /// The group uses no launch template of the module.
    NoTemplate,
    /// Up to version 17, the module gives `bootstrap.sh` its `kubelet_extra_args` behind them.
    Replaced,
    /// Up to version 17, a managed group has none.
    NodeGroups,
}

/// The reasons for which another number may take precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overridden {
    /// The user data of a managed group without an AMI of its own: EKS writes a number too.
    ManagedUserData,
    /// eksctl's number in a managed group on Amazon Linux 2023: EKS writes a number too.
    ManagedEksctl,
    /// Another number of the same eksctl group wins: the name of its key.
    ByKey(&'static str),
    /// `--max-pods` among the flags in a Karpenter class's user data: the kubelet takes it, and Karpenter plans with
    /// its own.
    KarpenterFlags,
    /// A call of `bootstrap.sh` in a Karpenter class's user data: it starts the kubelet before Karpenter's own call,
    /// which then changes nothing for the kubelet that runs.
    KarpenterBootstrap,
    /// The user data of a Karpenter class with `amiFamily: Custom` has another number than the class.
    KarpenterCustom,
}

/// Faults that keep a script from running on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScriptFault {
    /// It begins with a byte order mark.
    ByteOrderMark,
    /// Its lines end with CRLF.
    CarriageReturns,
}

/// The reasons for which something is not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotJudged {
    /// A template of a kind that is read here.
    Template,
    /// This part of a Terraform plan is known only after apply.
    AfterApply(&'static str),
    /// Computed by an expression that is not evaluated here: this.
    Computed(&'static str),
    /// The launch template of a group is not in the plan.
    LaunchTemplate,
    /// The number depends on a branch of a script.
    Branch,
    /// A hybrid node is not on EC2.
    Hybrid,
}
