//! Turns text from outside into UTF-8: UTF-8 with or without a byte order mark, and UTF-16 with one, which is what
//! `>` of `PowerShell` 5 writes.
//!
//! Source: [The Unicode Standard][1], sections 3.10 (the encoding schemes) and 23.8 (the byte order mark).
//!
//! [1]: https://www.unicode.org/versions/latest/core-spec/

use std::borrow::Cow;
use std::fmt;
use std::io::{self, ErrorKind, Read};

/// The bytes that `PowerShell` and some editors write at the start of a UTF-8 file.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The number of bytes at the start of a text that decide its encoding.
const HEAD_BYTES: usize = 256;

/// The number of bytes of UTF-16 that are decoded at once.
const CHUNK_BYTES: usize = 8 << 10;

/// The cause for which bytes cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// The text looks like UTF-16 in this order of bytes, but has no byte order mark, so nothing states it.
    #[error("this is UTF-16 ({0}) without a byte order mark, and not UTF-8")]
    Unmarked(ByteOrder),
    /// The text has the byte order mark of UTF-32, which nothing writes by default.
    #[error("this is UTF-32, and not UTF-8")]
    Utf32,
    /// The text has the byte order mark of UTF-16, but half a character.
    #[error("line {line}: this is damaged UTF-16: it has half a character")]
    Utf16 {
        /// Line of the fault, from 1.
        line: usize,
    },
    /// The text is in another encoding, or it is no text.
    #[error("this is no text: these bytes are not UTF-8")]
    NotUtf8 {
        /// The number of bytes before the fault, without the byte order mark.
        valid_up_to: usize,
    },
}

/// The order of the two bytes of UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The low byte comes first, as on Windows.
    LittleEndian,
    /// The high byte comes first.
    BigEndian,
}

impl fmt::Display for ByteOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LittleEndian => "little endian",
            Self::BigEndian => "big endian",
        })
    }
}

impl ByteOrder {
    fn unit(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::LittleEndian => u16::from_le_bytes(bytes),
            Self::BigEndian => u16::from_be_bytes(bytes),
        }
    }
}

/// Reads bytes as text: UTF-8 with or without a byte order mark, or UTF-16 with one. The result has no mark.
///
/// ```
/// use maxpods::text::{EncodingError, decode};
/// assert_eq!(decode(b"a").as_deref(), Ok("a"));
/// assert_eq!(decode(b"\xff\xfea\0\xe9\0").as_deref(), Ok("aé"));
/// assert!(matches!(decode(b"a\0b\0"), Err(EncodingError::Unmarked(_))));
/// ```
///
/// # Errors
/// If the bytes are in another encoding, or are no text.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, EncodingError> {
    match Encoding::of(bytes)? {
        (Encoding::Utf8, text) => match std::str::from_utf8(text) {
            Ok(text) => Ok(text.into()),
            Err(error) => Err(EncodingError::NotUtf8 { valid_up_to: error.valid_up_to() }),
        },
        (Encoding::Utf16(order), text) => from_utf16(order, text).map(Cow::Owned),
    }
}

/// Does the same as [`decode`] for a reader that validates UTF-8 itself, and tells the place of a fault.
///
/// # Errors
/// Those of [`decode`] except [`EncodingError::NotUtf8`].
pub(crate) fn to_utf8(bytes: &[u8]) -> Result<Cow<'_, [u8]>, EncodingError> {
    match Encoding::of(bytes)? {
        (Encoding::Utf8, text) => Ok(text.into()),
        (Encoding::Utf16(order), text) => from_utf16(order, text).map(|text| Cow::Owned(text.into_bytes())),
    }
}

fn from_utf16(order: ByteOrder, bytes: &[u8]) -> Result<String, EncodingError> {
    let mut text = String::with_capacity(bytes.len() / 2);
    decode_utf16(order, bytes, true, &mut text)
        .map_err(|Half| EncodingError::Utf16 { line: line_at(&text) })?;
    Ok(text)
}

/// Half a character of UTF-16.
struct Half;

/// Adds the characters of these bytes to `text`, and tells how many bytes they took. Half a character at the end is an
/// error only in the last part of a text.
fn decode_utf16(order: ByteOrder, bytes: &[u8], last: bool, text: &mut String) -> Result<usize, Half> {
    let mut units = bytes.len() / 2;
    let unit = |pair: &[u8]| order.unit([pair[0], pair[1]]);
    if !last && bytes.chunks_exact(2).last().is_some_and(|pair| (0xd800..0xdc00).contains(&unit(pair))) {
        units -= 1;
    }
    for character in char::decode_utf16(bytes.chunks_exact(2).take(units).map(unit)) {
        text.push(character.map_err(|_| Half)?);
    }
    if last && bytes.len() % 2 == 1 { Err(Half) } else { Ok(units * 2) }
}

