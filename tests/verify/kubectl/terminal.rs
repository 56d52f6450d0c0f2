//! `maxpods verify` at a terminal, which the program `script` of util-linux provides. That of macOS has other options.

use super::*;

/// The output of a command at a terminal, and its exit code.
fn at_terminal(line: &str, stand_in: &StandIn) -> Option<Run> {
    let version = Command::new("script").arg("--version").output();
    if !version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).contains("util-linux")) {
        eprintln!("skipped a test of verify at a terminal: script of util-linux is not installed");
        return None;
    }
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", line, "/dev/null"]).env("PATH", path_with(stand_in.folder.path()));
    Some(run(&mut command, b""))
}

#[test]
fn the_cluster_is_asked_where_stdin_is_a_terminal() {
    let stand_in = StandIn::of_one_node("cat \"$cluster\"", "30");
    let line = format!("{} verify -q", env!("CARGO_BIN_EXE_maxpods"));
    let Some(run) = at_terminal(&line, &stand_in) else { return };
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("1 node: 0 ok, 1 over"), "{run:?}");
    assert!(!run.stdout.contains("read"), "{run:?}");
}

#[test]
fn progress_is_shown_and_cleared() {
    // The output is larger than one read, and comes in two halves. Before it, a login plugin asks for a password.
    let slow = "printf 'Password: ' >&2; sleep 1; head -c 400000 \"$cluster\"; sleep 1; tail -c +400001 \"$cluster\"";
    let nodes: Vec<_> = (0..50).map(|i| node(&format!("n{i}"), "m5.large", "29")).collect();
    let stand_in = StandIn::new(slow, &list(&nodes));
    let binary = env!("CARGO_BIN_EXE_maxpods");
    let Some(run) = at_terminal(&format!("{binary} verify --cni-version 1.19"), &stand_in) else { return };
    assert_eq!(run.code, Some(0), "{run:?}");
    let cleared = format!("\r{}\r", " ".repeat(70));
    let lines: Vec<_> = run.stdout.split(&cleared).collect();
    let ["Password: ", progress @ .., answer] = &lines[..] else { panic!("{lines:?}") };
    let count = |line: &&str| line.strip_suffix(" nodes read").and_then(|count| count.parse::<u32>().ok());
    let counts: Option<Vec<_>> = progress.iter().map(count).collect();
    let counts = counts.unwrap_or_else(|| panic!("{lines:?}"));
    assert!(
        !counts.is_empty() && counts.is_sorted() && counts.iter().all(|n| (1..=50).contains(n)),
        "{counts:?}"
    );
    // The line is cleared before anything else is printed.
    assert!(answer.starts_with("NAME "), "{answer}");

    for line in [format!("{binary} verify -q"), format!("{binary} verify --cni-version 1.19 2>/dev/null")] {
        let Some(run) = at_terminal(&line, &stand_in) else { return };
        assert!(run.stdout.trim_start_matches("Password: ").starts_with("NAME "), "{line}: {run:?}");
    }
}
