//! Completions, tested in the shells themselves, and the man page.

use std::fs;
use std::io::{self, Write};
use std::process::Command;

use crate::support::{check_each, temp_file, words};
use tempfile::NamedTempFile;

/// The completion script of a shell.
fn script(shell: &str) -> NamedTempFile {
    temp_file(words(&format!("completions {shell}")).answer())
}

/// The words that bash offers at the end of this line.
///
/// This needs negative subscripts, which the bash of macOS does not have. On Windows, `bash` is that of WSL.
#[cfg(target_os = "linux")]
fn bash(script: &NamedTempFile, line: &str) -> Vec<String> {
    let program = r#"
        source "$1"
        read -ra COMP_WORDS <<<"$2"
        [[ $2 == *' ' ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$2 COMP_POINT=${#2}
        "$(complete -p maxpods | sed 's/.*-F \([^ ]*\).*/\1/')" maxpods "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["-c", program, "bash"])
        .arg(script.path())
        .arg(line)
        .output()
        .expect("bash");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).lines().map(Into::into).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn bash_completes() {
    let script = script("bash");
    check_each(
        [
            ("maxpods --instance-type m5.lar", &["m5.large"][..]),
            ("maxpods --instance-type m7i.metal", &["m7i.metal-24xl", "m7i.metal-48xl"]),
            ("maxpods -o bot", &["bottlerocket"]),
            ("maxpods --output k", &["kubelet-args", "karpenter"]),
            ("maxpods list -o ", &["table", "json", "csv", "eni-max-pods"]),
            ("maxpods --cni-pre", &["--cni-prefix-delegation-enabled"]),
            ("maxpods --ip-family ", &["ipv4", "ipv6"]),
            ("maxpods li", &["list"]),
            ("maxpods list --min", &["--min-pods"]),
            // `true` and `false` must follow an equals sign, so they are no next words.
            ("maxpods --cni-prefix-delegation-enabled t", &[""]),
            ("maxpods list --cni-custom-networking-enabled --os w", &["windows"]),
            ("maxpods completions ", &["-h", "--help", "bash", "elvish", "fish", "powershell", "zsh"]),
        ],
        |(line, offers)| {
            assert_eq!(bash(&script, line), offers, "{line}");
        },
    );
    assert_eq!(bash(&script, "maxpods --instance-type "), maxpods::Catalog::embedded_names());
}

#[test]
fn fish_completes() {
    let script = script("fish");
    // Without fish, the test still shows that both changes of the generated script were made.
    let text = fs::read_to_string(script.path()).expect("the script");
    assert_eq!(text.matches("or argparse -s (__fish_maxpods_global_optspecs) -- $cmd[1..-2]").count(), 1);
    assert_eq!(text.matches("-f -a \"bash elvish fish powershell zsh\"").count(), 1);

    if Command::new("fish").arg("--version").output().is_err() {
        // The test harness would hide the output of eprintln!, because the test passes.
        let _ = writeln!(io::stderr(), "skipped the test of completions in fish: it is not installed");
        return;
    }
    check_each(
        [
            ("maxpods --instance-type m5.lar", "m5.large\n"),
            ("maxpods --quiet -o bot", "bottlerocket\tTOML user data for Bottlerocket\n"),
            ("maxpods li", "list\tPrint every instance type and its number\n"),
            (
                "maxpods --cni-prefix-delegation-enabled li",
                "list\tPrint every instance type and its number\n",
            ),
            ("maxpods list --os ", "linux\nwindows\n"),
            ("maxpods completions ", "bash\nelvish\nfish\npowershell\nzsh\n"),
            ("maxpods completions f", "fish\n"),
        ],
        |(line, offers)| {
            let output = Command::new("fish")
                .args(["--no-config", "-c", "source $argv[1]; complete -C $argv[2]"])
                .arg(script.path())
                .arg(line)
                .output()
                .expect("fish");
            assert_eq!(String::from_utf8_lossy(&output.stdout), offers, "{line}: {output:?}");
        },
    );
}

#[test]
fn every_shell_has_a_script() {
    check_each(["bash", "zsh", "fish", "powershell", "elvish"], |shell| {
        let script = words(&format!("completions {shell}")).answer();
        assert!(script.contains("cni-prefix-delegation-enabled"), "{shell} completes options");
        // For the other two, clap_complete offers no values.
        if ["bash", "zsh", "fish"].contains(&shell) {
            assert!(script.contains("u7i-12tb.224xlarge"), "{shell} completes instance types");
            assert!(script.contains("eni-max-pods"), "{shell} completes the formats of list");
        }
    });
    let error = words("completions tcsh").error(2);
    assert!(error.contains("possible values: bash, elvish, fish, powershell, zsh"), "{error}");
}

#[test]
fn the_man_page_has_every_option() {
    let page = words("man").answer();
    let title = format!(".TH maxpods 1 {} \"maxpods {}\" ", maxpods::TABLE_DATE, env!("CARGO_PKG_VERSION"));
    assert!(page.lines().any(|line| line == title), "{page}");
    let plain = page.replace('\\', "");
    check_each(
        ["--help", "list --help", "verify --help", "completions --help"].map(|line| words(line).answer()),
        |help| {
            let options = help.split_whitespace().filter(|word| word.starts_with("--"));
            for option in
                options.map(|word| word.split('[').next().unwrap_or(word).trim_end_matches([',', '.', ')']))
            {
                assert!(plain.contains(option), "{option}");
            }
        },
    );
    check_each(
        [
            ".SH SYNOPSIS",
            ".SH DESCRIPTION",
            ".SH \"MAXPODS LIST\"",
            ".SH \"MAXPODS VERIFY\"",
            ".SH \"MAXPODS COMPLETIONS\"",
            ".SH \"MAXPODS MAN\"",
        ],
        |heading| {
            assert_eq!(page.lines().filter(|line| *line == heading).count(), 1, "{heading}");
        },
    );
}

#[test]
fn the_man_page_is_correct_roff() {
    let page = temp_file(words("man").answer());
    let formatted = Command::new("groff")
        .args(["-man", "-Tascii", "-ww", "-rLL=200n", "-P-cbou"])
        .arg(page.path())
        .output();
    let Ok(formatted) = formatted else {
        let _ = writeln!(io::stderr(), "skipped the test of the man page in groff: it is not installed");
        return;
    };
    assert!(formatted.status.success() && formatted.stderr.is_empty(), "{formatted:?}");
    let text = String::from_utf8_lossy(&formatted.stdout);
    // The last line has the version, the date and the name of the page.
    let last = text.trim_end().lines().next_back().expect("lines").split_whitespace().collect::<Vec<_>>();
    assert_eq!(last, ["maxpods", env!("CARGO_PKG_VERSION"), maxpods::TABLE_DATE, "maxpods(1)"]);
    // The example of a subcommand is in its section.
    let (_, verify) = text.split_once("MAXPODS VERIFY").expect("a section");
    let (verify, _) = verify.split_once("MAXPODS COMPLETIONS").expect("a later section");
    assert!(verify.contains("kubectl get nodes,daemonsets -A -o json | maxpods verify"), "{verify}");
}
