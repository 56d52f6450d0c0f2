//! The answers of the instance metadata service.

use std::sync::{Arc, Mutex, OnceLock};

use super::in_time;
use crate::imds::server::{GET_TYPE, PUT_TOKEN, Reply, Server, TOKEN, ok, status};
use crate::support::is_harmless;
use crate::support::mutate::{fuzz, mutated};
use maxpods::Error;
use maxpods::imds::{Endpoint, instance_type};
use proptest::prelude::*;

const ANSWERS: &[&str] = &[
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nm5.large",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nm5.\r\n5\r\nlarge\r\n0\r\n\r\n",
    "HTTP/1.0 200 OK\r\nServer: EC2ws\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n\r\nc7i.metal-24xl\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nu7i-12tb.1",
    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/latest\r\nContent-Length: 0\r\n\r\n",
];

const WORDS: &[&str] = &[
    "200",
    "204",
    "206",
    "301",
    "401",
    "403",
    "404",
    "\r\n",
    "\r\n\r\n",
    "Content-Length",
    "Transfer-Encoding",
    "chunked",
    "gzip",
    "ffffffffffffffff",
    "m5.large",
    "M5",
    "HTTP/2",
    "\u{1b}[2J",
    "\u{202e}",
    "::error::x",
];

/// The request that is answered with these bytes, once. A second request of this kind gets a final refusal, so
/// that no case waits for long.
type Script = Arc<Mutex<(&'static str, Option<Vec<u8>>)>>;

fn ask(request: &'static str, answer: Vec<u8>) -> Result<String, Error> {
    static SERVER: OnceLock<(Script, Endpoint)> = OnceLock::new();
    let (script, endpoint) = SERVER.get_or_init(|| {
        let script = Script::default();
        let own = Arc::clone(&script);
        let server = Server::start(move |request, _| {
            let mut script = own.lock().expect("no answer panics");
            if request.line != script.0 {
                return if request.line == PUT_TOKEN { ok(TOKEN) } else { ok("m5.large") };
            }
            script.1.take().map_or_else(|| status("403 Forbidden"), Reply::Whole)
        });
        let host = server.host();
        let endpoint =
            Endpoint::from_variables(|name| (name == "IMDS_ENDPOINT").then(|| host.clone().into()));
        (script, endpoint.expect("the address of the server"))
    });
    *script.lock().expect("no answer panics") = (request, Some(answer));
    instance_type(endpoint)
}

/// A tenth of the usual cases, because each of them makes two requests or more.
fn cases() -> ProptestConfig {
    let config = fuzz(1000);
    ProptestConfig { cases: config.cases / 10, ..config }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_damaged_answer_is_an_instance_type_or_refused(
        damaged in mutated(ANSWERS, WORDS),
        request in prop::sample::select(vec![PUT_TOKEN, GET_TYPE]),
    ) {
        match in_time(|| ask(request, damaged.bytes)) {
            Ok(name) => {
                prop_assert!(name.len() <= 64 && name.matches('.').count() == 1, "{}", name);
                prop_assert!(name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')), "{}", name);
            }
            Err(error) => prop_assert!(is_harmless(&error.to_string()), "{}", error),
        }
    }
}
