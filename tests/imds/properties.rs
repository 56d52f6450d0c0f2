//! Properties: any endpoint in the environment, and any answer of the server.

use std::sync::{Arc, Mutex, OnceLock};

use maxpods::Error;
use maxpods::imds::{Endpoint, instance_type};
use proptest::prelude::*;

use super::server::{PUT_TOKEN, Server, TOKEN, ok};
use crate::support::cases;

fn endpoint(value: &str) -> Result<Endpoint, Error> {
    Endpoint::from_variables(|name| (name == "IMDS_ENDPOINT").then(|| value.into()))
}

fn is_harmless(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "(http://)?[htps:/\\[\\].a-f0-9@#%? ]{0,24}"]
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let alike = "[ \n]?[a-z0-9.-]{0,12}[.A][a-z0-9]{0,60}\n?";
    prop_oneof![any::<Vec<u8>>(), alike.prop_map(String::into_bytes)]
}

/// The result with a server that sends this body.
fn ask(body: Vec<u8>) -> Result<String, Error> {
    static SERVER: OnceLock<(Arc<Mutex<Vec<u8>>>, Endpoint)> = OnceLock::new();
    let (says, endpoint) = SERVER.get_or_init(|| {
        let says: Arc<Mutex<Vec<u8>>> = Arc::default();
        let body = Arc::clone(&says);
        let server =
            Server::start(
                move |request, _| {
                    if request.line == PUT_TOKEN { ok(TOKEN) } else { ok(&*body.lock().unwrap()) }
                },
            );
        (says, endpoint(&server.host()).unwrap())
    });
    *says.lock().unwrap() = body;
    instance_type(endpoint)
}

proptest! {
    #![proptest_config(cases(2000))]

    /// An endpoint is a URL that needs no escapes, or an error that is safe to show.
    #[test]
    fn any_endpoint(value in any_text()) {
        match endpoint(&value) {
            // No endpoint is named, so this is the default one.
            Ok(endpoint) if endpoint.variable().is_none() => prop_assert_eq!(value.trim(), ""),
            Ok(found) => {
                let url = found.url();
                prop_assert!(url.starts_with("http://") && url.len() > 7 && !url.ends_with('/'), "{}", url);
                prop_assert!(url.bytes().all(|b| b.is_ascii_alphanumeric() || b"/:.-_~[]".contains(&b)), "{}", url);
                // The URL is an endpoint too, and it is the same one.
                prop_assert_eq!(endpoint(url).unwrap(), found.clone());
            }
            Err(error) => {
                prop_assert!(is_harmless(&error.to_string()), "{}", error);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    /// The result looks like an instance type, or it is an error.
    #[test]
    fn any_answer(body in any_body()) {
        match ask(body.clone()) {
            Ok(name) => {
                let text = String::from_utf8(body).unwrap();
                prop_assert_eq!(&name, text.trim());
                prop_assert!(name.len() <= 64 && name.matches('.').count() == 1, "{}", name);
                prop_assert!(name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')), "{}", name);
            }
            Err(error) => {
                prop_assert!(is_harmless(&error.to_string()), "{}", error);
                prop_assert!(error.to_string().contains("is not an instance type"), "{}", error);
            }
        }
    }
}
