//! A stand-in for the EC2 API, for the real AWS CLI.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::in_no_account;

/// True if these tools are installed. Without them a test prints that it is skipped. If the variable is set, as
/// the project's checks set it, a missing tool fails the test.
pub fn can_run(what: &str, tools: &[&str]) -> bool {
    let missing: Vec<_> =
        tools.iter().filter(|tool| Command::new(tool).arg("--version").output().is_err()).collect();
    if missing.is_empty() {
        return true;
    }
    assert!(std::env::var_os("MAXPODS_TEST_REFRESH").is_none(), "not installed: {missing:?}");
    // The test harness would hide the output of eprintln!, because the test passes.
    let _ = writeln!(io::stderr(), "skipped a test of {what}: not installed: {missing:?}");
    false
}

/// Keeps the AWS CLI from reading the settings of the user who runs the tests.
pub const NO_SETTINGS: [(&str, &str); 2] =
    [("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")];

/// The environment in which the AWS CLI asks the server at this port.
pub fn account(port: u16) -> [(&'static str, String); 3] {
    [
        ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
        ("AWS_ACCESS_KEY_ID", "test".into()),
        ("AWS_SECRET_ACCESS_KEY", "test".into()),
    ]
}

/// moto's server, which answers as EC2 does, and its port.
pub struct Moto(Child, u16);

impl Moto {
    pub fn start() -> Self {
        let mut command = Command::new("moto_server");
        let mut child = in_no_account(&mut command)
            .envs(NO_SETTINGS)
            // The server chooses a free port and prints it. A port that is chosen here could be taken before the server
            // starts.
            .args(["--host", "127.0.0.1", "--port", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("moto_server");
        let stderr = child.stderr.take().expect("stderr is piped");
        let mut moto = Self(child, 0);
        let (says, said) = mpsc::channel();
        // stderr is read to its end, because a server that cannot write to it stops.
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = says.send(line);
            }
        });
        let until = Instant::now() + Duration::from_secs(60);
        let mut lines = Vec::new();
        while let Ok(line) = said.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if let Some((_, port)) = line.split_once("Running on http://127.0.0.1:") {
                moto.1 = port.trim().parse().expect("a port");
                return moto;
            }
            lines.push(line);
        }
        panic!("moto_server does not listen: {lines:#?}");
    }

    pub fn port(&self) -> u16 {
        self.1
    }

    /// Makes something in the account: a request of EC2's query API, which is a hundred times as quick as the AWS CLI.
    /// The answer is XML.
    pub fn ec2(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let mut body = format!("Action={action}&Version=2016-11-15");
        for (name, value) in parameters {
            // The values of the tests need no escapes.
            body.extend(["&", name, "=", value]);
        }
        let head = format!(
            "POST / HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=test/20200101/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=0\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.1)).expect("moto_server listens");
        stream.write_all((head + &body).as_bytes()).expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the answer is read");
        assert!(answer.lines().next().is_some_and(|line| line.contains(" 200 ")), "{action}: {answer}");
        answer
    }
}

/// The text of the first element of this name.
pub fn element(xml: &str, name: &str) -> String {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {xml}"));
    rest.split_once('<').expect("an end").0.to_owned()
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
