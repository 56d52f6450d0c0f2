//! Asks the node's instance metadata service (IMDS) what instance type it is.
//!
//! It uses only `IMDSv2`: it requests a token, and then the instance type with that token. The service is
//! on the node's own network link. So a request never goes through a proxy, even if the environment names
//! one, and a redirect is not followed.
//!
//! Source: [Use the Instance Metadata Service][1].
//!
//! ```no_run
//! use maxpods::imds::{Endpoint, instance_type};
//!
//! let endpoint = Endpoint::from_variables(|name| std::env::var_os(name))?;
//! println!("this node is a {}", instance_type(&endpoint)?);
//! # Ok::<(), maxpods::Error>(())
//! ```
//!
//! [1]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html

mod endpoint;
mod error;
mod lookup;

use std::thread;
use std::time::{Duration, Instant};

use ureq::http::{Response, header};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};

use crate::Error;
use crate::instance_type::LONGEST_NAME;
use crate::text::Shortened;
pub use endpoint::{DISABLED, Endpoint};
pub use error::{Cause, ImdsError};
use error::{Fault, Request};
use lookup::Lookup;

/// The time limit for everything. A node whose IMDS does not answer must not hang at boot.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// The time limit for each stage of an attempt: to find the host, to connect, to send the request, to get the
/// beginning of the answer, and to get the rest of it.
const STAGE_LIMIT: Duration = Duration::from_secs(1);
/// The first pause between two attempts. Each pause is twice as long as the one before, up to
/// [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// A token has 56 bytes and an instance type about 10, so a longer answer is not from IMDS.
const MOST_BYTES: u64 = 4096;
/// Enough for the header of every answer of IMDS, and of a proxy or a mock in its place.
const MOST_HEADER_BYTES: usize = 8192;
/// The lifetime of the token. It is not needed after the [time limit](TIME_LIMIT).
const TOKEN_SECONDS: &str = "60";

/// The instance type of this node, such as `m5.large`.
///
/// After a server error, a timeout or a failed connection, the request is sent again, with longer and longer
/// pauses, for at most 10 s in all. An attempt has 1 s to connect, 1 s until the answer begins and 1 s until
/// it ends.
///
/// # Errors
/// [`Error::Imds`], which tells the result of each request.
pub fn instance_type(endpoint: &Endpoint) -> Result<String, Error> {
    let client = Client::new(endpoint);
    let token = client.ask(Request::Token, token_in, |agent, url, left| {
        let request = agent.put(url).config().timeout_global(Some(left)).build();
        request.header("X-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS).send_empty()
    })?;
    client.ask(Request::InstanceType, instance_type_in, |agent, url, left| {
        let request = agent.get(url).config().timeout_global(Some(left)).build();
        request.header("X-aws-ec2-metadata-token", &token).call()
    })
}

/// The state that both requests share: the endpoint, the time of the start and the HTTP settings.
struct Client<'a> {
    endpoint: &'a Endpoint,
    agent: Agent,
    started: Instant,
}

