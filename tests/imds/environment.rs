//! The environment variables that name the endpoint of IMDS, and variables that must have no effect.

use std::ffi::OsString;
use std::net::Ipv6Addr;
use std::time::Duration;

use maxpods::imds::Endpoint;

use super::run::maxpods;
use super::server::{Server, status, well_behaved};
use crate::support::{LONG, check_each, command};

const SDK: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
const AMI: &str = "IMDS_ENDPOINT";
const DISABLED: &str = "AWS_EC2_METADATA_DISABLED";

#[test]
fn each_variable_in_each_spelling() {
    let server = Server::good("m5.large");
    let (host, url) = (server.host(), server.url());
    check_each(
        [
            (SDK, url.clone()),
            (SDK, format!("{url}/")),
            (SDK, format!(" {url} ")),
            (SDK, host.clone()),
            (AMI, host.clone()),
            (AMI, url.clone()),
            (AMI, host.replace("127.0.0.1", "localhost")),
        ],
        |(variable, value)| {
            maxpods(&[(variable, value)], &[]).answers("29\n");
        },
    );
}

#[test]
fn the_sdks_variable_comes_first() {
    let (sdk, ami) = (Server::good("m5.large"), Server::good("c5.4xlarge"));
    maxpods(&[(SDK, sdk.url()), (AMI, ami.host()), (MODE, "IPv6".into())], &[]).answers("29\n");
    assert_eq!((sdk.seen().len(), ami.seen().len()), (2, 0));
    check_each(["", "  "], |empty| {
        maxpods(&[(SDK, empty.into()), (AMI, ami.host())], &["--show-max-allowed"]).answers("234\n");
    });
    assert_eq!((sdk.seen().len(), ami.seen().len()), (2, 4));
}

