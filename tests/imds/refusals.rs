//! IMDS refuses the request, or another program answers: an error after one attempt.

use super::run::{Outcome, maxpods};
use super::server::{GET_TYPE, PUT_TOKEN, Reply, Server, TOKEN, answer, ok, status};
use crate::support::check_each;

/// Runs the binary with a server that answers the request for a token with `reply`.
#[track_caller]
fn token_is(reply: Reply) -> Outcome {
    let server = Server::start(move |_, _| reply.clone());
    let outcome = maxpods(&[("IMDS_ENDPOINT", server.host())], &["--instance-type", "m5.large"]);
    assert_eq!(server.lines(), [PUT_TOKEN]);
    outcome.fails_with(&[&server.url(), "from IMDS_ENDPOINT", PUT_TOKEN]);
    assert!(!outcome.stderr.contains(GET_TYPE), "{outcome:#?}");
    outcome
}

/// Runs the binary with a server that gives a token, and then answers the request for the type with `reply`.
#[track_caller]
fn answer_is(reply: Reply) -> Outcome {
    let server = Server::after_token(reply);
    let outcome = maxpods(&[("IMDS_ENDPOINT", server.host())], &["--instance-type", "m5.large"]);
    assert_eq!(server.lines(), [PUT_TOKEN, GET_TYPE]);
    outcome.fails_with(&[&server.url(), &format!("{PUT_TOKEN}: 200 OK; {GET_TYPE}: ")]);
    assert!(!outcome.stderr.contains(TOKEN), "{outcome:#?}");
    outcome
}

#[test]
fn a_refused_token_is_final() {
    token_is(status("400 Bad Request")).fails_with(&["400 Bad Request"]);
    token_is(status("401 Unauthorized")).fails_with(&["401 Unauthorized"]);
    token_is(status("403 Forbidden")).fails_with(&["403 Forbidden", "HttpEndpoint=disabled"]);
    token_is(status("404 Not Found")).fails_with(&["404 Not Found", "not IMDSv2", "check IMDS_ENDPOINT"]);
    token_is(status("405 Method Not Allowed")).fails_with(&["405 Method Not Allowed", "not IMDSv2"]);
    token_is(status("429 Too Many Requests")).fails_with(&["429 Too Many Requests"]);
}

#[test]
fn a_refused_answer_is_final() {
    answer_is(status("401 Unauthorized")).fails_with(&["401 Unauthorized", "token was not accepted"]);
    answer_is(status("403 Forbidden")).fails_with(&["403 Forbidden"]);
    answer_is(status("404 Not Found")).fails_with(&["404 Not Found"]);
}

#[test]
fn a_status_of_success_other_than_200_is_an_error() {
    token_is(answer("204 No Content", "", "")).fails_with(&["204 No Content"]);
    answer_is(answer("206 Partial Content", "", "m5.large")).fails_with(&["206 Partial Content"]);
}

#[test]
fn a_redirect_is_not_followed() {
    let trap = Server::good("m5.large");
    check_each(
        [("301 Moved Permanently", ""), ("302 Found", "/x"), ("307 Temporary Redirect", "/y")],
        |(code, path)| {
            let location = format!("Location: {}{path}\r\n", trap.url());
            let words = [code, "is not followed", &trap.url()];
            token_is(answer(code, &location, "")).fails_with(&words);
            answer_is(answer(code, &location, "moved")).fails_with(&words);
        },
    );
    answer_is(answer("302 Found", "", "")).fails_with(&["a redirect, which is not followed"]);
    answer_is(answer("302 Found", "Location: \u{85}\u{1b}[2J\r\n", "")).fails_with(&[]);
    assert_eq!(trap.lines(), [""; 0]);
}

#[test]
fn a_large_body_is_not_read() {
    let ten_megabytes = vec![b'a'; 10 << 20];
    token_is(ok(&ten_megabytes)).fails_with(&["more than 4096 bytes"]);
    answer_is(ok(&ten_megabytes)).fails_with(&["more than 4096 bytes"]);
}

#[test]
fn an_endless_answer_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    token_is(Reply::Endless(head.clone(), b"X-Header: value\r\n".to_vec()))
        .fails_with(&["not an HTTP answer"]);
    answer_is(Reply::Endless(head, vec![b'x'; 4096])).fails_with(&["not an HTTP answer"]);
    answer_is(Reply::Endless(body, b"4\r\naaaa\r\n".to_vec())).fails_with(&["more than 4096 bytes"]);
}

#[test]
fn html_is_an_error() {
    let page =
        "<!DOCTYPE html><html>\n<head><title>Sign in to the network</title></head><body></body></html>\n";
    token_is(ok(page)).fails_with(&["'<!DOCTYPE html><html>\\n<head><title>Sign in", "…' is not a token"]);
    answer_is(ok(page)).fails_with(&["'<!DOCTYPE html>", "…' is not an instance type", "not IMDSv2"]);
}

#[test]
fn control_characters_are_shown_as_escapes() {
    let body = "\u{1b}]0;owned\u{7}\u{1b}[2Jm5.large\0";
    token_is(ok(body)).fails_with(&["'\\u{1b}]0;owned\\u{7}", "is not a token"]);
    answer_is(ok(body)).fails_with(&["'\\u{1b}]0;owned\\u{7}", "is not an instance type"]);
    answer_is(ok(b"\xff\xfe\x9b31m")).fails_with(&["is not an instance type"]);
    let reason = "404 No\u{1b}[2Jt";
    token_is(status(reason)).fails_with(&[]);
}

#[test]
fn an_empty_answer_is_an_error() {
    check_each(["", "\n", " \r\n\t"], |nothing| {
        token_is(ok(nothing)).fails_with(&["an empty answer is not a token"]);
        answer_is(ok(nothing)).fails_with(&["an empty answer is not an instance type"]);
    });
}

#[test]
fn a_text_that_resembles_an_instance_type_is_an_error() {
    check_each(
        ["M5.LARGE", "m5", "m5.", ".large", "m5.large.x", "m5.large m5.large", "m5.lar\u{430}ge", "--.-\n-"],
        |body| {
            answer_is(ok(body)).fails_with(&["is not an instance type"]);
        },
    );
    answer_is(ok(format!("m5.{}", "large".repeat(20)))).fails_with(&["is not an instance type"]);
}

#[test]
fn other_protocols_are_an_error() {
    check_each(
        [
            "SSH-2.0-OpenSSH_9.6\r\n",
            "\u{15}\u{3}\u{1}\0\u{2}\u{2}F",
            "HTTP/9.9 200 OK\r\n\r\n",
            "\r\n\r\n\r\nhello\r\n",
        ],
        |banner| {
            token_is(Reply::Whole(banner.into())).fails_with(&["not an HTTP answer"]);
        },
    );
}
