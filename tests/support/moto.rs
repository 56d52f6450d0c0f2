//! A stand-in for the EC2 API, for the real AWS CLI.

use std::io::{self, BufRead, BufReader, Write};
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
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
