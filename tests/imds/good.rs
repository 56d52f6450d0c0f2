//! IMDS answers, at once or after some attempts.

use super::run::maxpods;
use super::server::{GET_TYPE, PUT_TOKEN, Reply, Server, TOKEN, answer, ok, status, well_behaved};
use crate::support::check_each;

#[test]
fn there_is_one_request_for_a_token_and_one_for_the_type() {
    let server = Server::good("m5.large");
    let outcome = maxpods(&[("IMDS_ENDPOINT", server.host())], &["--cni-version", "1.19.2"]);
    outcome.answers("29\n");

    let seen = server.seen();
    let [put, get] = &seen[..] else { panic!("two requests: {seen:#?}") };
    assert_eq!(put.line, PUT_TOKEN);
    let ttl: u32 = put.header("X-aws-ec2-metadata-token-ttl-seconds").unwrap().parse().unwrap();
    assert!((1..=21_600).contains(&ttl), "{put:#?}");
    assert_eq!(put.header("X-aws-ec2-metadata-token"), None);
    assert_eq!(put.header("Content-Length"), Some("0"));
    assert_eq!(get.line, GET_TYPE);
    assert_eq!(get.header("X-aws-ec2-metadata-token"), Some(TOKEN));
    for request in [put, get] {
        assert_eq!(request.header("Host"), Some(server.host().as_str()));
        // IMDS refuses a request with this header, which a proxy adds.
        assert_eq!(request.header("X-Forwarded-For"), None);
    }
}

#[test]
fn the_other_options_count_as_without_imds() {
    let server = Server::good("m5.large");
    let run = |args: &[&str]| maxpods(&[("IMDS_ENDPOINT", server.host())], args);
    run(&["--cni-prefix-delegation-enabled"]).answers("110\n");
    run(&["--cni-prefix-delegation-enabled", "--show-max-allowed"]).answers("434\n");
    run(&["--instance-type-from-imds", "--cni-custom-networking-enabled"]).answers("20\n");
    let json = run(&["-o", "json"]);
    assert_eq!(json.code, Some(0), "{json:#?}");
    assert!(json.stdout.contains("\"instanceType\":\"m5.large\""), "{json:#?}");
}

#[test]
fn imds_wins_over_the_flag() {
    let server = Server::good("c5.4xlarge");
    check_each(["m5.large", "no.such", ""], |named| {
        let outcome =
            maxpods(&[("IMDS_ENDPOINT", server.host())], &["--instance-type", named, "--show-max-allowed"]);
        outcome.answers("234\n");
    });
    assert_eq!(server.seen().len(), 6);
}

#[test]
fn a_type_that_is_newer_than_the_table_is_unknown() {
    let server = Server::good("zz9.large");
    let outcome = maxpods(&[("IMDS_ENDPOINT", server.host())], &[]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
    assert!(outcome.stderr.starts_with("error: unknown instance type 'zz9.large'\n"), "{outcome:#?}");
    assert!(outcome.stderr.contains("--instance-types-file"), "{outcome:#?}");
}

/// Servers differ in how they mark the end of a body.
#[test]
fn every_framing_of_http_is_understood() {
    let close = |body: &str| Reply::Whole(format!("HTTP/1.1 200 OK\r\n\r\n{body}").into());
    let old = |body: &str| Reply::Whole(format!("HTTP/1.0 200 OK\r\n\r\n{body}").into());
    let chunked = |body: &str| {
        let (a, b) = body.split_at(3);
        let chunks = format!("3\r\n{a}\r\n{:x}\r\n{b}\r\n0\r\n\r\n", b.len());
        Reply::Whole(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}").into())
    };
    let continued = |body: &str| {
        let head = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n";
        Reply::Whole(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into())
    };
    let blank = |body: &str| ok(format!(" {body}\r\n"));
    let framings: [fn(&str) -> Reply; 5] = [close, old, chunked, continued, blank];
    check_each(framings, |framing| {
        let server = Server::start(move |request, _| match well_behaved(request, "") {
            Reply::Whole(bytes) if !bytes.starts_with(b"HTTP/1.1 200") => Reply::Whole(bytes),
            _ if request.line == PUT_TOKEN => framing(TOKEN),
            _ => framing("m5.large"),
        });
        maxpods(&[("IMDS_ENDPOINT", server.host())], &[]).answers("29\n");
        assert_eq!(server.lines(), [PUT_TOKEN, GET_TYPE]);
    });
}

#[test]
fn after_server_errors_the_token_is_requested_again() {
    let server = Server::start(|request, before| match before {
        0 => status("500 Internal Server Error"),
        1 => status("503 Service Unavailable"),
        _ => well_behaved(request, "m5.large"),
    });
    maxpods(&[("IMDS_ENDPOINT", server.host())], &[]).answers("29\n");
    assert_eq!(server.lines(), [PUT_TOKEN, PUT_TOKEN, PUT_TOKEN, GET_TYPE]);
}

#[test]
fn after_server_errors_the_type_is_requested_again_with_the_same_token() {
    let server = Server::start(|request, before| match before {
        1 | 2 => answer("500 Internal Server Error", "", ""),
        _ => well_behaved(request, "m5.large"),
    });
    maxpods(&[("IMDS_ENDPOINT", server.host())], &[]).answers("29\n");
    assert_eq!(server.lines(), [PUT_TOKEN, GET_TYPE, GET_TYPE, GET_TYPE]);
}

#[test]
fn after_a_broken_connection_and_a_lost_answer_it_is_requested_again() {
    let server = Server::start(|request, before| match before {
        0 => Reply::Whole(Vec::new()),
        1 => Reply::Whole(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nhalf a tok".to_vec()),
        2 => Reply::Silence,
        _ => well_behaved(request, "m5.large"),
    });
    maxpods(&[("IMDS_ENDPOINT", server.host())], &[]).answers("29\n");
    assert_eq!(server.lines(), [PUT_TOKEN, PUT_TOKEN, PUT_TOKEN, PUT_TOKEN, GET_TYPE]);
}
