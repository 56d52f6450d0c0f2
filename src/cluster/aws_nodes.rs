//! The `aws-node` `DaemonSets` of a cluster.

use super::DAEMON_SET;
use super::objects::{Object, Spec};
use crate::Error;
use crate::cni::{AWS_NODE, AwsNode, DaemonSetSpec, NAMESPACE};

/// The `aws-node` `DaemonSets` of the input. A fault in them is an error only for a caller who asks for
/// their settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AwsNodes {
    #[default]
    None,
    One(Box<AwsNode>),
    /// Several, with different settings.
    Several,
    /// One that has no container with the settings.
    WithoutContainer,
}

impl AwsNodes {
    /// Keeps the object if it is the CNI's `DaemonSet`.
    pub fn keep(&mut self, object: Object) -> Result<(), String> {
        let is_aws_node = object.is(DAEMON_SET, &["apps", "extensions"])
            && object.name() == AWS_NODE
            && object.may_be_in(NAMESPACE);
        if !is_aws_node {
            return Ok(());
        }
        let spec = match object.spec.map(|spec| *spec) {
            Some(Spec::DaemonSet(spec)) => spec,
            _ => DaemonSetSpec::default(),
        };
        let found = match spec.aws_node() {
            Ok(aws_node) => Self::One(Box::new(aws_node)),
            Err(Error::NoAwsNodeContainer) => Self::WithoutContainer,
            Err(error) => return Err(error.to_string()),
        };
        match (&*self, &found) {
            (Self::None, _) | (_, Self::WithoutContainer) => *self = found,
            (Self::One(one), Self::One(other)) if !one.agrees_with(other) => *self = Self::Several,
            _ => {}
        }
        Ok(())
    }

    /// The one `DaemonSet`; `None` if there is none.
    pub fn only(&self) -> Result<Option<&AwsNode>, Error> {
        match self {
            Self::None => Ok(None),
            Self::One(aws_node) => Ok(Some(aws_node)),
            Self::Several => Err(Error::AwsNodeContradiction),
            Self::WithoutContainer => Err(Error::NoAwsNodeContainer),
        }
    }
}
