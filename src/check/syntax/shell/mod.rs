//! A shell script as commands and words, with its here-documents and its branches. Nothing is run or expanded.
//!
//! Source: the grammar of the [Bash Reference Manual][1]. The tests hold it against the real bash.
//!
//! [1]: https://www.gnu.org/software/bash/manual/bash.html

mod heredoc;
mod list;
#[cfg(test)]
mod tests;
mod word;

use std::ops::Range;

/// Substitutions are read this deep, one in the other. What is deeper ends the script.
const DEEPEST: usize = 50;

/// After so many times that `((` was no arithmetic, it is taken for two parentheses.
const MOST_MISTAKEN: usize = 20;

/// The most commands that are kept until the here-documents of their line are read.
const MOST_WAITING: usize = 1000;

/// A part of a script, in the order in which they stand there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Command(Command),
    /// Alternatives begin, of which at most one is run: those of `if` and `case`, and what stands behind `||`, or
    /// behind a test and `&&`.
    Open,
    /// The next alternative begins.
    Next,
    /// The alternatives end. `exhaustive` says that one of them is always run.
    Close {
        exhaustive: bool,
    },
}

/// A simple command: the words between two separators.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Command {
    pub words: Vec<Word>,
    pub redirects: Vec<Redirect>,
    pub heredocs: Vec<Heredoc>,
    /// The number of here-documents that are still to be read.
    announced: usize,
}

/// A redirection to or from a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// `>`, `>>`, `<`, and others.
    pub operator: &'static str,
    pub target: Word,
}

/// A word without its quotes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// The text. Substitutions and variables stand in it as they are written.
    pub text: String,
    /// The substitutions and variables, as ranges of the text.
    pub expansions: Vec<Range<usize>>,
    /// The words of an array, where this is `NAME=(…)`.
    pub array: Option<Box<[Word]>>,
    /// True if some of it was quoted.
    pub quoted: bool,
    /// The start of the word in the script, in bytes, quotes included.
    pub start: usize,
    pub end: usize,
}

impl Word {
    /// True if the word is this one, without quotes and without substitutions.
    fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.expansions.is_empty() && self.text == keyword
    }
}

/// The text of a here-document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heredoc {
    /// Without the leading tabs where they are to be removed (`<<-`). Substitutions stand in it as they are written.
    pub text: String,
    /// True if the shell replaces the variables in it.
    pub expands: bool,
    /// The start of its first line in the script, in bytes.
    pub start: usize,
}

/// Reads a script.
pub(crate) fn read(script: &str, step: &mut dyn FnMut(Step)) {
    let mut shell = Shell { script, at: 0, depth: 0, mistaken: 0 };
    shell.list(Some(step));
}

/// A place in a script.
struct Shell<'s> {
    script: &'s str,
    at: usize,
    /// The number of substitutions around this place.
    depth: usize,
    /// The number of times that `((` was no arithmetic, so that the text was read again.
    mistaken: usize,
}

impl<'s> Shell<'s> {
    fn rest(&self) -> &'s str {
        self.script.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Passes over a text if it stands here.
    fn eat(&mut self, text: &str) -> bool {
        let here = self.rest().starts_with(text);
        if here {
            self.at += text.len();
        }
        here
    }

    /// Passes over a line break behind a backslash.
    fn continues(&mut self) -> bool {
        self.eat("\\\n") || self.eat("\\\r\n")
    }

    /// Passes over blanks, and over line breaks and comments where `lines` says so.
    fn blanks(&mut self, lines: bool) {
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' => self.at += 1,
                '\n' if lines => self.at += 1,
                '#' if lines => self.comment(),
                '\\' if self.continues() => {}
                _ => return,
            }
        }
    }

    /// Passes over the rest of the line.
    fn comment(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }
}
