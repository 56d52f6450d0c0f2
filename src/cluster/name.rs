//! Makes names from a cluster safe to show, even if somebody wrote them to do harm.

use std::fmt;

/// Shows the name of a node.
///
/// A name that Kubernetes allows, a [DNS subdomain][1] of at most 253 characters, is shown as it is. In any
/// other name, each character that Kubernetes does not allow there is written as an escape, and of a long
/// name only the beginning is shown. So no name can be taken for a command by a terminal, by the log of
/// a CI system (`::error`), or by a spreadsheet (`=1+1`).
///
/// ```
/// use maxpods::cluster::NodeName;
/// assert_eq!(NodeName("ip-10-0-1-2.ec2.internal").to_string(), "ip-10-0-1-2.ec2.internal");
/// assert_eq!(NodeName("::error").to_string(), "\\u{3a}\\u{3a}error");
/// ```
///
/// [1]: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
#[derive(Debug, Clone, Copy)]
pub struct NodeName<'a>(pub &'a str);

impl fmt::Display for NodeName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, 253, |at, c| matches!(c, 'a'..='z' | '0'..='9') || is_inner(at, c), f)
    }
}

/// Shows the instance type that a node's label gives, in the way of [`NodeName`]. The names of types have
/// at most 64 letters, digits, dots and hyphens.
#[derive(Debug, Clone, Copy)]
pub struct TypeLabel<'a>(pub &'a str);

impl fmt::Display for TypeLabel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, 64, |at, c| c.is_ascii_alphanumeric() || is_inner(at, c), f)
    }
}

/// Shows the group of a node, which a label gives, in the way of [`NodeName`]. The values of labels have at most 63
/// letters, digits, dots, hyphens and underscores.
#[derive(Debug, Clone, Copy)]
pub struct GroupName<'a>(pub &'a str);

impl fmt::Display for GroupName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, 63, |at, c| c.is_ascii_alphanumeric() || c == '_' || is_inner(at, c), f)
    }
}

/// Shows the text that a node has in place of a number, in the way of [`NodeName`].
pub(super) struct NoNumber<'a>(pub &'a str);

impl fmt::Display for NoNumber<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, SHOWN, |_, c| c.is_ascii_alphanumeric() || " .-+".contains(c), f)
    }
}

/// Dots and hyphens are allowed in a name, but not at its start: to a spreadsheet, a hyphen there begins
/// a formula.
fn is_inner(at: usize, c: char) -> bool {
    at > 0 && matches!(c, '.' | '-')
}

/// The number of characters that are shown of a name that is too long.
const SHOWN: usize = 60;

/// Writes a name. A real name has at most `most` bytes, and a longer one is cut. `allowed` gets the place of each
/// character, in bytes, and the character.
fn write(
    name: &str,
    most: usize,
    allowed: fn(usize, char) -> bool,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let (name, rest) = match name.char_indices().nth(SHOWN) {
        Some((end, _)) if name.len() > most => (&name[..end], "…"),
        _ => (name, ""),
    };
    for (at, c) in name.char_indices() {
        if allowed(at, c) {
            fmt::Write::write_char(f, c)?;
        } else {
            write!(f, "{}", c.escape_unicode())?;
        }
    }
    f.write_str(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_kubernetes_allows_is_shown_as_it_is() {
        let long = "n".repeat(253);
        let cases = [
            ("ip-10-0-17-23.eu-west-1.compute.internal", "ip-10-0-17-23.eu-west-1.compute.internal"),
            ("a", "a"),
            ("", ""),
            (long.as_str(), long.as_str()),
            ("Node_1", "\\u{4e}ode\\u{5f}1"),
            ("::error::x", "\\u{3a}\\u{3a}error\\u{3a}\\u{3a}x"),
            ("##[error]x", "\\u{23}\\u{23}\\u{5b}error\\u{5d}x"),
            ("=1+1", "\\u{3d}1\\u{2b}1"),
            ("-1", "\\u{2d}1"),
            (".a-", "\\u{2e}a-"),
            ("@a\tb", "\\u{40}a\\u{9}b"),
            ("a|`<b>\n", "a\\u{7c}\\u{60}\\u{3c}b\\u{3e}\\u{a}"),
            ("\\u{3a}", "\\u{5c}u\\u{7b}3a\\u{7d}"),
            ("é\u{202e}", "\\u{e9}\\u{202e}"),
        ];
        let wrong: Vec<_> =
            cases.into_iter().filter(|(name, shown)| NodeName(name).to_string() != *shown).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(NodeName(&"n".repeat(254)).to_string(), "n".repeat(SHOWN) + "…");
        assert!(NodeName(&"\u{10ffff}".repeat(1 << 20)).to_string().len() <= SHOWN * 10 + "…".len());
        // 100 characters of 3 bytes each are more than 253 bytes.
        assert_eq!(NodeName(&"数".repeat(100)).to_string(), "\\u{6570}".repeat(SHOWN) + "…");
        assert_eq!(TypeLabel(&"m".repeat(65)).to_string(), "m".repeat(SHOWN) + "…");
    }

    #[test]
    fn labels_of_types_may_have_capitals() {
        assert_eq!(TypeLabel("u-6tb1.112xlarge").to_string(), "u-6tb1.112xlarge");
        assert_eq!(TypeLabel("M5.Large").to_string(), "M5.Large");
        assert_eq!(TypeLabel(" =m5").to_string(), "\\u{20}\\u{3d}m5");
        assert_eq!(TypeLabel("-m5").to_string(), "\\u{2d}m5");
    }

    #[test]
    fn what_is_no_number_is_shown_as_a_number_would_be() {
        assert_eq!(NoNumber("-1.5e+3 m").to_string(), "-1.5e+3 m");
        assert_eq!(NoNumber("##[x]::").to_string(), "\\u{23}\\u{23}\\u{5b}x\\u{5d}\\u{3a}\\u{3a}");
    }
}
