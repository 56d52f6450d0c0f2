//! Finds the endpoint of the instance metadata service from environment variables.

use std::ffi::OsString;
use std::fmt;
use std::net::Ipv6Addr;

use crate::Error;
use crate::text::Shortened;

/// The AWS SDKs' variable for the endpoint, as a URL.
const SDK_ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
/// The AWS SDKs' variable that selects one of the two default endpoints.
const SDK_MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
/// The EKS AMI's variable for the endpoint, as a host with or without a port.
const AMI_ENDPOINT: &str = "IMDS_ENDPOINT";
/// The AWS SDKs' variable that forbids asking the instance metadata service when it is `true`.
pub const DISABLED: &str = "AWS_EC2_METADATA_DISABLED";

/// No endpoint of IMDS or of a mock is this long, and a request with a longer path would not fit into what
/// the HTTP client buffers.
const LONGEST_URL: usize = 2048;

const IPV4: &str = "http://169.254.169.254";
const IPV6: &str = "http://[fd00:ec2::254]";

/// The address of the instance metadata service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The URL, without a slash at its end.
    url: String,
    /// The variable that the URL comes from; `None` for the default endpoint.
    variable: Option<&'static str>,
}

impl Endpoint {
    /// Takes the endpoint from environment variables. `read` returns the value of a variable; a value that is
    /// empty or blank counts as not set.
    ///
    /// The first of these that is set counts: `AWS_EC2_METADATA_SERVICE_ENDPOINT` (of the AWS SDKs), then
    /// `IMDS_ENDPOINT` (of the EKS AMI's `imds` script). Each of the two may be a URL, or a host with or
    /// without a port. If neither is set, the endpoint is `http://169.254.169.254`, or
    /// `http://[fd00:ec2::254]` if `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` is `IPv6`.
    ///
    /// Source: the [settings of the AWS SDKs for IMDS][1].
    ///
    /// [1]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-client.html
    ///
    /// # Errors
    /// [`Error::ImdsDisabled`] if `AWS_EC2_METADATA_DISABLED` is `true`, in upper or lower case;
    /// [`Error::ImdsEndpoint`] if the variable that counts does not name an endpoint.
    pub fn from_variables(read: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let read = |variable| {
            let value = read(variable)?.to_string_lossy().trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        if read(DISABLED).is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Err(Error::ImdsDisabled);
        }
        for variable in [SDK_ENDPOINT, AMI_ENDPOINT] {
            let Some(value) = read(variable) else { continue };
            return match url(&value) {
                Ok(url) => Ok(Self { url, variable: Some(variable) }),
                Err(problem) => Err(Error::ImdsEndpoint { variable, value, problem }),
            };
        }
        let (url, variable) = match read(SDK_MODE) {
            None => (IPV4, None),
            Some(mode) if mode.eq_ignore_ascii_case("IPv4") => (IPV4, None),
            Some(mode) if mode.eq_ignore_ascii_case("IPv6") => (IPV6, Some(SDK_MODE)),
            Some(value) => {
                let problem = "the mode must be IPv4 or IPv6";
                return Err(Error::ImdsEndpoint { variable: SDK_MODE, value, problem });
            }
        };
        Ok(Self { url: url.into(), variable })
    }

    /// The URL, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The environment variable that the URL comes from; `None` for the default endpoint.
    #[must_use]
    pub fn variable(&self) -> Option<&'static str> {
        self.variable
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shortened(&self.url).fmt(f)?;
        self.variable.map_or(Ok(()), |variable| write!(f, " (from {variable})"))
    }
}

/// The URL that the value of a variable names, or what is wrong with the value. The URL contains no
/// character that would have to be escaped.
fn url(value: &str) -> Result<String, &'static str> {
    if value.len() > LONGEST_URL {
        return Err("it is longer than 2048 bytes");
    }
    let rest = match value.split_once("://") {
        None => value,
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => {
            return Err("IMDS uses http, not https");
        }
        Some(_) => return Err("the scheme must be http"),
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = path.trim_end_matches('/');
    if !path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.-_~".contains(&b)) {
        return Err("the path may contain only letters, digits and / . - _ ~");
    }
    if authority.parse::<Ipv6Addr>().is_ok() {
        // Without brackets, no port can follow the address.
        return Ok(format!("http://[{authority}]{path}"));
    }
    let port = match authority.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((address, port))) if address.parse::<Ipv6Addr>().is_ok() => port,
        Some(_) => return Err("the brackets must contain an IPv6 address"),
        None => {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            if host.is_empty() {
                return Err("it names no host");
            }
            if host.len() > 253 || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b)) {
                return Err("the host is neither a name nor an address");
            }
            port
        }
    };
    let is_port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse().is_ok_and(|n: u16| n > 0);
    if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
        return Err("the port must be a number from 1 to 65535");
    }
    Ok(format!("http://{authority}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_that_are_accepted() {
        let long = format!("http://{}", "a/".repeat(1020).trim_end_matches('/'));
        for (value, meant) in [
            ("http://169.254.169.254", "http://169.254.169.254"),
            ("http://169.254.169.254/", "http://169.254.169.254"),
            ("HTTP://169.254.169.254:80//", "http://169.254.169.254:80"),
            ("169.254.169.254", "http://169.254.169.254"),
            ("169.254.169.254:80", "http://169.254.169.254:80"),
            ("localhost:1338", "http://localhost:1338"),
            ("imds_mock.test", "http://imds_mock.test"),
            ("http://[fd00:ec2::254]", "http://[fd00:ec2::254]"),
            ("[::1]:1338", "http://[::1]:1338"),
            ("fd00:ec2::254", "http://[fd00:ec2::254]"),
            ("http://host/mock/v1/", "http://host/mock/v1"),
            (&long, &long),
        ] {
            assert_eq!(url(value).as_deref(), Ok(meant), "{value}");
        }
    }

    #[test]
    fn endpoints_that_are_refused() {
        for value in [
            "https://169.254.169.254",
            "ftp://169.254.169.254",
            "file:///etc/passwd",
            "://host",
            "http://",
            "http:///latest",
            "/latest",
            ":80",
            "host:",
            "host:0",
            "host:65536",
            "host:+80",
            "host:80:80",
            "host:http",
            "user@host",
            "user:secret@host",
            "host?x=1",
            "host#x",
            "host/a b",
            "host/%2e",
            "two words",
            "[::1",
            "[::1]x",
            "[::1]:",
            "[host]:80",
            "fe80::1%eth0",
            "h\u{1b}[2Jost",
            "høst",
            &"a".repeat(254),
            &"a/".repeat(1025),
        ] {
            assert!(url(value).is_err(), "{value:?}: {:?}", url(value));
        }
    }
}
