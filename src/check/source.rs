//! Texts and the places in them: whole files, and texts within other texts, such as user data.

use std::cell::OnceCell;
use std::rc::Rc;

use super::tree::Tree;

/// A place in one text. Both count from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Mark {
    /// The start of a text.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A text with an index of its lines.
#[derive(Debug)]
pub(crate) struct Source {
    text: String,
    index: OnceCell<Vec<Block>>,
    origin: Origin,
}

/// The bytes between two entries of the index. It keeps the index small for every text: a Terraform plan is one
/// line of many megabytes, and a hostile text is many megabytes of line breaks.
const BLOCK: usize = 512;

/// Counts of the text before a block of it.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// The line breaks before it.
    breaks: usize,
    /// The characters that begin before it.
    characters: usize,
}

/// The origin of a text.
#[derive(Debug)]
enum Origin {
    /// The text is a file: its number.
    File(usize),
    /// The text is a value of another text, which stands at this place.
    Within {
        outer: Rc<Source>,
        at: Mark,
        /// The line of the outer text on which this text's first line stands, if it stands there line by
        /// line, as in a block of YAML. `None` where it is encoded or written with escapes.
        first_line: Option<usize>,
    },
}

impl Source {
    /// The text of a file.
    pub fn file(file: usize, text: String) -> Rc<Self> {
        Self::new(text, Origin::File(file))
    }

    /// A text within another one. See [`Origin::Within`] for `first_line`.
    pub fn within(outer: &Rc<Self>, at: Mark, first_line: Option<usize>, text: String) -> Rc<Self> {
        Self::new(text, Origin::Within { outer: Rc::clone(outer), at, first_line })
    }

    /// The text that a value of another text is; `None` where the value is no text.
    pub fn of_value(outer: &Rc<Self>, value: &Tree) -> Option<Rc<Self>> {
        let scalar = value.scalar()?;
        Some(Self::within(outer, value.mark, scalar.first_line, scalar.text.as_ref().to_owned()))
    }

    fn new(text: String, origin: Origin) -> Rc<Self> {
        Rc::new(Self { text, index: OnceCell::new(), origin })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number of the file that the text is in.
    pub fn file_number(&self) -> usize {
        match &self.origin {
            Origin::File(file) => *file,
            Origin::Within { outer, .. } => outer.file_number(),
        }
    }

    /// A line without its line break; empty where there is no such line.
    pub fn line(&self, line: usize) -> &str {
        let Some(start) = line.checked_sub(1).and_then(|before| self.line_start(before)) else { return "" };
        let end = self.line_start(line).map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end).unwrap_or("").trim_end_matches('\r')
    }

    /// The part of a line within so many characters of a place, and the column of the place in it. The time does not
    /// depend on the length of the line, since one long line may have many places.
    pub fn near(&self, mark: Mark, most: usize) -> (&str, usize) {
        let line = self.line(mark.line);
        let start = mark.line.checked_sub(1).and_then(|before| self.line_start(before)).unwrap_or(0);
        let first = self.characters_before(start);
        let last = self.characters_before(start + line.len());
        let place = (first + mark.column.saturating_sub(1)).min(last);
        let (from, to) = (place.saturating_sub(most).max(first), place.saturating_add(most).min(last));
        let text = self.text.get(self.offset_of(from)..self.offset_of(to)).unwrap_or("");
        (text, place - from + 1)
    }

    /// The byte at which a character begins that has so many characters before it.
    fn offset_of(&self, before: usize) -> usize {
        let number = self.index().partition_point(|block| block.characters <= before).saturating_sub(1);
        let missing = before - self.index().get(number).map_or(0, |block| block.characters);
        let rest = self.text.as_bytes().get(number * BLOCK..).unwrap_or_default();
        let mut starts = rest.iter().enumerate().filter(|(_, byte)| **byte & 0xc0 != 0x80).map(|(at, _)| at);
        starts.nth(missing).map_or(self.text.len(), |at| number * BLOCK + at)
    }

    /// The place of a byte of the text.
    pub fn mark(&self, offset: usize) -> Mark {
        let bytes = self.text.as_bytes();
        let offset = offset.min(bytes.len());
        let number = offset / BLOCK;
        let Some(block) = self.index().get(number).copied() else { return Mark::START };
        let within = bytes.get(number * BLOCK..offset).unwrap_or_default();
        let breaks = block.breaks + breaks(within);
        let line_start = self.line_start(breaks).unwrap_or(0);
        let column = self.characters_before(offset).saturating_sub(self.characters_before(line_start));
        Mark { line: breaks + 1, column: column + 1 }
    }