/// The number of the line behind this text, from 1.
fn line_at(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count() + 1
}

/// The encodings that are read.
#[derive(Debug, Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16(ByteOrder),
}

impl Encoding {
    /// The encoding of a text, and the text without its byte order mark. The first [`HEAD_BYTES`] decide.
    fn of(text: &[u8]) -> Result<(Self, &[u8]), EncodingError> {
        if text.starts_with(b"\xff\xfe\0\0") || text.starts_with(b"\0\0\xfe\xff") {
            return Err(EncodingError::Utf32);
        }
        let marks = [
            (BYTE_ORDER_MARK, Self::Utf8),
            (b"\xff\xfe", Self::Utf16(ByteOrder::LittleEndian)),
            (b"\xfe\xff", Self::Utf16(ByteOrder::BigEndian)),
        ];
        for (mark, encoding) in marks {
            if let Some(rest) = text.strip_prefix(mark) {
                return Ok((encoding, rest));
            }
        }
        match unmarked_utf16(text) {
            Some(order) => Err(EncodingError::Unmarked(order)),
            None => Ok((Self::Utf8, text)),
        }
    }
}

/// The order of bytes if this looks like UTF-16. Most characters of configuration are ASCII, so in UTF-16 every
/// second byte is zero, and in UTF-8 none is.
fn unmarked_utf16(text: &[u8]) -> Option<ByteOrder> {
    let head = &text[..text.len().min(HEAD_BYTES)];
    [ByteOrder::LittleEndian, ByteOrder::BigEndian].into_iter().find(|order| {
        let is_ascii = |pair: &&[u8]| (1..0x80).contains(&order.unit([pair[0], pair[1]]));
        let pairs = head.chunks_exact(2);
        pairs.len() > 0 && pairs.clone().filter(is_ascii).count() * 2 > pairs.len()
    })
}

/// True if these first bytes of a stream are enough to tell its encoding. A program that prints a line and then
/// hangs is not waited for.
fn decides(bytes: &[u8]) -> bool {
    const ENOUGH: usize = 32;
    bytes.len() >= ENOUGH || (bytes.len() >= 2 && bytes.ends_with(b"\n"))
}

/// A reader of text that hands out UTF-8 without a byte order mark, as a stream. UTF-8 is not validated.
pub(crate) struct Utf8Reader<R> {
    reader: R,
    /// `None` until the first bytes have been read.
    encoding: Option<Encoding>,
    /// Bytes that were read and are not decoded yet.
    bytes: Vec<u8>,
    /// Text that is decoded. The part before `at` was handed out.
    text: Vec<u8>,
    at: usize,
    /// The number of lines that were decoded before `text`.
    lines: usize,
}

