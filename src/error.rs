//! What can go wrong, each as a sentence that the person at the prompt can act on.

use std::borrow::Cow;

use crate::{Dialect, Escaped, ExpressionError, imds};

/// What prints the nodes and the settings of the CNI.
const KUBECTL_GET_CLUSTER: &str = "kubectl get nodes,daemonsets -A -o json";
/// What prints the settings of the CNI.
const KUBECTL_GET_AWS_NODE: &str = "kubectl get daemonset aws-node -n kube-system -o json";

/// Why there is no answer.
///
/// [`Display`](std::fmt::Display) says what was wrong and with which input; [`Error::help`] says
/// what to do next. Text from outside is shown [escaped](Escaped).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The instance type is in neither the embedded table nor the user's own file.
    #[error("unknown instance type '{}'", Escaped(&excerpt(.name)))]
    UnknownInstanceType {
        /// The name asked for, normalised.
        name: String,
        /// The most alike among the known names, the nearest first, or else those of its family; may
        /// be empty.
        nearest: Vec<String>,
    },
    /// The JSON is not what `aws ec2 describe-instance-types` prints.
    #[error("line {line}, column {column}: {problem}")]
    InstanceTypes {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1; 0 where the line ended too soon.
        column: usize,
        /// What was wrong there.
        problem: String,
    },
    /// The JSON describes not one instance type.
    #[error("there are no instance types{}", if *.empty { ": it is empty" } else { " in it" })]
    NoInstanceTypes {
        /// Whether there was no text at all.
        empty: bool,
    },
    /// The JSON describes one type twice, in different ways.
    #[error("{} is described twice, with different values", Escaped(.name))]
    Contradiction {
        /// The type concerned.
        name: String,
    },
    /// The environment forbids asking the instance metadata service.
    #[error("the instance metadata service (IMDS) must not be asked: {} is true", imds::DISABLED)]
    ImdsDisabled,
    /// A variable of the environment that says where the instance metadata service is makes no
    /// sense.
    #[error("{variable} is '{}': {problem}", Escaped(.value))]
    ImdsEndpoint {
        /// The variable.
        variable: &'static str,
        /// What it holds.
        value: String,
        /// What is wrong with that.
        problem: &'static str,
    },
    /// The instance metadata service did not say what the instance type is.
    #[error(transparent)]
    Imds(Box<imds::Failure>),
    /// The JSON is not what `kubectl get -o json` prints.
    #[error("line {line}, column {column}: {problem}")]
    Kubernetes {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault in bytes, from 1; 0 where the line ended too soon.
        column: usize,
        /// What was wrong there.
        problem: String,
    },
    /// The reader failed.
    #[error("cannot be read")]
    Unreadable(#[source] std::io::Error),
    /// The JSON holds not one node.
    #[error("there are no nodes{}", if *.empty { ": it is empty" } else { " in it" })]
    NoNodes {
        /// Whether there was no text at all.
        empty: bool,
    },
    /// The JSON holds no `aws-node` `DaemonSet`.
    #[error("there is no aws-node DaemonSet{}", if *.empty { ": it is empty" } else { " in it" })]
    NoAwsNode {
        /// Whether there was no text at all.
        empty: bool,
    },
    /// The `aws-node` `DaemonSet` has no container of that name, where the CNI's settings are.
    #[error("the aws-node DaemonSet has no container aws-node: the CNI's settings are not there")]
    NoAwsNodeContainer,
    /// There are two `aws-node` `DaemonSets`, and they say different things.
    #[error("the aws-node DaemonSet is there twice, with different settings")]
    AwsNodeContradiction,
    /// The max-pods expression is refused before anything is evaluated.
    #[error("this is not an expression for {dialect}: {error}")]
    InvalidExpression {
        /// Whose expression it should be.
        dialect: Dialect,
        /// What is wrong, and where.
        error: Box<ExpressionError>,
    },
    /// The max-pods expression gives this instance type no number of pods.
    #[error("the expression fails for {}: {error}", Escaped(.instance_type))]
    ExpressionFailed {
        /// The type concerned.
        instance_type: String,
        /// What is wrong, and where.
        error: Box<ExpressionError>,
    },
}

/// No name is nearly as long. What was meant by a longer one is plain from its beginning.
const LONGEST_NAME: usize = 80;

fn excerpt(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]).into(),
        None => name.into(),
    }
}

impl Error {
    pub(crate) fn instance_types(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        Self::InstanceTypes { line, column, problem: without_place(error) }
    }

    /// What to do about it, where there is something to do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownInstanceType { name, nearest } => {
                let known = match nearest.as_slice() {
                    [] => String::new(),
                    nearest => format!("did you mean {}? ", nearest.join(", ")),
                };
                let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
                let name = if plain && (1..=LONGEST_NAME).contains(&name.len()) { name } else { "TYPE" };
                Some(format!(
                    "{known}For a type newer than this table, give its facts: \
                     aws ec2 describe-instance-types --instance-types {name} | \
                     maxpods --instance-types-file - --instance-type {name}"
                ))
            }
            Self::InstanceTypes { .. } | Self::NoInstanceTypes { .. } => Some(
                "it should be the output of: aws ec2 describe-instance-types --instance-types TYPE --output json".into(),
            ),
            Self::InvalidExpression { error, .. } | Self::ExpressionFailed { error, .. } => {
                error.help().map(str::to_owned)
            }
            Self::Contradiction { .. } => Some("keep the description that is right and remove the other".into()),
            Self::ImdsDisabled => Some(format!("unset {}, or {}", imds::DISABLED, imds::WAY_OUT)),
            Self::ImdsEndpoint { variable, .. } => Some(format!(
                "unset {variable} for the usual endpoint, or write it like {}; or {}",
                imds::example(variable),
                imds::WAY_OUT
            )),
            Self::Imds(failure) => Some(failure.help()),
            Self::Unreadable(_) => None,
            Self::Kubernetes { .. } | Self::NoNodes { .. } => {
                Some(format!("it should be the whole output of: {KUBECTL_GET_CLUSTER}"))
            }
            Self::NoAwsNode { .. } | Self::NoAwsNodeContainer | Self::AwsNodeContradiction => {
                Some(format!("it should be the output of: {KUBECTL_GET_AWS_NODE}"))
            }
        }
    }
}

/// What `serde_json` says is wrong, without the place, which is told apart.
pub(crate) fn without_place(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    whole.strip_suffix(&place).unwrap_or(&whole).to_owned()
}
