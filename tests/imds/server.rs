//! An instance metadata service on loopback. A test decides how it answers, and can see the requests.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

pub const TOKEN: &str = "AQAEAMnVx-Loopback_Token==";
pub const PUT_TOKEN: &str = "PUT /latest/api/token";
pub const GET_TYPE: &str = "GET /latest/meta-data/instance-type";

/// A request that the server received.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method and the path.
    pub line: String,
    headers: Vec<(String, String)>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The behaviour of the server for a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Sends this and closes the connection.
    Whole(Vec<u8>),
    /// Sends the first text. Then sends the second one, one byte in each second, and repeats it for ever.
    Drip(Vec<u8>, Vec<u8>),
    /// Sends the first text. Then sends the second one again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends nothing and keeps the connection open.
    Silence,
}

/// An answer with this body, and a header that tells its length.
pub fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    Reply::Whole([head.as_bytes(), body].concat())
}

pub fn ok(body: impl AsRef<[u8]>) -> Reply {
    answer("200 OK", "Content-Type: text/plain\r\n", body)
}

pub fn status(status: &str) -> Reply {
    answer(status, "Content-Type: text/html\r\n", format!("<h1>{status}</h1>"))
}

pub struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Serves until the test process ends.
    pub fn start(reply: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_on(Ipv4Addr::LOCALHOST.into(), reply).expect("loopback has a free port")
    }

    /// `reply` gets the request, and the number of requests before it.
    pub fn start_on(
        address: IpAddr,
        reply: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind((address, 0))?;
        let address = listener.local_addr()?;
        let seen = Arc::default();
        let server = Self { address, seen: Arc::clone(&seen) };
        let reply = Arc::new(reply);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
                thread::spawn(move || serve(&stream, &seen, &*reply));
            }
        });
        Ok(server)
    }

    /// A server that answers as IMDS does: it gives a token, and gives the type for that token.
    pub fn good(instance_type: &'static str) -> Self {
        Self::start(move |request, _| well_behaved(request, instance_type))
    }

    /// A server that gives a token, and answers every other request with `reply`.
    pub fn after_token(reply: Reply) -> Self {
        Self::start(move |request, _| if request.line == PUT_TOKEN { ok(TOKEN) } else { reply.clone() })
    }

    /// The host and the port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// The lines of the requests, in the order in which they came.
    pub fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|request| request.line).collect()
    }
}

/// The answer that the real IMDS would give to a request of ours.
pub fn well_behaved(request: &Request, instance_type: &str) -> Reply {
    let ttl = request.header("X-aws-ec2-metadata-token-ttl-seconds").and_then(|ttl| ttl.parse().ok());
    match request.line.as_str() {
        PUT_TOKEN if ttl.is_some_and(|ttl: u32| (1..=21_600).contains(&ttl)) => ok(TOKEN),
        PUT_TOKEN => status("400 Bad Request"),
        _ if request.header("X-aws-ec2-metadata-token") != Some(TOKEN) => status("401 Unauthorized"),
        GET_TYPE => ok(instance_type),
        _ => status("404 Not Found"),
    }
}

fn serve(stream: &TcpStream, seen: &Mutex<Vec<Request>>, reply: &dyn Fn(&Request, usize) -> Reply) {
    let Some(request) = read(stream) else { return };
    let before = {
        let mut seen = seen.lock().unwrap();
        seen.push(request.clone());
        seen.len() - 1
    };
    // An error means that the client closed the connection, which it may do.
    let _ = send(stream, reply(&request, before));
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let line = lines.next()?;
    let line = line.strip_suffix(" HTTP/1.1")?.to_owned();
    let headers = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(':').map(|(key, value)| (key.into(), value.trim().into())))
        .collect();
    Some(Request { line, headers })
}

fn send(mut stream: &TcpStream, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Whole(bytes) => stream.write_all(&bytes),
        Reply::Drip(at_once, slowly) => {
            stream.write_all(&at_once)?;
            for byte in slowly.iter().cycle() {
                stream.write_all(&[*byte])?;
                thread::sleep(Duration::from_secs(1));
            }
            Ok(())
        }
        Reply::Endless(first, then) => {
            stream.write_all(&first)?;
            loop {
                stream.write_all(&then)?;
            }
        }
        Reply::Silence => {
            thread::sleep(Duration::from_secs(60));
            Ok(())
        }
    }
}
