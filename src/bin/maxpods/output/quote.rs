//! Text quoted so that it keeps its meaning wherever it is pasted. Expressions may hold any characters.

use std::borrow::Cow;
use std::fmt::Write;

/// As one word of a POSIX shell.
pub fn shell(text: &str) -> Cow<'_, str> {
    // Only NUL has no quoting, and no name that was read has control characters.
    shlex::try_quote(text).unwrap_or(Cow::Borrowed("''"))
}

/// As a YAML string: plain if YAML can only read it as a string, else in double quotes.
pub fn yaml(text: &str) -> Cow<'_, str> {
    let begins_as_a_word = text.starts_with(|c: char| c.is_ascii_lowercase());
    let is_a_name = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    // With a dot or a hyphen in it, it cannot be `null`, `true` or any other word of YAML's own.
    if begins_as_a_word && is_a_name && text.contains(['.', '-']) {
        return Cow::Borrowed(text);
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        // Writing to a String does not fail.
        let _ = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            ' '..='~' => write!(quoted, "{c}"),
            _ => write!(quoted, "\\U{:08X}", u32::from(c)),
        };
    }
    quoted.push('"');
    Cow::Owned(quoted)
}

/// As the name of a node group: letters, digits and hyphens, a letter first, at most 50 characters
/// (eksctl puts it into the name of a `CloudFormation` stack).
pub fn node_group(instance_type: &str) -> String {
    let words = instance_type.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-");
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name = format!("ng-{name}");
    }
    name.truncate(50);
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay_plain() {
        assert_eq!(shell("m7i-flex.large"), "m7i-flex.large");
        assert_eq!(yaml("u7i-12tb.224xlarge"), "u7i-12tb.224xlarge");
        assert_eq!(node_group("m7i-flex.large"), "m7i-flex-large");
    }

    #[test]
    fn text_that_yaml_would_misread_is_quoted() {
        for (text, quoted) in [
            ("1.5", "\"1.5\""),
            ("null", "\"null\""),
            ("a: b.c", "\"a: b.c\""),
            ("a.b #c", "\"a.b #c\""),
            ("\"\\", "\"\\\"\\\\\""),
            ("é😀", "\"\\U000000E9\\U0001F600\""),
            ("", "\"\""),
        ] {
            assert_eq!(yaml(text), quoted);
        }
    }

    #[test]
    fn node_group_names_are_legal() {
        for (text, name) in [
            ("m5.large", "m5-large"),
            ("..", "ng"),
            ("9x.large", "ng-9x-large"),
            ("a'; rm -rf / #.é", "a-rm-rf"),
        ] {
            assert_eq!(node_group(text), name);
        }
        assert_eq!(node_group(&"x.".repeat(40)).len(), 49);
    }
}
