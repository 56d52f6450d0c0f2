//! The escapes of workflow commands, with which a step of GitHub Actions makes annotations.
//!
//! Source: [Workflow commands for GitHub Actions][1].
//!
//! [1]: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

use std::borrow::Cow;
use std::fmt::Write;

/// The message of a workflow command. The runner turns these escapes back.
pub fn data(text: &str) -> Cow<'_, str> {
    escape(text, &['%', '\r', '\n'])
}

/// The value of a property of a workflow command. A comma or a colon would end it.
pub fn property(text: &str) -> Cow<'_, str> {
    escape(text, &['%', '\r', '\n', ':', ','])
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
    }
}
