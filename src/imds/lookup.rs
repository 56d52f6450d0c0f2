//! Finds the IP address of the endpoint's host.

use std::net::SocketAddr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Finds the IP address of a host. A host that is an IP address itself needs no lookup. A name is looked up on
/// a thread of its own, because the lookup of the system has no time limit: when the time is up, the thread
/// is left behind.
///
/// ureq's own resolver starts a thread for both, and panics if the system allows no further thread.
#[derive(Debug)]
pub(super) struct Lookup;

impl Resolver for Lookup {
    /// # Errors
    /// [`Error::Other`] if the host is a name and the system allows no thread. ureq itself does not use that
    /// error.
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        // Without a timeout, ureq's resolver works on the calling thread.
        let unlimited = NextTimeout::default();
        if is_address(uri) {
            return DefaultResolver::default().resolve(uri, config, unlimited);
        }
        let (uri, config) = (uri.clone(), config.clone());
        within(timeout, move || DefaultResolver::default().resolve(&uri, &config, unlimited))
    }
}

/// Runs `lookup` on a thread of its own, and returns its result if it ends in time.
fn within<T: Send + 'static>(
    timeout: NextTimeout,
    lookup: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let spawned = thread::Builder::new().spawn(move || sender.send(lookup()));
    spawned.map_err(|error| Error::Other(error.into()))?;
    receiver.recv_timeout(*timeout.after).unwrap_or_else(|error| match error {
        RecvTimeoutError::Timeout => Err(Error::Timeout(timeout.reason)),
        RecvTimeoutError::Disconnected => Err(Error::HostNotFound),
    })
}

/// True if the host is an IP address; the brackets around an IPv6 address belong to it in a URL.
fn is_address(uri: &Uri) -> bool {
    uri.host().is_some_and(|host| format!("{host}:0").parse::<SocketAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ureq::Timeout;

    use super::*;

    #[test]
    fn a_slow_lookup_is_left_behind() {
        let after = Duration::from_millis(10).into();
        let timeout = NextTimeout { after, reason: Timeout::Resolve, ..NextTimeout::default() };
        let slow = || {
            thread::sleep(Duration::from_secs(60));
            Ok(())
        };
        assert!(matches!(within(timeout, slow), Err(Error::Timeout(Timeout::Resolve))));
        assert!(matches!(within(NextTimeout::default(), || Ok(1)), Ok(1)));
    }

    #[test]
    fn an_address_is_told_from_a_name() {
        for (url, is) in [
            ("http://169.254.169.254", true),
            ("http://127.0.0.1:1338/mock", true),
            ("http://[fd00:ec2::254]", true),
            ("http://[::1]:1338", true),
            ("http://localhost:1338", false),
            ("http://imds.test", false),
            // The system would take these for addresses too, so a lookup finds them.
            ("http://127.1", false),
            ("http://2130706433", false),
            ("/latest", false),
        ] {
            assert_eq!(is_address(&url.parse().unwrap()), is, "{url}");
        }
    }
}
