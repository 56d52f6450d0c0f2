//! A shell script as commands and words, as far as quoting, line continuations and here-documents go.
//! Nothing is run or expanded.

use std::collections::VecDeque;

/// A simple command: the words between two separators.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Command {
    pub words: Vec<Word>,
    pub heredocs: Vec<Heredoc>,
}

/// A word without its quotes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub text: String,
    /// The start of the word in the script, in bytes, quotes included.
    pub start: usize,
    pub end: usize,
}

/// The text of a here-document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heredoc {
    /// Without the leading tabs where they are to be removed (`<<-`).
    pub text: String,
    /// The start of its first line in the script, in bytes.
    pub start: usize,
}

/// Splits a script into commands.
pub(crate) fn commands(script: &str) -> Vec<Command> {
    let mut shell =
        Shell { script, at: 0, commands: Vec::new(), current: Command::default(), pending: VecDeque::new() };
    while let Some(c) = shell.peek() {
        shell.step(c);
    }
    shell.end_command();
    shell.commands
}

struct Shell<'a> {
    script: &'a str,
    at: usize,
    commands: Vec<Command>,
    current: Command,
    /// Here-documents whose text starts on the next line: the number of their command, the word that ends
    /// them, and whether leading tabs are removed.
    pending: VecDeque<(usize, String, bool)>,
}

