//! Quotes text for a shell and for YAML, so that it keeps its meaning there. An expression may contain any
//! character.

use std::borrow::Cow;
use std::fmt::Write;

/// Quotes text as one word of a POSIX shell.
pub fn shell(text: &str) -> Cow<'_, str> {
    // Only NUL cannot be quoted. It does not come here, because names with control characters are refused when they
    // are read.
    shlex::try_quote(text).unwrap_or(Cow::Borrowed("''"))
}

/// Quotes text as a YAML string. Text that YAML can only read as a string stays as it is, and other text gets
/// double quotes.
pub fn yaml(text: &str) -> Cow<'_, str> {
    let begins_as_a_word = text.starts_with(|c: char| c.is_ascii_lowercase());
    let is_a_name = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    // A word with a dot or a hyphen in it cannot be one that YAML reserves, such as `null` or `true`.
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

/// Makes a name for a node group: a letter, and then letters, digits and hyphens, at most 50 characters in all.
/// eksctl uses it in the name of a `CloudFormation` stack, which has these rules.
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
