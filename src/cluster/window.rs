//! Reads JSON from a reader, one value after another.
//!
//! `serde_json` reads a slice four times as fast as a reader, but a slice of a whole cluster would take
//! too much memory. So this keeps a part of the text in a buffer, and reads each value from there. If the
//! buffer ends before the value does, more text is read, and then the value is read again.

use std::io::{self, ErrorKind, Read};

use serde::de::DeserializeOwned;

use crate::Error;
use crate::text::{EncodingError, Utf8Reader};

/// The buffer at the start, in bytes. About ten nodes fit into it, and it fits into the processor's cache.
const START_BYTES: usize = 256 << 10;

/// The largest buffer, in bytes. No object in Kubernetes is nearly as large: etcd accepts about 1.5 MiB.
const MOST_BYTES: usize = 32 << 20;

pub struct Window<R> {
    reader: Utf8Reader<R>,
    buffer: Vec<u8>,
    /// The index in the buffer where the unread text starts.
    at: usize,
    /// The index in the buffer behind the end of the text.
    end: usize,
    /// True if the reader has no more text.
    drained: bool,
    /// The place of the buffer in the whole text: the number of lines before it, and of bytes before it in
    /// its first line.
    line: usize,
    column: usize,
}

impl<R: Read> Window<R> {
    pub fn new(reader: R) -> Result<Self, Error> {
        Self::with_capacity(START_BYTES, reader)
    }

    fn with_capacity(bytes: usize, reader: R) -> Result<Self, Error> {
        let (reader, buffer) = (Utf8Reader::new(reader), vec![0; bytes]);
        let mut window = Self { reader, buffer, at: 0, end: 0, drained: false, line: 0, column: 0 };
        window.refill(1)?;
        Ok(window)
    }

    /// The next byte that is not blank, or `None` at the end of the text. The byte stays unread.
    pub fn peek(&mut self) -> Result<Option<u8>, Error> {
        loop {
            let blanks = self.unread().iter().take_while(|b| b" \t\r\n".contains(b)).count();
            self.at += blanks;
            match self.unread().first() {
                Some(&byte) => return Ok(Some(byte)),
                None if self.drained => return Ok(None),
                None => self.refill(1)?,
            }
        }
    }

    /// Reads the next byte that is not blank, if it is this one.
    pub fn take(&mut self, wanted: u8) -> Result<bool, Error> {
        let there = self.peek()? == Some(wanted);
        self.at += usize::from(there);
        Ok(there)
    }

    /// Reads the next byte that is not blank, which has to be this one.
    pub fn expect(&mut self, wanted: u8) -> Result<(), Error> {
        if self.take(wanted)? {
            return Ok(());
        }
        Err(self.unexpected(&format!("'{}'", char::from(wanted))))
    }

    /// Reads the next value.
    pub fn value<T: DeserializeOwned>(&mut self) -> Result<T, Error> {
        loop {
            let text = &self.buffer[self.at..self.end];
            let mut values = serde_json::Deserializer::from_slice(text).into_iter::<T>();
            match values.next() {
                Some(Ok(value)) => {
                    let length = values.byte_offset();
                    // A number or a word at the end of the buffer may go on behind it.
                    let closed = self.drained || length < text.len() || b"}]\"".contains(&text[length - 1]);
                    if closed {
                        self.at += length;
                        return Ok(value);
                    }
                }
                Some(Err(error)) if self.drained || !may_be_cut_off(&error, text) => {
                    return Err(self.error(&error));
                }
                None if self.drained => return Err(self.unexpected("a value")),
                Some(Err(_)) | None => {}
            }
            // A value that comes in small parts is read again only after it has grown by a quarter, so that the
            // time grows with its size.
            self.refill(self.unread().len() / 4)?;
        }
    }

    /// The error for a place where something else was expected.
    pub fn unexpected(&mut self, expected: &str) -> Error {
        match self.peek() {
            Ok(None) => self.fault("the text ends too soon"),
            Ok(Some(_)) => self.fault(&format!("expected {expected}")),
            Err(error) => error,
        }
    }

