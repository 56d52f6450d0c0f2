//! Lists of commands: separators, keywords, redirections and here-documents.

use std::collections::VecDeque;

use super::heredoc::Announced;
use super::{Command, MOST_WAITING, Redirect, Shell, Step, Word};

/// The operators of redirections, longer ones first.
const REDIRECTS: [&str; 10] = ["&>>", "&>", "<<<", "<>", "<&", ">>", ">&", ">|", "<", ">"];

/// A construct whose end is still to come.
enum Context {
    If {
        is_open: bool,
        has_else: bool,
    },
    Case {
        is_open: bool,
        has_default: bool,
    },
    Loop,
    Braces,
    Parens,
    /// The command behind `||`, or behind a test and `&&`.
    Condition {
        exhaustive: bool,
    },
}

/// A list of commands that is being read.
pub(super) struct List<'f> {
    out: Option<&'f mut dyn FnMut(Step)>,
    current: Command,
    contexts: Vec<Context>,
    parens: usize,
    pub announced: VecDeque<Announced>,
    /// Steps that wait for the here-documents of their line.
    pub waiting: VecDeque<Step>,
    /// True if the last command is a test, which decides about the command behind `&&`.
    was_test: bool,
}

impl Shell<'_> {
    /// Reads commands to the end of the script. Without `out`, it reads those of a substitution to its closing
    /// parenthesis.
    pub(super) fn list(&mut self, out: Option<&mut dyn FnMut(Step)>) {
        let nested = out.is_none();
        let mut list = List {
            out,
            current: Command::default(),
            contexts: Vec::new(),
            parens: 0,
            announced: VecDeque::new(),
            waiting: VecDeque::new(),
            was_test: false,
        };
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\r' => self.at += 1,
                '\\' if self.continues() => {}
                '#' => self.comment(),
                '\n' => {
                    self.at += 1;
                    list.end();
                    self.heredocs(&mut list);
                }
                ';' => {
                    self.at += 1;
                    list.end();
                    let ends_case = self.eat(";&") || self.eat(";") || self.eat("&");
                    if ends_case && matches!(list.contexts.last(), Some(Context::Case { .. })) {
                        self.pattern(&mut list);
                    }
                }
                '&' if self.eat("&&") => list.and_or(true),
                '|' if self.eat("||") => list.and_or(false),
                '&' if self.rest().starts_with("&>") => self.redirect(&mut list),
                '&' => {
                    self.at += 1;
                    list.end();
                }
                '|' => {
                    self.at += 1;
                    self.eat("&");
                    list.end_command();
                }
                '(' if self.is_arithmetic(&list) && self.arithmetic(2) => list.was_test = true,
                '(' => {
                    self.at += 1;
                    if list.current.words.len() == 1 {
                        // `name ()` defines a function.
                        self.blanks(false);
                        if self.eat(")") {
                            list.current = Command::default();
                            continue;
                        }
                    }
                    list.end_command();
                    list.contexts.push(Context::Parens);
                    list.parens += 1;
                }
                ')' => {
                    self.at += 1;
                    list.end();
                    if list.parens > 0 {
                        list.close_to(|context| matches!(context, Context::Parens));
                    } else if nested {
                        return;
                    }
                }
                '<' | '>' if !self.is_process() => self.redirect(&mut list),
                _ => {
                    let word = self.word();
                    self.take(&mut list, word);
                }
            }
        }
        list.end();
        self.heredocs(&mut list);
        while !list.contexts.is_empty() {
            list.close_to(|_| true);
        }
    }

    /// True if `<(` or `>(` stands here.
    fn is_process(&self) -> bool {
        self.rest().starts_with("<(") || self.rest().starts_with(">(")
    }

    /// True if `((` stands here, where a command or the head of a loop may have it.
    fn is_arithmetic(&self, list: &List<'_>) -> bool {
        let words = &list.current.words;
        self.rest().starts_with("((")
            && (words.is_empty() || matches!(words.as_slice(), [word] if word.is("for")))
    }

    /// Reads a redirection.
    fn redirect(&mut self, list: &mut List<'_>) {
        if !self.rest().starts_with("<<<") && self.eat("<<") {
            let tabs = self.eat("-");
            self.blanks(false);
            let end = self.word();
            let command = Some(list.waiting.len());
            let verbatim = end.quoted;
            list.announced.push_back(Announced { command, end: end.text, tabs, verbatim });
            list.current.announced += 1;
            return;
        }
        let Some(operator) = REDIRECTS.into_iter().find(|operator| self.eat(operator)) else {
            self.next();
            return;
        };
        self.blanks(false);
        if self.peek().is_some_and(|c| !"\n;&|()".contains(c))
            && (!self.rest().starts_with(['<', '>']) || self.is_process())
        {
            let target = self.word();
            list.current.redirects.push(Redirect { operator, target });
        }
    }

    /// Puts a word where it belongs.
    fn take(&mut self, list: &mut List<'_>, word: Word) {
        let is_number = !word.text.is_empty() && word.text.bytes().all(|b| b.is_ascii_digit());
        let is_place = is_number || word.text.starts_with('{') && word.text.ends_with('}');
        if is_place && !word.quoted && word.expansions.is_empty() && self.rest().starts_with(['<', '>']) {
            // The number of a file descriptor, as in `2>&1`.
            return;
        }
        if !list.current.words.is_empty() {
            list.current.words.push(word);
        } else if word.is("[[") {
            list.current.words.push(word);
            self.test(list);
        } else if word.is("case") {
            self.case(list, word);
        } else if word.is("esac") && matches!(list.contexts.last(), Some(Context::Case { .. })) {
            list.close_to(|_| true);
        } else if word.is("function") {
            self.blanks(false);
            self.word();
            self.blanks(false);
            if self.eat("(") {
                self.blanks(false);
                self.eat(")");
            }
        } else if !list.keyword(&word) {
            list.current.words.push(word);
        }
    }

    /// Reads the words of `[[ … ]]`, in which operators are words.
    fn test(&mut self, list: &mut List<'_>) {
        loop {
            self.blanks(true);
            if self.peek().is_none() {
                return;
            }
            let word = self.test_word();
            let ends = word.is("]]");
            list.current.words.push(word);
            if ends {
                return;
            }
        }
    }

    /// Reads `case WORD in` and the first pattern.
    fn case(&mut self, list: &mut List<'_>, case: Word) {
        self.blanks(false);
        let subject = self.word();
        self.blanks(true);
        let before = self.at;
        let keyword = self.word();
        if keyword.is("in") {
            list.contexts.push(Context::Case { is_open: false, has_default: false });
            self.pattern(list);
        } else {
            self.at = before;
            list.current.words.extend([case, subject]);
        }
    }

    /// Reads a pattern of a `case` to its `)`, or the end of the `case`.
    fn pattern(&mut self, list: &mut List<'_>) {
        self.blanks(true);
        let in_parens = self.eat("(");
        let mut is_default = false;
        while let Some(c) = self.peek() {
            match c {
                ')' => {
                    self.at += 1;
                    break;
                }
                '|' | ';' | '&' | '<' | '>' | '(' => self.at += 1,
                _ if c.is_ascii_whitespace() => self.at += 1,
                _ => {
                    let word = self.word();
                    if word.is("esac") && !in_parens {
                        list.close_to(|_| true);
                        return;
                    }
                    is_default |= word.is("*");
                }
            }
        }
        let Some(Context::Case { is_open, has_default }) = list.contexts.last_mut() else { return };
        *has_default |= is_default;
        let step = if std::mem::replace(is_open, true) { Step::Next } else { Step::Open };
        list.step(step);
    }
}

