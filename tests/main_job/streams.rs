//! The standard streams: a full device, a closed pipe, a descriptor that is closed or open only for reading.

use std::fs::File;
use std::process::Stdio;

use crate::support::{check_each, command};

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error() {
    check_each(
        ["--instance-type m5.large", "list", "--help", "-V", "--instance-type m5.large -o json"],
        |args| {
            let full = File::options().write(true).open("/dev/full").expect("/dev/full");
            let output =
                command().args(args.split(' ')).stdout(full).stderr(Stdio::piped()).output().expect("a run");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{args}: {stderr}");
            assert!(
                stderr.starts_with("error: cannot write the answer to stdout: No space left"),
                "{args}: {stderr}"
            );
        },
    );
}

#[test]
fn a_reader_that_is_gone_is_no_error() {
    check_each(["--instance-type m5.large", "list", "--help"], |args| {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output =
            command().args(args.split(' ')).stdout(writer).stderr(Stdio::piped()).output().expect("a run");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args}");
    });
}

#[test]
fn a_closed_stderr_is_no_panic() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = command().stdout(Stdio::null()).stderr(writer).status().expect("a run");
    assert_eq!(status.code(), Some(2));
}

#[test]
fn stdin_is_left_alone() {
    // In a `while read` loop of a script, a command that reads stdin takes the input of the loop.
    let file = File::open(file!()).or_else(|_| File::open("Cargo.toml")).expect("a file");
    let mut rest = file.try_clone().expect("a second handle");
    let status = command()
        .args(["--instance-type", "m5.large"])
        .stdin(file)
        .stdout(Stdio::null())
        .status()
        .expect("a run");
    assert!(status.success());
    assert_eq!(std::io::Seek::stream_position(&mut rest).expect("a position"), 0);
}

/// Runs `maxpods` with these words and this redirection. Returns the exit code, stdout and stderr.
#[cfg(unix)]
fn redirected(line: &str, redirection: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("file"), "before").expect("a file");
    let output = std::process::Command::new("bash")
        .args(["-c", &format!("\"$0\" {line} {redirection}"), env!("CARGO_BIN_EXE_maxpods")])
        .current_dir(&folder)
        .output()
        .expect("bash");
    assert_eq!(std::fs::read(folder.path().join("file")).expect("the file"), b"before");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[cfg(unix)]
#[test]
fn stdout_that_cannot_be_written_is_an_error() {
    let lines = ["--instance-type m5.large", "list", "--help", "-V", "man", "completions bash"];
    check_each(lines, |line| {
        // The descriptor is open only for reading.
        for redirection in ["1< file", "1< /dev/null", "1< <(true)"] {
            let (code, stdout, stderr) = redirected(line, redirection);
            assert_eq!((code, stdout.as_str()), (Some(1), ""), "{line} {redirection}: {stderr}");
            assert!(
                stderr.starts_with("error: cannot write the answer to stdout: Bad file descriptor"),
                "{line} {redirection}: {stderr}"
            );
        }
        if cfg!(target_os = "linux") {
            let (code, _, stderr) = redirected(line, "> /dev/full");
            assert_eq!(code, Some(1), "{line}: {stderr}");
            assert!(stderr.contains("No space left on device"), "{line}: {stderr}");
        }
    });
    // A wrong command line is still reported as such.
    assert_eq!(redirected("--no-such-option", "1< file").0, Some(2));
}

/// If stdout is closed, Rust opens `/dev/null` in its place before `main` begins. So the answer is lost without
/// an error.
#[cfg(unix)]
#[test]
fn a_closed_stdout_loses_the_answer() {
    check_each(["--instance-type m5.large", "list", "--help"], |line| {
        assert_eq!(redirected(line, ">&-"), (Some(0), String::new(), String::new()), "{line}");
    });
    assert_eq!(redirected("--instance-type no.such", ">&- 2>&-").0, Some(1));
}

#[cfg(unix)]
#[test]
fn a_reader_that_reads_the_first_line_is_no_error() {
    let first = |line: &str| redirected(line, "| head -1; echo \"${PIPESTATUS[0]}\"");
    let (code, stdout, stderr) = first("list -o json");
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "[\n0\n", ""));
    let (code, stdout, stderr) = first("list -o csv");
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.starts_with("instance_type,") && stdout.ends_with("\n0\n"), "{stdout}");
}
