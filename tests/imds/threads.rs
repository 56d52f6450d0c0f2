//! A user whose limit on processes is reached, so that the system allows no further thread.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::net::Ipv6Addr;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::run::run;
use super::server::{Server, well_behaved};
use crate::support::check_each;

/// The number of the user and of the group `nobody`.
const NOBODY: &str = "65534";

/// Runs the binary as a user who may start no further process and no further thread. The limit does not apply
/// to root. So if the test runs as root, it becomes another user first.
struct NoThreads {
    /// A copy of the binary, because another user may have no access to the folder of the build.
    folder: TempDir,
    becomes_nobody: bool,
}

impl NoThreads {
    /// Returns `None`, and prints a message, if root may not become another user.
    fn new() -> Option<Self> {
        let is_root = fs::metadata("/proc/self").expect("procfs").uid() == 0;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let allow_all = |path: &Path| fs::set_permissions(path, Permissions::from_mode(0o755));
        allow_all(folder.path()).expect("our own folder");
        let no_threads = Self { folder, becomes_nobody: is_root };
        fs::copy(env!("CARGO_BIN_EXE_maxpods"), no_threads.binary()).expect("a copy of the binary");
        allow_all(&no_threads.binary()).expect("our own file");
        let starts = no_threads.command().arg("--version").output().is_ok_and(|run| run.status.success());
        if !starts {
            // The test harness would hide the output of eprintln!, because the test passes.
            let _ =
                writeln!(io::stderr(), "skipped the tests of IMDS without threads: setpriv does not work");
        }
        starts.then_some(no_threads)
    }

    fn binary(&self) -> std::path::PathBuf {
        self.folder.path().join("maxpods")
    }

    fn command(&self) -> Command {
        let mut command = if self.becomes_nobody {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "bash"]);
            command
        } else {
            Command::new("bash")
        };
        command.args(["-c", r#"ulimit -u 1 && exec "$0" "$@""#]).arg(self.binary());
        command
    }
}

#[test]
fn an_address_needs_no_thread() {
    let Some(no_threads) = NoThreads::new() else { return };
    let server = Server::good("m5.large");
    check_each([server.host(), server.url()], |endpoint| {
        run(no_threads.command(), &[("IMDS_ENDPOINT", endpoint)], &[]).answers("29\n");
    });
    let start = Server::start_on(Ipv6Addr::LOCALHOST.into(), |request, _| well_behaved(request, "m5.large"));
    // Some machines have no IPv6.
    if let Ok(server) = start {
        run(no_threads.command(), &[("IMDS_ENDPOINT", server.host())], &[]).answers("29\n");
    }
}

/// A case of `patience`: another process may end, so the request is sent again.
pub fn a_name_without_a_thread() {
    let Some(no_threads) = NoThreads::new() else { return };
    let outcome = run(no_threads.command(), &[("IMDS_ENDPOINT", "localhost:1338")], &[]);
    outcome.fails_with(&["no thread can be had", "attempts in ", "ulimit -u", "check IMDS_ENDPOINT"]);
}
