//! The list of the rules, and the explanation of one.

use std::fmt::Write as _;

use maxpods::check::{Level, RULES, Rule};

use crate::output::columns::Columns;

/// The repository that the guide is in. `repository` of `[package]` names it once the project is published.
const REPOSITORY: &str = match env!("CARGO_PKG_REPOSITORY").as_bytes() {
    b"" => "https://github.com/OWNER/maxpods",
    _ => env!("CARGO_PKG_REPOSITORY"),
};

/// The width of explanations, in characters.
const WIDTH: usize = 100;

/// The page of the guide that explains a rule.
pub fn page(rule: &Rule) -> String {
    format!("{REPOSITORY}/blob/main/.github/docs/check-rules.md#{}", rule.id)
}

/// The rules with their levels, as a table.
pub fn list() -> Vec<u8> {
    let mut columns = Columns::new(&["RULE", "LEVEL", "FINDING"]);
    for rule in RULES {
        columns.row(&[&rule.id, &levels(rule), &plain(rule.summary)]);
    }
    let mut text = Vec::new();
    // Writing to a Vec does not fail.
    let _ = columns.write(&mut text);
    text
}

/// The levels that a rule's findings may have, the usual one first.
fn levels(rule: &Rule) -> String {
    let others = rule.other_levels.iter().map(|(level, _)| *level);
    let names: Vec<_> = [rule.level].into_iter().chain(others).map(Level::name).collect();
    names.join(", ")
}

/// Everything that there is to tell of a rule.
pub fn explanation(rule: &Rule) -> String {
    let mut text = format!("{}\nLevel: {}.\n\n", rule.id, rule.levels());
    text += &wrapped(rule.summary);
    for (title, body) in [("Why it matters", rule.why), ("How to mend it", rule.remedy)] {
        // Writing to a String does not fail.
        let _ = write!(text, "\n{title}\n{}", wrapped(body));
    }
    text += "\nExample\n";
    for line in rule.example.lines() {
        let _ = writeln!(text, "  {line}");
    }
    if !rule.source.is_empty() {
        let _ = write!(text, "\nSource\n{}", wrapped(rule.source));
    }
    let _ = write!(text, "\n{}\n", page(rule));
    text
}

/// Markdown in lines of a terminal, indented by two blanks.
fn wrapped(markdown: &str) -> String {
    let mut lines = String::new();
    for paragraph in plain(markdown).lines() {
        let behind = if paragraph.starts_with("- ") { "    " } else { "  " };
        let mut width = 0;
        for word in paragraph.split_whitespace() {
            let own = word.chars().count();
            if width == 0 {
                lines += "  ";
                width = 2;
            } else if width + 1 + own > WIDTH {
                lines.push('\n');
                lines += behind;
                width = behind.len();
            } else {
                lines.push(' ');
                width += 1;
            }
            lines += word;
            width += own;
        }
        lines.push('\n');
    }
    lines
}

/// Markdown as plain text: without the marks of code, and with the address of a link behind its text. Links within the
/// guide are left out, since the page of the rule has them.
pub fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, link)) = rest.split_once('[') {
        let Some((name, (address, behind))) =
            link.split_once("](").and_then(|(name, target)| Some((name, target.split_once(')')?)))
        else {
            break;
        };
        // A bracket that is none of a link.
        if name.contains(['[', '`']) || name.contains(']') {
            text += before;
            text.push('[');
            rest = link;
            continue;
        }
        text += before;
        text += name;
        if address.contains("://") {
            // Writing to a String does not fail.
            let _ = write!(text, " ({address})");
        }
        rest = behind;
    }
    (text + rest).replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_wrapped_between_words() {
        let text = wrapped(&"word ".repeat(50));
        assert_eq!(text.matches("word").count(), 50);
        assert!(text.lines().all(|line| line.starts_with("  word") && line.len() <= WIDTH), "{text}");
        // Nineteen words of five characters; one more would be beyond the width.
        assert_eq!(text.lines().next().map(str::len), Some(2 + 19 * 5 - 1));
    }

    #[test]
    fn markdown_becomes_plain_text() {
        for (markdown, text) in [
            ("a `b` c", "a b c"),
            ("[a b](c.md#d), e", "a b, e"),
            ("see [a](https://a.b/c); [d](e.md)", "see a (https://a.b/c); d"),
            ("`In [nitro]` and [a](b)", "In [nitro] and a"),
            ("ignore[x] [", "ignore[x] ["),
            ("`ignore[x]`, then [a](b.md)", "ignore[x], then a"),
        ] {
            assert_eq!(plain(markdown), text);
        }
        assert_eq!(wrapped("a:\n- b\n- c"), "  a:\n  - b\n  - c\n");
    }
}