#[test]
fn a_wrong_endpoint_is_an_error() {
    let server = Server::good("m5.large");
    check_each(
        ["https://169.254.169.254", "ftp://host", "http://", "two words", "host:99999", "\u{1b}[2J"],
        |wrong| {
            maxpods(&[(SDK, wrong), (AMI, &server.host())], &["--instance-type", "m5.large"])
                .fails_with(&[SDK]);
            maxpods(&[(AMI, wrong)], &[]).fails_with(&[AMI]);
        },
    );
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_long_endpoint_is_cut() {
    let long = "x".repeat(LONG);
    check_each([SDK, AMI, MODE], |variable| {
        let outcome = maxpods(&[(variable, &long)], &[]);
        outcome.fails_with(&[&format!("{variable} is '{}…'", &long[..80])]);
        assert!(outcome.stderr.len() < 500, "{outcome:#?}");
    });
    let server = Server::start(|_, _| status("404 Not Found"));
    let long = format!("{}/{}", server.url(), "x".repeat(2000));
    let outcome = maxpods(&[(SDK, &long)], &[]);
    outcome.fails_with(&[&format!("{}… (from {SDK})", &long[..80]), "404 Not Found"]);
    assert!(outcome.stderr.len() < 600, "{outcome:#?}");
    // The whole path was asked for.
    assert_eq!(server.lines(), [format!("PUT {}/latest/api/token", &long[server.url().len()..])]);
}

#[test]
fn a_wrong_mode_is_an_error() {
    maxpods(&[(MODE, "both")], &[]).fails_with(&[MODE, "'both'", "IPv4 or IPv6"]);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_an_error() {
    use maxpods::Error;
    use std::os::unix::ffi::OsStringExt;

    let read = |name: &str| (name == AMI).then(|| OsString::from_vec(b"ho\xffst".to_vec()));
    assert!(matches!(Endpoint::from_variables(read), Err(Error::ImdsEndpoint { variable: AMI, .. })));
}

#[test]
fn an_ipv6_endpoint() {
    let start = Server::start_on(Ipv6Addr::LOCALHOST.into(), |request, _| well_behaved(request, "m5.large"));
    let Ok(server) = start else {
        // On a machine without IPv6, the test can only show that the address is understood.
        return maxpods(&[(SDK, "http://[::1]:1")], &[]).fails_with(&["http://[::1]:1"]);
    };
    assert!(server.url().starts_with("http://[::1]:"), "{}", server.url());
    maxpods(&[(SDK, server.url())], &[]).answers("29\n");
    maxpods(&[(AMI, server.host())], &[]).answers("29\n");
    assert_eq!(server.seen().len(), 4);
}

/// This test does not run the binary, because the real IMDS may answer at the real endpoints.
#[test]
fn the_default_endpoints() {
    let endpoint = |mode: Option<&str>| {
        Endpoint::from_variables(|name| if name == MODE { mode.map(OsString::from) } else { None }).unwrap()
    };
    check_each([None, Some(""), Some("IPv4"), Some("ipv4")], |mode| {
        assert_eq!((endpoint(mode).url(), endpoint(mode).variable()), ("http://169.254.169.254", None));
    });
    check_each(["IPv6", "ipv6", "IPV6"], |mode| {
        let endpoint = endpoint(Some(mode));
        assert_eq!((endpoint.url(), endpoint.variable()), ("http://[fd00:ec2::254]", Some(MODE)));
    });
}

#[test]
fn imds_may_be_forbidden() {
    let server = Server::good("m5.large");
    check_each(["true", "TRUE", "True", " true "], |forbidden| {
        let outcome =
            maxpods(&[(DISABLED, forbidden), (AMI, &server.host())], &["--instance-type", "m5.large"]);
        outcome.fails_with(&["AWS_EC2_METADATA_DISABLED is true", "unset AWS_EC2_METADATA_DISABLED"]);
    });
    assert_eq!(server.seen().len(), 0);
    check_each(["", "false", "0", "1", "yes"], |allowed| {
        maxpods(&[(DISABLED, allowed), (AMI, &server.host())], &[]).answers("29\n");
    });
}

/// A proxy would answer with its own metadata, or would not answer.
#[test]
fn a_proxy_sees_nothing() {
    let server = Server::good("m5.large");
    let proxy = Server::start(|_, _| status("418 I'm a teapot"));
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    check_each(names, |name| {
        for value in [proxy.url(), proxy.host(), "socks5://127.0.0.1:1".into(), "http://[".into()] {
            maxpods(&[(name, value), (AMI, server.host())], &[]).answers("29\n");
        }
    });
    let mut all: Vec<_> = names.into_iter().map(|name| (name, proxy.url())).collect();
    all.push((SDK, server.url()));
    maxpods(&all, &[]).answers("29\n");
    assert_eq!(proxy.lines(), [""; 0]);
}

/// A mistake that does not depend on the type is reported at once, and not after ten seconds.
#[test]
fn a_wrong_file_or_expression_is_reported_before_imds_is_asked() {
    let server = Server::good("m5.large");
    check_each(
        [
            (&["--instance-types-file", "no/such"][..], 1, "cannot read 'no/such': "),
            (&["--instance-types-file", file!()], 1, "line 1, column 1: expected value"),
            (&["--cni-from-daemonset", "no/such"], 1, "cannot read 'no/such': "),
            (&["--expression", "max_pods +"], 1, "not an expression"),
            (&["--instance-types-file", "-", "--cni-from-daemonset", "-"], 2, "are both to read stdin"),
        ],
        |(args, code, says)| {
            // No server listens on the first.
            for host in ["127.0.0.1:1", &server.host()] {
                let outcome = maxpods(&[(AMI, host)], args);
                assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(code), ""), "{outcome:#?}");
                assert!(outcome.stderr.starts_with("error: "), "{outcome:#?}");
                assert!(outcome.stderr.contains(says), "{outcome:#?}");
                assert!(!outcome.stderr.contains("IMDS"), "{outcome:#?}");
                assert!(outcome.took < Duration::from_secs(3), "{outcome:#?}");
            }
        },
    );
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn without_the_flag_imds_is_not_asked() {
    let server = Server::good("c5.4xlarge");
    let output = command()
        .args(["--instance-type", "m5.large"])
        .env(AMI, server.host())
        .env(SDK, server.url())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "29\n");
    assert_eq!(server.seen().len(), 0);
}

/// The error names both ways to give an instance type.
#[test]
fn no_instance_type_at_all() {
    let output = command().output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{stderr}");
    assert!(stderr.contains("--instance-type m5.large"), "{stderr}");
    assert!(stderr.contains("--instance-type-from-imds"), "{stderr}");
}
