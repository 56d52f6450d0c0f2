//! The causes for which there is no answer.

use std::collections::BTreeMap;

use crate::cluster::plan::LeftOut;
use crate::expression::{Dialect, ExpressionError};
use crate::imds;
use crate::pool::PoolError;
use crate::subnets::SubnetError;
use crate::text::{EncodingError, Shortened};

/// The cause for which there is no answer.
///
/// [`Display`](std::fmt::Display) says what is wrong, and in which input. Text from outside is
/// [shortened](Shortened) and [escaped](crate::text::Escaped).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The instance type is in neither the embedded table nor the user's own file.
    #[error("unknown instance type '{}'", Shortened(.name))]
    UnknownInstanceType {
        /// The name asked for, normalised.
        name: String,
        /// The most similar known names, the nearest first. If no name is similar, they are those of its family.
        /// May be empty.
        nearest: Vec<String>,
    },
    /// The JSON is not what `aws ec2 describe-instance-types` prints.
    #[error("line {line}, column {column}: {problem}")]
    InstanceTypes {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1; 0 if the line ended too soon.
        column: usize,
        /// The fault at that place.
        problem: String,
    },
    /// The JSON describes no instance type.
    #[error("there are no instance types{}", if *.empty { ": it is empty" } else { " in it" })]
    NoInstanceTypes {
        /// True if there was no text at all.
        empty: bool,
    },
    /// The JSON describes one type twice, in different ways.
    #[error("{} is described twice, with different values", Shortened(.name))]
    Contradiction {
        /// The type concerned.
        name: String,
    },
    /// The answer is larger than any kubelet takes: [`MOST_PODS`](crate::formula::MOST_PODS).
    #[error(
        "{} pods on {} are more than a kubelet takes: its maxPods is at most {}",
        max_pods, Shortened(.instance_type), crate::formula::MOST_PODS
    )]
    TooManyPods {
        /// The type concerned.
        instance_type: String,
        /// The answer that the rules gave.
        max_pods: u64,
    },
    /// The type has no IPv6 addresses for pods.
    #[error(
        "{} cannot run in an IPv6 cluster: the VPC CNI supports IPv6 on Nitro instances only",
        Shortened(.instance_type)
    )]
    NoIpv6OnType {
        /// The type concerned.
        instance_type: String,
    },
    /// The CNI is too old for IPv6.
    #[error(
        "{} cannot run in an IPv6 cluster with VPC CNI {}: IPv6 needs {needed} or newer",
        Shortened(.instance_type), Shortened(.version)
    )]
    NoIpv6InCni {
        /// The type concerned.
        instance_type: String,
        /// The version of the CNI.
        version: String,
        /// The first version that has IPv6 on this type.
        needed: &'static str,
    },
    /// The environment forbids asking the instance metadata service.
    #[error("the instance metadata service (IMDS) must not be asked: {} is true", imds::DISABLED)]
    ImdsDisabled,
    /// A variable of the environment does not name an endpoint of the instance metadata service.
    #[error("{variable} is '{}': {problem}", Shortened(.value))]
    ImdsEndpoint {
        /// The variable.
        variable: &'static str,
        /// Its value.
        value: String,
        /// The fault in the value.
        problem: &'static str,
    },
    /// The instance metadata service did not tell the instance type.
    #[error(transparent)]
    Imds(Box<imds::ImdsError>),
    /// The JSON is not what `kubectl get -o json` prints.
    #[error("line {line}, column {column}: {problem}")]
    Kubernetes {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault in bytes, from 1; 0 if the line ended too soon.
        column: usize,
        /// The fault at that place.
        problem: String,
    },
    /// The reader failed.
    #[error("cannot be read")]
    Unreadable(#[source] std::io::Error),
    /// The text is in an encoding that is not read.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// The JSON holds no node.
    #[error("there are no nodes{}", if *.empty { ": it is empty" } else { " in it" })]
    NoNodes {
        /// True if there was no text at all.
        empty: bool,
    },
    /// The JSON holds no `aws-node` `DaemonSet`.
    #[error("there is no aws-node DaemonSet{}", if *.empty { ": it is empty" } else { " in it" })]
    NoAwsNode {
        /// True if there was no text at all.
        empty: bool,
    },
    /// The `aws-node` `DaemonSet` has no container `aws-node`, which would hold the CNI's settings.
    #[error("the aws-node DaemonSet has no container aws-node, which holds the CNI's settings")]
    NoAwsNodeContainer,
    /// There are two `aws-node` `DaemonSets`, with different settings.
    #[error("the aws-node DaemonSet is there twice, with different settings")]
    AwsNodeContradiction,
    /// Nothing can be said about the pool of a node.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// Not one node of the cluster is counted in its plan.
    #[error("no node can be planned for: {}", reasons(.left_out))]
    NothingToPlan {
        /// The number of nodes by the reason why they are not counted.
        left_out: BTreeMap<LeftOut, u64>,
    },
    /// The subnets cannot be used.
    #[error(transparent)]
    Subnets(#[from] SubnetError),
    /// The max-pods expression is wrong: cel-go refuses it too, before it evaluates anything.
    #[error("this is not an expression for {dialect}: {error}")]
    InvalidExpression {
        /// The program for which it should be an expression.
        dialect: Dialect,
        /// The fault and its place.
        error: Box<ExpressionError>,
    },
    /// The max-pods expression uses a part of CEL that is not covered here. The expression may be right.
    #[error("{error}")]
    ExpressionNotCovered {
        /// The program for which it should be an expression.
        dialect: Dialect,
        /// The part that is not covered, and its place.
        error: Box<ExpressionError>,
    },
    /// The max-pods expression gives this instance type no number of pods.
    #[error("the expression fails for {}: {error}", Shortened(.instance_type))]
    ExpressionFailed {
        /// The type concerned.
        instance_type: String,
        /// The fault and its place.
        error: Box<ExpressionError>,
    },
}

/// The numbers of nodes by the reasons why they are not counted.
fn reasons(left_out: &BTreeMap<LeftOut, u64>) -> String {
    let reasons = left_out.iter().map(|(why, nodes)| {
        let ending = if *nodes == 1 { "" } else { "s" };
        format!("{nodes} node{ending}: {why}")
    });
    reasons.collect::<Vec<_>>().join("; ")
}

impl Error {
    pub(crate) fn instance_types(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        Self::InstanceTypes { line, column, problem: without_place(error) }
    }
}

/// The words of a `serde_json` error without its place, which our errors tell separately.
pub(crate) fn without_place(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    whole.strip_suffix(&place).unwrap_or(&whole).to_owned()
}