impl<R: Read> Utf8Reader<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, encoding: None, bytes: Vec::new(), text: Vec::new(), at: 0, lines: 0 }
    }

    /// Reads the first bytes, which decide the encoding.
    fn start(&mut self) -> io::Result<()> {
        let mut part = [0; HEAD_BYTES];
        while self.bytes.len() < HEAD_BYTES && !decides(&self.bytes) {
            match self.reader.read(&mut part) {
                Ok(0) => break,
                Ok(count) => self.bytes.extend_from_slice(&part[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let (encoding, rest) = Encoding::of(&self.bytes).map_err(invalid)?;
        match encoding {
            Encoding::Utf8 => self.text = rest.to_vec(),
            Encoding::Utf16(_) => self.bytes = rest.to_vec(),
        }
        self.encoding = Some(encoding);
        Ok(())
    }

    /// Decodes the next part of UTF-16. Returns false at the end of the text.
    fn decode(&mut self, order: ByteOrder) -> io::Result<bool> {
        let count = (&mut self.reader).take(CHUNK_BYTES as u64).read_to_end(&mut self.bytes)?;
        if self.bytes.is_empty() {
            return Ok(false);
        }
        let mut text = String::with_capacity(self.bytes.len());
        let decoded = decode_utf16(order, &self.bytes, count == 0, &mut text);
        let line = self.lines + line_at(&text);
        let taken = decoded.map_err(|Half| invalid(EncodingError::Utf16 { line }))?;
        self.bytes.drain(..taken);
        (self.text, self.at, self.lines) = (text.into_bytes(), 0, line - 1);
        Ok(true)
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let ready = &self.text[self.at..];
            if !ready.is_empty() {
                let count = ready.len().min(buffer.len());
                buffer[..count].copy_from_slice(&ready[..count]);
                self.at += count;
                return Ok(count);
            }
            match self.encoding {
                None => self.start()?,
                Some(Encoding::Utf8) => return self.reader.read(buffer),
                Some(Encoding::Utf16(order)) => {
                    if !self.decode(order)? {
                        return Ok(0);
                    }
                }
            }
        }
    }
}

fn invalid(error: EncodingError) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    use ByteOrder::{BigEndian, LittleEndian};

    /// The text in UTF-16, without a mark.
    fn utf16(order: ByteOrder, text: &str) -> Vec<u8> {
        let bytes = |unit: u16| match order {
            LittleEndian => unit.to_le_bytes(),
            BigEndian => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    /// Gives this number of bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(self.1);
            let (head, tail) = self.0.split_at(count);
            buffer[..count].copy_from_slice(head);
            self.0 = tail;
            Ok(count)
        }
    }

    /// The text as a stream gives it.
    fn streamed(bytes: &[u8], at_once: usize) -> Result<Vec<u8>, EncodingError> {
        let mut text = Vec::new();
        let read = Utf8Reader::new(Drip(bytes, at_once)).read_to_end(&mut text);
        read.map(|_| text).map_err(|error| *error.get_ref().unwrap().downcast_ref().unwrap())
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        // Longer than several chunks, with characters of one to four bytes at odd places.
        let long = "{\"a\": \"é数😀\"}\r\n".repeat(600) + "x";
        for text in ["", "a", "é", "😀", "{}\r\n", &long] {
            let marked = format!("\u{feff}{text}");
            let encodings = [
                text.as_bytes().to_vec(),
                marked.clone().into_bytes(),
                utf16(LittleEndian, &marked),
                utf16(BigEndian, &marked),
            ];
            for bytes in encodings {
                let shown = &bytes[..bytes.len().min(20)];
                assert_eq!(decode(&bytes).as_deref(), Ok(text), "{shown:?}");
                assert_eq!(to_utf8(&bytes).as_deref(), Ok(text.as_bytes()), "{shown:?}");
                for at_once in [1, 3, 255, 256, 257, CHUNK_BYTES + 1, usize::MAX] {
                    assert_eq!(streamed(&bytes, at_once).as_deref(), Ok(text.as_bytes()), "{shown:?}");
                }
            }
        }
    }

    #[test]
    fn other_encodings_are_named() {
        let high = "a\nb\u{d7ff}".encode_utf16().chain([0xd83d]);
        let half: Vec<u8> = high.flat_map(u16::to_le_bytes).collect();
        let odd = [&b"\xff\xfe"[..], &utf16(LittleEndian, "a\r\nb\n"), b"x"].concat();
        let low = [&b"\xfe\xff"[..], &utf16(BigEndian, "a"), b"\xdc\0", &utf16(BigEndian, "b")].concat();
        let late = "{}\n".repeat(5000);
        let late = [&b"\xff\xfe"[..], &utf16(LittleEndian, &late), b"\0\xd8x\0"].concat();
        let cases = [
            (utf16(LittleEndian, "{}"), EncodingError::Unmarked(LittleEndian)),
            (utf16(BigEndian, "{}"), EncodingError::Unmarked(BigEndian)),
            (utf16(LittleEndian, "x"), EncodingError::Unmarked(LittleEndian)),
            // A comment in another script is at the start.
            (utf16(LittleEndian, "# 数字\r\nkind: NodePool"), EncodingError::Unmarked(LittleEndian)),
            (utf16(BigEndian, "数字: NodePool\r\n"), EncodingError::Unmarked(BigEndian)),
            (b"\xff\xfe\0\0{\0\0\0".to_vec(), EncodingError::Utf32),
            (b"\0\0\xfe\xff\0\0\0{".to_vec(), EncodingError::Utf32),
            ([b"\xff\xfe", &half[..]].concat(), EncodingError::Utf16 { line: 2 }),
            (odd, EncodingError::Utf16 { line: 3 }),
            (low, EncodingError::Utf16 { line: 1 }),
            (late, EncodingError::Utf16 { line: 5001 }),
        ];
        for (bytes, error) in cases {
            let shown = &bytes[..bytes.len().min(20)];
            assert_eq!(decode(&bytes), Err(error), "{shown:?}");
            assert_eq!(to_utf8(&bytes), Err(error), "{shown:?}");
            for at_once in [1, usize::MAX] {
                assert_eq!(streamed(&bytes, at_once), Err(error), "{shown:?}");
            }
        }
        assert_eq!(decode(b"\xef\xbb\xbfab\xff"), Err(EncodingError::NotUtf8 { valid_up_to: 2 }));
        // A reader of UTF-8 finds this fault itself, and tells its place.
        assert_eq!(to_utf8(b"ab\xff").as_deref(), Ok(&b"ab\xff"[..]));
    }

    #[test]
    fn binary_data_is_not_taken_for_utf_16() {
        let elf = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0";
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\0\0\x01\0\x08\x06\0\0\0";
        for bytes in [&elf[..], png, b"\0", b"\0\0\0\0", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"] {
            assert!(!matches!(decode(bytes), Err(EncodingError::Unmarked(_))), "{bytes:?}");
        }
    }
}
