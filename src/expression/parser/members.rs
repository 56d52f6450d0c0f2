//! Values, and what follows a value: calls, fields and indexes.

use super::super::error::Fault;
use super::super::lexer::Word;
use super::super::syntax::{Kind, Node};
use super::super::value::Value;
use super::{Parser, RESERVED, deepest, node};
use crate::text::Shortened;

impl Parser<'_> {
    pub(super) fn member(&mut self) -> Result<Node, Fault> {
        let primary = self.primary()?;
        self.members(primary)
    }

    /// Reads the calls, fields and indexes that follow a value.
    pub(super) fn members(&mut self, mut value: Node) -> Result<Node, Fault> {
        loop {
            value = match self.token.word {
                Word::Dot => self.field_or_method(value)?,
                Word::OpenBracket => self.index(value)?,
                Word::OpenBrace => return Err(self.message(&value)),
                _ => return Ok(value),
            };
        }
    }

    /// The reason why a brace behind a value is refused. In CEL it would begin a message, and cel-go knows only the
    /// messages of `google.protobuf`.
    fn message(&self, value: &Node) -> Fault {
        match first_name(value) {
            Some("google") => Fault::not_covered(self.token.at, "messages"),
            Some(name) => Fault::at(value.at, format!("unknown message '{}'", Shortened(name))),
            None => self.unexpected(),
        }
    }

    fn field_or_method(&mut self, value: Node) -> Result<Node, Fault> {
        self.take()?;
        if self.token.word != Word::Name {
            return Err(self.unexpected());
        }
        let token = self.take()?;
        let name = self.text_of(&token).to_owned();
        if self.token.word != Word::OpenParen {
            return node(token.at, 1 + value.depth, Kind::Select(Box::new(value), name));
        }
        let arguments = self.list(&Word::CloseParen, false)?;
        let depth = 1 + deepest(&arguments).max(value.depth);
        node(token.at, depth, Kind::Method(Box::new(value), name, arguments))
    }

    fn index(&mut self, value: Node) -> Result<Node, Fault> {
        let at = self.token.at;
        self.open_bracket()?;
        let index = self.expression()?;
        self.close_bracket(&Word::CloseBracket)?;
        node(at, 1 + value.depth.max(index.depth), Kind::Index(Box::new(value), Box::new(index)))
    }

    /// Each arm calls a helper, so that this recursive function's stack frame stays small.
    fn primary(&mut self) -> Result<Node, Fault> {
        match self.token.word {
            Word::OpenParen => self.brackets(),
            Word::Int | Word::Uint | Word::Double => self.number(false),
            Word::String(ref mut text) => {
                let value = Value::String(std::mem::take(text));
                self.literal(value)
            }
            Word::OpenBracket => self.list_literal(),
            Word::OpenBrace => self.map_literal(),
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

    fn map_literal(&mut self) -> Result<Node, Fault> {
        let at = self.token.at;
        let entries = self.map()?;
        let depth = entries.iter().map(|entry| deepest(entry)).max().unwrap_or(0);
        node(at, depth, Kind::Map(entries))
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

    /// A name with a dot before it. It means the same as without the dot, because there is only one container of
    /// names here.
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
}

/// The first part of a name with dots in it, such as the name of a message; `None` for other values.
fn first_name(mut node: &Node) -> Option<&str> {
    while let Kind::Select(inner, _) = &node.kind {
        node = inner;
    }
    match &node.kind {
        Kind::Name(name) => Some(name),
        _ => None,
    }
}
