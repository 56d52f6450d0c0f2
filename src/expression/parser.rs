//! From words to a tree: CEL's grammar, as cel-go has it in [`CEL.g4`][1].
//!
//! The `cel` crate has a parser too, and the tests hold this one to it. It is not used here for
//! what it does with hostile text: nothing bounds a chain such as `1+1+1…`, which overflows its
//! stack from some 20,000 links on, and takes the process with it. A guard against that has to know
//! CEL's words, and is half a parser. This one bounds every kind of nesting as it goes, names what
//! it does not cover, and does not weigh 0.8 MB.
//!
//! [1]: https://github.com/google/cel-go/blob/master/parser/gen/CEL.g4

use super::error::Fault;
use super::lexer::{Lexer, Token, Word};
use super::literal;
use super::syntax::{Kind, Node, Operator};
use super::value::Value;

/// Levels that cel-go takes: of operators and calls in the tree, and of open rules in the parser.
const MOST_LEVELS: usize = 250;
/// Brackets in brackets. Each opens at most three contexts of one of cel-go's rules (`a + b * (`),
/// so that it takes these.
const MOST_BRACKETS: usize = 80;

/// Words that CEL keeps for itself.
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
    /// Where the brackets stand that are open.
    open: Vec<usize>,
    /// Conditionals whose last part is being read.
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
                let fault = Fault::at(at, format!("unexpected '{}'", Fault::short(text)));
                match text {
                    "and" | "AND" => fault.help("it is written && in CEL"),
                    "or" | "OR" => fault.help("it is written || in CEL"),
                    _ => fault,
                }
            }
        }
    }

    /// `or ('?' or ':' expression)?`; a chain of these is read without recursion.
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

    /// Sides of a logical operator. cel-go balances them, so that a long chain is not a deep one.
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

    /// Operators that bind at least this tightly.
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

    /// `member | '!'+ member | '-'+ member`
    fn unary(&mut self) -> Result<Node, Fault> {
        match self.token.word {
            Word::Minus => self.signed(&Word::Minus, Kind::Negate),
            Word::Not => self.signed(&Word::Not, Kind::Not),
            _ => self.member(),
        }
    }

    /// What stands behind signs, two of which undo each other.
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

    fn member(&mut self) -> Result<Node, Fault> {
        let primary = self.primary()?;
        self.members(primary)
    }

    /// `('.' name '(' arguments ')')*` behind a value.
    fn members(&mut self, mut receiver: Node) -> Result<Node, Fault> {
        loop {
            receiver = match self.token.word {
                Word::Dot => self.method(receiver)?,
                Word::OpenBracket => return Err(Fault::not_covered(self.token.at, "an index")),
                Word::OpenBrace => return Err(Fault::not_covered(self.token.at, "messages")),
                _ => return Ok(receiver),
            };
        }
    }

    fn method(&mut self, receiver: Node) -> Result<Node, Fault> {
        self.take()?;
        if self.token.word != Word::Name {
            return Err(self.unexpected());
        }
        let name = self.take()?;
        if self.token.word != Word::OpenParen {
            return Err(Fault::not_covered(name.at, "selecting a field"));
        }
        let function = self.text_of(&name).to_owned();
        let arguments = self.list(&Word::CloseParen, false)?;
        let depth = 1 + deepest(&arguments).max(receiver.depth);
        node(name.at, depth, Kind::Method(Box::new(receiver), function, arguments))
    }

    /// One line a kind: what happens in each is elsewhere, to keep what recurs small.
    fn primary(&mut self) -> Result<Node, Fault> {
        match self.token.word {
            Word::OpenParen => self.brackets(),
            Word::Int | Word::Uint | Word::Double => self.number(false),
            Word::String(ref mut text) => {
                let value = Value::String(std::mem::take(text));
                self.literal(value)
            }
            Word::OpenBracket => self.list_literal(),
            Word::OpenBrace => Err(Fault::not_covered(self.token.at, "maps")),
            Word::Dot => self.rooted(),
            Word::True => self.literal(Value::Bool(true)),
            Word::False => self.literal(Value::Bool(false)),
            Word::Null => Err(Fault::not_covered(self.token.at, "null")),
            Word::Name => self.name(),
            _ => Err(self.unexpected()),
        }
    }

    fn brackets(&mut self) -> Result<Node, Fault> {
        self.open_bracket()?;
        let inner = self.expression()?;
        self.close_bracket(&Word::CloseParen)?;
        Ok(inner)
    }

    fn list_literal(&mut self) -> Result<Node, Fault> {
        let at = self.token.at;
        let elements = self.list(&Word::CloseBracket, true)?;
        node(at, deepest(&elements), Kind::List(elements))
    }

    /// Takes a word that is this value.
    fn literal(&mut self, value: Value) -> Result<Node, Fault> {
        let at = self.take()?.at;
        node(at, 0, Kind::Literal(value))
    }

    /// A name from the root, which is where all names are.
    fn rooted(&mut self) -> Result<Node, Fault> {
        self.take()?;
        if self.token.word == Word::Name { self.name() } else { Err(self.unexpected()) }
    }

    /// A variable, or a call of a function.
    fn name(&mut self) -> Result<Node, Fault> {
        let token = self.take()?;
        let name = self.text_of(&token).to_owned();
        if RESERVED.contains(&name.as_str()) {
            return Err(Fault::at(token.at, format!("'{name}' is a reserved word of CEL")));
        }
        if self.token.word != Word::OpenParen {
            return Ok(Node { at: token.at, depth: 0, kind: Kind::Name(name) });
        }
        let arguments = self.list(&Word::CloseParen, false)?;
        node(token.at, deepest(&arguments), Kind::Call(name, arguments))
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
            None => Err(Fault::at(token.at, format!("{} is too large for {kind}", Fault::short(text)))),
        }
    }

    /// Expressions with commas between them, in brackets.
    fn list(&mut self, close: &Word, may_end_with_comma: bool) -> Result<Vec<Node>, Fault> {
        self.open_bracket()?;
        let mut elements = Vec::new();
        while self.token.word != *close {
            elements.push(self.expression()?);
            if self.take_if(&Word::Comma)?.is_none() {
                break;
            }
            if !may_end_with_comma && self.token.word == *close {
                return Err(self.unexpected());
            }
        }
        self.close_bracket(close)?;
        Ok(elements)
    }

    fn open_bracket(&mut self) -> Result<(), Fault> {
        let at = self.take()?.at;
        self.open.push(at);
        if self.open.len() > MOST_BRACKETS || self.open.len() + self.alternatives >= MOST_LEVELS {
            return Err(too_deep(at));
        }
        Ok(())
    }

    fn close_bracket(&mut self, close: &Word) -> Result<(), Fault> {
        if self.take_if(close)?.is_none() {
            return Err(self.unexpected());
        }
        self.open.pop();
        Ok(())
    }
}

fn node(at: usize, depth: usize, kind: Kind) -> Result<Node, Fault> {
    if depth > MOST_LEVELS { Err(too_deep(at)) } else { Ok(Node { at, depth, kind }) }
}

fn deepest(nodes: &[Node]) -> usize {
    nodes.iter().map(|node| node.depth).max().unwrap_or(0)
}

fn too_deep(at: usize) -> Fault {
    Fault::at(at, "the expression is nested too deeply here").help(format!(
        "at most {MOST_LEVELS} levels of operators and {MOST_BRACKETS} of brackets are taken: split it, \
         or chain conditions with && and ||"
    ))
}

#[cfg(test)]
mod tests;
