//! The page of the guide on the rules is that of the code, and each rule finds something in its example.

use std::fmt::Write as _;
use std::fs;

use maxpods::check::{RULES, Rule};

use super::{check, findings};
use crate::support::check_each;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.github/docs/check-rules.md");

/// The width of the page.
const WIDTH: usize = 120;

const HEAD: &str = "# The rules of `check`\n\nEach finding of [`maxpods check`](check.md) has the name of one of these rules. \
                    The names do not change from one version to the next. `maxpods check --rules` prints this list, and \
                    `maxpods check --explain RULE` one of the sections.\n\n| rule | level | it finds |\n| --- | --- | --- |\n";

/// Text in lines of the page.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    for paragraph in text.lines() {
        let is_whole = paragraph.starts_with('|') || paragraph.starts_with('#');
        let mut width = 0;
        for word in paragraph.split(' ') {
            let own = word.chars().count();
            if width > 0 && width + 1 + own > WIDTH && !is_whole {
                lines += if paragraph.starts_with("- ") { "\n  " } else { "\n" };
                width = own;
            } else {
                lines += if width > 0 { " " } else { "" };
                width += own + 1;
            }
            lines += word;
        }
        lines.push('\n');
    }
    lines
}

fn section(rule: &Rule) -> String {
    let mut text = format!("\n### {}\n\nLevel: {}. {}\n", rule.id, rule.levels(), rule.summary);
    write!(text, "\n**Why it matters.** {}\n", rule.why.replacen("\n- ", "\n\n- ", 1)).unwrap();
    let language = match rule.example {
        text if text.starts_with("#!") => "sh",
        _ => "yaml",
    };
    write!(text, "\n**How to mend it.** {}\n", rule.remedy).unwrap();
    if !rule.source.is_empty() {
        write!(text, "\nSource: {}.\n", rule.source).unwrap();
    }
    let text = wrapped(&text);
    format!("{text}\nAn example:\n\n```{language}\n{}\n```\n", rule.example)
}

fn page() -> String {
    let mut page = wrapped(HEAD);
    for rule in RULES {
        writeln!(
            page,
            "| [{0}](#{0}) | {1} | {2} |",
            rule.id,
            rule.levels(),
            rule.summary.trim_end_matches('.')
        )
        .unwrap();
    }
    page + &RULES.iter().map(|rule| section(rule)).collect::<String>()
}

/// `TRYCMD=overwrite` writes the page, as it does with the examples of the guide.
#[test]
fn the_page_is_that_of_the_code() {
    let page = page();
    if std::env::var("TRYCMD").is_ok_and(|what| what == "overwrite") {
        fs::write(PAGE, &page).unwrap();
    }
    let there = fs::read_to_string(PAGE).unwrap();
    let differs = page.lines().zip(there.lines()).find(|(new, old)| new != old);
    assert!(
        page == there,
        "write it with TRYCMD=overwrite cargo test rules_page; the first line that differs: {differs:?}"
    );
}

#[test]
fn each_rule_finds_something_in_its_example() {
    check_each(RULES, |rule| {
        let example = rule.example.replace("\\r", "\r") + "\n";
        let only = format!("--only {}", rule.id);
        let runs = ["", "--instance-type m5.large", "--instance-type t3.medium"]
            .map(|types| findings(&format!("{only} {types}"), &example));
        let found =
            runs.iter().any(|(_, found)| found.iter().any(|row| row.contains(&format!(" {} ", rule.id))));
        assert!(found, "{runs:?} {:?}", check("--instance-type m5.large", &example));
    });
}
