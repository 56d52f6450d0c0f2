//! Brackets, and the lists and maps in them.

use super::super::error::Fault;
use super::super::lexer::Word;
use super::super::syntax::Node;
use super::{MOST_BRACKETS, MOST_LEVELS, Parser, too_deep};

impl Parser<'_> {
    /// Reads expressions in brackets, with commas between them.
    pub(super) fn list(&mut self, close: &Word, may_end_with_comma: bool) -> Result<Vec<Node>, Fault> {
        self.open_bracket()?;
        let mut elements = Vec::new();
        // An empty list may be written `[,]`.
        if !may_end_with_comma || self.take_if(&Word::Comma)?.is_none() {
            while self.token.word != *close {
                elements.push(self.expression()?);
                if self.take_if(&Word::Comma)?.is_none() {
                    break;
                }
                if !may_end_with_comma && self.token.word == *close {
                    return Err(self.unexpected());
                }
            }
        }
        self.close_bracket(close)?;
        Ok(elements)
    }

    /// Reads the entries of a map in braces, with commas between them.
    pub(super) fn map(&mut self) -> Result<Vec<[Node; 2]>, Fault> {
        self.open_bracket()?;
        let mut entries = Vec::new();
        // An empty map may be written `{,}`.
        if self.take_if(&Word::Comma)?.is_none() {
            while self.token.word != Word::CloseBrace {
                let key = self.expression()?;
                if self.take_if(&Word::Colon)?.is_none() {
                    return Err(self.unexpected());
                }
                entries.push([key, self.expression()?]);
                if self.take_if(&Word::Comma)?.is_none() {
                    break;
                }
            }
        }
        self.close_bracket(&Word::CloseBrace)?;
        Ok(entries)
    }

    pub(super) fn open_bracket(&mut self) -> Result<(), Fault> {
        let at = self.take()?.at;
        self.open.push(at);
        if self.open.len() > MOST_BRACKETS || self.open.len() + self.alternatives >= MOST_LEVELS {
            return Err(too_deep(at));
        }
        Ok(())
    }

    pub(super) fn close_bracket(&mut self, close: &Word) -> Result<(), Fault> {
        if self.take_if(close)?.is_none() {
            return Err(self.unexpected());
        }
        self.open.pop();
        Ok(())
    }
}
