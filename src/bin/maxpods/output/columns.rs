//! Tables for people.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};
use std::iter::repeat_n;
use std::ops::Range;

/// Cells in columns. Each column is as wide as its widest cell, and two blanks stand between columns, as
/// kubectl prints tables.
pub struct Columns {
    count: usize,
    /// The text of all cells, row by row, the header first.
    text: String,
    /// The place of each cell in `text`.
    cells: Vec<Range<usize>>,
}

/// The largest width of a column, in characters. A cell with more characters moves the cells behind it to the
/// right, but only in its own row. Without this limit, one very long name would pad every row to its length. No
/// name that Kubernetes allows is longer.
const WIDEST: usize = 253;

/// The blanks between two columns.
const GAP: usize = 2;

impl Columns {
    pub fn new(header: &[&str]) -> Self {
        let mut columns = Self { count: header.len(), text: String::new(), cells: Vec::new() };
        for cell in header {
            columns.push(cell);
        }
        columns
    }

    /// Adds a row, with one cell for each column. A cell must not contain line breaks, so text from outside has to
    /// be escaped.
    pub fn row(&mut self, cells: &[&dyn Display]) {
        debug_assert_eq!(cells.len(), self.count, "one cell for each column");
        for cell in cells {
            self.push(*cell);
        }
    }

    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut widths = Widths { widths: vec![0; self.count], text: String::new() };
        for row in self.rows() {
            for (width, cell) in widths.widths.iter_mut().zip(row) {
                widen(width, cell);
            }
        }
        for row in self.rows() {
            let cells: Vec<_> = row.collect();
            widths.write(&cells.iter().map(|cell| cell as &dyn Display).collect::<Vec<_>>(), out)?;
        }
        Ok(())
    }

    fn push(&mut self, cell: &dyn Display) {
        let start = self.text.len();
        // Writing to a String does not fail.
        let _ = write!(self.text, "{cell}");
        self.cells.push(start..self.text.len());
    }

    /// The cells of each row.
    fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        let rows = self.cells.chunks(self.count.max(1));
        rows.map(|row| row.iter().filter_map(|place| self.text.get(place.clone())))
    }
}

/// The widths of columns, for tables whose text is too long to keep: each row is first measured and then written.
pub struct Widths {
    widths: Vec<usize>,
    /// The text of one row.
    text: String,
}

impl Widths {
    pub fn new(header: &[&str]) -> Self {
        Self { widths: header.iter().map(|name| name.chars().count()).collect(), text: String::new() }
    }

    /// Makes the columns wide enough for these cells.
    pub fn fit(&mut self, cells: &[&dyn Display]) {
        for (width, cell) in self.widths.iter_mut().zip(cells) {
            self.text.clear();
            // Writing to a String does not fail.
            let _ = write!(self.text, "{cell}");
            widen(width, &self.text);
        }
    }

    /// Writes a row. A cell must not contain line breaks.
    pub fn write(&mut self, cells: &[&dyn Display], out: &mut dyn Write) -> io::Result<()> {
        self.text.clear();
        for (width, cell) in self.widths.iter().zip(cells) {
            let start = self.text.len();
            let _ = write!(self.text, "{cell}");
            let own = self.text.get(start..).unwrap_or_default().chars().count();
            self.text.extend(repeat_n(' ', width.saturating_sub(own) + GAP));
        }
        writeln!(out, "{}", self.text.trim_end_matches(' '))
    }
}

/// Makes a column wide enough for a cell that is not too long.
fn widen(width: &mut usize, cell: &str) {
    let own = cell.chars().count();
    if own <= WIDEST {
        *width = own.max(*width);
    }
}

/// A figure, or `-` if it is not known.
pub struct Known<T>(pub Option<T>);

impl<T: Display> Display for Known<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(figure) => figure.fmt(f),
            None => f.write_str("-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(columns: &Columns) -> String {
        let mut out = Vec::new();
        columns.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell() {
        let mut columns = Columns::new(&["NAME", "PODS", "WHY"]);
        columns.row(&[&"ä", &110_u64, &Known::<u64>(None)]);
        columns.row(&[&"m5.large", &Known(Some(12_345)), &"two words"]);
        assert_eq!(text(&columns), "NAME      PODS   WHY\nä         110    -\nm5.large  12345  two words\n");
    }

    #[test]
    fn a_header_alone_is_a_line() {
        assert_eq!(text(&Columns::new(&["A", "B"])), "A  B\n");
    }

    #[test]
    fn one_long_cell_does_not_widen_every_row() {
        let long = "x".repeat(100_000);
        let mut columns = Columns::new(&["NAME", "PODS"]);
        for name in ["a", &long, "b"] {
            columns.row(&[&name, &29]);
        }
        assert_eq!(text(&columns), format!("NAME  PODS\na     29\n{long}  29\nb     29\n"));
    }
}
