//! Texts and the places in them: whole files, and texts within other texts, such as user data.

use std::cell::OnceCell;
use std::rc::Rc;

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
pub(super) struct Source {
    text: String,
    /// The start of each line, in bytes.
    lines: Vec<usize>,
    /// The number of characters before each block of [`BLOCK`] bytes. It is counted on first use, because a
    /// Terraform plan is one line of many megabytes.
    characters: OnceCell<Vec<usize>>,
    origin: Origin,
}

/// The most bytes that are counted to find a column.
const BLOCK: usize = 4096;

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

    fn new(text: String, origin: Origin) -> Rc<Self> {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Rc::new(Self { lines, text, characters: OnceCell::new(), origin })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if the text is a value of another one.
    pub fn is_within(&self) -> bool {
        matches!(self.origin, Origin::Within { .. })
    }

    /// A line without its line break; empty where there is no such line.
    pub fn line(&self, line: usize) -> &str {
        let Some(start) = line.checked_sub(1).and_then(|at| self.lines.get(at)) else { return "" };
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        self.text.get(*start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The place of a byte of the text.
    pub fn mark(&self, offset: usize) -> Mark {
        let line = self.lines.partition_point(|&start| start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        Mark {
            line,
            column: self.characters_before(offset).saturating_sub(self.characters_before(start)) + 1,
        }
    }

    /// The number of characters that begin before a byte of the text.
    fn characters_before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let blocks = self.characters.get_or_init(|| {
            let mut before = 0;
            let count = |block: &[u8]| {
                let here = before;
                before += characters(block);
                here
            };
            bytes.chunks(BLOCK).map(count).collect()
        });
        let offset = offset.min(bytes.len());
        let block = offset / BLOCK;
        let rest = bytes.get(block * BLOCK..offset).map_or(0, characters);
        // An offset at the very end of a whole number of blocks has no block of its own.
        let before = blocks.get(block).copied();
        before.map_or_else(|| characters(bytes), |before| before + rest)
    }
}

/// The number of characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}

/// A place in a text that may itself be within others.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub source: Rc<Source>,
    pub mark: Mark,
}

/// A [`Spot`] as people are told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub file: usize,
    pub mark: Mark,
    /// The place within the value that stands at `mark`, where that value is encoded.
    pub inner: Option<Mark>,
    /// The line that is meant: that of the innermost text.
    pub line: String,
    /// The column of the place in `line`.
    pub column: usize,
}

impl Spot {
    pub fn new(source: &Rc<Source>, mark: Mark) -> Self {
        Self { source: Rc::clone(source), mark }
    }

    /// Follows the texts outwards to the file.
    pub fn place(&self) -> Place {
        let mut source = &self.source;
        let mut mark = self.mark;
        let line = source.line(mark.line).to_owned();
        let column = mark.column;
        let mut inner = None;
        loop {
            match &source.origin {
                Origin::File(file) => return Place { file: *file, mark, inner, line, column },
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
/// line `first`.
fn same_line(inner: &Source, mark: Mark, outer: &Source, first: usize) -> Option<Mark> {
    let line = first + mark.line - 1;
    let indent = outer.line(line).strip_suffix(inner.line(mark.line))?;
    Some(Mark { line, column: indent.chars().count() + mark.column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_within_a_block_is_a_place_of_the_file() {
        let file = Source::file(3, "a: |\n  b\n  cé d\r\n".into());
        let block = Source::within(&file, Mark { line: 1, column: 4 }, Some(2), "b\ncé d\n".into());
        let place = Spot::new(&block, block.mark(6)).place();
        assert_eq!((place.file, place.mark, place.inner), (3, Mark { line: 3, column: 6 }, None));
        assert_eq!((place.line.as_str(), place.column), ("cé d", 4));
    }

    #[test]
    fn a_place_within_an_encoded_text_is_told_with_that_of_the_text() {
        let file = Source::file(0, "a: YgpjCg==\n".into());
        let decoded = Source::within(&file, Mark { line: 1, column: 4 }, None, "b\nc\n".into());
        let place = Spot::new(&decoded, Mark { line: 2, column: 1 }).place();
        assert_eq!(place.mark, Mark { line: 1, column: 4 });
        assert_eq!(place.inner, Some(Mark { line: 2, column: 1 }));
        assert_eq!(place.line, "c");
    }

    #[test]
    fn columns_of_a_long_line_count_characters() {
        let file = Source::file(0, format!("x\n{}", "é".repeat(3 * BLOCK)));
        for characters in [0, 1, BLOCK / 2, BLOCK, 3 * BLOCK] {
            assert_eq!(file.mark(2 + 2 * characters), Mark { line: 2, column: characters + 1 });
        }
    }

    #[test]
    fn lines_that_are_not_there_are_empty() {
        let file = Source::file(0, String::new());
        assert_eq!((file.line(0), file.line(1), file.line(9)), ("", "", ""));
        assert_eq!(file.mark(0), Mark::START);
    }
}
