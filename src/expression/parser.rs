//! Reads an expression into a tree, by CEL's grammar as cel-go has it in [`CEL.g4`][1].
//!
//! The parser of the `cel` crate is not used, because hostile text breaks it: a chain such as `1+1+1…` of some
//! 20,000 links overflows its stack and ends the process. This parser limits every kind of nesting while it reads,
//! and names each part of CEL that is not covered.
//!
//! [1]: https://github.com/google/cel-go/blob/master/parser/gen/CEL.g4

use super::error::Fault;
use super::lexer::{Lexer, Token, Word};
use super::literal;
use super::tree::{Kind, Node};
use super::value::Value;
use crate::text::Shortened;

/// The limit of cel-go on nested operators and calls, and on open rules in its parser.
const MOST_LEVELS: usize = 250;
/// The limit on brackets in brackets. A bracket opens at most three contexts of one of cel-go's
/// rules (`a + b * (`), so that cel-go takes everything within this limit, and sometimes more.
const MOST_BRACKETS: usize = 80;

/// Words that CEL reserves, with blanks between them.
const RESERVED: &str =
    "as break const continue else for function if import let loop namespace package return var void while";

/// Parses an expression.
pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut lexer = Lexer::new(text);
    let token = lexer.next()?;
    if token.word == Word::End {
        return Err(Fault::wrong("it is empty"));
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

    /// Takes the next word if it is this sign, and tells its place.
    fn take_if(&mut self, sign: &str) -> Result<Option<usize>, Fault> {
        if self.is(sign) { self.take().map(|token| Some(token.at)) } else { Ok(None) }
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.token.word, Word::Sign(next) if next == sign)
    }

    fn text_of(&self, token: &Token) -> &str {
        &self.text[token.at..token.end]
    }

    fn unexpected(&self) -> Fault {
        let at = self.token.at;
        match self.token.word {
            Word::End => match self.open.last() {
                Some(&open) => Fault::wrong("this bracket is never closed").at(open),
                None => Fault::wrong("the expression ends too soon").at(at),
            },
            Word::Sign(")" | "]" | "}") if self.open.is_empty() => {
                Fault::wrong("this bracket was never opened").at(at)
            }
            _ => {
                let text = self.text_of(&self.token);
                let fault = Fault::wrong(format!("unexpected '{}'", Shortened(text))).at(at);
                match text {
                    "and" | "AND" => fault.help("it is written && in CEL"),
                    "or" | "OR" => fault.help("it is written || in CEL"),
                    _ => fault,
                }
            }
        }
    }

    /// Reads `or ('?' or ':' expression)?`.
    fn expression(&mut self) -> Result<Node, Fault> {
        let first = self.or()?;
        if self.is("?") { self.conditionals(first) } else { Ok(first) }
    }

    /// Reads the conditionals that begin with this condition, a chain of them without recursion.
    fn conditionals(&mut self, mut last: Node) -> Result<Node, Fault> {
        let mut conditionals = Vec::new();
        while let Some(question) = self.take_if("?")? {
            let then = self.or()?;
            self.take_colon(question)?;
            conditionals.push((question, last, then));
            self.alternatives += 1;
            if self.alternatives + self.open.len() >= MOST_LEVELS {
                return Err(too_deep().at(question));
            }
            last = self.or()?;
        }
        self.alternatives -= conditionals.len();
        while let Some((at, condition, then)) = conditionals.pop() {
            last = node(at, Kind::Operator("?:"), vec![condition, then, last])?;
        }
        Ok(last)
    }

    fn take_colon(&mut self, question: usize) -> Result<(), Fault> {
        if self.take_if(":")?.is_some() {
            return Ok(());
        }
        Err(match self.token.word {
            Word::End if self.open.is_empty() => Fault::wrong("this '?' has no ':'").at(question),
            Word::Sign("?") => {
                self.unexpected().help("a conditional between '?' and ':' has to stand in brackets")
            }
            _ => self.unexpected(),
        })
    }

    fn or(&mut self) -> Result<Node, Fault> {
        let first = self.and()?;
        if self.is("||") { self.chain("||", first, Self::and) } else { Ok(first) }
    }

    fn and(&mut self) -> Result<Node, Fault> {
        let first = self.binary(1)?;
        if self.is("&&") { self.chain("&&", first, |parser| parser.binary(1)) } else { Ok(first) }
    }

    /// Reads the other sides of a logical operator. cel-go balances them, so that a long chain is not deep.
    fn chain(
        &mut self,
        sign: &'static str,
        first: Node,
        side: fn(&mut Self) -> Result<Node, Fault>,
    ) -> Result<Node, Fault> {
        let at = self.token.at;
        let mut sides = vec![first];
        while self.take_if(sign)?.is_some() {
            sides.push(side(self)?);
        }
        node(at, Kind::Operator(sign), sides)
    }

    /// Reads operators that bind at least this tightly. All of them group from the left.
    fn binary(&mut self, precedence: u8) -> Result<Node, Fault> {
        let mut left = self.unary()?;
        while let Word::Sign(sign) = self.token.word
            && precedence_of(sign).is_some_and(|own| own >= precedence)
        {
            left = self.operation(sign, left)?;
        }
        Ok(left)
    }

    fn operation(&mut self, sign: &'static str, left: Node) -> Result<Node, Fault> {
        let at = self.take()?.at;
        let right = self.binary(precedence_of(sign).unwrap_or(0) + 1)?;
        node(at, Kind::Operator(sign), vec![left, right])
    }

    fn unary(&mut self) -> Result<Node, Fault> {
        match self.token.word {
            Word::Sign(sign @ ("-" | "!")) => self.signed(sign),
            _ => self.member(),
        }
    }

    /// Reads `'!'+ member | '-'+ member`. Two signs undo each other.
    fn signed(&mut self, sign: &'static str) -> Result<Node, Fault> {
        let at = self.token.at;
        let mut signs = 0_usize;
        while self.take_if(sign)?.is_some() {
            signs += 1;
        }
        if sign == "-" && signs == 1 && matches!(self.token.word, Word::Int | Word::Double) {
            let number = self.number(true)?;
            return self.members(Node { at, ..number });
        }
        let operand = self.member()?;
        if signs.is_multiple_of(2) { Ok(operand) } else { node(at, Kind::Operator(sign), vec![operand]) }
    }

    fn number(&mut self, negative: bool) -> Result<Node, Fault> {
        let token = self.take()?;
        let value = literal::number(&token.word, self.text_of(&token), negative);
        node(token.at, Kind::Constant(value.map_err(|fault| fault.at(token.at))?), Vec::new())
    }

    fn member(&mut self) -> Result<Node, Fault> {
        let primary = self.primary()?;
        self.members(primary)
    }

    /// Reads the calls, fields and indexes that follow a value.
    fn members(&mut self, mut value: Node) -> Result<Node, Fault> {
        loop {
            value = match self.token.word {
                Word::Sign(".") => self.field_or_method(value)?,
                Word::Sign("[") => self.index(value)?,
                Word::Sign("{") => return Err(self.message(&value)),
                _ => return Ok(value),
            };
        }
    }

    /// The reason why a brace behind a value is refused. In CEL it would begin a message, and cel-go knows only the
    /// messages of `google.protobuf`.
    fn message(&self, mut value: &Node) -> Fault {
        let at = value.at;
        while let (Kind::Field(_), [inner]) = (&value.kind, value.parts.as_slice()) {
            value = inner;
        }
        match &value.kind {
            Kind::Name(name) if name == "google" => Fault::not_covered("messages").at(self.token.at),
            Kind::Name(name) => Fault::wrong(format!("unknown message '{}'", Shortened(name))).at(at),
            _ => self.unexpected(),
        }
    }

    fn index(&mut self, value: Node) -> Result<Node, Fault> {
        let at = self.open_bracket()?;
        let index = self.expression()?;
        self.close_bracket("]")?;
        node(at, Kind::Operator("[]"), vec![value, index])
    }

    fn field_or_method(&mut self, value: Node) -> Result<Node, Fault> {
        self.take()?;
        if self.token.word != Word::Name {
            return Err(self.unexpected());
        }
        let token = self.take()?;
        let name = self.text_of(&token).to_owned();
        if !self.is("(") {
            return node(token.at, Kind::Field(name), vec![value]);
        }
        let mut parts = vec![value];
        self.list(")", &mut parts)?;
        node(token.at, Kind::Method(name), parts)
    }

    /// Each arm calls a function of its own, so that the stack frame of this recursive function stays small.
    fn primary(&mut self) -> Result<Node, Fault> {
        match self.token.word {
            Word::Int | Word::Uint | Word::Double => self.number(false),
            Word::String(ref mut text) => {
                let value = Value::String(std::mem::take(text));
                self.constant(value)
            }
            Word::Name => self.name(),
            Word::Sign("true") => self.constant(Value::Bool(true)),
            Word::Sign("false") => self.constant(Value::Bool(false)),
            Word::Sign("null") => Err(Fault::not_covered("null").at(self.token.at)),
            Word::Sign("(") => self.brackets(),
            Word::Sign("[") => self.list_literal(),
            Word::Sign("{") => self.map_literal(),
            // There is only one container of names here, so that a dot before a name changes nothing.
            Word::Sign(".") => self.take().and_then(|_| self.name()),
            _ => Err(self.unexpected()),
        }
    }

    /// Takes a word that is this value.
    fn constant(&mut self, value: Value) -> Result<Node, Fault> {
        node(self.take()?.at, Kind::Constant(value), Vec::new())
    }

    /// A variable, or a call of a function.
    fn name(&mut self) -> Result<Node, Fault> {
        if self.token.word != Word::Name {
            return Err(self.unexpected());
        }
        let token = self.take()?;
        let name = self.text_of(&token).to_owned();
        if RESERVED.split(' ').any(|reserved| reserved == name) {
            return Err(Fault::wrong(format!("'{name}' is a reserved word of CEL")).at(token.at));
        }
        let mut arguments = Vec::new();
        if !self.is("(") {
            return node(token.at, Kind::Name(name), arguments);
        }
        self.list(")", &mut arguments)?;
        node(token.at, Kind::Function(name), arguments)
    }

    fn brackets(&mut self) -> Result<Node, Fault> {
        self.open_bracket()?;
        let inner = self.expression()?;
        self.close_bracket(")")?;
        Ok(inner)
    }

    fn list_literal(&mut self) -> Result<Node, Fault> {
        let (at, mut elements) = (self.token.at, Vec::new());
        self.list("]", &mut elements)?;
        node(at, Kind::List, elements)
    }

    fn map_literal(&mut self) -> Result<Node, Fault> {
        let (at, mut entries) = (self.token.at, Vec::new());
        self.list("}", &mut entries)?;
        node(at, Kind::Map, entries)
    }

    /// Reads expressions in brackets, with commas between them: arguments, the elements of a list, or the keys and
    /// values of a map. Behind arguments alone there may be no comma. An empty list may be written `[,]`.
    fn list(&mut self, close: &str, parts: &mut Vec<Node>) -> Result<(), Fault> {
        self.open_bracket()?;
        let may_end_with_comma = close != ")";
        if !may_end_with_comma || self.take_if(",")?.is_none() {
            while !self.is(close) {
                parts.push(self.expression()?);
                if close == "}" {
                    self.take_if(":")?.ok_or_else(|| self.unexpected())?;
                    parts.push(self.expression()?);
                }
                if self.take_if(",")?.is_none() {
                    break;
                }
                if !may_end_with_comma && self.is(close) {
                    return Err(self.unexpected());
                }
            }
        }
        self.close_bracket(close)
    }

    /// Takes an opening bracket and tells its place.
    fn open_bracket(&mut self) -> Result<usize, Fault> {
        let at = self.take()?.at;
        self.open.push(at);
        if self.open.len() > MOST_BRACKETS || self.open.len() + self.alternatives >= MOST_LEVELS {
            return Err(too_deep().at(at));
        }
        Ok(at)
    }

    fn close_bracket(&mut self, close: &str) -> Result<(), Fault> {
        if self.take_if(close)?.is_none() {
            return Err(self.unexpected());
        }
        self.open.pop();
        Ok(())
    }
}

/// A node. To cel-go, logical operators, signs, lists, maps and plain calls are no level of their own.
fn node(at: usize, kind: Kind, parts: Vec<Node>) -> Result<Node, Fault> {
    let is_level = match kind {
        Kind::Operator("&&" | "||" | "!") => false,
        Kind::Operator(_) => parts.len() > 1,
        Kind::Field(_) | Kind::Method(_) => true,
        _ => false,
    };
    let depth = usize::from(is_level) + parts.iter().map(|part| part.depth).max().unwrap_or(0);
    if depth > MOST_LEVELS { Err(too_deep().at(at)) } else { Ok(Node { at, depth, kind, parts }) }
}

/// How tightly an operator with two sides binds.
fn precedence_of(sign: &str) -> Option<u8> {
    match sign {
        "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" => Some(1),
        "+" | "-" => Some(2),
        "*" | "/" | "%" => Some(3),
        _ => None,
    }
}

fn too_deep() -> Fault {
    Fault::not_covered("nesting this deep").help(format!(
        "at most {MOST_LEVELS} levels of operators and {MOST_BRACKETS} of brackets are covered: split the \
         expression, or chain conditions with && and ||"
    ))
}
