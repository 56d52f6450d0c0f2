//! The user data of a class: Karpenter merges its own settings with it, in a different way for each family of AMIs.
//!
//! Source: `pkg/providers/amifamily/bootstrap` of Karpenter's AWS provider: `nodeadm.go` puts Karpenter's `NodeConfig`
//! behind the others, `bottlerocket.go` overwrites `max-pods`, `eksbootstrap.go` calls `bootstrap.sh` behind the user's
//! script, and `custom.go` leaves the user data alone.

use super::Family;
use crate::check::facts::{
    Cause, Declared, Ignored, NodeGroup, NumberReader, NumberSetting, Overridden, Remark,
};

/// The part of a group of the user data that is left after Karpenter has merged it. `family` and `number` are those of
/// the class. `None` if nothing is left to judge.
pub(super) fn in_class(mut group: NodeGroup, family: Family, number: Option<u64>) -> Option<NodeGroup> {
    // Drop-in files of nodeadm come after everything.
    if group.drop_in {
        return Some(group);
    }
    if family == Family::Custom {
        let own = group.kubelet.max_pods.as_ref();
        if let Some(found) =
            own.filter(|found| found.value.number().is_some() && found.value.number() != number)
        {
            let remark = Remark::number(found.clone(), Cause::Overridden(Overridden::KarpenterCustom));
            group.remarks.push(remark);
        }
        return Some(group);
    }
    match group.reader {
        NumberReader::Nodeadm if group.kubelet.from == NumberSetting::Flag => {
            if let Some(found) = group.kubelet.max_pods.clone() {
                let remark = Remark::number(found, Cause::Overridden(Overridden::KarpenterFlags));
                group.remarks.push(remark);
            }
            group.kubelet.expression = None;
        }
        NumberReader::Bootstrap => {
            // A word about the switches of bootstrap.sh does not matter beside the call itself.
            group.remarks.clear();
            let found = group
                .kubelet
                .max_pods
                .clone()
                .filter(|_| group.kubelet.from != NumberSetting::KubeletDefault);
            match found {
                Some(found) => {
                    let remark = Remark::number(found, Cause::Overridden(Overridden::KarpenterBootstrap));
                    group.remarks.push(remark);
                }
                None => group.kubelet.max_pods = None,
            }
        }
        NumberReader::Nodeadm | NumberReader::Bottlerocket => {
            let cause = match group.reader {
                NumberReader::Bottlerocket => Ignored::KarpenterBottlerocket,
                _ => Ignored::KarpenterNodeConfig,
            };
            let expression = group.kubelet.expression.take();
            let expression = expression.map(|found| Remark::at(&found.spot, Cause::Ignored(cause)));
            let is_default = group.kubelet.from == NumberSetting::KubeletDefault;
            let number: Option<Declared<_>> = group.kubelet.max_pods.take().filter(|_| !is_default);
            let number = number.map(|found| Remark::number(found, Cause::Ignored(cause)));
            group.remarks.extend(number.or(expression));
        }
        _ => {}
    }
    (!group.is_empty()).then_some(group)
}
