//! Reads an expression into a tree, by CEL's grammar as cel-go has it in [`CEL.g4`][1].
//!
//! The `cel` crate has a parser too, and the tests compare this one with it. The crate's parser is
//! not used here because hostile text breaks it: a chain such as `1+1+1…` of some 20,000 links
//! overflows its stack and ends the process. A guard against that would have to know CEL's words,
//! and would be half a parser itself. This parser limits every kind of nesting while it reads,
//! names each part of CEL that is not covered, and is smaller by 0.8 MB.
//!
//! [1]: https://github.com/google/cel-go/blob/master/parser/gen/CEL.g4

mod brackets;
mod members;
#[cfg(test)]
mod tests;

use super::error::Fault;
use super::lexer::{Lexer, Token, Word};
use super::literal;
use super::syntax::{Kind, Node, Operator};
use crate::text::Shortened;

/// The limit of cel-go on nested operators and calls, and on open rules in its parser.
const MOST_LEVELS: usize = 250;
/// The limit on brackets in brackets. A bracket opens at most three contexts of one of cel-go's
/// rules (`a + b * (`), so that cel-go takes everything within this limit, and sometimes more.
const MOST_BRACKETS: usize = 80;

/// Words that CEL reserves.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Parses an expression.
pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut lexer = Lexer::new(text);
    let token = lexer.next()?;
    if token.word == Word::End {
        return Err(Fault::whole("it is empty"));
    }
    let mut parser = Parser { text, lexer, token, open: Vec::new(), alternatives: 0 };
    let node = parser.expression()?;
    match parser.token.word {
        Word::End => Ok(node),
        _ => Err(parser.unexpected()),
    }
}

struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// The word that comes next.
    token: Token,
    /// The places of the open brackets.
    open: Vec<usize>,
    /// The number of conditionals whose last part is being read.
    alternatives: usize,
}