    /// The error for a fault at this place.
    pub fn fault(&self, problem: &str) -> Error {
        let (line, column) = moved((self.line, self.column), &self.buffer[..self.at]);
        Error::Kubernetes { line: line + 1, column: column + 1, problem: problem.into() }
    }

    /// The error for a fault that `serde_json` found in the unread text.
    fn error(&self, error: &serde_json::Error) -> Error {
        let (line, column) = moved((self.line, self.column), &self.buffer[..self.at]);
        let column = if error.line() > 1 { error.column() } else { column + error.column() };
        Error::Kubernetes { line: line + error.line(), column, problem: crate::error::without_place(error) }
    }

    fn unread(&self) -> &[u8] {
        &self.buffer[self.at..self.end]
    }

    /// Removes the text that was read from the buffer, and reads more: at least this number of bytes, if the
    /// buffer has room for them. A buffer that is full of unread text is doubled first.
    fn refill(&mut self, least: usize) -> Result<(), Error> {
        if self.at == 0 && self.end == self.buffer.len() {
            if self.end >= MOST_BYTES {
                let problem = format!("an object of more than {} MiB, which cannot be", MOST_BYTES >> 20);
                return Err(self.fault(&problem));
            }
            self.buffer.resize(self.end * 2, 0);
        }
        (self.line, self.column) = moved((self.line, self.column), &self.buffer[..self.at]);
        self.buffer.copy_within(self.at..self.end, 0);
        self.end -= self.at;
        self.at = 0;
        let enough = self.buffer.len().min(self.end + least.max(1));
        while self.end < enough && !self.drained {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.drained = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(read_error(error)),
            }
        }
        Ok(())
    }
}

/// The error for a reader that fails, or whose text is in another encoding.
fn read_error(error: io::Error) -> Error {
    match error.get_ref().and_then(|cause| cause.downcast_ref::<EncodingError>()) {
        Some(&encoding) => Error::Encoding(encoding),
        None => Error::Unreadable(error),
    }
}

/// True if this error may only mean that the text ends in the middle of a value, so that it goes away with more
/// text. `serde_json` reports most such errors as the end of the text. But if it skips a number that ends with its
/// sign, point or exponent mark, it reports an invalid number.
fn may_be_cut_off(error: &serde_json::Error, text: &[u8]) -> bool {
    let in_number = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    error.is_eof() || text.last().is_some_and(in_number)
}