    /// The first byte of the line that has so many line breaks before it.
    fn line_start(&self, before: usize) -> Option<usize> {
        if before == 0 {
            return Some(0);
        }
        let index = self.index();
        let number = index.partition_point(|block| block.breaks < before).checked_sub(1)?;
        let missing = before - index.get(number)?.breaks;
        let rest = self.text.as_bytes().get(number * BLOCK..)?;
        let mut ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
        Some(number * BLOCK + ends.nth(missing - 1)? + 1)
    }

    /// The number of characters that begin before a byte of the text.
    fn characters_before(&self, offset: usize) -> usize {
        let number = offset / BLOCK;
        let before = self.index().get(number).map_or(0, |block| block.characters);
        before + self.text.as_bytes().get(number * BLOCK..offset).map_or(0, characters)
    }

    /// An entry for each block, and one for the end of a text that is a whole number of blocks long.
    fn index(&self) -> &[Block] {
        self.index.get_or_init(|| {
            let mut here = Block { breaks: 0, characters: 0 };
            let mut index = vec![here];
            for block in self.text.as_bytes().chunks(BLOCK) {
                here = Block {
                    breaks: here.breaks + breaks(block),
                    characters: here.characters + characters(block),
                };
                index.push(here);
            }
            index
        })
    }
}

#[allow(clippy::naive_bytecount, reason = "the compiler makes fast code of it, and a block is short")]
fn breaks(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b == b'\n').count()
}

/// The number of characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}

/// A place in a text that may itself be within others.
#[derive(Clone)]
pub(crate) struct Spot {
    pub source: Rc<Source>,
    pub mark: Mark,
}

impl std::fmt::Debug for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.place())
    }
}

/// A place as people are told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The number of the file, as [`Checker::add`](super::Checker::add) counts them.
    pub file: usize,
    /// The place in the file.
    pub mark: Mark,
    /// The place within the value that stands at `mark`, where that value is encoded (base64, gzip, a string with
    /// escapes).
    pub inner: Option<Mark>,
}

impl Spot {
    pub fn new(source: &Rc<Source>, mark: Mark) -> Self {
        Self { source: Rc::clone(source), mark }
    }

    /// The line that is meant, which is one of the innermost text, and the column in it.
    pub fn line(&self) -> (&str, usize) {
        (self.source.line(self.mark.line), self.mark.column)
    }

    /// Follows the texts outwards to the file.
    pub fn place(&self) -> Place {
        let mut source = &self.source;
        let mut mark = self.mark;
        let mut inner = None;
        loop {
            match &source.origin {
                Origin::File(file) => return Place { file: *file, mark, inner },
                Origin::Within { outer, at, first_line } => {
                    let same = first_line.and_then(|first| same_line(source, mark, outer, first));
                    if same.is_none() && inner.is_none() {
                        inner = Some(mark);
                    }
                    mark = same.unwrap_or(*at);
                    source = outer;
                }
            }
        }
    }
}

/// The place in the outer text of a place in the inner one, whose first line stands on the outer text's
/// line `first`. A part of the line may be another one there, such as `${name}` for the name itself, but not all that
/// stands before the place or behind it.
fn same_line(inner: &Source, mark: Mark, outer: &Source, first: usize) -> Option<Mark> {
    let line = first + mark.line - 1;
    let (outside, inside) = (outer.line(line), inner.line(mark.line));
    // The lines have the same end.
    if let Some(indent) = outside.strip_suffix(inside) {
        return Some(Mark { line, column: indent.chars().count() + mark.column });
    }
    // Nobody writes such a long line with a template, and many findings may be on one line.
    if inside.len() > LONGEST_LINE || outside.len() > LONGEST_LINE {
        return None;
    }
    // A text in quotes.
    if let Some(at) = outside.find(inside).filter(|_| inside.len() >= LONG_ENOUGH) {
        return Some(Mark { line, column: outside.get(..at)?.chars().count() + mark.column });
    }
    let at = inside.char_indices().nth(mark.column - 1)?.0;
    let behind = inside.get(at..)?;
    // The lines are the same from the place to the end.
    if let Some(rest) = outside.strip_suffix(behind).filter(|_| behind.len() >= LONG_ENOUGH) {
        return Some(Mark { line, column: rest.chars().count() + 1 });
    }
    // The lines have the same start behind their blanks, up to the place at least.
    let (written, text) = (outside.trim_start(), inside.trim_start());
    let same = written.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
    let blanks = |line: &str, text: &str| line.strip_suffix(text).map_or(0, |blanks| blanks.chars().count());
    let at = at.checked_sub(inside.len() - text.len())?;
    let column = (mark.column + blanks(outside, written)).checked_sub(blanks(inside, text))?;
    (same > at && same >= LONG_ENOUGH).then_some(Mark { line, column })
}