impl Shell<'_> {
    fn rest(&self) -> &str {
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

    /// Reads whatever starts with this character, outside of a word.
    fn step(&mut self, c: char) {
        match c {
            '\n' => {
                self.next();
                self.end_command();
                self.heredoc_texts();
            }
            ' ' | '\t' | '\r' => {
                self.next();
            }
            '\\' if self.eat("\\\n") || self.eat("\\\r\n") => {}
            '#' => {
                let end = self.rest().find('\n').unwrap_or(self.rest().len());
                self.at += end;
            }
            ';' | '&' | '|' | '(' | ')' => {
                self.next();
                self.end_command();
            }
            '<' if self.eat("<<<") => {}
            '<' if self.eat("<<") => {
                let tabs = self.eat("-");
                while self.eat(" ") || self.eat("\t") {}
                let word = self.word();
                self.pending.push_back((self.commands.len(), word.text, tabs));
            }
            '<' | '>' => {
                self.next();
                self.eat("&");
            }
            _ => {
                let word = self.word();
                self.current.words.push(word);
            }
        }
    }

    fn end_command(&mut self) {
        let command = std::mem::take(&mut self.current);
        // A command with nothing but a here-document keeps its number.
        let number = self.commands.len();
        if !command.words.is_empty() || self.pending.iter().any(|(pending, ..)| *pending == number) {
            self.commands.push(command);
        }
    }

    /// Reads the texts of the here-documents that were announced on the line before.
    fn heredoc_texts(&mut self) {
        while let Some((command, end, tabs)) = self.pending.pop_front() {
            let start = self.at;
            let mut text = String::new();
            while self.at < self.script.len() {
                let rest = self.script.get(self.at..).unwrap_or("");
                let line = rest.split_inclusive('\n').next().unwrap_or(rest);
                self.at += line.len();
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                if line.trim_end_matches(['\n', '\r']) == end {
                    break;
                }
                text.push_str(line);
            }
            if let Some(command) = self.commands.get_mut(command) {
                command.heredocs.push(Heredoc { text, start });
            }
        }
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\'' => {
                    self.next();
                    let rest = self.rest();
                    let end = rest.find('\'').unwrap_or(rest.len());
                    text.push_str(rest.get(..end).unwrap_or(""));
                    self.at += end;
                    self.next();
                }
                '"' => self.double_quoted(&mut text),
                '\\' if self.eat("\\\n") || self.eat("\\\r\n") => {}
                '\\' => {
                    self.next();
                    text.extend(self.next());
                }
                '$' | '`' => self.substitution(&mut text),
                _ => {
                    self.next();
                    text.push(c);
                }
            }
        }
        // A character that neither starts nor separates words must not stop the script here.
        if self.at == start {
            self.next();
        }
        Word { text, start, end: self.at }
    }

    fn double_quoted(&mut self, text: &mut String) {
        self.next();
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.next();
                    return;
                }
                '\\' if self.eat("\\\n") || self.eat("\\\r\n") => {}
                '\\' => {
                    self.next();
                    match self.next() {
                        Some(c @ ('$' | '`' | '"' | '\\')) => text.push(c),
                        Some(c) => text.extend(['\\', c]),
                        None => {}
                    }
                }
                '$' | '`' => self.substitution(text),
                _ => {
                    self.next();
                    text.push(c);
                }
            }
        }
    }

    /// `$(…)`, `${…}`, `` `…` ``, and a `$` with a name: kept as they are written.
    fn substitution(&mut self, text: &mut String) {
        let start = self.at;
        let rest = self.rest();
        let (open, close) = if rest.starts_with("$(") {
            ('(', ')')
        } else if rest.starts_with("${") {
            ('{', '}')
        } else if rest.starts_with('`') {
            ('`', '`')
        } else {
            text.extend(self.next());
            return;
        };
        self.next();
        let mut depth = usize::from(open == close);
        while let Some(c) = self.next() {
            if c == '\\' {
                self.next();
            } else if c == close {
                depth -= 1;
            } else if c == open {
                depth += 1;
            } else {
                continue;
            }
            if depth == 0 {
                break;
            }
        }
        text.push_str(self.script.get(start..self.at).unwrap_or(""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<Vec<String>> {
        let texts = |command: Command| command.words.into_iter().map(|word| word.text).collect();
        commands(script).into_iter().map(texts).collect()
    }

    #[test]
    fn words_are_those_of_a_shell() {
        for (script, expected) in [
            ("a b\tc\n\nd", vec![vec!["a", "b", "c"], vec!["d"]]),
            ("a 'b  c' \"d $E\" # f\ng", vec![vec!["a", "b  c", "d $E"], vec!["g"]]),
            ("a \\\n  --b \\\r\n c", vec![vec!["a", "--b", "c"]]),
            ("a b\\ c \"d\\\"e\\f\" 'g\\'", vec![vec!["a", "b c", "d\"e\\f", "g\\"]]),
            (
                "a=1; b && c || d | e & f",
                vec![vec!["a=1"], vec!["b"], vec!["c"], vec!["d"], vec!["e"], vec!["f"]],
            ),
            ("a --x=$(b \"c d\" (e)) f", vec![vec!["a", "--x=$(b \"c d\" (e))", "f"]]),
            ("a \"x $(b \"c\") y\" ${D:-e f}", vec![vec!["a", "x $(b \"c\") y", "${D:-e f}"]]),
            ("a `b c` d#e", vec![vec!["a", "`b c`", "d#e"]]),
            ("a > /x 2>&1 <y", vec![vec!["a", "/x", "2", "1", "y"]]),
            ("a\"b\"'c' \"\"", vec![vec!["abc", ""]]),
            ("# only\n   ", vec![]),
        ] {
            assert_eq!(words(script), expected, "{script}");
        }
    }

    #[test]
    fn here_documents_belong_to_their_command() {
        let script = "cat <<A >x <<-'B'\n1\nA\n\t2\n\tB\nd\n";
        let commands = commands(script);
        assert_eq!(commands.len(), 2);
        let texts: Vec<_> = commands[0].heredocs.iter().map(|h| (h.text.as_str(), h.start)).collect();
        assert_eq!(texts, [("1\n", 18), ("2\n", 22)]);
        assert_eq!(commands[1].words[0].text, "d");
    }

    #[test]
    fn unfinished_scripts_end() {
        for script in
            ["'", "\"", "\"\\", "\\", "$(", "${", "`", "a <<", "a <<E", "a <<E\nb", "<<<", "$", "a $"]
        {
            commands(script);
            commands(&format!("x {}", script.repeat(1000)));
        }
    }

    #[test]
    fn places_are_those_of_the_script() {
        let script = "x \\\n 'a b'c d";
        let command = &commands(script)[0];
        let places: Vec<_> = command.words.iter().map(|w| &script[w.start..w.end]).collect();
        assert_eq!(places, ["x", "'a b'c", "d"]);
    }
}
