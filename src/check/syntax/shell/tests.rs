//! The reader of scripts, against cases and against the real bash.

use std::fmt::Write as _;
use std::process::{Command as Process, Stdio};

use proptest::prelude::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{Command, Step, Word, read};

fn steps(script: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    read(script, &mut |step| steps.push(step));
    steps
}

fn commands(script: &str) -> Vec<Command> {
    let command = |step| match step {
        Step::Command(command) => Some(command),
        _ => None,
    };
    steps(script).into_iter().filter_map(command).collect()
}

fn words(script: &str) -> Vec<Vec<String>> {
    let texts = |command: Command| command.words.into_iter().map(|word| word.text).collect();
    commands(script).into_iter().map(texts).collect()
}

#[test]
fn words_are_those_of_a_shell() {
    for (script, expected) in [
        ("a b\tc\n\nd", vec![vec!["a", "b", "c"], vec!["d"]]),
        ("a 'b  c' \"d $E\" # f\ng", vec![vec!["a", "b  c", "d $E"], vec!["g"]]),
        ("a \\\n  --b \\\r\n c", vec![vec!["a", "--b", "c"]]),
        ("a b\\ c \"d\\\"e\\f\" 'g\\'", vec![vec!["a", "b c", "d\"e\\f", "g\\"]]),
        (
            "a=1; b && c || d | e & f",
            vec![vec!["a=1"], vec!["b"], vec!["c"], vec!["d"], vec!["e"], vec!["f"]],
        ),
        ("a --x=$(b \"c d\" (e)) f", vec![vec!["a", "--x=$(b \"c d\" (e))", "f"]]),
        ("a \"x $(b \"c\") y\" ${D:-e f}", vec![vec!["a", "x $(b \"c\") y", "${D:-e f}"]]),
        ("a `b c` d#e", vec![vec!["a", "`b c`", "d#e"]]),
        ("a > /x 2>&1 <y b", vec![vec!["a", "b"]]),
        ("a\"b\"'c' \"\"", vec![vec!["abc", ""]]),
        ("# only\n   ", vec![]),
        ("a=$(b | sed \"s/.*(//\"); c", vec![vec!["a=$(b | sed \"s/.*(//\")"], vec!["c"]]),
        ("a \"$(echo \"x) y\")\" b", vec![vec!["a", "$(echo \"x) y\")", "b"]]),
        ("a $'it\\'s' $\"b c\" d", vec![vec!["a", "it's", "b c", "d"]]),
        ("a $'\\x41\\u00e9\\101\\n' b", vec![vec!["a", "AéA\n", "b"]]),
        ("a $(case b in c) d;; esac) e", vec![vec!["a", "$(case b in c) d;; esac)", "e"]]),
        ("a $(b # )\n) c", vec![vec!["a", "$(b # )\n)", "c"]]),
        ("a $((1 << 2)) b; ((c << 2)); d", vec![vec!["a", "$((1 << 2))", "b"], vec!["d"]]),
        ("a $((b); c) d", vec![vec!["a", "$((b); c)", "d"]]),
        ("A=(b 'c d' # e\n f) g", vec![vec!["A=(b 'c d' # e\n f)", "g"]]),
        (
            "[[ $a < b && c =~ (d|e) ]] && f",
            vec![vec!["[[", "$a", "<", "b", "&&", "c", "=~", "(d|e)", "]]"], vec!["f"]],
        ),
        ("exec > >(tee /x|logger) 2>&1; a", vec![vec!["exec"], vec!["a"]]),
        ("f() { a; }\nfunction g { b; }", vec![vec!["a"], vec!["b"]]),
        (
            "if a; then b; elif c; then d; else e; fi",
            vec![vec!["a"], vec!["b"], vec!["c"], vec!["d"], vec!["e"]],
        ),
        ("case $a in b|'c d') e;; (*) f ;; esac; g", vec![vec!["e"], vec!["f"], vec!["g"]]),
        (
            "for a in b c; do d; done; while e; do f; done",
            vec![vec!["for", "a", "in", "b", "c"], vec!["d"], vec!["e"], vec!["f"]],
        ),
    ] {
        assert_eq!(words(script), expected, "{script}");
    }
}

#[test]
fn here_documents_belong_to_their_command() {
    let script = "cat <<A >x <<-'B' | y\n1\nA\n\t2\n\tB\nd\n";
    let commands = commands(script);
    assert_eq!(commands.len(), 3);
    let texts: Vec<_> = commands[0].heredocs.iter().map(|h| (h.text.as_str(), h.start)).collect();
    assert_eq!(texts, [("1\n", 22), ("2\n", 26)]);
    assert_eq!(commands[0].redirects[0].target.text, "x");
    assert_eq!(commands[2].words[0].text, "d");
}

