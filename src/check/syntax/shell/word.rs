//! Words: quotes, variables and substitutions.

use super::{DEEPEST, MOST_MISTAKEN, Shell, Word};

/// The characters that end a word.
const METACHARACTERS: &str = " \t\r\n;&|()<>";

impl Shell<'_> {
    /// Reads a word. It takes at least one character, whatever that is.
    pub(super) fn word(&mut self) -> Word {
        let mut word = Word { start: self.at, ..Word::default() };
        if self.rest().starts_with("<(") || self.rest().starts_with(">(") {
            self.substitution(&mut word, 2);
        }
        while let Some(c) = self.peek() {
            if c == '(' && word.expansions.is_empty() && is_assignment(&word.text) {
                self.array(&mut word);
            } else if METACHARACTERS.contains(c) {
                break;
            } else {
                self.piece(&mut word, c);
            }
        }
        self.ended(word)
    }

    /// Reads a word of `[[ … ]]`, which blanks alone end.
    pub(super) fn test_word(&mut self) -> Word {
        let mut word = Word { start: self.at, ..Word::default() };
        while let Some(c) = self.peek() {
            if matches!(c, ' ' | '\t' | '\r' | '\n') {
                break;
            }
            self.piece(&mut word, c);
        }
        self.ended(word)
    }

    fn ended(&mut self, mut word: Word) -> Word {
        // A character that neither starts nor separates words must not stop the script here.
        if self.at == word.start {
            self.next();
        }
        word.end = self.at;
        word
    }

    /// Reads a piece of a word that is not in quotes.
    fn piece(&mut self, word: &mut Word, c: char) {
        match c {
            '\'' => {
                self.at += 1;
                let rest = self.rest();
                let end = rest.find('\'').unwrap_or(rest.len());
                word.text.push_str(rest.get(..end).unwrap_or(""));
                word.quoted = true;
                self.at += end;
                self.next();
            }
            '"' => self.double_quoted(word),
            '\\' if self.continues() => {}
            '\\' => {
                self.at += 1;
                word.text.extend(self.next());
                word.quoted = true;
            }
            '$' if self.eat("$'") => self.ansi_c(word),
            '$' if self.rest().starts_with("$\"") => {
                self.at += 1;
                self.double_quoted(word);
            }
            '$' | '`' => self.expansion(word),
            _ => {
                self.next();
                word.text.push(c);
            }
        }
    }

    fn double_quoted(&mut self, word: &mut Word) {
        self.at += 1;
        word.quoted = true;
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' if self.continues() => {}
                '\\' => {
                    self.at += 1;
                    match self.next() {
                        Some(c @ ('$' | '`' | '"' | '\\')) => word.text.push(c),
                        Some(c) => word.text.extend(['\\', c]),
                        None => {}
                    }
                }
                '$' | '`' => self.expansion(word),
                _ => {
                    self.next();
                    word.text.push(c);
                }
            }
        }
    }

    /// Reads `$'…'` behind its first quote.
    fn ansi_c(&mut self, word: &mut Word) {
        word.quoted = true;
        while let Some(c) = self.next() {
            match c {
                '\'' => return,
                '\\' => {
                    let Some(escape) = self.next() else { return };
                    let c = match escape {
                        'a' => Some('\u{7}'),
                        'b' => Some('\u{8}'),
                        'e' | 'E' => Some('\u{1b}'),
                        'f' => Some('\u{c}'),
                        'n' => Some('\n'),
                        'r' => Some('\r'),
                        't' => Some('\t'),
                        'v' => Some('\u{b}'),
                        '\\' | '\'' | '"' | '?' => Some(escape),
                        'x' => self.code(16, 2),
                        'u' => self.code(16, 4),
                        'U' => self.code(16, 8),
                        '0'..='7' => {
                            self.at -= 1;
                            self.code(8, 3)
                        }
                        _ => {
                            word.text.push('\\');
                            Some(escape)
                        }
                    };
                    word.text.extend(c);
                }
                _ => word.text.push(c),
            }
        }
    }

    /// The character of a code with at most so many digits.
    fn code(&mut self, radix: u32, digits: usize) -> Option<char> {
        let rest = self.rest();
        let length = rest.chars().take(digits).take_while(|c| c.is_digit(radix)).count();
        let code = u32::from_str_radix(rest.get(..length)?, radix).ok()?;
        self.at += length;
        char::from_u32(code)
    }

    /// Reads a variable or a substitution, which begins with `$` or a backtick. It is kept as it is written.
    fn expansion(&mut self, word: &mut Word) {
        let start = self.at;
        if self.eat("`") {
            while let Some(c) = self.next() {
                match c {
                    '`' => break,
                    '\\' => {
                        self.next();
                    }
                    _ => {}
                }
            }
            self.keep(word, start);
        } else if self.rest().starts_with("$(") || self.rest().starts_with("${") {
            self.substitution(word, 2);
        } else {
            self.at += 1;
            let rest = self.rest();
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            self.at += match rest.chars().next() {
                Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => 1,
                Some(_) => rest.find(|c| !is_name(c)).unwrap_or(rest.len()),
                None => 0,
            };
            if self.at == start + 1 {
                word.text.push('$');
            } else {
                self.keep(word, start);
            }
        }
    }

    /// Adds the text from `start` to here to the word, and marks it as an expansion.
    fn keep(&self, word: &mut Word, start: usize) {
        let from = word.text.len();
        word.text.push_str(self.script.get(start..self.at).unwrap_or(""));
        word.expansions.push(from..word.text.len());
    }

    /// Reads a substitution whose first `length` characters open it.
    fn substitution(&mut self, word: &mut Word, length: usize) {
        let start = self.at;
        self.depth += 1;
        if self.depth > DEEPEST {
            self.at = self.script.len();
        } else if self.eat("${") {
            self.braces();
        } else if !(self.rest().starts_with("$((") && self.arithmetic(3)) {
            self.at += length;
            self.list(None);
        }
        self.depth -= 1;
        self.keep(word, start);
    }

    /// Passes over an arithmetic expression and its `))`, which `length` characters open. False if it has no such end.
    pub(super) fn arithmetic(&mut self, length: usize) -> bool {
        let start = self.at;
        self.at += length;
        let mut depth = 0_usize;
        let mut scratch = Word::default();
        while let Some(c) = self.peek().filter(|_| self.mistaken < MOST_MISTAKEN) {
            match c {
                ')' if depth == 0 && self.eat("))") => return true,
                ')' if depth == 0 => break,
                '(' | ')' => {
                    self.at += 1;
                    depth = if c == '(' { depth + 1 } else { depth - 1 };
                }
                _ => self.piece(&mut scratch, c),
            }
        }
        self.mistaken += 1;
        self.at = start;
        false
    }

    /// Passes over the rest of `${…}`.
    fn braces(&mut self) {
        let mut scratch = Word::default();
        while let Some(c) = self.peek() {
            if c == '}' {
                self.at += 1;
                return;
            }
            self.piece(&mut scratch, c);
        }
    }

    /// Reads the words of an array, which begin here with a parenthesis.
    fn array(&mut self, word: &mut Word) {
        let start = self.at;
        let mut words = Vec::new();
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            self.at = self.script.len();
        }
        loop {
            self.blanks(true);
            match self.peek() {
                None => break,
                Some(')') => {
                    self.at += 1;
                    break;
                }
                Some(_) => words.push(self.word()),
            }
        }
        self.depth -= 1;
        self.keep(word, start);
        word.array = Some(words.into());
    }
}

/// True if the text is a name and `=` or `+=`.
fn is_assignment(text: &str) -> bool {
    let Some(name) = text.strip_suffix('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
