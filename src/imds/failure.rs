//! The failures of a conversation with the instance metadata service.

use std::fmt;
use std::time::Duration;

use ureq::Timeout;
use ureq::http::StatusCode;

use super::Endpoint;
use crate::{Escaped, Shortened};

/// The two requests, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Token,
    InstanceType,
}

impl Step {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Token => "/latest/api/token",
            Self::InstanceType => "/latest/meta-data/instance-type",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match self {
            Self::Token => "PUT",
            Self::InstanceType => "GET",
        };
        write!(f, "{method} {}", self.path())
    }
}

/// The failure of one attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There was no connection, or it broke; with the system's words for it.
    Connection(String),
    /// The host is a name, and the system allows no thread to look it up; with the system's words for it.
    NoThread(String),
    /// The connection stood and no answer came in time, or not all of it.
    Silence,
    /// A status other than 200.
    Status(StatusCode),
    /// A redirect, and where to.
    Redirect(StatusCode, Option<String>),
    /// An answer that makes no sense here; with what is wrong.
    Answer(String),
}

impl Fault {
    /// Whether the next attempt may go better.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Connection(_) | Self::NoThread(_) | Self::Silence => true,
            Self::Status(status) => status.is_server_error(),
            Self::Redirect(..) | Self::Answer(_) => false,
        }
    }
}

impl From<ureq::Error> for Fault {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(Timeout::Connect) => Self::Connection("no connection within 1 s".into()),
            ureq::Error::Timeout(Timeout::Resolve) => {
                Self::Connection("the host was not found within 1 s".into())
            }
            ureq::Error::Timeout(_) => Self::Silence,
            ureq::Error::HostNotFound => Self::Connection("the host was not found".into()),
            ureq::Error::Io(error) => Self::Connection(words(&error)),
            // `Lookup` makes these, and ureq does not.
            ureq::Error::Other(error) => Self::NoThread(words(&*error)),
            ureq::Error::BodyExceedsLimit(limit) => {
                Self::Answer(format!("an answer of more than {limit} bytes"))
            }
            other => Self::Answer(format!("not an HTTP answer ({})", Escaped(&other.to_string()))),
        }
    }
}

/// The system's words for an error, without its number, which adds nothing to them.
fn words(error: &dyn std::error::Error) -> String {
    let words = error.to_string();
    Escaped(words.split(" (os error ").next().unwrap_or_default()).to_string()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(problem) | Self::Answer(problem) => f.write_str(problem),
            Self::NoThread(problem) => {
                write!(f, "no thread can be had to look up the host's name ({problem})")
            }
            Self::Silence => f.write_str("no answer within 1 s"),
            Self::Status(status) => status.fmt(f),
            Self::Redirect(status, None) => write!(f, "{status}, a redirect, which is not followed"),
            Self::Redirect(status, Some(to)) => {
                write!(f, "{status}, a redirect to '{}', which is not followed", Shortened(to))
            }
        }
    }
}

/// Why the instance metadata service did not say what the instance type is.
///
/// [`Display`](fmt::Display) names the endpoint and what happened at each step.
#[derive(Debug)]
pub struct Failure {
    pub(super) endpoint: Endpoint,
    /// The step that failed; those before it did not.
    pub(super) step: Step,
    /// The faults of its attempts; repeats of the one before are left out.
    pub(super) faults: Vec<Fault>,
    /// How often that step was tried.
    pub(super) attempts: u32,
    /// Since the first request.
    pub(super) elapsed: Duration,
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IMDS at {} did not tell the instance type: ", self.endpoint)?;
        if self.step == Step::InstanceType {
            write!(f, "{}: 200 OK; ", Step::Token)?;
        }
        write!(f, "{}: ", self.step)?;
        for (i, fault) in self.faults.iter().enumerate() {
            let then = if i == 0 { "" } else { ", then " };
            write!(f, "{then}{fault}")?;
        }
        if self.attempts > 1 {
            write!(f, " ({} attempts in {:.1} s)", self.attempts, self.elapsed.as_secs_f64())?;
        }
        Ok(())
    }
}

/// The usual cause of a failure, as far as the last attempt tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// There is no connection: this is no EC2 instance, or a firewall or a network policy is in the way.
    NoConnection,
    /// The system allows no thread to look up the name of the host.
    NoThread,
    /// The request for a token got no answer, as in a container where the answer's hop limit is 1.
    TokenLost,
    /// The service was too slow.
    Slow,
    /// The service is switched off for the instance, or something between forbids the request.
    Forbidden,
    /// The token was not accepted.
    TokenRefused,
    /// The service itself reports an error.
    ServerError,
    /// The answer is not that of an `IMDSv2` service.
    NotImds,
}

impl Failure {
    /// The usual cause of what the last attempt met with.
    #[must_use]
    pub fn cause(&self) -> Cause {
        match (self.step, self.faults.last()) {
            (_, Some(Fault::Connection(_))) => Cause::NoConnection,
            (_, Some(Fault::NoThread(_))) => Cause::NoThread,
            (Step::Token, Some(Fault::Silence)) => Cause::TokenLost,
            (Step::InstanceType, Some(Fault::Silence)) => Cause::Slow,
            (_, Some(Fault::Status(StatusCode::FORBIDDEN))) => Cause::Forbidden,
            (_, Some(Fault::Status(StatusCode::UNAUTHORIZED))) => Cause::TokenRefused,
            (_, Some(Fault::Status(status))) if status.is_server_error() => Cause::ServerError,
            _ => Cause::NotImds,
        }
    }

    /// The endpoint that was asked.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}
