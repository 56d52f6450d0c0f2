//! Why the instance metadata service did not tell the instance type.

use std::fmt;
use std::time::Duration;

use ureq::Timeout;
use ureq::http::StatusCode;

use super::Endpoint;
use crate::text::{Escaped, Shortened};

/// The two requests, in the order in which they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    Token,
    InstanceType,
}

impl Request {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Token => "/latest/api/token",
            Self::InstanceType => "/latest/meta-data/instance-type",
        }
    }
}

impl fmt::Display for Request {
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
    /// No connection could be made, or it broke. Holds the system's message.
    Connection(String),
    /// The host is a name, and the system allows no thread to look it up. Holds the system's message.
    NoThread(String),
    /// The server took the connection, but did not send its whole answer in time.
    Silence,
    /// A status other than 200.
    Status(StatusCode),
    /// A redirect, and its target if the answer names one.
    Redirect(StatusCode, Option<String>),
    /// An answer that IMDS would not give. Holds what is wrong with it.
    Answer(String),
}

impl Fault {
    /// True if another attempt may succeed.
    pub(super) fn is_temporary(&self) -> bool {
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
            ureq::Error::Io(error) => Self::Connection(message(&error)),
            // `Lookup` makes these, and ureq does not.
            ureq::Error::Other(error) => Self::NoThread(message(&*error)),
            ureq::Error::BodyExceedsLimit(limit) => {
                Self::Answer(format!("the answer has more than {limit} bytes"))
            }
            other => Self::Answer(format!("not an HTTP answer ({})", Escaped(&other.to_string()))),
        }
    }
}

/// The system's message for an error, without the error's number.
fn message(error: &dyn std::error::Error) -> String {
    let message = error.to_string();
    Escaped(message.split(" (os error ").next().unwrap_or_default()).to_string()
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

/// Why the instance metadata service did not tell the instance type.
///
/// [`Display`](fmt::Display) names the endpoint and the result of each request.
#[derive(Debug)]
pub struct ImdsError {
    pub(super) endpoint: Endpoint,
    /// The request that failed. The requests before it succeeded.
    pub(super) request: Request,
    /// The fault of each attempt at this request. A fault that is the same as the one before is left out.
    pub(super) faults: Vec<Fault>,
    /// The number of attempts at this request.
    pub(super) attempts: u32,
    /// The time since the first attempt at the first request.
    pub(super) elapsed: Duration,
}

impl std::error::Error for ImdsError {}

impl fmt::Display for ImdsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IMDS at {} did not tell the instance type: ", self.endpoint)?;
        if self.request == Request::InstanceType {
            write!(f, "{}: 200 OK; ", Request::Token)?;
        }
        write!(f, "{}: ", self.request)?;
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

/// The most likely cause of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// There is no connection: this is not an EC2 instance, or a firewall or a network policy blocks it.
    NoConnection,
    /// The system allows no thread to look up the name of the host.
    NoThread,
    /// The request for a token got no answer, as in a container where the answer's hop limit is 1.
    TokenLost,
    /// The service was too slow.
    Slow,
    /// The service is switched off for the instance, or a program between this node and the service refuses
    /// the request.
    Forbidden,
    /// The token was not accepted.
    TokenRefused,
    /// The service itself reports an error.
    ServerError,
    /// The server that answers is not an `IMDSv2` service.
    NotImds,
}

impl ImdsError {
    /// The most likely cause, judged by the last attempt.
    #[must_use]
    pub fn cause(&self) -> Cause {
        match (self.request, self.faults.last()) {
            (_, Some(Fault::Connection(_))) => Cause::NoConnection,
            (_, Some(Fault::NoThread(_))) => Cause::NoThread,
            (Request::Token, Some(Fault::Silence)) => Cause::TokenLost,
            (Request::InstanceType, Some(Fault::Silence)) => Cause::Slow,
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