#[test]
fn branches_are_told() {
    let shape = |script: &str| -> String {
        let letter = |step| match step {
            Step::Command(command) => {
                command.words.first().map_or_else(String::new, |word| word.text.clone())
            }
            Step::Open => "<".into(),
            Step::Next => "|".into(),
            Step::Close { exhaustive: true } => ">".into(),
            Step::Close { exhaustive: false } => "|>".into(),
        };
        steps(script).into_iter().map(letter).collect()
    };
    for (script, expected) in [
        ("a; b && c; d", "abcd"),
        ("[ a ] && b; c", "[<b|>c"),
        ("[ a ] && b || c; d", "[<b|c|>d"),
        ("a || b; c", "a<b|>c"),
        ("if a; then b; fi; c", "a<b|>c"),
        ("if a; then b; elif c; then d; else e; fi; f", "a<b|cd|e>f"),
        ("case x in a) b;; *) c;; esac; d", "<b|c>d"),
        ("case x in a) b\nesac; d", "<b|>d"),
        ("[ a ] && { b; c; }; d", "[<bc|>d"),
        ("[ a ] || (b; c)\nd", "[<bc|>d"),
        ("while a; do b; done; c", "abc"),
        ("if a; then", "a<|>"),
    ] {
        assert_eq!(shape(script), expected, "{script}");
    }
}

#[test]
fn unfinished_scripts_end() {
    for script in [
        "'",
        "\"",
        "\"\\",
        "\\",
        "$(",
        "${",
        "`",
        "a <<",
        "a <<E",
        "a <<E\nb",
        "<<<",
        "$",
        "a $",
        "$((",
        "((",
        "a=(",
        "[[",
        "case",
        "case x in",
        "case x in a)",
        "case x in (",
        "if",
        "fi",
        ")",
        "esac;;",
        "<(",
        "$'",
        "$'\\x",
        "$\"",
        "\"$(",
        "${x:-\"",
        "(($(a\n",
        "$((a\n",
        "f(",
        "2>",
        "&>",
        ";;&",
        "a=($(",
        "<<A;",
    ] {
        steps(script);
        steps(&format!("x {}", script.repeat(1000)));
        steps(&script.repeat(20_000));
    }
}

#[test]
fn places_are_those_of_the_script() {
    let script = "x \\\n 'a b'c $(d) e";
    let command = &commands(script)[0];
    let places: Vec<_> = command.words.iter().map(|w| &script[w.start..w.end]).collect();
    assert_eq!(places, ["x", "'a b'c", "$(d)", "e"]);
    assert_eq!(command.words[2].expansions, vec![0..4]);
}

/// A piece of a word that bash expands to itself, or to nothing.
fn piece() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec![
        "a", "-b", "=", "é", "#", ":", "/c", "\\ ", "\\'", "\\\"", "\\$", "\\\\", "\\(", "\\#",
    ]);
    let single =
        prop::sample::select(vec!["x y", "(", ")", "\"", "\\", "$e", "#", "`", ";", "\n", "<<A", "$("]);
    let double = prop::sample::select(vec![
        "x y", "(", ")", "'", "\\\"", "\\\\", "\\$", "\\`", "\\q", "#", ";", "\n", "\\\n", "}", "|",
    ]);
    let ansi = prop::sample::select(vec![
        "\\'", "\\\\", "\\n", "\\t", "\\x41", "\\u00e9", "\\101", "(", "\"", "a b", "\\q", "$(",
    ]);
    let double = prop::collection::vec(double, 0..4).prop_map(|pieces| pieces.concat());
    let leaf = prop_oneof![
        plain.prop_map(str::to_owned),
        single.prop_map(|text| format!("'{text}'")),
        double.clone().prop_map(|text| format!("\"{text}\"")),
        double.prop_map(|text| format!("$\"{text}\"")),
        prop::collection::vec(ansi, 0..4).prop_map(|pieces| format!("$'{}'", pieces.concat())),
        Just("$((2 + (1 << 2) + 1))".to_owned()),
        Just("$((1?7:(0)))".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let words = prop::collection::vec(
            prop::collection::vec(inner, 1..3).prop_map(|pieces| pieces.concat()),
            0..3,
        );
        let words = words.prop_map(|words| words.join(" "));
        let form = prop::sample::select(vec![
            "$(q @)",
            "\"$(q @)\"",
            "\"-$(q @ # ) '\n)\"",
            "$(q @; q @)",
            "$( (q @) )",
            "$((q @); q)",
            "${e+@}",
            "\"${e+@}\"",
            "$(case x in y) q @;; (x|z) q @ ;; esac)",
            "\"$(q <<A\n) ' \"\nA\nq @)\"",
            "$(if q; then q @; fi)",
            "`q`",
            "$(q $(q @))",
            "\"$(q \"@\")\"",
            "$([[ a < b ]] && q @)",
            "$(Z=(@); q)",
            "$(q < <(q @))",
        ]);
        // A double-quoted word in a double-quoted word is no longer one.
        (form, words).prop_map(|(form, words)| match form {
            "\"$(q \"@\")\"" => form.replace('@', "x) y"),
            _ => form.replace('@', &words),
        })
    })
}

