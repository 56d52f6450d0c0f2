//! Faults that may go away: the request is sent again with longer and longer pauses, for a limited time.

use std::thread;

use super::run::{Outcome, maxpods};
use super::server::{GET_TYPE, PUT_TOKEN, Reply, Server, ok, status};

/// Each case waits for about 9 s. So all of them run at the same time, even if the test harness runs one test
/// at a time.
#[test]
fn it_is_tried_again_and_given_up_in_time() {
    let cases: &[(&str, fn())] = &[
        ("server_errors_for_ever", server_errors_for_ever),
        ("server_errors_for_ever_to_the_question", server_errors_for_ever_to_the_question),
        #[cfg(not(windows))]
        ("nobody_listens", nobody_listens),
        ("accepts_and_never_answers", accepts_and_never_answers),
        ("accepts_and_never_answers_the_question", accepts_and_never_answers_the_question),
        ("accepts_and_hangs_up", accepts_and_hangs_up),
        ("a_header_of_one_byte_a_second", a_header_of_one_byte_a_second),
        ("a_token_of_one_byte_a_second", a_token_of_one_byte_a_second),
        ("an_answer_of_one_byte_a_second", an_answer_of_one_byte_a_second),
        ("provisional_answers_for_ever", provisional_answers_for_ever),
        ("one_thing_after_another", one_thing_after_another),
        ("the_ten_seconds_are_for_both_steps", the_ten_seconds_are_for_both_steps),
        #[cfg(target_os = "linux")]
        ("a_name_without_a_thread", super::threads::a_name_without_a_thread),
    ];
    thread::scope(|scope| {
        let all = cases.iter().map(|&(name, case)| (name, scope.spawn(case))).collect::<Vec<_>>();
        let failed = all.into_iter().filter_map(|(name, case)| case.join().is_err().then_some(name));
        assert_eq!(failed.collect::<Vec<_>>(), [""; 0], "the failures are above");
    });
}

/// Runs the binary with a server that answers every request for a token with `reply`. The token is requested
/// more than once, and nothing else is requested.
#[track_caller]
fn token_is(reply: Reply) -> Outcome {
    let server = Server::start(move |_, _| reply.clone());
    let outcome = maxpods(&[("IMDS_ENDPOINT", server.host())], &[]);
    outcome.fails_with(&[&server.url(), PUT_TOKEN, " attempts in "]);
    let lines = server.lines();
    assert!((3..30).contains(&lines.len()), "{} attempts", lines.len());
    assert!(lines.iter().all(|line| line == PUT_TOKEN), "{lines:#?}");
    assert!(outcome.stderr.contains(&format!("({} attempts in ", lines.len())), "{outcome:#?}");
    outcome
}

/// Runs the binary with a server that gives a token, and then answers every request for the type with `reply`.
/// The token is requested once, and the type more than once.
#[track_caller]
fn answer_is(reply: Reply) -> Outcome {
    let server = Server::after_token(reply);
    let outcome = maxpods(&[("IMDS_ENDPOINT", server.host())], &["--instance-type", "m5.large"]);
    outcome.fails_with(&[&server.url(), &format!("{PUT_TOKEN}: 200 OK; {GET_TYPE}: ")]);
    let lines = server.lines();
    assert_eq!(lines[0], PUT_TOKEN);
    assert!((3..30).contains(&lines.len()), "{} attempts", lines.len());
    assert!(lines[1..].iter().all(|line| line == GET_TYPE), "{lines:#?}");
    outcome
}

fn server_errors_for_ever() {
    token_is(status("500 Internal Server Error"))
        .fails_with(&["500 Internal Server Error", "reports an error"]);
}

fn server_errors_for_ever_to_the_question() {
    answer_is(status("503 Service Unavailable")).fails_with(&["503 Service Unavailable", "reports an error"]);
}

// Windows tries a refused connection again for longer than an attempt may take.
#[cfg(not(windows))]
fn nobody_listens() {
    // The system gives no other test such a low port.
    let host = "127.0.0.1:1";
    let outcome = maxpods(&[("IMDS_ENDPOINT", host)], &["--instance-type", "m5.large"]);
    outcome.fails_with(&[host, PUT_TOKEN, "refused", " attempts in ", "only EC2 instances have IMDS"]);
    assert!(outcome.took.as_secs() >= 5, "a service that is coming up deserves more: {outcome:#?}");
}

fn accepts_and_never_answers() {
    token_is(Reply::Silence).fails_with(&["no answer within 1 s", "HttpPutResponseHopLimit"]);
}

fn accepts_and_never_answers_the_question() {
    answer_is(Reply::Silence).fails_with(&["no answer within 1 s"]);
}

fn accepts_and_hangs_up() {
    token_is(Reply::Whole(Vec::new())).fails_with(&["disconnected"]);
}

fn a_header_of_one_byte_a_second() {
    let header = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nm5.large".to_vec();
    token_is(Reply::Drip(Vec::new(), header)).fails_with(&["no answer within 1 s"]);
}

fn a_token_of_one_byte_a_second() {
    let header = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n".to_vec();
    token_is(Reply::Drip(header, b"token".to_vec())).fails_with(&["no answer within 1 s"]);
}

fn an_answer_of_one_byte_a_second() {
    let header = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    answer_is(Reply::Drip(header, b"m5.large".to_vec())).fails_with(&["no answer within 1 s"]);
}

fn provisional_answers_for_ever() {
    let provisional = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    token_is(Reply::Drip(Vec::new(), provisional)).fails_with(&["no answer within 1 s"]);
}

/// The error tells the faults in their order.
fn one_thing_after_another() {
    let server = Server::start(|_, before| match before {
        0 | 1 => status("500 Internal Server Error"),
        2 => Reply::Silence,
        3 => Reply::Whole(Vec::new()),
        _ => status("403 Forbidden"),
    });
    let outcome = maxpods(&[("IMDS_ENDPOINT", server.host())], &[]);
    outcome.fails_with(&[
        "500 Internal Server Error, then no answer within 1 s, then ",
        ", then 403 Forbidden (5 attempts in ",
    ]);
    assert_eq!(server.seen().len(), 5);
}

/// The ten seconds are the limit for both requests together: after a slow token, less time is left for the type.
fn the_ten_seconds_are_for_both_steps() {
    let server = Server::start(|request, before| match (request.line.as_str(), before) {
        (PUT_TOKEN, 5..) => ok("token"),
        _ => Reply::Silence,
    });
    let outcome = maxpods(&[("IMDS_ENDPOINT", server.host())], &[]);
    outcome.fails_with(&["200 OK; ", GET_TYPE, "no answer within 1 s"]);
}