impl List<'_> {
    /// Takes a keyword in front of a command. False if the word is none here.
    fn keyword(&mut self, word: &Word) -> bool {
        if word.quoted || !word.expansions.is_empty() {
            return false;
        }
        match word.text.as_str() {
            "if" => self.contexts.push(Context::If { is_open: false, has_else: false }),
            "while" | "until" | "!" | "time" => {}
            "do" => self.contexts.push(Context::Loop),
            "{" => self.contexts.push(Context::Braces),
            "then" | "elif" | "else" => {
                let Some(Context::If { is_open, has_else }) = self.contexts.last_mut() else { return true };
                *has_else |= word.text == "else";
                let step = match (*is_open, word.text.as_str()) {
                    (false, _) => Step::Open,
                    (true, "then") => return true,
                    (true, _) => Step::Next,
                };
                *is_open = true;
                self.step(step);
            }
            "fi" => self.close_to(|context| matches!(context, Context::If { .. })),
            "done" => self.close_to(|context| matches!(context, Context::Loop)),
            "}" => self.close_to(|context| matches!(context, Context::Braces)),
            _ => return false,
        }
        true
    }

    /// Closes the constructs down to the innermost of a kind, if there is one.
    fn close_to(&mut self, is_it: fn(&Context) -> bool) {
        if !self.contexts.last().is_some_and(is_it) && !self.contexts.iter().rev().take(8).any(is_it) {
            return;
        }
        self.was_test = false;
        while let Some(context) = self.contexts.pop() {
            let found = is_it(&context);
            match context {
                Context::If { is_open: true, has_else: exhaustive }
                | Context::Case { is_open: true, has_default: exhaustive }
                | Context::Condition { exhaustive } => self.step(Step::Close { exhaustive }),
                Context::Parens => self.parens = self.parens.saturating_sub(1),
                _ => {}
            }
            if found {
                return;
            }
        }
    }

    /// Ends a command before `&&` or `||`.
    fn and_or(&mut self, and: bool) {
        self.end_command();
        match self.contexts.last_mut() {
            Some(Context::Condition { .. }) if !and => self.step(Step::Next),
            Some(Context::Condition { .. }) => {}
            _ if and && !self.was_test => {}
            _ => {
                self.contexts.push(Context::Condition { exhaustive: false });
                self.step(Step::Open);
            }
        }
    }

    /// Ends a command and the conditions that it stands under.
    fn end(&mut self) {
        self.end_command();
        if matches!(self.contexts.last(), Some(Context::Condition { .. })) {
            self.close_to(|_| true);
        }
    }

    fn end_command(&mut self) {
        let command = std::mem::take(&mut self.current);
        if command.words.is_empty() && command.announced == 0 && command.redirects.is_empty() {
            return;
        }
        let first = command.words.first().map_or("", |word| word.text.as_str());
        self.was_test = matches!(first, "[" | "[[" | "test" | "grep" | "true" | "false");
        self.step(Step::Command(command));
    }

    fn step(&mut self, step: Step) {
        let Some(out) = &mut self.out else {
            // The here-documents of a substitution belong to nobody.
            return;
        };
        if self.announced.is_empty() && self.waiting.is_empty() {
            out(step);
            return;
        }
        self.waiting.push_back(step);
        if self.waiting.len() > MOST_WAITING {
            self.announced.iter_mut().for_each(|announced| announced.command = None);
            self.flush();
        }
    }

    /// Hands out the steps that wait.
    pub fn flush(&mut self) {
        if let Some(out) = &mut self.out {
            self.waiting.drain(..).for_each(out);
        }
    }
}