impl<'a> Client<'a> {
    fn new(endpoint: &'a Endpoint) -> Self {
        let config = Agent::config_builder()
            // Otherwise ureq would use the proxy that http_proxy or a similar variable names, and that
            // machine would answer with its own metadata.
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("maxpods/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(STAGE_LIMIT))
            .timeout_connect(Some(STAGE_LIMIT))
            .timeout_send_request(Some(STAGE_LIMIT))
            .timeout_recv_response(Some(STAGE_LIMIT))
            .timeout_recv_body(Some(STAGE_LIMIT))
            .max_response_header_size(MOST_HEADER_BYTES)
            .input_buffer_size(2 * MOST_HEADER_BYTES)
            .output_buffer_size(MOST_HEADER_BYTES)
            // Each attempt makes a new connection. A reused one that the server has closed meanwhile would
            // look like a failure of IMDS.
            .max_idle_connections(0)
            .build();
        let agent = Agent::with_parts(config, DefaultConnector::new(), Lookup);
        Self { endpoint, agent, started: Instant::now() }
    }

    /// Sends a request, and sends it again as long as its fault is temporary and time is left.
    fn ask(
        &self,
        request: Request,
        read: fn(&[u8]) -> Result<String, Fault>,
        send: impl Fn(&Agent, &str, Duration) -> Result<Response<Body>, ureq::Error>,
    ) -> Result<String, Error> {
        let url = format!("{}{}", self.endpoint.url(), request.path());
        let mut pause = FIRST_PAUSE;
        let mut faults: Vec<Fault> = Vec::new();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let left = TIME_LIMIT.saturating_sub(self.started.elapsed());
            let answer = send(&self.agent, &url, left).map_err(Fault::from).and_then(body);
            let fault = match answer.and_then(|body| read(&body)) {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            let elapsed = self.started.elapsed();
            let again = fault.is_temporary() && elapsed + pause + STAGE_LIMIT <= TIME_LIMIT;
            if faults.last() != Some(&fault) {
                faults.push(fault);
            }
            if !again {
                let error = ImdsError { endpoint: self.endpoint.clone(), request, faults, attempts, elapsed };
                return Err(Error::Imds(Box::new(error)));
            }
            thread::sleep(pause);
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }
}

/// The body of an answer with status 200.
fn body(mut response: Response<Body>) -> Result<Vec<u8>, Fault> {
    let status = response.status();
    if status.is_redirection() {
        let location = response.headers().get(header::LOCATION);
        let location = location.map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned());
        return Err(Fault::Redirect(status, location));
    }
    if status != 200 {
        return Err(Fault::Status(status));
    }
    Ok(response.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?)
}

/// Reads a token. Its content has no meaning here, but it must be valid in an HTTP header.
fn token_in(body: &[u8]) -> Result<String, Fault> {
    let text = String::from_utf8_lossy(body);
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Fault::Answer(format!("{} is not a token", quoted(token))));
    }
    Ok(token.to_owned())
}

/// Reads an instance type: a family and a size of lower-case letters, digits and hyphens, with a dot between
/// them.
fn instance_type_in(body: &[u8]) -> Result<String, Fault> {
    let text = String::from_utf8_lossy(body);
    let name = text.trim();
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    match name.split_once('.') {
        Some((family, size)) if name.len() <= LONGEST_NAME && is_part(family) && is_part(size) => {
            Ok(name.to_owned())
        }
        _ => Err(Fault::Answer(format!("{} is not an instance type", quoted(name)))),
    }
}

/// The answer, as a message quotes it.
fn quoted(answer: &str) -> String {
    if answer.is_empty() { "an empty answer".into() } else { format!("'{}'", Shortened(answer)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_type_is_told_from_everything_else() {
        for name in
            ["m5.large", "m7i-flex.8xlarge", "u-24tb1.112xlarge", "c7i.metal-24xl", "mac2-m1ultra.metal"]
        {
            assert_eq!(instance_type_in(name.as_bytes()).unwrap(), name);
            assert_eq!(instance_type_in(format!(" {name}\r\n").as_bytes()).unwrap(), name);
        }
        let long = format!("m5.{}", "a".repeat(62));
        for other in [
            "",
            " \n",
            ".",
            "m5",
            "m5.",
            ".large",
            "M5.large",
            "m5.large.x",
            "m5_a.large",
            "m5. large",
            &long,
        ] {
            assert!(instance_type_in(other.as_bytes()).is_err(), "{other:?}");
        }
        assert!(instance_type_in(b"m5.large\0").is_err());
        assert!(instance_type_in(b"m5.l\xffrge").is_err());
    }

    #[test]
    fn every_embedded_name_looks_like_an_instance_type() {
        for known in crate::Catalog::embedded_names() {
            assert_eq!(instance_type_in(known.as_bytes()).unwrap(), known);
        }
    }

    #[test]
    fn a_token_fits_into_a_header() {
        assert_eq!(token_in(b"AQAEAJ-x_y==\n").unwrap(), "AQAEAJ-x_y==");
        for other in
            [&b""[..], b"\n", b"two words", b"line\nbreak", b"\x1b[2J", "schlüssel".as_bytes(), b"\xff"]
        {
            assert!(token_in(other).is_err(), "{other:?}");
        }
    }
}
