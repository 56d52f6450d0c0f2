//! Comments in files that silence findings: `# maxpods: ignore` and `# maxpods: ignore[rule,rule]`, on the line of the
//! finding or alone on the line above it. `//` begins a comment as well, as in Terraform's language.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::report::Finding;
use super::rules::unused;
use super::source::{Mark, Source, Spot};

/// The text that a comment has.
const MARK: &str = "maxpods: ignore";

/// The comment of a line.
#[derive(Debug)]
struct Comment {
    spot: Spot,
    /// The line whose findings it silences.
    silences: usize,
    /// The names of the rules; none for all of them.
    rules: Vec<String>,
    /// The names that have silenced a finding; `true` for a comment without names.
    used: Vec<bool>,
}

/// The comments of all files.
#[derive(Debug, Default)]
pub(super) struct Ignores {
    /// By the number of the file and the line that they silence, since both may be many.
    comments: BTreeMap<(usize, usize), Vec<Comment>>,
}

impl Ignores {
    /// Keeps the comments of a file.
    pub fn add(&mut self, source: &Rc<Source>) {
        if !source.text().contains(MARK) {
            return;
        }
        let lines = source.text().lines().enumerate();
        for comment in lines.filter_map(|(at, line)| comment(source, at + 1, line)) {
            self.comments.entry((source.file_number(), comment.silences)).or_default().push(comment);
        }
    }

    /// Takes out the findings that a comment silences, and adds a note for each comment that silences nothing.
    pub fn apply(mut self, findings: Vec<Finding>) -> Vec<Finding> {
        if self.comments.is_empty() {
            return findings;
        }
        let mut kept: Vec<_> = findings.into_iter().filter(|finding| !self.silences(finding)).collect();
        for comment in self.comments.into_values().flatten() {
            let unused_names = comment.rules.iter().zip(&comment.used).filter(|(_, used)| !**used);
            let names: Vec<_> = unused_names.map(|(name, _)| name.clone()).collect();
            let is_unused =
                if comment.rules.is_empty() { !comment.used.contains(&true) } else { !names.is_empty() };
            if is_unused {
                kept.push(unused(&comment.spot, &names));
            }
        }
        kept
    }

    fn silences(&mut self, finding: &Finding) -> bool {
        let key = (finding.place.file, finding.place.mark.line);
        let Some(comments) = self.comments.get_mut(&key) else { return false };
        let mut silenced = false;
        for comment in comments {
            if comment.rules.is_empty() {
                comment.used = vec![true];
                silenced = true;
            }
            for (name, used) in comment.rules.iter().zip(&mut comment.used) {
                if name == finding.rule.id {
                    *used = true;
                    silenced = true;
                }
            }
        }
        silenced
    }
}

/// The comment on a line, if there is one.
fn comment(source: &Rc<Source>, number: usize, line: &str) -> Option<Comment> {
    let at = line.find(MARK)?;
    let before = line.get(..at)?.trim_end();
    let code = before.strip_suffix('#').or_else(|| before.strip_suffix("//"))?.trim_end_matches(['#', '/']);
    let rest = line.get(at + MARK.len()..)?;
    let names = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(names, _)| names);
    // `maxpods: ignored` is another word.
    if names.is_none() && rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let rules: Vec<String> = names
        .unwrap_or("")
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(Into::into)
        .collect();
    let silences = if code.trim().is_empty() { number + 1 } else { number };
    let column = line.get(..at)?.chars().count() + 1;
    let used = vec![false; rules.len()];
    Some(Comment { spot: Spot::new(source, Mark { line: number, column }), silences, rules, used })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments() {
        let source = Source::file(0, String::new());
        for (line, expected) in [
            ("a: 1 # maxpods: ignore", Some((7, vec![]))),
            ("# maxpods: ignore[over-allowed, mixed-types]", Some((8, vec!["over-allowed", "mixed-types"]))),
            ("  // maxpods: ignore", Some((8, vec![]))),
            ("x = 1 // maxpods: ignore[a] because", Some((7, vec!["a"]))),
            ("## maxpods: ignore", Some((8, vec![]))),
            ("a: maxpods: ignore", None),
            ("# maxpods: ignored", None),
            ("# maxpods: ignoreé", None),
        ] {
            let found = comment(&source, 7, line);
            let found = found.map(|comment| (comment.silences, comment.rules));
            let expected =
                expected.map(|(line, rules)| (line, rules.into_iter().map(String::from).collect()));
            assert_eq!(found, expected, "{line}");
        }
    }
}
