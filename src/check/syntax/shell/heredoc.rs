//! Here-documents.

use super::list::List;
use super::{Heredoc, Shell, Step};

/// A here-document whose text begins on the next line.
pub(super) struct Announced {
    /// Its command, counted from the first that waits; `None` where that one is gone.
    pub command: Option<usize>,
    /// The line that ends it.
    pub end: String,
    /// Leading tabs are removed.
    pub tabs: bool,
    /// The text is as it stands there, since a part of the end word is quoted.
    pub verbatim: bool,
}

impl Shell<'_> {
    /// Reads the texts of the here-documents that were announced on the line before.
    pub(super) fn heredocs(&mut self, list: &mut List<'_>) {
        while let Some(announced) = list.announced.pop_front() {
            let start = self.at;
            let text = self.heredoc(&announced);
            let command = announced.command.and_then(|number| list.waiting.get_mut(number));
            if let Some(Step::Command(command)) = command {
                command.heredocs.push(Heredoc { text, expands: !announced.verbatim, start });
            }
        }
        list.flush();
    }

    fn heredoc(&mut self, announced: &Announced) -> String {
        let Announced { end, tabs, verbatim, .. } = announced;
        let mut text = String::new();
        // The part of a line that a backslash continues on the next one.
        let mut line_start = 0;
        while self.at < self.script.len() {
            let rest = self.rest();
            let line = rest.split_inclusive('\n').next().unwrap_or(rest);
            self.at += line.len();
            let line = if *tabs && line_start == text.len() { line.trim_start_matches('\t') } else { line };
            let content = line.trim_end_matches(['\n', '\r']);
            if text.get(line_start..) == Some("") && content == end {
                break;
            }
            if *verbatim {
                text.push_str(line);
                line_start = text.len();
                continue;
            }
            if unescape(line, &mut text) {
                continue;
            }
            if text.get(line_start..).map(|line| line.trim_end_matches(['\n', '\r'])) == Some(end) {
                text.truncate(line_start);
                break;
            }
            line_start = text.len();
        }
        text
    }
}

/// Adds a line of a here-document, with its backslashes undone. True if the next line continues it.
fn unescape(line: &str, text: &mut String) -> bool {
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('\n')) => return true,
            ('\\', Some(&next @ ('\\' | '$' | '`'))) => {
                chars.next();
                text.push(next);
            }
            _ => text.push(c),
        }
    }
    false
}