/// A script in which bash runs every command.
fn script() -> impl Strategy<Value = String> {
    let word = prop::collection::vec(piece(), 1..4).prop_map(|pieces| format!("w{}", pieces.concat()));
    let words = prop::collection::vec(word, 0..4).prop_map(|words| words.join(" "));
    let form = prop::sample::select(vec![
        "p @",
        "p @ # ' \" ) $(",
        "p @ 2>&1",
        "p @ </dev/null",
        "p @; p @",
        "p @ && p @",
        "if true; then p @; fi",
        "( p @ )",
        "{ p @; }",
        "case x in y) : ;; (x|'z z') p @ ;; esac",
        "for i in 1; do p @; done",
        "Z=1 p @",
        "(( 1 << 2 )); p @",
        "[[ a < b && a =~ (a|b) ]] && p @",
        "h <<E\na 'b \" ( ` $e\nE\np @",
        "h <<'E'\n\\a $(\nE\np @",
        "h <<-\\E\n\t a\n\tE\np @",
        "h <<E\na\\\\b \\\nc \\$d \\x\nE\np @",
        "Z=(@ # )\n @); p @",
        "p \\\n @",
        "f() { p @; }; f",
        "! p @",
        "p @ <<A <<B\na\nA\nb\nB\np",
    ]);
    let line = (form, words).prop_map(|(form, words)| match form {
        // An unquoted variable of a here-document is replaced by nothing.
        "h <<E\na 'b \" ( ` $e\nE\np @" => form.replace("` $e", "\\`").replace('@', &words),
        _ => form.replace('@', &words),
    });
    prop::collection::vec(line, 1..5).prop_map(|lines| lines.join("\n"))
}

/// A word as bash expands it, where each substitution has no output.
fn expanded(word: &Word) -> String {
    let mut text = String::new();
    let mut copied = 0;
    for range in &word.expansions {
        text.push_str(&word.text[copied..range.start]);
        if word.text[range.clone()].starts_with("$((") && !word.text[range.clone()].starts_with("$((q") {
            text.push('7');
        }
        copied = range.end;
    }
    text + &word.text[copied..]
}

/// The output of the script, as the reader has it.
fn predicted(script: &str) -> String {
    let mut output = String::new();
    for command in commands(script) {
        let mut words = command.words.iter().skip_while(|word| word.text == "Z=1");
        match words.next().map(|word| word.text.as_str()) {
            Some("p") => {
                words.for_each(|word| write!(output, "[{}]", expanded(word)).unwrap());
                output.push('\n');
            }
            Some("h") => {
                let text = command.heredocs.last().map_or("", |heredoc| heredoc.text.as_str());
                writeln!(output, "<{text}>").unwrap();
            }
            _ => {}
        }
    }
    output
}

/// The output of the script in bash. Bash itself cannot read some of the scripts: these have no output.
fn real(script: &str) -> std::io::Result<Option<String>> {
    let functions = r#"
        unset e
        q() { :; }
        p() { [ $# = 0 ] || printf '[%s]' "$@"; printf '\n'; }
        h() { local text; IFS= read -r -d '' text; printf '<%s>\n' "$text"; }
    "#;
    let bash = Process::new("bash")
        .args(["--norc", "-c", &format!("{functions}\n{script}")])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()?;
    Ok(bash.stderr.is_empty().then(|| String::from_utf8_lossy(&bash.stdout).into_owned()))
}

#[test]
fn random_scripts_are_read_as_bash_reads_them() {
    // The same scripts each time: bash has faults of its own, which a few random scripts in ten thousand meet.
    let mut runner = TestRunner::deterministic();
    let mut compared = 0;
    for _ in 0..300 {
        let script = script().new_tree(&mut runner).unwrap().current();
        match real(&script) {
            Ok(Some(output)) => {
                assert_eq!(predicted(&script), output, "{script}");
                compared += 1;
            }
            Ok(None) => {}
            Err(_) => {
                println!("This test is left out, because there is no bash.");
                return;
            }
        }
    }
    assert!(compared > 150, "bash reads only {compared} of the scripts");
}
