//! The escapes of workflow commands, with which a step of GitHub Actions makes annotations.
//!
//! Source: [Workflow commands for GitHub Actions][1].
//!
//! [1]: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

use std::borrow::Cow;
use std::fmt::Write;

/// The message of a workflow command. The runner turns these escapes back.
pub fn data(text: &str) -> String {
    escape(&without_brackets(text), &['%', '\r', '\n']).into_owned()
}

/// The value of a property of a workflow command. A comma or a colon would end it.
pub fn property(text: &str) -> String {
    escape(&without_brackets(text), &['%', '\r', '\n', ':', ',']).into_owned()
}

/// Text with every workflow command in it made harmless, visibly. A runner looks for them in the log of each step, also in
/// the names and the lines of files that are shown there.
///
/// The runner of GitHub takes a line that begins with `::`, after blanks, and one that has `##[` anywhere. That of Azure
/// Pipelines takes `##vso[`, too.
pub fn disarmed(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return text.into();
    }
    text.split_inclusive('\n').map(|line| without_brackets(&without_colons(line)).into_owned()).collect()
}

/// A line that does not begin with `::`.
fn without_colons(line: &str) -> Cow<'_, str> {
    match line.trim_start().strip_prefix("::") {
        Some(rest) => {
            let blanks = line.len() - line.trim_start().len();
            format!("{}\\u{{3a}}:{rest}", &line[..blanks]).into()
        }
        None => line.into(),
    }
}

/// A text without `##[` or `##word[`.
fn without_brackets(text: &str) -> Cow<'_, str> {
    let mut escaped = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("##") {
        let (before, hashes) = rest.split_at(at + 2);
        escaped += before;
        let word = hashes.trim_start_matches(|c: char| c == '#' || c.is_ascii_alphanumeric());
        escaped += &hashes[..hashes.len() - word.len()];
        rest = word;
        if let Some(behind) = word.strip_prefix('[') {
            escaped += "\\u{5b}";
            rest = behind;
        }
    }
    if escaped.is_empty() { text.into() } else { (escaped + rest).into() }
}

fn escape<'a>(text: &'a str, special: &[char]) -> Cow<'a, str> {
    if !text.contains(special) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if special.contains(&c) {
            // Writing to a String does not fail.
            let _ = write!(escaped, "%{:02X}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_end_early() {
        assert_eq!(property("100%\r\n::error::,"), "100%25%0D%0A%3A%3Aerror%3A%3A%2C");
        assert_eq!(data("100%\r\n::error::,"), "100%25%0D%0A::error::,");
        assert_eq!(data("node a over"), "node a over");
        assert_eq!(data("a ##[error]b"), "a ##\\u{5b}error]b");
    }

    #[test]
    fn commands_in_text_are_made_harmless() {
        for (text, harmless) in [
            ("a::b ## [x] # [", "a::b ## [x] # ["),
            ("::error::x", "\\u{3a}:error::x"),
            ("a\n \t\u{3000}::add-mask::x\n::", "a\n \t\u{3000}\\u{3a}:add-mask::x\n\\u{3a}:"),
            (":::x", "\\u{3a}::x"),
            ("x ##[group]y", "x ##\\u{5b}group]y"),
            ("###[x##[", "###\\u{5b}x##\\u{5b}"),
            ("##vso[task.setvariable]", "##vso\\u{5b}task.setvariable]"),
            ("##", "##"),
            ("## é[", "## é["),
            ("::##[x\n", "\\u{3a}:##\\u{5b}x\n"),
        ] {
            assert_eq!(disarmed(text), harmless, "{text:?}");
        }
    }
}