/// The bytes of a line that tell it from others.
const LONG_ENOUGH: usize = 4;

/// The longest line that is compared with another one part by part.
const LONGEST_LINE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_within_a_block_is_a_place_of_the_file() {
        let file = Source::file(3, "a: |\n  b\n  cé d\r\n".into());
        let block = Source::within(&file, Mark { line: 1, column: 4 }, Some(2), "b\ncé d\n".into());
        let spot = Spot::new(&block, block.mark(6));
        assert_eq!(spot.place(), Place { file: 3, mark: Mark { line: 3, column: 6 }, inner: None });
        assert_eq!(spot.line(), ("cé d", 4));
    }

    #[test]
    fn a_line_may_have_another_part_in_the_file() {
        let lines = "a = <<-EOT\n  run ${a.b} --pods=1\n  --pods=2 ${a.b}\n  ${a.b}\n  \"--pods=3\"\nEOT\n";
        let file = Source::file(0, lines.into());
        let text = "run abc --pods=1\n--pods=2 abc\nabc\n--pods=3\n";
        let inner = Source::within(&file, Mark { line: 1, column: 5 }, Some(2), text.into());
        for (at, expected) in [
            (text.find("--pods=1"), (2, 14)),
            (text.find("pods=2"), (3, 5)),
            (text.find("2 abc"), (3, 10)),
            (text.rfind("bc"), (1, 5)),
            (text.find("=3"), (5, 10)),
        ] {
            let mark = Spot::new(&inner, inner.mark(at.unwrap())).place().mark;
            assert_eq!((mark.line, mark.column), expected, "{at:?}");
        }
    }

    #[test]
    fn a_place_within_an_encoded_text_is_told_with_that_of_the_text() {
        let file = Source::file(0, "a: YgpjCg==\n".into());
        let decoded = Source::within(&file, Mark { line: 1, column: 4 }, None, "b\nc\n".into());
        let spot = Spot::new(&decoded, Mark { line: 2, column: 1 });
        let place = spot.place();
        assert_eq!(place.mark, Mark { line: 1, column: 4 });
        assert_eq!(place.inner, Some(Mark { line: 2, column: 1 }));
        assert_eq!(spot.line(), ("c", 1));
    }

    #[test]
    fn columns_of_a_long_line_count_characters() {
        let file = Source::file(0, format!("x\n{}", "é".repeat(3 * BLOCK)));
        for characters in [0, 1, BLOCK / 2, BLOCK, 3 * BLOCK] {
            assert_eq!(file.mark(2 + 2 * characters), Mark { line: 2, column: characters + 1 });
        }
    }

    #[test]
    fn the_part_of_a_line_near_a_place() {
        let near = |text: &str, column: usize, most: usize| {
            let file = Source::file(0, text.into());
            let (part, column) = file.near(Mark { line: 2, column }, most);
            (part.to_owned(), column)
        };
        assert_eq!(near("x\nab\r\ny", 2, 9), ("ab".into(), 2));
        assert_eq!(near("x\nab", 9, 9), ("ab".into(), 3));
        assert_eq!(near("x", 1, 9), (String::new(), 1));
        for length in [10, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK] {
            let line = "é".repeat(length) + "!" + &"ü".repeat(length);
            let text = format!("xé\n{line}\nab");
            assert_eq!(near(&text, length + 1, 3), ("ééé!üü".into(), 4));
            assert_eq!(near(&text, 1, 3), ("ééé".into(), 1));
            assert_eq!(near(&text, 2 * length + 1, 3), ("üüüü".into(), 4));
        }
    }

    #[test]
    fn lines_are_found_in_any_block() {
        for length in [1, 2, 63, 64, 65, BLOCK - 1, BLOCK, BLOCK + 1] {
            let line = "x".repeat(length - 1) + "\n";
            let file = Source::file(0, line.repeat(200));
            for number in [0, 1, 99, 199] {
                assert_eq!(file.mark(number * length), Mark { line: number + 1, column: 1 }, "{length}");
                assert_eq!(file.line(number + 1).len(), length - 1);
            }
            assert_eq!(file.mark(200 * length), Mark { line: 201, column: 1 });
            assert_eq!(file.line(201), "");
        }
    }

    #[test]
    fn lines_that_are_not_there_are_empty() {
        let file = Source::file(0, String::new());
        assert_eq!((file.line(0), file.line(1), file.line(9)), ("", "", ""));
        assert_eq!(file.mark(0), Mark::START);
    }
}