impl Parser<'_> {
    /// Takes the next word.
    fn take(&mut self) -> Result<Token, Fault> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    /// Takes the next word if it is this one.
    fn take_if(&mut self, word: &Word) -> Result<Option<Token>, Fault> {
        if self.token.word == *word { self.take().map(Some) } else { Ok(None) }
    }

    fn text_of(&self, token: &Token) -> &str {
        &self.text[token.at..token.end]
    }

    fn unexpected(&self) -> Fault {
        let at = self.token.at;
        match self.token.word {
            Word::End => match self.open.last() {
                Some(&open) => Fault::at(open, "this bracket is never closed"),
                None => Fault::at(at, "the expression ends too soon"),
            },
            Word::CloseParen | Word::CloseBracket | Word::CloseBrace if self.open.is_empty() => {
                Fault::at(at, "this bracket was never opened")
            }
            _ => {
                let text = self.text_of(&self.token);
                let fault = Fault::at(at, format!("unexpected '{}'", Shortened(text)));
                match text {
                    "and" | "AND" => fault.help("it is written && in CEL"),
                    "or" | "OR" => fault.help("it is written || in CEL"),
                    _ => fault,
                }
            }
        }
    }

    /// Reads `or ('?' or ':' expression)?`. A chain of these is read without recursion.
    fn expression(&mut self) -> Result<Node, Fault> {
        let mut conditionals = Vec::new();
        let mut last = self.or()?;
        while let Some(question) = self.take_if(&Word::Question)? {
            let then = self.or()?;
            self.take_colon(question.at)?;
            conditionals.push((question.at, last, then));
            self.alternatives += 1;
            if self.alternatives + self.open.len() >= MOST_LEVELS {
                return Err(too_deep(question.at));
            }
            last = self.or()?;
        }
        self.alternatives -= conditionals.len();
        while let Some((at, condition, then)) = conditionals.pop() {
            let parts = [condition, then, last];
            last = node(at, 1 + deepest(&parts), Kind::Conditional(Box::new(parts)))?;
        }
        Ok(last)
    }

    fn take_colon(&mut self, question: usize) -> Result<(), Fault> {
        if self.take_if(&Word::Colon)?.is_some() {
            return Ok(());
        }
        let fault = self.unexpected();
        Err(match self.token.word {
            Word::End if self.open.is_empty() => Fault::at(question, "this '?' has no ':'"),
            Word::Question => fault.help("a conditional between '?' and ':' has to stand in brackets"),
            _ => fault,
        })
    }

    fn or(&mut self) -> Result<Node, Fault> {
        self.chain(&Word::Or, Self::and, Kind::Or)
    }

    fn and(&mut self) -> Result<Node, Fault> {
        self.chain(&Word::And, |parser| parser.binary(1), Kind::And)
    }

    /// Reads the sides of a logical operator. cel-go balances them, so that a long chain is not deep.
    fn chain(
        &mut self,
        word: &Word,
        side: fn(&mut Self) -> Result<Node, Fault>,
        kind: fn(Vec<Node>) -> Kind,
    ) -> Result<Node, Fault> {
        let first = side(self)?;
        if self.token.word != *word {
            return Ok(first);
        }
        let at = self.token.at;
        let mut sides = vec![first];
        while self.take_if(word)?.is_some() {
            sides.push(side(self)?);
        }
        node(at, deepest(&sides), kind(sides))
    }

    /// Reads operators that bind at least this tightly.
    fn binary(&mut self, precedence: u8) -> Result<Node, Fault> {
        let mut left = self.unary()?;
        while let Some(operator) = self.operator()
            && operator.precedence() >= precedence
        {
            let at = self.take()?.at;
            let right = self.binary(operator.precedence() + 1)?;
            let depth = 1 + left.depth.max(right.depth);
            left = node(at, depth, Kind::Binary(operator, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn operator(&self) -> Option<Operator> {
        match self.token.word {
            Word::Operator(operator) => Some(operator),
            Word::Minus => Some(Operator::Subtract),
            _ => None,
        }
    }

    /// Reads `member | '!'+ member | '-'+ member`.
    fn unary(&mut self) -> Result<Node, Fault> {
        match self.token.word {
            Word::Minus => self.signed(&Word::Minus, Kind::Negate),
            Word::Not => self.signed(&Word::Not, Kind::Not),
            _ => self.member(),
        }
    }

    /// Reads signs and the value behind them. Two signs undo each other.
    fn signed(&mut self, sign: &Word, kind: fn(Box<Node>) -> Kind) -> Result<Node, Fault> {
        let at = self.token.at;
        let mut signs = 0_usize;
        while self.take_if(sign)?.is_some() {
            signs += 1;
        }
        if *sign == Word::Minus && signs == 1 && matches!(self.token.word, Word::Int | Word::Double) {
            let number = self.number(true)?;
            return self.members(Node { at, ..number });
        }
        let operand = self.member()?;
        if signs.is_multiple_of(2) {
            return Ok(operand);
        }
        node(at, operand.depth, kind(Box::new(operand)))
    }

    fn number(&mut self, negative: bool) -> Result<Node, Fault> {
        let token = self.take()?;
        let text = self.text_of(&token);
        let (value, kind) = match token.word {
            Word::Int => (literal::int(text, negative), "int, which has 64 bits"),
            Word::Uint => (literal::uint(text), "uint, which has 64 bits"),
            _ => (literal::double(text, negative), "double"),
        };
        match value {
            Some(value) => Ok(Node { at: token.at, depth: 0, kind: Kind::Literal(value) }),
            None => Err(Fault::at(token.at, format!("{} is too large for {kind}", Shortened(text)))),
        }
    }
}

fn node(at: usize, depth: usize, kind: Kind) -> Result<Node, Fault> {
    if depth > MOST_LEVELS { Err(too_deep(at)) } else { Ok(Node { at, depth, kind }) }
}

fn deepest(nodes: &[Node]) -> usize {
    nodes.iter().map(|node| node.depth).max().unwrap_or(0)
}

fn too_deep(at: usize) -> Fault {
    Fault::not_covered(at, "nesting this deep").help(format!(
        "at most {MOST_LEVELS} levels of operators and {MOST_BRACKETS} of brackets are covered: split the \
         expression, or chain conditions with && and ||"
    ))
}
