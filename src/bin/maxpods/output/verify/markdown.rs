//! A table in GitHub's Markdown, for `$GITHUB_STEP_SUMMARY` and comments.

use std::fmt::{self, Display, Write as _};
use std::io::{self, Write};

use super::{Format, Report, node_name, node_type};
use crate::output::columns::Known;

pub struct Markdown;

impl Format<Report> for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn about(&self) -> &'static str {
        "a table in Markdown, for $GITHUB_STEP_SUMMARY"
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "**{}**\n", report.summary())?;
        let remedies = report.remedies();
        for remedy in &remedies {
            writeln!(out, "- {}", Plain(remedy))?;
        }
        if !remedies.is_empty() {
            writeln!(out)?;
        }
        writeln!(out, "| Node | Instance type | Pods | Recommended | Allowed | Verdict | Reason |")?;
        writeln!(out, "| --- | --- | ---: | ---: | ---: | --- | --- |")?;
        for (node, judgement) in report.checks() {
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {} |",
                Plain(node_name(node)),
                Plain(node_type(node)),
                Known(node.pods.number()),
                Known(judgement.recommended),
                Known(judgement.allowed),
                judgement.verdict.name(),
                Plain(Known(judgement.reason.as_ref())),
            )?;
        }
        Ok(())
    }
}

/// Text that Markdown shows as it is: no markup, no links, no HTML, and no end of a table's cell.
struct Plain<T>(T);

impl<T: Display> Display for Plain<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut writer = Writer { out: f, last: ' ' };
        write!(writer, "{}", self.0)
    }
}

struct Writer<'a, 'b> {
    out: &'a mut fmt::Formatter<'b>,
    /// The character before the next one.
    last: char,
}

impl fmt::Write for Writer<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            let means_something = match c {
                // Harmless in the middle of a line.
                ',' | ';' | ':' | '\'' | '(' | ')' | '-' | '"' | '=' | '+' | '%' | '?' => false,
                // GitHub makes links of `http://` and `www.`.
                '/' => self.last == ':',
                '.' => self.last.eq_ignore_ascii_case(&'w'),
                c => c.is_ascii_punctuation(),
            };
            if means_something {
                self.out.write_char('\\')?;
            }
            // Text from outside is escaped before it comes here, so a line break is not to be expected.
            self.out.write_char(if c.is_control() { ' ' } else { c })?;
            self.last = c;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn markup_is_shown_as_it_is() {
        let cases = [
            ("ip-10-0-1-2.ec2.internal", "ip-10-0-1-2.ec2.internal"),
            ("more pods than addresses; right with", "more pods than addresses; right with"),
            ("a|b", "a\\|b"),
            ("`x`", "\\`x\\`"),
            ("<img src=x>", "\\<img src=x\\>"),
            ("[a](b)", "\\[a\\](b)"),
            ("**a** _b_ ~c~", "\\*\\*a\\*\\* \\_b\\_ \\~c\\~"),
            ("&lt; \\ #1 @a !", "\\&lt; \\\\ \\#1 \\@a \\!"),
            ("http://a/b www.b WWW.c", "http:\\//a/b www\\.b WWW\\.c"),
            ("line\nbreak\r", "line break "),
        ];
        let wrong: Vec<_> =
            cases.into_iter().filter(|(text, plain)| Plain(text).to_string() != *plain).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