/// The place behind this text, as a number of lines and of bytes in the last line.
fn moved((line, column): (usize, usize), text: &[u8]) -> (usize, usize) {
    // The compiler makes vector instructions of a sum in a `u8`, which 255 bytes cannot overflow.
    let lines_in = |chunk: &[u8]| chunk.iter().map(|&b| u8::from(b == b'\n')).sum::<u8>();
    let lines: usize = text.chunks(255).map(|chunk| usize::from(lines_in(chunk))).sum();
    match text.iter().rposition(|&b| b == b'\n') {
        Some(last) => (line + lines, text.len() - last - 1),
        None => (line, column + text.len()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Gives a few bytes at a time, as a slow pipe does.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(3);
            let (head, tail) = self.0.split_at(count);
            buffer[..count].copy_from_slice(head);
            self.0 = tail;
            Ok(count)
        }
    }

    /// The values in a text, read with a buffer of this size.
    fn values(text: &str, bytes: usize) -> Result<Vec<Value>, Error> {
        let mut window = Window::with_capacity(bytes, Drip(text.as_bytes()))?;
        let mut values = Vec::new();
        while window.peek()?.is_some() {
            values.push(window.value()?);
        }
        Ok(values)
    }

    #[test]
    fn values_are_whole_wherever_the_window_ends() {
        let text =
            "-12.5e+3 {\"a\": [1, \"\\u00e9\\\\\\\"\", null]}\ttrue\r\n\"é\" -0.25E-2 12345678901 [] 7";
        let expected =
            json!([-12.5e3, {"a": [1, "é\\\"", null]}, true, "é", -0.25e-2, 12_345_678_901_u64, [], 7]);
        for bytes in 1..=text.len() + 1 {
            assert_eq!(json!(values(text, bytes).unwrap()), expected, "{bytes}");
        }
    }

    #[test]
    fn numbers_that_are_skipped_are_whole_too() {
        let text = "[-1.5e-7, 2E+10, -0.125, 99] 1.5e5 ";
        for bytes in 1..=text.len() + 1 {
            let mut window = Window::with_capacity(bytes, text.as_bytes()).unwrap();
            window.value::<serde::de::IgnoredAny>().unwrap();
            assert_eq!(window.value::<f64>().unwrap().to_bits(), 1.5e5_f64.to_bits(), "{bytes}");
        }
    }

    #[test]
    fn a_fault_is_at_the_same_place_whatever_the_window() {
        for (text, place) in [
            ("[1]\n[2,\n  3 4]", "line 3, column 5: expected `,` or `]`"),
            ("[1] [2, x]", "line 1, column 9: expected value"),
            ("[1]\n\n  [2", "line 3, column 4: EOF while parsing a list"),
            ("[1]\n[-]", "line 2, column 3: invalid number"),
            ("[1] 1.e5 ", "line 1, column 7: invalid number"),
            ("é [\"é\" 1]", "line 1, column 1: expected value"),
            ("\"é\" [\"é\" 1]", "line 1, column 12: expected `,` or `]`"),
        ] {
            for bytes in 1..=text.len() + 1 {
                assert_eq!(values(text, bytes).unwrap_err().to_string(), place, "{bytes}");
            }
        }
    }

    #[test]
    fn a_byte_order_mark_is_not_counted() {
        for bytes in [4, 5, 16, START_BYTES] {
            let mut window = Window::with_capacity(bytes, "\u{feff}[1, x]".as_bytes()).unwrap();
            let error = window.value::<Value>().unwrap_err().to_string();
            assert_eq!(error, "line 1, column 5: expected value", "{bytes}");
        }
        assert_eq!(values("\u{feff}", 16).unwrap(), [Value::Null; 0]);
    }

    #[test]
    fn places_are_counted_in_utf_8() {
        let text = "\u{feff}{\"a\": \"é\"}\r\n[1, x]";
        for bytes in [1, 16, START_BYTES] {
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut window = Window::with_capacity(bytes, Drip(&utf16)).unwrap();
            assert_eq!(window.value::<Value>().unwrap(), json!({"a": "é"}));
            let error = window.value::<Value>().unwrap_err().to_string();
            assert_eq!(error, "line 2, column 5: expected value", "{bytes}");
            let unmarked = Window::with_capacity(bytes, Drip(&utf16[2..]));
            assert!(matches!(unmarked, Err(Error::Encoding(_))), "{bytes}");
        }
    }

    #[test]
    fn lines_are_counted_in_long_texts() {
        let text = "\n".repeat(1000) + &" ".repeat(700) + "x";
        let (line, column) = moved((2, 5), text.as_bytes());
        assert_eq!((line, column), (1002, 701));
    }

    #[test]
    fn a_fault_is_found_before_the_rest_of_the_text_comes() {
        /// Gives this text, and must not be asked for more.
        struct Hanging(&'static [u8]);
        impl Read for Hanging {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                assert!(!self.0.is_empty(), "it would hang here");
                std::mem::take(&mut self.0).read(buffer)
            }
        }
        let mut window = Window::new(Hanging(b"NAME  STATUS\n")).unwrap();
        assert_eq!(window.peek().unwrap(), Some(b'N'));
        let mut window = Window::new(Hanging(b"{\"a\": 1} {\"a\" 1}\n")).unwrap();
        window.value::<Value>().unwrap();
        assert!(matches!(window.value::<Value>(), Err(Error::Kubernetes { column: 15, .. })));
    }

    #[test]
    fn a_reader_that_fails_is_told_from_a_text_that_is_wrong() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("torn"))
            }
        }
        let mut window = Window::new(b"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11".chain(Broken)).unwrap();
        assert!(matches!(window.value::<Value>(), Err(Error::Unreadable(_))));
    }
}
